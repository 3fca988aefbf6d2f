//! From the checked source to one call into `pact_consumer`.

use proc_macro::{Ident, Punct, Spacing, Span, TokenStream, TokenTree};

use crate::ast::{PactTest, Parameter};
use crate::quote::{quote, with_stream};

/// Keeps the user's function whole inside one that the test runner calls.
///
/// Parameters after the builder belong to fixture libraries: the outer function keeps them with
/// their attributes and passes them on.
pub(crate) fn expand(test: &PactTest) -> TokenStream {
    let function = &test.function;
    let test_attribute = match test.has_test_attribute() {
        true => TokenStream::new(),
        false => quote("#[::core::prelude::v1::test]", &[]),
    };
    let attributes = function.attributes.iter().flat_map(|one| &one.tokens);
    let fixtures = function.parameters.iter().skip(1).enumerate();
    let fixtures: Vec<(Ident, &Parameter)> = fixtures
        .map(|(index, fixture)| (name_of(fixture, index), fixture))
        .collect();
    let outer = listed(fixtures.iter().map(|(name, fixture)| fixture.named(name)));
    let inner = function.parameters.iter();
    let inner = listed(inner.map(Parameter::without_attributes));
    let call = call(test, fixtures.into_iter().map(|(name, _)| name));
    quote(
        "TEST_ATTRIBUTE ATTRIBUTES
        VISIBILITY HEAD OUTER TAIL {
            HEAD INNER TAIL BODY
            CALL
        }",
        &[
            ("TEST_ATTRIBUTE", test_attribute),
            ("ATTRIBUTES", attributes.cloned().collect()),
            ("VISIBILITY", stream(&function.visibility)),
            ("HEAD", stream(&function.head)),
            ("OUTER", with_stream(&function.parentheses, outer).into()),
            ("INNER", with_stream(&function.parentheses, inner).into()),
            ("TAIL", stream(&function.tail)),
            ("BODY", function.body.clone().into()),
            ("CALL", call),
        ],
    )
}

/// Returns the outer function's last expression: it runs the inner one.
fn call(test: &PactTest, fixtures: impl ExactSizeIterator<Item = Ident>) -> TokenStream {
    let name = TokenStream::from(TokenTree::from(test.function.name.clone()));
    let options = quote(
        "::pact_consumer::TestOptions::from_settings()
            ARGUMENTS
            .test_in(::core::module_path!(), ::core::stringify!(NAME))",
        &[
            ("ARGUMENTS", test.arguments.calls()),
            ("NAME", name.clone()),
        ],
    );
    // What fixtures give can be used once, so such a test cannot be run again for variants.
    let source = match (test.function.is_async, fixtures.len()) {
        (true, 0) => {
            "::pact_consumer::pact_test_async(OPTIONS, async |PACT| NAME(PACT).await).await"
        }
        (true, _) => {
            "::pact_consumer::pact_test_once_async(
                OPTIONS,
                async |PACT| NAME(PACT, FIXTURES).await,
            ).await"
        }
        (false, 0) => "::pact_consumer::pact_test(OPTIONS, |PACT| NAME(PACT))",
        (false, _) => "::pact_consumer::pact_test_once(OPTIONS, |PACT| NAME(PACT, FIXTURES))",
    };
    // No name of the user's can be this one.
    let pact = TokenTree::from(Ident::new("pact", Span::mixed_site()));
    let values = [
        ("OPTIONS", options),
        ("PACT", pact.into()),
        ("NAME", name),
        ("FIXTURES", listed(fixtures.map(|name| vec![name.into()]))),
    ];
    quote(source, &values)
}

/// Returns the name to pass a parameter on by.
fn name_of(fixture: &Parameter, index: usize) -> Ident {
    let fallback = || Ident::new(&format!("argument_{index}"), Span::mixed_site());
    fixture.name().unwrap_or_else(fallback)
}

fn stream(tokens: &[TokenTree]) -> TokenStream {
    tokens.iter().cloned().collect()
}

/// Puts commas between.
fn listed(parts: impl Iterator<Item = Vec<TokenTree>>) -> TokenStream {
    let comma = TokenTree::from(Punct::new(',', Spacing::Alone));
    let with_comma = |part: Vec<TokenTree>| part.into_iter().chain([comma.clone()]);
    parts.flat_map(with_comma).collect()
}
