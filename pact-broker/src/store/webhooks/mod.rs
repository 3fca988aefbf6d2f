//! Webhooks as they are configured.

pub(super) mod outbox;
mod triggered;

use std::collections::HashMap;

use crate::domain::text::{LabelName, PacticipantId, PacticipantName, Uuid};
use crate::domain::time::Timestamp;
use crate::domain::webhook::{
    EventKind, Webhook, WebhookAttributes, WebhookRequest, WebhookScope, WebhookSide,
};
use crate::store::connection::Tx;
use crate::store::error::StoreError;
use crate::store::statement::{Statement, sql};
use crate::store::{Store, Written, pacticipants};

const SELECT: &str = "SELECT w.id, w.uuid, w.description, c.name AS consumer, w.consumer_label, \
    p.name AS provider, w.provider_label, w.enabled, w.method, w.url, w.headers, w.body, \
    w.body_is_json, w.username, w.password, w.created_at, w.updated_at FROM webhooks w \
    LEFT JOIN pacticipants c ON c.id = w.consumer_id LEFT JOIN pacticipants p ON p.id = w.provider_id ";

/// A webhook without its events.
#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    uuid: Uuid,
    description: Option<String>,
    consumer: Option<PacticipantName>,
    consumer_label: Option<LabelName>,
    provider: Option<PacticipantName>,
    provider_label: Option<LabelName>,
    enabled: bool,
    method: String,
    url: String,
    headers: String,
    body: Option<String>,
    body_is_json: bool,
    username: Option<String>,
    password: Option<String>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl Store {
    /// The webhooks of a scope, in the order they were created.
    pub async fn webhooks(&self, scope: &WebhookScope) -> Result<Vec<Webhook>, StoreError> {
        let mut tx = self.reading().await?;
        let select = |rest| Statement::joined(&[SELECT, rest, " ORDER BY w.id"]);
        let select = match scope {
            WebhookScope::All => select(""),
            WebhookScope::Consumer(consumer) => {
                select("WHERE c.name = $1 AND w.provider_id IS NULL").bind(consumer)
            }
            WebhookScope::Pair { consumer, provider } => {
                select("WHERE c.name = $1 AND p.name = $2")
                    .bind(consumer)
                    .bind(provider)
            }
            WebhookScope::Provider(provider) => {
                select("WHERE p.name = $1 AND w.consumer_id IS NULL").bind(provider)
            }
        };
        let rows = tx.all(select).await?;
        whole(&mut tx, rows).await
    }

    /// The webhook with this key.
    pub async fn webhook(&self, uuid: &Uuid) -> Result<Option<Webhook>, StoreError> {
        let mut tx = self.reading().await?;
        find(&mut tx, uuid).await
    }

    /// Creates a webhook under a new key.
    ///
    /// # Errors
    /// [`StoreError::UnknownPacticipant`] when it names one that does not exist.
    pub async fn create_webhook(
        &self,
        attributes: WebhookAttributes,
    ) -> Result<Webhook, StoreError> {
        self.change(attributes, |tx, attributes| {
            Box::pin(async move {
                let uuid = tx.ambient.uuid();
                Ok(put(tx, &uuid, attributes).await?.value)
            })
        })
        .await
    }

    /// Replaces the webhook with this key, or creates it.
    ///
    /// # Errors
    /// [`StoreError::UnknownPacticipant`] when it names one that does not exist.
    pub async fn put_webhook(
        &self,
        uuid: &Uuid,
        attributes: WebhookAttributes,
    ) -> Result<Written<Webhook>, StoreError> {
        self.change((uuid.clone(), attributes), |tx, (uuid, attributes)| {
            Box::pin(put(tx, uuid, attributes))
        })
        .await
    }

    /// Deletes a webhook, but not the record of what it was triggered for; tells whether it
    /// existed.
    pub async fn delete_webhook(&self, uuid: &Uuid) -> Result<bool, StoreError> {
        self.change(uuid.clone(), |tx, uuid| {
            Box::pin(
                tx.changed(sql("DELETE FROM webhooks WHERE uuid = $1 RETURNING id").bind(uuid)),
            )
        })
        .await
    }
}

async fn find(tx: &mut Tx, uuid: &Uuid) -> Result<Option<Webhook>, StoreError> {
    let rows = tx
        .all(Statement::joined(&[SELECT, "WHERE w.uuid = $1"]).bind(uuid))
        .await?;
    Ok(whole(tx, rows).await?.pop())
}

/// Adds the events to webhooks.
async fn whole(tx: &mut Tx, rows: Vec<Row>) -> Result<Vec<Webhook>, StoreError> {
    let select = sql(
        "SELECT webhook_id, name FROM webhook_events WHERE webhook_id IN_LIST($1) ORDER BY position, name",
    );
    let mut events: HashMap<i64, Vec<EventKind>> = HashMap::new();
    for (webhook, name) in tx
        .all::<(i64, String)>(select.ids(rows.iter().map(|row| row.id)))
        .await?
    {
        events
            .entry(webhook)
            .or_default()
            .extend(EventKind::parse(&name));
    }
    let webhook = |row: Row| {
        let events = events.remove(&row.id).unwrap_or_default();
        row.into_webhook(events)
    };
    Ok(rows.into_iter().map(webhook).collect())
}

