//! Verifies one pact with the official command line, with ours, and sends the same requests bare.
//!
//! `PACT_OFFICIAL_CLI` names the official `pact`, `PACT_CLI` ours (a release build). Arguments:
//! number of interactions (1000), delay of the provider in milliseconds (0), jobs for ours (1).

use std::process::Command;
use std::time::{Duration, Instant};

use benchmarks::{Cost, measure, orders_pact, start_provider};

fn main() {
    let argument = |at: usize, default: u64| std::env::args().nth(at).map_or(default, |text| text.parse().expect("a number"));
    let (count, delay, jobs) = (argument(1, 1000), argument(2, 0), argument(3, 1));
    let official = std::env::var("PACT_OFFICIAL_CLI").expect("PACT_OFFICIAL_CLI names the official pact program");
    let ours = std::env::var("PACT_CLI").expect("PACT_CLI names our pact program");

    let provider = start_provider(Duration::from_millis(delay));
    let folder = tempfile::tempdir().expect("a folder");
    let pact = folder.path().join("order-web-order-api.json");
    std::fs::write(&pact, orders_pact(count).to_string()).expect("the pact is written");
    let state_url = format!("http://{provider}/state");
    let verify = |program: &str| {
        let mut command = Command::new(program);
        command.arg("verifier").arg("--file").arg(&pact).args(["--provider-name", "order-api"]);
        command.args(["--hostname", "127.0.0.1", "--port", &provider.port().to_string()]);
        command.args(["--state-change-url", &state_url]);
        command
    };

    println!("{count} interactions with a provider state each, provider answers after {delay} ms");
    let bare = bare_loop(&format!("http://{provider}"), count);
    println!("{:<28}{:>9.3} s wall", "bare reqwest loop", bare.as_secs_f64());
    report("ours", measure(&mut verify(&ours)), bare);
    if jobs > 1 {
        let jobs_text = jobs.to_string();
        report(&format!("ours, {jobs} jobs"), measure(verify(&ours).args(["--jobs", &jobs_text])), bare);
    }
    report("official", measure(&mut verify(&official)), bare);
}

fn report(name: &str, cost: Cost, bare: Duration) {
    println!(
        "{name:<28}{:>9.3} s wall {:>9.3} s cpu {:>6} MiB peak {:>8.1} x bare",
        cost.wall.as_secs_f64(),
        cost.cpu.as_secs_f64(),
        cost.peak_mib,
        cost.wall.as_secs_f64() / bare.as_secs_f64()
    );
}

/// Sends what a verifier must send, one after the other, and reads the answers.
fn bare_loop(base: &str, count: u64) -> Duration {
    let tls = pact_broker_client::client_config(&pact_broker_client::TlsOptions::default()).expect("TLS is set up");
    let client = reqwest::blocking::Client::builder().tls_backend_preconfigured(tls).build().expect("a client");
    let started = Instant::now();
    for id in 1..=count {
        let state = format!(r#"{{"state":"order {id} exists","params":{{}},"action":"setup"}}"#);
        let answer = client.post(format!("{base}/state")).header("content-type", "application/json").body(state).send();
        answer.and_then(reqwest::blocking::Response::bytes).expect("the state is set");
        let order = client.get(format!("{base}/orders/{id}")).send().and_then(reqwest::blocking::Response::bytes);
        assert!(!order.expect("the order is answered").is_empty());
    }
    started.elapsed()
}
