//! Opening a database, and running work in transactions on it.

use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions, Postgres};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{Connection as _, Transaction};

use crate::store::address::shown_address;
use crate::store::ambient::Ambient;
use crate::store::connection::{Backend, Record, Tx};
use crate::store::error::StoreError;
use crate::store::schema;
use crate::store::statement::Statement;
use crate::store::writer::{self, BoxFuture, Writer};

/// How PostgreSQL shall run the statements of the store, each of which reaches its rows by keys.
///
/// A plan that reads a table from end to end is a misjudgement here: it is found for the first of
/// many rows that are taken to be everywhere, and fails where there is none. Plans depend on no
/// values, so they are made once for a connection, and none is worth compiling. What is remembered
/// of a join is never asked for again, as no key comes twice. A join by hashes or by order would read
/// all that the other table has, where the rows at hand name by key what is wanted of it.
const POSTGRES_OPTIONS: [(&str, &str); 8] = [
    ("enable_hashjoin", "off"),
    ("enable_memoize", "off"),
    ("enable_mergejoin", "off"),
    ("enable_seqscan", "off"),
    ("jit", "off"),
    ("plan_cache_mode", "force_generic_plan"),
    ("statement_timeout", "15s"),
    ("timezone", "UTC"),
];

/// How many connections to PostgreSQL there are at most.
const CONNECTIONS: u32 = 16;

/// How long a request waits for a connection, be it because all are used or because the database
/// is away: then it is told to come again.
const PATIENCE: Duration = Duration::from_secs(15);

/// How long a connection may have been idle to be taken for alive.
const SURELY_ALIVE: Duration = Duration::from_secs(1);

/// How many kibibytes of an SQLite file the connection that writes keeps, negative by SQLite's rule.
const WRITER_CACHE: &str = "-8192";

/// How many each that reads keeps: what it does not, the system does.
const READER_CACHE: &str = "-2048";

/// How many rows a reader of SQLite gets ahead of who asked: each time it has to wait for the other, two
/// threads change places.
const ROWS_AHEAD: usize = 256;

/// How often a change is tried when another transaction is in its way or its connection is lost.
const ATTEMPTS: u32 = 12;

/// The connections to one database.
#[derive(Clone)]
pub(super) enum Pools {
    Postgres {
        pool: PgPool,
        ambient: Ambient,
    },
    Sqlite {
        readers: SqlitePool,
        writer: Writer,
        writing: SqlitePool,
        ambient: Ambient,
    },
}

impl Pools {
    pub(super) async fn open(url: &str, ambient: Ambient) -> Result<Self, StoreError> {
        let scheme = url.split(':').next().unwrap_or_default();
        match scheme {
            "postgres" | "postgresql" => Self::open_postgres(url, ambient).await,
            "sqlite" => Self::open_sqlite(url, ambient).await,
            _ => Err(open_error(url, None)),
        }
    }

    async fn open_postgres(url: &str, ambient: Ambient) -> Result<Self, StoreError> {
        let failed = |source| open_error(url, Some(source));
        let options = PgConnectOptions::from_str(url)
            .map_err(failed)?
            .application_name("pact-broker")
            .statement_cache_capacity(256)
            .options(POSTGRES_OPTIONS);
        let pool = PgPoolOptions::new()
            .max_connections(CONNECTIONS)
            .acquire_timeout(PATIENCE)
            .test_before_acquire(false)
            .before_acquire(|connection: &mut PgConnection, idle| {
                Box::pin(async move {
                    if idle.idle_for > SURELY_ALIVE {
                        connection.ping().await?;
                    }
                    Ok(true)
                })
            })
            .connect_with(options)
            .await
            .map_err(failed)?;
        schema::on_postgres(&pool).await?;
        Ok(Self::Postgres { pool, ambient })
    }

