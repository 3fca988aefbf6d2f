//! Lists of the pacts of a consumer and a provider.

use axum::{extract::State, http::StatusCode};
use serde_json::{Value, json};

use super::{
    pact_writing::after_deletion,
    pacts::{day, title},
    versions,
};
use crate::{
    api::{
        error::ApiError,
        extract::{Address, Names},
        hal::{Hal, named, titled},
        urls::{Pair, Urls},
    },
    domain::{
        pact::{PactPublication, PairScope},
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
    let pair = Pair::of(&list.consumer, &list.provider);
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
