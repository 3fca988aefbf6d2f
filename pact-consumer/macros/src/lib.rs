//! The `#[pact_test]` attribute of `pact-consumer`.

mod ast;
mod attr;
mod expand;
mod valid;

use proc_macro::TokenStream;

/// Gives a test a `PactBuilder`, judges what its client did, and writes the contract.
///
/// Arguments: `consumer` and `provider` name the two applications; `output_dir` names the folder of
/// the pact file. The function's first parameter is `&mut PactBuilder`.
///
/// It adds `#[test]` when it stands alone. With the test attribute of a runtime or a fixture library
/// it stands above that attribute, which stays as it is.
#[proc_macro_attribute]
pub fn pact_test(arguments: TokenStream, function: TokenStream) -> TokenStream {
    let test = ast::PactTest::parse(arguments.into(), function.into()).and_then(valid::check);
    test.map_or_else(
        |error| error.into_compile_error(),
        |test| expand::expand(&test),
    )
    .into()
}
