//! Messages as the test's handler receives them.
//!
//! The provider's stand-in for messages is a call: the handler under test is called with the
//! contents and the metadata of each message, and what it answers with or fails with is judged at
//! the end of the test, as a mock server's requests are.

use std::any::Any;
use std::error::Error;
use std::fmt;
use std::future::Future;
use std::hash::{BuildHasher, RandomState};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::SystemTime;

use pact_core::generators::{GenerationContext, Mode, apply_to_message};
use pact_core::json::{Json, Object, OwnedJson};
use pact_core::matching::{ActualMessage, Mismatch};
use pact_core::model::{Interaction, Message, MessageExchange};
use pact_core::plan::MessagePlan;

use crate::error::ConsumerError;

/// A message as the test's handler receives it: its generators were applied.
#[derive(Clone, Debug, PartialEq)]
pub struct ReceivedMessage {
    description: String,
    message: Message,
}

impl ReceivedMessage {
    pub(crate) fn new(interaction: &Interaction, message: &Message) -> Result<Self, ConsumerError> {
        let seed = RandomState::new().hash_one(0);
        let mut context = GenerationContext::utc(Mode::Consumer, SystemTime::now(), seed);
        let made =
            apply_to_message(message, &mut context).map_err(|source| ConsumerError::Generate {
                interaction: interaction.description.clone(),
                source,
            })?;
        Ok(Self {
            description: interaction.description.clone(),
            message: made,
        })
    }

    /// Returns the description of the interaction.
    pub fn description(&self) -> &str {
        &self.description
    }

    /// Returns the contents; none for a message of no length or about which nothing is said.
    pub fn contents(&self) -> &[u8] {
        let content = self.message.contents.content();
        content.map_or(&[], |content| content.bytes.as_slice())
    }

    /// Returns the contents as text.
    ///
    /// # Errors
    ///
    /// When they are not UTF-8.
    pub fn text(&self) -> Result<&str, std::str::Utf8Error> {
        std::str::from_utf8(self.contents())
    }

    /// Reads the contents as JSON.
    ///
    /// # Errors
    ///
    /// When they are not JSON, or not of the type.
    pub fn json<T: serde_core::de::DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_slice(self.contents())
    }

    /// Returns the media type of the contents, if it is known.
    pub fn content_type(&self) -> Option<String> {
        let own = self.message.contents.content()?.content_type.as_ref();
        own.map(ToString::to_string)
    }

    /// Returns what stands beside the contents.
    pub const fn metadata(&self) -> &Object<'static> {
        &self.message.metadata
    }

    /// Returns an entry of the metadata as text; what is no text is written as JSON.
    pub fn metadata_text(&self, name: &str) -> Option<String> {
        self.message.metadata.get(name).map(|value| match value {
            Json::String(text) => text.clone().into_owned(),
            other => other.to_compact(),
        })
    }
}

/// A message that is answered by others, as the test's handler plays it through.
///
/// The client under test sends its message by [`Exchange::send`], which compares it with the
/// contract and returns the answers. A clone is the same exchange, for clients that want a
/// transport of their own.
///
/// ```
/// use pact_consumer::prelude::*;
///
/// struct PriceClient<T>(T);
///
/// impl<T: Fn(String) -> Vec<u8>> PriceClient<T> {
///     fn price(&self, sku: &str) -> f64 {
///         let answer = (self.0)(format!(r#"{{"sku":"{sku}"}}"#));
///         let answer: serde_json::Value = serde_json::from_slice(&answer).unwrap();
///         answer["price"].as_f64().unwrap()
///     }
/// }
///
/// let mut pact = PactBuilder::new("order-web", "order-api");
/// pact.upon_message("a question for the price of an article")
///     .json_body(json_pattern!({ "sku": like("A1") }))
///     .will_answer()
///     .json_body(json_pattern!({ "price": decimal(9.5) }));
/// pact.handle_exchanges(|exchange: &Exchange| {
///     let transport = exchange.clone();
///     let client = PriceClient(move |sent| transport.send(sent).unwrap()[0].contents().to_vec());
///     assert_eq!(client.price("B2"), 9.5);
/// });
/// assert!(pact.failure().is_none());
/// ```
#[derive(Clone, Debug)]
pub struct Exchange {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    request: ReceivedMessage,
    answers: Vec<ReceivedMessage>,
    plan: MessagePlan,
    state: Mutex<ExchangeState>,
}

#[derive(Debug, Default)]
struct ExchangeState {
    /// Whether anything was sent.
    sent: bool,
    /// What differed, when something that was sent did.
    mismatches: Vec<Mismatch>,
}

/// What the client sent is not what the contract says.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct UnexpectedMessage {
    /// The description of the interaction.
    pub interaction: String,
    /// What differs; never empty.
    pub mismatches: Vec<Mismatch>,
}

