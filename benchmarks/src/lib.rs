//! What the benchmarks share: a provider to verify, pacts to verify it with, and a stopwatch.

use std::net::SocketAddr;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::Path;
use axum::routing::{get, post};
use nix::sys::resource::{UsageWho, getrusage};
use serde_json::{Value, json};

/// Wall time, processor time and memory of one measured command.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    /// Time on the wall.
    pub wall: Duration,
    /// User and system time of the command and what it started.
    pub cpu: Duration,
    /// Greatest resident size of any command so far, in MiB.
    pub peak_mib: i64,
}

/// Runs the command to its end and returns what it cost.
///
/// # Panics
///
/// When the command cannot be started or does not end with exit code 0.
pub fn measure(command: &mut Command) -> Cost {
    let before = children_cpu();
    let started = Instant::now();
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status().expect("the command starts");
    let wall = started.elapsed();
    assert!(status.success(), "{command:?} ended with {status}");
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).expect("usage of children can be read");
    Cost { wall, cpu: children_cpu() - before, peak_mib: usage.max_rss() / 1024 }
}

/// Returns the user time of all commands that have ended.
///
/// # Panics
///
/// When the system does not tell.
pub fn user_time_of_children() -> Duration {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).expect("usage of children can be read");
    let time = usage.user_time();
    Duration::from_micros(u64::try_from(time.tv_sec() * 1_000_000 + i64::from(time.tv_usec())).unwrap_or(0))
}

fn children_cpu() -> Duration {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).expect("usage of children can be read");
    let micros = |time: nix::sys::time::TimeVal| {
        Duration::from_micros(u64::try_from(time.tv_sec() * 1_000_000 + i64::from(time.tv_usec())).unwrap_or(0))
    };
    micros(usage.user_time()) + micros(usage.system_time())
}

/// Returns a provider of orders that answers after `delay`.
pub fn orders_app(delay: Duration) -> Router {
    let wait = move || async move {
        // A sleep of no length still waits for the next tick of the timer.
        if !delay.is_zero() {
            tokio::time::sleep(delay).await;
        }
    };
    Router::new()
        .route("/state", post(|| async { axum::Json(json!({})) }))
        .route(
            "/orders/{id}",
            get(move |Path(id): Path<u64>| async move {
                wait().await;
                axum::Json(order(id))
            }),
        )
        .route(
            "/archive/{id}",
            get(move |Path(id): Path<u64>| async move {
                wait().await;
                axum::Json(archived_order(id))
            }),
        )
}

/// Starts a provider of orders on loopback that answers after `delay`; it lives as long as the process.
pub fn start_provider(delay: Duration) -> SocketAddr {
    let (send, receive) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async move {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
            send.send(listener.local_addr().expect("an address")).expect("the starter waits");
            axum::serve(listener, orders_app(delay)).await.expect("the provider serves");
        });
    });
    receive.recv().expect("the provider starts")
}

/// Returns a V3 pact of `count` interactions with the provider, each with a provider state.
pub fn orders_pact(count: u64) -> Value {
    let interactions: Vec<Value> = (1..=count)
        .map(|id| {
            json!({
                "description": format!("a request for order {id}"),
                "providerStates": [{ "name": format!("order {id} exists") }],
                "request": { "method": "GET", "path": format!("/orders/{id}") },
                "response": {
                    "status": 200,
                    "headers": { "Content-Type": "application/json" },
                    "body": order(id),
                    "matchingRules": { "body": {
                        "$.id": { "matchers": [{ "match": "integer" }] },
                        "$.status": { "matchers": [{ "match": "regex", "regex": "^(open|paid)$" }] },
                        "$.lines": { "matchers": [{ "match": "type", "min": 1 }] }
                    } }
                }
            })
        })
        .collect();
    json!({
        "consumer": { "name": "order-web" },
        "provider": { "name": "order-api" },
        "interactions": interactions,
        "metadata": { "pactSpecification": { "version": "3.0.0" } }
    })
}

fn order(id: u64) -> Value {
    json!({
        "id": id,
        "status": "open",
        "lines": [{ "sku": "A1", "quantity": 2, "price": 9.99 }, { "sku": "B2", "quantity": 1, "price": 0.5 }]
    })
}

/// Returns an order with ten kilobytes of lines.
pub fn archived_order(id: u64) -> Value {
    let line = |number: u64| json!({ "sku": format!("A{number}"), "quantity": number, "price": 9.99, "note": "kept for seven years" });
    json!({ "id": id, "status": "paid", "lines": (0..135).map(line).collect::<Vec<_>>() })
}
