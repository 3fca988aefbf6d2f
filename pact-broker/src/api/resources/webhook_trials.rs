//! Trying a webhook: its request is made once, now, and nothing is recorded.

use axum::extract::State;
use serde_json::{Map, Value, json};

use super::webhook_body;
use crate::{
    api::{
        error::ApiError,
        extract::{JsonObject, Names},
        hal::{Hal, link, titled},
        metadata::Metadata,
        urls::{Pair, Urls},
    },
    domain::{
        pact::{PactAddress, PactPublication},
        template::{Happening, Parameters},
        text::{PacticipantName, Uuid},
        version::VersionAddress,
        webhook::{EventContext, EventKind, WebhookAttributes, WebhookSide},
    },
    state::AppState,
    webhooks::{Attempt, Guard, HIDDEN, Telling, call},
};

/// The event of a trial.
const TEST: &str = "test";

/// Tries a stored webhook.
pub(crate) async fn execute(
    State(app): State<AppState>,
    urls: Urls,
    Names((uuid,)): Names<(Uuid,)>,
) -> Result<Hal, ApiError> {
    let webhook = app
        .store()
        .webhook(&uuid)
        .await?
        .ok_or_else(ApiError::not_found)?;
    let own = urls.webhook(uuid.as_str());
    let again = format!("{own}/execute");
    let links = json!({ "webhook": link(own), "try-again": titled("Try it again", again) });
    trial(&app, &urls, &webhook.attributes, &links).await
}

/// Tries a webhook that is not stored.
pub(crate) async fn execute_unsaved(
    State(app): State<AppState>,
    urls: Urls,
    JsonObject(body): JsonObject,
) -> Result<Hal, ApiError> {
    let attributes = webhook_body::read(&app, &body, None).await?;
    let links = json!({ "try-again": titled("Try it again", urls.at("/webhooks/execute")) });
    trial(&app, &urls, &attributes, &links).await
}

async fn trial(
    app: &AppState,
    urls: &Urls,
    attributes: &WebhookAttributes,
    links: &Value,
) -> Result<Hal, ApiError> {
    let parameters = sample(app, urls, attributes).await?;
    let guard = Guard::new(&app.config().webhook_hosts);
    let telling = Telling {
        guard: &guard,
        shown: webhook_body::starred,
    };
    let attempt = call(&attributes.request, &parameters, &telling).await;
    Ok(Hal::ok(document(&attempt, &guard, links)))
}

fn document(attempt: &Attempt, guard: &Guard, links: &Value) -> Value {
    let shown = |headers: &[(String, String)]| -> Map<String, Value> {
        let one = |(name, value): &(String, String)| {
            (
                name.clone(),
                Value::from(webhook_body::starred(name, value)),
            )
        };
        headers.iter().map(one).collect()
    };
    let mut body = json!({
        "request": { "headers": shown(&attempt.headers), "url": attempt.path },
        "logs": attempt.logs,
        "success": attempt.success,
        "_links": links,
    });
    if let Some(sent) = &attempt.body {
        body["request"]["body"] = text_or_json(sent);
    }
    match &attempt.outcome {
        Err(failure) if failure.refused => body["message"] = failure.text.as_str().into(),
        _ if !guard.has_list() => body["message"] = HIDDEN.into(),
        Ok(received) => {
            body["response"] = json!({
                "status": received.status,
                "headers": shown(&received.headers),
                "body": text_or_json(&received.body),
            });
        }
        Err(failure) => body["error"] = json!({ "message": failure.text }),
    }
    body
}

fn text_or_json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| text.into())
}

/// Fills in the parameters from the newest pact the webhook concerns, or from made-up names.
async fn sample(
    app: &AppState,
    urls: &Urls,
    attributes: &WebhookAttributes,
) -> Result<Parameters, ApiError> {
    match newest(app, attributes).await? {
        Some(pact) => of_pact(app, urls, attributes, &pact).await,
        None => Ok(made_up(urls, attributes)),
    }
}

