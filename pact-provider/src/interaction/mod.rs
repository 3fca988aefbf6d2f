//! One interaction: states, request, answer, comparison, teardown.

mod blank;
mod message;

use std::collections::HashSet;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderMap, Method, Uri};
use pact_core::json::Object;
use pact_core::matching::ActualResponse;
use pact_core::model::{Headers, HttpExchange, Interaction, InteractionKind};
use pact_core::plan::ResponsePlan;

use self::blank::blank;
pub(crate) use self::blank::passed_elsewhere;
use crate::error::InteractionError;
use crate::generate;
use crate::guard::caught;
use crate::provider::Provider;
use crate::reference::reference;
use crate::report::{InteractionReport, Outcome, SentRequest, steers};
use crate::state::Visit;
use crate::target::{Answer, Fault, Provided, Target, outgoing};

/// The pact an interaction belongs to, as far as running it needs to know.
pub(crate) struct Home {
    pub(crate) consumer: Arc<str>,
    pub(crate) pending: bool,
    /// Descriptions that more than one interaction of the run has.
    pub(crate) ambiguous: Arc<HashSet<String>>,
}

/// Verifies the interaction. Whatever happens on the way is in the report.
pub(crate) async fn verify(
    provider: &Provider,
    home: &Home,
    interaction: Interaction,
) -> InteractionReport {
    let mut trace = Trace::default();
    let mut run = Run {
        provider,
        home,
        interaction: &interaction,
        trace: &mut trace,
    };
    let outcome = {
        // A future that stays where it was made is not copied from call to call.
        let running = pin!(run.all());
        caught(running).await
    };
    let outcome = match outcome {
        Ok(Ok(mismatches)) if mismatches.is_empty() => Outcome::Passed,
        Ok(Ok(mismatches)) => Outcome::Failed(mismatches),
        Ok(Err(error)) => Outcome::Error(error),
        Err(message) => Outcome::Error(InteractionError::Panicked { message }),
    };
    let passed = matches!(outcome, Outcome::Passed);
    let hard_to_name = !passed
        && (home.ambiguous.contains(&interaction.description)
            || is_unspeakable(home, &interaction));
    let reference = { hard_to_name.then(|| reference(&home.consumer, &interaction)) }.flatten();
    let mut report = blank(home, interaction);
    if !passed {
        // What was sent and answered in a long run of successes would fill the memory, and nobody
        // looks at it.
        report.sent = trace.sent.map(SentRequest::from);
        report.answer = trace.answer;
    }
    InteractionReport {
        outcome,
        warnings: trace.warnings,
        state_duration: trace.state_duration,
        duration: trace.duration,
        reference,
        ..report
    }
}

/// Returns whether a name has characters that nobody can type, or paste without harm.
fn is_unspeakable(home: &Home, interaction: &Interaction) -> bool {
    let states = { interaction.provider_states.iter() }.map(|state| state.name.as_str());
    [&*home.consumer, &interaction.description]
        .into_iter()
        .chain(states)
        .any(|name| name.contains(steers))
}

type Mismatches = Vec<pact_core::matching::Mismatch>;

struct Run<'a> {
    provider: &'a Provider,
    home: &'a Home,
    interaction: &'a Interaction,
    trace: &'a mut Trace,
}

/// What a run leaves behind besides its outcome.
#[derive(Default)]
struct Trace {
    warnings: Vec<String>,
    sent: Option<Sent>,
    answer: Option<Answer>,
    state_duration: Duration,
    duration: Duration,
}

/// A request as it was sent; put into words only for those who ask.
struct Sent {
    method: Method,
    target: Uri,
    target_changed: bool,
    headers: HeaderMap,
    body: Bytes,
    body_changed: bool,
}

