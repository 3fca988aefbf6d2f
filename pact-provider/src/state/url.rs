//! States set up by calling an endpoint of the provider.

use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderValue};
use http::{Method, Request};
use pact_core::json::{Json, Object};
use pact_core::model::ProviderState;
use url::Url;

use super::{StateAction, StateValues};
use crate::error::InteractionError;
use crate::target::{Answer, CustomHeader, Endpoint, Fault};

/// The endpoint and how it wants to be called.
#[derive(Clone)]
pub(crate) struct StateUrl {
    pub(crate) endpoint: Endpoint,
    /// Name and parameters travel in the query, not in the body.
    pub(crate) as_query: bool,
    /// The endpoint is called after each interaction, too.
    pub(crate) teardown: bool,
    /// Custom headers, when the endpoint is at the provider's own origin.
    pub(crate) headers: Vec<CustomHeader>,
}

impl StateUrl {
    /// Calls the endpoint; returns the values of a JSON object it answers with.
    pub(crate) async fn call(
        &self,
        state: &ProviderState,
        action: StateAction,
        deadline: Duration,
    ) -> Result<Option<StateValues>, InteractionError> {
        if action == StateAction::Teardown && !self.teardown {
            return Ok(Some(StateValues::none()));
        }
        let (url, request) = self.request(state, action);
        let failed = |reason: String| InteractionError::State {
            state: state.name.clone(),
            action,
            reason,
        };
        let answer = match self.endpoint.client.send(url, request, deadline).await {
            Ok(answer) => answer,
            Err(Fault::Timeout { after }) => {
                return Err(InteractionError::StateTimeout {
                    state: state.name.clone(),
                    action,
                    after,
                });
            }
            Err(fault) => return Err(failed(of_endpoint(&fault))),
        };
        if (200..300).contains(&answer.status) {
            Ok(Some(values(&answer)))
        } else {
            let text = String::from_utf8_lossy(&answer.body);
            let excerpt: String = text.trim().chars().take(200).collect();
            let separator = if excerpt.is_empty() { "" } else { ": " };
            Err(failed(format!(
                "the state change URL answered {}{separator}{excerpt}",
                answer.status
            )))
        }
    }

    fn request(&self, state: &ProviderState, action: StateAction) -> (Url, Request<Bytes>) {
        let mut url = self.endpoint.base.url().clone();
        let mut request = Request::new(Bytes::new());
        *request.method_mut() = Method::POST;
        for header in &self.headers {
            header.apply(request.headers_mut());
        }
        request
            .headers_mut()
            .insert(ACCEPT, HeaderValue::from_static("*/*"));
        if self.as_query {
            append_query(&mut url, state, action);
        } else {
            let mut body = Object::default();
            body.insert("action".to_owned(), Json::from(action.name()));
            body.insert("params".to_owned(), Json::from(state.params.clone()));
            body.insert("state".to_owned(), Json::from(state.name.clone()));
            *request.body_mut() = Bytes::from(Json::from(body).to_compact());
            request
                .headers_mut()
                .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        (url, request)
    }
}

/// Words the fault as one of the endpoint, which need not be the provider's.
fn of_endpoint(fault: &Fault) -> String {
    match fault {
        Fault::Connect { address, reason } => {
            format!("cannot connect to the state change URL at {address}: {reason}")
        }
        Fault::Tls { address, reason } => {
            format!("cannot agree on TLS with the state change URL at {address}: {reason}")
        }
        Fault::Incomplete { reason } => {
            format!("the state change URL gave no complete HTTP answer: {reason}")
        }
        Fault::TooLarge { limit } => {
            format!("the answer of the state change URL is larger than {limit} bytes")
        }
        Fault::Coding { .. }
        | Fault::Panicked { .. }
        | Fault::Redirect { .. }
        | Fault::Service { .. }
        | Fault::Timeout { .. } => fault.to_string(),
    }
}

/// Appends action, state and parameters, sorted by name; texts as they are, all else as JSON.
fn append_query(url: &mut Url, state: &ProviderState, action: StateAction) {
    let mut pairs = vec![
        ("action", action.name().to_owned()),
        ("state", state.name.clone()),
    ];
    for (name, value) in state.params.iter() {
        let text = value
            .as_str()
            .map_or_else(|| value.to_compact(), str::to_owned);
        pairs.push((name, text));
    }
    pairs.sort_by_key(|(name, _)| *name);
    url.query_pairs_mut().extend_pairs(pairs);
}

fn values(answer: &Answer) -> StateValues {
    let is_json = answer
        .header("content-type")
        .and_then(|text| text.parse::<pact_core::model::ContentType>().ok())
        .is_some_and(|media| media.is_json());
    match Json::parse(&answer.body) {
        Ok(Json::Object(values)) if is_json => StateValues(values.into_owned()),
        _ => StateValues::none(),
    }
}
