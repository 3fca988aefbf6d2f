//! What can go wrong in the store.

use std::sync::Arc;

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
    /// The transaction that held the change, among others, failed as a whole.
    #[error("the transaction that held the change failed")]
    Group(#[source] Arc<Self>),
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

    /// Whether trying again may succeed: another transaction was in the way.
    pub fn is_transient(&self) -> bool {
        let Self::Database { source, .. } = self else {
            return false;
        };
        let code = source.as_database_error().and_then(|error| error.code());
        matches!(code.as_deref(), Some("40001" | "40P01"))
    }

    /// Whether the database cannot be reached or has no connection free.
    pub fn is_unavailable(&self) -> bool {
        match self {
            Self::Database { source, .. } => matches!(
                source,
                sqlx::Error::Io(_)
                    | sqlx::Error::PoolClosed
                    | sqlx::Error::PoolTimedOut
                    | sqlx::Error::WorkerCrashed
            ),
            Self::Group(error) => error.is_unavailable(),
            other => matches!(other, Self::Closed),
        }
    }
}
