//! What the macro refuses.

use proc_macro::{Delimiter, Group, Literal, Span, TokenStream, TokenTree};

/// A refusal: a sentence, and where it belongs.
pub(crate) struct Error {
    start: Span,
    end: Span,
    text: String,
}

impl Error {
    pub(crate) fn new(span: Span, text: impl Into<String>) -> Self {
        Self {
            start: span,
            end: span,
            text: text.into(),
        }
    }

    /// Makes an error that underlines all these tokens.
    pub(crate) fn across(tokens: &[TokenTree], text: impl Into<String>) -> Self {
        let span = |token: Option<&TokenTree>| token.map_or_else(Span::call_site, TokenTree::span);
        Self {
            start: span(tokens.first()),
            end: span(tokens.last()),
            text: text.into(),
        }
    }

    /// Returns `::core::compile_error! { "…" }`; the compiler underlines it from the first token's
    /// place to the last one's.
    pub(crate) fn into_compile_error(self) -> TokenStream {
        let message = TokenTree::from(Literal::string(&self.text));
        let mut braces = Group::new(Delimiter::Brace, message.into());
        braces.set_span(self.end);
        let path: TokenStream = "::core::compile_error!".parse().unwrap_or_default();
        let path = path.into_iter().map(|mut token| {
            token.set_span(self.start);
            token
        });
        path.chain([braces.into()]).collect()
    }
}
