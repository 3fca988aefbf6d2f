//! A transaction on either database, and what can go wrong in it.

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

    /// Draws the next key from the one sequence of the broker.
    pub(super) async fn next_id(&mut self) -> Result<i64, StoreError> {
        let statement = match &self.backend {
            Backend::Postgres(_) => sql("SELECT nextval('row_sequence')"),
            Backend::Sqlite(_) => sql("UPDATE sequence SET value = value + 1 RETURNING value"),
        };
        self.one::<(i64,)>(statement).await.map(|(id,)| id)
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

    pub(super) async fn commit(self) -> Result<(), StoreError> {
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
