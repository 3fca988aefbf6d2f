//! Versions, and loading what marks them.

use std::collections::HashMap;
use std::hash::Hash;

use crate::domain::environment::{DeployedVersion, ReleasedVersion};
use crate::domain::pact::MarkingPolicy;
use crate::domain::pacticipant::Change;
use crate::domain::text::{PacticipantId, PacticipantName, VersionId, VersionNumber};
use crate::domain::time::Timestamp;
use crate::domain::version::{
    BranchVersion, PublishedPact, Tag, Version, VersionAddress, VersionChange, VersionDetail,
    VersionScope,
};
use crate::store::connection::{Record, Tx};
use crate::store::deployments::{DEPLOYED, RELEASED};
use crate::store::error::StoreError;
use crate::store::statement::{Statement, sql};
use crate::store::{Page, Paged, Store, Written, pacticipants, tags};

const SELECT: &str = "SELECT v.id, v.pacticipant_id, p.name AS pacticipant, v.number, \
    v.build_url, v.created_at, v.updated_at \
    FROM versions v JOIN pacticipants p ON p.id = v.pacticipant_id \
    WHERE v.pacticipant_id = (SELECT id FROM pacticipants WHERE name = $1) ";

impl Store {
    /// The version at an address.
    pub async fn version(
        &self,
        pacticipant: &PacticipantName,
        address: &VersionAddress,
    ) -> Result<Option<VersionDetail>, StoreError> {
        let mut tx = self.reading().await?;
        let version = find_at(&mut tx, pacticipant, address).await?;
        Ok(details(&mut tx, version.into_iter().collect()).await?.pop())
    }

    /// The versions in a scope, newest first; nothing when the pacticipant, or the branch,
    /// environment or tag, does not exist.
    pub async fn versions(
        &self,
        pacticipant: &PacticipantName,
        scope: &VersionScope,
        page: Option<Page>,
    ) -> Result<Option<Paged<VersionDetail>>, StoreError> {
        let mut tx = self.reading().await?;
        let Some(id) = pacticipants::find(&mut tx, pacticipant).await? else {
            return Ok(None);
        };
        if !scope_exists(&mut tx, id, scope).await? {
            return Ok(None);
        }
        let ids: Vec<(VersionId,)> = tx.all(ids_in_scope(id, scope)).await?;
        let ids: Vec<_> = ids.into_iter().map(|(id,)| id).collect();
        let Paged { items, total } = Paged::of(ids, page);
        let select = Statement::joined(&[SELECT, "AND v.id IN_LIST($2) ORDER BY v.id DESC"]);
        let versions = tx.all(select.bind(pacticipant).ids(&items)).await?;
        Ok(Some(Paged {
            items: details(&mut tx, versions).await?,
            total,
        }))
    }

    /// Changes what the request gives of a version, creating it and its pacticipant if need be.
    pub async fn put_version(
        &self,
        pacticipant: &PacticipantName,
        number: &VersionNumber,
        change: VersionChange,
        marking: &MarkingPolicy,
    ) -> Result<Written<VersionDetail>, StoreError> {
        let input = (pacticipant.clone(), number.clone(), change, marking.clone());
        self.change(input, |tx, (pacticipant, number, change, marking)| {
            Box::pin(async move {
                let owner = pacticipants::find_or_create(tx, pacticipant).await?.value;
                let made = find_or_create(tx, owner, number).await?;
                let moment = tx.now().just_after();
                match &change.build_url {
                    Change::Keep => touch(tx, made.value).await?,
                    Change::Set(url) => {
                        set_build_url(tx, made.value, url.as_ref(), &moment).await?;
                    }
                }
                if let Some(wanted) = &change.tags {
                    tags::replace(tx, (owner, made.value), wanted, marking).await?;
                }
                let select = Statement::joined(&[SELECT, "AND v.id = $2"]);
                let version = tx.one(select.bind(pacticipant).bind(made.value)).await?;
                let mut detailed = details(tx, vec![version]).await?;
                Ok(Written {
                    value: detailed.remove(0),
                    created: made.created,
                })
            })
        })
        .await
    }

