//! Messages of one interaction: made by a closure or fetched over HTTP, then compared.

use std::borrow::{Borrow, Cow};
use std::slice;

use pact_core::json::{Json, Object};
use pact_core::matching::ActualMessage;
use pact_core::model::{Headers, Message, MessageExchange};
use pact_core::plan::MessagePlan;

use super::{Mismatches, Run};
use crate::error::InteractionError;
use crate::generate;
use crate::target::{MessageContext, ProducedMessage, Target, decode_metadata, message_request};

/// What is asked for, and which values of provider states take their places in it.
struct Question<'a> {
    /// The message to answer, where there is one.
    request: Option<Cow<'a, Message>>,
    values: &'a Object<'static>,
}

impl Run<'_> {
    /// Compares the message the provider sends of its own accord.
    pub(super) async fn event(
        &mut self,
        expected: &Message,
        values: &Object<'static>,
    ) -> Result<Mismatches, InteractionError> {
        let request = None;
        self.messages(slice::from_ref(expected), Question { request, values })
            .await
    }

    /// Compares the messages the provider answers with.
    pub(super) async fn answers(
        &mut self,
        exchange: &MessageExchange,
        values: &Object<'static>,
    ) -> Result<Mismatches, InteractionError> {
        let request = Some(generate::message(&exchange.request, values)?);
        self.messages(&exchange.responses, Question { request, values })
            .await
    }

    async fn messages(
        &mut self,
        expected: &[impl Borrow<Message>],
        question: Question<'_>,
    ) -> Result<Mismatches, InteractionError> {
        let plans = expected
            .iter()
            .map(|expected| {
                let expected = generate::expected_message(expected.borrow(), question.values)?;
                Ok(MessagePlan::compile(&expected)?)
            })
            .collect::<Result<Vec<_>, InteractionError>>()?;
        let produced = self.produced(question).await?;
        if !plans.is_empty() && produced.len() != plans.len() {
            return Err(InteractionError::MissingMessages {
                expected: plans.len(),
                produced: produced.len(),
            });
        }
        let mut mismatches = Vec::new();
        for (index, (plan, message)) in plans.iter().zip(&produced).enumerate() {
            let differs = compare(plan, message);
            if !differs.is_empty() && plans.len() > 1 {
                let warning = format!("message {} of {} differs", index + 1, plans.len());
                self.trace.warnings.push(warning);
            }
            mismatches.extend(differs);
        }
        Ok(mismatches)
    }

    /// Returns what the closure for the description makes, or else what the endpoint answers.
    async fn produced(
        &mut self,
        question: Question<'_>,
    ) -> Result<Vec<ProducedMessage>, InteractionError> {
        let producers = &self.provider.producers;
        let target = self.provider.target(self.interaction);
        let by_endpoint = matches!(target, Some(Target::Http(_)));
        if by_endpoint && !producers.make(&self.interaction.description) {
            let message = self.fetch_message(question.request.as_deref()).await?;
            return Ok(vec![message]);
        }
        let context = MessageContext {
            description: self.interaction.description.clone(),
            states: self.interaction.provider_states.clone(),
            request: question.request.map(Cow::into_owned),
            values: question.values.clone(),
        };
        producers.produce(context, self.provider.http.timeout).await
    }

    async fn fetch_message(
        &mut self,
        request: Option<&Message>,
    ) -> Result<ProducedMessage, InteractionError> {
        let mut outgoing = message_request(self.interaction, request);
        let path = self.provider.base_path(self.interaction);
        let path = if path.is_empty() { "/" } else { path };
        *outgoing.uri_mut() = path.parse().map_err(|_| InteractionError::Request {
            reason: format!("`{path}` is not the target of a request"),
        })?;
        let mut known = Headers::default();
        for (name, value) in outgoing.headers() {
            known.push(name.as_str(), value.to_str().unwrap_or_default());
        }
        for header in &self.provider.headers {
            header.apply(outgoing.headers_mut());
        }
        let answer = self.send(outgoing, &known, None).await?;
        if !(200..300).contains(&answer.status) {
            let status = answer.status;
            self.trace.answer = Some(answer);
            return Err(InteractionError::MessageEndpoint { status });
        }
        let metadata = match answer.header("pact-message-metadata") {
            Some(header) => decode_metadata(header).unwrap_or_else(|| {
                let warning = "the header `Pact-Message-Metadata` is not base64 of a JSON object";
                self.trace.warnings.push(warning.to_owned());
                Object::default()
            }),
            None => Object::default(),
        };
        let produced = ProducedMessage {
            contents: answer.body.clone(),
            content_type: answer.header("content-type").map(str::to_owned),
            metadata,
        };
        self.trace.answer = Some(answer);
        Ok(produced)
    }
}

fn compare(plan: &MessagePlan, produced: &ProducedMessage) -> Mismatches {
    let mut metadata = Object::default();
    if let Some(media) = &produced.content_type {
        metadata.insert("contentType".to_owned(), Json::from(media.clone()));
    }
    for (name, value) in produced.metadata.iter() {
        metadata.insert(name.to_owned(), value.clone());
    }
    plan.compare(&ActualMessage {
        contents: &produced.contents,
        content_type: produced.content_type.as_deref(),
        metadata: &metadata,
    })
}
