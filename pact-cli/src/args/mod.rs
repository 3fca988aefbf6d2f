//! Options that more than one command takes.

mod connection;
mod format;
mod selectors;

pub(crate) use connection::Connection;
pub(crate) use format::{Format, FormatOrId};
pub(crate) use selectors::Selectors;

/// Returns the text unless it is empty: build scripts set variables to nothing.
pub(crate) fn given(text: Option<&String>) -> Option<&str> {
    text.map(String::as_str).filter(|text| !text.is_empty())
}
