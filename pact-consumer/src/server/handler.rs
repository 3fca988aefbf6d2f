//! One request: read it, choose the interaction, answer.

use std::convert::Infallible;
use std::time::Duration;

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use hyper::{Request, Response, StatusCode};
use pact_core::generators::apply_to_response;
use pact_core::matching::{ActualRequest, Mismatch};
use pact_core::rules::MatchingRule;
use serde_json::{Value, json};

use super::{ServerState, Verdict};

/// Largest body a client may send.
const LARGEST_BODY: usize = 128 << 20;

/// Time a client has for sending its body.
const BODY_DEADLINE: Duration = Duration::from_secs(30);

pub(super) async fn handle(
    state: &ServerState,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let lines: Vec<(String, String)> = head
        .headers
        .iter()
        .map(|(name, value)| {
            (
                name.as_str().to_owned(),
                String::from_utf8_lossy(value.as_bytes()).into_owned(),
            )
        })
        .collect();
    let headers: Vec<(&str, &str)> = lines
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let mut actual = ActualRequest {
        method: head.method.as_str(),
        path: head.uri.path(),
        query: head.uri.query(),
        headers: &headers,
        body: &[],
    };
    let read =
        tokio::time::timeout(BODY_DEADLINE, Limited::new(body, LARGEST_BODY).collect()).await;
    let bytes = match read {
        Ok(Ok(body)) => body.to_bytes(),
        Ok(Err(error)) => return Ok(unreadable(state, &actual, error.to_string())),
        Err(_) => {
            return Ok(unreadable(
                state,
                &actual,
                format!("no complete body within {} s", BODY_DEADLINE.as_secs()),
            ));
        }
    };
    actual.body = &bytes;
    Ok(match state.answer(&actual) {
        Ok(response) => answer(state, response),
        Err(verdict) => unexpected(&actual, &verdict),
    })
}

/// Answers with what the interaction says, made afresh where it has generators.
fn answer(state: &ServerState, response: &pact_core::model::Response) -> Response<Full<Bytes>> {
    if response.generators.is_empty() && !has_variants(response) {
        return recorded(response);
    }
    let mut context = state.generation_context();
    match apply_to_response(response, &mut context) {
        Ok(made) => recorded(&made),
        Err(error) => problem("value cannot be made", &error.to_string(), &Value::Null),
    }
}

/// Returns whether a rule carries generators of its own.
fn has_variants(response: &pact_core::model::Response) -> bool {
    let mut lists = response.matching_rules.body.iter();
    lists.any(|(_, list)| {
        list.rules
            .iter()
            .any(|rule| matches!(rule, MatchingRule::ArrayContains { .. }))
    })
}

/// Answers with a response as it stands.
fn recorded(response: &pact_core::model::Response) -> Response<Full<Bytes>> {
    let body = response
        .body
        .content()
        .map(|content| Bytes::from(content.bytes.clone()))
        .unwrap_or_default();
    let mut answer = Response::new(Full::new(body));
    let Ok(status) = StatusCode::from_u16(response.status) else {
        return problem(
            "status cannot be sent",
            &format!("{} is no HTTP status", response.status),
            &Value::Null,
        );
    };
    *answer.status_mut() = status;
    match headers_of(response) {
        Ok(headers) => *answer.headers_mut() = headers,
        Err(name) => {
            return problem(
                "header cannot be sent",
                &format!("`{name}` or its value may not stand in a header"),
                &Value::Null,
            );
        }
    }
    answer
}

fn headers_of(response: &pact_core::model::Response) -> Result<HeaderMap, String> {
    let mut headers = HeaderMap::new();
    for (name, values) in response.headers.iter() {
        for value in values {
            let bad = |_| name.to_owned();
            let key = HeaderName::from_bytes(name.as_bytes()).map_err(|_| name.to_owned())?;
            headers.append(key, HeaderValue::from_str(value).map_err(bad)?);
        }
    }
    Ok(headers)
}

fn unexpected(actual: &ActualRequest<'_>, verdict: &Verdict) -> Response<Full<Bytes>> {
    let nearest = match verdict {
        Verdict::Unexpected {
            nearest: Some((interaction, mismatches)),
        } => json!({
            "interaction": interaction,
            "mismatches": mismatches.iter().map(mismatch_json).collect::<Vec<_>>(),
        }),
        Verdict::Matched { .. }
        | Verdict::Unexpected { nearest: None }
        | Verdict::Unreadable { .. } => Value::Null,
    };
    let detail = format!(
        "no interaction of this test expects {} {}",
        actual.method, actual.path
    );
    problem("unexpected request", &detail, &nearest)
}

fn mismatch_json(mismatch: &Mismatch) -> Value {
    json!({
        "part": mismatch.part.name(),
        "path": mismatch.path,
        "expected": mismatch.kind.expected,
        "actual": mismatch.kind.actual,
        "rule": mismatch.kind.rule,
        "description": mismatch.to_string(),
    })
}

fn unreadable(
    state: &ServerState,
    actual: &ActualRequest<'_>,
    reason: String,
) -> Response<Full<Bytes>> {
    let answer = problem("unreadable request", &reason, &Value::Null);
    state.record_unreadable(actual, reason);
    answer
}

/// Answers 500 with problem details (RFC 9457).
fn problem(title: &str, detail: &str, nearest: &Value) -> Response<Full<Bytes>> {
    let body = json!({ "type": "about:blank", "title": title, "status": 500, "detail": detail, "nearest": nearest });
    let mut answer = Response::new(Full::new(Bytes::from(body.to_string())));
    *answer.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    answer.headers_mut().insert(
        CONTENT_TYPE,
        HeaderValue::from_static("application/problem+json"),
    );
    answer
}
