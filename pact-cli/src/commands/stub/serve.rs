//! Answers over HTTP.

use std::borrow::Cow;
use std::error::Error;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::SystemTime;

use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::{Body, Bytes, Incoming};
use hyper::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_REQUEST_HEADERS, CONTENT_TYPE, HeaderName,
    HeaderValue, ORIGIN, VARY,
};
use hyper::http::request::Parts;
use hyper::{HeaderMap, Method, Request, StatusCode};
use pact_consumer::serving::path;
use pact_core::generators::{GenerationContext, Mode};
use pact_core::matching::ActualRequest;
use serde_json::{Value, json};

use super::StubCommand;
use super::catalogue::{Catalogue, Entry, Found, pattern};
use crate::error::{CliError, chain};

type Response = hyper::Response<Full<Bytes>>;

/// How requests are answered, whatever the contracts.
pub(super) struct Behaviour {
    cors: bool,
    cors_referer: bool,
    state_header: Option<HeaderName>,
}

impl Behaviour {
    pub(super) fn new(command: &StubCommand) -> Result<Self, CliError> {
        let header = command.provider_state_header_name.as_deref().map(|name| {
            let parsed = name.parse::<HeaderName>();
            parsed.map_err(|_| CliError::usage(format!("`{name}` is no name of a header")))
        });
        Ok(Self {
            cors: command.cors,
            cors_referer: command.cors_referer,
            state_header: header.transpose()?,
        })
    }
}

/// The stub as its requests share it.
#[derive(Clone)]
pub(super) struct Stub(Arc<Shared>);

struct Shared {
    current: Arc<RwLock<Arc<Catalogue>>>,
    behaviour: Behaviour,
    url: String,
}

impl Stub {
    pub(super) fn new(
        current: Arc<RwLock<Arc<Catalogue>>>,
        behaviour: Behaviour,
        url: String,
    ) -> Self {
        Self(Arc::new(Shared {
            current,
            behaviour,
            url,
        }))
    }

    /// Answers a request as the contracts say.
    pub(super) async fn answer(self, request: Request<Incoming>) -> Response {
        let shared = &self.0;
        let (head, body) = request.into_parts();
        let mut response = match read(body).await {
            Ok(body) => shared.reply(&shared.catalogue(), &head, &body),
            Err(error) => unreadable(&*error),
        };
        shared.allow_origin(&head.headers, response.headers_mut());
        // Below, HEAD is answered with the length of the body and without the body.
        response
    }
}

impl Shared {
    /// Returns the contracts of this moment.
    fn catalogue(&self) -> Arc<Catalogue> {
        let current = self.current.read();
        Arc::clone(&current.unwrap_or_else(PoisonError::into_inner))
    }

