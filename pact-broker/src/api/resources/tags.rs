//! Tags of versions.

use axum::{extract::State, http::StatusCode};
use serde_json::{Map, Value, json};

use super::pacticipants::gone;
use crate::{
    api::{
        error::ApiError,
        extract::Names,
        hal::{Hal, link, named, set_times},
        urls::Urls,
    },
    domain::{
        text::{PacticipantName, TagName, VersionNumber},
        version::Tag,
    },
    state::AppState,
};

/// Shows a tag.
pub(crate) async fn show(
    State(app): State<AppState>,
    urls: Urls,
    Names((name, number, tag)): Names<(PacticipantName, VersionNumber, TagName)>,
) -> Result<Hal, ApiError> {
    let found = app
        .store()
        .tag(&name, &number, &tag)
        .await?
        .ok_or_else(ApiError::not_found)?;
    Ok(Hal::ok(document(
        &urls,
        (name.as_str(), number.as_str()),
        &found,
    )))
}

/// Puts a tag on a version; both come to be if they have to.
pub(crate) async fn put(
    State(app): State<AppState>,
    urls: Urls,
    Names((name, number, tag)): Names<(PacticipantName, VersionNumber, TagName)>,
) -> Result<Hal, ApiError> {
    let written = app
        .store()
        .put_tag(&name, &number, &tag, &app.marking_policy())
        .await?;
    let place = urls.tag(name.as_str(), number.as_str(), tag.as_str());
    let body = document(&urls, (name.as_str(), number.as_str()), &written.value);
    Ok(Hal::stored(written.created, place, body))
}

/// Takes a tag off a version.
pub(crate) async fn delete(
    State(app): State<AppState>,
    Names((name, number, tag)): Names<(PacticipantName, VersionNumber, TagName)>,
) -> Result<StatusCode, ApiError> {
    gone(app.store().delete_tag(&name, &number, &tag).await?)
}

fn document(urls: &Urls, (name, number): (&str, &str), tag: &Tag) -> Value {
    let mut body = Map::new();
    body.insert("name".to_owned(), tag.name.as_str().into());
    set_times(&mut body, &tag.created_at, &tag.updated_at);
    let links = json!({
        "self": named("Tag", tag.name.as_str(), urls.tag(name, number, tag.name.as_str())),
        "version": named("Version", number, urls.version(name, number)),
        "pacticipant": named("Pacticipant", name, urls.pacticipant(name)),
    });
    body.insert("_links".to_owned(), links);
    body.into()
}

/// Renders the tags of a pacticipant's version of which it is the newest that carries them.
pub(super) fn heads(urls: &Urls, (name, number): (&str, &str), tags: &[TagName]) -> Value {
    let head = |tag: &TagName| {
        let place = urls.tag(name, number, tag.as_str());
        json!({ "name": tag.as_str(), "latest": true, "_links": { "self": link(place) } })
    };
    tags.iter().map(head).collect()
}
