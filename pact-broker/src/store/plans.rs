//! How the databases run the statements behind the questions that must not grow slower with
//! history: none of them reads a big table from end to end.
//!
//! The questions of `examples/scale` are asked over HTTP on a small history of the same shape, and
//! every statement that runs meanwhile is explained with the values it had. Those that every build
//! asks also take few statements, as each is a way to the database and back.

#[path = "../../examples/scale/ask.rs"]
mod ask;
#[path = "../../examples/scale/fill.rs"]
mod fill;
#[path = "../../tests/it/support/postgres.rs"]
pub(super) mod postgres;

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::store::connection::Tx;
use crate::store::statement::Statement;
use crate::store::{Ambient, Store};
use crate::{Broker, BrokerConfig};
use ask::{Asker, Question};

/// The tables that grow with the history.
const BIG: [&str; 13] = [
    "branch_versions",
    "branches",
    "contents",
    "current_publications",
    "deployed_versions",
    "latest_verifications",
    "publications",
    "released_versions",
    "tags",
    "triggered_webhooks",
    "verifications",
    "versions",
    "webhook_executions",
];

/// Those of them that are big even here.
const BIGGEST: [&str; 2] = ["latest_verifications", "verifications"];

/// An index of what is supported now, which may be read whole.
const SUPPORTED: &str = "released_versions_supported";

/// The same shape as the full size.
const SIZE: fill::Size = fill::Size { pacticipants: 20 };

thread_local! {
    static SEEN: RefCell<Option<BTreeMap<String, Statement>>> = const { RefCell::new(None) };
}

/// Notes a statement that is about to run on this thread.
pub(super) fn note(statement: &Statement) {
    SEEN.with_borrow_mut(|seen| {
        if let Some(seen) = seen {
            seen.entry(statement.text().to_owned())
                .or_insert_with(|| statement.clone());
        }
    });
}

/// Asks every question of a broker on the database, and returns each statement that reads a big
/// table from end to end, with the question it was run for.
async fn full_scans(url: &str) -> Vec<String> {
    Store::open(url, Ambient::system())
        .await
        .unwrap()
        .close()
        .await;
    fill::fill(url, SIZE).await.unwrap();
    let config = BrokerConfig::new(url, "127.0.0.1:0".parse().unwrap());
    let broker = Broker::start(config).await.unwrap();
    let mut asker = Asker::connect(broker.addr()).await.unwrap();
    let store = Store::open(url, Ambient::system()).await.unwrap();
    let mut found = Vec::new();
    for question in Question::ALL {
        SEEN.set(Some(BTreeMap::new()));
        let request = question.about(4, SIZE).unwrap();
        asker.answer(request).await.unwrap();
        let seen = SEEN.take().unwrap_or_default();
        assert!(!seen.is_empty(), "{question:?} asks the database nothing");
        let most = most_statements(question);
        assert!(
            seen.len() <= most,
            "{question:?} takes {} statements, and {most} are enough",
            seen.len()
        );
        for statement in seen.into_values() {
            let mut tx = store.reading().await.unwrap();
            let scans = scans(&mut tx, &statement).await;
            found.extend(scans.into_iter().map(|scan| {
                let text = statement.text();
                format!("{question:?}: {scan} in {text}")
            }));
        }
    }
    drop(asker);
    broker.shutdown().await;
    store.close().await;
    found
}

/// How many different statements are enough for a question.
fn most_statements(question: Question) -> usize {
    match question {
        // Whom and which versions it is about; what was published and verified.
        Question::CanIDeploy | Question::CanIDeployToTag => 2,
        _ => usize::MAX,
    }
}

async fn scans(tx: &mut Tx, statement: &Statement) -> Vec<String> {
    if tx.is_postgres() {
        return postgres_scans(tx, statement).await;
    }
    let explained = statement.explained("EXPLAIN QUERY PLAN");
    let lines: Vec<(i64, i64, i64, String)> = tx.all(explained).await.unwrap();
    let scanned = lines.into_iter().filter(|(_, _, _, line)| {
        if line.ends_with(SUPPORTED) {
            return false;
        }
        let alias = line.strip_prefix("SCAN ").unwrap_or_default();
        let alias = alias.split(' ').next().unwrap_or_default();
        BIG.contains(&table_of(alias, statement.text()))
    });
    scanned.map(|(_, _, _, line)| line).collect()
}

/// The scans in a plan of PostgreSQL: of whole tables, and of the biggest along an index without a
/// condition, which would stand on the next line.
async fn postgres_scans(tx: &mut Tx, statement: &Statement) -> Vec<String> {
    let lines: Vec<(String,)> = tx.all(statement.explained("EXPLAIN")).await.unwrap();
    let mut found = Vec::new();
    for (at, (line,)) in lines.iter().enumerate() {
        let Some((how, table)) = line.split_once(" on ") else {
            continue;
        };
        let table = table.split(' ').next().unwrap_or_default();
        let next = lines.get(at + 1).map_or("", |(next,)| next.trim_start());
        let walked = how.contains(" using ") && !next.starts_with("Index Cond:");
        if (how.ends_with("Seq Scan") && BIG.contains(&table))
            || (walked && BIGGEST.contains(&table))
        {
            found.push(line.trim().to_owned());
        }
    }
    found
}

/// The table that a statement calls by this name.
fn table_of<'a>(alias: &'a str, text: &'a str) -> &'a str {
    let words: Vec<_> = text.split_whitespace().collect();
    let named = words.windows(3).find(|words| {
        matches!(words[0], "FROM" | "JOIN")
            && words[2].trim_end_matches(|letter: char| !letter.is_alphanumeric()) == alias
    });
    named.map_or(alias, |words| words[1])
}

#[tokio::test]
async fn sqlite_reads_no_big_table_from_end_to_end() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("broker.sqlite");
    let found = full_scans(&format!("sqlite://{}", file.display())).await;
    assert!(found.is_empty(), "{}", found.join("\n\n"));
}

#[tokio::test]
async fn postgresql_reads_no_big_table_from_end_to_end() {
    let Some(url) = postgres::database_url().await else {
        return;
    };
    let found = full_scans(&url).await;
    assert!(found.is_empty(), "{}", found.join("\n\n"));
}
