//! What can go wrong in the store.

use crate::domain::json::JsonError;
use crate::domain::pact::{ContentConflict, DuplicateName};
use crate::store::statement::Statement;

/// Why the store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Different content is published for the version already; nothing was changed.
    #[error("{} of the contracts differ from what is published for the version", .0.len())]
    ContentConflict(Vec<ContentConflict>),
    /// The database refused a statement or could not be reached.
    #[error("database failed at `{statement}`")]
    Database {
        /// The first words of the statement.
        statement: String,
        /// What the database said.
        #[source]
        source: sqlx::Error,
    },
    /// New names look like existing ones; nothing was changed.
    #[error("{} names look like names that exist already", .0.len())]
    DuplicateNames(Vec<DuplicateName>),
    /// An environment of that name exists already.
    #[error("an environment named `{name}` exists already")]
    EnvironmentNameTaken {
        /// The name.
        name: String,
    },
    /// The interactions of two contracts cannot be put together.
    #[error("cannot merge the contracts: `{interaction}` has different requests")]
    MergeConflict {
        /// The description of an interaction that both have with different requests.
        interaction: String,
    },
    /// The database cannot be opened.
    #[error("cannot open the database `{url}`: expected `sqlite://FILE` or `postgres://…`")]
    Open {
        /// The address, without what may be secret in it.
        url: String,
        /// What the database said.
        #[source]
        source: Option<sqlx::Error>,
    },
    /// The schema cannot be brought up to date.
    #[error("cannot bring the database schema up to date")]
    Migrate(#[source] sqlx::migrate::MigrateError),
    /// A newer broker has changed the schema.
    #[error("the database has schema {found}, and this broker knows schemas up to {known}")]
    Newer {
        /// The schema of the database.
        found: i64,
        /// The newest schema that this broker knows.
        known: i64,
    },
    /// The broker made a mistake in a change, of which nothing is left.
    #[error("the broker stopped in the middle of a change, and took it back")]
    Panicked,
    /// A stored document cannot be read.
    #[error("cannot read a document in the database")]
    Stored(#[source] JsonError),
    /// A request names a pacticipant that does not exist; nothing was changed.
    #[error("there is no pacticipant named `{name}`")]
    UnknownPacticipant {
        /// The name.
        name: String,
    },
    /// The store is shutting down.
    #[error("the store is shutting down")]
    Closed,
}

impl StoreError {
    pub(super) fn database(statement: &Statement, source: sqlx::Error) -> Self {
        let words: Vec<_> = statement.text().split_whitespace().take(6).collect();
        Self::Database {
            statement: words.join(" "),
            source,
        }
    }

    pub(super) fn commit(source: sqlx::Error) -> Self {
        Self::Database {
            statement: "COMMIT".to_owned(),
            source,
        }
    }

    pub(super) fn begin(source: sqlx::Error) -> Self {
        Self::Database {
            statement: "BEGIN".to_owned(),
            source,
        }
    }

    /// Says what may help.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Newer { .. } => Some(
                "start the broker that was last used with this database, or a newer one; \
                 nothing was changed",
            ),
            _ => None,
        }
    }

    /// Whether trying again may succeed: another transaction was in the way.
    pub fn is_transient(&self) -> bool {
        matches!(self.code().as_deref(), Some("40001" | "40P01"))
    }

    /// Whether somebody else was faster: wrote a row with the same key, or deleted one that was to be
    /// referred to. That will be seen when the change is made again.
    pub fn is_overtaken(&self) -> bool {
        matches!(self.code().as_deref(), Some("23503" | "23505"))
    }

    /// Whether the connection was lost, or ended by the server, while it was used.
    pub fn is_disconnection(&self) -> bool {
        let io = matches!(
            self,
            Self::Database {
                source: sqlx::Error::Io(_) | sqlx::Error::WorkerCrashed,
                ..
            }
        );
        io || matches!(self.code().as_deref(), Some("57P01" | "57P02" | "57P03"))
    }

    /// Whether the database cannot serve now, but may a little later: it cannot be reached, has no
    /// connection free, gave a statement up for taking too long, or others kept being in the way.
    pub fn is_unavailable(&self) -> bool {
        let waited = matches!(
            self,
            Self::Closed
                | Self::Database {
                    source: sqlx::Error::PoolClosed | sqlx::Error::PoolTimedOut,
                    ..
                }
        );
        // PostgreSQL: too many connections, a statement beyond its deadline; SQLite: another process
        // writes, in four shades.
        let busy = matches!(
            self.code().as_deref(),
            Some("53300" | "57014" | "5" | "261" | "517" | "773")
        );
        waited || busy || self.is_disconnection() || self.is_transient()
    }

    /// Whether the disk of the database is full: `disk_full` of PostgreSQL, `SQLITE_FULL`, and
    /// `SQLITE_IOERR_WRITE`, as which SQLite tells of a quota that is used up.
    pub fn is_full(&self) -> bool {
        matches!(self.code().as_deref(), Some("53100" | "13" | "778"))
    }

    fn code(&self) -> Option<String> {
        let Self::Database { source, .. } = self else {
            return None;
        };
        let code = source.as_database_error()?.code()?;
        Some(code.into_owned())
    }
}
