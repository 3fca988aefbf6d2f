//! Binding, accepting, and ending.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use pact_core::model::Interaction;
use tokio::sync::oneshot;

use super::{RecordedRequest, ServerState, handler};
use crate::error::ConsumerError;
use crate::report::Failure;

/// A client that has connected but says nothing is let go after this time.
const HEADER_DEADLINE: Duration = Duration::from_secs(10);

/// A pause after the system refuses a connection, most often for want of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(20);

/// A server that plays the provider in a test.
///
/// It runs on a thread of its own, so a blocking client works in a plain `#[test]`, and an
/// asynchronous one under any runtime. It ends when it is dropped; open connections are closed.
#[derive(Debug)]
#[must_use = "the server ends when it is dropped: keep it in a variable while the client runs"]
pub struct MockServer {
    address: SocketAddr,
    url: String,
    /// The consumer and the provider, for the report.
    parties: (String, String),
    state: Arc<ServerState>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl MockServer {
    /// Binds a free port on loopback and serves the interactions.
    pub(crate) fn start(
        parties: (String, String),
        interactions: Vec<Interaction>,
    ) -> Result<Self, ConsumerError> {
        let state = Arc::new(ServerState::new(interactions)?);
        let wanted = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let start_error = |source| ConsumerError::Start {
            address: wanted.to_string(),
            source,
        };
        let listener = TcpListener::bind(wanted).map_err(start_error)?;
        listener.set_nonblocking(true).map_err(start_error)?;
        let address = listener.local_addr().map_err(start_error)?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(start_error)?;
        let url = format!("http://{address}");
        state.set_url(url.clone());
        let (stop, stopped) = oneshot::channel();
        let served = Arc::clone(&state);
        let thread = std::thread::Builder::new()
            .name(format!("mock server {address}"))
            .spawn(move || {
                runtime.spawn(accept(listener, served));
                // An error means that the handle is gone, which ends the server as well.
                let _ = runtime.block_on(stopped);
                runtime.shutdown_background();
            })
            .map_err(start_error)?;
        Ok(Self {
            address,
            url,
            parties,
            state,
            stop: Some(stop),
            thread: Some(thread),
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

    /// Returns the requests that arrived so far, in order.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.state.requests()
    }

    /// Ends the server and returns the requests that arrived, when they are those of its
    /// interactions and each was used.
    ///
    /// A test need not call this: the end of the test judges all its servers. It is for those that
    /// want to know earlier, or to go on without a server.
    ///
    /// # Errors
    ///
    /// [`ConsumerError::Verification`] when an interaction was not used or a request matched none.
    pub fn finish(mut self) -> Result<Vec<RecordedRequest>, ConsumerError> {
        self.shut_down();
        let (consumer, provider) = &self.parties;
        match Failure::collect(consumer, provider, &[self.state()], &[]) {
            Some(failure) => Err(ConsumerError::Verification(Box::new(failure))),
            None => Ok(self.requests()),
        }
    }

    fn shut_down(&mut self) {
        // Either may have ended already; then there is nothing left to end.
        let _ = self.stop.take().map(|stop| stop.send(()));
        let _ = self.thread.take().map(JoinHandle::join);
    }

    pub(crate) fn state(&self) -> Arc<ServerState> {
        Arc::clone(&self.state)
    }
}

impl Drop for MockServer {
    fn drop(&mut self) {
        self.shut_down();
    }
}

async fn accept(listener: TcpListener, state: Arc<ServerState>) {
    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else {
        return;
    };
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                // An answer that waits to be sent in company is only slower, not wrong.
                let _ = stream.set_nodelay(true);
                tokio::spawn(serve(stream, Arc::clone(&state)));
            }
            Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
        }
    }
}

async fn serve(stream: tokio::net::TcpStream, state: Arc<ServerState>) {
    let service = service_fn(move |request| {
        let state = Arc::clone(&state);
        async move { handler::handle(&state, request).await }
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_DEADLINE)
        .serve_connection(TokioIo::new(stream), service);
    // The client may go away at any time; what it asked for is in the journal.
    let _ = served.await;
}
