//! How the pacts that matter stand, and how much there is of everything.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value, json};

use super::{
    pact_lists::check_pair,
    pacts::{day, pair_of},
    versions,
};
use crate::{
    api::{
        error::ApiError,
        extract::{Names, Negotiated, Query, page},
        hal::{self, Hal, link, titled},
        media::MediaType,
        nested::Nested,
        urls::Urls,
    },
    domain::{
        text::PacticipantName,
        verification::PairStatus,
        version::{BranchVersion, Tag},
        webhook::WebhookStatus,
    },
    state::AppState,
    store::{DashboardRow, Metrics, Page},
};

const PAGE_SIZE: u32 = 30;

/// Lists the pacts that matter: the newest, those with the newest tags, those in environments.
pub(crate) async fn show(
    State(app): State<AppState>,
    urls: Urls,
    Query(query): Query,
    negotiated: Negotiated,
) -> Result<Response, ApiError> {
    answer(&app, &urls, None, (&query, negotiated)).await
}

/// Lists those of one pair.
pub(crate) async fn of_pair(
    State(app): State<AppState>,
    urls: Urls,
    Names((provider, consumer)): Names<(PacticipantName, PacticipantName)>,
    Query(query): Query,
    negotiated: Negotiated,
) -> Result<Response, ApiError> {
    check_pair(&app, &consumer, &provider).await?;
    answer(
        &app,
        &urls,
        Some((&consumer, &provider)),
        (&query, negotiated),
    )
    .await
}

async fn answer(
    app: &AppState,
    urls: &Urls,
    pair: Option<(&PacticipantName, &PacticipantName)>,
    (query, Negotiated(media)): (&Nested, Negotiated),
) -> Result<Response, ApiError> {
    let page = page(query, PAGE_SIZE)?.unwrap_or(Page {
        number: 1,
        size: PAGE_SIZE,
    });
    let found = app.store().dashboard(pair, Some(page)).await?;
    if media == MediaType::Text {
        let lines = found.items.iter().map(line);
        return Ok(hal::text(MediaType::Text, lines.collect()));
    }
    let items: Vec<Value> = found.items.iter().map(|row| item(urls, row)).collect();
    Ok(Hal::ok(json!({ "items": items })).into_response())
}

fn line(row: &DashboardRow) -> String {
    let publication = &row.publication;
    let (consumer, number, provider) = (
        &publication.consumer,
        &publication.consumer_version,
        &publication.provider,
    );
    format!(
        "{consumer} {number} - {provider}: {}, published {}\n",
        status(row.status),
        day(&publication.created_at)
    )
}

fn item(urls: &Urls, row: &DashboardRow) -> Value {
    let publication = &row.publication;
    let pair = pair_of(publication);
    let own = urls.pact(pair, publication.consumer_version.as_str());
    let number = publication.consumer_version.as_str();
    let mut consumer = versions::brief_pacticipant(urls, pair.consumer);
    consumer["version"] = version(number, &row.consumer_branches);
    consumer["version"]["_links"] = json!({ "self": link(urls.version(pair.consumer, number)) });
    let mut provider = versions::brief_pacticipant(urls, pair.provider);
    let provider_number = row
        .verification
        .as_ref()
        .map(|result| result.provider_version.as_str());
    provider["version"] = provider_number
        .map(|number| version(number, &row.provider_branches))
        .into();
    let result = row.verification.as_ref().map(|result| {
        let place = link(format!("{own}/verification-results/latest"));
        json!({ "success": result.success, "verifiedAt": result.executed_at.to_hal(), "_links": { "self": place } })
    });
    let provider_tags = provider_number
        .map(|number| tags(urls, (pair.provider, number), &row.provider_tags))
        .unwrap_or_default();
    let webhooks = titled(
        "How the webhooks of the pair fare",
        format!("{}/webhooks/status", urls.pair(pair)),
    );
    json!({
        "consumer": consumer,
        "provider": provider,
        "pact": { "createdAt": publication.created_at.to_hal(), "_links": { "self": link(own) } },
        "pactTags": tags(urls, (pair.consumer, number), &row.consumer_tags),
        "latestVerificationResult": result,
        "latestVerificationResultTags": provider_tags,
        "verificationStatus": status(row.status),
        "webhookStatus": webhook_status(row.webhook_status),
        "latestWebhookExecution": row.last_triggered_at.as_ref().map(|at| json!({ "triggeredAt": at.to_hal() })),
        "_links": { "pb:webhook-status": webhooks },
    })
}

