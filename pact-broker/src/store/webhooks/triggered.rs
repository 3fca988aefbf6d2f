//! Reading the calls that are or were owed.

use crate::domain::text::{PactSha, PacticipantName, Uuid, VerificationId, VersionNumber};
use crate::domain::time::Timestamp;
use crate::domain::webhook::{
    DeliveryStatus, EventContext, EventKind, TriggeredWebhook, WebhookExecution,
};
use crate::store::Store;
use crate::store::connection::Tx;
use crate::store::error::StoreError;
use crate::store::statement::{Statement, sql};

const SELECT: &str = "SELECT t.uuid, w.uuid AS webhook_uuid, t.description, t.event, t.context, \
    t.status, t.attempts, c.name AS consumer, p.name AS provider, t.created_at \
    FROM triggered_webhooks t JOIN pacticipants c ON c.id = t.consumer_id \
    JOIN pacticipants p ON p.id = t.provider_id LEFT JOIN webhooks w ON w.id = t.webhook_id ";

#[derive(sqlx::FromRow)]
struct Row {
    uuid: Uuid,
    webhook_uuid: Option<Uuid>,
    description: String,
    event: String,
    context: String,
    status: String,
    attempts: i64,
    consumer: PacticipantName,
    provider: PacticipantName,
    created_at: Timestamp,
}

impl Row {
    /// Rows with an event or status this version does not know are left out.
    fn into_triggered(self) -> Option<TriggeredWebhook> {
        let context: EventContext = serde_json::from_str(&self.context).unwrap_or_default();
        Some(TriggeredWebhook {
            uuid: self.uuid,
            webhook_uuid: self.webhook_uuid,
            description: self.description,
            event: EventKind::parse(&self.event)?,
            context,
            status: DeliveryStatus::parse(&self.status)?,
            attempts: self.attempts,
            consumer: self.consumer,
            provider: self.provider,
            created_at: self.created_at,
        })
    }
}

impl Store {
    /// What was triggered by the publication of a version's pact, newest first; nothing when there
    /// is no such pact.
    pub async fn triggered_webhooks_of_pact(
        &self,
        consumer: &PacticipantName,
        version: &VersionNumber,
        provider: &PacticipantName,
    ) -> Result<Option<Vec<TriggeredWebhook>>, StoreError> {
        let mut tx = self.reading().await?;
        let publications = sql(
            "SELECT pub.id FROM publications pub JOIN versions v ON v.id = pub.consumer_version_id \
             JOIN pacticipants c ON c.id = pub.consumer_id \
             JOIN pacticipants p ON p.id = pub.provider_id \
             WHERE c.name = $1 AND v.number = $2 AND p.name = $3",
        );
        let publications: Vec<(i64,)> = tx
            .all(publications.bind(consumer).bind(version).bind(provider))
            .await?;
        if publications.is_empty() {
            return Ok(None);
        }
        let rest =
            "WHERE t.publication_id IN_LIST($1) AND t.verification_id IS NULL ORDER BY t.id DESC";
        let select =
            Statement::joined(&[SELECT, rest]).ids(publications.into_iter().map(|(id,)| id));
        read(&mut tx, select).await.map(Some)
    }

    /// What was triggered by a result, newest first; nothing when there is no such result.
    pub async fn triggered_webhooks_of_verification(
        &self,
        consumer: &PacticipantName,
        provider: &PacticipantName,
        sha: &PactSha,
        number: VerificationId,
    ) -> Result<Option<Vec<TriggeredWebhook>>, StoreError> {
        let Some(detail) = self.verification(consumer, provider, sha, number).await? else {
            return Ok(None);
        };
        let mut tx = self.reading().await?;
        let rest = "WHERE t.verification_id = $1 ORDER BY t.id DESC";
        let select = Statement::joined(&[SELECT, rest]).bind(detail.verification.id);
        read(&mut tx, select).await.map(Some)
    }

    /// What each webhook was last triggered for by each event of a pair, newest first.
    pub async fn latest_triggered_webhooks(
        &self,
        consumer: &PacticipantName,
        provider: &PacticipantName,
    ) -> Result<Vec<TriggeredWebhook>, StoreError> {
        let mut tx = self.reading().await?;
        let rest = "WHERE c.name = $1 AND p.name = $2 AND t.webhook_id IS NOT NULL \
            AND NOT EXISTS (SELECT 1 FROM triggered_webhooks n WHERE n.webhook_id = t.webhook_id \
            AND n.event = t.event AND n.consumer_id = t.consumer_id \
            AND n.provider_id = t.provider_id AND n.id > t.id) ORDER BY t.id DESC";
        read(
            &mut tx,
            Statement::joined(&[SELECT, rest])
                .bind(consumer)
                .bind(provider),
        )
        .await
    }

    /// The triggered webhook with this key.
    pub async fn triggered_webhook(
        &self,
        uuid: &Uuid,
    ) -> Result<Option<TriggeredWebhook>, StoreError> {
        let mut tx = self.reading().await?;
        let select = Statement::joined(&[SELECT, "WHERE t.uuid = $1"]).bind(uuid);
        Ok(read(&mut tx, select).await?.pop())
    }

    /// The attempts to deliver a triggered webhook, oldest first.
    pub async fn webhook_executions(
        &self,
        uuid: &Uuid,
    ) -> Result<Vec<WebhookExecution>, StoreError> {
        let mut tx = self.reading().await?;
        let select = sql(
            "SELECT e.success, e.logs, e.created_at FROM webhook_executions e \
             JOIN triggered_webhooks t ON t.id = e.triggered_webhook_id \
             WHERE t.uuid = $1 ORDER BY e.id",
        );
        tx.all(select.bind(uuid)).await
    }
}

/// The triggered webhooks with these keys, in the order they were triggered.
pub(super) async fn by_uuid(
    tx: &mut Tx,
    uuids: &[Uuid],
) -> Result<Vec<TriggeredWebhook>, StoreError> {
    if uuids.is_empty() {
        return Ok(Vec::new());
    }
    let select = Statement::joined(&[SELECT, "WHERE t.uuid IN_LIST($1) ORDER BY t.id"]);
    read(tx, select.texts(uuids)).await
}

async fn read(tx: &mut Tx, statement: Statement) -> Result<Vec<TriggeredWebhook>, StoreError> {
    let rows: Vec<Row> = tx.all(statement).await?;
    Ok(rows.into_iter().filter_map(Row::into_triggered).collect())
}
