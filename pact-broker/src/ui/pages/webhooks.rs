//! Webhooks, and what they did: never with their secrets.

use axum::{extract::State, routing::get};

use super::{Answer, Pages};
use crate::{
    api::{
        ApiError, Names, check_pair, redacted, urls::Pair, verification_id, webhook_call,
        webhook_description, webhook_scope,
    },
    domain::{
        pretty,
        text::{PactSha, PacticipantName, Uuid, VersionNumber},
        webhook::{DeliveryStatus, TriggeredWebhook, Webhook, WebhookScope, WebhookSide},
    },
    state::AppState,
    ui::{
        sheet::Sheet,
        site::Site,
        view::{Cell, Verdict, minute},
    },
};

pub(in crate::ui) fn pages() -> Pages {
    vec![
        ("/webhooks", get(list)),
        ("/webhooks/{webhook}", get(show)),
        // No webhook is called so: without this the page above would look for one.
        ("/webhooks/execute", get(only_by_post)),
        (
            "/webhooks/provider/{provider}/consumer/{consumer}",
            get(of_pair),
        ),
        ("/webhooks/provider/{provider}", get(of_provider)),
        ("/webhooks/consumer/{consumer}", get(of_consumer)),
        (
            "/pacts/provider/{provider}/consumer/{consumer}/webhooks",
            get(of_pair),
        ),
        (
            "/pacts/provider/{provider}/consumer/{consumer}/webhooks/status",
            get(status),
        ),
        (
            "/pacts/provider/{provider}/consumer/{consumer}/version/{version}/triggered-webhooks",
            get(of_pact),
        ),
        (
            "/pacts/provider/{provider}/consumer/{consumer}/pact-version/{sha}/verification-results/{number}/triggered-webhooks",
            get(of_result),
        ),
        ("/triggered-webhooks/{triggered}/logs", get(logs)),
    ]
}

async fn only_by_post() -> ApiError {
    ApiError::method_not_allowed("POST, OPTIONS")
}

async fn list(State(app): State<AppState>, site: Site) -> Answer {
    let sheet = Sheet::new(&site, "Webhooks");
    table(&app, &site, sheet, &WebhookScope::All).await
}

async fn of_pair(
    State(app): State<AppState>,
    site: Site,
    Names((provider, consumer)): Names<(PacticipantName, PacticipantName)>,
) -> Answer {
    check_pair(&app, &consumer, &provider).await?;
    let pair = Pair::of(&consumer, &provider);
    let title = format!("Webhooks of {consumer} and {provider}");
    let fares = format!("{}/webhooks/status", site.pair(pair));
    let sheet = Sheet::new(&site, title)
        .below("Webhooks", site.webhooks())
        .line(Cell::link("how they fare", fares));
    table(
        &app,
        &site,
        sheet,
        &WebhookScope::Pair { consumer, provider },
    )
    .await
}

async fn of_provider(
    State(app): State<AppState>,
    site: Site,
    Names((provider,)): Names<(PacticipantName,)>,
) -> Answer {
    known(&app, "provider", &provider).await?;
    let title = format!("Webhooks of provider {provider} and any consumer");
    let sheet = Sheet::new(&site, title).below("Webhooks", site.webhooks());
    table(&app, &site, sheet, &WebhookScope::Provider(provider)).await
}

async fn of_consumer(
    State(app): State<AppState>,
    site: Site,
    Names((consumer,)): Names<(PacticipantName,)>,
) -> Answer {
    known(&app, "consumer", &consumer).await?;
    let title = format!("Webhooks of consumer {consumer} and any provider");
    let sheet = Sheet::new(&site, title).below("Webhooks", site.webhooks());
    table(&app, &site, sheet, &WebhookScope::Consumer(consumer)).await
}

async fn known(app: &AppState, role: &str, name: &PacticipantName) -> Result<(), ApiError> {
    match app.store().pacticipant(name).await? {
        Some(_) => Ok(()),
        None => Err(ApiError::no_such(role, name.as_str())),
    }
}

