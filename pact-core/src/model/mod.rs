//! The one model of a pact, shaped like V4 of the specification.
//!
//! Specification versions exist only in [`crate::format`]: whatever a file was written as, it is
//! read into these types, and what they hold is never less than what the file said.

mod body;
mod content_type;
mod http;
mod interaction;
mod message;
mod pact;
mod provider_state;

pub use body::{Body, BodyContent, ContentTypeHint};
pub use content_type::{ContentType, ParseContentTypeError};
pub use http::{Headers, Query, Request, Response};
pub use interaction::{
    HttpExchange, Interaction, InteractionKind, Markup, MarkupType, MessageExchange,
};
pub use message::Message;
pub use pact::{Pact, SpecVersion};
pub use provider_state::ProviderState;
