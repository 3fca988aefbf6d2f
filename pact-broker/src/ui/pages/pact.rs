//! A pact: its interactions, one after the other.

use std::collections::BTreeMap;

use askama::Template;
use axum::{extract::State, response::Response};
use serde_json::{Value, value::RawValue};

use crate::{
    api::{
        ApiError, Names,
        urls::{Pair, Urls},
    },
    domain::{
        pact::{Pact, PactAddress},
        text::{BranchName, PactSha, PacticipantName, TagName, VersionNumber},
    },
    state::AppState,
    ui::{
        page, pretty,
        view::{Link, minute},
    },
};

#[derive(Template)]
#[template(path = "pact.html")]
struct PactPage {
    base: String,
    title: String,
    consumer: Link,
    version: String,
    provider: Link,
    published: String,
    sha: String,
    matrix_url: String,
    interactions: Vec<Interaction>,
    raw: String,
}

struct Interaction {
    anchor: String,
    description: String,
    states: Vec<String>,
    parts: Vec<Part>,
}

struct Part {
    name: &'static str,
    text: String,
}

/// Members of an interaction that are shown, and what they are called.
const PARTS: [(&str, &str); 7] = [
    ("request", "Request"),
    ("response", "Response"),
    ("contents", "Contents"),
    ("metaData", "Metadata"),
    ("metadata", "Metadata"),
    ("matchingRules", "Matching rules"),
    ("comments", "Comments"),
];

type PairNames = Names<(PacticipantName, PacticipantName)>;
type PairNamesAnd<T> = Names<(PacticipantName, PacticipantName, T)>;

/// Shows the newest pact.
pub(in crate::ui) async fn latest(
    app: State<AppState>,
    urls: Urls,
    Names((provider, consumer)): PairNames,
) -> Result<Response, ApiError> {
    show(app, urls, (consumer, provider), PactAddress::Latest).await
}

/// Shows the newest pact with a tag.
pub(in crate::ui) async fn latest_tagged(
    app: State<AppState>,
    urls: Urls,
    Names((provider, consumer, tag)): PairNamesAnd<TagName>,
) -> Result<Response, ApiError> {
    show(
        app,
        urls,
        (consumer, provider),
        PactAddress::LatestTagged(tag),
    )
    .await
}

/// Shows the newest pact of a version without tags.
pub(in crate::ui) async fn latest_untagged(
    app: State<AppState>,
    urls: Urls,
    Names((provider, consumer)): PairNames,
) -> Result<Response, ApiError> {
    show(app, urls, (consumer, provider), PactAddress::LatestUntagged).await
}

/// Shows the newest pact of a branch.
pub(in crate::ui) async fn latest_on_branch(
    app: State<AppState>,
    urls: Urls,
    Names((provider, consumer, branch)): PairNamesAnd<BranchName>,
) -> Result<Response, ApiError> {
    show(
        app,
        urls,
        (consumer, provider),
        PactAddress::LatestOnBranch(branch),
    )
    .await
}

/// Shows the pact of a version.
pub(in crate::ui) async fn of_version(
    app: State<AppState>,
    urls: Urls,
    Names((provider, consumer, number)): PairNamesAnd<VersionNumber>,
) -> Result<Response, ApiError> {
    show(
        app,
        urls,
        (consumer, provider),
        PactAddress::Version(number),
    )
    .await
}

/// Shows a content.
pub(in crate::ui) async fn of_content(
    app: State<AppState>,
    urls: Urls,
    Names((provider, consumer, sha)): PairNamesAnd<PactSha>,
) -> Result<Response, ApiError> {
    show(app, urls, (consumer, provider), PactAddress::Content(sha)).await
}

/// Shows a content that was fetched with metadata.
pub(in crate::ui) async fn of_content_with_metadata(
    app: State<AppState>,
    urls: Urls,
    Names((provider, consumer, sha, _)): Names<(
        PacticipantName,
        PacticipantName,
        PactSha,
        VersionNumber,
    )>,
) -> Result<Response, ApiError> {
    show(app, urls, (consumer, provider), PactAddress::Content(sha)).await
}

async fn show(
    State(app): State<AppState>,
    urls: Urls,
    (consumer, provider): (PacticipantName, PacticipantName),
    address: PactAddress,
) -> Result<Response, ApiError> {
    let pact = app
        .store()
        .pact(&consumer, &provider, &address)
        .await?
        .ok_or_else(ApiError::not_found)?;
    page(&view(&urls, &pact))
}

fn view(urls: &Urls, pact: &Pact) -> PactPage {
    let publication = &pact.publication;
    let pair = Pair {
        consumer: publication.consumer.as_str(),
        provider: publication.provider.as_str(),
    };
    PactPage {
        base: urls.base().to_owned(),
        title: format!("Pact between {} and {}", pair.consumer, pair.provider),
        consumer: Link {
            name: pair.consumer.to_owned(),
            url: urls.pacticipant(pair.consumer),
        },
        version: publication.consumer_version.to_string(),
        provider: Link {
            name: pair.provider.to_owned(),
            url: urls.pacticipant(pair.provider),
        },
        published: minute(&publication.created_at),
        sha: publication.sha.to_string(),
        matrix_url: urls.matrix(pair),
        interactions: interactions(&pact.content),
        raw: pretty::json(&pact.content),
    }
}

fn interactions(content: &str) -> Vec<Interaction> {
    let members: BTreeMap<String, Box<RawValue>> =
        serde_json::from_str(content).unwrap_or_default();
    let listed = ["interactions", "messages"]
        .iter()
        .filter_map(|key| members.get(*key));
    let listed = listed.flat_map(|list| {
        serde_json::from_str::<Vec<Box<RawValue>>>(list.get()).unwrap_or_default()
    });
    listed
        .enumerate()
        .map(|(index, one)| interaction(index, one.get()))
        .collect()
}

fn interaction(index: usize, text: &str) -> Interaction {
    let value: Value = serde_json::from_str(text).unwrap_or_default();
    let members: BTreeMap<String, Box<RawValue>> = serde_json::from_str(text).unwrap_or_default();
    let old = value["providerState"]
        .as_str()
        .or(value["provider_state"].as_str());
    let listed = value["providerStates"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|state| state["name"].as_str());
    let parts = PARTS.iter().filter_map(|(key, name)| {
        Some(Part {
            name,
            text: pretty::json(members.get(*key)?.get()),
        })
    });
    Interaction {
        anchor: format!("interaction-{}", index + 1),
        description: value["description"]
            .as_str()
            .unwrap_or("an interaction without description")
            .to_owned(),
        states: old.into_iter().chain(listed).map(str::to_owned).collect(),
        parts: parts.collect(),
    }
}
