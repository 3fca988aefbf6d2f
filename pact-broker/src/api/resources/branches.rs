//! Branches of pacticipants, and which versions are on them.

use axum::{extract::State, http::StatusCode};
use serde_json::{Map, Value, json};

use super::pacticipants::gone;
use crate::{
    api::{
        error::ApiError,
        extract::{Address, Names, Query, page},
        hal::{Hal, named, set_paging, set_times, titled},
        urls::Urls,
    },
    domain::{
        text::{BranchName, PacticipantName, VersionNumber},
        version::{Branch, BranchVersion},
    },
    state::AppState,
    store::Page,
};

const PAGE_SIZE: u32 = 100;

/// Lists branches, the most recently used first.
pub(crate) async fn list(
    State(app): State<AppState>,
    urls: Urls,
    Names((name,)): Names<(PacticipantName,)>,
    Query(query): Query,
    address: Address,
) -> Result<Hal, ApiError> {
    let page = page(&query, PAGE_SIZE)?.unwrap_or(Page {
        number: 1,
        size: PAGE_SIZE,
    });
    let found = app
        .store()
        .branches(&name, query.text("q"), Some(page))
        .await?;
    let found = found.ok_or_else(|| ApiError::no_such("pacticipant", name.as_str()))?;
    let name = name.as_str();
    let links = found.items.iter().map(
        |one| json!({ "name": one.name.as_str(), "href": urls.branch(name, one.name.as_str()) }),
    );
    let mut body = json!({
        "_embedded": { "branches": found.items.iter().map(|one| document(&urls, name, one)).collect::<Vec<_>>() },
        "_links": {
            "self": titled(&format!("Branches of {name}"), urls.at(&address.path_and_query)),
            "pb:branches": links.collect::<Vec<_>>(),
        },
    });
    set_paging(&mut body, Some(page), found.total, &urls.at(address.path()));
    Ok(Hal::ok(body))
}

/// Deletes all branches but the main one and those excluded.
pub(crate) async fn delete_all(
    State(app): State<AppState>,
    Names((name,)): Names<(PacticipantName,)>,
    Query(query): Query,
) -> Result<Hal, ApiError> {
    let excluded = query
        .get("exclude")
        .map(|exclude| exclude.elements())
        .unwrap_or_default();
    let excluded: Vec<BranchName> = excluded
        .iter()
        .filter_map(|one| BranchName::parse(one.as_text()?).ok())
        .collect();
    let outcome = app.store().delete_branches_except(&name, &excluded).await?;
    let outcome = outcome.ok_or_else(|| ApiError::no_such("pacticipant", name.as_str()))?;
    let kept: Vec<&str> = outcome.kept.iter().map(BranchName::as_str).collect();
    let text = format!(
        "Deleted {} branches of {name}. Remaining branches: {}",
        outcome.deleted.len(),
        kept.join(", ")
    );
    Ok(
        Hal::ok(json!({ "notices": [{ "type": "success", "text": text }] }))
            .with_status(StatusCode::ACCEPTED),
    )
}

/// Shows a branch.
pub(crate) async fn show(
    State(app): State<AppState>,
    urls: Urls,
    Names((name, branch)): Names<(PacticipantName, BranchName)>,
) -> Result<Hal, ApiError> {
    let found = app
        .store()
        .branch(&name, &branch)
        .await?
        .ok_or_else(ApiError::not_found)?;
    Ok(Hal::ok(document(&urls, name.as_str(), &found)))
}

/// Deletes a branch; its versions stay.
pub(crate) async fn delete(
    State(app): State<AppState>,
    Names((name, branch)): Names<(PacticipantName, BranchName)>,
) -> Result<StatusCode, ApiError> {
    gone(app.store().delete_branch(&name, &branch).await?)
}

fn document(urls: &Urls, pacticipant: &str, branch: &Branch) -> Value {
    let own = urls.branch(pacticipant, branch.name.as_str());
    let mut body = Map::new();
    body.insert("name".to_owned(), branch.name.as_str().into());
    body.insert("createdAt".to_owned(), branch.created_at.to_hal().into());
    let links = json!({
        "self": titled("Branch", own.as_str()),
        "pb:latest-version": titled("The head of this branch", format!("{own}/latest-version")),
    });
    body.insert("_links".to_owned(), links);
    body.into()
}

/// Shows that a version is on a branch.
pub(crate) async fn show_version(
    State(app): State<AppState>,
    urls: Urls,
    Names(names): Names<(PacticipantName, BranchName, VersionNumber)>,
) -> Result<Hal, ApiError> {
    let (name, branch, number) = &names;
    let found = app
        .store()
        .branch_version(name, branch, number)
        .await?
        .ok_or_else(ApiError::not_found)?;
    Ok(Hal::ok(version_document(&urls, &names, &found)))
}

/// Adds a version to a branch; pacticipant, version and branch come to be if they have to.
pub(crate) async fn put_version(
    State(app): State<AppState>,
    urls: Urls,
    Names(names): Names<(PacticipantName, BranchName, VersionNumber)>,
) -> Result<Hal, ApiError> {
    let (name, branch, number) = &names;
    let written = app
        .store()
        .put_branch_version(name, branch, number, &app.marking_policy())
        .await?;
    let stored = written.value.ok_or_else(ApiError::not_found)?;
    let place = urls.branch_version(name.as_str(), branch.as_str(), number.as_str());
    Ok(Hal::stored(
        written.created,
        place,
        version_document(&urls, &names, &stored),
    ))
}

/// Takes a version off a branch.
pub(crate) async fn delete_version(
    State(app): State<AppState>,
    Names((name, branch, number)): Names<(PacticipantName, BranchName, VersionNumber)>,
) -> Result<StatusCode, ApiError> {
    gone(
        app.store()
            .delete_branch_version(&name, &branch, &number)
            .await?,
    )
}

fn version_document(
    urls: &Urls,
    names: &(PacticipantName, BranchName, VersionNumber),
    found: &BranchVersion,
) -> Value {
    let (name, branch, number) = (names.0.as_str(), names.1.as_str(), names.2.as_str());
    let mut body = Map::new();
    set_times(&mut body, &found.created_at, &found.updated_at);
    let links = json!({
        "self": titled("Branch version", urls.branch_version(name, branch, number)),
        "pb:branch": named("Branch", branch, urls.branch(name, branch)),
        "pb:version": named("Version", number, urls.version(name, number)),
    });
    body.insert("_links".to_owned(), links);
    body.into()
}
