//! Publishing contracts, and finding those a provider must verify.

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use crate::address::shown_address;
use crate::client::BrokerClient;
use crate::error::BrokerError;
use crate::hal::{Document, Notice, segment};
use crate::http::Call;
use crate::selector::ConsumerVersionSelector;

/// Contracts of one consumer version.
#[derive(Clone, Debug)]
pub struct PublishRequest {
    /// The consumer.
    pub pacticipant: String,
    /// Its version.
    pub version: String,
    /// The branch the version was built from.
    pub branch: Option<String>,
    /// Tags for the version.
    pub tags: Vec<String>,
    /// Where the build that publishes can be seen.
    pub build_url: Option<String>,
    /// The contracts.
    pub contracts: Vec<ContractToPublish>,
}

/// One contract, as the bytes of its pact file.
#[derive(Clone, Debug)]
pub struct ContractToPublish {
    /// The consumer named in the pact.
    pub consumer: String,
    /// The provider named in the pact.
    pub provider: String,
    /// The pact file.
    pub content: Vec<u8>,
    /// Whether to merge with what is published for the same version, instead of refusing what differs.
    pub merge: bool,
}

/// What to ask for when a provider looks for its pacts.
#[derive(Clone, Debug, Default)]
pub struct PactsForVerificationQuery {
    /// Which pacts; none leaves it to the broker (main branch, deployed and released).
    pub selectors: Vec<ConsumerVersionSelector>,
    /// Whether the broker says which pacts are pending for this provider.
    pub include_pending: bool,
    /// Also pacts in progress, from this date (`YYYY-MM-DD`) on.
    pub include_wip_since: Option<String>,
    /// The provider's branch.
    pub provider_branch: Option<String>,
    /// The provider's tags.
    pub provider_tags: Vec<String>,
}

/// A pact the broker wants verified.
#[derive(Clone, Debug)]
pub struct PactForVerification {
    /// Where the pact is.
    pub href: String,
    /// Its name in words.
    pub name: String,
    /// Whether a failure leaves the provider's build green.
    pub pending: bool,
    /// Whether it is work in progress that nobody asked for.
    pub wip: bool,
    /// Texts to show before and after it is verified.
    pub notices: Vec<Notice>,
}

/// A pact as the broker sent it.
#[derive(Clone, Debug)]
pub struct FetchedPact {
    /// The pact file, byte for byte.
    pub content: Vec<u8>,
    /// The links it came with.
    pub document: Document,
}

impl FetchedPact {
    /// Returns where results for the pact are published, when they can be.
    pub fn results_link(&self) -> Option<String> {
        self.document
            .optional_link("pb:publish-verification-results")
    }
}

impl BrokerClient {
    /// Publishes the contracts; the answer has `/notices` to show.
    ///
    /// # Errors
    ///
    /// [`BrokerError::Conflict`] when the version has a contract with other content; otherwise when
    /// the broker cannot be asked or refuses.
    pub async fn publish_contracts(
        &self,
        request: &PublishRequest,
    ) -> Result<Document, BrokerError> {
        let action = format!(
            "publishing contracts of {} {}",
            request.pacticipant, request.version
        );
        let href = self
            .index()
            .await?
            .link(&action, "pb:publish-contracts", &[])?;
        let body = request.to_json();
        self.transport
            .send(Call {
                action: &action,
                method: Method::POST,
                href: &href,
                body: Some(&body),
            })
            .await
    }

    /// Returns the pacts the provider must verify.
    ///
    /// # Errors
    ///
    /// When the broker cannot be asked or refuses the selectors.
    pub async fn pacts_for_verification(
        &self,
        provider: &str,
        query: &PactsForVerificationQuery,
    ) -> Result<Vec<PactForVerification>, BrokerError> {
        let action = format!("asking for the pacts {provider} must verify");
        let index = self.index().await?;
        let rel = "pb:provider-pacts-for-verification";
        let rel = if index.optional_link(rel).is_some() {
            rel
        } else {
            "beta:provider-pacts-for-verification"
        };
        let href = index.link(&action, rel, &[("provider", provider)])?;
        let body = query.to_json();
        let answer = self
            .transport
            .send(Call {
                action: &action,
                method: Method::POST,
                href: &href,
                body: Some(&body),
            })
            .await?;
        if answer
            .json()
            .pointer("/_embedded/pacts")
            .is_none_or(|pacts| !pacts.is_array())
        {
            return Err(answer.missing(&action, "_embedded.pacts"));
        }
        answer
            .embedded("pacts")
            .iter()
            .map(|pact| pact_for_verification(&action, pact))
            .collect()
    }

    /// Returns the latest pact of each consumer of the provider, for brokers that know no selectors.
    ///
    /// # Errors
    ///
    /// When the broker cannot be asked.
    pub async fn latest_provider_pacts(
        &self,
        provider: &str,
    ) -> Result<Vec<PactForVerification>, BrokerError> {
        let action = format!("asking for the latest pacts of {provider}");
        let href = self.index().await?.link(
            &action,
            "pb:latest-provider-pacts",
            &[("provider", provider)],
        )?;
        let answer = self.transport.get(&action, &href).await?;
        let links = ["pb:pacts", "pacts"]
            .iter()
            .find_map(|rel| answer.json().pointer("/_links")?.get(rel)?.as_array());
        let links = links.ok_or_else(|| answer.missing(&action, "pb:pacts"))?;
        let text =
            |link: &Value, key: &str| link.get(key).and_then(Value::as_str).map(str::to_owned);
        Ok(links
            .iter()
            .filter_map(|link| {
                let name = text(link, "name").unwrap_or_default();
                Some(PactForVerification {
                    href: text(link, "href")?,
                    name,
                    pending: false,
                    wip: false,
                    notices: Vec::new(),
                })
            })
            .collect())
    }

