//! What keeps a verification from being started, a pact from being loaded, an interaction from being
//! compared. What *differs* is never an error: it is a [`pact_core::matching::Mismatch`].

use std::path::PathBuf;
use std::time::Duration;

use pact_broker_client::{BrokerError, ParseHeaderError, SelectorError, TlsError};
use pact_core::format::ReadError;
use pact_core::generators::GenerateError;
use pact_core::plan::CompileError;

use crate::target::Fault;

/// The verifier was set up in a way that cannot mean anything; nothing was verified.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// A broker's credentials or address were to come from the environment and are not there.
    #[error("the environment variable `{name}` is not set")]
    Environment {
        /// The variable.
        name: &'static str,
    },
    /// A filter is not a regular expression.
    #[error("the {what} `{text}` is not a regular expression")]
    Filter {
        /// Which filter.
        what: &'static str,
        /// What was given.
        text: String,
        /// What the parser says.
        #[source]
        source: Box<regex::Error>,
    },
    /// A custom header cannot be sent.
    #[error("a custom header cannot be sent")]
    Header(#[from] ParseHeaderError),
    /// There is nowhere to send requests to.
    #[error("no provider to verify")]
    NoTarget,
    /// There is nowhere to take pacts from.
    #[error("no source of pacts")]
    NoSource,
    /// A broker cannot be asked as it was given.
    #[error(transparent)]
    Broker(#[from] BrokerError),
    /// Results are to be published, and no pact comes from a broker.
    #[error("results cannot be published: no pact comes from a broker")]
    NothingToPublish,
    /// Results of a part of a pact would be published as results of the pact.
    #[error("results cannot be published when {reason}")]
    PartialPublication {
        /// Why the results are partial.
        reason: &'static str,
    },
    /// A selector cannot be passed to the broker.
    #[error(transparent)]
    Selector(#[from] SelectorError),
    /// TLS cannot be set up as asked.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The HTTP client cannot be built.
    #[error("the HTTP client cannot be set up")]
    Client(#[source] reqwest::Error),
    /// An address is not one.
    #[error("`{url}` is not the URL of {what}: {reason}")]
    Url {
        /// What was given, without credentials.
        url: String,
        /// What it should lead to.
        what: &'static str,
        /// What is wrong with it.
        reason: String,
    },
}

impl VerifyError {
    /// Returns the exit code of a program that ends with this error: 2, for wrong usage.
    pub fn exit_code(&self) -> u8 {
        2
    }

    /// Returns what the user can do about it.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Environment { .. } => {
                "set PACT_BROKER_BASE_URL, and PACT_BROKER_TOKEN or PACT_BROKER_USERNAME and PACT_BROKER_PASSWORD"
            }
            Self::NoTarget => {
                "give the running provider with `.url(..)` or the service itself with `.service(..)`"
            }
            Self::NoSource => {
                "give `.pact_file(..)`, `.pacts_from_dir(..)`, `.pact_url(..)` or `.broker(..)`"
            }
            Self::Broker(error) => return error.hint(),
            Self::NothingToPublish => {
                "take the pacts from a broker with `.broker(..)` or --broker-url, or do not publish"
            }
            Self::PartialPublication { .. } => "verify everything, or do not publish",
            Self::Url { .. } => "a URL looks like http://127.0.0.1:8080/path",
            Self::Client(_)
            | Self::Filter { .. }
            | Self::Header(_)
            | Self::Selector(_)
            | Self::Tls(_) => return None,
        };
        Some(hint.to_owned())
    }
}

/// Pacts could not be taken from a source.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// The broker could not be asked.
    #[error(transparent)]
    Broker(#[from] BrokerError),
    /// The pact at an address cannot be fetched.
    #[error(transparent)]
    Fetch(BrokerError),
    /// There is nothing at the address.
    #[error("fetching the pact at {origin}: there is nothing (404)")]
    NotThere {
        /// The address, without what may be secret in it.
        origin: String,
    },
    /// A file or folder cannot be read.
    #[error("cannot read `{}`", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// What was read is not a pact.
    #[error("cannot read pact {origin}")]
    Pact {
        /// Where it came from.
        origin: String,
        /// What is wrong with it.
        #[source]
        source: ReadError,
    },
}

impl LoadError {
    /// Returns the file or address that gave no pact, where that is known.
    pub(crate) fn origin(&self) -> Option<String> {
        match self {
            Self::Broker(_) | Self::Fetch(_) => None,
            Self::File { path, .. } => Some(path.display().to_string()),
            Self::NotThere { origin } | Self::Pact { origin, .. } => Some(origin.clone()),
        }
    }

    /// Returns the error and all that caused it, in one line.
    pub fn chain(&self) -> String {
        chain(self)
    }

