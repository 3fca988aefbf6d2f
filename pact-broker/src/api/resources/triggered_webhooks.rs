//! What webhooks did, or are about to do, for a pact or a result.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value, json};

use super::{pact_lists::check_pair, pacts::title, verifications::verification_id, webhooks::call};
use crate::{
    api::{
        error::ApiError,
        extract::{Address, Names, Negotiated},
        hal::{self, Hal, named, titled},
        media::MediaType,
        urls::{Pair, Urls},
    },
    domain::{
        text::{PactSha, PacticipantName, Uuid, VersionNumber},
        webhook::{DeliveryStatus, TriggeredWebhook},
    },
    state::AppState,
};

/// How many attempts are made before a call is given up.
const ATTEMPTS: i64 = 7;

/// Lists what the publication of a pact triggered.
pub(crate) async fn of_pact(
    State(app): State<AppState>,
    urls: Urls,
    Names((provider, consumer, number)): Names<(PacticipantName, PacticipantName, VersionNumber)>,
    address: Address,
) -> Result<Hal, ApiError> {
    let found = app
        .store()
        .triggered_webhooks_of_pact(&consumer, &number, &provider)
        .await?
        .ok_or_else(ApiError::not_found)?;
    let pair = Pair::of(&consumer, &provider);
    let text = format!("Webhooks triggered by the {}", title(pair, number.as_str()));
    list(&app, &urls, &found, (&text, &address)).await
}

/// Lists what the publication of a result triggered.
pub(crate) async fn of_verification(
    State(app): State<AppState>,
    urls: Urls,
    Names((provider, consumer, sha, number)): Names<(
        PacticipantName,
        PacticipantName,
        PactSha,
        VersionNumber,
    )>,
    address: Address,
) -> Result<Hal, ApiError> {
    let id = verification_id(&number)?;
    let found = app
        .store()
        .triggered_webhooks_of_verification(&consumer, &provider, &sha, id)
        .await?;
    let text = format!("Webhooks triggered by verification result {number}");
    list(
        &app,
        &urls,
        &found.ok_or_else(ApiError::not_found)?,
        (&text, &address),
    )
    .await
}

async fn list(
    app: &AppState,
    urls: &Urls,
    found: &[TriggeredWebhook],
    (text, address): (&str, &Address),
) -> Result<Hal, ApiError> {
    let items = documents(app, urls, found).await?;
    let own = titled(text, urls.at(address.path()));
    Ok(Hal::ok(
        json!({ "_embedded": { "triggeredWebhooks": items }, "_links": { "self": own } }),
    ))
}

async fn documents(
    app: &AppState,
    urls: &Urls,
    found: &[TriggeredWebhook],
) -> Result<Vec<Value>, ApiError> {
    let mut documents = Vec::new();
    for one in found {
        documents.push(document(urls, one, &name(app, one).await?));
    }
    Ok(documents)
}

/// Names a call by where it goes; once its webhook is deleted, by what it was for.
async fn name(app: &AppState, one: &TriggeredWebhook) -> Result<String, ApiError> {
    let webhook = match &one.webhook_uuid {
        Some(uuid) => app.store().webhook(uuid).await?,
        None => None,
    };
    Ok(webhook.map_or_else(
        || one.description.clone(),
        |webhook| call(&webhook.attributes.request),
    ))
}

