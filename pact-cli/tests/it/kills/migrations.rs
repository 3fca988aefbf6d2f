//! A broker that is killed while it makes the tables of a new database: the next one completes them.
//!
//! `BROKER_MIGRATIONS` sets how many databases are tried.

use std::time::Duration;

use super::ledger::{Ledger, more_contracts};
use super::load::Load;
use super::{Killable, postgres};
use crate::support::Pact;

/// How many databases are tried when nothing else is said.
const DATABASES: u32 = 6;

fn databases() -> u32 {
    std::env::var("BROKER_MIGRATIONS").map_or(DATABASES, |count| count.parse().unwrap())
}

/// Kills a broker at some moment of its start, three times, and lets another one serve.
async fn completes(database: &str) {
    for _ in 0..3 {
        let start = ["broker", "start", "--port", "0", "--database-url", database];
        let mut child = Pact::new(start).spawn();
        let moment = Duration::from_micros(rand::random_range(2_000..150_000));
        tokio::time::sleep(moment).await;
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let broker = Killable::start(database);
    let load = Load::start(&broker.url, 0);
    more_contracts(database, 0).await;
    broker.kill();
    let mut ledger = Ledger::default();
    ledger.take(load.stop().await);
    ledger.is_kept(database, None).await;
}

#[test]
fn a_broker_on_sqlite_completes_the_tables_of_one_that_was_killed() {
    let folder = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    for number in 0..databases() {
        let file = folder.path().join(format!("{number}.sqlite"));
        runtime.block_on(completes(&format!("sqlite://{}", file.display())));
    }
}

#[test]
fn a_broker_on_postgresql_completes_the_tables_of_one_that_was_killed() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        for _ in 0..databases() {
            if let Some(database) = postgres::database_url().await {
                completes(&database).await;
            }
        }
    });
}
