//! Pacts from a broker, and single pacts from an address.

use std::sync::Arc;

use pact_broker_client::{
    Auth, BrokerClient, BrokerError, BrokerOptions, ConsumerVersionSelector, FetchedPact,
    PactForVerification, PactsForVerificationQuery, Secret, shown_address,
};

use super::{Destination, Loaded, LoadedPact, PublicationPoint};
use crate::error::{LoadError, VerifyError};

/// Which pacts to ask a broker for.
#[derive(Clone)]
pub struct BrokerSource {
    options: BrokerOptions,
    selectors: Vec<ConsumerVersionSelector>,
    include_pending: bool,
    include_wip_since: Option<String>,
}

/// Who asks for pacts.
pub(crate) struct ProviderIdentity<'a> {
    pub(crate) name: &'a str,
    pub(crate) branch: Option<&'a str>,
    pub(crate) tags: &'a [String],
}

impl BrokerSource {
    /// Returns a source that leaves the choice to the broker: of each consumer the main branch and
    /// what is deployed or released.
    pub fn new(options: BrokerOptions) -> Self {
        Self {
            options,
            selectors: Vec::new(),
            include_pending: false,
            include_wip_since: None,
        }
    }

    /// Adds a selector.
    #[must_use]
    pub fn selector(mut self, selector: ConsumerVersionSelector) -> Self {
        self.selectors.push(selector);
        self
    }

    /// Adds selectors.
    #[must_use]
    pub fn selectors(
        mut self,
        selectors: impl IntoIterator<Item = ConsumerVersionSelector>,
    ) -> Self {
        self.selectors.extend(selectors);
        self
    }

    /// Lets pacts that this provider never verified fail without failing the build.
    #[must_use]
    pub fn enable_pending(self, include_pending: bool) -> Self {
        Self {
            include_pending,
            ..self
        }
    }

    /// Verifies work in progress, too, from the date (`YYYY-MM-DD`) on.
    #[must_use]
    pub fn include_wip_since(self, date: impl Into<String>) -> Self {
        Self {
            include_wip_since: Some(date.into()),
            ..self
        }
    }
}

impl BrokerSource {
    pub(super) fn options(&self) -> &BrokerOptions {
        &self.options
    }

    fn asks_for_pending(&self) -> bool {
        self.include_pending || self.include_wip_since.is_some()
    }
}

impl From<BrokerOptions> for BrokerSource {
    fn from(options: BrokerOptions) -> Self {
        Self::new(options)
    }
}

/// Reads address and credentials of the broker from the environment.
pub(crate) fn options_from_environment(
    variable: impl Fn(&str) -> Option<String>,
) -> Result<BrokerOptions, VerifyError> {
    let given = |name: &str| variable(name).filter(|text| !text.is_empty());
    let name = "PACT_BROKER_BASE_URL";
    let url = given(name).ok_or(VerifyError::Environment { name })?;
    let token = given("PACT_BROKER_TOKEN").map(|token| Auth::Bearer(Secret::new(token)));
    let basic = given("PACT_BROKER_USERNAME").map(|username| Auth::Basic {
        username: Secret::new(username),
        password: given("PACT_BROKER_PASSWORD").map(Secret::new),
    });
    Ok(BrokerOptions::new(url).auth(token.or(basic).unwrap_or_default()))
}

pub(super) async fn load(
    client: &Arc<BrokerClient>,
    source: BrokerSource,
    identity: &ProviderIdentity<'_>,
    loaded: &mut Loaded,
) {
    if source.asks_for_pending() && identity.branch.is_none() && identity.tags.is_empty() {
        let remark = "which pacts are pending or work in progress depends on the provider's branch or \
                      tags, and none is given";
        loaded.remarks.push(remark.to_owned());
    }
    let pacts = match choose(client, source, identity).await {
        Ok(pacts) => pacts,
        Err(error) if error.is_not_found() => {
            let name = identity.name;
            return loaded
                .remarks
                .push(format!("the broker does not know `{name}`"));
        }
        Err(error) => return loaded.failures.push(error.into()),
    };
    if pacts.is_empty() {
        let name = identity.name;
        loaded
            .remarks
            .push(format!("the broker has no pact for `{name}` to verify"));
    }
    for pact in pacts {
        let result = fetch(client, &pact.href).await.map(|mut loaded| {
            if !pact.name.is_empty() {
                loaded.origin.clone_from(&pact.name);
            }
            loaded.pending = pact.pending || pact.wip;
            loaded.wip = pact.wip;
            loaded.notices = pact.notices;
            loaded
        });
        loaded.take(result);
    }
}

