//! What is sent for an interaction.

use hyper::body::Bytes;
use hyper::header::{HeaderMap, HeaderName, HeaderValue};
use hyper::{Response, StatusCode};
use pact_core::generators::{GenerationContext, apply_to_response};
use pact_core::model;
use pact_core::rules::MatchingRule;

use super::body::AnswerBody;
use super::problem::Problem;

/// The response of an interaction, made ready once where it is always the same.
#[derive(Debug)]
pub(super) enum Answer {
    /// Values are made afresh each time.
    Made(Box<model::Response>),
    Ready(Result<Ready, Problem>),
}

/// A response as hyper sends it.
#[derive(Debug)]
pub(super) struct Ready {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
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
    ) -> Response<AnswerBody> {
        let made;
        let ready = match self {
            Self::Ready(ready) => ready,
            Self::Made(response) => {
                made = match apply_to_response(response, &mut context()) {
                    Ok(response) => Ready::new(response),
                    Err(error) => Err(Problem::new("value cannot be made", error.to_string())),
                };
                &made
            }
        };
        match ready {
            Ok(ready) => ready.respond(),
            Err(problem) => problem.respond(),
        }
    }
}

impl Ready {
    fn new(response: model::Response) -> Result<Self, Problem> {
        let status = StatusCode::from_u16(response.status).map_err(|_| {
            let detail = format!("{} is no HTTP status", response.status);
            Problem::new("status cannot be sent", detail)
        })?;
        let headers = headers_of(&response)?;
        let body = match response.body {
            model::Body::Present(content) => Bytes::from(content.bytes),
            model::Body::Empty | model::Body::Missing | model::Body::Null => Bytes::new(),
        };
        Ok(Self {
            status,
            headers,
            body,
        })
    }

    fn respond(&self) -> Response<AnswerBody> {
        let mut response = Response::new(AnswerBody::whole(self.body.clone()));
        *response.status_mut() = self.status;
        response.headers_mut().clone_from(&self.headers);
        response
    }
}

/// Returns whether a rule carries generators of its own.
fn has_variants(response: &model::Response) -> bool {
    let mut lists = response.matching_rules.body.iter();
    lists.any(|(_, list)| {
        let mut rules = list.rules.iter();
        rules.any(|rule| matches!(rule, MatchingRule::ArrayContains { .. }))
    })
}

fn headers_of(response: &model::Response) -> Result<HeaderMap, Problem> {
    let mut headers = HeaderMap::new();
    for (name, values) in response.headers.iter() {
        for value in values {
            let line = HeaderName::from_bytes(name.as_bytes()).ok();
            let line = line.zip(HeaderValue::from_str(value).ok());
            let Some((name, value)) = line else {
                let detail = format!("`{name}: {value}` may not stand in a header");
                return Err(Problem::new("header cannot be sent", detail));
            };
            headers.append(name, value);
        }
    }
    Ok(headers)
}
