//! Verifies one pact in process and over HTTP, with the same provider and our library alone. Over HTTP the provider is
//! a process of its own, as it is for those who verify so, and once more a thread of this one.
//!
//! Arguments: number of interactions (1000), rounds (5).

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use benchmarks::{orders_app, orders_pact, start_provider};
use pact_provider::{StateContext, Verifier};

#[tokio::main]
async fn main() {
    if std::env::args().nth(1).as_deref() == Some(PROVIDER) {
        println!("{}", start_provider(Duration::ZERO));
        // It ends when its parent does.
        std::io::stdin().read_to_end(&mut Vec::new()).expect("it waits");
        return;
    }
    let argument = |at: usize, default: u64| std::env::args().nth(at).map_or(default, |text| text.parse().expect("a number"));
    let (count, rounds) = (argument(1, 1000), argument(2, 5));
    let folder = tempfile::tempdir().expect("a folder");
    let pact = folder.path().join("order-web-order-api.json");
    std::fs::write(&pact, orders_pact(count).to_string()).expect("the pact is written");
    let (mut provider, base) = provider();
    let beside = format!("http://{}", start_provider(Duration::ZERO));
    let verifier = || Verifier::new("order-api").pact_file(&pact);
    let closures = || verifier().any_state(|_: StateContext| async {});

    println!("{count} interactions with a provider state each, best of {rounds} rounds");
    let mut inside = Duration::MAX;
    let mut apart = Duration::MAX;
    let mut near = Duration::MAX;
    let mut outside = Duration::MAX;
    let mut protocol = Duration::MAX;
    for _ in 0..rounds {
        inside = inside.min(time(closures().service(orders_app(Duration::ZERO))).await);
        let fresh = || async { (orders_app(Duration::ZERO), ()) };
        apart = apart.min(time(closures().service_factory(fresh)).await);
        near = near.min(time(closures().url(&beside)).await);
        outside = outside.min(time(closures().url(&base)).await);
        protocol = protocol.min(time(verifier().url(&base).state_change_url(format!("{base}/state"))).await);
    }
    let line = |name: &str, took: Duration| {
        let times = took.as_secs_f64() / inside.as_secs_f64();
        println!("{name:<44}{:>9.1} ms {times:>8.1} x", took.as_secs_f64() * 1000.0);
    };
    line("in process, states by closures", inside);
    line("in process, a service made for each", apart);
    line("over HTTP to a thread, states by closures", near);
    line("over HTTP, states by closures", outside);
    line("over HTTP, states by the endpoint", protocol);
    provider.kill().and_then(|()| provider.wait()).expect("the provider ends");
}

/// Says that the program is to be the provider.
const PROVIDER: &str = "provider";

/// Starts the provider as a process of its own; returns it with its base URL.
fn provider() -> (Child, String) {
    let program = std::env::current_exe().expect("the program has a file");
    let mut child = Command::new(program)
        .arg(PROVIDER)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the provider starts");
    let mut address = String::new();
    let output = child.stdout.as_mut().expect("it is piped");
    BufReader::new(output).read_line(&mut address).expect("it says where it listens");
    (child, format!("http://{}", address.trim()))
}

async fn time(verifier: Verifier) -> Duration {
    let started = Instant::now();
    verifier.run().await.expect("the verifier is set up").assert();
    started.elapsed()
}
