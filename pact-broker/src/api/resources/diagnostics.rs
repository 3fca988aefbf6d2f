//! Whether the broker lives, and whether what it needs does.

use axum::{extract::State, http::StatusCode};
use serde_json::json;

use crate::{
    api::{
        error::ApiError,
        hal::{Hal, link},
        urls::Urls,
    },
    state::AppState,
};

/// Answers without touching the database.
pub(crate) async fn heartbeat(urls: Urls) -> Hal {
    Hal::ok(
        json!({ "ok": true, "_links": { "self": link(urls.at("/diagnostic/status/heartbeat")) } }),
    )
}

/// Asks the database for an answer.
pub(crate) async fn dependencies(State(app): State<AppState>, urls: Urls) -> Hal {
    let links = json!({ "self": link(urls.at("/diagnostic/status/dependencies")) });
    match app.store().ping().await {
        Ok(()) => Hal::ok(json!({ "database": { "ok": true }, "_links": links })),
        Err(error) => {
            tracing::error!(%error, "the database does not answer");
            let database = json!({ "ok": false, "error": { "message": "the database does not answer; the log says why" } });
            Hal::ok(json!({ "database": database, "_links": links }))
                .with_status(StatusCode::INTERNAL_SERVER_ERROR)
        }
    }
}

/// That somebody asked for a failure.
#[derive(Debug, thiserror::Error)]
#[error("a failure was asked for at /test/error")]
struct Asked;

/// Fails, so that an operator can see how a failure reaches the log.
pub(crate) async fn fail() -> ApiError {
    ApiError::internal(&Asked)
}
