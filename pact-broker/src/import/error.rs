//! Why an import ended before its end.

use pact_broker_client::BrokerError;

use crate::domain::text::InvalidText;
use crate::store::StoreError;

/// An import could not go on. What it wrote until then stays.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// The other broker goes on for ever.
    #[error("{action}: page {page} shows what the page before it showed")]
    Endless {
        /// What was being done.
        action: String,
        /// The page.
        page: u64,
    },
    /// The other broker holds a name that this one cannot.
    #[error("{action}: `{member}` {reason}")]
    Name {
        /// What was being done.
        action: String,
        /// Where the name stood.
        member: String,
        /// What is wrong with it.
        reason: InvalidText,
    },
    /// The database cannot be opened.
    #[error("opening the database to import into")]
    Open(#[source] StoreError),
    /// The answer is not what a broker answers.
    #[error("{action}: the answer is not that of a broker: {what}")]
    Shape {
        /// What was being done.
        action: String,
        /// What is wrong with it.
        what: String,
    },
    /// The other broker cannot be asked.
    #[error(transparent)]
    Source(#[from] BrokerError),
    /// The database failed.
    #[error("writing what was read")]
    Store(#[from] StoreError),
}

impl ImportError {
    /// Says what may help.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Open(error) => error.hint().map(str::to_owned),
            Self::Source(error) => error.hint(),
            Self::Store(_) => Some("run it again to go on".to_owned()),
            Self::Endless { .. } | Self::Name { .. } | Self::Shape { .. } => Some(
                "check that the URL is that of a Pact Broker, with its path if it has one"
                    .to_owned(),
            ),
        }
    }

    /// Whether the other broker said that there is no such thing.
    pub(super) fn is_not_found(&self) -> bool {
        matches!(self, Self::Source(error) if error.is_not_found())
    }
}
