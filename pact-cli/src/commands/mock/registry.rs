//! The mock servers that are running.

use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pact_consumer::pact_file::{self, PactFileError};
use pact_consumer::{ConsumerError, MockServer, ServerOptions, Tls, WriteMode};
use pact_core::model::{InteractionKind, Pact, SpecVersion};

use crate::error::chain;

/// Requests that are kept of each server; what does not match is told beyond them.
const MOST_REQUESTS: usize = 10_000;

/// All mock servers, by their ids.
pub(super) struct Registry {
    output: PathBuf,
    host: IpAddr,
    base_port: Option<u16>,
    servers: Mutex<BTreeMap<String, Arc<Running>>>,
}

/// One of them.
pub(super) struct Running {
    pub(super) id: String,
    pub(super) mock: MockServer,
    pub(super) pact: Pact,
    pub(super) is_tls: bool,
}

/// What is asked of a new one.
pub(super) struct Wanted {
    pub(super) pact: Pact,
    pub(super) version: SpecVersion,
    pub(super) has_cors: bool,
    pub(super) is_tls: bool,
}

/// A mock server cannot be started.
#[derive(Debug, thiserror::Error)]
pub(super) enum CreateError {
    #[error(transparent)]
    Start(#[from] ConsumerError),
    #[error("cannot make a certificate: {0}")]
    Tls(#[from] pact_consumer::TlsError),
    #[error("no port from {0} on can be bound")]
    NoPort(u16),
    #[error("the pact has no interaction over HTTP, so there is nothing to play")]
    NothingToPlay,
}

impl Registry {
    pub(super) fn new(output: PathBuf, host: IpAddr, base_port: Option<u16>) -> Self {
        Self {
            output,
            host,
            base_port,
            servers: Mutex::default(),
        }
    }

    /// Starts a mock server.
    pub(super) fn create(&self, wanted: Wanted) -> Result<Arc<Running>, CreateError> {
        let mut pact = wanted.pact;
        pact.spec_version = wanted.version;
        let mut kinds = pact
            .interactions
            .iter()
            .map(|interaction| &interaction.kind);
        if !kinds.any(|kind| matches!(kind, InteractionKind::Http(_))) {
            return Err(CreateError::NothingToPlay);
        }
        let mut options = ServerOptions::new()
            .listener(self.listener()?)
            .journal_limit(MOST_REQUESTS)
            .readable_by_browsers();
        if wanted.has_cors {
            options = options.cors();
        }
        if wanted.is_tls {
            options = options.tls(Tls::self_signed()?);
        }
        let mock = MockServer::serve(&pact, options)?;
        let mut servers = self.lock();
        let id = loop {
            let id = format!("{:08X}", rand::random::<u32>());
            if !servers.contains_key(&id) {
                break id;
            }
        };
        let running = Arc::new(Running {
            id: id.clone(),
            mock,
            pact,
            is_tls: wanted.is_tls,
        });
        servers.insert(id, Arc::clone(&running));
        Ok(running)
    }

    /// Returns the server of an id or a port.
    pub(super) fn find(&self, name: &str) -> Option<Arc<Running>> {
        let servers = self.lock();
        let port = name.parse::<u16>().ok();
        servers.get(name).cloned().or_else(|| {
            let mut all = servers.values();
            all.find(|server| Some(server.mock.addr().port()) == port)
                .cloned()
        })
    }

    /// Returns all servers, by their ids.
    pub(super) fn all(&self) -> Vec<Arc<Running>> {
        self.lock().values().cloned().collect()
    }

    /// Ends the server of an id or a port; returns whether there was one.
    pub(super) async fn end(&self, name: &str) -> bool {
        let Some(server) = self.find(name) else {
            return false;
        };
        let removed = self.lock().remove(&server.id);
        drop(server);
        // The last to hold it waits for its end.
        tokio::task::spawn_blocking(move || removed.is_some())
            .await
            .unwrap_or(false)
    }

    /// Ends all servers.
    pub(super) async fn end_all(&self) {
        let servers = std::mem::take(&mut *self.lock());
        // They end one after the other, each within a second.
        let _ = tokio::task::spawn_blocking(move || drop(servers)).await;
    }

    /// Writes the pact of a server.
    pub(super) async fn write(&self, server: Arc<Running>) -> Result<PathBuf, WriteFailure> {
        let folder = self.output.clone();
        let writing = move || pact_file::write(&folder, &server.pact, WriteMode::Merge);
        match tokio::task::spawn_blocking(writing).await {
            Ok(written) => written.map_err(|error| WriteFailure(Box::new(error))),
            Err(error) => Err(WriteFailure(Box::new(PactFileError::Io {
                doing: "write to",
                path: self.output.clone(),
                source: io::Error::other(error),
            }))),
        }
    }

    /// Binds a port: any free one, or the first free one from the base on.
    fn listener(&self) -> Result<TcpListener, CreateError> {
        let bound = |port| TcpListener::bind(SocketAddr::new(self.host, port));
        let Some(base) = self.base_port else {
            return bound(0).map_err(|source| {
                CreateError::Start(ConsumerError::Start {
                    address: self.host.to_string(),
                    source,
                })
            });
        };
        let mut ports = base..=u16::MAX;
        ports
            .find_map(|port| bound(port).ok())
            .ok_or(CreateError::NoPort(base))
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Arc<Running>>> {
        // Each change is one insertion or removal, so a panic elsewhere leaves the map whole.
        self.servers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A pact could not be written.
pub(super) struct WriteFailure(Box<PactFileError>);

impl WriteFailure {
    /// Returns why, and what lies behind.
    pub(super) fn text(&self) -> String {
        format!("Failed to write pact to file - {}", chain(&*self.0))
    }
}
