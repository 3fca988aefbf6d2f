//! One interaction: states, request, answer, comparison, teardown.

use std::borrow::{Borrow, Cow};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::HeaderMap;
use pact_core::json::{Json, Object};
use pact_core::matching::{ActualMessage, ActualResponse};
use pact_core::model::{Headers, HttpExchange, Interaction, InteractionKind, Message};
use pact_core::plan::{MessagePlan, ResponsePlan};

use crate::error::InteractionError;
use crate::generate;
use crate::guard::caught;
use crate::provider::Provider;
use crate::report::{InteractionReport, Outcome, SentRequest};
use crate::state::Visit;
use crate::target::{
    Answer, MessageContext, ProducedMessage, Provided, Target, decode_metadata, message_request,
    outgoing,
};

/// The pact an interaction belongs to, as far as running it needs to know.
pub(crate) struct Home {
    pub(crate) consumer: String,
    pub(crate) pending: bool,
}

/// Verifies the interaction. Whatever happens on the way is in the report.
pub(crate) async fn verify(
    provider: &Provider,
    home: &Home,
    interaction: Interaction,
) -> InteractionReport {
    let mut report = blank(home, &interaction);
    let mut run = Run {
        provider,
        home,
        interaction: &interaction,
        report: &mut report,
    };
    let outcome = caught(run.all()).await;
    report.outcome = match outcome {
        Ok(Ok(mismatches)) if mismatches.is_empty() => Outcome::Passed,
        Ok(Ok(mismatches)) => Outcome::Failed(mismatches),
        Ok(Err(error)) => Outcome::Error(error),
        Err(message) => Outcome::Error(InteractionError::Panicked { message }),
    };
    if matches!(report.outcome, Outcome::Passed) {
        // Those of a long run of successes would fill the memory, and nobody looks at them.
        (report.sent, report.answer) = (None, None);
    }
    report
}

type Mismatches = Vec<pact_core::matching::Mismatch>;

struct Run<'a> {
    provider: &'a Provider,
    home: &'a Home,
    interaction: &'a Interaction,
    report: &'a mut InteractionReport,
}

