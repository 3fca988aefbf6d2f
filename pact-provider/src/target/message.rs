//! Messages: made by closures of the provider, or fetched over HTTP from an endpoint that makes them.

use std::collections::HashMap;
use std::fmt::Display;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderValue};
use pact_core::json::{Json, Object};
use pact_core::model::{Body, Interaction, Message, ProviderState};

use crate::error::InteractionError;
use crate::guard::caught_within;

/// What the provider is asked to produce.
#[derive(Clone, Debug)]
pub struct MessageContext {
    pub(crate) description: String,
    pub(crate) states: Vec<ProviderState>,
    pub(crate) request: Option<Message>,
    pub(crate) values: Object<'static>,
}

impl MessageContext {
    /// Returns the description of the interaction.
    pub fn description(&self) -> &str {
        &self.description
    }

    /// Returns the provider states of the interaction.
    pub fn states(&self) -> &[ProviderState] {
        &self.states
    }

    /// Returns the message to answer, when the interaction is one of request and response.
    pub fn request(&self) -> Option<&Message> {
        self.request.as_ref()
    }

    /// Returns the values of the provider states: their parameters and what handlers returned.
    pub fn values(&self) -> &Object<'static> {
        &self.values
    }
}

/// A message as the provider would send it.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct ProducedMessage {
    /// The contents.
    pub contents: Bytes,
    /// The media type of the contents.
    pub content_type: Option<String>,
    /// What stands beside the contents: topic, key, ….
    pub metadata: Object<'static>,
}

impl ProducedMessage {
    /// Returns a message with the value as JSON.
    ///
    /// # Errors
    ///
    /// When the value cannot be written as JSON.
    pub fn json(value: &impl serde::Serialize) -> Result<Self, serde_json::Error> {
        Ok(Self::bytes(serde_json::to_vec(value)?, "application/json"))
    }

    /// Returns a message of the given contents and media type.
    pub fn bytes(contents: impl Into<Bytes>, content_type: &str) -> Self {
        Self {
            contents: contents.into(),
            content_type: Some(content_type.to_owned()),
            metadata: Object::default(),
        }
    }

    /// Adds an entry to the metadata.
    #[must_use]
    pub fn metadata(mut self, name: impl Into<String>, value: impl Into<Json<'static>>) -> Self {
        self.metadata.insert(name.into(), value.into());
        self
    }
}

type Produced = Result<Vec<ProducedMessage>, String>;
type Producer =
    Arc<dyn Fn(MessageContext) -> Pin<Box<dyn Future<Output = Produced> + Send>> + Send + Sync>;

/// Who makes which message.
#[derive(Clone, Default)]
pub(crate) struct Producers(HashMap<String, Producer>);

impl Producers {
    pub(crate) fn add<F, Fut, E>(&mut self, description: String, produce: F)
    where
        F: Fn(MessageContext) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Vec<ProducedMessage>, E>> + Send + 'static,
        E: Display,
    {
        let producer: Producer = Arc::new(move |context| {
            let messages = produce(context);
            Box::pin(async move { messages.await.map_err(|error| error.to_string()) })
        });
        self.0.insert(description, producer);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns whether somebody makes the message of the description.
    pub(crate) fn make(&self, description: &str) -> bool {
        self.0.contains_key(description)
    }

    pub(crate) async fn produce(
        &self,
        context: MessageContext,
        deadline: Duration,
    ) -> Result<Vec<ProducedMessage>, InteractionError> {
        use super::Fault;
        let Some(producer) = self.0.get(&context.description) else {
            return Err(InteractionError::MissingProducer {
                description: context.description,
            });
        };
        // The closure itself runs inside the guard, so that a panic before its first `await` counts.
        let producing = async { producer(context).await };
        let fault = match caught_within(deadline, producing).await {
            Ok(Ok(Ok(messages))) => return Ok(messages),
            Ok(Ok(Err(message))) => Fault::Service { message },
            Ok(Err(message)) => Fault::Panicked { message },
            Err(_) => Fault::Timeout { after: deadline },
        };
        Err(InteractionError::Provider(fault))
    }
}

/// Returns the request that fetches a message from an endpoint of the provider.
pub(crate) fn message_request(
    interaction: &Interaction,
    request: Option<&Message>,
) -> http::Request<Bytes> {
    let mut body = Object::default();
    body.insert(
        "description".to_owned(),
        Json::from(interaction.description.clone()),
    );
    if let Some(request) = request {
        body.insert("request".to_owned(), Json::from(contents_of(request)));
    }
    if !interaction.provider_states.is_empty() {
        let states = interaction.provider_states.iter().map(state_json).collect();
        body.insert("providerStates".to_owned(), Json::Array(states));
    }
    let mut outgoing = http::Request::new(Bytes::from(Json::from(body).to_compact()));
    *outgoing.method_mut() = http::Method::POST;
    let headers = outgoing.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(ACCEPT, HeaderValue::from_static("*/*"));
    outgoing
}

fn state_json(state: &ProviderState) -> Json<'static> {
    let mut json = Object::default();
    json.insert("name".to_owned(), Json::from(state.name.clone()));
    if !state.params.is_empty() {
        json.insert("params".to_owned(), Json::from(state.params.clone()));
    }
    Json::from(json)
}

fn contents_of(message: &Message) -> Object<'static> {
    let mut json = Object::default();
    if let Body::Present(content) = &message.contents {
        let is_json = content
            .content_type
            .as_ref()
            .is_none_or(|media| media.is_json());
        let parsed = Json::parse(&content.bytes).ok().filter(|_| is_json);
        let text = std::str::from_utf8(&content.bytes);
        let (value, encoded) = match (parsed, text) {
            (Some(json), _) => (json.into_owned(), Json::Bool(false)),
            (None, Ok(text)) => (Json::from(text.to_owned()), Json::Bool(false)),
            (None, Err(_)) => (
                Json::from(STANDARD.encode(&content.bytes)),
                Json::from("base64".to_owned()),
            ),
        };
        let mut contents = Object::default();
        contents.insert("content".to_owned(), value);
        if let Some(media) = &content.content_type {
            contents.insert("contentType".to_owned(), Json::from(media.to_string()));
        }
        contents.insert("encoded".to_owned(), encoded);
        json.insert("contents".to_owned(), Json::from(contents));
    }
    if !message.metadata.is_empty() {
        json.insert("metadata".to_owned(), Json::from(message.metadata.clone()));
    }
    json
}

/// Reads the metadata of a fetched message: base64 of a JSON object.
pub(crate) fn decode_metadata(header: &str) -> Option<Object<'static>> {
    let bytes = STANDARD.decode(header.trim()).ok()?;
    match Json::parse(&bytes).ok()?.into_owned() {
        Json::Object(metadata) => Some(metadata),
        _ => None,
    }
}
