//! Every refusal of what stands below the attribute, with a place and a sentence.

use proc_macro::TokenTree;

use crate::ast::{Function, PactTest};
use crate::error::Error;
use crate::tokens::{Tokens, last_of_path};

pub(crate) fn check(test: PactTest) -> Result<PactTest, Error> {
    let function = &test.function;
    if let Some(second) = test.second() {
        let text = "one #[pact_test] is enough: a test makes one contract";
        return Err(Error::across(&second.tokens, text));
    }
    check_builder(function)?;
    if test.has_test_attribute() {
        return Ok(test);
    }
    if function.is_async {
        let text = "an async test needs a runtime: put its attribute, such as #[tokio::test], below #[pact_test]";
        return Err(Error::new(function.keyword, text));
    }
    if let Some(more) = function.parameters.get(1) {
        let text = "nobody gives the test this argument: parameters after the builder are for a library of fixtures, such as #[rstest], whose attribute goes below #[pact_test]";
        return Err(Error::across(&more.tokens(), text));
    }
    if !function.generic.is_empty() {
        let text =
            "nobody says what this is when the test is run: a test has no generic parameters";
        return Err(Error::across(&function.generic, text));
    }
    Ok(test)
}

/// Holds the first parameter against what the test is given.
fn check_builder(function: &Function) -> Result<(), Error> {
    let Some(builder) = function.parameters.first() else {
        let text = "a contract test takes a builder: fn test(pact: &mut PactBuilder)";
        return Err(Error::new(function.name.span(), text));
    };
    if builder.is_receiver() {
        let text = "a contract test is a function of its own, not a method";
        let first = builder.tokens().into_iter().take(1).collect::<Vec<_>>();
        return Err(Error::across(&first, text));
    }
    let mut kind = Tokens::new(builder.kind.clone());
    let is_lent = kind.sign('&').is_some();
    if kind.sign('\'').is_some() {
        kind.next();
    }
    if is_lent && kind.word("mut").is_some() {
        return Ok(());
    }
    if is_lent {
        let text = "the builder collects what the test says, so it is changed: &mut PactBuilder";
        return Err(Error::across(&builder.kind, text));
    }
    if is_builder(&builder.kind) {
        let text =
            "the builder is lent to the test, which looks into it afterwards: &mut PactBuilder";
        return Err(Error::across(&builder.kind, text));
    }
    let text = "the builder comes first, then the arguments of others: pact: &mut PactBuilder";
    Err(Error::across(&builder.tokens(), text))
}

fn is_builder(kind: &[TokenTree]) -> bool {
    let kind: Vec<TokenTree> = Tokens::new(kind.to_vec()).collect();
    last_of_path(&kind).is_some_and(|last| last.to_string() == "PactBuilder")
}
