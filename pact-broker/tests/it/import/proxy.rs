//! A proxy before a broker that counts what is asked and fails when it is told to.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde_json::Value;
use tokio::sync::Notify;

/// What becomes of a request instead of being passed on.
#[derive(Clone, Copy)]
pub(super) enum Fault {
    /// It is answered with a status.
    Status(u16),
    /// It is answered with something that is no answer of a broker.
    Body(&'static str),
    /// It is never answered, and [`Proxy::reached`] is told.
    Silence,
}

/// The proxy.
pub(super) struct Proxy {
    pub(super) url: String,
    shared: Arc<Shared>,
}

struct Shared {
    target: SocketAddr,
    asked: AtomicUsize,
    /// Which request fails, counted from 1.
    fails: usize,
    fault: Fault,
    /// Whether answers are shaped like those of the Ruby broker.
    like_ruby: bool,
    reached: Notify,
}

impl Proxy {
    /// Passes everything on but the request of this number.
    pub(super) async fn before(target: SocketAddr, fails: usize, fault: Fault) -> Self {
        Self::serving(Shared {
            target,
            asked: AtomicUsize::new(0),
            fails,
            fault,
            like_ruby: false,
            reached: Notify::new(),
        })
        .await
    }

    async fn serving(shared: Shared) -> Self {
        let shared = Arc::new(shared);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let app = Router::new()
            .fallback(answer)
            .with_state(Arc::clone(&shared));
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { url, shared }
    }

    /// Passes everything on.
    pub(super) async fn counting(target: SocketAddr) -> Self {
        Self::before(target, usize::MAX, Fault::Silence).await
    }

    /// Passes everything on, and leaves out of the answers what the Ruby broker leaves out.
    pub(super) async fn like_ruby(target: SocketAddr) -> Self {
        Self::serving(Shared {
            target,
            asked: AtomicUsize::new(0),
            fails: usize::MAX,
            fault: Fault::Silence,
            like_ruby: true,
            reached: Notify::new(),
        })
        .await
    }

    /// How many requests came.
    pub(super) fn asked(&self) -> usize {
        self.shared.asked.load(Ordering::SeqCst)
    }

    /// Returns when the request came that is never answered.
    pub(super) async fn reached(&self) {
        self.shared.reached.notified().await;
    }
}

async fn answer(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let number = shared.asked.fetch_add(1, Ordering::SeqCst) + 1;
    if number == shared.fails {
        match shared.fault {
            Fault::Status(status) => {
                return StatusCode::from_u16(status).unwrap().into_response();
            }
            Fault::Body(body) => {
                return ([("content-type", "application/hal+json")], body).into_response();
            }
            Fault::Silence => {
                shared.reached.notify_one();
                std::future::pending::<()>().await;
            }
        }
    }
    // The text of a pact is left alone: it would not survive.
    let is_list = ["/environments", "/pacticipants", "/webhooks"];
    let path = request.uri().path().to_owned();
    let shaped = shared.like_ruby && is_list.iter().any(|start| path.starts_with(start));
    let answer = pass_on(shared.target, request).await;
    if !shaped {
        return answer;
    }
    let (mut parts, body) = answer.into_parts();
    let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let mut json = serde_json::from_slice(&bytes).unwrap();
    leave_out(&mut json);
    parts.headers.remove("content-length");
    Response::from_parts(parts, Body::from(json.to_string()))
}

/// Leaves out what the recordings of the Ruby broker do not have: the older of two names for
/// branches, empty lists of contacts and of environments, and the older name of an instance.
fn leave_out(json: &mut Value) {
    match json {
        Value::Object(members) => {
            members.remove("target");
            if members.contains_key("branchVersions") {
                members.remove("branches");
            }
            for name in [
                "contacts",
                "pb:deployed-environments",
                "pb:released-environments",
            ] {
                if members
                    .get(name)
                    .is_some_and(|list| list.as_array().is_some_and(Vec::is_empty))
                {
                    members.remove(name);
                }
            }
            members.values_mut().for_each(leave_out);
        }
        Value::Array(elements) => elements.iter_mut().for_each(leave_out),
        Value::Bool(_) | Value::Null | Value::Number(_) | Value::String(_) => {}
    }
}

async fn pass_on(target: SocketAddr, request: Request) -> Response {
    let stream = tokio::net::TcpStream::connect(target).await.unwrap();
    let stream = hyper_util::rt::TokioIo::new(stream);
    let (mut sender, connection) = hyper::client::conn::http1::handshake::<_, Body>(stream)
        .await
        .unwrap();
    tokio::spawn(connection);
    let (mut parts, body) = request.into_parts();
    parts
        .headers
        .insert("host", target.to_string().parse().unwrap());
    let passed = Request::from_parts(parts, body);
    let (parts, body) = sender.send_request(passed).await.unwrap().into_parts();
    Response::from_parts(parts, Body::new(body))
}