    /// Returns links (`pb:pacts`) to the provider's pacts from the consumers' branches of that name,
    /// or from their main branches; all of them or the latest of each consumer.
    ///
    /// # Errors
    ///
    /// When the broker does not know the provider, or cannot be asked.
    pub async fn branch_pacts(
        &self,
        provider: &str,
        branch: Option<&str>,
        latest: bool,
    ) -> Result<Document, BrokerError> {
        let branch = branch.map(|name| format!("/{}", segment(name)));
        let latest = if latest { "/latest" } else { "" };
        let href = format!(
            "pacts/provider/{}/branch{}{latest}",
            segment(provider),
            branch.unwrap_or_default()
        );
        let action = format!("listing the pacts of {provider}");
        self.transport.get(&action, &href).await
    }

    /// Returns the provider states that consumers use, from the branch of that name or their main
    /// branches.
    ///
    /// # Errors
    ///
    /// When the broker does not know the provider, or cannot be asked.
    pub async fn provider_states(
        &self,
        provider: &str,
        branch: Option<&str>,
    ) -> Result<Document, BrokerError> {
        let branch = branch.map(|name| format!("/branch/{}", segment(name)));
        let href = format!(
            "pacts/provider/{}/provider-states{}",
            segment(provider),
            branch.unwrap_or_default()
        );
        let action = format!("listing the provider states of {provider}");
        self.transport.get(&action, &href).await
    }

    /// Returns the pact at an address the broker gave.
    ///
    /// # Errors
    ///
    /// When the broker cannot be asked, does not have it, or what it sends is no JSON.
    pub async fn fetch_pact(&self, href: &str) -> Result<FetchedPact, BrokerError> {
        let shown = shown_address(href);
        let action = format!("fetching the pact at {shown}");
        let content = self.transport.get_bytes(&action, href).await?;
        let links = links(&content).map_err(|source| BrokerError::Json {
            action,
            url: shown.clone(),
            line: source.line(),
            column: source.column(),
            source,
        })?;
        Ok(FetchedPact {
            content,
            document: Document {
                url: shown,
                json: links,
            },
        })
    }
}

/// Returns the document without all that is no link: a tree of a whole pact would take several times
/// the memory of its text.
fn links(content: &[u8]) -> Result<Value, serde_json::Error> {
    let members: HashMap<String, &RawValue> = match serde_json::from_slice(content) {
        Ok(members) => members,
        Err(error) if error.is_data() => return Ok(Value::Null),
        Err(error) => return Err(error),
    };
    let links = members
        .get("_links")
        .map(|links| serde_json::from_str(links.get()));
    Ok(json!({ "_links": links.transpose()?.unwrap_or(Value::Null) }))
}

impl PublishRequest {
    fn to_json(&self) -> Value {
        let contracts: Vec<Value> = self
            .contracts
            .iter()
            .map(ContractToPublish::to_json)
            .collect();
        let mut body = Map::from_iter([
            ("pacticipantName".to_owned(), json!(self.pacticipant)),
            ("pacticipantVersionNumber".to_owned(), json!(self.version)),
            ("contracts".to_owned(), Value::Array(contracts)),
        ]);
        body.extend(
            self.branch
                .as_ref()
                .map(|branch| ("branch".to_owned(), json!(branch))),
        );
        body.extend(
            self.build_url
                .as_ref()
                .map(|url| ("buildUrl".to_owned(), json!(url))),
        );
        if !self.tags.is_empty() {
            body.insert("tags".to_owned(), json!(self.tags));
        }
        Value::Object(body)
    }
}

impl ContractToPublish {
    fn to_json(&self) -> Value {
        json!({
            "consumerName": self.consumer,
            "providerName": self.provider,
            "specification": "pact",
            "contentType": "application/json",
            "content": STANDARD.encode(&self.content),
            "onConflict": if self.merge { "merge" } else { "overwrite" },
        })
    }
}

impl PactsForVerificationQuery {
    fn to_json(&self) -> Value {
        let selectors: Vec<Value> = self
            .selectors
            .iter()
            .map(ConsumerVersionSelector::to_json)
            .collect();
        let mut body = Map::from_iter([
            (
                "consumerVersionSelectors".to_owned(),
                Value::Array(selectors),
            ),
            (
                "includePendingStatus".to_owned(),
                json!(self.include_pending),
            ),
        ]);
        body.extend(
            self.include_wip_since
                .as_ref()
                .map(|date| ("includeWipPactsSince".to_owned(), json!(date))),
        );
        body.extend(
            self.provider_branch
                .as_ref()
                .map(|branch| ("providerVersionBranch".to_owned(), json!(branch))),
        );
        if !self.provider_tags.is_empty() {
            body.insert("providerVersionTags".to_owned(), json!(self.provider_tags));
        }
        Value::Object(body)
    }
}

fn pact_for_verification(
    action: &str,
    pact: &Document,
) -> Result<PactForVerification, BrokerError> {
    let flag = |name: &str| {
        pact.json()
            .pointer("/verificationProperties")
            .and_then(|properties| properties.get(name))
            == Some(&Value::Bool(true))
    };
    Ok(PactForVerification {
        href: pact.link(action, "self", &[])?,
        name: pact
            .text("/_links/self/name")
            .unwrap_or_default()
            .to_owned(),
        pending: flag("pending"),
        wip: flag("wip"),
        notices: pact.notices("/verificationProperties/notices"),
    })
}
