//! What the publishers were answered for, held against what the database has.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::time::{Duration, Instant};

use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};

use super::load::{Noted, PROVIDERS, client, contract, read};

/// Each contract with its consumer, version and provider.
const CONTRACTS: &str = "SELECT c.name, v.number, p.name, k.text FROM current_publications cur \
    JOIN versions v ON v.id = cur.consumer_version_id JOIN pacticipants c ON c.id = cur.consumer_id \
    JOIN pacticipants p ON p.id = cur.provider_id JOIN contents k ON k.id = cur.content_id \
    WHERE v.number LIKE 'LIFE'";

/// Each result that counts, as its provider version.
const RESULTS: &str = "SELECT v.number, '', '', '' FROM latest_verifications l \
    JOIN verifications r ON r.id = l.verification_id \
    JOIN versions v ON v.id = r.provider_version_id AND v.id = l.provider_version_id \
    WHERE v.number LIKE '%LIFE'";

/// Everything that a publication or a result would leave if it were written by half.
const HALVES: &str = "SELECT c.name, v.number, 'version', '' FROM versions v \
    JOIN pacticipants c ON c.id = v.pacticipant_id WHERE c.name LIKE 'web%' AND (\
    (SELECT COUNT(*) FROM current_publications cur WHERE cur.consumer_version_id = v.id) <> 2 \
    OR (SELECT COUNT(*) FROM publications pub WHERE pub.consumer_version_id = v.id) <> 2 \
    OR NOT EXISTS (SELECT 1 FROM branch_versions b WHERE b.version_id = v.id) \
    OR NOT EXISTS (SELECT 1 FROM tags t WHERE t.version_id = v.id)) \
    UNION ALL SELECT c.name, v.number, 'provider version', '' FROM versions v \
    JOIN pacticipants c ON c.id = v.pacticipant_id WHERE c.name NOT LIKE 'web%' AND NOT EXISTS \
    (SELECT 1 FROM latest_verifications l WHERE l.provider_version_id = v.id) \
    UNION ALL SELECT c.name, b.name, 'branch head', '' FROM branches b \
    JOIN pacticipants c ON c.id = b.pacticipant_id WHERE b.head_version_id IS NULL OR \
    b.head_version_id <> (SELECT MAX(v.version_id) FROM branch_versions v WHERE v.branch_id = b.id) \
    UNION ALL SELECT c.name, '', 'pacticipant', '' FROM pacticipants c WHERE NOT EXISTS \
    (SELECT 1 FROM integrations i WHERE i.consumer_id = c.id OR i.provider_id = c.id)";

/// How long publishers may take to store something.
const PATIENCE: Duration = Duration::from_secs(60);

/// Four texts of a row.
pub(super) type Row = (String, String, String, String);

/// What was answered for.
#[derive(Default)]
pub(super) struct Ledger {
    noted: Vec<Noted>,
}

impl Ledger {
    /// Adds what the publishers of one life of the broker noted.
    pub(super) fn take(&mut self, noted: Vec<Noted>) {
        self.noted.extend(noted);
    }

    fn of(&self, life: Option<u32>) -> impl Iterator<Item = &Noted> {
        let prefix = life.map(|life| format!("{life}."));
        self.noted.iter().filter(move |noted| {
            let first = noted.published.first().or(noted.unanswered.as_ref());
            let of_life =
                |version: &String| prefix.as_ref().is_none_or(|life| version.starts_with(life));
            first.is_some_and(of_life)
        })
    }

    /// How many publications were answered for.
    pub(super) fn publications(&self) -> usize {
        self.noted.iter().map(|noted| noted.published.len()).sum()
    }

