//! Webhooks, without what the other broker keeps secret.

use crate::domain::text::{LabelName, PacticipantId};
use crate::domain::webhook::WebhookSide;
use crate::store::connection::Tx;
use crate::store::error::StoreError;
use crate::store::import::{Outcome, Refusal, WebhookRecord};
use crate::store::pacticipants;
use crate::store::statement::sql;

/// Writes a webhook; one of that key is left as it is, whatever became of it here.
pub(super) async fn webhook(tx: &mut Tx, record: &WebhookRecord) -> Result<Outcome, StoreError> {
    let there = sql("SELECT id FROM webhooks WHERE uuid = $1").bind(&record.uuid);
    if tx.changed(there).await? {
        return Ok(Outcome::Known);
    }
    let attributes = &record.attributes;
    let consumer = side(tx, &attributes.consumer).await?;
    let provider = side(tx, &attributes.provider).await?;
    let Some(((consumer, consumer_label), (provider, provider_label))) = consumer.zip(provider)
    else {
        return Ok(Outcome::Refused(Refusal::Homeless));
    };
    let id = tx.next_id().await?;
    let insert = sql(
        "INSERT INTO webhooks (id, uuid, description, consumer_id, consumer_label, provider_id, \
         provider_label, enabled, method, url, headers, body, body_is_json, username, password, \
         created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, \
         $14, $15, $16, $17)",
    );
    let request = &attributes.request;
    let headers = serde_json::to_string(&request.headers).expect("pairs of texts have a JSON form");
    let insert = insert.bind(id).bind(&record.uuid);
    let insert = insert
        .bind(attributes.description.as_ref())
        .bind(consumer)
        .bind(consumer_label.as_ref());
    let insert = insert
        .bind(provider)
        .bind(provider_label.as_ref())
        .bind(attributes.enabled);
    let insert = insert.bind(&request.method).bind(&request.url);
    let insert = insert
        .bind(&headers)
        .bind(request.body.as_ref())
        .bind(request.body_is_json);
    let insert = insert
        .bind(request.username.as_ref())
        .bind(request.password.as_ref());
    tx.run(
        insert
            .bind(&record.times.created)
            .bind(&record.times.updated),
    )
    .await?;
    for (position, event) in (0_i64..).zip(&attributes.events) {
        let insert = sql(
            "INSERT INTO webhook_events (webhook_id, name, position) VALUES ($1, $2, $3) \
             ON CONFLICT DO NOTHING",
        );
        tx.run(insert.bind(id).bind(event.as_str()).bind(position))
            .await?;
    }
    Ok(Outcome::New)
}

/// The columns that say which pacticipants a side means; nothing where the one it names is not
/// here.
async fn side(
    tx: &mut Tx,
    side: &WebhookSide,
) -> Result<Option<(Option<PacticipantId>, Option<LabelName>)>, StoreError> {
    Ok(match side {
        WebhookSide::Any => Some((None, None)),
        WebhookSide::Labelled(label) => Some((None, Some(label.clone()))),
        WebhookSide::Named(name) => pacticipants::find(tx, name)
            .await?
            .map(|id| (Some(id), None)),
    })
}
