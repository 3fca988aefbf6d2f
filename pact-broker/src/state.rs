//! What every handler can reach.

use std::sync::Arc;

use crate::{
    api::urls::BaseUrls,
    config::BrokerConfig,
    domain::pact::{MarkingPolicy, PublishPolicy},
    store::Store,
};

/// The parts of a running broker, shared by all requests.
#[derive(Clone)]
pub(crate) struct AppState {
    inner: Arc<Inner>,
}

struct Inner {
    config: BrokerConfig,
    base_urls: BaseUrls,
    store: Store,
}

/// Up to how many seconds after a version came to be its first tag is also taken as its branch.
const FIRST_TAG_AS_BRANCH_SECONDS: i64 = 10;

impl AppState {
    pub(crate) fn new(config: BrokerConfig, base_urls: BaseUrls, store: Store) -> Self {
        Self {
            inner: Arc::new(Inner {
                config,
                base_urls,
                store,
            }),
        }
    }

    pub(crate) fn config(&self) -> &BrokerConfig {
        &self.inner.config
    }

    pub(crate) fn base_urls(&self) -> &BaseUrls {
        &self.inner.base_urls
    }

    pub(crate) fn store(&self) -> &Store {
        &self.inner.store
    }

    /// Returns what the configuration says about publishing.
    pub(crate) fn publish_policy(&self) -> PublishPolicy {
        let config = self.config();
        PublishPolicy {
            allow_modification: config.allow_dangerous_contract_modification,
            check_duplicate_names: config.check_for_potential_duplicate_pacticipant_names,
            marking: self.marking_policy(),
        }
    }

    /// Returns what the configuration says about making branches and deployments out of tags.
    pub(crate) fn marking_policy(&self) -> MarkingPolicy {
        let config = self.config();
        MarkingPolicy {
            main_branch_candidates: config.main_branch_candidates.clone(),
            first_tag_as_branch_seconds: config
                .use_first_tag_as_branch
                .then_some(FIRST_TAG_AS_BRANCH_SECONDS),
            deploy_by_tag: config.create_deployed_versions_for_tags,
        }
    }
}