/// Shows the latest call of each webhook of a pair.
pub(crate) async fn status(
    State(app): State<AppState>,
    urls: Urls,
    Names((provider, consumer)): Names<(PacticipantName, PacticipantName)>,
    address: Address,
) -> Result<Hal, ApiError> {
    check_pair(&app, &consumer, &provider).await?;
    let found = app
        .store()
        .latest_triggered_webhooks(&consumer, &provider)
        .await?;
    let count = |status: DeliveryStatus| found.iter().filter(|one| one.status == status).count();
    let mut summary = json!({ "successful": count(DeliveryStatus::Success), "failed": count(DeliveryStatus::Failure) });
    for (key, status) in [
        ("retrying", DeliveryStatus::Retrying),
        ("notRun", DeliveryStatus::NotRun),
    ] {
        if count(status) > 0 {
            summary[key] = count(status).into();
        }
    }
    let mut errors = Vec::new();
    for one in found.iter().filter(|one| {
        matches!(
            one.status,
            DeliveryStatus::Failure | DeliveryStatus::Retrying
        )
    }) {
        errors.push(named(
            "Error logs",
            &name(&app, one).await?,
            urls.triggered_webhook_logs(one.uuid.as_str()),
        ));
    }
    let pair = Pair::of(&consumer, &provider);
    let mut links = json!({
        "self": titled("How the webhooks of the pair fare", urls.at(address.path())),
        "pb:error-logs": errors,
        "pb:pact-webhooks": titled("Webhooks of the pair", format!("{}/webhooks", urls.pair(pair))),
        "pb:consumer": named("Consumer", pair.consumer, urls.pacticipant(pair.consumer)),
        "pb:provider": named("Provider", pair.provider, urls.pacticipant(pair.provider)),
    });
    let newest = found.first();
    if let Some(number) = newest.and_then(|one| one.context.consumer_version_number.as_deref()) {
        links["pb:pact-version"] = named("Pact", &title(pair, number), urls.pact(pair, number));
    }
    let items = documents(&app, &urls, &found).await?;
    Ok(Hal::ok(
        json!({ "summary": summary, "_embedded": { "triggeredWebhooks": items }, "_links": links }),
    ))
}

/// Shows what happened at each attempt of a call.
pub(crate) async fn logs(
    State(app): State<AppState>,
    urls: Urls,
    Names((uuid,)): Names<(Uuid,)>,
    negotiated: Negotiated,
    address: Address,
) -> Result<Response, ApiError> {
    let one = app
        .store()
        .triggered_webhook(&uuid)
        .await?
        .ok_or_else(ApiError::not_found)?;
    let attempts = app.store().webhook_executions(&uuid).await?;
    if negotiated.0 == MediaType::Text {
        let none = format!(
            "Webhook \"{}\" for {}: no attempt was made yet\n",
            one.description, one.event
        );
        let logs: String = attempts
            .iter()
            .map(|attempt| format!("{}\n", attempt.logs))
            .collect();
        return Ok(hal::text(
            MediaType::Text,
            if attempts.is_empty() { none } else { logs },
        ));
    }
    let attempts = attempts.iter().map(|attempt| {
        json!({ "success": attempt.success, "logs": attempt.logs, "createdAt": attempt.created_at.to_hal() })
    });
    let mut links = Map::new();
    links.insert(
        "self".to_owned(),
        titled("What happened at each attempt", urls.at(address.path())),
    );
    if let Some(webhook) = &one.webhook_uuid {
        links.insert(
            "pb:webhook".to_owned(),
            titled("Webhook", urls.webhook(webhook.as_str())),
        );
    }
    let body = json!({
        "eventName": one.event.as_str(),
        "consumerName": one.consumer.as_str(),
        "providerName": one.provider.as_str(),
        "executions": attempts.collect::<Vec<_>>(),
        "_embedded": { "triggeredWebhook": { "uuid": one.uuid.as_str() } },
        "_links": links,
    });
    Ok(Hal::ok(body).into_response())
}

fn document(urls: &Urls, one: &TriggeredWebhook, name: &str) -> Value {
    let finished = matches!(
        one.status,
        DeliveryStatus::Success | DeliveryStatus::Failure
    );
    let remaining = if finished {
        0
    } else {
        (ATTEMPTS - one.attempts).max(0)
    };
    let logs = urls.triggered_webhook_logs(one.uuid.as_str());
    let mut links = json!({
        "pb:logs": named("What happened at each attempt", name, logs.as_str()),
        "logs": named("Deprecated: use pb:logs", name, logs.as_str()),
    });
    if let Some(webhook) = &one.webhook_uuid {
        links["pb:webhook"] = named("Webhook", name, urls.webhook(webhook.as_str()));
    }
    json!({
        "name": name,
        "status": one.status.as_str(),
        "attemptsMade": one.attempts,
        "attemptsRemaining": remaining,
        "triggerType": "resource_creation",
        "eventName": one.event.as_str(),
        "triggeredAt": one.created_at.to_hal(),
        "_links": links,
    })
}