    /// Deletes a version with everything that is about it; branches it was the head of fall back
    /// to their newest remaining version. Tells whether it existed.
    pub async fn delete_version(
        &self,
        pacticipant: &PacticipantName,
        number: &VersionNumber,
    ) -> Result<bool, StoreError> {
        self.change(
            (pacticipant.clone(), number.clone()),
            |tx, (name, number)| {
                Box::pin(async move {
                    let Some((_, version)) = find(tx, name, number).await? else {
                        return Ok(false);
                    };
                    delete(tx, &[version]).await?;
                    Ok(true)
                })
            },
        )
        .await
    }

    /// The numbers of the versions with these keys; unknown keys are left out.
    pub async fn version_numbers(
        &self,
        ids: &[VersionId],
    ) -> Result<HashMap<VersionId, VersionNumber>, StoreError> {
        let mut tx = self.reading().await?;
        let select = sql("SELECT id, number FROM versions WHERE id IN_LIST($1)");
        Ok(tx.all(select.ids(ids)).await?.into_iter().collect())
    }
}

/// The keys of a pacticipant and of its version.
pub(super) async fn find(
    tx: &mut Tx,
    pacticipant: &PacticipantName,
    number: &VersionNumber,
) -> Result<Option<(PacticipantId, VersionId)>, StoreError> {
    let select = sql(
        "SELECT pacticipant_id, id FROM versions WHERE number = $2 AND pacticipant_id = \
         (SELECT id FROM pacticipants WHERE name = $1)",
    );
    tx.optional(select.bind(pacticipant).bind(number)).await
}

/// The key of a version, which is created if need be.
pub(super) async fn find_or_create(
    tx: &mut Tx,
    pacticipant: PacticipantId,
    number: &VersionNumber,
) -> Result<Written<VersionId>, StoreError> {
    match tx.optional(key(pacticipant, number)).await? {
        Some((value,)) => Ok(Written {
            value,
            created: false,
        }),
        None => create_or_find(tx, pacticipant, number).await,
    }
}

/// The key of a version that is most likely new. Of several who create it at once, the unique
/// number lets one do so and the others find it.
pub(super) async fn create_or_find(
    tx: &mut Tx,
    pacticipant: PacticipantId,
    number: &VersionNumber,
) -> Result<Written<VersionId>, StoreError> {
    let id = tx.next_id().await?;
    let now = tx.now().clone();
    let insert = sql(
        "INSERT INTO versions (id, pacticipant_id, number, created_at, updated_at) \
         VALUES ($1, $2, $3, $4, $4) ON CONFLICT (pacticipant_id, number) DO NOTHING RETURNING id",
    );
    let insert = insert.bind(id).bind(pacticipant).bind(number).bind(&now);
    if tx.changed(insert).await? {
        return Ok(Written {
            value: VersionId(id),
            created: true,
        });
    }
    let (value,) = tx.one(key(pacticipant, number)).await?;
    Ok(Written {
        value,
        created: false,
    })
}

/// Adds a version that does not exist.
pub(super) fn inserting(
    (id, owner, number): (VersionId, PacticipantId, &VersionNumber),
    build_url: Option<&String>,
    now: &Timestamp,
) -> Statement {
    let insert = sql(
        "INSERT INTO versions (id, pacticipant_id, number, build_url, created_at, updated_at) \
         VALUES ($1, $2, $3, $4, $5, $5)",
    );
    let insert = insert.bind(id).bind(owner).bind(number);
    insert.bind(build_url).bind(now)
}

fn key(pacticipant: PacticipantId, number: &VersionNumber) -> Statement {
    sql("SELECT id FROM versions WHERE pacticipant_id = $1 AND number = $2")
        .bind(pacticipant)
        .bind(number)
}

/// Sets the build of a version, changed at a moment.
pub(super) async fn set_build_url(
    tx: &mut Tx,
    version: VersionId,
    build_url: Option<&String>,
    moment: &Timestamp,
) -> Result<(), StoreError> {
    let update = sql("UPDATE versions SET build_url = $2, updated_at = $3 WHERE id = $1");
    tx.run(update.bind(version).bind(build_url).bind(moment))
        .await
}

