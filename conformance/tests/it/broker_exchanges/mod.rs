//! Recorded exchanges with the Ruby broker, held again with this one on either database.
//!
//! A scenario is a list of requests; its recording holds what the Ruby broker answered. What counts
//! is what a client can act on: the status, the headers it reads, and the keys, types, links, values
//! and order of the body. Prose does not count, and more keys than were recorded are welcome.
//! Where this broker answers otherwise on purpose, `broker-exchanges-known.toml` names the step, the
//! place and the reason; the list must be exact.

mod badge;
pub(crate) mod call;
mod compare;
mod identity;
mod known;
mod scenario;

#[expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on stops where it stands"
)]
#[path = "../../../../pact-broker/tests/it/support/postgres.rs"]
mod postgres;

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use pact_broker::{Broker, BrokerConfig};
use pact_core::json::{Json, OwnedJson};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use self::compare::{Difference, differences};
use self::identity::Identities;
use self::known::Known;
use self::scenario::Scenario;
use crate::support::suite;

/// How many scenarios there are.
const SCENARIOS: usize = 30;

/// How many run at a time, each with a broker of its own.
const AT_A_TIME: usize = 4;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn recorded_exchanges_are_answered_alike_on_sqlite() {
    hold_all(Database::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn recorded_exchanges_are_answered_alike_on_postgresql() {
    hold_all(Database::Postgres).await;
}

#[derive(Debug, Clone, Copy)]
enum Database {
    Postgres,
    Sqlite,
}

/// What came out of a scenario: how each step differs.
struct Outcome {
    name: String,
    steps: Vec<Vec<Difference>>,
}

async fn hold_all(database: Database) {
    let Some(folder) = suite("broker-exchanges") else {
        return;
    };
    let names = scenarios(&folder);
    assert_eq!(names.len(), SCENARIOS, "scenarios in {}", folder.display());
    let slots = Arc::new(Semaphore::new(AT_A_TIME));
    let mut running = JoinSet::new();
    for name in names {
        let (slots, folder) = (Arc::clone(&slots), folder.clone());
        running.spawn(async move {
            let _slot = slots.acquire_owned().await.expect("nobody closes it");
            hold(&folder, &name, database).await
        });
    }
    let Some(mut outcomes) = running
        .join_all()
        .await
        .into_iter()
        .collect::<Option<Vec<_>>>()
    else {
        return;
    };
    outcomes.sort_by(|a, b| a.name.cmp(&b.name));
    judge(&outcomes, database);
}

fn scenarios(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder.join("scenarios")).expect("the folder can be read");
    entries
        .map(|entry| entry.expect("the entry can be read").file_name())
        .map(|name| name.into_string().expect("the name is text"))
        .collect()
}

/// Holds one scenario with a new broker; nothing where the database cannot be had, which has been
/// said by then.
async fn hold(folder: &Path, name: &str, database: Database) -> Option<Outcome> {
    let scenario = Scenario::read(&read(&folder.join("scenarios").join(name)));
    let recording = read(&folder.join("recordings").join(name));
    let recorded = recording.get("steps").and_then(Json::as_array);
    let recorded = recorded.expect("a recording has steps");
    assert_eq!(scenario.steps.len(), recorded.len(), "steps of {name}");

    let files = tempfile::tempdir().expect("a folder can be made");
    let url = match database {
        Database::Postgres => postgres::database_url().await?,
        Database::Sqlite => format!("sqlite://{}", files.path().join("broker.sqlite").display()),
    };
    let config = BrokerConfig::new(url, "127.0.0.1:0".parse().expect("an address"));
    let broker = Broker::start(config).await.expect("the broker starts");
    let mut identities = Identities::default();
    let mut variables = scenario::Variables::new(broker.url());
    let mut steps = Vec::new();
    for (step, recorded) in scenario.steps.iter().zip(recorded) {
        let request = step.request(&variables);
        let answer = call::send(broker.addr(), &request).await;
        let answer = answer.told_from(broker.url());
        variables.capture(step, &answer);
        steps.push(differences(recorded, &answer, &mut identities));
    }
    broker.shutdown().await;
    Some(Outcome {
        name: name.trim_end_matches(".json").to_owned(),
        steps,
    })
}

fn read(path: &Path) -> OwnedJson {
    let bytes = fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    Json::parse(&bytes).expect("it is JSON").into_owned()
}

/// Holds what differs against the list of what may.
fn judge(outcomes: &[Outcome], database: Database) {
    let mut known = Known::read(include_str!("../../../broker-exchanges-known.toml"));
    let mut wrong = Vec::new();
    let (mut alike, mut total) = (0, 0);
    for outcome in outcomes {
        for (number, found) in outcome.steps.iter().enumerate() {
            total += 1;
            alike += usize::from(found.is_empty());
            wrong.extend(known.judge(&outcome.name, number, found));
        }
    }
    wrong.extend(known.unused());
    // The test runner swallows what `eprintln!` says in a test that passes.
    let _ = writeln!(
        std::io::stderr(),
        "{alike} of {total} recorded steps are answered alike on {database:?}, the others differ as listed"
    );
    assert!(wrong.is_empty(), "on {database:?}:\n{}", wrong.join("\n"));
}
