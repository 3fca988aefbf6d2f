//! Every refusal, with a place and a sentence.

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::{Error, FnArg};

use crate::ast::PactTest;

pub(crate) fn check(test: PactTest) -> syn::Result<PactTest> {
    let signature = &test.function.sig;
    let missing = |name: &str| {
        let text =
            format!("name the {name}: #[pact_test(consumer = \"my-app\", provider = \"its-api\")]");
        Err(Error::new(Span::call_site(), text))
    };
    if test.arguments.consumer.is_none() {
        return missing("consumer");
    }
    if test.arguments.provider.is_none() {
        return missing("provider");
    }
    match signature.inputs.first() {
        None => {
            let text = "a contract test takes a builder: fn test(pact: &mut PactBuilder)";
            return Err(Error::new(signature.ident.span(), text));
        }
        Some(FnArg::Receiver(receiver)) => {
            return Err(Error::new(
                receiver.span(),
                "a contract test is a function, not a method",
            ));
        }
        Some(FnArg::Typed(_)) => {}
    }
    if signature.asyncness.is_some() && !test.has_test_attribute() {
        let text = "an async test needs a runtime: put its attribute, such as #[tokio::test], below #[pact_test]";
        return Err(Error::new(signature.fn_token.span(), text));
    }
    Ok(test)
}
