//! The API of the master server.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::header::{ALLOW, AUTHORIZATION, CONTENT_TYPE, LOCATION};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode};
use axum::routing::{get, post};
use pact_core::format;
use pact_core::model::SpecVersion;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::registry::{Registry, Wanted};
use super::shapes;
use crate::error::chain;

/// Bytes a pact may have.
const LARGEST_PACT: usize = 64 << 20;

/// Longest time a shutdown is put off.
const LONGEST_PERIOD: Duration = Duration::from_secs(60);

/// The API and what it works on.
#[derive(Clone)]
pub(super) struct Admin(Arc<Shared>);

struct Shared {
    registry: Arc<Registry>,
    server_key: String,
    stop: Sender<Duration>,
}

/// What a new mock server is to be like.
#[derive(Deserialize)]
struct CreateQuery {
    cors: Option<String>,
    tls: Option<String>,
    specification: Option<String>,
}

impl Admin {
    /// Returns the API, and where it tells that an end was asked for and how long it may wait.
    pub(super) fn new(registry: Arc<Registry>, server_key: String) -> (Self, Receiver<Duration>) {
        let (stop, stopping) = channel(1);
        let shared = Shared {
            registry,
            server_key,
            stop,
        };
        (Self(Arc::new(shared)), stopping)
    }

    pub(super) fn router(self) -> Router {
        Router::new()
            .route("/", get(list).post(create).options(options))
            .route("/mockserver/{name}", get(show).delete(end))
            .route("/mockserver/{name}/verify", post(verify))
            .route("/shutdown", post(shutdown))
            .layer(DefaultBodyLimit::max(LARGEST_PACT))
            .with_state(self)
    }
}

async fn list(State(Admin(shared)): State<Admin>) -> Response<Body> {
    let servers = shared.registry.all();
    let servers: Vec<Value> = servers
        .iter()
        .map(|server| shapes::status(server))
        .collect();
    answer(StatusCode::OK, &json!({ "mockServers": servers }))
}

/// A page of another origin is not told that it may ask: mock servers are none of its business.
async fn options() -> Response<Body> {
    let mut response = empty(StatusCode::NO_CONTENT);
    let methods = HeaderValue::from_static("OPTIONS, GET, HEAD, POST");
    response.headers_mut().insert(ALLOW, methods);
    response
}

async fn create(
    State(Admin(shared)): State<Admin>,
    Query(query): Query<CreateQuery>,
    headers: HeaderMap,
    body: axum::body::Bytes,
) -> Response<Body> {
    let named = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    // Browsers let any page send other types without asking.
    if !named.is_some_and(|named| named.to_ascii_lowercase().contains("json")) {
        return empty(StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
    let Some(version) = version(query.specification.as_deref()) else {
        let named = query.specification.unwrap_or_default();
        return refused(&format!(
            "`{named}` is no version of the specification (V1 to V4)"
        ));
    };
    let pact = match format::read(&body) {
        Ok(read) => read.pact,
        Err(error) => return refused(&format!("Failed to parse Pact JSON - {}", chain(&error))),
    };
    let is_set = |flag: Option<String>| flag.is_some_and(|text| text == "true");
    let wanted = Wanted {
        pact,
        version,
        has_cors: is_set(query.cors),
        is_tls: is_set(query.tls),
    };
    match shared.registry.create(wanted) {
        Ok(server) => {
            let mut response = answer(StatusCode::OK, &shapes::created(&server));
            let place = HeaderValue::from_str(&format!("/mockserver/{}", server.id));
            response
                .headers_mut()
                .extend(place.ok().map(|place| (LOCATION, place)));
            response
        }
        Err(error) => refused(&format!("Failed to start mock server - {}", chain(&error))),
    }
}

async fn show(State(Admin(shared)): State<Admin>, Path(name): Path<String>) -> Response<Body> {
    match shared.registry.find(&name) {
        Some(server) => answer(StatusCode::OK, &shapes::status(&server)),
        None => empty(StatusCode::NOT_FOUND),
    }
}

async fn end(State(Admin(shared)): State<Admin>, Path(name): Path<String>) -> Response<Body> {
    if shared.registry.end(&name).await {
        empty(StatusCode::NO_CONTENT)
    } else {
        empty(StatusCode::NOT_FOUND)
    }
}

async fn verify(State(Admin(shared)): State<Admin>, Path(name): Path<String>) -> Response<Body> {
    let Some(server) = shared.registry.find(&name) else {
        return empty(StatusCode::NOT_FOUND);
    };
    let status = shapes::status(&server);
    if let Some(failure) = server.mock.failure() {
        let mismatches = shapes::mismatches(&server, &failure);
        let body = json!({ "mockServer": status, "mismatches": mismatches });
        return answer(StatusCode::UNPROCESSABLE_ENTITY, &body);
    }
    match shared.registry.write(server).await {
        Ok(_) => empty(StatusCode::NO_CONTENT),
        Err(failure) => {
            let body = json!({ "mockServer": status, "error": failure.text() });
            answer(StatusCode::UNPROCESSABLE_ENTITY, &body)
        }
    }
}

async fn shutdown(
    State(Admin(shared)): State<Admin>,
    headers: HeaderMap,
    body: axum::body::Bytes,
) -> Response<Body> {
    let named = headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let key = named.and_then(|named| named.strip_prefix("Bearer "));
    if key != Some(shared.server_key.as_str()) {
        return empty(StatusCode::FORBIDDEN);
    }
    let asked: Value = serde_json::from_slice(&body).unwrap_or_default();
    let period = Duration::from_millis(asked["period"].as_u64().unwrap_or(100));
    // When an end was asked for already, once is enough.
    let _ = shared.stop.try_send(period.min(LONGEST_PERIOD));
    empty(StatusCode::NO_CONTENT)
}

/// Returns the version of a name, V4 without one.
fn version(name: Option<&str>) -> Option<SpecVersion> {
    Some(match name.map(str::to_ascii_uppercase).as_deref() {
        None | Some("" | "V4") => SpecVersion::V4,
        Some("V1") => SpecVersion::V1,
        Some("V1.1" | "V1_1") => SpecVersion::V1_1,
        Some("V2") => SpecVersion::V2,
        Some("V3") => SpecVersion::V3,
        Some(_) => return None,
    })
}

fn refused(error: &str) -> Response<Body> {
    answer(StatusCode::UNPROCESSABLE_ENTITY, &json!({ "error": error }))
}

fn answer(status: StatusCode, body: &Value) -> Response<Body> {
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    let named = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, named);
    response
}

fn empty(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}
