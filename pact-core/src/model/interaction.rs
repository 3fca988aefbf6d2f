//! One interaction of a pact, of whatever kind.

use super::{Message, ProviderState, Request, Response};
use crate::json::Object;

/// One thing the consumer relies on.
#[derive(Clone, Debug, PartialEq)]
pub struct Interaction {
    /// What the consumer asks for, in words; with the provider states it identifies the interaction.
    pub description: String,
    /// States the provider must be in.
    pub provider_states: Vec<ProviderState>,
    /// Identifies the interaction across edits when its author gave one (V4).
    pub key: Option<String>,
    /// The id a broker gave it (`_id`); read to report results, never written to a file.
    pub id: Option<String>,
    /// Whether a failure of this interaction leaves the provider's build green (V4).
    pub pending: bool,
    /// Free comments (V4): `text`, `testname`, `references` and whatever else stands there.
    pub comments: Object<'static>,
    /// What plugins stored beside the interaction, by plugin name (V4).
    pub plugin_configuration: Object<'static>,
    /// Text to show in place of the interaction's own rendering (V4).
    pub markup: Option<Markup>,
    /// How the interaction travels: `http`, `https`, `grpc`, … (V4).
    pub transport: Option<String>,
    /// What is exchanged.
    pub kind: InteractionKind,
    /// Members nobody here knows, carried from read to write.
    pub extra: Object<'static>,
}

impl Interaction {
    /// Returns an interaction of the given kind with nothing else said about it.
    pub fn new(description: impl Into<String>, kind: InteractionKind) -> Self {
        Self {
            description: description.into(),
            provider_states: Vec::new(),
            key: None,
            id: None,
            pending: false,
            comments: Object::default(),
            plugin_configuration: Object::default(),
            markup: None,
            transport: None,
            kind,
            extra: Object::default(),
        }
    }
}

/// What an interaction exchanges.
#[derive(Clone, Debug, PartialEq)]
pub enum InteractionKind {
    /// A message the provider sends and nobody answers (`Asynchronous/Messages`).
    AsyncMessage(Box<Message>),
    /// A request and its response (`Synchronous/HTTP`).
    Http(Box<HttpExchange>),
    /// A type this version does not know, carried from read to write and never compared.
    Other {
        /// The `type` of the interaction.
        type_name: String,
        /// Its members other than the common ones.
        members: Object<'static>,
    },
    /// A message that is answered by others (`Synchronous/Messages`).
    SyncMessage(Box<MessageExchange>),
}

/// An HTTP request and the response the consumer relies on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HttpExchange {
    /// What the consumer sends.
    pub request: Request,
    /// What it relies on in the answer.
    pub response: Response,
}

/// A message and the messages that answer it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MessageExchange {
    /// What the consumer sends.
    pub request: Message,
    /// The answers, in order.
    pub responses: Vec<Message>,
}

/// Text that shows the interaction to people (V4 `interactionMarkup`).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Markup {
    /// The text.
    pub markup: String,
    /// How the text is written.
    pub markup_type: MarkupType,
}

/// The language of a [`Markup`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum MarkupType {
    /// `COMMON_MARK`.
    CommonMark,
    /// `HTML`.
    Html,
}
