//! Verifies one pact in process and over HTTP, with the same provider and our library alone.
//!
//! Arguments: number of interactions (1000), rounds (5).

use std::time::{Duration, Instant};

use benchmarks::{orders_app, orders_pact, start_provider};
use pact_provider::{StateContext, Verifier};

#[tokio::main]
async fn main() {
    let argument = |at: usize, default: u64| std::env::args().nth(at).map_or(default, |text| text.parse().expect("a number"));
    let (count, rounds) = (argument(1, 1000), argument(2, 5));
    let folder = tempfile::tempdir().expect("a folder");
    let pact = folder.path().join("order-web-order-api.json");
    std::fs::write(&pact, orders_pact(count).to_string()).expect("the pact is written");
    let base = format!("http://{}", start_provider(Duration::ZERO));
    let verifier = || Verifier::new("order-api").pact_file(&pact);
    let closures = || verifier().any_state(|_: StateContext| async {});

    println!("{count} interactions with a provider state each, best of {rounds} rounds");
    let mut inside = Duration::MAX;
    let mut apart = Duration::MAX;
    let mut outside = Duration::MAX;
    let mut protocol = Duration::MAX;
    for _ in 0..rounds {
        inside = inside.min(time(closures().service(orders_app(Duration::ZERO))).await);
        let fresh = || async { (orders_app(Duration::ZERO), ()) };
        apart = apart.min(time(closures().service_factory(fresh)).await);
        outside = outside.min(time(closures().url(&base)).await);
        protocol = protocol.min(time(verifier().url(&base).state_change_url(format!("{base}/state"))).await);
    }
    let line = |name: &str, took: Duration| {
        let times = took.as_secs_f64() / inside.as_secs_f64();
        println!("{name:<40}{:>9.1} ms {times:>8.1} x", took.as_secs_f64() * 1000.0);
    };
    line("in process, states by closures", inside);
    line("in process, a service made for each", apart);
    line("over HTTP, states by closures", outside);
    line("over HTTP, states by the endpoint", protocol);
}

async fn time(verifier: Verifier) -> Duration {
    let started = Instant::now();
    verifier.run().await.expect("the verifier is set up").assert();
    started.elapsed()
}
