//! Binding, accepting, and ending.

use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use std::time::Duration;

use pact_core::model::Pact;
use tokio::net::TcpStream;

use super::door::Door;
use super::options::{Listen, ServerOptions};
use super::state::{Expected, ServerState};
use super::threads::{self, Thread};
#[cfg(feature = "tls")]
use super::tls::Tls;
use super::{Fault, RecordedRequest, connection};
use crate::error::ConsumerError;
use crate::report::Failure;

/// A pause after the system refuses a connection, most often for want of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(20);

/// How long a server that is busy with a request is waited for at its end. The thread ends by
/// itself after that request.
const END_PATIENCE: Duration = Duration::from_secs(1);

/// A server that plays the provider in a test.
///
/// It speaks HTTP/1 and HTTP/2, on a thread of its own, so a blocking client works in a plain
/// `#[test]`, and an asynchronous one under any runtime. It ends when it is dropped; open
/// connections are closed.
///
/// ```
/// use std::io::{Read, Write};
/// use std::net::TcpStream;
///
/// use pact_consumer::prelude::*;
///
/// # let folder = std::env::temp_dir().join(format!("pact-doc-mock-{}", std::process::id()));
/// pact_test(TestOptions::new("web", "api").output_dir(&folder), |pact| {
///     pact.upon_receiving("a ping").get("/ping").will_respond_with(204);
///     let mock = pact.start();
///     // Your client, which asks `mock.url()`; here a socket will do.
///     let mut client = TcpStream::connect(mock.addr())?;
///     client.write_all(b"GET /ping HTTP/1.1\r\nHost: api\r\nConnection: close\r\n\r\n")?;
///     let mut answer = String::new();
///     client.read_to_string(&mut answer)?;
///     assert!(answer.starts_with("HTTP/1.1 204"));
///     // What arrived can be looked at.
///     assert_eq!(mock.requests()[0].path, "/ping");
///     Ok::<(), std::io::Error>(())
/// })
/// # .unwrap();
/// # std::fs::remove_dir_all(folder).unwrap();
/// ```
#[derive(Debug)]
#[must_use = "the server ends when it is dropped: keep it in a variable while the client runs"]
pub struct MockServer {
    address: SocketAddr,
    url: String,
    /// The consumer and the provider, for the report.
    parties: (String, String),
    state: Arc<ServerState>,
    door: Arc<Door>,
    /// None after the end.
    thread: Option<Thread>,
    #[cfg(feature = "tls")]
    authority: Option<String>,
}

impl MockServer {
    /// Serves the HTTP interactions of a pact without a test around them.
    ///
    /// ```
    /// use pact_consumer::{MockServer, PactBuilder, ServerOptions};
    ///
    /// let mut pact = PactBuilder::new("web", "api");
    /// pact.upon_receiving("a ping").get("/ping").will_respond_with(204);
    /// let mock = MockServer::serve(&pact.build(), ServerOptions::new())?;
    /// assert!(mock.path("/ping").starts_with("http://127.0.0.1:"));
    /// assert_eq!(mock.usage(), [0]);
    /// # Ok::<(), pact_consumer::ConsumerError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When an interaction cannot be compiled, or the address cannot be bound.
    pub fn serve(pact: &Pact, options: ServerOptions) -> Result<Self, ConsumerError> {
        let parties = (pact.consumer.clone(), pact.provider.clone());
        let interactions = pact.interactions.iter().cloned();
        Self::start_with(parties, interactions.map(Expected::from).collect(), options)
    }

    /// Serves the interactions as the options say.
    pub(crate) fn start_with(
        parties: (String, String),
        expected: Vec<Expected>,
        options: ServerOptions,
    ) -> Result<Self, ConsumerError> {
        let state = Arc::new(ServerState::new(expected, options.behaviour)?);
        let wanted = match &options.listen {
            Listen::Address(address) => Some(*address),
            Listen::Listener(_) => None,
        };
        let start_error = |source| ConsumerError::Start {
            address: wanted.map_or_else(
                || "the listener of the test".to_owned(),
                |address| address.to_string(),
            ),
            source,
        };
        let listener = bind(options.listen).map_err(start_error)?;
        let address = listener.local_addr().map_err(start_error)?;
        #[cfg(feature = "tls")]
        let tls = options.tls;
        #[cfg(feature = "tls")]
        let scheme = if tls.is_some() { "https" } else { "http" };
        #[cfg(not(feature = "tls"))]
        let scheme = "http";
        #[cfg(feature = "tls")]
        let authority = { tls.as_ref() }
            .and_then(|tls| tls.ca_certificate_pem())
            .map(str::to_owned);
        let base_path = &state.behaviour.base_path;
        let url = format!("{scheme}://{}{base_path}", reachable(address));
        state.set_url(url.clone());
        let door = Door::new();
        // The thread may keep what it runs for longer than the server lasts.
        let (entrance, served) = (Arc::clone(&door), Arc::downgrade(&state));
        let accepting = accept(listener, Arc::clone(&door), move |stream| {
            let (state, entrance) = (served.upgrade(), Arc::clone(&entrance));
            if let Some(state) = &state {
                state.visit();
            }
            #[cfg(feature = "tls")]
            let acceptor = tls.as_ref().map(Tls::acceptor);
            async move {
                let Some(state) = state else {
                    return;
                };
                #[cfg(feature = "tls")]
                if let Some(acceptor) = acceptor {
                    return connection::serve_tls(stream, acceptor, state, entrance).await;
                }
                connection::serve(stream, state, entrance).await;
            }
        });
        let thread = threads::run(accepting).map_err(start_error)?;
        Ok(Self {
            address,
            url,
            parties,
            state,
            door,
            thread: Some(thread),
            #[cfg(feature = "tls")]
            authority,
        })
    }

