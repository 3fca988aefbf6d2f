//! One interaction: state, request, comparison, state again.

use std::time::{Duration, Instant};

use http::header::HeaderMap;
use pact_core::json::{Json, Object};
use pact_core::matching::{ActualMessage, ActualResponse, Mismatch};
use pact_core::model::{HttpExchange, Interaction, InteractionKind, Message};
use pact_core::plan::{CompileError, MessagePlan, ResponsePlan};
use serde_json::json;

use crate::error::ExchangeError;
use crate::report::{Exchanged, InteractionResult, Verdict};
use crate::request;
use crate::state::{Caller, States};
use crate::target::{Answer, Target};

/// What every interaction of a run shares.
pub(crate) struct Runner<'a> {
    pub(crate) target: &'a Target,
    pub(crate) states: &'a States,
    pub(crate) state_client: &'a reqwest::Client,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) timeout: Duration,
}

/// The expected part of an interaction, compiled.
pub(crate) enum Expected {
    Http(Box<(HttpExchange, ResponsePlan)>),
    Message(Box<MessagePlan>),
    /// It cannot be verified; the text says why.
    Impossible(String),
}

impl Expected {
    pub(crate) fn compile(interaction: &Interaction) -> Self {
        let impossible = |error: CompileError| Self::Impossible(error.to_string());
        match &interaction.kind {
            InteractionKind::Http(exchange) => match ResponsePlan::compile(&exchange.response) {
                Ok(plan) => Self::Http(Box::new((exchange.as_ref().clone(), plan))),
                Err(error) => impossible(error),
            },
            InteractionKind::AsyncMessage(message) => {
                compile_message(message).unwrap_or_else(impossible)
            }
            InteractionKind::SyncMessage(_) => Self::Impossible(
                "synchronous messages cannot be verified by this version".to_owned(),
            ),
            InteractionKind::Other { type_name, .. } => Self::Impossible(format!(
                "interactions of type `{type_name}` cannot be verified by this version"
            )),
        }
    }
}

fn compile_message(message: &Message) -> Result<Expected, CompileError> {
    MessagePlan::compile(message).map(|plan| Expected::Message(Box::new(plan)))
}