    fn reply(&self, catalogue: &Catalogue, head: &Parts, body: &[u8]) -> Response {
        let state = match self.state(&head.headers) {
            Ok(state) => state,
            Err(error) => {
                let detail = error.to_string();
                return problem(
                    StatusCode::BAD_REQUEST,
                    "unreadable provider state",
                    &detail,
                    &Value::Null,
                );
            }
        };
        let lines = head.headers.iter();
        let texts: Vec<(&str, Cow<'_, str>)> = lines
            .map(|(name, value)| (name.as_str(), String::from_utf8_lossy(value.as_bytes())))
            .collect();
        let headers: Vec<(&str, &str)> = { texts.iter() }
            .map(|(name, value)| (*name, value.as_ref()))
            .collect();
        let mut request = ActualRequest {
            method: head.method.as_str(),
            path: path(&head.uri),
            query: head.uri.query(),
            headers: &headers,
            body,
        };
        let mut found = catalogue.find(&request, state.as_ref());
        if head.method == Method::HEAD && matches!(found, Found::Nothing(_)) {
            request.method = "GET";
            found = catalogue.find(&request, state.as_ref());
        }
        match found {
            Found::Entry(entry) => self.play(entry),
            Found::Nothing(_) if head.method == Method::OPTIONS && self.behaviour.cors => {
                preflight(&head.headers)
            }
            Found::Nothing(nearest) => unknown(&request, nearest),
        }
    }

    /// Returns the pattern of the state that the request asks for.
    fn state(&self, headers: &HeaderMap) -> Result<Option<regex::Regex>, CliError> {
        let name = self.behaviour.state_header.as_ref();
        let Some((name, value)) = name.and_then(|name| Some((name, headers.get(name)?))) else {
            return Ok(None);
        };
        let text = std::str::from_utf8(value.as_bytes());
        let text = text.map_err(|_| CliError::usage(format!("header `{name}` is not UTF-8")))?;
        pattern(text).map(Some)
    }

    /// Answers as an interaction says, with fresh values.
    fn play(&self, entry: &Entry) -> Response {
        let context = || {
            let mut context =
                GenerationContext::utc(Mode::Consumer, SystemTime::now(), rand::random());
            context.mock_server = Some(self.url.clone());
            context
        };
        match entry.answer.respond(context) {
            Ok(response) => response.map(Full::new),
            Err(unsendable) => problem(
                StatusCode::INTERNAL_SERVER_ERROR,
                unsendable.title(),
                &format!("`{}`: {unsendable}", entry.description),
                &Value::Null,
            ),
        }
    }

    /// Lets browsers read the answer, unless the contract says who may.
    fn allow_origin(&self, asked: &HeaderMap, headers: &mut HeaderMap) {
        if headers.contains_key(ACCESS_CONTROL_ALLOW_ORIGIN) {
            return;
        }
        let origin = asked
            .get(ORIGIN)
            .filter(|_| self.behaviour.cors_referer)
            .cloned();
        if origin.is_some() {
            headers.insert(
                ACCESS_CONTROL_ALLOW_CREDENTIALS,
                HeaderValue::from_static("true"),
            );
            headers.append(VARY, HeaderValue::from_static("origin"));
        }
        let origin = origin.unwrap_or(HeaderValue::from_static("*"));
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    }
}

/// Reads a body, if it is not too large.
async fn read(body: Incoming) -> Result<Bytes, Box<dyn Error + Send + Sync>> {
    if body.is_end_stream() {
        return Ok(Bytes::new());
    }
    let read = Limited::new(body, MAX_BODY).collect().await?;
    Ok(read.to_bytes())
}

/// Says why a body could not be read.
fn unreadable(error: &(dyn Error + 'static)) -> Response {
    let (status, detail) = if error.is::<LengthLimitError>() {
        let detail = format!("the body has more than {MAX_BODY} bytes");
        (StatusCode::PAYLOAD_TOO_LARGE, detail)
    } else {
        let detail = format!("the body did not come to its end: {}", chain(error));
        (StatusCode::BAD_REQUEST, detail)
    };
    problem(status, "unreadable request", &detail, &Value::Null)
}

fn preflight(asked: &HeaderMap) -> Response {
    let mut response = Response::new(Full::default());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    let methods = HeaderValue::from_static("GET, HEAD, POST, PUT, DELETE, PATCH, OPTIONS");
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, methods);
    let names = asked.get(ACCESS_CONTROL_REQUEST_HEADERS).cloned();
    headers.insert(
        ACCESS_CONTROL_ALLOW_HEADERS,
        names.unwrap_or(HeaderValue::from_static("*")),
    );
    response
}

fn unknown(
    request: &ActualRequest<'_>,
    nearest: Option<(&Entry, Vec<pact_core::matching::Mismatch>)>,
) -> Response {
    let query = request
        .query
        .map(|query| format!("?{query}"))
        .unwrap_or_default();
    let asked = format!("{} {}{query}", request.method, request.path);
    let (detail, nearest) = match nearest {
        Some((entry, mismatches)) => {
            let differences: Vec<String> = mismatches.iter().map(ToString::to_string).collect();
            (
                format!(
                    "no interaction is {asked}; nearest is `{}`: {}",
                    entry.description,
                    differences.join("; ")
                ),
                json!({ "description": entry.description, "differences": differences }),
            )
        }
        None => (
            format!("no interaction is {asked}; there is none to come near"),
            Value::Null,
        ),
    };
    problem(
        StatusCode::NOT_FOUND,
        "unexpected request",
        &detail,
        &nearest,
    )
}

/// Answers with problem details (RFC 9457).
fn problem(status: StatusCode, title: &str, detail: &str, nearest: &Value) -> Response {
    let body = json!({ "type": "about:blank", "title": title, "status": status.as_u16(), "detail": detail, "nearest": nearest });
    let mut response = Response::new(Full::from(body.to_string()));
    *response.status_mut() = status;
    let named = HeaderValue::from_static("application/problem+json");
    response.headers_mut().insert(CONTENT_TYPE, named);
    response
}

/// Bytes a request's body may have.
const MAX_BODY: usize = 64 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_body_is_too_large_only_when_it_is() {
        let limited = Limited::new(Full::new(Bytes::from("four")), 3);
        let large = limited.collect().await.unwrap_err();
        assert_eq!(unreadable(&*large).status(), StatusCode::PAYLOAD_TOO_LARGE);
        let broken = std::io::Error::other("no chunk");
        assert_eq!(unreadable(&broken).status(), StatusCode::BAD_REQUEST);
    }
}
