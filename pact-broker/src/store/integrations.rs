//! Which consumer ever had a contract with which provider.

use crate::domain::text::{PacticipantId, PacticipantName, VersionId};
use crate::domain::time::Timestamp;
use crate::store::connection::Tx;
use crate::store::error::StoreError;
use crate::store::statement::{Statement, sql};
use crate::store::{Page, Paged, Store, pacticipants, versions};

/// A consumer and a provider that have or had a contract.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Integration {
    /// The consumer.
    pub consumer: PacticipantName,
    /// The provider.
    pub provider: PacticipantName,
    /// When the first contract or result was published.
    pub created_at: Timestamp,
    /// When the last contract or result was published.
    pub contract_data_updated_at: Timestamp,
}

impl Store {
    /// The integrations, most recently used first; those with a text in either name.
    pub async fn integrations(
        &self,
        name_contains: Option<&str>,
        page: Option<Page>,
    ) -> Result<Paged<Integration>, StoreError> {
        let mut tx = self.reading().await?;
        list(&mut tx, name_contains, page).await
    }

    /// Deletes everything between a consumer and a provider, then the versions of both that have
    /// neither pact nor result left, then each of them if nothing is left of it. Nothing happens
    /// and the answer is no when either does not exist.
    pub async fn delete_integration(
        &self,
        consumer: &PacticipantName,
        provider: &PacticipantName,
    ) -> Result<bool, StoreError> {
        self.long_change(
            (consumer.clone(), provider.clone()),
            |tx, (consumer, provider)| {
                Box::pin(async move {
                    let consumer = pacticipants::find(tx, consumer).await?;
                    let provider = pacticipants::find(tx, provider).await?;
                    let Some(pair) = consumer.zip(provider) else {
                        return Ok(false);
                    };
                    delete_contracts(tx, pair).await?;
                    for pacticipant in [pair.0, pair.1] {
                        delete_remains(tx, pacticipant).await?;
                    }
                    Ok(true)
                })
            },
        )
        .await
    }

    /// Deletes everything but environments.
    pub async fn delete_all_integrations(&self) -> Result<(), StoreError> {
        self.long_change((), |tx, ()| {
            Box::pin(async move {
                tx.run(sql("DELETE FROM webhooks")).await?;
                tx.run(sql("DELETE FROM pacticipants")).await
            })
        })
        .await
    }
}

/// The integrations, most recently used first; those with a text in either name.
pub(super) async fn list(
    tx: &mut Tx,
    name_contains: Option<&str>,
    page: Option<Page>,
) -> Result<Paged<Integration>, StoreError> {
    let select = sql(
        "SELECT c.name AS consumer, p.name AS provider, i.created_at, i.contract_data_updated_at \
         FROM integrations i JOIN pacticipants c ON c.id = i.consumer_id \
         JOIN pacticipants p ON p.id = i.provider_id ORDER BY i.touched DESC, c.id, p.id",
    );
    let mut all: Vec<Integration> = tx.all(select).await?;
    if let Some(text) = name_contains.map(str::to_lowercase) {
        let matches = |name: &PacticipantName| name.as_str().to_lowercase().contains(&text);
        all.retain(|one| matches(&one.consumer) || matches(&one.provider));
    }
    Ok(Paged::of(all, page))
}

/// Notes that a contract or a result was published between pairs. The pairs are taken in one
/// order, so that two who publish for the same pairs never wait for each other in a circle.
pub(super) async fn touch(
    tx: &mut Tx,
    pairs: Vec<(PacticipantId, PacticipantId)>,
) -> Result<(), StoreError> {
    for touch in touching(tx, pairs).await? {
        tx.run(touch).await?;
    }
    Ok(())
}

/// The same as statements, one for each pair.
pub(super) async fn touching(
    tx: &mut Tx,
    mut pairs: Vec<(PacticipantId, PacticipantId)>,
) -> Result<Vec<Statement>, StoreError> {
    pairs.sort_unstable();
    pairs.dedup();
    let (place, now) = (tx.next_id().await?, tx.now().clone());
    let touch = |(consumer, provider): (PacticipantId, PacticipantId)| {
        let upsert = sql("INSERT INTO integrations \
             (consumer_id, provider_id, created_at, contract_data_updated_at, touched) \
             VALUES ($1, $2, $3, $3, $4) ON CONFLICT (consumer_id, provider_id) DO UPDATE \
             SET contract_data_updated_at = excluded.contract_data_updated_at, \
             touched = excluded.touched");
        let upsert = upsert.bind(consumer).bind(provider);
        upsert.bind(&now).bind(place)
    };
    Ok(pairs.into_iter().map(touch).collect())
}

async fn delete_contracts(
    tx: &mut Tx,
    (consumer, provider): (PacticipantId, PacticipantId),
) -> Result<(), StoreError> {
    for table in [
        "DELETE FROM verifications ",
        "DELETE FROM publications ",
        "DELETE FROM contents ",
        "DELETE FROM webhooks ",
        "DELETE FROM integrations ",
    ] {
        let delete = Statement::joined(&[table, "WHERE consumer_id = $1 AND provider_id = $2"]);
        tx.run(delete.bind(consumer).bind(provider)).await?;
    }
    Ok(())
}

async fn delete_remains(tx: &mut Tx, pacticipant: PacticipantId) -> Result<(), StoreError> {
    let orphans = sql("SELECT v.id FROM versions v WHERE v.pacticipant_id = $1 \
         AND NOT EXISTS (SELECT 1 FROM publications p WHERE p.consumer_version_id = v.id) \
         AND NOT EXISTS (SELECT 1 FROM verifications r WHERE r.provider_version_id = v.id)");
    let orphans: Vec<(VersionId,)> = tx.all(orphans.bind(pacticipant)).await?;
    let orphans: Vec<_> = orphans.into_iter().map(|(id,)| id).collect();
    versions::delete(tx, &orphans).await?;
    let delete = sql("DELETE FROM pacticipants WHERE id = $1 \
         AND NOT EXISTS (SELECT 1 FROM versions v WHERE v.pacticipant_id = $1) \
         AND NOT EXISTS (SELECT 1 FROM contents c WHERE c.consumer_id = $1 OR c.provider_id = $1) \
         AND NOT EXISTS (SELECT 1 FROM webhooks w WHERE w.consumer_id = $1 OR w.provider_id = $1)");
    tx.run(delete.bind(pacticipant)).await
}