    /// Checks that the database has everything of a life, or of all, and nothing by half.
    pub(super) async fn is_kept(&self, database: &str, life: Option<u32>) {
        let life_is = life.map_or_else(|| "%".to_owned(), |life| format!("{life}.%"));
        let rows = select(database, &CONTRACTS.replace("LIFE", &life_is)).await;
        let mut stored: HashMap<_, _> = rows
            .into_iter()
            .map(|(consumer, version, provider, text)| ((consumer, version, provider), text))
            .collect();
        for noted in self.of(life) {
            for version in noted.published.iter().chain(&noted.unanswered) {
                let answered = Some(version) != noted.unanswered.as_ref();
                for provider in PROVIDERS {
                    let key = (noted.consumer.clone(), version.clone(), provider.to_owned());
                    let found = stored.remove(&key);
                    if answered || found.is_some() {
                        let sent = contract(&noted.consumer, version, provider);
                        assert_eq!(found, Some(sent), "{key:?}");
                    }
                }
            }
        }
        assert!(stored.is_empty(), "nobody published {:?}", stored.keys());
        let results = select(database, &RESULTS.replace("LIFE", &life_is)).await;
        let results: HashSet<_> = results.into_iter().map(|row| row.0).collect();
        let lost = self
            .of(life)
            .flat_map(|noted| &noted.verified)
            .find(|tested| !results.contains(*tested));
        assert_eq!(lost, None, "a result was lost");
        is_whole(database).await;
    }

    /// Checks that the broker serves what was last published in a life.
    pub(super) async fn is_served(&self, url: &str, life: u32) {
        let client = client();
        for noted in self.of(Some(life)) {
            let Some(version) = noted.published.last() else {
                continue;
            };
            let (provider, consumer) = (PROVIDERS[1], &noted.consumer);
            let path =
                format!("{url}/pacts/provider/{provider}/consumer/{consumer}/version/{version}");
            let pact = read(&client, &path).await.unwrap();
            assert_eq!(
                pact["interactions"][0]["description"],
                format!("what {consumer} {version} asks of {provider}")
            );
        }
    }
}

impl fmt::Display for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let published = self.publications();
        let verified: usize = self.noted.iter().map(|noted| noted.verified.len()).sum();
        let unanswered = self
            .noted
            .iter()
            .flat_map(|noted| &noted.unanswered)
            .count();
        write!(
            f,
            "{published} publications and {verified} results answered for, none lost; \
             {unanswered} publications without an answer, none by half"
        )
    }
}

/// Checks that nothing exists by half in a database.
pub(super) async fn is_whole(database: &str) {
    assert_eq!(select(database, HALVES).await, []);
    is_sound(database).await;
}

/// Every contract that is stored.
pub(super) async fn contracts(database: &str) -> HashSet<Row> {
    let rows = select(database, &CONTRACTS.replace("LIFE", "%")).await;
    rows.into_iter().collect()
}

/// Waits until more contracts are stored than these, and returns them all.
pub(super) async fn more_contracts(database: &str, than: usize) -> HashSet<Row> {
    let begun = Instant::now();
    loop {
        let stored = contracts(database).await;
        if stored.len() > than {
            return stored;
        }
        assert!(begun.elapsed() < PATIENCE, "nobody publishes");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn select(database: &str, text: &str) -> Vec<Row> {
    let text = AssertSqlSafe(text.to_owned());
    if database.starts_with("sqlite") {
        let mut connection = SqliteConnection::connect(database).await.unwrap();
        let rows = sqlx::query_as(text)
            .fetch_all(&mut connection)
            .await
            .unwrap();
        connection.close().await.unwrap();
        rows
    } else {
        let mut connection = PgConnection::connect(database).await.unwrap();
        let rows = sqlx::query_as(text)
            .fetch_all(&mut connection)
            .await
            .unwrap();
        connection.close().await.unwrap();
        rows
    }
}

/// Checks an SQLite file from end to end; PostgreSQL was not killed.
async fn is_sound(database: &str) {
    if !database.starts_with("sqlite") {
        return;
    }
    let mut connection = SqliteConnection::connect(database).await.unwrap();
    let said: Vec<(String,)> = sqlx::query_as("PRAGMA integrity_check")
        .fetch_all(&mut connection)
        .await
        .unwrap();
    assert_eq!(said, [("ok".to_owned(),)]);
    let dangling = sqlx::query("PRAGMA foreign_key_check")
        .fetch_all(&mut connection)
        .await
        .unwrap();
    assert!(dangling.is_empty());
    connection.close().await.unwrap();
}
