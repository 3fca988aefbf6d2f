//! Lists of versions: all of them, and those on a branch, in an environment or with a tag.

use axum::extract::State;
use serde_json::json;

use super::versions::document;
use crate::{
    api::{
        error::ApiError,
        extract::{Address, Names, Query, page},
        hal::{Hal, set_paging, titled},
        urls::Urls,
    },
    domain::{
        text::{BranchName, PacticipantName, TagName, Uuid},
        version::{VersionDetail, VersionScope},
    },
    state::AppState,
};

const PAGE_SIZE: u32 = 100;

/// Lists all versions.
pub(crate) async fn list(
    State(app): State<AppState>,
    urls: Urls,
    Names((name,)): Names<(PacticipantName,)>,
    query: Query,
    address: Address,
) -> Result<Hal, ApiError> {
    super::pacticipants::load(&app, &name).await?;
    let title = format!("All versions of {name}");
    collection(
        &app,
        &urls,
        Listing {
            name,
            scope: VersionScope::All,
            title,
        },
        (query, address),
    )
    .await
}

/// Lists the versions on a branch.
pub(crate) async fn of_branch(
    State(app): State<AppState>,
    urls: Urls,
    Names((name, branch)): Names<(PacticipantName, BranchName)>,
    query: Query,
    address: Address,
) -> Result<Hal, ApiError> {
    let title = format!("Versions of {name} on branch {branch}");
    collection(
        &app,
        &urls,
        Listing {
            name,
            scope: VersionScope::Branch(branch),
            title,
        },
        (query, address),
    )
    .await
}

/// Lists the versions ever deployed or released to an environment.
pub(crate) async fn of_environment(
    State(app): State<AppState>,
    urls: Urls,
    Names((name, uuid)): Names<(PacticipantName, Uuid)>,
    query: Query,
    address: Address,
) -> Result<Hal, ApiError> {
    let environment = super::environments::load(&app, &uuid).await?;
    super::pacticipants::load(&app, &name).await?;
    let title = format!("Versions of {name} in {}", environment.display_name);
    collection(
        &app,
        &urls,
        Listing {
            name,
            scope: VersionScope::Environment(uuid),
            title,
        },
        (query, address),
    )
    .await
}

/// Lists the versions with a tag.
pub(crate) async fn of_tag(
    State(app): State<AppState>,
    urls: Urls,
    Names((name, tag)): Names<(PacticipantName, TagName)>,
    query: Query,
    address: Address,
) -> Result<Hal, ApiError> {
    let title = format!("Versions of {name} with tag {tag}");
    collection(
        &app,
        &urls,
        Listing {
            name,
            scope: VersionScope::Tag(tag),
            title,
        },
        (query, address),
    )
    .await
}

/// Which versions a collection shows, and what it is called.
struct Listing {
    name: PacticipantName,
    scope: VersionScope,
    title: String,
}

async fn collection(
    app: &AppState,
    urls: &Urls,
    listing: Listing,
    (Query(query), address): (Query, Address),
) -> Result<Hal, ApiError> {
    let page = page(&query, PAGE_SIZE)?;
    let found = app
        .store()
        .versions(&listing.name, &listing.scope, page)
        .await?
        .ok_or_else(ApiError::not_found)?;
    let name = listing.name.as_str();
    let place = |detail: &VersionDetail| urls.version(name, detail.version.number.as_str());
    let links = found
        .items
        .iter()
        .map(|detail| titled(&dated(detail), place(detail)));
    let old = found
        .items
        .iter()
        .map(|detail| titled("Deprecated: use pb:versions", place(detail)));
    let mut body = json!({
        "_embedded": { "versions": found.items.iter().map(|detail| document(urls, detail, None)).collect::<Vec<_>>() },
        "_links": {
            "self": titled(&listing.title, urls.at(&address.path_and_query)),
            "pb:pacticipant": titled(name, urls.pacticipant(name)),
            "pb:versions": links.collect::<Vec<_>>(),
            "pacticipant": titled("Deprecated: use pb:pacticipant", urls.pacticipant(name)),
            "versions": old.collect::<Vec<_>>(),
        },
    });
    set_paging(&mut body, page, found.total, &urls.at(address.path()));
    Ok(Hal::ok(body))
}

fn dated(detail: &VersionDetail) -> String {
    format!(
        "Version {} - {}",
        detail.version.number,
        super::pacts::day(&detail.version.created_at)
    )
}