impl From<Sent> for SentRequest {
    fn from(sent: Sent) -> Self {
        Self {
            method: sent.method.to_string(),
            target: sent.target.to_string(),
            target_changed: sent.target_changed,
            headers: shown(&sent.headers),
            body: sent.body,
            body_changed: sent.body_changed,
        }
    }
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
            cancellation: &self.provider.cancellation,
            own: provided.as_ref().and_then(|provided| provided.data.clone()),
        };
        let begun = Instant::now();
        let setup = visit.set_up(self.interaction).await;
        self.trace.state_duration = begun.elapsed();
        self.trace.warnings.extend(setup.warnings);
        let compared = match setup.failure {
            Some(failure) => Err(failure),
            None => {
                let begun = Instant::now();
                let cancellation = &self.provider.cancellation;
                let compared = {
                    let comparing = pin!(self.compare(provided.as_ref(), &setup.values));
                    cancellation.unless(caught(comparing)).await
                };
                self.trace.duration = begun.elapsed();
                match compared {
                    Some(Ok(compared)) => compared,
                    Some(Err(message)) => Err(InteractionError::Panicked { message }),
                    None => Err(InteractionError::Cancelled),
                }
            }
        };
        let begun = Instant::now();
        let teardown = visit.tear_down(&setup.done).await;
        self.trace.state_duration += begun.elapsed();
        match (compared, teardown) {
            // What differed says more than a teardown that failed after it.
            (Ok(mismatches), Some(failure)) if mismatches.is_empty() => Err(failure),
            (Ok(mismatches), Some(failure)) => {
                self.trace.warnings.push(failure.to_string());
                Ok(mismatches)
            }
            (Err(error), Some(failure)) => {
                self.trace.warnings.push(failure.to_string());
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
            InteractionKind::AsyncMessage(message) => Box::pin(self.event(message, values)).await,
            InteractionKind::SyncMessage(exchange) => {
                Box::pin(self.answers(exchange, values)).await
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
        // A contract that names the coding was tested with what stands in it, whatever that is.
        let unread = { exchange.response.headers.get("content-encoding").is_none() }
            .then(|| answer.header("content-encoding"))
            .flatten();
        let wrong = unread.and_then(|_| answer.wrong_coding());
        if let (Some(coding), false) = (unread, mismatches.is_empty()) {
            self.trace.warnings.push(format!(
                "the answer says `Content-Encoding: {coding}`; its body is compared as it came"
            ));
        }
        self.trace.answer = Some(answer);
        match wrong {
            Some(coding) if mismatches.is_empty() => Err(Fault::Coding { coding }.into()),
            Some(_) | None => Ok(mismatches),
        }
    }

    /// Sends the request, through the filter, to wherever the interaction's provider is.
    async fn send(
        &mut self,
        request: http::Request<Bytes>,
        contract: &Headers,
        provided: Option<&Provided>,
    ) -> Result<Answer, InteractionError> {
        let limits = &self.provider.http;
        let (target, body) = (request.uri().clone(), request.body().clone());
        let request = match &self.provider.request_filter {
            Some(filter) => filter.request(request, limits.timeout).await?,
            None => request,
        };
        let request = with_secrets_marked(request, contract);
        let target_changed = *request.uri() != target;
        self.trace.sent = Some(Sent {
            method: request.method().clone(),
            target_changed,
            target,
            headers: request.headers().clone(),
            body_changed: *request.body() != body,
            body,
        });
        let answer = match (self.provider.target(self.interaction), provided) {
            (Some(Target::Service(_)), Some(provided)) => {
                let sent = provided.send(request, limits.timeout, limits.max_answer);
                sent.await?
            }
            (Some(Target::Http(endpoint)), _) => {
                let sent = Box::pin(endpoint.send(request)).await;
                sent.map_err(|error| match error {
                    // The words of the error show the path.
                    InteractionError::Request { .. } if target_changed => {
                        let reason = "the request filter made a path that cannot be sent";
                        let reason = reason.to_owned();
                        InteractionError::Request { reason }
                    }
                    other => other,
                })?
            }
            (Some(Target::Service(_)) | None, _) => {
                return Err(InteractionError::MissingTarget);
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
