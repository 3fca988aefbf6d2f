//! A broker on either database, and many clients of it at once.

use std::sync::Arc;

use pact_broker::BrokerConfig;
use sqlx::{Connection, PgConnection, SqliteConnection};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use super::{TestBroker, postgres};

/// Starts a broker on an SQLite file.
pub(crate) async fn start_on_sqlite() -> TestBroker {
    TestBroker::start().await
}

/// The same after a change of its configuration.
pub(crate) async fn start_on_sqlite_with(change: impl FnOnce(&mut BrokerConfig)) -> TestBroker {
    TestBroker::with(change).await
}

/// Starts a broker on PostgreSQL; on an SQLite file where no server can be had, which has been said
/// by then.
pub(crate) async fn start_on_postgres() -> TestBroker {
    start_on_postgres_with(|_| {}).await
}

/// The same after a change of its configuration.
pub(crate) async fn start_on_postgres_with(change: impl FnOnce(&mut BrokerConfig)) -> TestBroker {
    let url = postgres::database_url().await;
    TestBroker::with(|config| {
        if let Some(url) = url {
            config.database_url = url;
        }
        change(config);
    })
    .await
}

/// What keeps everybody from writing to a database, until it is released or dropped.
pub(crate) enum Held {
    Postgres(PgConnection),
    Sqlite(SqliteConnection),
}

/// Lets everything that writes to the broker's database wait.
pub(crate) async fn hold_writers(broker: &TestBroker) -> Held {
    let url = broker.database();
    if url.starts_with("sqlite") {
        let mut connection = SqliteConnection::connect(url).await.unwrap();
        let begin = sqlx::raw_sql("BEGIN IMMEDIATE");
        begin.execute(&mut connection).await.unwrap();
        return Held::Sqlite(connection);
    }
    let mut connection = PgConnection::connect(url).await.unwrap();
    let lock = sqlx::raw_sql("BEGIN; LOCK TABLE versions IN SHARE MODE");
    lock.execute(&mut connection).await.unwrap();
    Held::Postgres(connection)
}

impl Held {
    pub(crate) async fn release(self) {
        let ended = match self {
            Self::Postgres(connection) => connection.close().await,
            Self::Sqlite(connection) => connection.close().await,
        };
        ended.unwrap();
    }
}

/// How many clients a crowd has.
pub(crate) const MANY: usize = 64;

/// A broker on one of the databases.
pub(crate) struct Crowded {
    pub(crate) broker: Arc<TestBroker>,
    postgres: Option<String>,
}

/// A broker on an SQLite file.
pub(crate) async fn on_sqlite() -> Option<Crowded> {
    Some(Crowded {
        broker: Arc::new(TestBroker::start().await),
        postgres: None,
    })
}

/// A broker on PostgreSQL; nothing where no server can be had, which has been said by then.
pub(crate) async fn on_postgres() -> Option<Crowded> {
    let url = postgres::database_url().await?;
    let broker = TestBroker::with(|config| config.database_url.clone_from(&url)).await;
    Some(Crowded {
        broker: Arc::new(broker),
        postgres: Some(url),
    })
}

impl Crowded {
    /// Lets every client of the crowd do its task at one moment, and returns what came out.
    pub(crate) async fn together<T, F>(&self, task: impl Fn(usize, Arc<TestBroker>) -> F) -> Vec<T>
    where
        T: Send + 'static,
        F: Future<Output = T> + Send + 'static,
    {
        let barrier = Arc::new(Barrier::new(MANY));
        let mut tasks = JoinSet::new();
        for number in 0..MANY {
            let (barrier, task) = (Arc::clone(&barrier), task(number, Arc::clone(&self.broker)));
            tasks.spawn(async move {
                barrier.wait().await;
                task.await
            });
        }
        tasks.join_all().await
    }

    /// Stops the broker and checks that no transaction of it was chosen to end a deadlock.
    pub(crate) async fn ends_without_deadlock(self) {
        let broker = Arc::into_inner(self.broker).expect("nobody else holds the broker");
        broker.shutdown().await;
        let Some(url) = self.postgres else {
            return;
        };
        let mut connection = PgConnection::connect(&url).await.unwrap();
        let counted: (i64,) = sqlx::query_as(
            "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()",
        )
        .fetch_one(&mut connection)
        .await
        .unwrap();
        assert_eq!(counted.0, 0, "deadlocks");
    }
}
