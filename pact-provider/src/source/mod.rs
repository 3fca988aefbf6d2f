//! Where pacts come from: files, folders, addresses, brokers.

mod broker;
mod file;

use std::path::PathBuf;
use std::sync::Arc;

use pact_broker_client::{BrokerClient, BrokerOptions, FetchedPact, Notice};
use pact_core::format;
use pact_core::model::Pact;

pub use broker::BrokerSource;
pub(crate) use broker::{ProviderIdentity, options_from_environment};

use crate::error::LoadError;

/// One place to take pacts from.
#[derive(Clone)]
pub(crate) enum Source {
    Broker(Box<BrokerSource>),
    Dir(PathBuf),
    File(PathBuf),
    Given(Box<Pact>),
    /// One pact at an address; the options say how to ask.
    Url {
        href: String,
        options: Box<BrokerOptions>,
    },
}

/// A pact to verify, with what its source said about it.
pub(crate) struct LoadedPact {
    pub(crate) pact: Pact,
    /// Where it came from, for people.
    pub(crate) origin: String,
    pub(crate) pending: bool,
    pub(crate) wip: bool,
    pub(crate) notices: Vec<Notice>,
    pub(crate) warnings: Vec<String>,
    /// Where results are published.
    pub(crate) publication: Option<PublicationPoint>,
}

/// The broker a pact came from, and its links.
pub(crate) struct PublicationPoint {
    pub(crate) client: Arc<BrokerClient>,
    pub(crate) fetched: FetchedPact,
}

/// Everything the sources gave, the good and the bad.
#[derive(Default)]
pub(crate) struct Loaded {
    pub(crate) pacts: Vec<LoadedPact>,
    pub(crate) failures: Vec<LoadError>,
    /// What helps to understand why there are no pacts.
    pub(crate) remarks: Vec<String>,
}

impl Loaded {
    fn take(&mut self, result: Result<LoadedPact, LoadError>) {
        match result {
            Ok(pact) => self.pacts.push(pact),
            Err(error) => self.failures.push(error),
        }
    }
}

/// Loads the pacts of all sources in order; what cannot be loaded does not keep the rest.
pub(crate) async fn load(sources: Vec<Source>, identity: &ProviderIdentity<'_>) -> Loaded {
    let mut loaded = Loaded::default();
    for source in sources {
        match source {
            Source::Broker(source) => broker::load(*source, identity, &mut loaded).await,
            Source::Dir(path) => file::load_dir(&path, identity.name, &mut loaded).await,
            Source::File(path) => {
                let pact = file::load_file(&path).await;
                loaded.take(pact);
            }
            Source::Given(pact) => loaded.pacts.push(LoadedPact::plain(*pact, "given in code")),
            Source::Url { href, options } => {
                let pact = broker::load_url(&href, *options).await;
                loaded.take(pact);
            }
        }
    }
    loaded
}

impl LoadedPact {
    fn plain(pact: Pact, origin: impl Into<String>) -> Self {
        Self {
            pact,
            origin: origin.into(),
            pending: false,
            wip: false,
            notices: Vec::new(),
            warnings: Vec::new(),
            publication: None,
        }
    }

    fn read(bytes: &[u8], origin: String) -> Result<Self, LoadError> {
        let read = format::read(bytes).map_err(|source| LoadError::Pact {
            origin: origin.clone(),
            source,
        })?;
        let mut loaded = Self::plain(read.pact, origin);
        loaded.warnings = read.warnings.iter().map(ToString::to_string).collect();
        Ok(loaded)
    }
}
