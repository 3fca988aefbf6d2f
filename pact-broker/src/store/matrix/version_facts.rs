//! Versions with everything that marks them, loaded together.

use std::collections::HashSet;
use std::sync::Arc;

use crate::domain::environment::EnvironmentRef;
use crate::domain::matrix::Facts;
use crate::domain::matrix::facts::VersionFact;
use crate::domain::text::{PacticipantId, VersionId, VersionNumber};
use crate::store::connection::Tx;
use crate::store::error::StoreError;
use crate::store::statement::sql;
use crate::store::versions::{branches_of, grouped, tags_of};

/// That a version is in an environment now.
#[derive(sqlx::FromRow)]
struct Presence {
    version_id: VersionId,
    #[sqlx(flatten)]
    environment: EnvironmentRef,
}

/// Loads the versions that are not among the facts yet.
pub(super) async fn load(
    tx: &mut Tx,
    versions: &[VersionId],
    facts: &mut Facts,
) -> Result<(), StoreError> {
    let missing: HashSet<_> = versions
        .iter()
        .filter(|id| !facts.versions.contains_key(id))
        .copied()
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let missing: Vec<_> = missing.into_iter().collect();
    let select = sql("SELECT id, pacticipant_id, number FROM versions WHERE id IN_LIST($1)");
    let rows: Vec<(VersionId, PacticipantId, VersionNumber)> = tx.all(select.ids(&missing)).await?;
    let mut branches = branches_of(tx, &missing).await?;
    let mut tags = tags_of(tx, &missing).await?;
    let environments = sql(
        "SELECT placed.version_id, e.uuid AS environment_uuid, e.name AS environment_name, \
         e.display_name AS environment_display_name, e.production AS environment_production, \
         e.contacts AS environment_contacts, e.created_at AS environment_created_at, \
         e.updated_at AS environment_updated_at FROM (\
         SELECT d.version_id, d.environment_id FROM current_deployments d \
         WHERE d.version_id IN_LIST($1) UNION SELECT r.version_id, r.environment_id \
         FROM released_versions r WHERE r.version_id IN_LIST($1) AND r.support_ended_at IS NULL\
         ) AS placed JOIN environments e ON e.id = placed.environment_id ORDER BY e.name",
    );
    let environments = environments.ids(&missing);
    let mut environments = grouped(tx, environments, |row: &Presence| row.version_id).await?;
    for (id, pacticipant, number) in rows {
        let places = environments.remove(&id).unwrap_or_default();
        let fact = VersionFact {
            id,
            pacticipant,
            number,
            branches: branches.remove(&id).unwrap_or_default(),
            tags: tags.remove(&id).unwrap_or_default(),
            environments: places
                .into_iter()
                .map(|presence| presence.environment)
                .collect(),
        };
        facts.versions.insert(id, Arc::new(fact));
    }
    Ok(())
}
