//! Pacts from a broker.

use std::sync::Arc;

use pact_broker_client::{
    Auth, BrokerClient, BrokerError, BrokerOptions, ConsumerVersionSelector, PactForVerification,
    PactsForVerificationQuery, Secret,
};

use super::{BrokerOrigin, LoadedPact, read};
use crate::error::LoadError;

/// A broker and which of its pacts are wanted.
#[derive(Clone)]
pub struct BrokerSource {
    options: BrokerOptions,
    query: PactsForVerificationQuery,
}

impl BrokerSource {
    /// Returns the broker with its own choice of pacts: main branches, deployed and released.
    pub fn new(options: BrokerOptions) -> Self {
        Self {
            options,
            query: PactsForVerificationQuery::default(),
        }
    }

    /// Returns the broker named by `PACT_BROKER_BASE_URL`, with `PACT_BROKER_TOKEN` or
    /// `PACT_BROKER_USERNAME` and `PACT_BROKER_PASSWORD`; `None` when no broker is named.
    pub fn from_env() -> Option<Self> {
        let variable = |name| {
            std::env::var(name)
                .ok()
                .filter(|value: &String| !value.is_empty())
        };
        let auth = match (
            variable("PACT_BROKER_TOKEN"),
            variable("PACT_BROKER_USERNAME"),
        ) {
            (Some(token), _) => Auth::Bearer(Secret::new(token)),
            (None, Some(username)) => Auth::Basic {
                username: Secret::new(username),
                password: variable("PACT_BROKER_PASSWORD").map(Secret::new),
            },
            (None, None) => Auth::None,
        };
        Some(Self::new(
            BrokerOptions::new(variable("PACT_BROKER_BASE_URL")?).auth(auth),
        ))
    }

    /// Adds a choice of consumer versions.
    #[must_use]
    pub fn selector(mut self, selector: ConsumerVersionSelector) -> Self {
        self.query.selectors.push(selector);
        self
    }

    /// Lets failures of pacts the provider never satisfied leave the build green.
    #[must_use]
    pub const fn enable_pending(mut self) -> Self {
        self.query.include_pending = true;
        self
    }

    /// Also verifies pacts in progress, from this date (`YYYY-MM-DD`) on.
    #[must_use]
    pub fn include_wip_since(mut self, date: impl Into<String>) -> Self {
        self.query.include_wip_since = Some(date.into());
        self
    }

    /// Says which branch of the provider is verified.
    #[must_use]
    pub fn provider_branch(mut self, branch: impl Into<String>) -> Self {
        self.query.provider_branch = Some(branch.into());
        self
    }

    /// Says which tag the provider's version has or will have.
    #[must_use]
    pub fn provider_tag(mut self, tag: impl Into<String>) -> Self {
        self.query.provider_tags.push(tag.into());
        self
    }

    pub(super) async fn load(&self, provider: &str) -> (Vec<LoadedPact>, Vec<LoadError>) {
        let client = match BrokerClient::new(self.options.clone()) {
            Ok(client) => Arc::new(client),
            Err(error) => return (Vec::new(), vec![error.into()]),
        };
        let wanted = match client.pacts_for_verification(provider, &self.query).await {
            Ok(wanted) => wanted,
            // A broker that does not know the provider has no pacts for it.
            Err(BrokerError::NotFound { .. }) => Vec::new(),
            Err(error) => return (Vec::new(), vec![error.into()]),
        };
        let (mut pacts, mut errors) = (Vec::new(), Vec::new());
        for pact in wanted {
            match fetch(&client, pact).await {
                Ok(loaded) => pacts.push(loaded),
                Err(error) => errors.push(error),
            }
        }
        (pacts, errors)
    }
}

async fn fetch(
    client: &Arc<BrokerClient>,
    wanted: PactForVerification,
) -> Result<LoadedPact, LoadError> {
    let fetched = client.fetch_pact(&wanted.href).await?;
    let origin = if wanted.name.is_empty() {
        wanted.href
    } else {
        wanted.name
    };
    let loaded = read(&fetched.content, origin)?;
    Ok(LoadedPact {
        pending: wanted.pending || wanted.wip,
        wip: wanted.wip,
        notices: wanted.notices,
        broker: Some(BrokerOrigin {
            client: Arc::clone(client),
            fetched,
        }),
        ..loaded
    })
}

/// Loads the pact at an address; results can be published when it came from a broker.
pub(super) async fn load_url(url: &str, options: &BrokerOptions) -> Result<LoadedPact, LoadError> {
    let client = Arc::new(BrokerClient::new(options.clone().base_url(url))?);
    let fetched = client.fetch_pact(url).await?;
    let loaded = read(&fetched.content, url.to_owned())?;
    let broker = fetched
        .results_link()
        .is_some()
        .then_some(BrokerOrigin { client, fetched });
    Ok(LoadedPact { broker, ..loaded })
}
