//! Verifies a pact of 10,000 interactions and 100 MB with our command line: how long, how much memory.
//!
//! `PACT_CLI` names our `pact` (a release build), `PACT_OFFICIAL_CLI` the official one, which is left
//! out without it. Argument: number of interactions (10000).

use std::io::{BufWriter, Write};
use std::process::Command;
use std::time::Duration;

use benchmarks::{archived_order, measure, start_provider};
use serde_json::json;

fn main() {
    let count: u64 = std::env::args().nth(1).map_or(10_000, |text| text.parse().expect("a number"));
    let ours = std::env::var("PACT_CLI").expect("PACT_CLI names our pact program");
    let provider = start_provider(Duration::ZERO);
    let folder = tempfile::tempdir().expect("a folder");
    let pact = folder.path().join("order-web-order-api.json");
    write_pact(&pact, count).expect("the pact is written");
    let size = pact.metadata().expect("the pact is there").len();
    println!("{count} interactions, {} MB", size / 1_000_000);
    let verify = |program: &str| {
        let mut command = Command::new(program);
        command.arg("verifier").arg("--file").arg(&pact).args(["--provider-name", "order-api"]);
        command.args(["--hostname", "127.0.0.1", "--port", &provider.port().to_string()]);
        measure(&mut command)
    };
    let report = |name: &str, cost: benchmarks::Cost| {
        let (wall, cpu) = (cost.wall.as_secs_f64(), cost.cpu.as_secs_f64());
        println!("{name:<12}{wall:>9.2} s wall {cpu:>9.2} s cpu {:>6} MiB peak", cost.peak_mib);
    };
    report("ours", verify(&ours));
    if let Ok(official) = std::env::var("PACT_OFFICIAL_CLI") {
        report("official", verify(&official));
    }
}

fn write_pact(path: &std::path::Path, count: u64) -> std::io::Result<()> {
    let mut file = BufWriter::new(std::fs::File::create(path)?);
    write!(file, r#"{{"consumer":{{"name":"order-web"}},"provider":{{"name":"order-api"}},"interactions":["#)?;
    for id in 1..=count {
        let interaction = json!({
            "description": format!("a request for archived order {id}"),
            "request": { "method": "GET", "path": format!("/archive/{id}") },
            "response": {
                "status": 200,
                "headers": { "Content-Type": "application/json" },
                "body": archived_order(id),
                "matchingRules": { "body": { "$.id": { "matchers": [{ "match": "integer" }] } } }
            }
        });
        let comma = if id == 1 { "" } else { "," };
        write!(file, "{comma}{interaction}")?;
    }
    write!(file, r#"],"metadata":{{"pactSpecification":{{"version":"3.0.0"}}}}}}"#)?;
    file.flush()
}
