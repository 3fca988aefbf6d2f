//! The states a body can be in.

use super::ContentType;

/// A body as a contract speaks of it; the states mean different things and none is lost.
///
/// A JSON `null` payload is [`Body::Present`] with the bytes `null`.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub enum Body {
    /// Must be absent or of no length (`"body": ""`).
    Empty,
    /// Nothing is said about it; anything matches (no `body` member).
    #[default]
    Missing,
    /// Written as `null`; compares like [`Body::Empty`].
    Null,
    /// Bytes to compare with.
    Present(BodyContent),
}

impl Body {
    /// Returns a present body of the given type, or [`Body::Empty`] for no bytes.
    pub fn present(bytes: impl Into<Vec<u8>>, content_type: Option<ContentType>) -> Self {
        let bytes = bytes.into();
        if bytes.is_empty() {
            return Self::Empty;
        }
        Self::Present(BodyContent {
            bytes,
            content_type,
            hint: None,
        })
    }

    /// Returns the content when there is one.
    pub fn content(&self) -> Option<&BodyContent> {
        match self {
            Self::Present(content) => Some(content),
            Self::Empty | Self::Missing | Self::Null => None,
        }
    }
}

/// The bytes of a body and what they are.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct BodyContent {
    /// The payload; never empty. JSON keeps its number text and key order.
    pub bytes: Vec<u8>,
    /// The type the contract names, or the one that was detected; `None` when neither is known.
    pub content_type: Option<ContentType>,
    /// How the content is to be written to a file, when its author said so (V4).
    pub hint: Option<ContentTypeHint>,
}

/// How a body's content is written to a V4 file (`contentTypeHint`).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ContentTypeHint {
    /// `BINARY`: base64, whatever the type.
    Binary,
    /// `DEFAULT`: by the type.
    Default,
    /// `TEXT`: as text, whatever the type.
    Text,
}
