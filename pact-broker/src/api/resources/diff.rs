//! What differs between two contents, as text.

use axum::{extract::State, http::StatusCode, response::Response};
use similar::TextDiff;

use super::pacts::find;
use crate::{
    api::{error::ApiError, extract::Names, hal, media::MediaType},
    domain::{
        pact::{Pact, PactAddress},
        text::{PactSha, PacticipantName, VersionNumber},
    },
    state::AppState,
};

/// How long comparing may take before the rest is told as a whole.
const DEADLINE: std::time::Duration = std::time::Duration::from_secs(15);

/// Compares a version's pact with the newest older one that differs.
pub(crate) async fn previous_distinct(
    State(app): State<AppState>,
    Names((provider, consumer, number)): Names<(PacticipantName, PacticipantName, VersionNumber)>,
) -> Result<Response, ApiError> {
    let pair = (&consumer, &provider);
    let newer = find(&app, pair, &PactAddress::Version(number.clone())).await?;
    match find(&app, pair, &PactAddress::PreviousDistinct(number.clone())).await {
        Ok(older) => compared(older, newer).await,
        Err(_) => {
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
        compared(one, other).await
    } else {
        compared(other, one).await
    }
}

async fn compared(older: Pact, newer: Pact) -> Result<Response, ApiError> {
    let comparing = tokio::task::spawn_blocking(move || text(&older, &newer));
    match comparing.await {
        Ok(text) => Ok(hal::text(MediaType::Text, text)),
        Err(error) => {
            tracing::error!(%error, "comparing two pacts failed");
            Err(ApiError::message(
                StatusCode::REQUEST_TIMEOUT,
                "the pacts could not be compared",
            ))
        }
    }
}

fn text(older: &Pact, newer: &Pact) -> String {
    let (from, to) = (&older.publication, &newer.publication);
    let heading = format!(
        "# Difference between versions {} and {} of the pact between {} and {}\n\nPublished {} and {}.\n\n",
        from.consumer_version,
        to.consumer_version,
        from.consumer,
        from.provider,
        from.created_at.to_hal(),
        to.created_at.to_hal()
    );
    heading + &of_texts(&older.content, &newer.content)
}

/// Shows what differs between two contracts, as lines of pretty-printed JSON with some context.
pub(crate) fn of_texts(older: &str, newer: &str) -> String {
    let (older, newer) = (pretty(older), pretty(newer));
    let diff = TextDiff::configure()
        .timeout(DEADLINE)
        .diff_lines(older.as_str(), newer.as_str());
    diff.unified_diff().context_radius(3).to_string()
}

fn pretty(text: &str) -> String {
    let value: Result<serde_json::Value, _> = serde_json::from_str(text);
    value
        .and_then(|value| serde_json::to_string_pretty(&value))
        .map_or_else(|_| text.to_owned(), |text| text + "\n")
}
