//! What differs between two contents, as text.

use std::time::Duration;

use axum::{extract::State, http::StatusCode, response::Response};
use pact_core::json::Json;
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

/// Compares a version's pact with the newest older one that differs.
pub(crate) async fn previous_distinct(
    State(app): State<AppState>,
    Names((provider, consumer, number)): Names<(PacticipantName, PacticipantName, VersionNumber)>,
) -> Result<Response, ApiError> {
    let pair = (&consumer, &provider);
    let newer = find(&app, pair, &PactAddress::Version(number.clone())).await?;
    match find(&app, pair, &PactAddress::PreviousDistinct(number.clone())).await {
        Ok(older) => compared(&app, older, newer).await,
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

/// Shows what differs between two contracts, as lines of pretty-printed JSON with some context. What
/// takes too long is told more coarsely.
pub(crate) async fn of_texts(
    app: &AppState,
    older: String,
    newer: String,
) -> Result<String, ApiError> {
    let deadline = app.config().limits.diff_timeout;
    let comparing = tokio::task::spawn_blocking(move || compare(&older, &newer, deadline));
    comparing.await.map_err(|error| {
        tracing::error!(%error, "comparing two pacts failed");
        ApiError::message(
            StatusCode::REQUEST_TIMEOUT,
            "the pacts could not be compared",
        )
    })
}

fn compare(older: &str, newer: &str, deadline: Duration) -> String {
    let (older, newer) = (pretty(older), pretty(newer));
    let diff = TextDiff::configure()
        .timeout(deadline)
        .diff_lines(older.as_str(), newer.as_str());
    diff.unified_diff().context_radius(3).to_string()
}

/// Lays a contract out with its members sorted, as their order is no difference, and its numbers as
/// they were written.
fn pretty(text: &str) -> String {
    Json::parse(text.as_bytes())
        .map_or_else(|_| text.to_owned(), |json| json.sorted().to_pretty() + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_only_their_digits_tell_apart_are_told_apart() {
        let long = |last: u8| format!(r#"{{"b":1,"a":1234567890123456789012{last}}}"#);
        let shown = compare(&long(3), &long(4), Duration::from_secs(15));
        assert!(
            shown.contains("-  \"a\": 12345678901234567890123"),
            "{shown}"
        );
        let turned = r#"{"a":12345678901234567890123,"b":1}"#;
        assert_eq!(compare(&long(3), turned, Duration::from_secs(15)), "");
    }
}
