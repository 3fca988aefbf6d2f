//! Small contracts from many clients, each durable before it is answered for.

use std::time::{Duration, Instant};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::http::Connection;
use crate::server::Server;
use crate::{median, percentile};

/// How long is measured.
const DURATION: Duration = Duration::from_secs(10);

/// Publishes from 4 and from 32 clients.
pub async fn run(database: Option<&str>) {
    let server = Server::start(database);
    println!("started in {:.0?}, {:.1} MiB", server.started_in, server.memory());
    for clients in [4, 32] {
        let started = Instant::now();
        let mut tasks = JoinSet::new();
        for client in 0..clients {
            tasks.spawn(publish(server.url.clone(), format!("web{clients}x{client}"), started));
        }
        let mut times: Vec<Duration> = tasks.join_all().await.into_iter().flatten().collect();
        let rate = times.len() as f64 / started.elapsed().as_secs_f64();
        times.sort();
        println!(
            "publish, {clients} clients: {rate:.0}/s, p50 {:.1?}, p99 {:.1?}, {:.1} MiB",
            median(&times),
            percentile(&times, 99),
            server.memory()
        );
    }
}

async fn publish(url: String, consumer: String, started: Instant) -> Vec<Duration> {
    let mut connection = Connection::open(&url).await.expect("the broker listens");
    let mut times = Vec::new();
    while started.elapsed() < DURATION {
        let body = publication(&consumer, &times.len().to_string(), "api", &times.len().to_string());
        let asked = Instant::now();
        let answer = connection.post("/contracts/publish", &body).await.expect("an answer");
        times.push(asked.elapsed());
        assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
    }
    times
}

/// Returns the request to publish a contract of one interaction, told apart by a word, from `main`.
pub fn publication(consumer: &str, version: &str, provider: &str, word: &str) -> String {
    let contract = json!({
        "consumer": { "name": consumer },
        "provider": { "name": provider },
        "interactions": [{
            "description": format!("a request for {word}"),
            "request": { "method": "GET", "path": format!("/{word}") },
            "response": { "status": 200, "headers": { "Content-Type": "application/json" }, "body": { "id": 42 } }
        }],
        "metadata": { "pactSpecification": { "version": "2.0.0" } }
    });
    request((consumer, version), provider, &contract)
}

/// Returns the request to publish a contract of a version from `main`.
pub fn request((consumer, version): (&str, &str), provider: &str, contract: &Value) -> String {
    json!({
        "pacticipantName": consumer, "pacticipantVersionNumber": version, "branch": "main",
        "contracts": [{
            "consumerName": consumer, "providerName": provider, "specification": "pact",
            "contentType": "application/json", "content": STANDARD.encode(contract.to_string()),
        }]
    })
    .to_string()
}
