//! A provider of orders, and contracts with it.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use axum::extract::Path as Segment;
use axum::routing::get;
use axum::{Json, Router};
use pact_provider::{Report, Verifier};
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// Returns a provider that answers as [`pact`] expects.
pub(crate) fn orders() -> Router {
    Router::new().route(
        "/orders/{id}",
        get(|Segment(id): Segment<u64>| async move { Json(order(id)) }),
    )
}

pub(crate) fn order(id: u64) -> Value {
    json!({ "id": id, "status": "open", "lines": [{ "sku": "A1", "price": 9.5 }] })
}

/// Returns a pact with an interaction for each order, each with a provider state.
pub(crate) fn pact(ids: &[u64]) -> Value {
    let interactions: Vec<Value> = ids.iter().map(|id| interaction(*id)).collect();
    json!({
        "consumer": { "name": "order-web" },
        "provider": { "name": "order-api" },
        "interactions": interactions,
        "metadata": { "pactSpecification": { "version": "3.0.0" } }
    })
}

fn interaction(id: u64) -> Value {
    json!({
        "description": format!("a request for order {id}"),
        "providerStates": [{ "name": format!("order {id} exists"), "params": { "id": id } }],
        "request": { "method": "GET", "path": format!("/orders/{id}") },
        "response": {
            "status": 200,
            "headers": { "Content-Type": "application/json" },
            "body": order(id),
            "matchingRules": { "body": {
                "$.status": { "matchers": [{ "match": "regex", "regex": "^(open|paid)$" }] },
                "$.lines": { "matchers": [{ "match": "type", "min": 1 }] },
                "$.lines[*].price": { "matchers": [{ "match": "decimal" }] }
            } }
        }
    })
}

pub(crate) fn write(folder: &Path, name: &str, pact: &Value) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, pact.to_string()).unwrap();
    path
}

/// Serves the provider on a free port.
pub(crate) async fn serve(app: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    address
}

/// Verifies the pact against the service, with every state handled.
pub(crate) async fn verify(app: Router, pact: &Value) -> Report {
    let folder = tempfile::tempdir().unwrap();
    let path = write(folder.path(), "pact.json", pact);
    let report = Verifier::new("order-api")
        .service(app)
        .pact_file(path)
        .run()
        .await
        .unwrap();
    without_folder(report, folder.path())
}

/// Replaces the temporary folder in origins, so that reports can be compared.
pub(crate) fn without_folder(mut report: Report, folder: &Path) -> Report {
    let folder = format!("{}/", folder.display());
    for pact in &mut report.pacts {
        pact.origin = pact.origin.replace(&folder, "");
    }
    for warning in &mut report.warnings {
        *warning = warning.replace(&folder, "");
    }
    report
}
