// The provider that the guide verifies; its examples include this file.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};

/// Orders by number.
#[derive(Clone, Default)]
struct Store(Arc<Mutex<BTreeMap<u64, Value>>>);

impl Store {
    async fn insert(&self, id: u64, status: &str, lines: Value) -> Result<Value, std::io::Error> {
        let order = json!({ "id": id, "status": status, "lines": lines });
        self.0.lock().unwrap().insert(id, order.clone());
        Ok(order)
    }

    async fn clear(&self) {
        self.0.lock().unwrap().clear();
    }
}

fn app(store: Store) -> Router {
    Router::new()
        .route("/orders", post(place))
        .route("/orders/{id}", get(show))
        .with_state(store)
}

async fn place(State(store): State<Store>, Json(new): Json<Value>) -> (StatusCode, Json<Value>) {
    let order = store.insert(1, "open", new["lines"].clone()).await.unwrap();
    (StatusCode::CREATED, Json(order))
}

async fn show(State(store): State<Store>, Path(id): Path<u64>) -> Result<Json<Value>, StatusCode> {
    let order = store.0.lock().unwrap().get(&id).cloned();
    order.map(Json).ok_or(StatusCode::NOT_FOUND)
}