async fn choose(
    client: &BrokerClient,
    source: BrokerSource,
    identity: &ProviderIdentity<'_>,
) -> Result<Vec<PactForVerification>, BrokerError> {
    let only_default = source.selectors.is_empty()
        && !source.include_pending
        && source.include_wip_since.is_none();
    let query = PactsForVerificationQuery {
        selectors: source.selectors,
        include_pending: source.include_pending,
        include_wip_since: source.include_wip_since,
        provider_branch: identity.branch.map(str::to_owned),
        provider_tags: identity.tags.to_vec(),
    };
    match client.pacts_for_verification(identity.name, &query).await {
        // Old brokers know no selectors; they can still list the latest pacts.
        Err(missing @ BrokerError::MissingLink { .. }) if only_default => {
            match client.latest_provider_pacts(identity.name).await {
                // It knows neither way: the one it should know is told.
                Err(BrokerError::MissingLink { .. }) => Err(missing),
                answer => answer,
            }
        }
        answer => answer,
    }
}

/// Loads the pact at an address; where it comes from a broker, results can be published.
pub(super) async fn load_url(
    client: &Arc<BrokerClient>,
    href: &str,
) -> Result<LoadedPact, LoadError> {
    fetch(client, href).await.map_err(|error| match error {
        LoadError::Broker(error) if error.is_not_found() => LoadError::NotThere {
            origin: shown_address(href),
        },
        LoadError::Broker(error) => LoadError::Fetch(error),
        other => other,
    })
}

async fn fetch(client: &Arc<BrokerClient>, href: &str) -> Result<LoadedPact, LoadError> {
    let fetched = client.fetch_pact(href).await?;
    let mut loaded = LoadedPact::read(&fetched.content, shown_address(href))?;
    loaded.destination = match fetched.results_link() {
        Some(_) => Destination::Broker(PublicationPoint {
            client: Arc::clone(client),
            fetched: FetchedPact {
                content: Vec::new(),
                document: fetched.document,
            },
        }),
        None => Destination::Unlinked,
    };
    Ok(loaded)
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;

    /// Returns the header that a broker gets from who has these variables, and no others.
    async fn authorization(variables: &[(&str, &str)]) -> Option<String> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let variable = |asked: &str| match asked {
            "PACT_BROKER_BASE_URL" => Some(url.clone()),
            _ => { variables.iter() }
                .find(|(name, _)| *name == asked)
                .map(|(_, value)| (*value).to_owned()),
        };
        let client = BrokerClient::new(options_from_environment(variable).unwrap()).unwrap();
        let answering = async {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut head = vec![0; 4096];
            let length = stream.read(&mut head).await.unwrap();
            let gone = b"HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n";
            stream.write_all(gone).await.unwrap();
            String::from_utf8(head[..length].to_vec()).unwrap()
        };
        let (head, _) = tokio::join!(answering, client.index());
        { head.lines() }
            .find_map(|line| line.strip_prefix("authorization: "))
            .map(str::to_owned)
    }

    #[tokio::test]
    async fn the_environment_names_broker_and_credentials() {
        let token = ("PACT_BROKER_TOKEN", "t0ken");
        let user = ("PACT_BROKER_USERNAME", "me");
        let password = ("PACT_BROKER_PASSWORD", "pw");
        for (variables, sent) in [
            (&[][..], None),
            (&[token], Some("Bearer t0ken")),
            (&[user, password], Some("Basic bWU6cHc=")),
            (&[user], Some("Basic bWU6")),
            (&[token, user, password], Some("Bearer t0ken")),
            // A build script may set what it does not know to nothing.
            (
                &[("PACT_BROKER_TOKEN", ""), user, password],
                Some("Basic bWU6cHc="),
            ),
        ] {
            let names: Vec<_> = variables.iter().map(|(name, _)| name).collect();
            assert_eq!(authorization(variables).await.as_deref(), sent, "{names:?}");
        }
    }

    #[test]
    fn without_an_address_there_is_no_broker() {
        for url in [None, Some(String::new())] {
            let options = options_from_environment(|_| url.clone());
            let error = options.err().unwrap();
            assert_eq!(
                error.to_string(),
                "the environment variable `PACT_BROKER_BASE_URL` is not set"
            );
        }
    }
}
