//! The `#[pact_test]` attribute of `pact-consumer`.
//!
//! It is written on the compiler's own `proc_macro`, without `syn` and `quote`: everyone who tests
//! with `pact-consumer` builds this crate, and those took ten times as long to build as it. Of the
//! function below the attribute it has to know little more than where each part ends.

mod ast;
mod attr;
mod error;
mod expand;
mod quote;
mod tokens;
mod valid;

use proc_macro::TokenStream;

/// Gives a test a `PactBuilder`, judges what its client did, and writes the contract.
///
/// The function's first parameter is `&mut PactBuilder`; others are for libraries of fixtures.
///
/// | argument | says |
/// |---|---|
/// | `consumer = "order-web"` | the application under test |
/// | `provider = "order-api"` | the application it asks |
/// | `output_dir = "../pacts"` | the folder of the pact file |
/// | `spec_version = "3"` | the version of the specification: `1`, `1.1`, `2`, `3` or `4` |
/// | `write_mode = "overwrite"` | whether earlier runs are forgotten; else `merge` |
///
/// A name or folder may be a constant, or a macro such as `env!("CARGO_PKG_NAME")`. What no argument
/// says is taken from the environment or from `pact.toml`.
///
/// It adds `#[test]` when it stands alone. With the test attribute of a runtime or a fixture library
/// it stands above that attribute, which stays as it is.
#[proc_macro_attribute]
pub fn pact_test(arguments: TokenStream, function: TokenStream) -> TokenStream {
    let test = ast::PactTest::parse(arguments, function).and_then(valid::check);
    test.map_or_else(
        |error| error.into_compile_error(),
        |test| expand::expand(&test),
    )
}