    /// Returns the address the server listens on.
    pub const fn addr(&self) -> SocketAddr {
        self.address
    }

    /// Returns the base URL, without a slash at its end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Returns the URL of a path on the server.
    pub fn path(&self, path: &str) -> String {
        format!("{}/{}", self.url, path.trim_start_matches('/'))
    }

    /// Returns the certificate a client has to trust, as PEM, when the server made its own.
    #[cfg(feature = "tls")]
    pub fn ca_certificate_pem(&self) -> Option<&str> {
        self.authority.as_deref()
    }

    /// Returns the requests that arrived so far, in order.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.state.requests()
    }

    /// Returns how many requests arrived so far, and to which paths.
    pub fn request_counts(&self) -> (usize, BTreeMap<String, usize>) {
        self.state.counts()
    }

    /// Returns how often each HTTP interaction was used so far, in the order of the contract.
    pub fn usage(&self) -> Vec<usize> {
        self.state.usage()
    }

    /// Lets the next request of an interaction meet trouble; called again, the one after it.
    ///
    /// A request whose answer never arrives does not count as use of its interaction, so a contract
    /// is written only when the client asks again.
    ///
    /// ```
    /// # use pact_consumer::prelude::*;
    /// use pact_consumer::Fault;
    ///
    /// # let mut pact = PactBuilder::new("web", "api");
    /// # pact.upon_receiving("a ping").get("/ping").will_respond_with(204);
    /// let mock = pact.start();
    /// mock.inject(Fault::Reset);
    /// // The client is reset once and has to try again.
    /// # mock.finish().unwrap_err();
    /// ```
    pub fn inject(&self, fault: Fault) {
        self.state.faults.add(fault);
    }

    /// Returns what is wrong so far between the client and the interactions, if anything is.
    pub fn failure(&self) -> Option<Failure> {
        self.state.set_judged();
        let (consumer, provider) = &self.parties;
        Failure::collect(consumer, provider, &[self.state()], &[])
    }

    /// Ends the server and returns the requests that arrived, when they are those of its
    /// interactions and each was used as often as it should be.
    ///
    /// A test need not call this: the end of the test judges all its servers. It is for those that
    /// want to know earlier, or to go on without a server.
    ///
    /// # Errors
    ///
    /// [`ConsumerError::Verification`] when an interaction was not used or a request matched none.
    pub fn finish(mut self) -> Result<Vec<RecordedRequest>, ConsumerError> {
        self.shut_down();
        match self.failure() {
            Some(failure) => Err(ConsumerError::Verification(Box::new(failure))),
            None => Ok(self.requests()),
        }
    }

    fn shut_down(&mut self) {
        let Some(thread) = self.thread.take() else {
            return;
        };
        if !thread.is_here() {
            // This process was forked off; the server is that of its parent.
            std::mem::forget(thread);
            return;
        }
        if self.door.close() {
            thread.give_back();
            return;
        }
        // Nothing is ever sent; it is closed when nothing is left of the server.
        let (ending, ended) = sync_channel::<()>(0);
        let (door, back) = (Arc::clone(&self.door), thread.clone());
        thread.turn_to(async move {
            door.clear().await;
            back.give_back();
            drop(ending);
        });
        drop(thread);
        let _ = ended.recv_timeout(END_PATIENCE);
    }

    pub(crate) fn state(&self) -> Arc<ServerState> {
        Arc::clone(&self.state)
    }
}

impl Drop for MockServer {
    fn drop(&mut self) {
        if self.thread.is_some() {
            self.state.go();
        }
        self.shut_down();
    }
}

fn bind(listen: Listen) -> io::Result<TcpListener> {
    let listener = match listen {
        Listen::Address(address) => TcpListener::bind(address)?,
        Listen::Listener(listener) => listener,
    };
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// Returns an address a client can connect to: that of every network is none.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

async fn accept<F>(listener: TcpListener, door: Arc<Door>, serve: impl Fn(TcpStream) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else {
        return;
    };
    door.open(listener);
    let serve = |stream: TcpStream| {
        // An answer that waits to be sent in company is only slower, not wrong.
        let _ = stream.set_nodelay(true);
        serve(stream)
    };
    loop {
        match door.admit(&serve).await {
            Ok(true) => {}
            Ok(false) => return,
            Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{RefUnwindSafe, UnwindSafe};

    use super::*;

    #[test]
    fn a_server_may_be_used_by_any_thread_and_where_panics_are_caught() {
        const fn check<T: Send + Sync + UnwindSafe + RefUnwindSafe>() {}
        check::<MockServer>();
    }
}
