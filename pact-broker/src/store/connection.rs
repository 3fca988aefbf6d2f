//! A transaction on either database, and what can go wrong in it.

use std::collections::VecDeque;

use futures_util::TryStreamExt as _;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Postgres, Sqlite, Transaction};

use crate::domain::time::Timestamp;
use crate::store::ambient::Ambient;
use crate::store::error::StoreError;
use crate::store::statement::{Statement, sql};

/// A row type that reads from either database.
pub(super) trait Record:
    for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin
{
}

impl<T> Record for T where
    T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin
{
}

/// An open transaction, with the clock and the source of keys for what is written in it.
pub(super) struct Tx {
    backend: Backend,
    pub(super) ambient: Ambient,
    now: Timestamp,
    keys: Keys,
}

/// The keys that a transaction draws from the one sequence of the broker.
#[derive(Default)]
struct Keys {
    /// On PostgreSQL, those drawn and not used yet.
    stock: VecDeque<i64>,
    /// How many are drawn at once when there are none.
    expected: i64,
    /// On SQLite, the last one used. Nobody else writes, so the counter is read once and written
    /// with the commit.
    last: Option<i64>,
}

pub(super) enum Backend {
    Postgres(Transaction<'static, Postgres>),
    Sqlite(Transaction<'static, Sqlite>),
}

impl Tx {
    pub(super) fn new(backend: Backend, ambient: &Ambient) -> Self {
        Self {
            backend,
            ambient: ambient.clone(),
            now: ambient.now(),
            keys: Keys::default(),
        }
    }

    /// The moment that everything written by this transaction is dated with.
    pub(super) fn now(&self) -> &Timestamp {
        &self.now
    }

    /// Dates what follows with the present moment: transactions are shared by several jobs.
    pub(super) fn refresh_clock(&mut self) {
        self.now = self.ambient.now();
    }

    /// All rows of the answer.
    pub(super) async fn all<T: Record>(
        &mut self,
        statement: Statement,
    ) -> Result<Vec<T>, StoreError> {
        #[cfg(test)]
        crate::store::plans::note(&statement);
        match &mut self.backend {
            Backend::Postgres(tx) => statement.for_postgres().fetch_all(&mut **tx).await,
            Backend::Sqlite(tx) => statement.for_sqlite().fetch_all(&mut **tx).await,
        }
        .map_err(|source| StoreError::database(&statement, source))
    }

    /// Takes one row of the answer after the other: a long one is never there as a whole.
    pub(super) async fn each<T: Record>(
        &mut self,
        statement: Statement,
        mut take: impl FnMut(T),
    ) -> Result<(), StoreError> {
        #[cfg(test)]
        crate::store::plans::note(&statement);
        let failed = |source| StoreError::database(&statement, source);
        let mut rows = match &mut self.backend {
            Backend::Postgres(tx) => statement.for_postgres().fetch(&mut **tx),
            Backend::Sqlite(tx) => statement.for_sqlite().fetch(&mut **tx),
        };
        while let Some(row) = rows.try_next().await.map_err(failed)? {
            take(row);
        }
        Ok(())
    }

    /// The first row of the answer, if there is one.
    pub(super) async fn optional<T: Record>(
        &mut self,
        statement: Statement,
    ) -> Result<Option<T>, StoreError> {
        #[cfg(test)]
        crate::store::plans::note(&statement);
        match &mut self.backend {
            Backend::Postgres(tx) => statement.for_postgres().fetch_optional(&mut **tx).await,
            Backend::Sqlite(tx) => statement.for_sqlite().fetch_optional(&mut **tx).await,
        }
        .map_err(|source| StoreError::database(&statement, source))
    }

    /// The one row of an answer that always has one.
    pub(super) async fn one<T: Record>(&mut self, statement: Statement) -> Result<T, StoreError> {
        #[cfg(test)]
        crate::store::plans::note(&statement);
        match &mut self.backend {
            Backend::Postgres(tx) => statement.for_postgres().fetch_one(&mut **tx).await,
            Backend::Sqlite(tx) => statement.for_sqlite().fetch_one(&mut **tx).await,
        }
        .map_err(|source| StoreError::database(&statement, source))
    }

    /// Runs a change whose answer has rows only if it returns some; tells whether it did.
    pub(super) async fn changed(&mut self, statement: Statement) -> Result<bool, StoreError> {
        Ok(self.optional::<(i64,)>(statement).await?.is_some())
    }

    /// Runs a change and forgets its answer.
    pub(super) async fn run(&mut self, statement: Statement) -> Result<(), StoreError> {
        self.all::<Nothing>(statement).await.map(drop)
    }

    /// Makes changes in one step, of which none needs to see what another one writes. They take
    /// their rows in the order given.
    pub(super) async fn run_together(&mut self, changes: Vec<Statement>) -> Result<(), StoreError> {
        #[cfg(test)]
        changes.iter().for_each(crate::store::plans::note);
        let together = Statement::together(&changes, self.is_postgres());
        match &mut self.backend {
            Backend::Postgres(tx) => {
                let query = together.for_postgres::<Nothing>();
                query.fetch_all(&mut **tx).await.map(drop)
            }
            Backend::Sqlite(tx) => {
                let query = together.for_sqlite::<Nothing>();
                query.fetch_all(&mut **tx).await.map(drop)
            }
        }
        .map_err(|source| StoreError::database(&together, source))
    }

    /// Says how many keys are about to be drawn, so that one question to PostgreSQL will do.
    pub(super) fn expect_keys(&mut self, count: usize) {
        self.keys.expected = count as i64;
    }

    /// Takes keys that a statement drew along with its answer.
    pub(super) fn stock_keys(&mut self, keys: impl IntoIterator<Item = i64>) {
        self.keys.stock.extend(keys);
    }

    /// Draws the next key from the one sequence of the broker.
    pub(super) async fn next_id(&mut self) -> Result<i64, StoreError> {
        if self.is_postgres() {
            if self.keys.stock.is_empty() {
                let draw = sql("SELECT nextval('row_sequence') FROM generate_series(1, $1)");
                let drawn = self.all(draw.bind(self.keys.expected.max(1))).await?;
                self.keys.stock = drawn.into_iter().map(|(key,)| key).collect();
            }
            if let Some(key) = self.keys.stock.pop_front() {
                return Ok(key);
            }
        }
        let last = match self.keys.last {
            Some(last) => last,
            None => {
                self.one::<(i64,)>(sql("SELECT value FROM sequence"))
                    .await?
                    .0
            }
        };
        self.keys.last = Some(last + 1);
        Ok(last + 1)
    }

    /// Waits until no other transaction that called this with the number is open. The one writer
    /// of SQLite is always alone.
    pub(super) async fn wait_in_line(&mut self, number: i64) -> Result<(), StoreError> {
        if self.is_postgres() {
            self.run(sql("SELECT pg_advisory_xact_lock($1)").bind(number))
                .await?;
        }
        Ok(())
    }

    /// Lets each statement of this transaction run for minutes. Those of SQLite run as long as they
    /// need.
    pub(super) async fn take_time(&mut self) -> Result<(), StoreError> {
        if self.is_postgres() {
            self.run(sql("SET LOCAL statement_timeout = '10min'"))
                .await?;
        }
        Ok(())
    }

    pub(super) async fn commit(mut self) -> Result<(), StoreError> {
        if let Some(last) = self.keys.last {
            self.run(sql("UPDATE sequence SET value = $1").bind(last))
                .await?;
        }
        match self.backend {
            Backend::Postgres(tx) => tx.commit().await,
            Backend::Sqlite(tx) => tx.commit().await,
        }
        .map_err(StoreError::commit)
    }

    pub(super) async fn roll_back(self) -> Result<(), StoreError> {
        match self.backend {
            Backend::Postgres(tx) => tx.rollback().await,
            Backend::Sqlite(tx) => tx.rollback().await,
        }
        .map_err(StoreError::commit)
    }

    /// Whether this is a transaction on PostgreSQL.
    pub(super) fn is_postgres(&self) -> bool {
        matches!(self.backend, Backend::Postgres(_))
    }
}

/// A row nobody looks at.
struct Nothing;

impl<'r, R: sqlx::Row> FromRow<'r, R> for Nothing {
    fn from_row(_: &'r R) -> Result<Self, sqlx::Error> {
        Ok(Self)
    }
}
