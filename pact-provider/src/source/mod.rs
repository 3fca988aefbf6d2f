//! Where pacts come from.

mod broker;
mod file;

use std::path::PathBuf;
use std::sync::Arc;

use pact_broker_client::{BrokerClient, BrokerOptions, FetchedPact, Notice};
use pact_core::format;
use pact_core::model::Pact;

pub use broker::BrokerSource;

use crate::error::LoadError;

/// Where pacts come from.
#[derive(Clone)]
pub enum Source {
    /// A broker, which chooses by selectors.
    Broker(Box<BrokerSource>),
    /// Every pact file of the provider in a folder.
    Dir(PathBuf),
    /// One pact file.
    File(PathBuf),
    /// One pact at an address, most often that of a broker's webhook.
    Url {
        /// The address.
        url: String,
        /// Credentials and limits for asking; the base URL in them is not used.
        options: Box<BrokerOptions>,
    },
}

/// A pact with what the source says about it.
pub(crate) struct LoadedPact {
    pub(crate) pact: Pact,
    /// The file or address.
    pub(crate) origin: String,
    pub(crate) pending: bool,
    pub(crate) wip: bool,
    pub(crate) notices: Vec<Notice>,
    /// Where results go, when the pact came from a broker.
    pub(crate) broker: Option<BrokerOrigin>,
    /// What was read in the most likely sense, in words.
    pub(crate) warnings: Vec<String>,
}

/// The broker a pact came from, and the pact as it was sent.
pub(crate) struct BrokerOrigin {
    pub(crate) client: Arc<BrokerClient>,
    pub(crate) fetched: FetchedPact,
}

impl Source {
    /// Loads all pacts of the provider; one that cannot be read does not keep the others away.
    pub(crate) async fn load(&self, provider: &str) -> (Vec<LoadedPact>, Vec<LoadError>) {
        match self {
            Self::Broker(source) => source.load(provider).await,
            Self::Dir(folder) => file::load_folder(folder, provider),
            Self::File(path) => match file::load(path) {
                Ok(pact) => (vec![pact], Vec::new()),
                Err(error) => (Vec::new(), vec![error]),
            },
            Self::Url { url, options } => match broker::load_url(url, options).await {
                Ok(pact) => (vec![pact], Vec::new()),
                Err(error) => (Vec::new(), vec![error]),
            },
        }
    }
}

fn read(bytes: &[u8], origin: String) -> Result<LoadedPact, LoadError> {
    let read = format::read(bytes).map_err(|source| LoadError::Read {
        origin: origin.clone(),
        source: Box::new(source),
    })?;
    Ok(LoadedPact {
        pact: read.pact,
        origin,
        pending: false,
        wip: false,
        notices: Vec::new(),
        broker: None,
        warnings: read.warnings.iter().map(ToString::to_string).collect(),
    })
}
