//! The provider of a scenario, and the address its states are set up at: both on loopback.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use pact_core::model;
use serde_json::Value;

/// What servers of a scenario were asked, in order.
pub(super) type Log = Arc<Mutex<Vec<Heard>>>;

/// Something a server was asked.
#[derive(Clone, Debug)]
pub(super) enum Heard {
    /// The provider: the headers of the request.
    Request(Vec<(String, String)>),
    /// The state callback: its body.
    State(Value),
}

/// What the provider answers at a path.
#[derive(Clone)]
pub(super) struct Route {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) response: model::Response,
}

/// Starts the provider; other paths are not found.
pub(super) async fn provider(routes: Vec<Route>, log: Log) -> String {
    serve(Router::new().fallback(
        move |method: axum::http::Method, uri: Uri, headers: HeaderMap| {
            let named = headers.iter().map(|(name, value)| {
                (
                    name.to_string(),
                    String::from_utf8_lossy(value.as_bytes()).into_owned(),
                )
            });
            log.lock()
                .expect("the log")
                .push(Heard::Request(named.collect()));
            let found = routes
                .iter()
                .find(|route| route.method == method.as_str() && route.path == uri.path());
            let answer = found.map(|route| route.response.clone());
            async move {
                match answer {
                    Some(response) => answered(&response),
                    None => StatusCode::NOT_FOUND.into_response(),
                }
            }
        },
    ))
    .await
}

/// Starts the state callback.
pub(super) async fn states(status: StatusCode, log: Log) -> String {
    let url = serve(Router::new().fallback(move |body: Bytes| {
        let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
        log.lock().expect("the log").push(Heard::State(body));
        async move { (status, "{}") }
    }))
    .await;
    format!("{url}/states")
}

async fn serve(router: Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

fn answered(response: &model::Response) -> Response {
    let body = response
        .body
        .content()
        .map_or_else(Vec::new, |content| content.bytes.clone());
    let mut answer = body.into_response();
    *answer.status_mut() = StatusCode::from_u16(response.status).expect("a status");
    let headers = answer.headers_mut();
    headers.clear();
    for (name, values) in response.headers.iter() {
        let name: HeaderName = name.parse().expect("a header name");
        for value in values {
            headers.append(
                name.clone(),
                HeaderValue::from_str(value).expect("a header value"),
            );
        }
    }
    answer
}
