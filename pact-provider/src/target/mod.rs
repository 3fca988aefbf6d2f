//! Where requests go: a provider over HTTP, or a service in this process.

mod http;
mod message;
mod service;
mod silence;
mod wire;

use std::time::Duration;

use bytes::Bytes;

pub(crate) use self::http::{BaseUrl, Endpoint, HttpClient, HttpSettings};
pub use message::{MessageContext, ProducedMessage};
pub(crate) use message::{Producers, decode_metadata, message_request};
pub(crate) use service::{Provided, ServiceTarget};
pub(crate) use wire::{CustomHeader, outgoing};

/// What the provider answered.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// Header lines in order; bytes outside ASCII are read as UTF-8 where they are.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Bytes,
}

impl Answer {
    /// Returns the first value of a header, whatever the case of its name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// Returns the coding that the answer says its body is in and that, by its first bytes, it is not.
    pub(crate) fn wrong_coding(&self) -> Option<&'static str> {
        // RFC 1952 §2.3.1 and RFC 8878 §3.1.1; other codings begin with any byte.
        const BEGINNINGS: [(&str, &[u8]); 2] =
            [("gzip", b"\x1f\x8b"), ("zstd", b"\x28\xb5\x2f\xfd")];
        let said = self.header("content-encoding")?.trim();
        let (coding, beginning) =
            { BEGINNINGS.into_iter() }.find(|(coding, _)| said.eq_ignore_ascii_case(coding))?;
        (!self.body.is_empty() && !self.body.starts_with(beginning)).then_some(coding)
    }
}

/// Why there is no answer.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// Nobody could be reached.
    #[error("cannot connect to the provider at {address}: {reason}")]
    Connect {
        /// Host and port.
        address: String,
        /// What the system says.
        reason: String,
    },
    /// The answer is not in the coding it says it is in, so that no client could read it.
    #[error("the answer says `Content-Encoding: {coding}`, and its body is not {coding}")]
    Coding {
        /// The coding.
        coding: &'static str,
    },
    /// The answer broke off or was no HTTP.
    #[error("the provider gave no complete HTTP answer: {reason}")]
    Incomplete {
        /// What the HTTP library says.
        reason: String,
    },
    /// The service in this process panicked.
    #[error("the service panicked: {message}")]
    Panicked {
        /// The text of the panic.
        message: String,
    },
    /// A redirect leads nowhere or never ends.
    #[error("a redirect of the provider cannot be followed: {reason}")]
    Redirect {
        /// What is wrong with it.
        reason: String,
    },
    /// The service in this process returned an error instead of a response.
    #[error("the service failed: {message}")]
    Service {
        /// The error.
        message: String,
    },
    /// The deadline passed.
    #[error("the provider gave no complete answer within {} s", after.as_secs_f64())]
    Timeout {
        /// The deadline.
        after: Duration,
    },
    /// TLS could not be agreed on.
    #[error("cannot agree on TLS with the provider at {address}: {reason}")]
    Tls {
        /// Host and port.
        address: String,
        /// What the TLS library says.
        reason: String,
    },
    /// The answer is larger than is read.
    #[error("the answer of the provider is larger than {limit} bytes")]
    TooLarge {
        /// The limit.
        limit: usize,
    },
}

impl Fault {
    /// Returns what the user can do about it.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Connect { .. } => "check that the provider runs and that host and port are right",
            Self::Timeout { .. } => {
                "if the provider may take longer, raise the deadline with `.request_timeout(..)` or --request-timeout"
            }
            // What a server that speaks without TLS says is no message of TLS.
            Self::Tls { reason, .. } if reason.contains("corrupt message") => {
                "check that HTTPS is spoken at this port; where it is HTTP, say so with http:// or without --transport https"
            }
            Self::Tls { .. } => {
                "name the certificate to trust with SSL_CERT_FILE, or with the verifier's TLS options"
            }
            // What servers that want TLS say to those who speak without.
            Self::Incomplete { reason } if reason.contains("HTTP version") => {
                "check that HTTP is spoken at this port; where it is HTTPS, say so with https:// or --transport https"
            }
            Self::TooLarge { .. } => {
                "if answers may be larger, raise the limit with `.max_answer(..)` or --max-answer"
            }
            Self::Coding { .. }
            | Self::Incomplete { .. }
            | Self::Panicked { .. }
            | Self::Redirect { .. }
            | Self::Service { .. } => return None,
        };
        Some(hint.to_owned())
    }
}

/// The provider.
pub(crate) enum Target {
    /// Over HTTP.
    Http(Endpoint),
    /// In this process.
    Service(ServiceTarget),
}

/// Reads header values as text: UTF-8 where it is, otherwise byte by byte.
fn header_lines(headers: &::http::HeaderMap) -> Vec<(String, String)> {
    headers
        .iter()
        .map(|(name, value)| {
            let text = match std::str::from_utf8(value.as_bytes()) {
                Ok(text) => text.to_owned(),
                Err(_) => value.as_bytes().iter().copied().map(char::from).collect(),
            };
            (name.as_str().to_owned(), text)
        })
        .collect()
}