impl fmt::Display for UnexpectedMessage {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            interaction,
            mismatches,
        } = self;
        write!(
            formatter,
            "the message differs from `{interaction}`{}",
            listed(mismatches)
        )
    }
}

impl Error for UnexpectedMessage {}

impl Exchange {
    pub(crate) fn new(
        interaction: &Interaction,
        exchange: &MessageExchange,
    ) -> Result<Self, ConsumerError> {
        let answers = exchange.responses.iter();
        let plan =
            MessagePlan::compile(&exchange.request).map_err(|source| ConsumerError::Compile {
                interaction: interaction.description.clone(),
                source,
            })?;
        let inner = Inner {
            request: ReceivedMessage::new(interaction, &exchange.request)?,
            answers: answers
                .map(|answer| ReceivedMessage::new(interaction, answer))
                .collect::<Result<_, _>>()?,
            plan,
            state: Mutex::default(),
        };
        Ok(Self {
            inner: Arc::new(inner),
        })
    }

    /// Returns the description of the interaction.
    pub fn description(&self) -> &str {
        self.inner.request.description()
    }

    /// Returns the message the contract expects the client to send.
    pub fn request(&self) -> &ReceivedMessage {
        &self.inner.request
    }

    /// Returns the answers, in order. To look at them is not to ask for them: the exchange comes
    /// about only when the client sends its message.
    pub fn answers(&self) -> &[ReceivedMessage] {
        &self.inner.answers
    }

    /// Takes what the client sends and returns the answers.
    ///
    /// # Errors
    ///
    /// When it is not the message of the contract. The test fails then, whatever the handler makes
    /// of the error.
    pub fn send(
        &self,
        contents: impl AsRef<[u8]>,
    ) -> Result<&[ReceivedMessage], UnexpectedMessage> {
        self.send_with(contents, &[])
    }

    /// Does as [`Exchange::send`], with metadata beside the contents; an entry `contentType` names
    /// the type of the contents.
    ///
    /// # Errors
    ///
    /// As [`Exchange::send`].
    pub fn send_with(
        &self,
        contents: impl AsRef<[u8]>,
        metadata: &[(&str, OwnedJson)],
    ) -> Result<&[ReceivedMessage], UnexpectedMessage> {
        let entries = metadata.iter().cloned();
        let metadata: Object<'_> = entries.collect();
        let sent_type = crate::builder::type_in(&metadata).map(str::to_owned);
        let own_type = self.inner.request.content_type();
        let actual = ActualMessage {
            contents: contents.as_ref(),
            content_type: sent_type.as_deref().or(own_type.as_deref()),
            metadata: &metadata,
        };
        let mismatches = self.inner.plan.compare(&actual);
        let mut state = self.state();
        state.sent = true;
        if mismatches.is_empty() {
            return Ok(&self.inner.answers);
        }
        state.mismatches.clone_from(&mismatches);
        Err(UnexpectedMessage {
            interaction: self.description().to_owned(),
            mismatches,
        })
    }

    /// Returns why the exchange did not come about, if it did not.
    pub(crate) fn failure(&self) -> Option<String> {
        let state = self.state();
        if !state.mismatches.is_empty() {
            return Some(format!(
                "the message that was sent differs{}",
                listed(&state.mismatches)
            ));
        }
        let nothing =
            "the handler sent nothing; call `send` of the exchange with what the client sends";
        (!state.sent).then(|| nothing.to_owned())
    }

    fn state(&self) -> MutexGuard<'_, ExchangeState> {
        // What a handler that panics leaves is whole: every change is a single assignment.
        self.inner
            .state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

fn listed(mismatches: &[Mismatch]) -> String {
    let lines = mismatches.iter().map(|mismatch| format!("\n  {mismatch}"));
    lines.collect()
}

/// Calls a function and takes a panic in it for what it is.
pub(crate) fn caught<R>(call: impl FnOnce() -> R) -> Result<R, Box<dyn Any + Send>> {
    catch_unwind(AssertUnwindSafe(call))
}

/// Drives a future and takes a panic in it for what it is; needs no particular runtime.
pub(crate) async fn caught_async<R>(
    future: impl Future<Output = R>,
) -> Result<R, Box<dyn Any + Send>> {
    let mut running = pin!(future);
    std::future::poll_fn(|context| match caught(|| running.as_mut().poll(context)) {
        Ok(Poll::Pending) => Poll::Pending,
        Ok(Poll::Ready(outcome)) => Poll::Ready(Ok(outcome)),
        Err(panic) => Poll::Ready(Err(panic)),
    })
    .await
}

/// Returns the text of a panic.
pub(crate) fn text_of(panic: &(dyn Any + Send)) -> String {
    panic
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
        .unwrap_or_else(|| "it panicked without a text".to_owned())
}
