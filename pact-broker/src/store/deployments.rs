//! What is in an environment: deployments, which replace each other, and releases, which do not.

use crate::domain::environment::{
    DeployedVersion, DeploymentFilter, ReleaseFilter, ReleasedVersion,
};
use crate::domain::text::{
    EnvironmentId, PacticipantId, PacticipantName, Uuid, VersionId, VersionNumber,
};
use crate::store::connection::Tx;
use crate::store::environments::find;
use crate::store::error::StoreError;
use crate::store::statement::{Statement, sql};
use crate::store::{Store, Written, versions};

/// Deployments, to be followed by a condition on `d`.
pub(super) const DEPLOYED: &str = "SELECT d.uuid, d.version_id, p.name AS pacticipant, v.number, \
    e.uuid AS environment_uuid, e.name AS environment_name, \
    e.display_name AS environment_display_name, e.production AS environment_production, \
    e.contacts AS environment_contacts, e.created_at AS environment_created_at, \
    e.updated_at AS environment_updated_at, d.application_instance, \
    (c.deployed_version_id IS NOT NULL) AS currently_deployed, \
    d.undeployed_at, d.created_at, d.updated_at \
    FROM deployed_versions d JOIN versions v ON v.id = d.version_id \
    JOIN pacticipants p ON p.id = d.pacticipant_id \
    JOIN environments e ON e.id = d.environment_id \
    LEFT JOIN current_deployments c ON c.deployed_version_id = d.id ";

/// Releases, to be followed by a condition on `r`.
pub(super) const RELEASED: &str = "SELECT r.uuid, r.version_id, p.name AS pacticipant, v.number, \
    e.uuid AS environment_uuid, e.name AS environment_name, \
    e.display_name AS environment_display_name, e.production AS environment_production, \
    e.contacts AS environment_contacts, e.created_at AS environment_created_at, \
    e.updated_at AS environment_updated_at, r.support_ended_at, r.created_at, r.updated_at \
    FROM released_versions r JOIN versions v ON v.id = r.version_id \
    JOIN pacticipants p ON p.id = r.pacticipant_id \
    JOIN environments e ON e.id = r.environment_id ";

/// A place in an environment that holds one version at a time.
pub(super) struct Slot {
    pub(super) environment: EnvironmentId,
    pub(super) pacticipant: PacticipantId,
    pub(super) instance: Option<String>,
    /// Whether the deployment is inferred from a tag.
    pub(super) auto_created: bool,
}

impl Store {
    /// Records that a version now runs in an environment, in place of what ran there for the same
    /// application instance. Nothing when the version or the environment does not exist.
    pub async fn record_deployment(
        &self,
        pacticipant: &PacticipantName,
        number: &VersionNumber,
        environment: &Uuid,
        application_instance: Option<String>,
    ) -> Result<Option<DeployedVersion>, StoreError> {
        let place = (pacticipant.clone(), number.clone(), environment.clone());
        self.change((place, application_instance), |tx, (place, instance)| {
            Box::pin(async move {
                let Some(place) = find_place(tx, place).await? else {
                    return Ok(None);
                };
                let slot = Slot {
                    environment: place.environment,
                    pacticipant: place.pacticipant,
                    instance: instance.clone().filter(|instance| !instance.is_empty()),
                    auto_created: false,
                };
                deploy(tx, &slot, place.version).await.map(Some)
            })
        })
        .await
    }

    /// The deployments of a version to an environment, ended ones included, newest first.
    pub async fn deployed_versions(
        &self,
        pacticipant: &PacticipantName,
        number: &VersionNumber,
        environment: &Uuid,
    ) -> Result<Option<Vec<DeployedVersion>>, StoreError> {
        let mut tx = self.reading().await?;
        let place = (pacticipant.clone(), number.clone(), environment.clone());
        let Some(place) = find_place(&mut tx, &place).await? else {
            return Ok(None);
        };
        let rest = "WHERE d.version_id = $1 AND d.environment_id = $2 ORDER BY d.id DESC";
        let select = Statement::joined(&[DEPLOYED, rest]);
        tx.all(select.bind(place.version).bind(place.environment))
            .await
            .map(Some)
    }

    /// What runs in an environment now, newest first; nothing when it does not exist.
    pub async fn currently_deployed(
        &self,
        environment: &Uuid,
        filter: &DeploymentFilter,
    ) -> Result<Option<Vec<DeployedVersion>>, StoreError> {
        let mut tx = self.reading().await?;
        let Some(environment) = find(&mut tx, environment).await? else {
            return Ok(None);
        };
        let rest = "WHERE c.environment_id = $1 AND ($2 IS NULL OR p.name = $2) ORDER BY d.id DESC";
        let select = Statement::joined(&[DEPLOYED, rest]);
        let select = select
            .bind(environment.id)
            .bind(filter.pacticipant.as_ref());
        let mut rows: Vec<DeployedVersion> = tx.all(select).await?;
        if let Some(instance) = &filter.application_instance {
            rows.retain(|row| row.application_instance == *instance);
        }
        Ok(Some(rows))
    }

