//! The schema of a database, and bringing it up to date.
//!
//! Each migration is a transaction of its own. On PostgreSQL brokers that start together wait for
//! each other by an advisory lock; on SQLite the one that comes second finds its work done.

use std::time::Duration;

use sqlx::PgPool;
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::sqlite::SqlitePool;

use crate::store::error::StoreError;

static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");

/// The number of the schema of a database.
const FOUND: &str = "SELECT MAX(version) FROM _sqlx_migrations";

/// How often it is tried on SQLite, where nothing tells those who migrate at once of each other.
const ATTEMPTS: u32 = 8;

/// How long to wait for someone else to migrate.
const PAUSE: Duration = Duration::from_millis(50);

/// Brings the schema of an SQLite file up to date.
pub(super) async fn on_sqlite(pool: &SqlitePool) -> Result<(), StoreError> {
    for attempt in 1.. {
        let Err(error) = SQLITE.run(pool).await else {
            break;
        };
        if let MigrateError::VersionMissing(_) = error {
            let found = sqlx::query_scalar(FOUND).fetch_one(pool).await;
            return Err(newer(&SQLITE, found, error));
        }
        if attempt == ATTEMPTS {
            return Err(StoreError::Migrate(error));
        }
        tokio::time::sleep(PAUSE).await;
    }
    Ok(())
}

/// Brings the schema of a PostgreSQL database up to date.
pub(super) async fn on_postgres(pool: &PgPool) -> Result<(), StoreError> {
    let Err(error) = POSTGRES.run(pool).await else {
        return Ok(());
    };
    if let MigrateError::VersionMissing(_) = error {
        let found = sqlx::query_scalar(FOUND).fetch_one(pool).await;
        return Err(newer(&POSTGRES, found, error));
    }
    Err(StoreError::Migrate(error))
}

/// Tells of a schema that has migrations this broker does not know.
fn newer(migrator: &Migrator, found: Result<i64, sqlx::Error>, error: MigrateError) -> StoreError {
    let known = migrator.iter().map(|migration| migration.version).max();
    match (found, known) {
        (Ok(found), Some(known)) if found > known => StoreError::Newer { found, known },
        _ => StoreError::Migrate(error),
    }
}
