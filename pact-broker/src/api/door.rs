//! What happens to every request before a route is looked for, and to every answer before it leaves.

use std::{net::SocketAddr, panic::AssertUnwindSafe, sync::Arc, time::Instant};

use axum::{
    Router,
    body::{Body, HttpBody as _},
    http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use futures_util::FutureExt as _;
use percent_encoding::percent_decode_str;
use tower::ServiceExt as _;

use super::{
    auth,
    error::ApiError,
    extract::{Address, announced_length, decodes},
    media::{Accept, MediaType},
    turns::Turns,
};
use crate::state::AppState;

/// The way into the broker: checks addresses, tells browsers from tools, renders errors, sets headers.
#[derive(Clone)]
pub(crate) struct Door {
    state: AppState,
    api: Router,
    pages: Router,
    guard: auth::Guard,
    turns: Turns,
    /// What the paths of the broker's own addresses begin with.
    first_words: Arc<[&'static str]>,
}

/// Endings of a path that ask for a representation.
const SUFFIXES: [(&str, &str); 4] = [
    (".csv", "text/csv"),
    (".svg", "image/svg+xml"),
    (".json", "application/hal+json"),
    (".yaml", "application/yaml"),
];

/// Whoever watches the broker is answered however busy it is.
const SIGN_OF_LIFE: &str = "/diagnostic/status/heartbeat";

/// Paths whose ending is part of their name.
const LITERAL: [&str; 1] = ["/openapi.json"];

/// Pages run nothing and load nothing from elsewhere.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

impl Door {
    pub(crate) fn new(state: AppState) -> Self {
        let api = super::router(state.clone());
        let pages = crate::ui::router(state.clone());
        let own = super::routes::routes();
        let paths = own.iter().map(|route| route.path());
        let words = paths.filter_map(|path| path.split('/').nth(1));
        let first_words = words.chain(["assets"]).collect();
        let turns = Turns::new(state.config().limits.requests);
        Self {
            state,
            api,
            pages,
            guard: auth::Guard::new(),
            turns,
            first_words,
        }
    }

    /// Answers one request.
    pub(crate) async fn answer(&self, mut request: Request<Body>, peer: SocketAddr) -> Response {
        let started = Instant::now();
        let method = request.method().clone();
        let proxies = &self.state.config().trusted_proxies;
        let trusted = proxies.iter().any(|proxy| proxy.contains(peer.ip()));
        let urls = self.state.base_urls().choose(request.headers(), trusted);
        // First of all: what a request may do depends on what it asks for.
        if let Some(uri) = self.without_prefix(request.uri(), urls.base_path()) {
            *request.uri_mut() = uri;
        }
        let path = request.uri().path().to_owned();
        let known = self.guard.check(&self.state.config().access, &request);
        let accept = match prepare(&mut request) {
            Ok(accept) => accept,
            Err(error) if Accept::from_headers(request.headers()).is_browser() => {
                return finish(crate::ui::error_page(&error, &urls));
            }
            Err(error) => return finish(error.render(&Accept::problem(), "")),
        };
        let parts = request.extensions_mut();
        parts.insert(urls.clone());
        parts.insert(accept.clone());
        let response = match known {
            Ok(()) => self.within_limits(request, &accept).await,
            Err(error) => error.into_response(),
        };
        let response = match response.extensions().get::<ApiError>() {
            Some(error) if accept.names(MediaType::Html) && accept.is_browser() => {
                crate::ui::error_page(error, &urls)
            }
            Some(error) => error.render(&accept, urls.base()),
            None => response,
        };
        tracing::debug!(
            method = method.as_str(),
            path,
            status = response.status().as_u16(),
            milliseconds = started.elapsed().as_millis() as u64,
            "answered"
        );
        finish(response)
    }

    /// Takes the path of the base URL off an address, where a proxy left it on; returns what is left.
    ///
    /// Where that path is also one of the broker's own, only a proxy that takes it off can be understood.
    fn without_prefix(&self, uri: &Uri, prefix: &str) -> Option<Uri> {
        let first = prefix.split('/').nth(1)?;
        if self.first_words.contains(&first) {
            return None;
        }
        let written = uri.path_and_query()?.as_str();
        let rest = written.strip_prefix(prefix)?;
        match rest.chars().next() {
            Some('/') => rest.parse().ok(),
            None | Some('?') => format!("/{rest}").parse().ok(),
            Some(_) => None,
        }
    }

    async fn within_limits(&self, mut request: Request<Body>, accept: &Accept) -> Response {
        let limits = &self.state.config().limits;
        if announced_length(request.headers()).is_some_and(|length| length > limits.body as u64) {
            return ApiError::status(StatusCode::PAYLOAD_TOO_LARGE).into_response();
        }
        let turn = self.turns.one();
        if request.body().is_end_stream()
            && request.uri().path() != SIGN_OF_LIFE
            && let Err(error) = turn.take()
        {
            return error.into_response();
        }
        // Where there is a body, who reads it takes the turn then.
        request.extensions_mut().insert(turn.clone());
        let answer = AssertUnwindSafe(self.route(request, accept)).catch_unwind();
        let answer = tokio::time::timeout(limits.request_timeout, answer).await;
        drop(turn);
        match answer {
            Ok(Ok(response)) => response,
            Ok(Err(_)) => ApiError::internal(&Panicked).into_response(),
            Err(_) => ApiError::message(
                StatusCode::SERVICE_UNAVAILABLE,
                "the request took too long and was given up",
            )
            .into_response(),
        }
    }

    async fn route(&self, request: Request<Body>, accept: &Accept) -> Response {
        let reads = matches!(*request.method(), Method::GET | Method::HEAD);
        let writes_json = request
            .headers()
            .get(header::CONTENT_TYPE)
            .is_some_and(|media| media.as_bytes().ends_with(b"json"));
        let router = if reads && accept.is_browser() && !writes_json {
            &self.pages
        } else {
            &self.api
        };
        match router.clone().oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        }
    }
}

/// A mistake of the broker in serving a request. The system's report of it stands in the log already.
#[derive(Debug, thiserror::Error)]
#[error("the broker stopped in the middle of the request")]
struct Panicked;

/// Checks the address, takes a suffix off it and returns what the client accepts.
fn prepare(request: &mut Request<Body>) -> Result<Accept, ApiError> {
    let known = [
        Method::GET,
        Method::HEAD,
        Method::POST,
        Method::PUT,
        Method::PATCH,
        Method::DELETE,
        Method::OPTIONS,
        Method::TRACE,
    ];
    if !known.contains(request.method()) {
        return Err(ApiError::status(StatusCode::NOT_IMPLEMENTED));
    }
    check_path(request.uri().path())?;
    if !request.uri().query().is_none_or(decodes) {
        return Err(ApiError::message(
            StatusCode::NOT_FOUND,
            "the query is not percent-encoded UTF-8",
        ));
    }
    let written = request
        .uri()
        .path_and_query()
        .map_or("/", |all| all.as_str());
    let address = Address {
        path_and_query: Arc::from(written),
    };
    request.extensions_mut().insert(address);
    let path = request.uri().path();
    let suffix = SUFFIXES
        .iter()
        .find(|(suffix, _)| path.ends_with(suffix) && !LITERAL.contains(&path));
    let mut accept = Accept::from_headers(request.headers());
    let mut shorter = path;
    if let Some((suffix, media)) = suffix {
        shorter = &path[..path.len() - suffix.len()];
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, HeaderValue::from_static(media));
        accept = Accept::from_headers(&headers);
    }
    let trimmed = if shorter.len() > 1 {
        shorter.trim_end_matches('/')
    } else {
        shorter
    };
    if trimmed != path {
        let query = request
            .uri()
            .query()
            .map(|query| format!("?{query}"))
            .unwrap_or_default();
        let uri: Uri = format!("{trimmed}{query}")
            .parse()
            .map_err(|_| ApiError::not_found())?;
        *request.uri_mut() = uri;
    }
    Ok(accept)
}

