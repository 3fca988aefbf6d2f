//! The state-change address: one call for each state of each interaction.

use pact_core::model::ProviderState;
use reqwest::RequestBuilder;
use serde_json::{Value, json};
use url::Url;

use super::{Caller, StateAction, failed, params_json};
use crate::error::StateError;
use crate::target::cause;

/// How much of a handler's refusal is shown.
const LONGEST_REFUSAL: usize = 200;

/// An address that changes the provider's state.
#[derive(Clone)]
pub struct StateUrl {
    url: String,
    as_query: bool,
    teardown: bool,
}

impl StateUrl {
    /// Returns an address that is sent `{"action", "params", "state"}` before each interaction.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            as_query: false,
            teardown: false,
        }
    }

    /// Sends the state in the query instead of a body.
    #[must_use]
    pub fn as_query(self) -> Self {
        Self {
            as_query: true,
            ..self
        }
    }

    /// Also calls it after each interaction.
    #[must_use]
    pub fn with_teardown(self) -> Self {
        Self {
            teardown: true,
            ..self
        }
    }

    pub(super) const fn has_teardown(&self) -> bool {
        self.teardown
    }

    /// Changes the state; returns the values the handler answers with.
    pub(super) async fn call(
        &self,
        action: StateAction,
        state: &ProviderState,
        caller: &Caller<'_>,
    ) -> Result<Value, StateError> {
        let address = Url::parse(&self.url).map_err(|error| {
            failed(
                action,
                state,
                format!("the state-change URL is none: {error}"),
            )
        })?;
        let place = format!(
            "{}{}",
            address.origin().ascii_serialization(),
            address.path()
        );
        let request = self.request(address, action, state, caller);
        let (status, is_json, body) = match tokio::time::timeout(caller.timeout, exchange(request))
            .await
        {
            Ok(Ok(answer)) => answer,
            Ok(Err(error)) => {
                let reason = cause(&error.without_url());
                return Err(failed(
                    action,
                    state,
                    format!("{place} did not answer: {reason}"),
                ));
            }
            Err(_) => {
                let (action, state, within) = (action.name(), state.name.clone(), caller.timeout);
                return Err(StateError::Timeout {
                    action,
                    state,
                    within,
                });
            }
        };
        if !(200..300).contains(&status) {
            let refusal: String = String::from_utf8_lossy(&body)
                .chars()
                .take(LONGEST_REFUSAL)
                .collect();
            return Err(failed(
                action,
                state,
                format!("{place} answered {status} {refusal}")
                    .trim_end()
                    .to_owned(),
            ));
        }
        if !is_json || body.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_slice(&body).map_err(|error| {
            failed(
                action,
                state,
                format!("{place} answered with JSON that is none: {error}"),
            )
        })
    }

    fn request(
        &self,
        mut address: Url,
        action: StateAction,
        state: &ProviderState,
        caller: &Caller<'_>,
    ) -> RequestBuilder {
        let params = params_json(state);
        if !self.as_query {
            let body = json!({ "action": action.name(), "params": params, "state": state.name });
            return caller
                .client
                .post(address)
                .header("content-type", "application/json")
                .body(body.to_string());
        }
        let text = |value: &Value| {
            value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned)
        };
        let mut pairs: Vec<_> = params
            .iter()
            .map(|(name, value)| (name.clone(), text(value)))
            .collect();
        pairs.push(("action".to_owned(), action.name().to_owned()));
        pairs.push(("state".to_owned(), state.name.clone()));
        pairs.sort();
        address.query_pairs_mut().extend_pairs(pairs);
        caller.client.post(address)
    }
}

/// Returns status, whether the answer says it is JSON, and its body.
async fn exchange(request: RequestBuilder) -> Result<(u16, bool, Vec<u8>), reqwest::Error> {
    let response = request.send().await?;
    let content_type = response
        .headers()
        .get("content-type")
        .and_then(|value| value.to_str().ok());
    let is_json = content_type.is_some_and(|text| text.contains("json"));
    Ok((
        response.status().as_u16(),
        is_json,
        response.bytes().await?.to_vec(),
    ))
}
