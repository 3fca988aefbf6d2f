//! Writing down which calls are owed for an event, in the transaction that causes it.

use crate::domain::event::PactEvent;
use crate::domain::text::{
    PacticipantId, PublicationId, Uuid, VerificationId, VersionId, VersionNumber,
};
use crate::domain::webhook::{DeliveryStatus, EventContext, EventKind, TriggeredWebhook};
use crate::store::connection::Tx;
use crate::store::error::StoreError;
use crate::store::statement::{Statement, sql};
use crate::store::versions;
use crate::store::webhooks::triggered;

/// What happened, and to which rows.
#[derive(Debug, Clone, Copy)]
pub(in crate::store) struct Event {
    pub(in crate::store) pair: (PacticipantId, PacticipantId),
    pub(in crate::store) publication: PublicationId,
    pub(in crate::store) verification: Option<VerificationId>,
}

/// Webhooks whose sides mean this consumer (`$1`) and this provider (`$2`).
pub(in crate::store) const CONCERNING: &str = "FROM webhooks w WHERE (w.consumer_id = $1 \
    OR (w.consumer_id IS NULL AND w.consumer_label IS NULL) OR w.consumer_label IN \
    (SELECT l.name FROM labels l WHERE l.pacticipant_id = $1)) AND (w.provider_id = $2 \
    OR (w.provider_id IS NULL AND w.provider_label IS NULL) OR w.provider_label IN \
    (SELECT l.name FROM labels l WHERE l.pacticipant_id = $2)) ";

/// Whether any webhook, enabled or not, concerns a pair.
pub(in crate::store) async fn concerns(
    tx: &mut Tx,
    (consumer, provider): (PacticipantId, PacticipantId),
) -> Result<bool, StoreError> {
    let select = Statement::joined(&["SELECT w.id ", CONCERNING, "LIMIT 1"]);
    tx.changed(select.bind(consumer).bind(provider)).await
}

/// What is known of an event of a consumer version.
pub(in crate::store) async fn context(
    tx: &mut Tx,
    version: VersionId,
    number: &VersionNumber,
) -> Result<EventContext, StoreError> {
    let tags = versions::tags_of(tx, &[version])
        .await?
        .remove(&version)
        .unwrap_or_default();
    let branches = versions::branches_of(tx, &[version])
        .await?
        .remove(&version)
        .unwrap_or_default();
    Ok(EventContext {
        consumer_version_number: Some(number.to_string()),
        consumer_version_tags: tags.iter().map(|tag| tag.name.to_string()).collect(),
        consumer_version_branch: branches.last().map(|on| on.branch.to_string()),
        ..EventContext::default()
    })
}

/// Writes down the calls owed for events: one for each webhook that waits for the event, and of
/// *requiring verification* one for each provider version that is to be verified.
///
/// A call that is owed already, word for word, is not written a second time: a publisher who heard
/// no answer publishes again.
pub(in crate::store) async fn owe(
    tx: &mut Tx,
    event: Event,
    happened: &[PactEvent],
    context: &EventContext,
) -> Result<Vec<TriggeredWebhook>, StoreError> {
    let mut owed = Vec::new();
    for happening in happened {
        let contexts: Vec<_> = match happening.kind {
            EventKind::ContractRequiringVerificationPublished => happening
                .required
                .iter()
                .map(|required| EventContext {
                    provider_version_number: Some(required.version.to_string()),
                    provider_version_branch: required.branch.as_ref().map(ToString::to_string),
                    provider_version_descriptions: required.reasons.clone(),
                    ..context.clone()
                })
                .collect(),
            _ => vec![context.clone()],
        };
        let waiting = Statement::joined(&[
            "SELECT w.id, w.description, w.method, w.url ",
            CONCERNING,
            "AND w.enabled = TRUE AND EXISTS (SELECT 1 FROM webhook_events e \
             WHERE e.webhook_id = w.id AND e.name = $3) ORDER BY w.id",
        ]);
        let waiting = waiting
            .bind(event.pair.0)
            .bind(event.pair.1)
            .bind(happening.kind.as_str());
        let waiting: Vec<(i64, Option<String>, String, String)> = tx.all(waiting).await?;
        for (webhook, description, method, url) in waiting {
            let description = description.unwrap_or_else(|| format!("{method} {}", host(&url)));
            for context in &contexts {
                let call = Call {
                    webhook,
                    description: &description,
                    kind: happening.kind,
                    context,
                };
                owed.push(write(tx, event, call).await?);
            }
        }
    }
    triggered::by_uuid(tx, &owed).await
}

/// The part of an address that may be shown.
fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host)
}

#[derive(Clone, Copy)]
struct Call<'a> {
    webhook: i64,
    description: &'a str,
    kind: EventKind,
    context: &'a EventContext,
}

async fn write(tx: &mut Tx, event: Event, call: Call<'_>) -> Result<Uuid, StoreError> {
    let context = serde_json::to_string(call.context).expect("texts have a JSON form");
    if let Some(owed) = owed_already(tx, event, (call, &context)).await? {
        return Ok(owed);
    }
    let (id, uuid, now) = (tx.next_id().await?, tx.ambient.uuid(), tx.now().clone());
    let insert = sql(
        "INSERT INTO triggered_webhooks (id, uuid, webhook_id, description, event, context, \
         consumer_id, provider_id, publication_id, verification_id, status, attempts, \
         next_attempt_at, created_at, updated_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, $12, $12, $12)",
    );
    let insert = insert
        .bind(id)
        .bind(&uuid)
        .bind(call.webhook)
        .bind(call.description);
    let insert = insert.bind(call.kind.as_str()).bind(&context);
    let insert = insert
        .bind(event.pair.0)
        .bind(event.pair.1)
        .bind(event.publication);
    let insert = insert
        .bind(event.verification)
        .bind(DeliveryStatus::NotRun.as_str());
    tx.run(insert.bind(&now)).await?;
    Ok(uuid)
}

/// The same call, if nobody has tried to make it yet. A result is an event of its own, and so are
/// the calls for it.
async fn owed_already(
    tx: &mut Tx,
    event: Event,
    (call, context): (Call<'_>, &String),
) -> Result<Option<Uuid>, StoreError> {
    if event.verification.is_some() {
        return Ok(None);
    }
    // The sum keeps the database from walking through all calls of the webhook.
    let select = sql("SELECT uuid FROM triggered_webhooks \
         WHERE webhook_id + 0 = $1 AND event = $2 AND consumer_id = $3 AND provider_id = $4 \
         AND publication_id = $5 AND context = $6 AND status = $7 AND attempts = 0 \
         ORDER BY id DESC LIMIT 1");
    let select = select.bind(call.webhook).bind(call.kind.as_str());
    let select = select.bind(event.pair.0).bind(event.pair.1);
    let select = select.bind(event.publication).bind(context);
    let found = tx
        .optional(select.bind(DeliveryStatus::NotRun.as_str()))
        .await?;
    Ok(found.map(|(uuid,)| uuid))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_host_of_an_address_is_shown() {
        for (url, expected) in [
            (
                "https://user:secret@ci.example.org:8080/a?token=x",
                "ci.example.org:8080",
            ),
            ("https://ci.example.org", "ci.example.org"),
            ("ci/build", "ci"),
        ] {
            assert_eq!(host(url), expected, "{url}");
        }
    }
}
