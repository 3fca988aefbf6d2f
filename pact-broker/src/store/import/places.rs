//! What was deployed and released.

use crate::domain::text::{EnvironmentId, PacticipantId, Uuid, VersionId};
use crate::domain::time::Timestamp;
use crate::store::connection::Tx;
use crate::store::error::StoreError;
use crate::store::import::{DeploymentRecord, Outcome, Refusal, ReleaseRecord, VersionKey};
use crate::store::statement::sql;
use crate::store::versions;

/// Writes a deployment. What runs in a slot is decided there: the deployments that the other
/// broker shows as running take their slots, those that ended do not.
pub(super) async fn deployment(
    tx: &mut Tx,
    record: &DeploymentRecord,
) -> Result<Outcome, StoreError> {
    if let Some(ended) = ended_here(tx, "deployed", &record.uuid).await? {
        let Some(end) = record.ended.as_ref().filter(|_| !ended) else {
            return Ok(Outcome::Known);
        };
        end_deployment(tx, &record.uuid, end).await?;
        return Ok(Outcome::Ended);
    }
    let version = (&record.pacticipant, &record.version);
    let Some(place) = find(tx, version, record.environment.as_str()).await? else {
        return Ok(Outcome::Refused(Refusal::Homeless));
    };
    let id = tx.next_id().await?;
    let insert = sql(
        "INSERT INTO deployed_versions (id, uuid, version_id, pacticipant_id, environment_id, \
         application_instance, undeployed_at, auto_created, created_at, updated_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, FALSE, $8, $9)",
    );
    let insert = insert
        .bind(id)
        .bind(&record.uuid)
        .bind(place.version)
        .bind(place.pacticipant);
    let insert = insert
        .bind(place.environment)
        .bind(record.instance.as_ref())
        .bind(record.ended.as_ref());
    let updated = record.ended.as_ref().unwrap_or(&record.created);
    tx.run(insert.bind(&record.created).bind(updated)).await?;
    if record.current {
        take_slot(tx, &place, record, id).await?;
    }
    Ok(Outcome::New)
}

async fn take_slot(
    tx: &mut Tx,
    place: &Place,
    record: &DeploymentRecord,
    id: i64,
) -> Result<(), StoreError> {
    let key = record.instance.as_deref().unwrap_or_default();
    let upsert = sql(
        "INSERT INTO current_deployments (environment_id, pacticipant_id, instance, version_id, \
         deployed_version_id) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (environment_id, pacticipant_id, instance) DO UPDATE \
         SET version_id = excluded.version_id, deployed_version_id = excluded.deployed_version_id",
    );
    let upsert = upsert
        .bind(place.environment)
        .bind(place.pacticipant)
        .bind(key);
    tx.run(upsert.bind(place.version).bind(id)).await?;
    // What ran in the slot here, and is not told of as ended there.
    let end = sql(
        "UPDATE deployed_versions SET undeployed_at = $4, updated_at = $4 \
         WHERE environment_id = $1 AND pacticipant_id = $2 AND undeployed_at IS NULL \
         AND COALESCE(application_instance, '') = $3 AND id <> $5",
    );
    let end = end
        .bind(place.environment)
        .bind(place.pacticipant)
        .bind(key);
    tx.run(end.bind(&record.created).bind(id)).await
}

async fn end_deployment(tx: &mut Tx, uuid: &Uuid, end: &Timestamp) -> Result<(), StoreError> {
    let clear = sql(
        "DELETE FROM current_deployments WHERE deployed_version_id = \
         (SELECT id FROM deployed_versions WHERE uuid = $1)",
    );
    tx.run(clear.bind(uuid)).await?;
    let update =
        sql("UPDATE deployed_versions SET undeployed_at = $2, updated_at = $2 WHERE uuid = $1");
    tx.run(update.bind(uuid).bind(end)).await
}

/// Writes a release; that of a version that was released here is left as it is.
pub(super) async fn release(tx: &mut Tx, record: &ReleaseRecord) -> Result<Outcome, StoreError> {
    if let Some(ended) = ended_here(tx, "released", &record.uuid).await? {
        let Some(end) = record.ended.as_ref().filter(|_| !ended) else {
            return Ok(Outcome::Known);
        };
        let update = sql(
            "UPDATE released_versions SET support_ended_at = $2, updated_at = $2 WHERE uuid = $1",
        );
        tx.run(update.bind(&record.uuid).bind(end)).await?;
        return Ok(Outcome::Ended);
    }
    let version = (&record.pacticipant, &record.version);
    let Some(place) = find(tx, version, record.environment.as_str()).await? else {
        return Ok(Outcome::Refused(Refusal::Homeless));
    };
    let there =
        sql("SELECT id FROM released_versions WHERE version_id = $1 AND environment_id = $2");
    if tx
        .changed(there.bind(place.version).bind(place.environment))
        .await?
    {
        return Ok(Outcome::Known);
    }
    let insert = sql(
        "INSERT INTO released_versions (id, uuid, version_id, pacticipant_id, environment_id, \
         support_ended_at, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    );
    let insert = insert
        .bind(tx.next_id().await?)
        .bind(&record.uuid)
        .bind(place.version)
        .bind(place.pacticipant);
    let insert = insert.bind(place.environment).bind(record.ended.as_ref());
    let updated = record.ended.as_ref().unwrap_or(&record.created);
    tx.run(insert.bind(&record.created).bind(updated)).await?;
    Ok(Outcome::New)
}

/// Whether the deployment or release of this key is there, and has ended.
async fn ended_here(tx: &mut Tx, what: &str, uuid: &Uuid) -> Result<Option<bool>, StoreError> {
    let select = match what {
        "deployed" => {
            sql("SELECT undeployed_at IS NOT NULL FROM deployed_versions WHERE uuid = $1")
        }
        _ => sql("SELECT support_ended_at IS NOT NULL FROM released_versions WHERE uuid = $1"),
    };
    let found: Option<(bool,)> = tx.optional(select.bind(uuid)).await?;
    Ok(found.map(|(ended,)| ended))
}

/// A version and an environment, by key.
struct Place {
    pacticipant: PacticipantId,
    version: VersionId,
    environment: EnvironmentId,
}

async fn find(
    tx: &mut Tx,
    (pacticipant, number): VersionKey<'_>,
    environment: &str,
) -> Result<Option<Place>, StoreError> {
    let version = versions::find(tx, pacticipant, number).await?;
    let select = sql("SELECT id FROM environments WHERE name = $1").bind(environment);
    let environment: Option<(EnvironmentId,)> = tx.optional(select).await?;
    Ok(version
        .zip(environment)
        .map(|((pacticipant, version), (environment,))| Place {
            pacticipant,
            version,
            environment,
        }))
}
