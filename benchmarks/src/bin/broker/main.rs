//! The broker under load: `broker publish`, `broker fifty`, `broker large`, `broker mixed MINUTES
//! REQUESTS_A_SECOND`, `broker overload SECONDS REQUESTS_A_SECOND`.
//!
//! `PACT_CLI` names the `pact` program, and `BROKER_DATABASE` an empty PostgreSQL database; without it the broker uses
//! an SQLite file in the working folder. `BROKER_CORE` names the processor that the broker has to itself, where this
//! program is started on another one with `taskset`.

mod fifty;
mod http;
mod large;
mod mixed;
mod overload;
mod publish;
mod server;

use std::time::Duration;

#[tokio::main]
async fn main() {
    let database = std::env::var("BROKER_DATABASE").ok();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize, otherwise| arguments.get(at).map_or(otherwise, |text| text.parse().expect("a number"));
    match arguments.first().map(String::as_str) {
        Some("fifty") => fifty::run(database.as_deref()).await,
        Some("large") => large::run(database.as_deref()).await,
        Some("mixed") => mixed::run(database.as_deref(), number(1, 10), number(2, 400)).await,
        Some("overload") => overload::run(database.as_deref(), number(1, 60), number(2, 400)).await,
        Some("publish") => publish::run(database.as_deref()).await,
        _ => eprintln!("say `publish`, `fifty`, `large`, `mixed MINUTES RATE` or `overload SECONDS RATE`"),
    }
}

/// The middle of sorted times.
fn median(sorted: &[Duration]) -> Duration {
    percentile(sorted, 50)
}

/// The time that so many of a hundred do not exceed.
fn percentile(sorted: &[Duration], percent: usize) -> Duration {
    sorted.get((sorted.len().max(1) - 1) * percent / 100).copied().unwrap_or_default()
}