fn check_path(path: &str) -> Result<(), ApiError> {
    if path.contains("//") {
        return Err(ApiError::message(
            StatusCode::NOT_FOUND,
            "the path has an empty part: `//`",
        ));
    }
    if !decodes(path) {
        return Err(ApiError::message(
            StatusCode::NOT_FOUND,
            "the path is not percent-encoded UTF-8",
        ));
    }
    let decoded: Vec<u8> = percent_decode_str(path).collect();
    let refuse = |what| {
        Err(ApiError::message(
            StatusCode::UNPROCESSABLE_ENTITY,
            format!("the path cannot contain {what}"),
        ))
    };
    if decoded.contains(&b'\n') {
        return refuse("a new line");
    }
    if decoded.contains(&b'\t') {
        return refuse("a tab");
    }
    if decoded.contains(&0) {
        return refuse("a null character");
    }
    Ok(())
}

/// Tells which broker answers, and of which version.
const VERSION: HeaderName = HeaderName::from_static("x-pact-broker-version");

/// When to come again after a 503.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("1");

/// Sets the headers every answer carries.
fn finish(mut response: Response) -> Response {
    let unavailable = response.status() == StatusCode::SERVICE_UNAVAILABLE;
    let unknown = response.status() == StatusCode::UNAUTHORIZED;
    let headers = response.headers_mut();
    if unknown {
        headers.insert(header::WWW_AUTHENTICATE, auth::CHALLENGE);
    }
    if unavailable {
        headers.insert(header::RETRY_AFTER, RETRY_AFTER);
    }
    for (name, value) in [
        (VERSION, env!("CARGO_PKG_VERSION")),
        (header::CACHE_CONTROL, "no-cache"),
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::VARY, "Accept"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ] {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    response
}

#[cfg(test)]
mod tests {
    use axum::routing::get;

    use super::*;
    use crate::{
        BrokerConfig,
        api::urls::BaseUrls,
        store::{Ambient, Store},
    };

    #[tokio::test]
    async fn a_handler_that_panics_is_answered_for() {
        async fn panicking() -> StatusCode {
            panic!("as a handler may")
        }
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("broker.sqlite").display());
        let peer: SocketAddr = "127.0.0.1:9".parse().unwrap();
        let store = Store::open(&url, Ambient::system()).await.unwrap();
        let urls = BaseUrls::new(Vec::new(), peer);
        let state = AppState::new(BrokerConfig::new(url, peer), urls, store);
        let broken = Router::new().route("/broken", get(panicking));
        let door = Door {
            api: broken.clone(),
            pages: broken,
            ..Door::new(state)
        };
        for (accept, media) in [
            ("application/hal+json", "application/hal+json;charset=utf-8"),
            ("text/html", "text/html;charset=utf-8"),
        ] {
            let request = Request::get("/broken").header("accept", accept);
            let response = door
                .answer(request.body(Body::empty()).unwrap(), peer)
                .await;
            assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
            assert_eq!(response.headers()["content-type"], media);
            let body = axum::body::to_bytes(response.into_body(), usize::MAX).await;
            let body = String::from_utf8(body.unwrap().to_vec()).unwrap();
            assert!(body.contains("under the reference "), "{body}");
        }
    }
}