async fn newest(
    app: &AppState,
    attributes: &WebhookAttributes,
) -> Result<Option<PactPublication>, ApiError> {
    let mut pacts = app.store().latest_pacts().await?;
    pacts.sort_by_key(|pact| std::cmp::Reverse(pact.id));
    for pact in pacts {
        if concerns(app, &attributes.consumer, &pact.consumer).await?
            && concerns(app, &attributes.provider, &pact.provider).await?
        {
            return Ok(Some(pact));
        }
    }
    Ok(None)
}

async fn concerns(
    app: &AppState,
    side: &WebhookSide,
    name: &PacticipantName,
) -> Result<bool, ApiError> {
    Ok(match side {
        WebhookSide::Any => true,
        WebhookSide::Named(wanted) => wanted == name,
        WebhookSide::Labelled(label) => labels(app, name)
            .await?
            .iter()
            .any(|one| one == label.as_str()),
    })
}

async fn labels(app: &AppState, name: &PacticipantName) -> Result<Vec<String>, ApiError> {
    let found = app.store().pacticipant(name).await?;
    let labels = found.map(|found| found.labels).unwrap_or_default();
    Ok(labels.iter().map(ToString::to_string).collect())
}

async fn of_pact(
    app: &AppState,
    urls: &Urls,
    attributes: &WebhookAttributes,
    pact: &PactPublication,
) -> Result<Parameters, ApiError> {
    let number = pact.consumer_version.clone();
    let version = app
        .store()
        .version(&pact.consumer, &VersionAddress::Number(number.clone()))
        .await?;
    let mut context = EventContext {
        consumer_version_number: Some(number.to_string()),
        ..EventContext::default()
    };
    if let Some(version) = version {
        context.consumer_version_tags = version
            .tags
            .iter()
            .map(|tag| tag.name.to_string())
            .collect();
        context.consumer_version_branch = version.branches.last().map(|on| on.branch.to_string());
        context.build_url = version.version.build_url;
    }
    let pair = Pair::of(&pact.consumer, &pact.provider);
    let mut result = None;
    if attributes.events.iter().any(|event| is_of_a_result(*event)) {
        let address = PactAddress::Version(number.clone());
        let latest = app
            .store()
            .latest_verification(&pact.consumer, &pact.provider, &address)
            .await?;
        if let Some(latest) = latest.map(|latest| latest.verification) {
            context.provider_version_number = Some(latest.provider_version.to_string());
            let url = urls.verification(pair, latest.sha.as_str(), latest.id.0);
            result = Some((url, latest.success));
        }
    }
    let metadata = Metadata::of_number(number.as_str()).encode();
    let pact_url = urls.pact_version_with_metadata(pair, pact.sha.as_str(), &metadata);
    let (of_consumer, of_provider) = (
        labels(app, &pact.consumer).await?,
        labels(app, &pact.provider).await?,
    );
    Ok(Parameters::of(&Happening {
        event: TEST,
        context: &context,
        consumer: (&pact.consumer, &of_consumer),
        provider: (&pact.provider, &of_provider),
        pact_url: &pact_url,
        result: result
            .as_ref()
            .map(|(url, success)| (url.as_str(), *success)),
    }))
}

fn is_of_a_result(event: EventKind) -> bool {
    matches!(
        event,
        EventKind::ProviderVerificationFailed
            | EventKind::ProviderVerificationPublished
            | EventKind::ProviderVerificationSucceeded
    )
}

/// The parameters of a pact that might be.
fn made_up(urls: &Urls, attributes: &WebhookAttributes) -> Parameters {
    let name = |side: &WebhookSide, role: &str| match side {
        WebhookSide::Named(name) => name.clone(),
        WebhookSide::Any | WebhookSide::Labelled(_) => {
            PacticipantName::parse(format!("any-{role}")).expect("it is a name")
        }
    };
    let (consumer, provider) = (
        name(&attributes.consumer, "consumer"),
        name(&attributes.provider, "provider"),
    );
    let pair = Pair::of(&consumer, &provider);
    let context = EventContext {
        consumer_version_number: Some("1".to_owned()),
        ..EventContext::default()
    };
    Parameters::of(&Happening {
        event: TEST,
        context: &context,
        consumer: (&consumer, &[]),
        provider: (&provider, &[]),
        pact_url: &urls.pact(pair, "1"),
        result: None,
    })
}
