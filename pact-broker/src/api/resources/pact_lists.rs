//! Lists of pacts: of a pair, of a provider, of the whole broker.

use axum::{extract::State, http::StatusCode};
use serde_json::{Value, json};

use super::{
    pacticipants,
    pacts::{after_deletion, day, pair_of, title},
    versions,
};
use crate::{
    api::{
        error::ApiError,
        extract::{Address, Names},
        hal::{Hal, link, named, titled},
        urls::{Pair, Urls},
    },
    domain::{
        pact::{PactPublication, PairScope, ProviderScope},
        text::{BranchName, PacticipantName, TagName},
    },
    state::AppState,
};

type PairNames = Names<(PacticipantName, PacticipantName)>;
type PairNamesAnd<T> = Names<(PacticipantName, PacticipantName, T)>;

/// The pacts of a pair that a request is about.
struct PairList {
    consumer: PacticipantName,
    provider: PacticipantName,
    scope: PairScope,
}

/// Lists all pacts of a pair, the newest first.
pub(crate) async fn of_pair(
    State(app): State<AppState>,
    urls: Urls,
    Names((provider, consumer)): PairNames,
    address: Address,
) -> Result<Hal, ApiError> {
    pair_list(
        &app,
        &urls,
        PairList {
            consumer,
            provider,
            scope: PairScope::All,
        },
        &address,
    )
    .await
}

