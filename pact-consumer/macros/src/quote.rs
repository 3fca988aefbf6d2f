//! Writing of tokens.

use proc_macro::{Group, Span, TokenStream, TokenTree};

use crate::error::Error;
use crate::tokens::is_word;

/// Reads source text, and puts streams where their names stand in it.
///
/// The tokens of the text stand where the attribute stands; those of the streams stay where they
/// came from, so that the compiler shows the user's line.
pub(crate) fn quote(source: &str, values: &[(&str, TokenStream)]) -> TokenStream {
    match source.parse() {
        Ok(tokens) => fill(tokens, values),
        Err(error) => Error::new(Span::call_site(), error.to_string()).into_compile_error(),
    }
}

fn fill(source: TokenStream, values: &[(&str, TokenStream)]) -> TokenStream {
    let filled = source.into_iter().map(|token| match token {
        TokenTree::Group(group) => with_stream(&group, fill(group.stream(), values)).into(),
        token => {
            let value = values.iter().find(|(name, _)| is_word(&token, name));
            value.map_or_else(|| token.into(), |(_, stream)| stream.clone())
        }
    });
    filled.collect()
}

/// Returns the group with something else in it.
pub(crate) fn with_stream(group: &Group, stream: TokenStream) -> TokenTree {
    let mut other = Group::new(group.delimiter(), stream);
    other.set_span(group.span());
    other.into()
}
