//! What can go wrong between here and the broker.

use std::time::Duration;

use crate::tls::TlsError;

/// A question to the broker could not be asked, or its answer could not be used.
///
/// No variant holds a credential: addresses are shown without user information and query.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BrokerError {
    /// The broker refused the request as wrong; it says why.
    #[error("{action}: the broker refused it as wrong ({status}){}", list(.messages))]
    BadRequest {
        /// What was being done.
        action: String,
        /// The status code, 400 or 422.
        status: u16,
        /// The broker's reasons.
        messages: Vec<String>,
    },
    /// The broker has something else under the same name.
    #[error("{action}: the broker has something else there already (409){}", list(.messages))]
    Conflict {
        /// What was being done.
        action: String,
        /// The broker's reasons, with what differs.
        messages: Vec<String>,
    },
    /// The base URL is not one.
    #[error("`{url}` is not the URL of a broker: {reason}")]
    InvalidBaseUrl {
        /// What was given, without credentials.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A name cannot be part of an address: `.` and `..` mean something else there.
    #[error("{action}: `.` and `..` cannot be names in a broker")]
    InvalidName {
        /// What was being done.
        action: String,
    },
    /// The answer is not the JSON it should be.
    #[error("{action}: {} is not JSON (line {line}, column {column})", answer_of(.url, .action))]
    Json {
        /// What was being done.
        action: String,
        /// Who answered.
        url: String,
        /// The line of the fault.
        line: usize,
        /// The column of the fault.
        column: usize,
        /// What the parser says.
        #[source]
        source: serde_json::Error,
    },
    /// The answer lacks a link that leads on.
    #[error("{action}: {} has no link `{rel}`", named(.url, .action))]
    MissingLink {
        /// What was being done.
        action: String,
        /// Whose answer it was.
        url: String,
        /// The relation that was looked for.
        rel: String,
    },
    /// There is nothing at the base URL, so no broker either.
    #[error("there is no broker at {url} (404)")]
    NoBroker {
        /// Who answered.
        url: String,
    },
    /// There is no such thing in the broker.
    #[error("{action}: the broker does not know it (404){}", list(.messages))]
    NotFound {
        /// What was being done.
        action: String,
        /// The broker's words, if it had any.
        messages: Vec<String>,
    },
    /// The answer is of another media type; most likely this is no broker.
    #[error("{action}: {} answered with {content_type} where JSON was expected", named(.url, .action))]
    NotHal {
        /// What was being done.
        action: String,
        /// Who answered.
        url: String,
        /// The media type of the answer.
        content_type: String,
    },
    /// The broker failed or answered with a status nobody expects.
    #[error("{action}: {} answered {status}{}", named(.url, .action), list(.messages))]
    Status {
        /// What was being done.
        action: String,
        /// Who answered.
        url: String,
        /// The status code.
        status: u16,
        /// The broker's words, if it had any.
        messages: Vec<String>,
    },
    /// TLS could not be set up.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The answer is larger than this client reads.
    #[error("{action}: {} is larger than {limit} bytes", answer_of(.url, .action))]
    TooLarge {
        /// What was being done.
        action: String,
        /// Who answered.
        url: String,
        /// The limit.
        limit: usize,
    },
    /// The request or its answer got lost on the way.
    #[error("{action}: {fault} {}", named(.url, .action))]
    Transport {
        /// What was being done.
        action: String,
        /// Who was asked.
        url: String,
        /// How it got lost.
        fault: TransportFault,
        /// What the HTTP library says.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The broker does not accept the credentials, or wants some.
    #[error("{action}: the broker does not accept the credentials ({status})")]
    Unauthorized {
        /// What was being done.
        action: String,
        /// 401 or 403.
        status: u16,
    },
}

/// How a request or its answer got lost; reads on with an address.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum TransportFault {
    /// Nobody could be reached.
    #[error("cannot connect to")]
    Connect,
    /// The answer broke off or was no HTTP.
    #[error("got no complete HTTP answer from")]
    Incomplete,
    /// The deadline passed.
    #[error("no answer within {} s from", .0.as_secs_f64())]
    Timeout(Duration),
    /// TLS could not be agreed on.
    #[error("cannot agree on TLS with")]
    Tls,
}

impl BrokerError {
    /// Returns what the user can do about it.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::InvalidBaseUrl { .. } => {
                "a base URL looks like http://127.0.0.1:9292 or https://broker.example/path"
            }
            Self::MissingLink { .. }
            | Self::NoBroker { .. }
            | Self::NotHal { .. }
            | Self::Json { .. } => {
                "check that the base URL is that of a Pact Broker, with its path if it has one"
            }
            Self::Status {
                status: 300..=399, ..
            } => "the address has moved; give the one it moved to",
            Self::Status { status: 500.., .. } => "the broker failed; its log names the cause",
            Self::Transport {
                fault: TransportFault::Connect,
                ..
            } => "check that the broker runs and that host and port are right",
            Self::Transport {
                fault: TransportFault::Tls,
                ..
            } => "name the certificate to trust with SSL_CERT_FILE",
            Self::Unauthorized { status: 403, .. } => {
                "these credentials may not do that; give others with PACT_BROKER_TOKEN, or \
                 PACT_BROKER_USERNAME and PACT_BROKER_PASSWORD"
            }
            Self::Unauthorized { .. } => {
                "give a token that holds with PACT_BROKER_TOKEN, or PACT_BROKER_USERNAME and \
                 PACT_BROKER_PASSWORD"
            }
            Self::BadRequest { messages, .. } | Self::NotFound { messages, .. }
                if messages.iter().any(|words| says_no_environment(words)) =>
            {
                "an environment is made once with `pact broker create-environment --name NAME`, \
                 and --production where it is for users"
            }
            Self::BadRequest { .. }
            | Self::Conflict { .. }
            | Self::InvalidName { .. }
            | Self::NotFound { .. }
            | Self::Status { .. }
            | Self::Tls(_)
            | Self::TooLarge { .. }
            | Self::Transport { .. } => return None,
        };
        Some(hint.to_owned())
    }

    /// Returns whether the broker said that the thing does not exist.
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::NotFound { .. })
    }
}

/// Returns the address, unless it stands in the words before.
fn named<'a>(url: &'a str, action: &str) -> &'a str {
    if action.ends_with(url) { "it" } else { url }
}

fn answer_of(url: &str, action: &str) -> String {
    match named(url, action) {
        "it" => "its answer".to_owned(),
        url => format!("the answer of {url}"),
    }
}

fn list(messages: &[String]) -> String {
    messages
        .iter()
        .map(|message| format!("\n  {message}"))
        .collect()
}

/// Returns whether a broker, or this client for it, says that an environment does not exist.
fn says_no_environment(words: &str) -> bool {
    words.starts_with("there is no environment named ")
        || (words.starts_with("environment ") && words.contains(" does not exist"))
}
