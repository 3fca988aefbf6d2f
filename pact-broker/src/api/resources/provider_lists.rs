//! Lists of pacts of a provider, and of the whole broker.

use axum::extract::State;
use serde_json::json;

use super::{
    pacts::{pair_of, title},
    versions,
};
use crate::{
    api::{
        error::ApiError,
        extract::{Address, Names},
        hal::{Hal, link, named, titled},
        urls::Urls,
    },
    domain::{
        pact::{PactPublication, ProviderScope},
        text::{BranchName, PacticipantName, TagName},
    },
    state::AppState,
};

/// Lists every pact of a provider.
pub(crate) async fn of_provider(
    State(app): State<AppState>,
    urls: Urls,
    Names((provider,)): Names<(PacticipantName,)>,
    address: Address,
) -> Result<Hal, ApiError> {
    provider_list(&app, &urls, (provider, ProviderScope::All), &address).await
}

/// Lists the pacts of a provider whose versions have a tag.
pub(crate) async fn of_provider_tagged(
    State(app): State<AppState>,
    urls: Urls,
    Names((provider, tag)): Names<(PacticipantName, TagName)>,
    address: Address,
) -> Result<Hal, ApiError> {
    provider_list(&app, &urls, (provider, ProviderScope::Tag(tag)), &address).await
}

/// Lists the newest pact of each consumer.
pub(crate) async fn latest_of_provider(
    State(app): State<AppState>,
    urls: Urls,
    Names((provider,)): Names<(PacticipantName,)>,
    address: Address,
) -> Result<Hal, ApiError> {
    provider_list(&app, &urls, (provider, ProviderScope::Latest), &address).await
}

/// Lists the newest pact with a tag of each consumer.
pub(crate) async fn latest_of_provider_tagged(
    State(app): State<AppState>,
    urls: Urls,
    Names((provider, tag)): Names<(PacticipantName, TagName)>,
    address: Address,
) -> Result<Hal, ApiError> {
    provider_list(
        &app,
        &urls,
        (provider, ProviderScope::LatestTagged(tag)),
        &address,
    )
    .await
}

/// Lists the pacts of main branches.
pub(crate) async fn of_provider_main(
    State(app): State<AppState>,
    urls: Urls,
    Names((provider,)): Names<(PacticipantName,)>,
    address: Address,
) -> Result<Hal, ApiError> {
    provider_list(&app, &urls, (provider, ProviderScope::MainBranch), &address).await
}

/// Lists the pacts at the heads of main branches.
pub(crate) async fn of_provider_main_head(
    State(app): State<AppState>,
    urls: Urls,
    Names((provider,)): Names<(PacticipantName,)>,
    address: Address,
) -> Result<Hal, ApiError> {
    provider_list(
        &app,
        &urls,
        (provider, ProviderScope::MainBranchHead),
        &address,
    )
    .await
}

/// Lists the pacts of branches of one name.
pub(crate) async fn of_provider_branch(
    State(app): State<AppState>,
    urls: Urls,
    Names((provider, branch)): Names<(PacticipantName, BranchName)>,
    address: Address,
) -> Result<Hal, ApiError> {
    provider_list(
        &app,
        &urls,
        (provider, ProviderScope::Branch(branch)),
        &address,
    )
    .await
}

/// Lists the pacts at the heads of branches of one name.
pub(crate) async fn of_provider_branch_head(
    State(app): State<AppState>,
    urls: Urls,
    Names((provider, branch)): Names<(PacticipantName, BranchName)>,
    address: Address,
) -> Result<Hal, ApiError> {
    provider_list(
        &app,
        &urls,
        (provider, ProviderScope::BranchHead(branch)),
        &address,
    )
    .await
}

async fn provider_list(
    app: &AppState,
    urls: &Urls,
    (provider, scope): (PacticipantName, ProviderScope),
    address: &Address,
) -> Result<Hal, ApiError> {
    let found = app.store().provider_pacts(&provider, &scope).await?;
    let mut found = found.ok_or_else(|| ApiError::no_such("provider", provider.as_str()))?;
    found.sort_by(|one, other| {
        (&one.consumer, one.consumer_version_id).cmp(&(&other.consumer, other.consumer_version_id))
    });
    let provider = provider.as_str();
    let place = |one: &PactPublication| urls.pact(pair_of(one), one.consumer_version.as_str());
    let called = |one: &PactPublication| title(pair_of(one), one.consumer_version.as_str());
    let links = found
        .iter()
        .map(|one| named(&called(one), one.consumer.as_str(), place(one)));
    let old = found.iter().map(|one| {
        named(
            &format!("Deprecated: use pb:pacts. {}", called(one)),
            one.consumer.as_str(),
            place(one),
        )
    });
    let home = urls.pacticipant(provider);
    Ok(Hal::ok(json!({
        "_links": {
            "self": titled(&provider_list_title(provider, &scope), urls.at(address.path())),
            "pb:provider": { "href": home, "name": provider },
            "pb:pacts": links.collect::<Vec<_>>(),
            "provider": named(provider, "DEPRECATED - please use the pb:provider relation", home.as_str()),
            "pacts": old.collect::<Vec<_>>(),
        },
    })))
}

/// Says which pacts a list shows.
pub(crate) fn provider_list_title(provider: &str, scope: &ProviderScope) -> String {
    let which = match scope {
        ProviderScope::All => "All pacts".to_owned(),
        ProviderScope::Branch(branch) => format!("All pacts from branch {branch}"),
        ProviderScope::BranchHead(branch) => format!("Latest pacts from branch {branch}"),
        ProviderScope::Environment(_) => "Pacts in an environment".to_owned(),
        ProviderScope::Latest => "Latest pacts".to_owned(),
        ProviderScope::LatestTagged(tag) => format!("Latest pacts with tag {tag}"),
        ProviderScope::MainBranch => "All pacts from main branches".to_owned(),
        ProviderScope::MainBranchHead => "Latest pacts from main branches".to_owned(),
        ProviderScope::Tag(tag) => format!("All pacts with tag {tag}"),
    };
    format!("{which} for {provider}")
}

/// Lists the newest pact of every pair.
pub(crate) async fn latest(State(app): State<AppState>, urls: Urls) -> Result<Hal, ApiError> {
    let found = app.store().latest_pacts().await?;
    let newest = |one: &PactPublication| format!("{}/latest", urls.pair(pair_of(one)));
    let called = |one: &PactPublication| {
        format!("Latest pact between {} and {}", one.consumer, one.provider)
    };
    let items = found.iter().map(|one| {
        let (consumer, number) = (one.consumer.as_str(), one.consumer_version.as_str());
        let mut embedded = versions::brief_pacticipant(&urls, consumer);
        embedded["_embedded"] = json!({ "version": versions::brief(&urls, consumer, number) });
        json!({
            "createdAt": one.created_at.to_hal(),
            "_embedded": { "consumer": embedded, "provider": versions::brief_pacticipant(&urls, one.provider.as_str()) },
            "_links": { "self": [link(newest(one)), link(urls.pact(pair_of(one), number))] },
        })
    });
    let links = found.iter().map(|one| titled(&called(one), newest(one)));
    let old = found.iter().map(|one| {
        named(
            &called(one),
            "DEPRECATED - please use the pb:pacts relation",
            newest(one),
        )
    });
    Ok(Hal::ok(json!({
        "pacts": items.collect::<Vec<_>>(),
        "_links": {
            "self": link(urls.at("/pacts/latest")),
            "pb:pacts": links.collect::<Vec<_>>(),
            "pacts": old.collect::<Vec<_>>(),
            "curies": urls.curies("pacts"),
        },
    })))
}
