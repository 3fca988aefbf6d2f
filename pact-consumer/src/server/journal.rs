//! What arrived at a mock server.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use pact_core::matching::{ActualRequest, Mismatch};

use super::Fault;
use crate::secret;

/// Bytes of bodies that are kept, all requests together.
const MOST_BODY_BYTES: usize = 256 << 20;

/// Bytes of a body that are shown to who debugs a test.
const SHOWN_OF_BODY: usize = 1000;

/// Paths that are counted apart.
const MOST_PATHS: usize = 10_000;

/// Connections without a request that are told.
const MOST_NOISE: usize = 100;

/// A request that arrived at a mock server.
///
/// Its `Debug` keeps the values of headers that carry secrets to itself, such as `Authorization`.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct RecordedRequest {
    /// The method.
    pub method: String,
    /// The path as it was sent, the server's base path included.
    pub path: String,
    /// The query string as it was sent.
    pub query: Option<String>,
    /// The header lines in order.
    pub headers: Vec<(String, String)>,
    /// The body; empty when the server kept as many bytes as it may.
    pub body: Vec<u8>,
    /// What the server made of it.
    pub verdict: Verdict,
    /// The trouble the test asked for, if it met this request.
    pub fault: Option<Fault>,
}

impl RecordedRequest {
    /// What stands for the method and the path of a request whose head could not be read; no method
    /// is written so.
    pub(crate) const UNKNOWN: &str = "?";

    /// Returns whether the head could not be read, so that not even the method is known.
    pub(crate) fn is_headless(&self) -> bool {
        self.method == Self::UNKNOWN
    }
}

impl fmt::Debug for RecordedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let headers = self.headers.iter().map(|(name, value)| {
            let is_secret = secret::is_secret(name);
            (
                name.as_str(),
                if is_secret { secret::WITHHELD } else { value },
            )
        });
        let headers: Vec<_> = headers.collect();
        let start = &self.body[..self.body.len().min(SHOWN_OF_BODY)];
        f.debug_struct("RecordedRequest")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("query", &self.query)
            .field("headers", &headers)
            .field("body", &String::from_utf8_lossy(start))
            .field("body_length", &self.body.len())
            .field("verdict", &self.verdict)
            .field("fault", &self.fault)
            .finish()
    }
}

/// What a mock server made of a request.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Verdict {
    /// It is the request of the interaction with this description.
    Matched {
        /// The description.
        interaction: String,
    },
    /// It is the question of a browser whether it may ask, answered by the server itself.
    Preflight,
    /// It is the request of an interaction whose answer could not be sent.
    Unanswered {
        /// The description of the interaction.
        interaction: String,
        /// Why.
        reason: String,
    },
    /// It could not be read to its end.
    Unreadable {
        /// Why.
        reason: String,
    },
    /// It is the request of no interaction.
    Unexpected {
        /// The description of the nearest interaction with what differs from it, if there is any.
        nearest: Option<(String, Vec<Mismatch>)>,
    },
    /// Its path does not begin with the server's base path.
    OutsideBasePath {
        /// The base path.
        base_path: String,
    },
}

impl Verdict {
    /// Returns whether the request is one the contract or the server allows.
    pub const fn is_allowed(&self) -> bool {
        match self {
            Self::Matched { .. } | Self::Preflight => true,
            Self::OutsideBasePath { .. }
            | Self::Unanswered { .. }
            | Self::Unexpected { .. }
            | Self::Unreadable { .. } => false,
        }
    }
}

/// The requests of one server and how often each interaction was used.
#[derive(Debug)]
pub(super) struct Journal {
    /// How many requests are kept.
    most: usize,
    body_bytes: usize,
    by_path: HashMap<String, usize>,
    total: usize,
    pub(super) requests: Vec<RecordedRequest>,
    /// For each interaction how often it was used.
    pub(super) used: Vec<usize>,
    /// Connections on which no request came.
    pub(super) noise: Vec<String>,
}

impl Journal {
    pub(super) fn new(most: usize, interactions: usize) -> Self {
        Self {
            most,
            body_bytes: 0,
            by_path: HashMap::new(),
            total: 0,
            requests: Vec::new(),
            used: vec![0; interactions],
            noise: Vec::new(),
        }
    }

    /// Counts a request, and keeps it when there is room.
    pub(super) fn record(&mut self, actual: &ActualRequest<'_>, body: Vec<u8>, judged: Judged) {
        self.total += 1;
        if let Some(count) = self.by_path.get_mut(actual.path) {
            *count += 1;
        } else if self.by_path.len() < MOST_PATHS {
            self.by_path.insert(actual.path.to_owned(), 1);
        }
        let kept = self.requests.len();
        // What fails the test is told even when the room is used up, but not without end.
        let is_told = kept < self.most || !judged.verdict.is_allowed() && kept < 2 * self.most;
        if !is_told {
            return;
        }
        let has_room = self.body_bytes + body.len() <= MOST_BODY_BYTES;
        let body = if has_room { body } else { Vec::new() };
        self.body_bytes += body.len();
        let headers =
            { actual.headers.iter() }.map(|(name, value)| ((*name).into(), (*value).into()));
        self.requests.push(RecordedRequest {
            method: actual.method.to_owned(),
            path: actual.path.to_owned(),
            query: actual.query.map(str::to_owned),
            headers: headers.collect(),
            body,
            verdict: judged.verdict,
            fault: judged.fault,
        });
    }

    /// Remembers a connection that brought no request.
    pub(super) fn note(&mut self, what: String) {
        if self.noise.len() < MOST_NOISE {
            self.noise.push(what);
        }
    }

    /// Returns how many requests came in all, and to which paths.
    pub(super) fn counts(&self) -> (usize, BTreeMap<String, usize>) {
        let by_path = self.by_path.iter();
        let by_path = by_path.map(|(path, count)| (path.clone(), *count));
        (self.total, by_path.collect())
    }
}

/// What was made of a request.
pub(super) struct Judged {
    pub(super) verdict: Verdict,
    pub(super) fault: Option<Fault>,
}
