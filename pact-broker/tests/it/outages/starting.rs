//! Brokers that start together on one database, and an older one on a newer database.
//!
//! `BROKER_STARTS` sets how often they start together.

use std::error::Error as _;

use pact_broker::store::{Ambient, Store, StoreError};
use pact_broker::{Broker, BrokerConfig};
use sqlx::{Connection, PgConnection, SqliteConnection};
use tokio::task::JoinSet;

use crate::support::database::{on_postgres, on_sqlite};
use crate::support::postgres;

/// How often brokers start together when nothing else is said.
const STARTS: usize = 5;

/// How many start together.
const TOGETHER: usize = 4;

/// Numbers of the migrations that a database went through.
const MIGRATIONS: &str = "SELECT version FROM _sqlx_migrations ORDER BY version";

/// Makes a database newer than any broker.
const FROM_THE_FUTURE: &str = "INSERT INTO _sqlx_migrations \
    (version, description, success, checksum, execution_time) VALUES (9000, 'later', TRUE, '', 0)";

fn starts() -> usize {
    std::env::var("BROKER_STARTS").map_or(STARTS, |count| count.parse().unwrap())
}

async fn start_together(url: &str) {
    let mut starting = JoinSet::new();
    for _ in 0..TOGETHER {
        let url = url.to_owned();
        starting.spawn(async move { Store::open(&url, Ambient::system()).await });
    }
    for store in starting.join_all().await {
        store.unwrap().close().await;
    }
}

/// The migrations are those in the repository, each once.
fn is_migrated_once(migrations: &[(i64,)], folder: &str) {
    let folder = format!("{}/migrations/{folder}", env!("CARGO_MANIFEST_DIR"));
    let number = |file: std::io::Result<std::fs::DirEntry>| -> (i64,) {
        let name = file.unwrap().file_name().into_string().unwrap();
        (name.split('_').next().unwrap().parse().unwrap(),)
    };
    let mut expected: Vec<_> = std::fs::read_dir(folder).unwrap().map(number).collect();
    expected.sort_unstable();
    assert_eq!(migrations, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn brokers_that_start_together_on_postgresql_migrate_it_once() {
    for _ in 0..starts() {
        let Some(url) = postgres::database_url().await else {
            return;
        };
        start_together(&url).await;
        let mut connection = PgConnection::connect(&url).await.unwrap();
        let migrations: Vec<(i64,)> = sqlx::query_as(MIGRATIONS)
            .fetch_all(&mut connection)
            .await
            .unwrap();
        is_migrated_once(&migrations, "postgres");
        connection.close().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn brokers_that_start_together_on_sqlite_migrate_it_once() {
    for _ in 0..starts() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("broker.sqlite").display());
        start_together(&url).await;
        let mut connection = SqliteConnection::connect(&url).await.unwrap();
        let migrations: Vec<(i64,)> = sqlx::query_as(MIGRATIONS)
            .fetch_all(&mut connection)
            .await
            .unwrap();
        is_migrated_once(&migrations, "sqlite");
        connection.close().await.unwrap();
    }
}

/// A broker says which schema it found and which it knows, and changes nothing.
async fn is_refused(url: &str) {
    let refused = Store::open(url, Ambient::system()).await.err().unwrap();
    let StoreError::Newer { found, known } = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(found, 9000);
    let config = BrokerConfig::new(url, "127.0.0.1:0".parse().unwrap());
    let refused = Broker::start(config).await.unwrap_err();
    assert_eq!(
        refused.source().unwrap().to_string(),
        format!("the database has schema 9000, and this broker knows schemas up to {known}")
    );
    assert_eq!(
        refused.hint().unwrap(),
        "start the broker that was last used with this database, or a newer one; nothing was changed"
    );
}

#[tokio::test]
async fn a_newer_sqlite_file_is_refused_with_both_numbers() {
    let Some(store) = on_sqlite().await else {
        return;
    };
    store.close().await;
    let mut connection = SqliteConnection::connect(&store.url).await.unwrap();
    sqlx::query(FROM_THE_FUTURE)
        .execute(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
    is_refused(&store.url).await;
}

#[tokio::test]
async fn a_newer_postgresql_database_is_refused_with_both_numbers() {
    let Some(store) = on_postgres().await else {
        return;
    };
    store.close().await;
    let mut connection = PgConnection::connect(&store.url).await.unwrap();
    sqlx::query(FROM_THE_FUTURE)
        .execute(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
    is_refused(&store.url).await;
}
