//! Publishing a pact by `PUT`, merging into one by `PATCH`, deleting one.

use axum::{
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use serde_json::json;

use super::{
    diff,
    pacts::{find_maybe, pair_of, plain},
};
use crate::{
    api::{
        error::{ApiError, FieldError},
        extract::{JsonText, Names},
        hal::{Hal, link, titled},
        media::MediaType,
        metadata::Metadata,
        urls::{Pair, Urls},
    },
    domain::{
        content::Content,
        json::Kind,
        pact::{OnConflict, PactAddress, PutPact},
        text::{PacticipantName, VersionNumber},
    },
    state::AppState,
    store::StoreError,
};

/// A provider and a consumer, in the order addresses name them, and one more part.
type PairNamesAnd<T> = Names<(PacticipantName, PacticipantName, T)>;

/// Publishes the pact of a version.
pub(crate) async fn put(
    app: State<AppState>,
    urls: Urls,
    names: PairNamesAnd<VersionNumber>,
    body: JsonText,
) -> Result<Response, ApiError> {
    publish(app, urls, names, body, OnConflict::Overwrite).await
}

/// Adds interactions to the pact of a version.
pub(crate) async fn patch(
    app: State<AppState>,
    urls: Urls,
    names: PairNamesAnd<VersionNumber>,
    body: JsonText,
) -> Result<Response, ApiError> {
    publish(app, urls, names, body, OnConflict::Merge).await
}

async fn publish(
    State(app): State<AppState>,
    urls: Urls,
    Names((provider, consumer, version)): PairNamesAnd<VersionNumber>,
    JsonText(text): JsonText,
    on_conflict: OnConflict,
) -> Result<Response, ApiError> {
    let content = Content::read(text).map_err(|error| {
        ApiError::malformed(format!("the body is not a pact: {}", error.told()))
    })?;
    check_names(&content, &consumer, &provider)?;
    let request = PutPact {
        consumer,
        version,
        provider,
        content,
        on_conflict,
        policy: app.publish_policy(),
    };
    let written = match app.store().put_pact(request).await {
        Ok(written) => written,
        Err(error) => return Err(refused(&app, error).await),
    };
    let mut response = plain(&urls, &written.value, &Metadata::default(), MediaType::Hal);
    if written.created {
        *response.status_mut() = StatusCode::CREATED;
        let publication = &written.value.publication;
        let place = urls.pact(pair_of(publication), publication.consumer_version.as_str());
        if let Ok(place) = HeaderValue::try_from(place) {
            response.headers_mut().insert(header::LOCATION, place);
        }
    }
    Ok(response)
}

fn check_names(
    content: &Content,
    consumer: &PacticipantName,
    provider: &PacticipantName,
) -> Result<(), ApiError> {
    if content.kind() != Kind::Object {
        return Err(ApiError::malformed(format!(
            "the body is {}; a pact is a JSON object",
            content.kind()
        )));
    }
    let mut errors = Vec::new();
    for (role, kind, named, expected) in [
        (
            "consumer",
            content.consumer_kind(),
            content.consumer(),
            consumer,
        ),
        (
            "provider",
            content.provider_kind(),
            content.provider(),
            provider,
        ),
    ] {
        if let Some(other) = kind.filter(|kind| !matches!(kind, Kind::Null | Kind::Object)) {
            errors.push(FieldError::at(
                role,
                format!("must be an object, not {other}"),
            ));
        } else if let Some(named) = named.filter(|named| *named != expected.as_str()) {
            let message = format!("is '{named}' in the pact, but '{expected}' in the path");
            errors.push(FieldError::at(&format!("{role}.name"), message));
        }
    }
    if errors.is_empty() {
        Ok(())
    } else {
        Err(ApiError::fields(errors))
    }
}

/// Says why a pact was refused; for other content, what differs.
async fn refused(app: &AppState, error: StoreError) -> ApiError {
    match error {
        StoreError::ContentConflict(conflicts) => {
            let mut texts = Vec::new();
            for conflict in conflicts {
                texts.push(super::publish_notices::conflict_text(&conflict));
                match diff::of_texts(app, conflict.existing, conflict.refused).await {
                    Ok(difference) => texts.push(difference),
                    Err(error) => return error,
                }
            }
            ApiError::message(StatusCode::CONFLICT, texts.join("\n"))
        }
        StoreError::DuplicateNames(names) => {
            let texts: Vec<String> = names
                .iter()
                .map(super::publish_notices::duplicate_text)
                .collect();
            ApiError::plain(StatusCode::CONFLICT, texts.join("\n"))
        }
        StoreError::MergeConflict { interaction } => {
            let text = format!(
                "the interaction `{interaction}` is published for this version with another request; nothing was merged"
            );
            ApiError::message(StatusCode::CONFLICT, text)
        }
        other => other.into(),
    }
}

/// Deletes the pact of a version.
pub(crate) async fn delete(
    State(app): State<AppState>,
    urls: Urls,
    Names((provider, consumer, number)): PairNamesAnd<VersionNumber>,
) -> Result<Hal, ApiError> {
    if !app
        .store()
        .delete_pact(&consumer, &number, &provider)
        .await?
    {
        return Err(ApiError::not_found());
    }
    after_deletion(&app, &urls, (&consumer, &provider)).await
}

/// Answers a deletion with where to go next.
pub(crate) async fn after_deletion(
    app: &AppState,
    urls: &Urls,
    (consumer, provider): (&PacticipantName, &PacticipantName),
) -> Result<Hal, ApiError> {
    let mut links = json!({ "index": link(urls.base()) });
    if find_maybe(app, (consumer, provider), &PactAddress::Latest)
        .await?
        .is_some()
    {
        let pair = Pair::of(consumer, provider);
        links["pb:latest-pact-version"] =
            titled("The latest pact", format!("{}/latest", urls.pair(pair)));
    }
    Ok(Hal::ok(json!({ "_links": links })))
}
