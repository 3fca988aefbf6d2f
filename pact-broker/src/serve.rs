//! Starting, serving and stopping a broker.

use std::{convert::Infallible, io, net::SocketAddr, sync::Arc, time::Duration};

use axum::body::Body;
use hyper::{Request, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Semaphore, watch},
    task::JoinHandle,
};

use crate::{
    api::{door::Door, urls::BaseUrls},
    config::BrokerConfig,
    state::AppState,
    store::{Ambient, Store, StoreError},
};

/// The broker's front door: see [`Broker::start`].
#[derive(Debug)]
pub struct Broker;

/// A broker that serves until it is shut down or dropped.
#[derive(Debug)]
#[must_use = "the broker stops when this is dropped"]
pub struct RunningBroker {
    addr: SocketAddr,
    url: String,
    stop: watch::Sender<bool>,
    serving: JoinHandle<()>,
}

/// A broker that could not be started.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The database cannot be opened or brought up to date.
    #[error("opening the broker's database")]
    Database(#[source] StoreError),
    /// The address is taken, or not one of this machine.
    #[error("listening on `{addr}`")]
    Bind {
        /// The address asked for.
        addr: SocketAddr,
        /// What the system said.
        #[source]
        source: io::Error,
    },
}

impl StartError {
    /// Says what may help.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Bind { addr, source } if source.kind() == io::ErrorKind::AddrInUse => {
                Some(format!(
                    "something else listens on port {}; choose another one, or 0 for any free one",
                    addr.port()
                ))
            }
            Self::Bind { .. } => None,
            Self::Database(error) => error.hint().map(str::to_owned),
        }
    }
}

impl Broker {
    /// Opens the database, brings its schema up to date, listens and serves on the current tokio runtime.
    ///
    /// # Errors
    ///
    /// When the database cannot be opened or brought up to date, or the address cannot be listened on.
    pub async fn start(config: BrokerConfig) -> Result<RunningBroker, StartError> {
        let store = Store::open(&config.database_url, Ambient::system())
            .await
            .map_err(StartError::Database)?;
        let bind = config.bind;
        let refused = |source| StartError::Bind { addr: bind, source };
        let listener = TcpListener::bind(bind).await.map_err(refused)?;
        let addr = listener.local_addr().map_err(refused)?;
        let url = config
            .base_urls
            .first()
            .map_or_else(|| reachable(addr), |url| url.as_str().to_owned());
        let base_urls = BaseUrls::new(config.base_urls.clone(), addr);
        let state = AppState::new(config, base_urls, store);
        let (stop, stopped) = watch::channel(false);
        let serving = tokio::spawn(serve(listener, state, stopped));
        Ok(RunningBroker {
            addr,
            url,
            stop,
            serving,
        })
    }
}

impl RunningBroker {
    /// Returns the address the broker listens on.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Returns the URL to give to clients: the first configured base URL, else the address.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Takes no more requests, lets running ones finish within the configured grace, and returns.
    pub async fn shutdown(mut self) {
        // Nobody listens any more when serving has ended already.
        let _ = self.stop.send(true);
        let _ = (&mut self.serving).await;
    }
}

impl Drop for RunningBroker {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// An unspecified address cannot be called; this machine's loopback can.
fn reachable(addr: SocketAddr) -> String {
    if addr.ip().is_unspecified() {
        format!("http://127.0.0.1:{}", addr.port())
    } else {
        format!("http://{addr}")
    }
}

/// How long to wait after the system refused to hand out a connection.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

async fn serve(listener: TcpListener, state: AppState, mut stopped: watch::Receiver<bool>) {
    let limits = state.config().limits.clone();
    let store = state.store().clone();
    let door = Door::new(state);
    let graceful = GracefulShutdown::new();
    let slots = Arc::new(Semaphore::new(limits.connections));
    let mut server = http1::Builder::new();
    // Without a timer hyper sets no header deadline at all.
    server
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header_timeout);
    loop {
        let Ok(slot) = Arc::clone(&slots).acquire_owned().await else {
            break;
        };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stopped.changed() => break,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        let connection = graceful.watch(connection(&server, stream, door.clone(), peer));
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended early");
            }
            drop(slot);
        });
    }
    drop(listener);
    if tokio::time::timeout(limits.shutdown_grace, graceful.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("requests still running after the shutdown grace were cut off");
    }
    store.close().await;
}

fn connection(
    server: &http1::Builder,
    stream: TcpStream,
    door: Door,
    peer: SocketAddr,
) -> http1::Connection<
    TokioIo<TcpStream>,
    impl hyper::service::HttpService<Incoming, ResBody = Body, Error = Infallible, Future: Send> + use<>,
> {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection keeps small answers back");
    }
    let service = service_fn(move |request: Request<Incoming>| {
        let door = door.clone();
        async move { Ok::<_, Infallible>(door.answer(request.map(Body::new), peer).await) }
    });
    server.serve_connection(TokioIo::new(stream), service)
}
