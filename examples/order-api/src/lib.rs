//! An order API: axum in front, SQLite behind.
//!
//! `tests/contracts.rs` verifies it against the contracts in `examples/pacts`: in process, over HTTP,
//! and as a broker passes them on.

mod store;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};

pub use store::{Store, StoreError};

/// An order as the API gives it.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Order {
    /// The order's number.
    pub id: i64,
    /// `open` or `paid`.
    pub status: String,
    /// What was ordered.
    pub lines: Vec<Line>,
}

/// One line of an order.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Line {
    /// The article.
    pub sku: String,
    /// How many of it.
    pub quantity: u32,
}

#[derive(Deserialize)]
struct NewOrder {
    lines: Vec<Line>,
}

/// Returns the API over the store.
pub fn app(store: Store) -> Router {
    Router::new()
        .route("/orders", post(place))
        .route("/orders/{id}", get(show))
        .with_state(store)
}

async fn show(State(store): State<Store>, Path(id): Path<i64>) -> Result<Json<Order>, Failure> {
    store.order(id).await?.map(Json).ok_or(Failure::NotFound)
}

async fn place(
    State(store): State<Store>,
    Json(new): Json<NewOrder>,
) -> Result<(StatusCode, Json<Order>), Failure> {
    let order = store.insert(None, "open", &new.lines).await?;
    Ok((StatusCode::CREATED, Json(order)))
}

enum Failure {
    NotFound,
    Store(StoreError),
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND.into_response(),
            Self::Store(error) => {
                (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response()
            }
        }
    }
}