/// Deletes all pacts of a pair.
pub(crate) async fn delete_of_pair(
    State(app): State<AppState>,
    Names((provider, consumer)): PairNames,
) -> Result<StatusCode, ApiError> {
    check_pair(&app, &consumer, &provider).await?;
    app.store()
        .delete_pair_pacts(&consumer, &provider, &PairScope::All)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lists the pacts of versions with a tag.
pub(crate) async fn tagged(
    State(app): State<AppState>,
    urls: Urls,
    Names((provider, consumer, tag)): PairNamesAnd<TagName>,
    address: Address,
) -> Result<Hal, ApiError> {
    pair_list(
        &app,
        &urls,
        PairList {
            consumer,
            provider,
            scope: PairScope::Tag(tag),
        },
        &address,
    )
    .await
}

/// Deletes the pacts of versions with a tag.
pub(crate) async fn delete_tagged(
    State(app): State<AppState>,
    urls: Urls,
    Names((provider, consumer, tag)): PairNamesAnd<TagName>,
) -> Result<Hal, ApiError> {
    delete_list(
        &app,
        &urls,
        PairList {
            consumer,
            provider,
            scope: PairScope::Tag(tag),
        },
    )
    .await
}

/// Lists the pacts of a branch, the oldest first.
pub(crate) async fn of_branch(
    State(app): State<AppState>,
    urls: Urls,
    Names((provider, consumer, branch)): PairNamesAnd<BranchName>,
    address: Address,
) -> Result<Hal, ApiError> {
    pair_list(
        &app,
        &urls,
        PairList {
            consumer,
            provider,
            scope: PairScope::Branch(branch),
        },
        &address,
    )
    .await
}

/// Deletes the pacts of a branch.
pub(crate) async fn delete_of_branch(
    State(app): State<AppState>,
    urls: Urls,
    Names((provider, consumer, branch)): PairNamesAnd<BranchName>,
) -> Result<Hal, ApiError> {
    delete_list(
        &app,
        &urls,
        PairList {
            consumer,
            provider,
            scope: PairScope::Branch(branch),
        },
    )
    .await
}

/// Lists the pact at the head of a branch.
pub(crate) async fn at_branch_head(
    State(app): State<AppState>,
    urls: Urls,
    Names((provider, consumer, branch)): PairNamesAnd<BranchName>,
    address: Address,
) -> Result<Hal, ApiError> {
    pair_list(
        &app,
        &urls,
        PairList {
            consumer,
            provider,
            scope: PairScope::BranchHead(branch),
        },
        &address,
    )
    .await
}

/// Lists the pacts of the main branch.
pub(crate) async fn of_main_branch(
    State(app): State<AppState>,
    urls: Urls,
    Names((provider, consumer)): PairNames,
    address: Address,
) -> Result<Hal, ApiError> {
    pair_list(
        &app,
        &urls,
        PairList {
            consumer,
            provider,
            scope: PairScope::MainBranch,
        },
        &address,
    )
    .await
}

/// Lists the pact at the head of the main branch.
pub(crate) async fn at_main_branch_head(
    State(app): State<AppState>,
    urls: Urls,
    Names((provider, consumer)): PairNames,
    address: Address,
) -> Result<Hal, ApiError> {
    pair_list(
        &app,
        &urls,
        PairList {
            consumer,
            provider,
            scope: PairScope::MainBranchHead,
        },
        &address,
    )
    .await
}

/// Finds both pacticipants, or says which is missing.
pub(crate) async fn check_pair(
    app: &AppState,
    consumer: &PacticipantName,
    provider: &PacticipantName,
) -> Result<(), ApiError> {
    for (role, name) in [("consumer", consumer), ("provider", provider)] {
        if app.store().pacticipant(name).await?.is_none() {
            return Err(ApiError::no_such(role, name.as_str()));
        }
    }
    Ok(())
}

async fn pair_list(
    app: &AppState,
    urls: &Urls,
    list: PairList,
    address: &Address,
) -> Result<Hal, ApiError> {
    check_pair(app, &list.consumer, &list.provider).await?;
    let mut found = app
        .store()
        .pair_pacts(&list.consumer, &list.provider, &list.scope)
        .await?;
    let by_branch = matches!(list.scope, PairScope::Branch(_) | PairScope::MainBranch);
    if by_branch {
        found.reverse();
    }
    let pair = Pair {
        consumer: list.consumer.as_str(),
        provider: list.provider.as_str(),
    };
    let tagged = matches!(list.scope, PairScope::Tag(_));
    let link_title = if tagged { "Pact version" } else { "Pact" };
    let links: Vec<Value> = found
        .iter()
        .map(|one| {
            named(
                link_title,
                &dated(one),
                urls.pact(pair, one.consumer_version.as_str()),
            )
        })
        .collect();
    let items = found.iter().map(|one| {
        let number = one.consumer_version.as_str();
        json!({
            "createdAt": one.created_at.to_hal(),
            "_embedded": { "consumerVersion": versions::brief(urls, pair.consumer, number) },
            "_links": { "self": titled(&title(pair, number), urls.pact(pair, number)) },
        })
    });
    let own = titled(
        &format!("Pacts between {} and {}", pair.consumer, pair.provider),
        urls.at(address.path()),
    );
    let consumer = named("Consumer", pair.consumer, urls.pacticipant(pair.consumer));
    let provider = named("Provider", pair.provider, urls.pacticipant(pair.provider));
    let links = if tagged {
        json!({ "self": own, "pb:consumer": consumer, "pb:provider": provider, "pb:pact-versions": links })
    } else {
        json!({ "self": own, "consumer": consumer, "provider": provider, "pact-versions": links })
    };
    Ok(Hal::ok(
        json!({ "_embedded": { "pacts": items.collect::<Vec<_>>() }, "_links": links }),
    ))
}

async fn delete_list(app: &AppState, urls: &Urls, list: PairList) -> Result<Hal, ApiError> {
    check_pair(app, &list.consumer, &list.provider).await?;
    app.store()
        .delete_pair_pacts(&list.consumer, &list.provider, &list.scope)
        .await?;
    after_deletion(app, urls, (&list.consumer, &list.provider)).await
}

fn dated(publication: &PactPublication) -> String {
    format!(
        "Version {} - {}",
        publication.consumer_version,
        day(&publication.created_at)
    )
}

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

fn provider_list_title(provider: &str, scope: &ProviderScope) -> String {
    let which = match scope {
        ProviderScope::All => "All pacts".to_owned(),
        ProviderScope::Branch(branch) => format!("All pacts from branch {branch}"),
        ProviderScope::BranchHead(branch) => format!("Latest pacts from branch {branch}"),
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

/// Lists the provider states that the main branches of consumers use.
pub(crate) async fn provider_states(
    State(app): State<AppState>,
    Names((provider,)): Names<(PacticipantName,)>,
) -> Result<Hal, ApiError> {
    states(&app, &provider, ProviderScope::MainBranchHead).await
}

/// Lists the provider states that a branch of consumers uses.
pub(crate) async fn provider_states_of_branch(
    State(app): State<AppState>,
    Names((provider, branch)): Names<(PacticipantName, BranchName)>,
) -> Result<Hal, ApiError> {
    states(&app, &provider, ProviderScope::BranchHead(branch)).await
}

async fn states(
    app: &AppState,
    provider: &PacticipantName,
    scope: ProviderScope,
) -> Result<Hal, ApiError> {
    pacticipants::load(app, provider)
        .await
        .map_err(|_| ApiError::no_such("provider", provider.as_str()))?;
    let pacts = app.store().provider_contents(provider, &scope).await?;
    Ok(Hal::ok(super::provider_states::document(&pacts)))
}