    /// What runs of a pacticipant anywhere, newest first.
    pub async fn deployed_versions_of(
        &self,
        pacticipant: &PacticipantName,
    ) -> Result<Vec<DeployedVersion>, StoreError> {
        let mut tx = self.reading().await?;
        let rest = "WHERE c.pacticipant_id = (SELECT id FROM pacticipants WHERE name = $1) \
            ORDER BY d.id DESC";
        tx.all(Statement::joined(&[DEPLOYED, rest]).bind(pacticipant))
            .await
    }

    /// The deployment with this key.
    pub async fn deployed_version(
        &self,
        uuid: &Uuid,
    ) -> Result<Option<DeployedVersion>, StoreError> {
        let mut tx = self.reading().await?;
        find_deployment(&mut tx, uuid).await
    }

    /// Records that a deployed version no longer runs.
    pub async fn undeploy(&self, uuid: &Uuid) -> Result<Option<DeployedVersion>, StoreError> {
        self.change(uuid.clone(), |tx, uuid| {
            Box::pin(async move {
                let now = tx.now().clone();
                let clear = sql(
                    "DELETE FROM current_deployments WHERE deployed_version_id = \
                     (SELECT id FROM deployed_versions WHERE uuid = $1)",
                );
                tx.run(clear.bind(uuid)).await?;
                let update = sql(
                    "UPDATE deployed_versions SET undeployed_at = $2, updated_at = $2 \
                     WHERE uuid = $1 AND undeployed_at IS NULL",
                );
                tx.run(update.bind(uuid).bind(&now)).await?;
                find_deployment(tx, uuid).await
            })
        })
        .await
    }

    /// Records that a version is released to and supported in an environment, again if its
    /// support had ended. Nothing when the version or the environment does not exist.
    pub async fn record_release(
        &self,
        pacticipant: &PacticipantName,
        number: &VersionNumber,
        environment: &Uuid,
    ) -> Result<Option<Written<ReleasedVersion>>, StoreError> {
        let place = (pacticipant.clone(), number.clone(), environment.clone());
        self.change(place, |tx, place| {
            Box::pin(async move {
                match find_place(tx, place).await? {
                    Some(place) => release(tx, &place).await.map(Some),
                    None => Ok(None),
                }
            })
        })
        .await
    }

    /// The release of a version to an environment, if there is one.
    pub async fn released_versions(
        &self,
        pacticipant: &PacticipantName,
        number: &VersionNumber,
        environment: &Uuid,
    ) -> Result<Option<Vec<ReleasedVersion>>, StoreError> {
        let mut tx = self.reading().await?;
        let place = (pacticipant.clone(), number.clone(), environment.clone());
        let Some(place) = find_place(&mut tx, &place).await? else {
            return Ok(None);
        };
        find_releases(&mut tx, &place).await.map(Some)
    }

    /// What is released to and supported in an environment, newest first; nothing when it does
    /// not exist.
    pub async fn currently_supported(
        &self,
        environment: &Uuid,
        filter: &ReleaseFilter,
    ) -> Result<Option<Vec<ReleasedVersion>>, StoreError> {
        let mut tx = self.reading().await?;
        let Some(environment) = find(&mut tx, environment).await? else {
            return Ok(None);
        };
        let select = Statement::joined(&[
            RELEASED,
            "WHERE r.environment_id = $1 AND r.support_ended_at IS NULL \
             AND ($2 IS NULL OR p.name = $2) AND ($3 IS NULL OR v.number = $3) ORDER BY r.id DESC",
        ]);
        let select = select
            .bind(environment.id)
            .bind(filter.pacticipant.as_ref());
        tx.all(select.bind(filter.version.as_ref())).await.map(Some)
    }

    /// The release with this key.
    pub async fn released_version(
        &self,
        uuid: &Uuid,
    ) -> Result<Option<ReleasedVersion>, StoreError> {
        let mut tx = self.reading().await?;
        tx.optional(Statement::joined(&[RELEASED, "WHERE r.uuid = $1"]).bind(uuid))
            .await
    }

    /// Records that a released version is no longer supported.
    pub async fn end_support(&self, uuid: &Uuid) -> Result<Option<ReleasedVersion>, StoreError> {
        self.change(uuid.clone(), |tx, uuid| {
            Box::pin(async move {
                let now = tx.now().clone();
                let update = sql(
                    "UPDATE released_versions SET support_ended_at = $2, updated_at = $2 \
                     WHERE uuid = $1 AND support_ended_at IS NULL",
                );
                tx.run(update.bind(uuid).bind(&now)).await?;
                tx.optional(Statement::joined(&[RELEASED, "WHERE r.uuid = $1"]).bind(uuid))
                    .await
            })
        })
        .await
    }
}

