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

use crate::error::{LoadError, VerifyError};
use crate::target::BaseUrl;

/// One place to take pacts from.
#[derive(Clone)]
pub(crate) enum Source {
    Broker {
        client: Arc<BrokerClient>,
        source: Box<BrokerSource>,
    },
    Dir(PathBuf),
    File(PathBuf),
    Given(Box<Pact>),
    /// One pact at an address; the client says how to ask.
    Url {
        href: String,
        client: Arc<BrokerClient>,
    },
}

impl Source {
    /// Returns the source whose pacts a broker chooses.
    pub(crate) fn broker(source: BrokerSource) -> Result<Self, VerifyError> {
        Ok(Self::Broker {
            client: Arc::new(BrokerClient::new(source.options().clone())?),
            source: Box::new(source),
        })
    }

    /// Returns the source of the one pact at the address.
    pub(crate) fn url(href: String, options: BrokerOptions) -> Result<Self, VerifyError> {
        BaseUrl::parse(&href, "a pact")?;
        let client = Arc::new(BrokerClient::new(options)?);
        Ok(Self::Url { href, client })
    }

    /// Returns whether a broker can be told about the pacts.
    pub(crate) fn may_be_told(&self) -> bool {
        match self {
            Self::Broker { .. } | Self::Url { .. } => true,
            Self::Dir(_) | Self::File(_) | Self::Given(_) => false,
        }
    }
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
    pub(crate) destination: Destination,
}

/// Where the results of a pact go.
pub(crate) enum Destination {
    Broker(PublicationPoint),
    /// The pact came from a file or from code.
    Nowhere,
    /// The pact came from an address, and nothing in it says where results go.
    Unlinked,
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
    /// Takes a pact that was named by itself, whoever's it is.
    fn take_named(&mut self, result: Result<LoadedPact, LoadError>, provider: &str) {
        self.take(result.map(|mut pact| {
            pact.warn_of_another(provider);
            pact
        }));
    }

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
            Source::Broker { client, source } => {
                broker::load(&client, *source, identity, &mut loaded).await;
            }
            Source::Dir(path) => file::load_dir(&path, identity.name, &mut loaded).await,
            Source::File(path) => {
                let pact = file::load_file(&path).await;
                loaded.take_named(pact, identity.name);
            }
            Source::Given(pact) => loaded.pacts.push(LoadedPact::plain(*pact, "given in code")),
            Source::Url { href, client } => {
                let pact = broker::load_url(&client, &href).await;
                loaded.take_named(pact, identity.name);
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
            destination: Destination::Nowhere,
        }
    }

    /// Adds a warning when the pact is with another provider than the one that is verified.
    fn warn_of_another(&mut self, provider: &str) {
        if !provider.is_empty() && self.pact.provider != provider {
            self.warnings.push(format!(
                "the pact is with `{}`, not with `{provider}`",
                self.pact.provider
            ));
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