    async fn open_sqlite(url: &str, ambient: Ambient) -> Result<Self, StoreError> {
        let failed = |source| open_error(url, Some(source));
        let options = SqliteConnectOptions::from_str(url)
            .map_err(failed)?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(5))
            .statement_cache_capacity(256);
        let written = options.clone().pragma("cache_size", WRITER_CACHE);
        let (writing, trust) = writer::pool(written).await.map_err(failed)?;
        schema::on_sqlite(&writing).await?;
        let read_only = options.pragma("query_only", "ON");
        let read_only = read_only.pragma("cache_size", READER_CACHE);
        let read_only = read_only.row_buffer_size(ROWS_AHEAD);
        let readers = SqlitePoolOptions::new()
            .max_connections(readers())
            .test_before_acquire(false)
            .acquire_timeout(PATIENCE)
            .connect_with(read_only)
            .await
            .map_err(failed)?;
        let writer = Writer::start(writing.clone(), trust, ambient.clone());
        Ok(Self::Sqlite {
            readers,
            writer,
            writing,
            ambient,
        })
    }

    /// Opens a transaction that sees one state of the database throughout.
    pub(super) async fn reading(&self) -> Result<Tx, StoreError> {
        match self {
            Self::Postgres { pool, ambient } => {
                let tx = begin(pool, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
                Ok(Tx::new(Backend::Postgres(tx), ambient))
            }
            Self::Sqlite {
                readers, ambient, ..
            } => {
                let tx = readers.begin().await.map_err(StoreError::begin)?;
                Ok(Tx::new(Backend::Sqlite(tx), ambient))
            }
        }
    }

    /// Asks a single statement, which sees one state of the database without a transaction around it.
    pub(super) async fn once<T: Record>(
        &self,
        statement: &Statement,
    ) -> Result<Vec<T>, StoreError> {
        #[cfg(test)]
        crate::store::plans::note(statement);
        let mut lost = 0;
        loop {
            let answer = match self {
                Self::Postgres { pool, .. } => statement.for_postgres().fetch_all(pool).await,
                Self::Sqlite { readers, .. } => statement.for_sqlite().fetch_all(readers).await,
            };
            let error = match answer {
                Ok(rows) => return Ok(rows),
                Err(source) => StoreError::database(statement, source),
            };
            lost += 1;
            if !error.is_disconnection() || lost > CONNECTIONS {
                return Err(error);
            }
        }
    }

    /// Makes a change in one transaction, and returns once it is durable. Work that returns an
    /// error leaves no trace.
    pub(super) async fn change<I, T, F>(&self, input: I, work: F) -> Result<T, StoreError>
    where
        I: Send + Sync + 'static,
        T: Send + 'static,
        F: for<'a> Fn(&'a mut Tx, &'a I) -> BoxFuture<'a, Result<T, StoreError>>
            + Send
            + Sync
            + 'static,
    {
        match self {
            Self::Postgres { pool, ambient } => {
                let mut attempt = 1;
                loop {
                    match change_once(pool, ambient, &input, &work).await {
                        Err(Failed {
                            error,
                            undone: true,
                        }) if may_be_tried_again(&error) && attempt < ATTEMPTS => {
                            tracing::debug!(%error, attempt, "a change is tried again");
                            let pause = rand::random_range(1..=8 * u64::from(attempt));
                            tokio::time::sleep(Duration::from_millis(pause)).await;
                            attempt += 1;
                        }
                        outcome => return outcome.map_err(|failed| failed.error),
                    }
                }
            }
            Self::Sqlite { writer, .. } => writer.change(input, work).await,
        }
    }

    /// Closes every connection.
    pub(super) async fn close(&self) {
        match self {
            Self::Postgres { pool, .. } => pool.close().await,
            Self::Sqlite {
                readers, writing, ..
            } => {
                readers.close().await;
                writing.close().await;
            }
        }
    }
}

/// How many connections read an SQLite file: some more than can run at once.
fn readers() -> u32 {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    cores.saturating_mul(2).clamp(4, 16) as u32
}

/// Why a change failed, and whether it is certain that nothing is left of it.
struct Failed {
    error: StoreError,
    undone: bool,
}

async fn change_once<I, T, F>(
    pool: &PgPool,
    ambient: &Ambient,
    input: &I,
    work: &F,
) -> Result<T, Failed>
where
    I: Sync,
    F: for<'a> Fn(&'a mut Tx, &'a I) -> BoxFuture<'a, Result<T, StoreError>>,
{
    let undone = |error| Failed {
        error,
        undone: true,
    };
    let begun = begin(pool, "BEGIN").await.map_err(undone)?;
    let mut tx = Tx::new(Backend::Postgres(begun), ambient);
    match work(&mut tx, input).await {
        Ok(value) => match tx.commit().await {
            Ok(()) => Ok(value),
            // When the connection is lost now, the change may have been made.
            Err(error) => Err(Failed {
                undone: !error.is_disconnection(),
                error,
            }),
        },
        Err(error) => {
            // The error of the work tells more than that of the roll-back after it.
            let _ = tx.roll_back().await;
            Err(undone(error))
        }
    }
}

fn may_be_tried_again(error: &StoreError) -> bool {
    error.is_transient() || error.is_overtaken() || error.is_disconnection()
}

/// Begins a transaction. Connections that were lost while they were idle are found out here, one
/// after the other, and are exchanged.
async fn begin(
    pool: &PgPool,
    how: &'static str,
) -> Result<Transaction<'static, Postgres>, StoreError> {
    let mut lost = 0;
    loop {
        let error = match pool.begin_with(how).await {
            Ok(tx) => return Ok(tx),
            Err(error) => StoreError::begin(error),
        };
        lost += 1;
        if !error.is_disconnection() || lost > CONNECTIONS {
            return Err(error);
        }
    }
}

/// Leaves user and password out of the address.
fn open_error(url: &str, source: Option<sqlx::Error>) -> StoreError {
    StoreError::Open {
        url: shown_address(url),
        source,
    }
}

#[cfg(test)]
mod tests;
