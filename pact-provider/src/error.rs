//! What can go wrong, by where it goes wrong.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use pact_broker_client::{BrokerError, TlsError};
use pact_core::format::ReadError;

/// The verifier is set up so that it cannot run at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// A filter is no regular expression.
    #[error("the filter for {what} `{pattern}` is not a regular expression")]
    Filter {
        /// What it filters.
        what: &'static str,
        /// The filter.
        pattern: String,
        /// What is wrong with it.
        #[source]
        source: regex::Error,
    },
    /// Results of a filtered run say nothing about the pact as a whole.
    #[error(
        "results cannot be published when interactions are filtered out: they would stand for the whole pact"
    )]
    PublishFiltered,
    /// There is nothing to verify against.
    #[error("no provider is named to verify: give `.service(…)` or `.url(…)`")]
    NoTarget,
    /// There is nowhere to take pacts from.
    #[error(
        "no source of pacts is named: give `.pacts_from_dir(…)`, `.pact_file(…)`, `.pact_url(…)` or `.broker(…)`"
    )]
    NoSource,
    /// The provider's address is none.
    #[error("`{url}` is not the URL of a provider: {reason}")]
    TargetUrl {
        /// What was given.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// TLS cannot be set up.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The HTTP client cannot be set up.
    #[error("cannot set up the HTTP client")]
    Client(#[source] reqwest::Error),
}

/// A source gave no pacts, or not all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// The broker could not be asked.
    #[error("cannot load pacts from the broker")]
    Broker(#[from] BrokerError),
    /// A file or folder could not be read.
    #[error("cannot read `{}`", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// What was read is no pact.
    #[error("cannot read pact `{origin}`")]
    Read {
        /// The file or address.
        origin: String,
        /// What is wrong with it.
        #[source]
        source: Box<ReadError>,
    },
}

impl LoadError {
    /// Returns what the user can do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Broker(error) => error.hint(),
            Self::Io { .. } | Self::Read { .. } => None,
        }
    }
}

/// A request could not be sent, or no answer came back.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ExchangeError {
    /// The provider cannot be reached.
    #[error("cannot connect to the provider at {address}: {reason}")]
    Connect {
        /// Where it should be.
        address: String,
        /// What the system says.
        reason: String,
    },
    /// The answer broke off or was no HTTP.
    #[error("the provider's answer is not complete HTTP: {reason}")]
    Incomplete {
        /// What the HTTP library says.
        reason: String,
    },
    /// The provider panicked in process.
    #[error("the provider panicked: {text}")]
    Panic {
        /// The text of the panic.
        text: String,
    },
    /// The contract's request is none that HTTP can carry.
    #[error("the request cannot be sent: {reason}")]
    Request {
        /// Why not.
        reason: String,
    },
    /// The provider's service returned an error instead of a response.
    #[error("the provider's service failed: {reason}")]
    Service {
        /// The error.
        reason: String,
    },
    /// The deadline passed.
    #[error("no answer from the provider within {} s", .0.as_secs_f64())]
    Timeout(Duration),
    /// TLS could not be agreed on.
    #[error("cannot agree on TLS with the provider at {address}: {reason}")]
    Tls {
        /// Where it is.
        address: String,
        /// Why not.
        reason: String,
    },
    /// The answer is larger than is read.
    #[error("the provider's answer is larger than {limit} bytes")]
    TooLarge {
        /// The limit.
        limit: usize,
    },
}

/// A provider state could not be set up or torn down.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum StateError {
    /// The handler says it could not.
    #[error("{action} of state `{state}` failed: {reason}")]
    Failed {
        /// `setup` or `teardown`.
        action: &'static str,
        /// The state.
        state: String,
        /// The handler's reason.
        reason: String,
    },
    /// Nobody handles the state.
    #[error("no handler for state `{state}`; add one:\n{skeleton}")]
    Missing {
        /// The state.
        state: String,
        /// Code to paste.
        skeleton: String,
    },
    /// The handler did not end in time.
    #[error("{action} of state `{state}` did not end within {} s", within.as_secs_f64())]
    Timeout {
        /// `setup` or `teardown`.
        action: &'static str,
        /// The state.
        state: String,
        /// The deadline.
        within: Duration,
    },
}