impl Run<'_> {
    async fn all(&mut self) -> Result<Mismatches, InteractionError> {
        let provided = match self.provider.target(self.interaction) {
            Some(Target::Service(service)) => {
                Some(service.provide(self.provider.http.timeout).await?)
            }
            Some(Target::Http(_)) | None => None,
        };
        let visit = Visit {
            states: &self.provider.states,
            consumer: &self.home.consumer,
            http: &self.provider.client,
            own: provided.as_ref().and_then(|provided| provided.data.clone()),
        };
        let begun = Instant::now();
        let setup = visit.set_up(self.interaction).await;
        self.report.state_duration = begun.elapsed();
        self.report.warnings.extend(setup.warnings);
        let compared = match setup.failure {
            Some(failure) => Err(failure),
            None => {
                let begun = Instant::now();
                let cancellation = &self.provider.cancellation;
                let comparing = caught(self.compare(provided.as_ref(), &setup.values));
                let compared = cancellation.unless(comparing).await;
                self.report.duration = begun.elapsed();
                match compared {
                    Some(Ok(compared)) => compared,
                    Some(Err(message)) => Err(InteractionError::Panicked { message }),
                    None => Err(InteractionError::Cancelled),
                }
            }
        };
        let begun = Instant::now();
        let teardown = visit.tear_down(&setup.done).await;
        self.report.state_duration += begun.elapsed();
        match (compared, teardown) {
            // What differed says more than a teardown that failed after it.
            (Ok(mismatches), Some(failure)) if mismatches.is_empty() => Err(failure),
            (Ok(mismatches), Some(failure)) => {
                self.report.warnings.push(failure.to_string());
                Ok(mismatches)
            }
            (Err(error), Some(failure)) => {
                self.report.warnings.push(failure.to_string());
                Err(error)
            }
            (compared, None) => compared,
        }
    }

    async fn compare(
        &mut self,
        provided: Option<&Provided>,
        values: &Object<'static>,
    ) -> Result<Mismatches, InteractionError> {
        match &self.interaction.kind {
            InteractionKind::Http(exchange) => self.http(exchange, provided, values).await,
            InteractionKind::AsyncMessage(message) => {
                self.message(None, std::slice::from_ref(message), values)
                    .await
            }
            InteractionKind::SyncMessage(exchange) => {
                let request = Some(&exchange.request);
                self.message(request, &exchange.responses, values).await
            }
            InteractionKind::Other { type_name, .. } => Err(InteractionError::UnknownType {
                type_name: type_name.clone(),
            }),
        }
    }

    async fn http(
        &mut self,
        exchange: &HttpExchange,
        provided: Option<&Provided>,
        values: &Object<'static>,
    ) -> Result<Mismatches, InteractionError> {
        let expected = generate::expected_response(&exchange.response, values)?;
        let plan = ResponsePlan::compile(&expected)?;
        let request = generate::request(&exchange.request, values)?;
        let base_path = self.provider.base_path(self.interaction);
        let request = outgoing(&request, base_path, &self.provider.headers)?;
        let answer = self
            .send(request, &exchange.request.headers, provided)
            .await?;
        let headers = borrowed(&answer);
        let mismatches = plan.compare(&ActualResponse {
            status: answer.status,
            headers: &headers,
            body: &answer.body,
        });
        self.report.answer = Some(answer);
        Ok(mismatches)
    }

    async fn message(
        &mut self,
        request: Option<&Message>,
        expected: &[impl Borrow<Message>],
        values: &Object<'static>,
    ) -> Result<Mismatches, InteractionError> {
        if expected.len() > 1 {
            self.report.warnings.push(format!(
                "only the first of {} responses is compared",
                expected.len()
            ));
        }
        let Some(expected) = expected.first() else {
            return Ok(Vec::new());
        };
        let plan = MessagePlan::compile(&*generate::expected_message(expected.borrow(), values)?)?;
        let request = request
            .map(|request| generate::message(request, values))
            .transpose()?;
        let producers = &self.provider.producers;
        let over_http = matches!(
            self.provider.target(self.interaction),
            Some(Target::Http(_))
        );
        let produced = if over_http && !producers.make(&self.interaction.description) {
            self.fetch_message(request.as_deref()).await?
        } else {
            let context = MessageContext {
                description: self.interaction.description.clone(),
                states: self.interaction.provider_states.clone(),
                request: request.map(Cow::into_owned),
                values: values.clone(),
            };
            let deadline = self.provider.http.timeout;
            producers.produce(context, deadline).await?
        };
        let mut metadata = Object::default();
        if let Some(media) = &produced.content_type {
            metadata.insert("contentType".to_owned(), Json::from(media.clone()));
        }
        for (name, value) in produced.metadata.iter() {
            metadata.insert(name.to_owned(), value.clone());
        }
        Ok(plan.compare(&ActualMessage {
            contents: &produced.contents,
            content_type: produced.content_type.as_deref(),
            metadata: &metadata,
        }))
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
        let given: Vec<_> = outgoing
            .headers()
            .iter()
            .map(|(name, value)| {
                (
                    name.to_string(),
                    value.to_str().unwrap_or_default().to_owned(),
                )
            })
            .collect();
        for header in &self.provider.headers {
            header.apply(outgoing.headers_mut());
        }
        let mut known = Headers::default();
        for (name, value) in given {
            known.push(name, value);
        }
        let answer = self.send(outgoing, &known, None).await?;
        if !(200..300).contains(&answer.status) {
            let status = answer.status;
            self.report.answer = Some(answer);
            return Err(InteractionError::Request {
                reason: format!("the message endpoint answered {status}"),
            });
        }
        let metadata = answer
            .header("pact-message-metadata")
            .and_then(decode_metadata)
            .unwrap_or_default();
        let produced = ProducedMessage {
            contents: answer.body.clone(),
            content_type: answer.header("content-type").map(str::to_owned),
            metadata,
        };
        self.report.answer = Some(answer);
        Ok(produced)
    }

    /// Sends the request, through the filter, to wherever the interaction's provider is.
    async fn send(
        &mut self,
        request: http::Request<Bytes>,
        contract: &Headers,
        provided: Option<&Provided>,
    ) -> Result<Answer, InteractionError> {
        let request = match &self.provider.request_filter {
            Some(filter) => {
                let deadline = self.provider.http.timeout;
                filter.request(request, deadline).await?
            }
            None => request,
        };
        let request = with_secrets_marked(request, contract);
        self.report.sent = Some(SentRequest {
            method: request.method().to_string(),
            target: request.uri().to_string(),
            headers: shown(request.headers()),
            body: request.body().clone(),
        });
        let limits = &self.provider.http;
        let answer = match (self.provider.target(self.interaction), provided) {
            (Some(Target::Service(_)), Some(provided)) => {
                let sent = provided.send(request, limits.timeout, limits.max_answer);
                sent.await?
            }
            (Some(Target::Http(base)), _) => {
                let url = base.join(&request.uri().to_string())?;
                self.provider.client.send(url, request).await?
            }
            (Some(Target::Service(_)) | None, _) => {
                return Err(InteractionError::MissingProducer {
                    description: self.interaction.description.clone(),
                });
            }
        };
        match &self.provider.response_hook {
            Some(hook) => hook.answer(answer, limits.timeout).await,
            None => Ok(answer),
        }
    }
}