async fn table(app: &AppState, site: &Site, sheet: Sheet, scope: &WebhookScope) -> Answer {
    let found = app.store().webhooks(scope).await?;
    let rows = found.iter().map(|one| {
        let about = &one.attributes;
        let events = about
            .events
            .iter()
            .fold(Cell::default(), |cell, event| cell.mark(event.as_str()));
        vec![
            Cell::link(webhook_description(about), site.webhook(one.uuid.as_str())),
            webhook_scope(about).into(),
            events,
            webhook_call(&about.request).into(),
            enabled(one).into(),
        ]
    });
    let columns = ["Webhook", "Concerns", "Waits for", "Calls", "State"];
    let none = "There is no webhook here. Create one with pact broker create-webhook.";
    Ok(sheet.table(&columns, rows.collect(), none))
}

fn enabled(webhook: &Webhook) -> Verdict {
    if webhook.attributes.enabled {
        Verdict::good("enabled")
    } else {
        Verdict::wait("disabled")
    }
}

async fn show(State(app): State<AppState>, site: Site, Names((uuid,)): Names<(Uuid,)>) -> Answer {
    let webhook = app
        .store()
        .webhook(&uuid)
        .await?
        .ok_or_else(ApiError::not_found)?;
    let about = &webhook.attributes;
    let request = redacted(&about.request);
    let events = about
        .events
        .iter()
        .fold(Cell::default(), |cell, event| cell.mark(event.as_str()));
    let sheet = Sheet::new(&site, webhook_description(about))
        .below("Webhooks", site.webhooks())
        .fact("State", enabled(&webhook))
        .fact("Consumer", side(&site, &about.consumer))
        .fact("Provider", side(&site, &about.provider))
        .fact("Waits for", events)
        .fact("Key", Cell::code(uuid.as_str()))
        .fact("Since", &webhook.created_at)
        .heading("What it calls")
        .fact("Method", request.method)
        .fact("URL", Cell::code(request.url))
        .fact_if("User", request.username)
        .fact_if("Password", request.password);
    let headers = request.headers.into_iter();
    let rows: Vec<_> = headers
        .map(|(name, value)| vec![name.into(), Cell::code(value)])
        .collect();
    let sheet = if rows.is_empty() {
        sheet
    } else {
        sheet
            .subheading("Headers")
            .table(&["Name", "Value"], rows, "")
    };
    Ok(match request.body {
        Some(body) if request.body_is_json => sheet.subheading("Body").text(pretty::json(&body)),
        Some(body) => sheet.subheading("Body").text(body),
        None => sheet,
    })
}

fn side(site: &Site, side: &WebhookSide) -> Cell {
    match side {
        WebhookSide::Any => "any".into(),
        WebhookSide::Labelled(label) => Cell::text("labelled")
            .marked_link(label.as_str(), site.pacticipants_with_label(label.as_str())),
        WebhookSide::Named(name) => Cell::link(name.as_str(), site.pacticipant(name.as_str())),
    }
}

async fn status(
    State(app): State<AppState>,
    site: Site,
    Names((provider, consumer)): Names<(PacticipantName, PacticipantName)>,
) -> Answer {
    check_pair(&app, &consumer, &provider).await?;
    let found = app
        .store()
        .latest_triggered_webhooks(&consumer, &provider)
        .await?;
    let title = format!("How the webhooks of {consumer} and {provider} fare");
    let pair = Pair::of(&consumer, &provider);
    let sheet = Sheet::new(&site, title)
        .below("Webhooks", site.webhooks())
        .below("Of the pair", site.webhooks_of(pair));
    Ok(calls(&site, sheet, &found))
}

