//! What browsers want to know before they let a page read an answer.

use hyper::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_REQUEST_HEADERS,
    HeaderMap, HeaderValue, ORIGIN, VARY,
};
use hyper::{Response, StatusCode};

use super::body::AnswerBody;

const METHODS: HeaderValue =
    HeaderValue::from_static("GET, HEAD, POST, PUT, DELETE, CONNECT, OPTIONS, TRACE, PATCH");

const ANY: HeaderValue = HeaderValue::from_static("*");

/// Answers a preflight request: whatever is asked for is allowed.
pub(super) fn preflight(asked: &HeaderMap) -> Response<AnswerBody> {
    let mut response = Response::new(AnswerBody::whole(hyper::body::Bytes::new()));
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, METHODS);
    let names = asked.get(ACCESS_CONTROL_REQUEST_HEADERS).cloned();
    headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, names.unwrap_or(ANY));
    response
}

/// Lets the origin that asks read the answer, as far as the interaction does not say who may.
pub(super) fn allow(asked: &HeaderMap, answer: &mut HeaderMap) {
    if answer.contains_key(ACCESS_CONTROL_ALLOW_ORIGIN) {
        return;
    }
    let exposed = HeaderValue::from_static("Location, Link");
    { answer.entry(ACCESS_CONTROL_EXPOSE_HEADERS) }.or_insert(exposed);
    let Some(origin) = asked.get(ORIGIN) else {
        answer.insert(ACCESS_CONTROL_ALLOW_ORIGIN, ANY);
        return;
    };
    // A browser sends credentials to a named origin only, never to `*`.
    answer.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
    let yes = HeaderValue::from_static("true");
    { answer.entry(ACCESS_CONTROL_ALLOW_CREDENTIALS) }.or_insert(yes);
    answer.append(VARY, HeaderValue::from_static("Origin"));
}
