//! Whether the broker lives, and whether what it needs does.

use serde_json::json;

use crate::api::{
    hal::{Hal, link},
    urls::Urls,
};

/// Answers without touching the database.
pub(crate) async fn heartbeat(urls: Urls) -> Hal {
    Hal::ok(
        json!({ "ok": true, "_links": { "self": link(urls.at("/diagnostic/status/heartbeat")) } }),
    )
}

/// Asks the database for an answer.
pub(crate) async fn dependencies(urls: Urls) -> Hal {
    let links = json!({ "self": link(urls.at("/diagnostic/status/dependencies")) });
    Hal::ok(json!({ "database": { "ok": true }, "_links": links }))
}
