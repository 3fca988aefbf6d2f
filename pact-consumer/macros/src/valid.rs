//! Every refusal of what stands below the attribute, with a place and a sentence.

use syn::spanned::Spanned;
use syn::{Error, FnArg, Signature, Type};

use crate::ast::PactTest;

pub(crate) fn check(test: PactTest) -> syn::Result<PactTest> {
    let signature = &test.function.sig;
    if let Some(second) = test.second() {
        let text = "one #[pact_test] is enough: a test makes one contract";
        return Err(Error::new_spanned(second, text));
    }
    check_builder(signature)?;
    if test.has_test_attribute() {
        return Ok(test);
    }
    if signature.asyncness.is_some() {
        let text = "an async test needs a runtime: put its attribute, such as #[tokio::test], below #[pact_test]";
        return Err(Error::new(signature.fn_token.span(), text));
    }
    if let Some(more) = signature.inputs.iter().nth(1) {
        let text = "nobody gives the test this argument: parameters after the builder are for a library of fixtures, such as #[rstest], whose attribute goes below #[pact_test]";
        return Err(Error::new_spanned(more, text));
    }
    if let Some(generic) = signature.generics.params.first() {
        let text =
            "nobody says what this is when the test is run: a test has no generic parameters";
        return Err(Error::new_spanned(generic, text));
    }
    Ok(test)
}

/// Holds the first parameter against what the test is given.
fn check_builder(signature: &Signature) -> syn::Result<()> {
    let builder = match signature.inputs.first() {
        None => {
            let text = "a contract test takes a builder: fn test(pact: &mut PactBuilder)";
            return Err(Error::new(signature.ident.span(), text));
        }
        Some(FnArg::Receiver(receiver)) => {
            let text = "a contract test is a function of its own, not a method";
            return Err(Error::new(receiver.span(), text));
        }
        Some(FnArg::Typed(builder)) => builder,
    };
    match builder.ty.as_ref() {
        Type::Reference(reference) if reference.mutability.is_some() => Ok(()),
        Type::Reference(_) => Err(Error::new_spanned(
            &builder.ty,
            "the builder collects what the test says, so it is changed: &mut PactBuilder",
        )),
        other if is_builder(other) => Err(Error::new_spanned(
            other,
            "the builder is lent to the test, which looks into it afterwards: &mut PactBuilder",
        )),
        _ => Err(Error::new_spanned(
            builder,
            "the builder comes first, then the arguments of others: pact: &mut PactBuilder",
        )),
    }
}

fn is_builder(kind: &Type) -> bool {
    match kind {
        Type::Path(path) => {
            let last = path.path.segments.last();
            last.is_some_and(|last| last.ident == "PactBuilder")
        }
        _ => false,
    }
}