async fn of_pact(
    State(app): State<AppState>,
    site: Site,
    Names((provider, consumer, number)): Names<(PacticipantName, PacticipantName, VersionNumber)>,
) -> Answer {
    let found = app
        .store()
        .triggered_webhooks_of_pact(&consumer, &number, &provider)
        .await?
        .ok_or_else(ApiError::not_found)?;
    let pair = Pair::of(&consumer, &provider);
    let title = format!(
        "Webhooks triggered by the pact between {consumer} version {number} and {provider}"
    );
    let sheet = Sheet::new(&site, title).below("Pact", site.pact(pair, number.as_str()));
    Ok(calls(&site, sheet, &found))
}

async fn of_result(
    State(app): State<AppState>,
    site: Site,
    Names((provider, consumer, sha, number)): Names<(
        PacticipantName,
        PacticipantName,
        PactSha,
        VersionNumber,
    )>,
) -> Answer {
    let id = verification_id(&number)?;
    let found = app
        .store()
        .triggered_webhooks_of_verification(&consumer, &provider, &sha, id)
        .await?
        .ok_or_else(ApiError::not_found)?;
    let pair = Pair::of(&consumer, &provider);
    let title = format!("Webhooks triggered by verification result {number}");
    let sheet =
        Sheet::new(&site, title).below("Result", site.verification(pair, sha.as_str(), id.0));
    Ok(calls(&site, sheet, &found))
}

fn calls(site: &Site, sheet: Sheet, found: &[TriggeredWebhook]) -> Sheet {
    let rows = found.iter().map(|one| {
        vec![
            webhook(site, one),
            one.event.as_str().into(),
            delivery(one.status).into(),
            one.attempts.to_string().into(),
            (&one.created_at).into(),
            Cell::link("log", site.triggered_webhook_logs(one.uuid.as_str())),
        ]
    });
    let columns = ["Webhook", "Event", "State", "Attempts", "Triggered", "Log"];
    sheet.table(&columns, rows.collect(), "No webhook was triggered.")
}

/// What was called; a webhook that is deleted is known by what it was for.
fn webhook(site: &Site, one: &TriggeredWebhook) -> Cell {
    match &one.webhook_uuid {
        Some(uuid) => Cell::link(one.description.as_str(), site.webhook(uuid.as_str())),
        None => Cell::text(one.description.as_str()).mark("deleted"),
    }
}

fn delivery(status: DeliveryStatus) -> Verdict {
    match status {
        DeliveryStatus::Failure => Verdict::bad("failed"),
        DeliveryStatus::NotRun => Verdict::wait("not called yet"),
        DeliveryStatus::Retrying => Verdict::wait("will be tried again"),
        DeliveryStatus::Success => Verdict::good("succeeded"),
    }
}

async fn logs(State(app): State<AppState>, site: Site, Names((uuid,)): Names<(Uuid,)>) -> Answer {
    let one = app
        .store()
        .triggered_webhook(&uuid)
        .await?
        .ok_or_else(ApiError::not_found)?;
    let attempts = app.store().webhook_executions(&uuid).await?;
    let (consumer, provider) = (one.consumer.as_str(), one.provider.as_str());
    let sheet = Sheet::new(&site, format!("Log of a webhook: {}", one.description))
        .below("Webhooks", site.webhooks())
        .fact("Webhook", webhook(&site, &one))
        .fact("Event", one.event.as_str())
        .fact("Consumer", Cell::link(consumer, site.pacticipant(consumer)))
        .fact("Provider", Cell::link(provider, site.pacticipant(provider)))
        .fact("Triggered", minute(&one.created_at))
        .fact("State", delivery(one.status));
    if attempts.is_empty() {
        return Ok(sheet.line("No attempt was made yet."));
    }
    let with_number = attempts.iter().zip(1..);
    Ok(with_number.fold(sheet, |sheet, (attempt, number)| {
        let told = if attempt.success {
            Verdict::good("succeeded")
        } else {
            Verdict::bad("failed")
        };
        sheet
            .heading(format!("Attempt {number}"))
            .line(Cell::text(minute(&attempt.created_at)).then_verdict(told))
            .text(attempt.logs.as_str())
    }))
}
