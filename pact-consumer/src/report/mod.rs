//! The report of a failing test: the whole story in one text, made in one place.
//!
//! [`Failure`] says what went wrong as data, `text` puts it into words from cause to consequence:
//! what came that should not, what the test itself failed with, what never came, and how to run the
//! test again.

mod colour;
mod excerpt;
mod failure;
mod request;
mod text;

use std::error::Error;

pub use failure::Failure;
pub(crate) use text::again;

/// Joins an error with what caused it, a line each.
pub(crate) fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(&format!("\n  caused by: {cause}"));
        source = cause.source();
    }
    text
}
