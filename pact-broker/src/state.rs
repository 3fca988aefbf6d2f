//! What every handler can reach.

use std::sync::Arc;

use crate::{api::urls::BaseUrls, config::BrokerConfig};

/// The parts of a running broker, shared by all requests.
#[derive(Clone)]
pub(crate) struct AppState {
    inner: Arc<Inner>,
}

struct Inner {
    config: BrokerConfig,
    base_urls: BaseUrls,
}

impl AppState {
    pub(crate) fn new(config: BrokerConfig, base_urls: BaseUrls) -> Self {
        Self {
            inner: Arc::new(Inner { config, base_urls }),
        }
    }

    pub(crate) fn config(&self) -> &BrokerConfig {
        &self.inner.config
    }

    pub(crate) fn base_urls(&self) -> &BaseUrls {
        &self.inner.base_urls
    }
}
