//! Webhooks, whose secrets no broker shows.

use serde_json::Value;

use crate::domain::text::{LabelName, PacticipantName, Uuid};
use crate::domain::time::Timestamp;
use crate::domain::webhook::{EventKind, WebhookAttributes, WebhookRequest, WebhookSide};
use crate::import::error::ImportError;
use crate::import::gather::Gather;
use crate::import::history::Rank;
use crate::import::item::{Item, after};
use crate::store::import::{Record, WebhookRecord};

impl Gather<'_> {
    /// Reads the webhooks.
    pub(super) async fn webhooks(&mut self) -> Result<(), ImportError> {
        let answer = self.source.get("reading the webhooks", "/webhooks").await?;
        let known = self.store.known_webhooks().await?;
        let item = answer.item();
        let mut wanted: Vec<Uuid> = Vec::new();
        for href in item.links("pb:webhooks") {
            let uuid = after(href, "webhooks").and_then(|uuid| Uuid::parse(uuid).ok());
            let uuid = uuid.ok_or_else(|| item.wrong("/_links/pb:webhooks", "has no key"))?;
            if known.contains(&uuid) {
                self.report.count("webhooks").known += 1;
            } else {
                wanted.push(uuid);
            }
        }
        let source = self.source;
        let read = wanted.iter().map(async |uuid| {
            let path = source.urls.webhook(uuid.as_str());
            source.get(format!("reading webhook {uuid}"), &path).await
        });
        let mut last: Option<Timestamp> = None;
        for (uuid, answer) in wanted.iter().zip(source.together(read).await?) {
            let Some(record) = self.webhook(uuid, answer.item())? else {
                continue;
            };
            let mut at = last.unwrap_or_else(|| record.times.created.clone());
            at = at.max(record.times.created.clone());
            for side in [&record.attributes.consumer, &record.attributes.provider] {
                if let WebhookSide::Named(name) = side {
                    at = self.history.with_pacticipant(&at, name);
                }
            }
            self.history
                .add_record(&at, Rank::Webhook, Record::Webhook(record));
            last = Some(at);
        }
        Ok(())
    }

    /// Reads a webhook. One whose secrets are not shown is switched off: its calls would fail.
    fn webhook(
        &mut self,
        uuid: &Uuid,
        item: Item<'_>,
    ) -> Result<Option<WebhookRecord>, ImportError> {
        let read = side(item, "/consumer").and_then(|consumer| {
            let provider = side(item, "/provider")?;
            Ok((consumer, provider))
        });
        let Some((consumer, provider)) = self.keep(read)? else {
            return Ok(None);
        };
        let description = item.owned("/description")?;
        let called = description.as_deref().unwrap_or_default();
        let called = format!("webhook {uuid} `{called}`");
        let (request, secrets) = request(item)?;
        let events = self.events(item, &called)?;
        if events.is_empty() {
            self.report
                .lose("it waits for no event that is known here", called);
            return Ok(None);
        }
        let mut enabled = item.flag("/enabled")?.unwrap_or(true);
        if !secrets.is_empty() {
            enabled = false;
            let what = format!("{} of {called}", secrets.join(", "));
            self.report.lose(
                "it is secret; the webhook is switched off until it is given",
                what,
            );
        }
        if !request.url.starts_with("https://") || request.method != "POST" {
            self.report.note(format!(
                "{called} makes a {} request to {}; only POST to https is allowed unless the broker is told otherwise",
                request.method, request.url
            ));
        }
        Ok(Some(WebhookRecord {
            uuid: uuid.clone(),
            attributes: WebhookAttributes {
                description,
                consumer,
                provider,
                enabled,
                events,
                request,
            },
            times: item.times()?,
        }))
    }

    fn events(&mut self, item: Item<'_>, called: &str) -> Result<Vec<EventKind>, ImportError> {
        let mut events = Vec::new();
        for event in item.list("/events")? {
            let name = event.text("/name")?.unwrap_or_default();
            match EventKind::parse(name) {
                Some(event) => events.push(event),
                None => self.report.lose(
                    "no event of that name is known here",
                    format!("event `{name}` of {called}"),
                ),
            }
        }
        Ok(events)
    }
}

fn side(item: Item<'_>, pointer: &str) -> Result<WebhookSide, ImportError> {
    let Some(side) = item.at(pointer) else {
        return Ok(WebhookSide::Any);
    };
    if let Some(name) = side.optional_name::<PacticipantName>("/name")? {
        return Ok(WebhookSide::Named(name));
    }
    let label = side.optional_name::<LabelName>("/label")?;
    Ok(label.map_or(WebhookSide::Any, WebhookSide::Labelled))
}

/// Reads the request of a webhook, and which secrets of it are not shown.
fn request(item: Item<'_>) -> Result<(WebhookRequest, Vec<String>), ImportError> {
    let request = item.at("/request");
    let request = request.ok_or_else(|| item.wrong("/request", "is missing"))?;
    let mut secrets = Vec::new();
    let mut headers = Vec::new();
    let shown = request
        .at("/headers")
        .and_then(|item| item.json.as_object());
    for (name, value) in shown.into_iter().flatten() {
        let value = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        if is_stars(&value) {
            secrets.push(format!("header `{name}`"));
        } else {
            headers.push((name.to_ascii_lowercase(), value));
        }
    }
    let mut password = request.owned("/password")?;
    if password.as_deref().is_some_and(is_stars) {
        secrets.push("the password".to_owned());
        password = None;
    }
    let body = request.at("/body").map(|item| item.json);
    let body_is_json = body.is_some_and(|body| !body.is_string());
    let body = body.map(|body| match body {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    });
    let needed = |pointer| {
        let text = request.owned(pointer)?;
        text.ok_or_else(|| request.wrong(pointer, "is missing"))
    };
    let read = WebhookRequest {
        method: needed("/method")?,
        url: needed("/url")?,
        headers,
        body,
        body_is_json,
        username: request.owned("/username")?,
        password,
    };
    Ok((read, secrets))
}

fn is_stars(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|letter| letter == '*')
}