/// Notes that a version was changed, be it in the moment it was created.
pub(super) async fn touch(tx: &mut Tx, version: VersionId) -> Result<(), StoreError> {
    let now = tx.now().just_after();
    tx.run(
        sql("UPDATE versions SET updated_at = $2 WHERE id = $1")
            .bind(version)
            .bind(&now),
    )
    .await
}

/// Deletes versions and gives the branches they headed another head.
pub(super) async fn delete(tx: &mut Tx, versions: &[VersionId]) -> Result<(), StoreError> {
    let headed = sql("SELECT id FROM branches WHERE head_version_id IN_LIST($1)").ids(versions);
    let headed: Vec<(i64,)> = tx.all(headed).await?;
    tx.run(sql("DELETE FROM versions WHERE id IN_LIST($1)").ids(versions))
        .await?;
    let update = sql(
        "UPDATE branches SET head_version_id = (SELECT MAX(b.version_id) FROM branch_versions b \
         WHERE b.branch_id = branches.id) WHERE id IN_LIST($1)",
    );
    tx.run(update.ids(headed.into_iter().map(|(id,)| id))).await
}

async fn find_at(
    tx: &mut Tx,
    pacticipant: &PacticipantName,
    address: &VersionAddress,
) -> Result<Option<Version>, StoreError> {
    let select = |rest| Statement::joined(&[SELECT, rest]).bind(pacticipant);
    let statement = match address {
        VersionAddress::Latest => select("ORDER BY v.id DESC LIMIT 1"),
        VersionAddress::LatestOnBranch(branch) => select(
            "AND v.id = (SELECT b.head_version_id FROM branches b \
             WHERE b.pacticipant_id = v.pacticipant_id AND b.name = $2)",
        )
        .bind(branch),
        VersionAddress::LatestTagged(tag) => select(
            "AND v.id = (SELECT MAX(t.version_id) FROM tags t \
             WHERE t.pacticipant_id = v.pacticipant_id AND t.name = $2)",
        )
        .bind(tag),
        VersionAddress::Number(number) => select("AND v.number = $2").bind(number),
    };
    tx.optional(statement).await
}

async fn scope_exists(
    tx: &mut Tx,
    pacticipant: PacticipantId,
    scope: &VersionScope,
) -> Result<bool, StoreError> {
    let statement = match scope {
        VersionScope::All => return Ok(true),
        VersionScope::Branch(branch) => {
            sql("SELECT id FROM branches WHERE pacticipant_id = $1 AND name = $2")
                .bind(pacticipant)
                .bind(branch)
        }
        VersionScope::Environment(uuid) => {
            sql("SELECT id FROM environments WHERE uuid = $1").bind(uuid)
        }
        VersionScope::Tag(tag) => {
            sql("SELECT version_id FROM tags WHERE pacticipant_id = $1 AND name = $2 LIMIT 1")
                .bind(pacticipant)
                .bind(tag)
        }
    };
    tx.changed(statement).await
}

fn ids_in_scope(pacticipant: PacticipantId, scope: &VersionScope) -> Statement {
    match scope {
        VersionScope::All => {
            sql("SELECT id FROM versions WHERE pacticipant_id = $1 ORDER BY id DESC").bind(pacticipant)
        }
        VersionScope::Branch(branch) => sql(
            "SELECT bv.version_id FROM branch_versions bv JOIN branches b ON b.id = bv.branch_id \
             WHERE b.pacticipant_id = $1 AND b.name = $2 ORDER BY bv.version_id DESC",
        )
        .bind(pacticipant)
        .bind(branch),
        VersionScope::Environment(uuid) => sql(
            "SELECT version_id FROM (SELECT d.version_id, d.environment_id, d.pacticipant_id \
             FROM deployed_versions d UNION SELECT r.version_id, r.environment_id, r.pacticipant_id \
             FROM released_versions r) AS placed WHERE pacticipant_id = $1 AND environment_id = \
             (SELECT id FROM environments WHERE uuid = $2) ORDER BY version_id DESC",
        )
        .bind(pacticipant)
        .bind(uuid),
        VersionScope::Tag(tag) => sql(
            "SELECT version_id FROM tags WHERE pacticipant_id = $1 AND name = $2 \
             ORDER BY version_id DESC",
        )
        .bind(pacticipant)
        .bind(tag),
    }
}

