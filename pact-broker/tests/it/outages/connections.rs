//! Connections to PostgreSQL that are ended, and a server that is brought down, while many publish.
//!
//! `BROKER_OUTAGES` sets how often.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use serde_json::json;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tokio::sync::Notify;
use tokio::task::JoinSet;

use crate::support::cluster::Cluster;
use crate::support::{TestBroker, contract, postgres};

/// How many publish at once.
const PUBLISHERS: usize = 8;

/// How many publications are answered for between two outages.
const BETWEEN: usize = 40;

#[tokio::test]
async fn a_broker_without_its_database_lives_and_says_what_it_lacks() {
    let Some(url) = postgres::database_url().await else {
        return;
    };
    let broker = TestBroker::with(|config| config.database_url.clone_from(&url)).await;
    let (server, name) = url.rsplit_once('/').unwrap();
    let mut connection = PgConnection::connect(&format!("{server}/postgres"))
        .await
        .unwrap();
    let drop = format!("DROP DATABASE {name} WITH (FORCE)");
    sqlx::raw_sql(AssertSqlSafe(drop))
        .execute(&mut connection)
        .await
        .unwrap();
    let health = broker.get("/diagnostic/status/dependencies").await;
    assert_eq!(health.status, 500, "{}", health.text);
    let database = health.json()["database"].clone();
    assert_eq!(database["ok"], false);
    assert!(database["error"]["message"].is_string(), "{database}");
    let alive = broker.get("/diagnostic/status/heartbeat").await;
    assert_eq!(alive.status, 200);
}

const END_CONNECTIONS: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
    WHERE datname = current_database() AND pid <> pg_backend_pid()";

fn outages(otherwise: usize) -> usize {
    std::env::var("BROKER_OUTAGES").map_or(otherwise, |count| count.parse().unwrap())
}

/// What is known of the publications so far.
#[derive(Default)]
struct Progress {
    answered: AtomicUsize,
    turned_away: AtomicUsize,
    changed: Notify,
    over: AtomicBool,
}

impl Progress {
    /// Waits until so many more publications are answered for.
    async fn more(&self, count: usize) {
        let wanted = self.answered.load(Ordering::SeqCst) + count;
        loop {
            let changed = self.changed.notified();
            if self.answered.load(Ordering::SeqCst) >= wanted {
                return;
            }
            changed.await;
        }
    }
}

/// Publishes one version after the other, each until it is answered for. Returns how many.
async fn publish(broker: Arc<TestBroker>, progress: Arc<Progress>, number: usize) -> usize {
    let consumer = format!("web{number}");
    let mut version = 0;
    while !progress.over.load(Ordering::SeqCst) {
        let body = contract(&consumer, "api", "GET");
        let answer = broker.publish(&consumer, &version.to_string(), &body).await;
        match answer.status.as_u16() {
            200 => {
                version += 1;
                progress.answered.fetch_add(1, Ordering::SeqCst);
                progress.changed.notify_waiters();
            }
            503 => {
                assert_eq!(answer.header("retry-after"), Some("1"), "{}", answer.text);
                progress.turned_away.fetch_add(1, Ordering::SeqCst);
            }
            other => panic!("{other}: {}", answer.text),
        }
    }
    version
}

/// Starts the publishers, lets something happen again and again, and checks that nothing that was
/// answered for is lost, and that the broker is as it was.
async fn survives(database: &str, count: usize, mut outage: impl AsyncFnMut()) {
    let broker = TestBroker::with(|config| database.clone_into(&mut config.database_url)).await;
    let (broker, progress) = (Arc::new(broker), Arc::new(Progress::default()));
    let mut publishers = JoinSet::new();
    for number in 0..PUBLISHERS {
        let (broker, progress) = (Arc::clone(&broker), Arc::clone(&progress));
        publishers.spawn(async move { (number, publish(broker, progress, number).await) });
    }
    for _ in 0..count {
        progress.more(BETWEEN).await;
        outage().await;
    }
    progress.more(BETWEEN).await;
    progress.over.store(true, Ordering::SeqCst);
    for (number, published) in publishers.join_all().await {
        let path = format!("/pacts/provider/api/consumer/web{number}/versions");
        let pacts = broker.get(&path).await.json();
        let stored = pacts["_embedded"]["pacts"].as_array().map_or(0, Vec::len);
        assert_eq!(stored, published, "web{number}");
    }
    let health = broker.get("/diagnostic/status/dependencies").await;
    assert_eq!(health.status, 200, "{}", health.text);
    // The test runner swallows what `eprintln!` says in a test that passes.
    let said = format!(
        "{count} outages: {} publications answered for, none lost; {} turned away with 503\n",
        progress.answered.load(Ordering::SeqCst),
        progress.turned_away.load(Ordering::SeqCst)
    );
    let _ = std::io::Write::write_all(&mut std::io::stderr(), said.as_bytes());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_broker_whose_connections_are_ended_loses_nothing_it_answered_for() {
    let Some(url) = postgres::database_url().await else {
        return;
    };
    let mut server = PgConnection::connect(&url).await.unwrap();
    survives(&url, outages(20), async || {
        sqlx::query(END_CONNECTIONS)
            .execute(&mut server)
            .await
            .unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_broker_whose_database_is_brought_down_goes_on_when_it_is_back() {
    let Some(cluster) = tokio::task::spawn_blocking(Cluster::start).await.unwrap() else {
        return;
    };
    let (url, cluster) = (cluster.url(), Arc::new(cluster));
    survives(&url, outages(2).min(20), async || {
        let cluster = Arc::clone(&cluster);
        let restarted = tokio::task::spawn_blocking(move || cluster.restart());
        restarted.await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn idle_connections_that_were_ended_are_exchanged_without_a_request_noticing() {
    let Some(url) = postgres::database_url().await else {
        return;
    };
    let broker = TestBroker::with(|config| config.database_url.clone_from(&url)).await;
    let broker = Arc::new(broker);
    let mut server = PgConnection::connect(&url).await.unwrap();
    for round in 0..3 {
        let mut requests = JoinSet::new();
        for number in 0..32 {
            let broker = Arc::clone(&broker);
            requests.spawn(async move {
                let name = format!("p{round}x{number}");
                let created = broker.post("/pacticipants", json!({ "name": name })).await;
                let read = broker.get(&format!("/pacticipants/{name}")).await;
                (created.status.as_u16(), read.status.as_u16())
            });
        }
        for statuses in requests.join_all().await {
            assert_eq!(statuses, (201, 200), "round {round}");
        }
        sqlx::query(END_CONNECTIONS)
            .execute(&mut server)
            .await
            .unwrap();
    }
}
