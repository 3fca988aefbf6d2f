//! What is sent for an interaction.

use axum::body::{Body, Bytes};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use pact_core::generators::{GenerationContext, apply_to_response};
use pact_core::model;
use pact_core::rules::MatchingRule;

/// The response of an interaction, made ready once where it is always the same.
pub(super) enum Answer {
    /// Values are made afresh each time.
    Made(Box<model::Response>),
    Ready(Result<Ready, Unsendable>),
}

/// A response as it is sent.
pub(super) struct Ready {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

/// Why a response cannot be sent.
#[derive(Clone)]
pub(super) struct Unsendable {
    pub(super) title: &'static str,
    pub(super) detail: String,
}

impl Answer {
    pub(super) fn new(response: model::Response) -> Self {
        if response.generators.is_empty() && !has_variants(&response) {
            Self::Ready(Ready::new(response))
        } else {
            Self::Made(Box::new(response))
        }
    }

    /// Returns the response to send.
    pub(super) fn respond(
        &self,
        context: impl FnOnce() -> GenerationContext,
    ) -> Result<Response<Body>, Unsendable> {
        match self {
            Self::Ready(Ok(ready)) => Ok(ready.respond()),
            Self::Ready(Err(unsendable)) => Err(unsendable.clone()),
            Self::Made(response) => {
                let made = apply_to_response(response, &mut context());
                let made = made.map_err(|error| Unsendable {
                    title: "value cannot be made",
                    detail: error.to_string(),
                })?;
                Ok(Ready::new(made)?.respond())
            }
        }
    }
}

/// Returns whether a rule carries generators of its own, as the variants of `arrayContains` do.
fn has_variants(response: &model::Response) -> bool {
    let mut lists = response.matching_rules.body.iter();
    lists.any(|(_, list)| {
        let mut rules = list.rules.iter();
        rules.any(|rule| matches!(rule, MatchingRule::ArrayContains { .. }))
    })
}

impl Ready {
    fn new(response: model::Response) -> Result<Self, Unsendable> {
        let status = StatusCode::from_u16(response.status).map_err(|_| Unsendable {
            title: "status cannot be sent",
            detail: format!("{} is no HTTP status", response.status),
        })?;
        let mut headers = HeaderMap::new();
        for (name, values) in response.headers.iter() {
            for value in values {
                let parsed = name.parse::<HeaderName>().ok();
                let line = parsed.zip(HeaderValue::from_str(value).ok());
                let Some((name, value)) = line else {
                    return Err(Unsendable {
                        title: "header cannot be sent",
                        detail: format!("`{name}: {value}` may not stand in a header"),
                    });
                };
                headers.append(name, value);
            }
        }
        let (body, named) = match response.body {
            model::Body::Present(content) => (Bytes::from(content.bytes), content.content_type),
            model::Body::Empty | model::Body::Missing | model::Body::Null => (Bytes::new(), None),
        };
        if let (false, Some(named)) = (headers.contains_key(CONTENT_TYPE), named)
            && let Ok(value) = HeaderValue::from_str(&named.to_string())
        {
            headers.insert(CONTENT_TYPE, value);
        }
        Ok(Self {
            status,
            headers,
            body,
        })
    }

    fn respond(&self) -> Response<Body> {
        let mut response = Response::new(Body::from(self.body.clone()));
        *response.status_mut() = self.status;
        response.headers_mut().clone_from(&self.headers);
        response
    }
}
