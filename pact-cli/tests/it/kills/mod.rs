//! A broker that is killed without warning while many publish, again and again: what it answered
//! for is there, and nothing is there by half.
//!
//! `BROKER_KILLS` sets how often it is killed.

mod backups;
mod ledger;
mod load;
mod migrations;
#[path = "../../../../pact-broker/tests/it/support/postgres.rs"]
mod postgres;
mod power;

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use ledger::Ledger;
use load::Load;

use crate::support::Pact;

/// How often the broker is killed when nothing else is said.
const KILLS: u32 = 10;

/// A running program that is not asked whether it wants to end.
struct Killable {
    child: Child,
    url: String,
    /// A program that cannot print ends.
    _output: BufReader<ChildStdout>,
}

impl Killable {
    /// Starts the broker on a database and waits until it serves.
    fn start(database: &str) -> Self {
        let start = ["broker", "start", "--port", "0", "--database-url", database];
        Self::serving(Pact::new(start).spawn())
    }

    /// Starts another program that runs the broker.
    fn watch(mut command: Command) -> std::io::Result<Self> {
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped());
        Ok(Self::serving(child.spawn()?))
    }

    fn serving(mut child: Child) -> Self {
        let mut first = String::new();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        output.read_line(&mut first).unwrap();
        let Some(url) = first.trim().strip_prefix("broker at ") else {
            let said = child.wait_with_output().unwrap();
            panic!("the broker did not start: {said:?}");
        };
        let url = url.to_owned();
        Self {
            child,
            url,
            _output: output,
        }
    }

    /// Asks the broker that another program runs to end, and waits for both.
    fn end(mut self) {
        let id = self.child.id();
        let broker = fs::read_to_string(format!("/proc/{id}/task/{id}/children")).unwrap();
        let mut kill = Command::new("kill");
        let told = kill.arg("-TERM").arg(broker.trim()).status().unwrap();
        assert!(told.success());
        self.child.wait().unwrap();
    }

    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// Kills a broker on the database under load, and checks the database after each time.
async fn survives(database: &str) {
    let kills = std::env::var("BROKER_KILLS").map_or(KILLS, |count| count.parse().unwrap());
    let mut ledger = Ledger::default();
    let mut slowest_start = Duration::ZERO;
    for life in 0..kills {
        let started = Instant::now();
        let broker = Killable::start(database);
        slowest_start = slowest_start.max(started.elapsed());
        if life > 0 {
            ledger.is_served(&broker.url, life - 1).await;
        }
        let load = Load::start(&broker.url, life);
        let until = Duration::from_millis(rand::random_range(100..800));
        tokio::time::sleep(until).await;
        broker.kill();
        ledger.take(load.stop().await);
        ledger.is_kept(database, Some(life)).await;
    }
    let last = Killable::start(database);
    ledger.is_served(&last.url, kills - 1).await;
    last.kill();
    ledger.is_kept(database, None).await;
    assert!(ledger.publications() >= kills as usize, "{ledger}");
    // The test runner swallows what `eprintln!` says in a test that passes.
    let _ = writeln!(
        std::io::stderr(),
        "{kills} kills of a broker on {}: {ledger}; slowest start {slowest_start:.1?}",
        database.split(':').next().unwrap_or_default()
    );
}

#[test]
fn a_broker_on_sqlite_that_is_killed_keeps_what_it_answered_for() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("broker.sqlite");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(survives(&format!("sqlite://{}", file.display())));
}

#[test]
fn a_broker_on_postgresql_that_is_killed_keeps_what_it_answered_for() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        if let Some(database) = postgres::database_url().await {
            survives(&database).await;
        }
    });
}
