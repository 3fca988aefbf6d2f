//! Environments, applications, their versions, and what marks these.

use crate::domain::pacticipant::display_name;
use crate::domain::text::{BranchId, VersionId};
use crate::store::connection::Tx;
use crate::store::error::StoreError;
use crate::store::import::{
    BranchRecord, EnvironmentRecord, LabelRecord, MembershipRecord, Outcome, PacticipantRecord,
    Refusal, TagRecord, Times, VersionRecord,
};
use crate::store::statement::{Statement, sql};
use crate::store::{pacticipants, versions};

/// Writes an environment; one of that name or key is left as it is.
pub(super) async fn environment(
    tx: &mut Tx,
    record: &EnvironmentRecord,
) -> Result<Outcome, StoreError> {
    let attributes = &record.attributes;
    let there = sql("SELECT id FROM environments WHERE name = $1 OR uuid = $2");
    if tx
        .changed(there.bind(&attributes.name).bind(&record.uuid))
        .await?
    {
        return Ok(Outcome::Known);
    }
    let insert = sql(
        "INSERT INTO environments (id, uuid, name, display_name, production, contacts, \
         created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    );
    let shown = shown_name(attributes.display_name.as_ref(), attributes.name.as_str());
    let insert = insert
        .bind(tx.next_id().await?)
        .bind(&record.uuid)
        .bind(&attributes.name)
        .bind(&shown);
    let insert = insert
        .bind(attributes.production)
        .bind(&attributes.contacts);
    add(tx, insert, &record.times).await
}

/// Writes an application; one of that name is left as it is.
pub(super) async fn pacticipant(
    tx: &mut Tx,
    record: &PacticipantRecord,
) -> Result<Outcome, StoreError> {
    if pacticipants::find(tx, &record.name).await?.is_some() {
        return Ok(Outcome::Known);
    }
    let insert = sql(
        "INSERT INTO pacticipants (id, name, display_name, repository_url, repository_name, \
         repository_namespace, main_branch, created_at, updated_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    );
    let shown = shown_name(record.display_name.as_ref(), record.name.as_str());
    let insert = insert
        .bind(tx.next_id().await?)
        .bind(&record.name)
        .bind(&shown);
    let insert = insert
        .bind(record.repository_url.as_ref())
        .bind(record.repository_name.as_ref())
        .bind(record.repository_namespace.as_ref())
        .bind(record.main_branch.as_ref());
    add(tx, insert, &record.times).await
}

/// Puts a label on an application.
pub(super) async fn label(tx: &mut Tx, record: &LabelRecord) -> Result<Outcome, StoreError> {
    let Some(pacticipant) = pacticipants::find(tx, &record.pacticipant).await? else {
        return Ok(Outcome::Refused(Refusal::Homeless));
    };
    let insert = sql(
        "INSERT INTO labels (pacticipant_id, name, created_at, updated_at) \
         VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING pacticipant_id",
    );
    let insert = insert.bind(pacticipant).bind(&record.name);
    let times = &record.times;
    let new = tx
        .changed(insert.bind(&times.created).bind(&times.updated))
        .await?;
    Ok(if new { Outcome::New } else { Outcome::Known })
}

/// Writes a version; one of that number is left as it is.
pub(super) async fn version(tx: &mut Tx, record: &VersionRecord) -> Result<Outcome, StoreError> {
    if versions::find(tx, &record.pacticipant, &record.number)
        .await?
        .is_some()
    {
        return Ok(Outcome::Known);
    }
    let Some(pacticipant) = pacticipants::find(tx, &record.pacticipant).await? else {
        return Ok(Outcome::Refused(Refusal::Homeless));
    };
    let insert = sql(
        "INSERT INTO versions (id, pacticipant_id, number, build_url, created_at, updated_at) \
         VALUES ($1, $2, $3, $4, $5, $6)",
    );
    let insert = insert
        .bind(tx.next_id().await?)
        .bind(pacticipant)
        .bind(&record.number)
        .bind(record.build_url.as_ref());
    add(tx, insert, &record.times).await
}

/// Writes a branch without versions; one of that name is left as it is.
pub(super) async fn branch(tx: &mut Tx, record: &BranchRecord) -> Result<Outcome, StoreError> {
    let Some(pacticipant) = pacticipants::find(tx, &record.pacticipant).await? else {
        return Ok(Outcome::Refused(Refusal::Homeless));
    };
    let there = sql("SELECT id FROM branches WHERE pacticipant_id = $1 AND name = $2");
    if tx
        .changed(there.bind(pacticipant).bind(&record.name))
        .await?
    {
        return Ok(Outcome::Known);
    }
    let insert = sql(
        "INSERT INTO branches (id, pacticipant_id, name, created_at, updated_at) \
         VALUES ($1, $2, $3, $4, $5)",
    );
    let insert = insert
        .bind(tx.next_id().await?)
        .bind(pacticipant)
        .bind(&record.name);
    add(tx, insert, &record.times).await
}

/// Puts a version on a branch. A version that is on it already changes nothing, and least of all
/// the head.
pub(super) async fn membership(
    tx: &mut Tx,
    record: &MembershipRecord,
) -> Result<Outcome, StoreError> {
    let select = sql(
        "SELECT b.id, v.id, EXISTS (SELECT 1 FROM branch_versions bv \
         WHERE bv.branch_id = b.id AND bv.version_id = v.id) FROM pacticipants p \
         JOIN branches b ON b.pacticipant_id = p.id AND b.name = $2 \
         JOIN versions v ON v.pacticipant_id = p.id AND v.number = $3 WHERE p.name = $1",
    );
    let select = select.bind(&record.pacticipant).bind(&record.branch);
    let found: Option<(BranchId, VersionId, bool)> =
        tx.optional(select.bind(&record.version)).await?;
    let Some((branch, version, there)) = found else {
        return Ok(Outcome::Refused(Refusal::Homeless));
    };
    if there {
        return Ok(Outcome::Known);
    }
    let insert = sql(
        "INSERT INTO branch_versions (branch_id, version_id, id, auto_created, created_at, updated_at) \
         VALUES ($1, $2, $3, FALSE, $4, $4)",
    );
    let insert = insert.bind(branch).bind(version).bind(tx.next_id().await?);
    tx.run(insert.bind(&record.created)).await?;
    if record.head {
        let head = sql("UPDATE branches SET head_version_id = $2, \
             updated_at = CASE WHEN updated_at < $3 THEN $3 ELSE updated_at END WHERE id = $1");
        tx.run(head.bind(branch).bind(version).bind(&record.created))
            .await?;
    }
    Ok(Outcome::New)
}

/// Puts a tag on a version, and nothing else: what a tag may mean was decided where it came from.
pub(super) async fn tag(tx: &mut Tx, record: &TagRecord) -> Result<Outcome, StoreError> {
    let found = versions::find(tx, &record.pacticipant, &record.version).await?;
    let Some((pacticipant, version)) = found else {
        return Ok(Outcome::Refused(Refusal::Homeless));
    };
    let there = sql("SELECT id FROM tags WHERE version_id = $1 AND name = $2");
    if tx.changed(there.bind(version).bind(&record.name)).await? {
        return Ok(Outcome::Known);
    }
    let insert = sql(
        "INSERT INTO tags (pacticipant_id, name, version_id, id, created_at, updated_at) \
         VALUES ($1, $2, $3, $4, $5, $6)",
    );
    let insert = insert
        .bind(pacticipant)
        .bind(&record.name)
        .bind(version)
        .bind(tx.next_id().await?);
    add(tx, insert, &record.times).await
}

/// Writes a row, which ends with when it was made and when it last changed.
async fn add(tx: &mut Tx, insert: Statement, times: &Times) -> Result<Outcome, StoreError> {
    tx.run(insert.bind(&times.created).bind(&times.updated))
        .await?;
    Ok(Outcome::New)
}

fn shown_name(given: Option<&String>, name: &str) -> String {
    let given = given.filter(|given| !given.trim().is_empty());
    given.cloned().unwrap_or_else(|| display_name(name))
}
