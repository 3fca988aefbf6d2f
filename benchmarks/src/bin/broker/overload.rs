//! Ten times the load that is held: what cannot be answered is refused at once, and nothing is lost.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::mixed::{Count, Sample, load, lost, prepare, tell};
use crate::server::Server;

/// How many connections make the load that is held, and how many ten times that.
const CONNECTIONS: (u64, u64) = (64, 640);

/// How long the load lasts that is held, before and after.
const HELD: Duration = Duration::from_secs(10);

/// Loads the broker at some requests a second, for some seconds at ten times as many, and again.
pub async fn run(database: Option<&str>, seconds: u64, rate: u64) {
    let server = Server::start(database);
    prepare(&server.url, CONNECTIONS.1).await;
    let count = Arc::new(Count::default());
    let under = |connections, rate, period| load(server.url.clone(), Arc::clone(&count), (connections, rate), period);
    println!("{:.1} MiB; at {rate} requests/s:", server.memory());
    told(&under(CONNECTIONS.0, rate, HELD).await, HELD);
    let period = Duration::from_secs(seconds);
    println!("at ten times that:");
    told(&under(CONNECTIONS.1, 10 * rate, period).await, period);
    println!("  {:.1} MiB, {} files", server.memory(), server.files());
    let ended = Instant::now();
    println!("at {rate} requests/s again:");
    let after = under(CONNECTIONS.0, rate, HELD).await;
    told(&after, HELD);
    let late = after.iter().filter(|sample| sample.status != 200 || sample.from_due > Duration::from_millis(50));
    let normal = late.map(|sample| sample.answered).max().map_or(Duration::ZERO, |last| last - ended);
    println!("  the last that failed or took more than 50 ms was {normal:.1?} after the overload");
    let (lost, kept) = lost(&server.url, &count).await;
    println!("{lost} of {kept} publications that were answered for are lost");
}

/// Prints how many requests ended in which way, and how long that took from when each was sent.
fn told(samples: &[Sample], period: Duration) {
    let mut statuses: Vec<u16> = samples.iter().map(|sample| sample.status).collect();
    statuses.sort_unstable();
    statuses.dedup();
    for status in statuses {
        let of_status: Vec<_> = samples.iter().filter(|sample| sample.status == status).collect();
        let rate = of_status.len() as f64 / period.as_secs_f64();
        let times = of_status.iter().map(|sample| sample.from_sent).collect();
        tell(&format!("{status}, {rate:.0}/s"), times);
    }
}