    /// Returns what the user can do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Broker(error) => error.hint(),
            // What is there need not be a broker's, so hints about brokers would mislead.
            Self::Fetch(_) => None,
            Self::NotThere { .. } => Some("check the address".to_owned()),
            Self::Pact { source, .. } => source.hint().map(str::to_owned),
            Self::File { .. } => None,
        }
    }
}

/// A hook of the run failed, so that nothing it found can be relied on.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the hook {} failed: {reason}", moment.words())]
#[non_exhaustive]
pub struct HookError {
    /// Which hook.
    pub moment: HookMoment,
    /// What it says.
    pub reason: String,
}

/// When a hook of the run is called.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum HookMoment {
    /// After the last interaction.
    AfterAll,
    /// Before the first interaction.
    BeforeAll,
}

impl HookMoment {
    const fn words(self) -> &'static str {
        match self {
            Self::AfterAll => "after all interactions",
            Self::BeforeAll => "before all interactions",
        }
    }
}

/// An interaction could not be compared with anything.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InteractionError {
    /// The run was cancelled while the interaction was under way.
    #[error("the run was cancelled")]
    Cancelled,
    /// The contract cannot be compared with anything.
    #[error("the interaction cannot be compared: {0}")]
    Compile(#[from] CompileError),
    /// A value of the request could not be made.
    #[error("a value of the request cannot be made: {0}")]
    Generate(#[from] GenerateError),
    /// The endpoint that makes messages refused to make this one.
    #[error("the endpoint that makes messages answered {status}")]
    MessageEndpoint {
        /// The status code.
        status: u16,
    },
    /// Not as many messages were made as the contract expects.
    #[error("the contract expects {expected} messages, {produced} made")]
    MissingMessages {
        /// How many the contract expects.
        expected: usize,
        /// How many there are.
        produced: usize,
    },
    /// Nobody produces the message.
    #[error("no producer for the message `{description}`")]
    MissingProducer {
        /// The description of the interaction.
        description: String,
    },
    /// There is nowhere to send the request to.
    #[error("no provider to send the request to")]
    MissingTarget,
    /// Nobody sets the provider state up.
    #[error("no handler for provider state `{state}`")]
    MissingState {
        /// The name of the state.
        state: String,
        /// A handler to paste and fill in.
        skeleton: String,
    },
    /// The verifier itself failed.
    #[error("the verifier failed: {message}")]
    Panicked {
        /// The text of the panic.
        message: String,
    },
    /// The interaction is of a kind that cannot be verified.
    #[error("interactions of type `{type_name}` cannot be verified")]
    UnknownType {
        /// The type.
        type_name: String,
    },
    /// The request of the contract cannot be sent over HTTP.
    #[error("the request cannot be sent: {reason}")]
    Request {
        /// What is wrong with it.
        reason: String,
    },
    /// The hook that sees the answers failed.
    #[error("the response hook failed: {reason}")]
    ResponseHook {
        /// What it says.
        reason: String,
    },
    /// The provider did not answer, or not in HTTP.
    #[error("{0}")]
    Provider(#[from] Fault),
    /// A provider state could not be set up or torn down.
    #[error("{} failed: {reason}", action.applied_to(state))]
    State {
        /// The name of the state.
        state: String,
        /// What was being done.
        action: crate::state::StateAction,
        /// Why it failed.
        reason: String,
    },
    /// A provider state was not set up or torn down in time.
    #[error("{} took longer than {} s", action.applied_to(state), after.as_secs_f64())]
    StateTimeout {
        /// The name of the state.
        state: String,
        /// What was being done.
        action: crate::state::StateAction,
        /// The deadline.
        after: Duration,
    },
}

impl InteractionError {
    /// Returns what the user can do about it, maybe over several lines.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::MissingState { skeleton, .. } => {
                Some(format!("add a handler to the verifier:\n{skeleton}"))
            }
            Self::MissingProducer { description } => Some(format!(
                "add a producer to the verifier:\n.message({description:?}, |ctx| async move {{ /* make the message */ }})"
            )),
            Self::MissingTarget => VerifyError::NoTarget.hint(),
            Self::MessageEndpoint { .. } => Some(
                "name the endpoint with `.transport(\"message\", url)` or --transports message:PORT/PATH"
                    .to_owned(),
            ),
            Self::MissingMessages { .. } => Some(
                "an endpoint makes one message; several are made by `.messages(description, ..)`"
                    .to_owned(),
            ),
            Self::Provider(fault) => fault.hint(),
            Self::Cancelled
            | Self::Compile(_)
            | Self::Generate(_)
            | Self::Panicked { .. }
            | Self::Request { .. }
            | Self::ResponseHook { .. }
            | Self::State { .. }
            | Self::StateTimeout { .. }
            | Self::UnknownType { .. } => None,
        }
    }
}

/// Returns an error and its causes in one line, leaving out what was said before.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let next = error.to_string();
        if !text.contains(&next) {
            text.push_str(": ");
            text.push_str(&next);
        }
        cause = error.source();
    }
    text
}