/// Marks the header values that do not stand in the contract: they may be secrets, which are not
/// shown and do not follow a redirect to another origin.
fn with_secrets_marked(
    mut request: http::Request<Bytes>,
    contract: &Headers,
) -> http::Request<Bytes> {
    for (name, value) in request.headers_mut() {
        let text = String::from_utf8_lossy(value.as_bytes());
        let known = contract
            .get(name.as_str())
            .is_some_and(|values| values.iter().any(|known| *known == text));
        if !known {
            value.set_sensitive(true);
        }
    }
    request
}

/// Returns the headers with the values that may be shown.
fn shown(headers: &HeaderMap) -> Vec<(String, Option<String>)> {
    headers
        .iter()
        .map(|(name, value)| {
            let text = String::from_utf8_lossy(value.as_bytes()).into_owned();
            (name.to_string(), (!value.is_sensitive()).then_some(text))
        })
        .collect()
}

fn borrowed(answer: &Answer) -> Vec<(&str, &str)> {
    answer
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect()
}

/// Returns the report of an interaction that was not run because the same one held elsewhere.
pub(crate) fn passed_elsewhere(
    home: &Home,
    interaction: &Interaction,
    same_as: String,
) -> InteractionReport {
    InteractionReport {
        outcome: Outcome::Passed,
        same_as: Some(same_as),
        ..blank(home, interaction)
    }
}

fn blank(home: &Home, interaction: &Interaction) -> InteractionReport {
    InteractionReport {
        description: interaction.description.clone(),
        states: interaction.provider_states.clone(),
        key: interaction.key.clone(),
        id: interaction.id.clone(),
        pending: home.pending || interaction.pending,
        comments: comments(interaction),
        // A verdict starts as failure; only a comparison without a difference changes it.
        outcome: Outcome::Failed(Vec::new()),
        warnings: Vec::new(),
        sent: None,
        answer: None,
        state_duration: Duration::ZERO,
        duration: Duration::ZERO,
        rerun: None,
        same_as: None,
    }
}

/// Returns the comments of a V4 interaction that are meant for people.
fn comments(interaction: &Interaction) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(name) = interaction.comments.get("testname").and_then(Json::as_str) {
        lines.push(format!("test: {name}"));
    }
    match interaction.comments.get("text") {
        Some(Json::Array(texts)) => {
            lines.extend(texts.iter().filter_map(Json::as_str).map(str::to_owned));
        }
        Some(Json::String(text)) => lines.push(text.clone().into_owned()),
        Some(_) | None => {}
    }
    lines
}
