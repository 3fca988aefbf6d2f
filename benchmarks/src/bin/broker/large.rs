//! Contracts of some megabytes: published, read, shown; and one that is too large.

use std::time::Instant;

use serde_json::json;

use crate::http::Connection;
use crate::publish::request;
use crate::server::Server;

/// Sizes of contracts in MiB; in base64 the largest is just below the limit of 32 MiB for a body.
const SIZES: [usize; 4] = [1, 5, 10, 23];

/// Publishes, reads and shows one contract of each size.
pub async fn run(database: Option<&str>) {
    let server = Server::start(database);
    let mut connection = Connection::open(&server.url).await.expect("the broker listens");
    println!("{:.1} MiB at the start", server.memory());
    for size in SIZES {
        let body = publication(size);
        let sent = body.len() as f64 / 1_048_576.0;
        let started = Instant::now();
        let answer = connection.post("/contracts/publish", &body).await.expect("an answer");
        let published = started.elapsed();
        assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
        let path = format!("/pacts/provider/large-api/consumer/web/version/{size}");
        let started = Instant::now();
        let answer = connection.get(&path).await.expect("an answer");
        let read = started.elapsed();
        assert_eq!(answer.status, 200);
        let started = Instant::now();
        let page = connection.page(&path).await.expect("an answer");
        let shown = started.elapsed();
        assert_eq!(page.status, 200);
        println!(
            "{size} MiB, {sent:.1} MiB sent: published in {published:.0?}, read in {read:.0?}, page in {shown:.0?} \
             ({} bytes); {:.0} MiB now, {:.0} MiB at most",
            page.body.len(),
            server.memory(),
            server.peak(),
        );
    }
    let started = Instant::now();
    let answer = connection.announce("/contracts/publish", 32 * 1_048_576 + 1).await.expect("an answer");
    println!("a body of 32 MiB and a byte, announced: {} after {:.1?}, nothing of it sent", answer.status, started.elapsed());
}

/// A contract of so many MiB, in interactions of about a kilobyte.
fn publication(size: usize) -> String {
    let interaction = |number: usize| {
        let items: Vec<_> = (0..12)
            .map(|at| json!({ "sku": format!("A{number}-{at}"), "quantity": at, "price": 9.99 }))
            .collect();
        json!({
            "description": format!("a request for order {number}"),
            "request": { "method": "GET", "path": format!("/orders/{number}"), "headers": { "Accept": "application/json" } },
            "response": { "status": 200, "headers": { "Content-Type": "application/json" }, "body": { "id": number, "items": items } }
        })
    };
    let one = interaction(10_000).to_string().len();
    let interactions: Vec<_> = (0..size * 1_048_576 / one).map(interaction).collect();
    let contract = json!({
        "consumer": { "name": "web" }, "provider": { "name": "large-api" }, "interactions": interactions,
        "metadata": { "pactSpecification": { "version": "2.0.0" } }
    });
    request(("web", &size.to_string()), "large-api", &contract)
}