fn version(number: &str, branches: &[BranchVersion]) -> Value {
    let heads = branches
        .iter()
        .filter(|one| one.head)
        .map(|one| one.branch.as_str());
    json!({
        "number": number,
        "branch": branches.last().map(|one| one.branch.as_str()),
        "headBranchNames": heads.collect::<Vec<_>>(),
    })
}

/// The tags of which the version is the newest.
fn tags(urls: &Urls, (name, number): (&str, &str), tags: &[Tag]) -> Vec<Value> {
    let newest = tags.iter().filter(|tag| tag.latest);
    let document = |tag: &Tag| {
        let place = urls.tag(name, number, tag.name.as_str());
        json!({ "name": tag.name.as_str(), "latest": true, "_links": { "self": link(place) } })
    };
    newest.map(document).collect()
}

fn status(status: PairStatus) -> &'static str {
    match status {
        PairStatus::Failed => "failed",
        PairStatus::FailedPending => "failed_pending",
        PairStatus::Never => "never",
        PairStatus::Stale => "stale",
        PairStatus::Success => "success",
    }
}

fn webhook_status(status: WebhookStatus) -> &'static str {
    match status {
        WebhookStatus::Failure => "failure",
        WebhookStatus::None => "none",
        WebhookStatus::NotRun => "not_run",
        WebhookStatus::Retrying => "retrying",
        WebhookStatus::Success => "success",
    }
}

/// Counts what is stored.
pub(crate) async fn metrics(State(app): State<AppState>) -> Result<Hal, ApiError> {
    Ok(Hal::ok(counts(&app.store().metrics().await?)))
}

fn counts(metrics: &Metrics) -> Value {
    let time = |at: &Option<crate::domain::time::Timestamp>| at.as_ref().map(|at| at.to_hal());
    let distribution = |counts: &std::collections::BTreeMap<i64, i64>| -> Map<String, Value> {
        counts
            .iter()
            .map(|(of, count)| (of.to_string(), (*count).into()))
            .collect()
    };
    json!({
        "interactions": {
            "latestInteractionsCount": metrics.latest_interactions,
            "latestMessagesCount": metrics.latest_messages,
            "latestInteractionsAndMessagesCount": metrics.latest_interactions + metrics.latest_messages,
        },
        "pacticipants": { "count": metrics.pacticipants, "withMainBranchSetCount": metrics.pacticipants_with_main_branch },
        "integrations": { "count": metrics.integrations },
        "pactPublications": {
            "count": metrics.publications,
            "first": time(&metrics.first_publication),
            "last": time(&metrics.last_publication),
        },
        "pactVersions": { "count": metrics.contents },
        "pactRevisionsPerConsumerVersion": { "distribution": distribution(&metrics.revisions) },
        "verificationResults": {
            "count": metrics.verifications,
            "successCount": metrics.successes,
            "failureCount": metrics.failures,
            "distinctCount": metrics.distinct_verifications,
            "first": time(&metrics.first_verification),
            "last": time(&metrics.last_verification),
        },
        "verificationResultsPerPactVersion": { "distribution": distribution(&metrics.verifications_per_content) },
        "pacticipantVersions": {
            "count": metrics.versions,
            "withUserCreatedBranchCount": metrics.versions_with_user_branch,
            "withBranchCount": metrics.versions_with_branch,
            "withBranchSetCount": metrics.versions_with_branch,
        },
        "webhooks": { "count": metrics.webhooks },
        "tags": {
            "count": metrics.tags,
            "distinctCount": metrics.distinct_tags,
            "distinctWithPacticipantCount": metrics.distinct_tags_of_pacticipants,
        },
        "triggeredWebhooks": { "count": metrics.triggered_webhooks },
        "webhookExecutions": { "count": metrics.webhook_executions },
        // The Ruby broker gave up counting these; clients have always seen this number.
        "matrix": { "count": -1 },
        "environments": { "count": metrics.environments },
        "deployedVersions": {
            "count": metrics.deployed_versions,
            "userCreatedCount": metrics.user_deployed_versions,
            "currentlyDeployedCount": metrics.currently_deployed_versions,
        },
        "releasedVersions": {
            "count": metrics.released_versions,
            "currentlySupportedCount": metrics.currently_supported_versions,
        },
    })
}