async fn find_deployment(tx: &mut Tx, uuid: &Uuid) -> Result<Option<DeployedVersion>, StoreError> {
    tx.optional(Statement::joined(&[DEPLOYED, "WHERE d.uuid = $1"]).bind(uuid))
        .await
}

/// A version and an environment, by key.
struct Place {
    pacticipant: PacticipantId,
    version: VersionId,
    environment: EnvironmentId,
}

async fn find_place(
    tx: &mut Tx,
    (pacticipant, number, environment): &(PacticipantName, VersionNumber, Uuid),
) -> Result<Option<Place>, StoreError> {
    let version = versions::find(tx, pacticipant, number).await?;
    let environment = find(tx, environment).await?;
    Ok(version
        .zip(environment)
        .map(|((pacticipant, version), environment)| Place {
            pacticipant,
            version,
            environment: environment.id,
        }))
}

/// Puts a version into a slot. If it is there already, nothing changes. The unique slot decides
/// between two who deploy at once: what they replaced is marked as ended by the second.
pub(super) async fn deploy(
    tx: &mut Tx,
    slot: &Slot,
    version: VersionId,
) -> Result<DeployedVersion, StoreError> {
    let key = slot.instance.as_deref().unwrap_or_default();
    let current = || {
        let rest = "WHERE c.environment_id = $1 AND c.pacticipant_id = $2 AND c.instance = $3 \
            AND c.version_id = $4";
        let select = Statement::joined(&[DEPLOYED, rest]).bind(slot.environment);
        select.bind(slot.pacticipant).bind(key).bind(version)
    };
    if let Some(row) = tx.optional(current()).await? {
        return Ok(row);
    }
    let (id, uuid, now) = (tx.next_id().await?, tx.ambient.uuid(), tx.now().clone());
    let insert = sql(
        "INSERT INTO deployed_versions (id, uuid, version_id, pacticipant_id, environment_id, \
         application_instance, auto_created, created_at, updated_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)",
    );
    let insert = insert
        .bind(id)
        .bind(&uuid)
        .bind(version)
        .bind(slot.pacticipant);
    let insert = insert.bind(slot.environment).bind(slot.instance.as_ref());
    tx.run(insert.bind(slot.auto_created).bind(&now)).await?;
    let upsert = sql(
        "INSERT INTO current_deployments (environment_id, pacticipant_id, instance, version_id, \
         deployed_version_id) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (environment_id, pacticipant_id, instance) DO UPDATE \
         SET version_id = excluded.version_id, deployed_version_id = excluded.deployed_version_id \
         WHERE current_deployments.version_id <> excluded.version_id RETURNING version_id",
    );
    let upsert = upsert
        .bind(slot.environment)
        .bind(slot.pacticipant)
        .bind(key);
    if tx.changed(upsert.bind(version).bind(id)).await? {
        let end = sql(
            "UPDATE deployed_versions SET undeployed_at = $4, updated_at = $4 \
             WHERE environment_id = $1 AND pacticipant_id = $2 AND undeployed_at IS NULL \
             AND COALESCE(application_instance, '') = $3 AND id <> $5",
        );
        let end = end.bind(slot.environment).bind(slot.pacticipant).bind(key);
        tx.run(end.bind(&now).bind(id)).await?;
    } else {
        tx.run(sql("DELETE FROM deployed_versions WHERE id = $1").bind(id))
            .await?;
    }
    tx.one(current()).await
}

async fn release(tx: &mut Tx, place: &Place) -> Result<Written<ReleasedVersion>, StoreError> {
    let (id, uuid, now) = (tx.next_id().await?, tx.ambient.uuid(), tx.now().clone());
    let insert = sql(
        "INSERT INTO released_versions (id, uuid, version_id, pacticipant_id, environment_id, \
         created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $6) \
         ON CONFLICT (version_id, environment_id) DO NOTHING RETURNING id",
    );
    let insert = insert
        .bind(id)
        .bind(&uuid)
        .bind(place.version)
        .bind(place.pacticipant);
    let created = tx
        .changed(insert.bind(place.environment).bind(&now))
        .await?;
    if !created {
        let revive = sql(
            "UPDATE released_versions SET support_ended_at = NULL, updated_at = $3 \
             WHERE version_id = $1 AND environment_id = $2 AND support_ended_at IS NOT NULL",
        );
        tx.run(
            revive
                .bind(place.version)
                .bind(place.environment)
                .bind(&now),
        )
        .await?;
    }
    let rest = "WHERE r.version_id = $1 AND r.environment_id = $2";
    let select = Statement::joined(&[RELEASED, rest])
        .bind(place.version)
        .bind(place.environment);
    Ok(Written {
        value: tx.one(select).await?,
        created,
    })
}

async fn find_releases(tx: &mut Tx, place: &Place) -> Result<Vec<ReleasedVersion>, StoreError> {
    let rest = "WHERE r.version_id = $1 AND r.environment_id = $2";
    tx.all(
        Statement::joined(&[RELEASED, rest])
            .bind(place.version)
            .bind(place.environment),
    )
    .await
}
