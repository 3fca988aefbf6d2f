//! Webhooks: listing, creating, changing, deleting.

use axum::{extract::State, http::StatusCode};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value, json};

use super::{pacticipants::gone, webhook_body};
use crate::{
    api::{
        error::ApiError,
        extract::{Address, JsonObject, Names},
        hal::{Hal, named, set_times, titled},
        urls::{Pair, Urls},
    },
    domain::{
        text::{PacticipantName, Uuid},
        webhook::{
            EventKind, Webhook, WebhookAttributes, WebhookRequest, WebhookScope, WebhookSide,
        },
    },
    state::AppState,
};

/// Lists all webhooks.
pub(crate) async fn list(
    State(app): State<AppState>,
    urls: Urls,
    address: Address,
) -> Result<Hal, ApiError> {
    collection(&app, &urls, &WebhookScope::All, &address).await
}

/// Creates a webhook; whom it concerns is in the body.
pub(crate) async fn create(
    State(app): State<AppState>,
    urls: Urls,
    JsonObject(body): JsonObject,
) -> Result<Hal, ApiError> {
    let attributes = webhook_body::read(&app, &body, None).await?;
    store_new(&app, &urls, attributes).await
}

/// Lists the webhooks of exactly one pair.
pub(crate) async fn of_pair(
    State(app): State<AppState>,
    urls: Urls,
    Names((provider, consumer)): Names<(PacticipantName, PacticipantName)>,
    address: Address,
) -> Result<Hal, ApiError> {
    super::pact_lists::check_pair(&app, &consumer, &provider).await?;
    collection(
        &app,
        &urls,
        &WebhookScope::Pair { consumer, provider },
        &address,
    )
    .await
}

/// Creates a webhook for one pair.
pub(crate) async fn create_for_pair(
    State(app): State<AppState>,
    urls: Urls,
    Names((provider, consumer)): Names<(PacticipantName, PacticipantName)>,
    JsonObject(body): JsonObject,
) -> Result<Hal, ApiError> {
    super::pact_lists::check_pair(&app, &consumer, &provider).await?;
    let mut attributes = webhook_body::read(&app, &body, None).await?;
    attributes.consumer = WebhookSide::Named(consumer);
    attributes.provider = WebhookSide::Named(provider);
    store_new(&app, &urls, attributes).await
}

/// Lists the webhooks of a provider and no consumer.
pub(crate) async fn of_provider(
    State(app): State<AppState>,
    urls: Urls,
    Names((provider,)): Names<(PacticipantName,)>,
    address: Address,
) -> Result<Hal, ApiError> {
    check(&app, "provider", &provider).await?;
    collection(&app, &urls, &WebhookScope::Provider(provider), &address).await
}

/// Creates a webhook for a provider.
pub(crate) async fn create_for_provider(
    State(app): State<AppState>,
    urls: Urls,
    Names((provider,)): Names<(PacticipantName,)>,
    JsonObject(body): JsonObject,
) -> Result<Hal, ApiError> {
    check(&app, "provider", &provider).await?;
    let mut attributes = webhook_body::read(&app, &body, None).await?;
    attributes.provider = WebhookSide::Named(provider);
    store_new(&app, &urls, attributes).await
}

/// Lists the webhooks of a consumer and no provider.
pub(crate) async fn of_consumer(
    State(app): State<AppState>,
    urls: Urls,
    Names((consumer,)): Names<(PacticipantName,)>,
    address: Address,
) -> Result<Hal, ApiError> {
    check(&app, "consumer", &consumer).await?;
    collection(&app, &urls, &WebhookScope::Consumer(consumer), &address).await
}

/// Creates a webhook for a consumer.
pub(crate) async fn create_for_consumer(
    State(app): State<AppState>,
    urls: Urls,
    Names((consumer,)): Names<(PacticipantName,)>,
    JsonObject(body): JsonObject,
) -> Result<Hal, ApiError> {
    check(&app, "consumer", &consumer).await?;
    let mut attributes = webhook_body::read(&app, &body, None).await?;
    attributes.consumer = WebhookSide::Named(consumer);
    store_new(&app, &urls, attributes).await
}

/// Shows a webhook.
pub(crate) async fn show(
    State(app): State<AppState>,
    urls: Urls,
    Names((uuid,)): Names<(Uuid,)>,
) -> Result<Hal, ApiError> {
    let webhook = app
        .store()
        .webhook(&uuid)
        .await?
        .ok_or_else(ApiError::not_found)?;
    Ok(Hal::ok(document(&urls, &webhook)))
}

/// Replaces a webhook, or creates one under a key of the client's choice.
pub(crate) async fn replace(
    State(app): State<AppState>,
    urls: Urls,
    Names((uuid,)): Names<(Uuid,)>,
    JsonObject(body): JsonObject,
) -> Result<Hal, ApiError> {
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-');
    if uuid.as_str().len() < 16 || !uuid.as_str().chars().all(allowed) {
        return Err(ApiError::field(
            "uuid",
            "needs at least 16 characters, each one of A-Z, a-z, 0-9, _ and -",
        ));
    }
    let before = app.store().webhook(&uuid).await?;
    let attributes = webhook_body::read(&app, &body, before.as_ref()).await?;
    let written = app.store().put_webhook(&uuid, attributes).await?;
    Ok(Hal::stored(
        written.created,
        urls.webhook(uuid.as_str()),
        document(&urls, &written.value),
    ))
}

/// Deletes a webhook; what it did stays on record.
pub(crate) async fn delete(
    State(app): State<AppState>,
    Names((uuid,)): Names<(Uuid,)>,
) -> Result<StatusCode, ApiError> {
    gone(app.store().delete_webhook(&uuid).await?)
}

