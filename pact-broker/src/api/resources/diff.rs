//! What differs between two contents, as text.

use axum::{extract::State, http::StatusCode, response::Response};

use super::pacts::{find, find_maybe};
use crate::{
    api::{error::ApiError, extract::Names, hal, media::MediaType},
    domain::{
        difference,
        pact::{Pact, PactAddress},
        text::{PactSha, PacticipantName, VersionNumber},
    },
    state::AppState,
};

/// Compares a version's pact with the newest older one that differs.
pub(crate) async fn previous_distinct(
    State(app): State<AppState>,
    Names((provider, consumer, number)): Names<(PacticipantName, PacticipantName, VersionNumber)>,
) -> Result<Response, ApiError> {
    let pair = (&consumer, &provider);
    let newer = find(&app, pair, &PactAddress::Version(number.clone())).await?;
    match find_maybe(&app, pair, &PactAddress::PreviousDistinct(number.clone())).await? {
        Some(older) => compared(&app, older, newer).await,
        None => {
            let text = format!(
                "No older pact between {consumer} ({number}) and {provider} has different content\n"
            );
            Ok(hal::text(MediaType::Text, text))
        }
    }
}

/// Compares the pacts of two versions.
pub(crate) async fn versions(
    State(app): State<AppState>,
    Names((provider, consumer, number, other)): Names<(
        PacticipantName,
        PacticipantName,
        VersionNumber,
        VersionNumber,
    )>,
) -> Result<Response, ApiError> {
    between(
        &app,
        (&consumer, &provider),
        [PactAddress::Version(number), PactAddress::Version(other)],
    )
    .await
}

/// Compares two contents.
pub(crate) async fn contents(
    State(app): State<AppState>,
    Names((provider, consumer, sha, other)): Names<(
        PacticipantName,
        PacticipantName,
        PactSha,
        PactSha,
    )>,
) -> Result<Response, ApiError> {
    between(
        &app,
        (&consumer, &provider),
        [PactAddress::Content(sha), PactAddress::Content(other)],
    )
    .await
}

async fn between(
    app: &AppState,
    pair: (&PacticipantName, &PacticipantName),
    addresses: [PactAddress; 2],
) -> Result<Response, ApiError> {
    let one = find(app, pair, &addresses[0]).await?;
    let other = find(app, pair, &addresses[1]).await?;
    let in_order = one.publication.consumer_version_id <= other.publication.consumer_version_id;
    if in_order {
        compared(app, one, other).await
    } else {
        compared(app, other, one).await
    }
}

async fn compared(app: &AppState, older: Pact, newer: Pact) -> Result<Response, ApiError> {
    let heading = heading(&older, &newer);
    let difference = of_texts(app, older.content, newer.content).await?;
    Ok(hal::text(MediaType::Text, heading + &difference))
}

fn heading(older: &Pact, newer: &Pact) -> String {
    let (from, to) = (&older.publication, &newer.publication);
    format!(
        "# Difference between versions {} and {} of the pact between {} and {}\n\nPublished {} and {}.\n\n",
        from.consumer_version,
        to.consumer_version,
        from.consumer,
        from.provider,
        from.created_at.to_hal(),
        to.created_at.to_hal()
    )
}

/// Shows what differs between two contracts. Large ones take their time, which others need not wait
/// for.
pub(crate) async fn of_texts(
    app: &AppState,
    older: String,
    newer: String,
) -> Result<String, ApiError> {
    let deadline = app.config().limits.diff_timeout;
    let comparing = tokio::task::spawn_blocking(move || {
        difference::between(&older, &newer, deadline).to_string()
    });
    comparing.await.map_err(|error| {
        tracing::error!(%error, "comparing two pacts failed");
        ApiError::message(
            StatusCode::REQUEST_TIMEOUT,
            "the pacts could not be compared",
        )
    })
}