/// Adds to versions what their documents show, with one statement per kind of mark.
pub(super) async fn details(
    tx: &mut Tx,
    versions: Vec<Version>,
) -> Result<Vec<VersionDetail>, StoreError> {
    let ids: Vec<_> = versions.iter().map(|version| version.id).collect();
    let mut branches = branches_of(tx, &ids).await?;
    let mut tags = tags_of(tx, &ids).await?;
    let deployed = Statement::joined(&[
        DEPLOYED,
        "WHERE d.version_id IN_LIST($1) ORDER BY d.id DESC",
    ]);
    let mut deployed = grouped(tx, deployed.ids(&ids), |row: &DeployedVersion| {
        row.version_id
    })
    .await?;
    let released = Statement::joined(&[
        RELEASED,
        "WHERE r.version_id IN_LIST($1) ORDER BY r.id DESC",
    ]);
    let mut released = grouped(tx, released.ids(&ids), |row: &ReleasedVersion| {
        row.version_id
    })
    .await?;
    let pacts = sql(
        "SELECT pub.consumer_version_id AS version_id, p.name AS provider, c.sha, pub.revision \
         FROM publications pub JOIN pacticipants p ON p.id = pub.provider_id \
         JOIN contents c ON c.id = pub.content_id \
         WHERE pub.consumer_version_id IN_LIST($1) ORDER BY p.name, pub.revision",
    );
    let mut pacts = grouped(tx, pacts.ids(&ids), |row: &PublishedPact| row.version_id).await?;
    let detailed = versions.into_iter().map(|version| VersionDetail {
        branches: branches.remove(&version.id).unwrap_or_default(),
        tags: tags.remove(&version.id).unwrap_or_default(),
        deployed: deployed.remove(&version.id).unwrap_or_default(),
        released: released.remove(&version.id).unwrap_or_default(),
        pacts: pacts.remove(&version.id).unwrap_or_default(),
        version,
    });
    Ok(detailed.collect())
}

/// The branches of each version, in the order it was added to them.
pub(super) async fn branches_of(
    tx: &mut Tx,
    versions: &[VersionId],
) -> Result<HashMap<VersionId, Vec<BranchVersion>>, StoreError> {
    let select = sql("SELECT bv.version_id, b.name AS branch, \
         (b.head_version_id IS NOT NULL AND b.head_version_id = bv.version_id) AS head, \
         bv.created_at, bv.updated_at FROM branch_versions bv JOIN branches b ON b.id = bv.branch_id \
         WHERE bv.version_id IN_LIST($1) ORDER BY bv.id");
    grouped(tx, select.ids(versions), |row: &BranchVersion| {
        row.version_id
    })
    .await
}

/// The tags of each version, in the order they were put on.
pub(super) async fn tags_of(
    tx: &mut Tx,
    versions: &[VersionId],
) -> Result<HashMap<VersionId, Vec<Tag>>, StoreError> {
    let select = sql(
        "SELECT t.version_id, t.name, NOT EXISTS (SELECT 1 FROM tags n \
         WHERE n.pacticipant_id = t.pacticipant_id AND n.name = t.name \
         AND n.version_id > t.version_id) AS latest, t.created_at, t.updated_at \
         FROM tags t WHERE t.version_id IN_LIST($1) ORDER BY t.id",
    );
    grouped(tx, select.ids(versions), |row: &Tag| row.version_id).await
}

/// Reads rows and puts them together by a key, keeping their order.
pub(super) async fn grouped<K: Eq + Hash, T: Record>(
    tx: &mut Tx,
    statement: Statement,
    key: impl Fn(&T) -> K,
) -> Result<HashMap<K, Vec<T>>, StoreError> {
    let mut groups: HashMap<K, Vec<T>> = HashMap::new();
    for row in tx.all(statement).await? {
        groups.entry(key(&row)).or_default().push(row);
    }
    Ok(groups)
}