async fn check(app: &AppState, role: &str, name: &PacticipantName) -> Result<(), ApiError> {
    match app.store().pacticipant(name).await? {
        Some(_) => Ok(()),
        None => Err(ApiError::no_such(role, name.as_str())),
    }
}

async fn store_new(
    app: &AppState,
    urls: &Urls,
    attributes: WebhookAttributes,
) -> Result<Hal, ApiError> {
    let uuid = Uuid::parse(new_key()).map_err(|_| ApiError::not_found())?;
    let webhook = app.store().put_webhook(&uuid, attributes).await?.value;
    Ok(Hal::created(
        urls.webhook(webhook.uuid.as_str()),
        document(urls, &webhook),
    ))
}

/// Makes a key nobody can guess: webhooks may show more than pacts do.
fn new_key() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 16]>())
}

async fn collection(
    app: &AppState,
    urls: &Urls,
    scope: &WebhookScope,
    address: &Address,
) -> Result<Hal, ApiError> {
    let found = app.store().webhooks(scope).await?;
    let links = found.iter().map(|one| {
        named(
            &scope_text(&one.attributes),
            &description(&one.attributes),
            urls.webhook(one.uuid.as_str()),
        )
    });
    let own = urls.at(address.path());
    let curie = json!({ "name": "pb", "href": urls.at("/doc/webhooks-{rel}"), "templated": true });
    Ok(Hal::ok(json!({
        "_links": {
            "self": titled("Webhooks", own.as_str()),
            "pb:create": titled("POST to create a webhook", own.as_str()),
            "pb:webhooks": links.collect::<Vec<_>>(),
            "curies": [curie],
        },
    })))
}

/// Says in a few words what a webhook does.
pub(crate) fn description(attributes: &WebhookAttributes) -> String {
    attributes
        .description
        .clone()
        .filter(|text| !text.trim().is_empty())
        .unwrap_or_else(|| call(&attributes.request))
}

/// Names the call a webhook makes, without what may be secret in its URL.
pub(crate) fn call(request: &WebhookRequest) -> String {
    let host = url::Url::parse(&request.url)
        .ok()
        .and_then(|url| url.host_str().map(str::to_owned));
    format!("{} {}", request.method, host.unwrap_or_default())
}

/// Says whom a webhook concerns.
pub(crate) fn scope_text(attributes: &WebhookAttributes) -> String {
    let side = |role: &str, side: &WebhookSide| match side {
        WebhookSide::Any => format!("any {role}"),
        WebhookSide::Labelled(label) => format!("{role}s labelled {label}"),
        WebhookSide::Named(name) => format!("{role} {name}"),
    };
    format!(
        "A webhook for pacts of {} with {}",
        side("consumer", &attributes.consumer),
        side("provider", &attributes.provider)
    )
}

/// Renders a webhook, secrets starred.
pub(crate) fn document(urls: &Urls, webhook: &Webhook) -> Value {
    let attributes = &webhook.attributes;
    let mut body = Map::new();
    body.insert("uuid".to_owned(), webhook.uuid.as_str().into());
    body.insert("description".to_owned(), description(attributes).into());
    for (role, side) in [
        ("consumer", &attributes.consumer),
        ("provider", &attributes.provider),
    ] {
        match side {
            WebhookSide::Any => {}
            WebhookSide::Labelled(label) => {
                body.insert(role.to_owned(), json!({ "label": label.as_str() }));
            }
            WebhookSide::Named(name) => {
                body.insert(role.to_owned(), json!({ "name": name.as_str() }));
            }
        }
    }
    body.insert("enabled".to_owned(), attributes.enabled.into());
    body.insert(
        "request".to_owned(),
        webhook_body::shown(&attributes.request),
    );
    let events = attributes
        .events
        .iter()
        .map(|event: &EventKind| json!({ "name": event.as_str() }));
    body.insert("events".to_owned(), events.collect());
    set_times(&mut body, &webhook.created_at, &webhook.updated_at);
    body.insert("_links".to_owned(), links(urls, webhook));
    body.into()
}

fn links(urls: &Urls, webhook: &Webhook) -> Value {
    let attributes = &webhook.attributes;
    let own = urls.webhook(webhook.uuid.as_str());
    let mut links = json!({
        "self": titled(&description(attributes), own.as_str()),
        "pb:execute": titled("POST here to try the webhook", format!("{own}/execute")),
        "pb:webhooks": titled("All webhooks", urls.at("/webhooks")),
    });
    let sides = [
        (
            "pb:consumer",
            "pb:consumers",
            "Consumer",
            &attributes.consumer,
        ),
        (
            "pb:provider",
            "pb:providers",
            "Provider",
            &attributes.provider,
        ),
    ];
    for (one, many, title, side) in sides {
        match side {
            WebhookSide::Any => {}
            WebhookSide::Labelled(label) => {
                let place = urls.pacticipants_with_label(label.as_str());
                links[many] = named(&format!("{title}s by label"), label.as_str(), place);
            }
            WebhookSide::Named(name) => {
                links[one] = named(title, name.as_str(), urls.pacticipant(name.as_str()));
            }
        }
    }
    if let (WebhookSide::Named(consumer), WebhookSide::Named(provider)) =
        (&attributes.consumer, &attributes.provider)
    {
        let pair = Pair::of(consumer, provider);
        links["pb:pact-webhooks"] = titled(
            &format!("Webhooks of {consumer} and {provider}"),
            urls.webhooks_of(pair),
        );
    }
    links
}