impl Row {
    fn into_webhook(self, events: Vec<EventKind>) -> Webhook {
        Webhook {
            uuid: self.uuid,
            attributes: WebhookAttributes {
                description: self.description,
                consumer: side(self.consumer, self.consumer_label),
                provider: side(self.provider, self.provider_label),
                enabled: self.enabled,
                events,
                request: WebhookRequest {
                    method: self.method,
                    url: self.url,
                    headers: serde_json::from_str(&self.headers).unwrap_or_default(),
                    body: self.body,
                    body_is_json: self.body_is_json,
                    username: self.username,
                    password: self.password,
                },
            },
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }
}

fn side(name: Option<PacticipantName>, label: Option<LabelName>) -> WebhookSide {
    match (name, label) {
        (Some(name), _) => WebhookSide::Named(name),
        (None, Some(label)) => WebhookSide::Labelled(label),
        (None, None) => WebhookSide::Any,
    }
}

async fn put(
    tx: &mut Tx,
    uuid: &Uuid,
    attributes: &WebhookAttributes,
) -> Result<Written<Webhook>, StoreError> {
    let existing: Option<(i64,)> = tx
        .optional(sql("SELECT id FROM webhooks WHERE uuid = $1").bind(uuid))
        .await?;
    let created = existing.is_none();
    let now = if created {
        tx.now().clone()
    } else {
        tx.now().just_after()
    };
    let id = upsert(tx, uuid, attributes, &now).await?;
    tx.run(sql("DELETE FROM webhook_events WHERE webhook_id = $1").bind(id))
        .await?;
    for (position, event) in (0_i64..).zip(&attributes.events) {
        let insert = sql(
            "INSERT INTO webhook_events (webhook_id, name, position) VALUES ($1, $2, $3) \
             ON CONFLICT DO NOTHING",
        );
        tx.run(insert.bind(id).bind(event.as_str()).bind(position))
            .await?;
    }
    let rows = tx
        .all(Statement::joined(&[SELECT, "WHERE w.id = $1"]).bind(id))
        .await?;
    let mut written = whole(tx, rows).await?;
    Ok(Written {
        value: written.remove(0),
        created,
    })
}

/// Writes the row of a webhook, and returns its key.
async fn upsert(
    tx: &mut Tx,
    uuid: &Uuid,
    attributes: &WebhookAttributes,
    now: &Timestamp,
) -> Result<i64, StoreError> {
    let (consumer, consumer_label) = keys(tx, &attributes.consumer).await?;
    let (provider, provider_label) = keys(tx, &attributes.provider).await?;
    let id = tx.next_id().await?;
    let upsert = sql(
        "INSERT INTO webhooks (id, uuid, description, consumer_id, consumer_label, provider_id, \
         provider_label, enabled, method, url, headers, body, body_is_json, username, password, \
         created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, \
         $14, $15, $16, $16) ON CONFLICT (uuid) DO UPDATE SET \
         description = excluded.description, consumer_id = excluded.consumer_id, \
         consumer_label = excluded.consumer_label, provider_id = excluded.provider_id, \
         provider_label = excluded.provider_label, enabled = excluded.enabled, \
         method = excluded.method, url = excluded.url, headers = excluded.headers, \
         body = excluded.body, body_is_json = excluded.body_is_json, \
         username = excluded.username, password = excluded.password, \
         updated_at = excluded.updated_at RETURNING id",
    );
    let request = &attributes.request;
    let headers = serde_json::to_string(&request.headers).expect("pairs of texts have a JSON form");
    let upsert = upsert
        .bind(id)
        .bind(uuid)
        .bind(attributes.description.as_ref());
    let upsert = upsert.bind(consumer).bind(consumer_label.as_ref());
    let upsert = upsert
        .bind(provider)
        .bind(provider_label.as_ref())
        .bind(attributes.enabled);
    let upsert = upsert
        .bind(&request.method)
        .bind(&request.url)
        .bind(&headers);
    let upsert = upsert
        .bind(request.body.as_ref())
        .bind(request.body_is_json);
    let upsert = upsert
        .bind(request.username.as_ref())
        .bind(request.password.as_ref());
    let (id,): (i64,) = tx.one(upsert.bind(now)).await?;
    Ok(id)
}

/// The columns that say which pacticipants a side means.
async fn keys(
    tx: &mut Tx,
    side: &WebhookSide,
) -> Result<(Option<PacticipantId>, Option<LabelName>), StoreError> {
    match side {
        WebhookSide::Any => Ok((None, None)),
        WebhookSide::Labelled(label) => Ok((None, Some(label.clone()))),
        WebhookSide::Named(name) => match pacticipants::find(tx, name).await? {
            Some(id) => Ok((Some(id), None)),
            None => Err(StoreError::UnknownPacticipant {
                name: name.to_string(),
            }),
        },
    }
}
