//! What came over the wire, borrowed from whoever received it.

use crate::json::Object;

/// A request that arrived.
#[derive(Clone, Copy, Debug)]
pub struct ActualRequest<'a> {
    /// The method as it was sent.
    pub method: &'a str,
    /// The path as it was sent, escapes and all.
    pub path: &'a str,
    /// The query string as it was sent, without `?`.
    pub query: Option<&'a str>,
    /// Header lines in order; a name may stand several times.
    pub headers: &'a [(&'a str, &'a str)],
    /// The body; empty when there was none.
    pub body: &'a [u8],
}

/// A response that arrived.
#[derive(Clone, Copy, Debug)]
pub struct ActualResponse<'a> {
    /// The status code.
    pub status: u16,
    /// Header lines in order; a name may stand several times.
    pub headers: &'a [(&'a str, &'a str)],
    /// The body; empty when there was none.
    pub body: &'a [u8],
}

/// A message that arrived.
#[derive(Clone, Copy, Debug)]
pub struct ActualMessage<'a> {
    /// The contents; empty when there were none.
    pub contents: &'a [u8],
    /// The media type of the contents, when the sender named one.
    pub content_type: Option<&'a str>,
    /// The metadata.
    pub metadata: &'a Object<'a>,
}
