//! Messages: those nobody answers, and those that are answered by others.

use pact_core::json::{Json, Object};
use pact_core::model::ProviderState;
use pact_core::path::{DocPath, PathToken};

use super::body::Content;
use super::draft::{Carrier, Draft, Slot};
use super::methods::{body_methods, interaction_methods};
use crate::pattern::Pattern;

/// A message in the making that the provider sends and nobody answers.
///
/// ```
/// use pact_consumer::prelude::*;
///
/// let mut pact = PactBuilder::new("order-mailer", "order-api");
/// pact.expects_to_receive("an order was placed")
///     .given("order 42 was placed")
///     .metadata("topic", "orders")
///     .json_body(json_pattern!({ "id": integer(42), "email": like("a@example.org") }));
/// pact.handle_messages(|message: &ReceivedMessage| {
///     let order: serde_json::Value = message.json()?;
///     assert_eq!(order["email"], "a@example.org");
///     Ok::<_, serde_json::Error>(())
/// });
/// assert!(pact.failure().is_none());
/// ```
#[derive(Debug)]
pub struct MessageBuilder<'a> {
    draft: &'a mut Draft,
    slot: Slot,
}

/// A message in the making that the consumer sends and the provider answers.
///
/// ```
/// use pact_consumer::prelude::*;
///
/// let mut pact = PactBuilder::new("order-web", "order-api");
/// pact.upon_message("a question for the price of an article")
///     .json_body(json_pattern!({ "sku": like("A1") }))
///     .will_answer()
///     .json_body(json_pattern!({ "price": decimal(9.5) }))
///     .and_answer()
///     .json_body(json_pattern!({ "price": decimal(8.5), "from": integer(10) }));
/// pact.handle_exchanges(|exchange: &Exchange| {
///     let answers = exchange.send(r#"{"sku":"B2"}"#)?;
///     assert_eq!(answers.len(), 2);
///     Ok::<_, pact_consumer::UnexpectedMessage>(())
/// });
/// assert!(pact.failure().is_none());
/// ```
#[derive(Debug)]
#[must_use = "a message that is to be answered needs `.will_answer()`"]
pub struct QuestionBuilder<'a> {
    draft: &'a mut Draft,
    slot: Slot,
}

/// An answer in the making.
#[derive(Debug)]
pub struct AnswerBuilder<'a> {
    draft: &'a mut Draft,
    slot: Slot,
}

#[expect(
    clippy::return_self_not_must_use,
    reason = "the message is in the contract already"
)]
impl<'a> MessageBuilder<'a> {
    pub(super) const fn new(draft: &'a mut Draft) -> Self {
        Self {
            draft,
            slot: Slot::Message,
        }
    }

    interaction_methods!();
    body_methods!("Carries");

    /// Carries an entry beside the contents: a topic, a key, a content type, ….
    pub fn metadata(self, name: &str, value: impl Into<Pattern>) -> Self {
        set_metadata(self.draft, self.slot, name, &value.into());
        self
    }
}

impl<'a> QuestionBuilder<'a> {
    pub(super) const fn new(draft: &'a mut Draft) -> Self {
        Self {
            draft,
            slot: Slot::Question,
        }
    }

    interaction_methods!();
    body_methods!("Expects");

    /// Expects an entry beside the contents.
    pub fn metadata(self, name: &str, value: impl Into<Pattern>) -> Self {
        set_metadata(self.draft, self.slot, name, &value.into());
        self
    }

    /// Goes on to the answer.
    pub fn will_answer(self) -> AnswerBuilder<'a> {
        AnswerBuilder::new(self.draft, 0)
    }
}

#[expect(
    clippy::return_self_not_must_use,
    reason = "the message is in the contract already"
)]
impl<'a> AnswerBuilder<'a> {
    fn new(draft: &'a mut Draft, index: usize) -> Self {
        let slot = Slot::Answer(index);
        draft.half(slot);
        Self { draft, slot }
    }

    body_methods!("Answers with");

    /// Answers with an entry beside the contents.
    pub fn metadata(self, name: &str, value: impl Into<Pattern>) -> Self {
        set_metadata(self.draft, self.slot, name, &value.into());
        self
    }

    /// Goes on to one answer more.
    pub fn and_answer(self) -> Self {
        let next = match self.slot {
            Slot::Answer(index) => index + 1,
            Slot::Message | Slot::Question | Slot::Request | Slot::Response => 0,
        };
        AnswerBuilder::new(self.draft, next)
    }
}

fn set_metadata(draft: &mut Draft, slot: Slot, name: &str, value: &Pattern) {
    let Some(compiled) = draft.compile_at(slot, &format!("metadata `{name}`"), value) else {
        return;
    };
    if compiled.generators.iter().any(|(path, _)| !path.is_root()) {
        let fault = format!(
            "{} metadata `{name}`: a contract can make an entry afresh, but no value inside one",
            slot.words()
        );
        draft.faults.push(fault);
    }
    let half = draft.half(slot);
    for (path, list) in compiled.rules.iter() {
        let path = below(name, path);
        half.rules.metadata.set(path, list.clone());
    }
    if let Some((_, generator)) = compiled
        .generators
        .into_iter()
        .find(|(path, _)| path.is_root())
    {
        half.generators.metadata.push((name.to_owned(), generator));
    }
    let Carrier::Metadata(metadata) = half.carrier else {
        return;
    };
    metadata.insert(name.to_owned(), compiled.example);
    let named = super::draft::type_in(metadata).and_then(|text| text.parse().ok());
    if let (pact_core::model::Body::Present(content), Some(named)) = (half.body, named) {
        content.content_type = Some(named);
    }
}

/// Returns the path of a place inside a metadata entry.
fn below(name: &str, path: &DocPath) -> DocPath {
    let entry = DocPath::root().join(PathToken::Field(name.to_owned()));
    let steps = path.tokens().iter().skip(1).cloned();
    steps.fold(entry, |path, step| path.join(step))
}
