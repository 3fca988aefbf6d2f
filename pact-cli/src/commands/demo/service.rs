//! The provider: an order API on a port of its own.

use std::collections::BTreeSet;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::STATE;

/// What the API calls the sum of an order.
#[derive(Clone, Copy)]
pub(super) enum OrderApi {
    /// As at first.
    Total,
    /// As after a change nobody was asked about.
    Amount,
}

/// The running API; it stops when dropped.
pub(super) struct OrderService {
    address: SocketAddr,
    serving: JoinHandle<()>,
}

#[derive(Clone)]
struct Orders {
    api: OrderApi,
    known: Arc<Mutex<BTreeSet<u64>>>,
}

impl OrderService {
    pub(super) async fn start(api: OrderApi) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let orders = Orders {
            api,
            known: Arc::default(),
        };
        let router = Router::new()
            .route("/orders/{id}", get(order))
            .route("/states", post(state))
            .with_state(orders);
        let serving = tokio::spawn(async move {
            // It fails only when it is stopped.
            let _ = axum::serve(listener, router).await;
        });
        Ok(Self { address, serving })
    }

    pub(super) fn port(&self) -> String {
        self.address.port().to_string()
    }

    /// Returns where the verifier says which state a contract needs.
    pub(super) fn states_url(&self) -> String {
        format!("http://{}/states", self.address)
    }
}

impl Drop for OrderService {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn order(
    State(orders): State<Orders>,
    Path(id): Path<u64>,
) -> Result<Json<Value>, StatusCode> {
    let known = orders.known.lock().unwrap_or_else(PoisonError::into_inner);
    if !known.contains(&id) {
        return Err(StatusCode::NOT_FOUND);
    }
    Ok(Json(match orders.api {
        OrderApi::Total => json!({ "id": id, "status": "paid", "total": 123.45 }),
        OrderApi::Amount => json!({ "id": id, "status": "paid", "amount": 123.45 }),
    }))
}

async fn state(State(orders): State<Orders>, Json(asked): Json<Value>) -> StatusCode {
    let mut known = orders.known.lock().unwrap_or_else(PoisonError::into_inner);
    match (asked["action"].as_str(), asked["state"].as_str()) {
        (Some("setup"), Some(STATE)) => {
            known.insert(42);
            StatusCode::OK
        }
        (Some("setup"), _) => StatusCode::NOT_FOUND,
        _ => {
            known.clear();
            StatusCode::OK
        }
    }
}