impl Runner<'_> {
    /// Verifies the interaction; whatever happens in between, its states are torn down.
    pub(crate) async fn verify(
        &self,
        interaction: &Interaction,
        expected: &Expected,
        pending: bool,
    ) -> InteractionResult {
        let started = Instant::now();
        let caller = Caller {
            client: self.state_client,
            timeout: self.timeout,
        };
        let states = &interaction.provider_states;
        let mut exchanged = None;
        let mut verdict = match self.states.set_up(states, &caller).await {
            Err(error) => Verdict::Error(error.to_string()),
            Ok(_) => {
                let (verdict, seen) = self.exchange(interaction, expected).await;
                exchanged = seen;
                let torn_down = self.states.tear_down(states, &caller).await;
                match (verdict, torn_down) {
                    (Verdict::Passed, Err(error)) => Verdict::Error(error.to_string()),
                    (verdict, _) => verdict,
                }
            }
        };
        if let Expected::Impossible(reason) = expected {
            verdict = Verdict::Error(reason.clone());
        }
        InteractionResult {
            description: interaction.description.clone(),
            states: states.iter().map(|state| state.name.clone()).collect(),
            id: interaction.id.clone(),
            key: interaction.key.clone(),
            pending: pending || interaction.pending,
            verdict,
            exchanged,
            duration: started.elapsed(),
        }
    }

    async fn exchange(
        &self,
        interaction: &Interaction,
        expected: &Expected,
    ) -> (Verdict, Option<Exchanged>) {
        match expected {
            Expected::Http(http) => self.exchange_http(&http.0, &http.1).await,
            Expected::Message(plan) => self.fetch_message(interaction, plan).await,
            Expected::Impossible(reason) => (Verdict::Error(reason.clone()), None),
        }
    }

    async fn exchange_http(
        &self,
        exchange: &HttpExchange,
        plan: &ResponsePlan,
    ) -> (Verdict, Option<Exchanged>) {
        let built = match request::build(&exchange.request, self.headers) {
            Ok(built) => built,
            Err(error) => return (Verdict::Error(error.to_string()), None),
        };
        let mut exchanged = Exchanged {
            request: format!("{} {}", built.method(), built.uri()),
            status: None,
        };
        let answer = match self.target.exchange(built, self.timeout).await {
            Ok(answer) => answer,
            Err(error) => return (Verdict::Error(error.to_string()), Some(exchanged)),
        };
        exchanged.status = Some(answer.status);
        let lines = lines(&answer);
        let headers: Vec<(&str, &str)> = lines
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let actual = ActualResponse {
            status: answer.status,
            headers: &headers,
            body: &answer.body,
        };
        (verdict(plan.compare(&actual)), Some(exchanged))
    }

    /// Asks the provider for a message over HTTP, as the ecosystem's message proxies do: a POST of
    /// description and states, answered by the contents with metadata in a header.
    async fn fetch_message(
        &self,
        interaction: &Interaction,
        plan: &MessagePlan,
    ) -> (Verdict, Option<Exchanged>) {
        let states: Vec<_> = interaction
            .provider_states
            .iter()
            .map(|state| json!({ "name": state.name, "params": serde_json::Value::from(&Json::Object(state.params.clone())) }))
            .collect();
        let mut body = json!({ "description": interaction.description });
        if !states.is_empty() {
            body["providerStates"] = states.into();
        }
        let mut ask = pact_core::model::Request {
            method: "POST".to_owned(),
            ..Default::default()
        };
        ask.headers.push("Content-Type", "application/json");
        ask.body = pact_core::model::Body::present(body.to_string(), None);
        let exchanged = Exchanged {
            request: "POST / for the message".to_owned(),
            status: None,
        };
        let built = request::build(&ask, self.headers);
        let answer = match built {
            Ok(built) => self.target.exchange(built, self.timeout).await,
            Err(error) => Err(error),
        };
        match answer.and_then(message_answer) {
            Ok((answer, metadata)) => {
                let content_type = answer
                    .headers
                    .get("content-type")
                    .and_then(|value| value.to_str().ok());
                let actual = ActualMessage {
                    contents: &answer.body,
                    content_type,
                    metadata: &metadata,
                };
                (
                    verdict(plan.compare(&actual)),
                    Some(Exchanged {
                        status: Some(answer.status),
                        ..exchanged
                    }),
                )
            }
            Err(error) => (Verdict::Error(error.to_string()), Some(exchanged)),
        }
    }
}

/// Returns the answer with the metadata in it.
fn message_answer(answer: Answer) -> Result<(Answer, Object<'static>), ExchangeError> {
    let incomplete = |reason: String| ExchangeError::Incomplete { reason };
    if !(200..300).contains(&answer.status) {
        return Err(incomplete(format!(
            "it answered {} where a message was asked for",
            answer.status
        )));
    }
    let mut metadata = Object::new();
    if let Some(value) = answer
        .headers
        .get("content-type")
        .and_then(|value| value.to_str().ok())
    {
        metadata.insert("contentType".to_owned(), Json::from(value.to_owned()));
    }
    if let Some(value) = answer.headers.get("pact-message-metadata") {
        use base64::Engine;
        let bytes = base64::engine::general_purpose::STANDARD.decode(value.as_bytes());
        let bytes = bytes
            .map_err(|error| incomplete(format!("Pact-Message-Metadata is not base64: {error}")))?;
        let json = Json::parse(&bytes)
            .map_err(|error| incomplete(format!("Pact-Message-Metadata: {error}")))?;
        if let Json::Object(members) = json.into_owned() {
            for (name, value) in members.iter() {
                metadata.insert(name.to_owned(), value.clone());
            }
        }
    }
    Ok((answer, metadata))
}

fn verdict(mismatches: Vec<Mismatch>) -> Verdict {
    if mismatches.is_empty() {
        Verdict::Passed
    } else {
        Verdict::Failed(mismatches)
    }
}

fn lines(answer: &Answer) -> Vec<(String, String)> {
    let line = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
        (
            name.as_str().to_owned(),
            String::from_utf8_lossy(value.as_bytes()).into_owned(),
        )
    };
    answer.headers.iter().map(line).collect()
}
