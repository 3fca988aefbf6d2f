//! Where a mock server listens, and what it does beside answering.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::time::Duration;

#[cfg(feature = "tls")]
use super::Tls;

/// A client that has connected but says nothing is let go after this time.
const HEAD_DEADLINE: Duration = Duration::from_secs(10);

/// Time a client has for sending its body.
const BODY_DEADLINE: Duration = Duration::from_secs(30);

/// Largest body a client may send.
const LARGEST_BODY: usize = 128 << 20;

/// Requests that are kept for the test to read.
const MOST_REQUESTS: usize = 100_000;

/// Where a mock server listens and what it does beside answering.
///
/// ```
/// use pact_consumer::prelude::*;
/// use pact_consumer::ServerOptions;
///
/// let mut pact = PactBuilder::new("web", "api");
/// pact.upon_receiving("a ping").get("/ping").will_respond_with(204);
/// let mock = pact.start_with(ServerOptions::new().base_path("/v1").cors());
/// assert!(mock.url().ends_with("/v1"));
/// # mock.finish().unwrap_err();
/// ```
#[derive(Debug)]
#[must_use = "options do nothing until a server is started with them"]
pub struct ServerOptions {
    pub(super) listen: Listen,
    pub(super) behaviour: Behaviour,
    #[cfg(feature = "tls")]
    pub(super) tls: Option<Tls>,
}

/// What a server listens on.
#[derive(Debug)]
pub(super) enum Listen {
    Address(SocketAddr),
    Listener(TcpListener),
}

/// What browsers are told.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Cors {
    /// Nothing.
    Off,
    /// That any page may read the answers.
    Readable,
    /// Also that any page may ask.
    Preflight,
}

/// What a server does beside answering.
#[derive(Debug)]
pub(super) struct Behaviour {
    /// Stands before every path; empty, or with a slash at its beginning and none at its end.
    pub(super) base_path: String,
    pub(super) cors: Cors,
    pub(super) head_deadline: Duration,
    pub(super) body_deadline: Duration,
    pub(super) largest_body: usize,
    pub(super) most_requests: usize,
}

impl ServerOptions {
    /// Returns options for plain HTTP on a free port of loopback.
    pub const fn new() -> Self {
        Self {
            listen: Listen::Address(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0)),
            behaviour: Behaviour {
                base_path: String::new(),
                cors: Cors::Off,
                head_deadline: HEAD_DEADLINE,
                body_deadline: BODY_DEADLINE,
                largest_body: LARGEST_BODY,
                most_requests: MOST_REQUESTS,
            },
            #[cfg(feature = "tls")]
            tls: None,
        }
    }

    /// Listens on the address; port 0 stands for a free one.
    pub fn address(mut self, address: impl Into<SocketAddr>) -> Self {
        self.listen = Listen::Address(address.into());
        self
    }

    /// Accepts the clients of a listener that is bound already.
    pub fn listener(mut self, listener: TcpListener) -> Self {
        self.listen = Listen::Listener(listener);
        self
    }

    /// Serves below a path, as a provider behind a gateway does; the contract does not hold it.
    pub fn base_path(mut self, path: &str) -> Self {
        let path = path.trim_matches('/');
        self.behaviour.base_path = if path.is_empty() {
            String::new()
        } else {
            format!("/{path}")
        };
        self
    }

    /// Answers preflight requests of browsers, and lets any origin read the answers.
    pub const fn cors(mut self) -> Self {
        self.behaviour.cors = Cors::Preflight;
        self
    }

    /// Lets pages of any origin read the answers, but leaves their preflight requests unanswered.
    pub fn readable_by_browsers(mut self) -> Self {
        self.behaviour.cors = self.behaviour.cors.max(Cors::Readable);
        self
    }

    /// Sets how many bytes the body of a request may have, instead of 128 MiB. A larger one is
    /// answered with 413, and the test fails.
    pub const fn largest_body(mut self, bytes: usize) -> Self {
        self.behaviour.largest_body = bytes;
        self
    }

    /// Sets how long a client may take to send the head of a request, and then its body, instead of
    /// 10 and 30 seconds.
    pub const fn client_timeout(mut self, time: Duration) -> Self {
        self.behaviour.head_deadline = time;
        self.behaviour.body_deadline = time;
        self
    }

    /// Sets how many requests are kept for [`MockServer::requests`](super::MockServer::requests),
    /// instead of 100,000; later ones are judged and counted only.
    pub const fn journal_limit(mut self, requests: usize) -> Self {
        self.behaviour.most_requests = requests;
        self
    }

    /// Serves HTTPS instead of HTTP.
    #[cfg(feature = "tls")]
    pub fn tls(mut self, tls: Tls) -> Self {
        self.tls = Some(tls);
        self
    }
}

impl Default for ServerOptions {
    fn default() -> Self {
        Self::new()
    }
}
