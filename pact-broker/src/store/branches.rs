//! Branches and the versions on them.

use crate::domain::pact::MarkingPolicy;
use crate::domain::text::{
    BranchId, BranchName, PacticipantId, PacticipantName, VersionId, VersionNumber,
};
use crate::domain::time::Timestamp;
use crate::domain::version::{Branch, BranchVersion};
use crate::store::connection::Tx;
use crate::store::error::StoreError;
use crate::store::statement::{Statement, sql};
use crate::store::{Page, Paged, Store, Written, pacticipants, versions};

/// Which branches a bulk deletion removed and which it left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeletedBranches {
    /// Those removed, by name.
    pub deleted: Vec<BranchName>,
    /// Those left, by name.
    pub kept: Vec<BranchName>,
}

/// That a version shall be on a branch.
#[derive(Debug, Clone, Copy)]
pub(super) struct Membership {
    pub(super) pacticipant: PacticipantId,
    pub(super) version: VersionId,
    /// Whether the branch is inferred from a tag.
    pub(super) auto_created: bool,
}

impl Store {
    /// The branches of a pacticipant, most recently used first; nothing when it does not exist.
    pub async fn branches(
        &self,
        pacticipant: &PacticipantName,
        name_contains: Option<&str>,
        page: Option<Page>,
    ) -> Result<Option<Paged<Branch>>, StoreError> {
        let mut tx = self.reading().await?;
        let Some(id) = pacticipants::find(&mut tx, pacticipant).await? else {
            return Ok(None);
        };
        // The head is the version that was added last.
        let select = sql("SELECT b.name, b.created_at, b.updated_at FROM branches b \
             LEFT JOIN branch_versions head ON head.branch_id = b.id \
             AND head.version_id = b.head_version_id WHERE b.pacticipant_id = $1 \
             ORDER BY COALESCE(head.id, 0) DESC, b.id DESC");
        let mut branches: Vec<Branch> = tx.all(select.bind(id)).await?;
        if let Some(text) = name_contains.map(str::to_lowercase) {
            branches.retain(|branch| branch.name.as_str().to_lowercase().contains(&text));
        }
        Ok(Some(Paged::of(branches, page)))
    }

    /// A branch of a pacticipant.
    pub async fn branch(
        &self,
        pacticipant: &PacticipantName,
        branch: &BranchName,
    ) -> Result<Option<Branch>, StoreError> {
        let mut tx = self.reading().await?;
        let select = sql("SELECT b.name, b.created_at, b.updated_at FROM branches b \
             JOIN pacticipants p ON p.id = b.pacticipant_id WHERE p.name = $1 AND b.name = $2");
        tx.optional(select.bind(pacticipant).bind(branch)).await
    }

    /// Deletes a branch, but none of its versions; tells whether it existed.
    pub async fn delete_branch(
        &self,
        pacticipant: &PacticipantName,
        branch: &BranchName,
    ) -> Result<bool, StoreError> {
        self.change(
            (pacticipant.clone(), branch.clone()),
            |tx, (pacticipant, branch)| {
                let delete = sql("DELETE FROM branches WHERE name = $2 AND pacticipant_id = \
                 (SELECT id FROM pacticipants WHERE name = $1) RETURNING id");
                Box::pin(tx.changed(delete.bind(pacticipant).bind(branch)))
            },
        )
        .await
    }

    /// Deletes the branches of a pacticipant but its main branch and those named; nothing when it
    /// does not exist.
    pub async fn delete_branches_except(
        &self,
        pacticipant: &PacticipantName,
        except: &[BranchName],
    ) -> Result<Option<DeletedBranches>, StoreError> {
        self.change(
            (pacticipant.clone(), except.to_vec()),
            |tx, (pacticipant, except)| {
                Box::pin(async move {
                    let Some(id) = pacticipants::find(tx, pacticipant).await? else {
                        return Ok(None);
                    };
                    let select = sql("SELECT b.id, b.name, p.main_branch FROM branches b \
                     JOIN pacticipants p ON p.id = b.pacticipant_id \
                     WHERE p.id = $1 ORDER BY b.name");
                    let branches: Vec<(BranchId, BranchName, Option<BranchName>)> =
                        tx.all(select.bind(id)).await?;
                    let (kept, deleted): (Vec<_>, Vec<_>) =
                        branches.into_iter().partition(|(_, name, main)| {
                            main.as_ref() == Some(name) || except.contains(name)
                        });
                    let delete = sql("DELETE FROM branches WHERE id IN_LIST($1)");
                    tx.run(delete.ids(deleted.iter().map(|(id, _, _)| id)))
                        .await?;
                    let names = |rows: Vec<(_, BranchName, _)>| {
                        rows.into_iter().map(|(_, name, _)| name).collect()
                    };
                    Ok(Some(DeletedBranches {
                        deleted: names(deleted),
                        kept: names(kept),
                    }))
                })
            },
        )
        .await
    }

    /// The membership of a version in a branch.
    pub async fn branch_version(
        &self,
        pacticipant: &PacticipantName,
        branch: &BranchName,
        number: &VersionNumber,
    ) -> Result<Option<BranchVersion>, StoreError> {
        let mut tx = self.reading().await?;
        match versions::find(&mut tx, pacticipant, number).await? {
            Some((_, version)) => find(&mut tx, version, branch).await,
            None => Ok(None),
        }
    }

    /// Adds a version to a branch, creating the pacticipant, version and branch if need be.
    pub async fn put_branch_version(
        &self,
        pacticipant: &PacticipantName,
        branch: &BranchName,
        number: &VersionNumber,
        marking: &MarkingPolicy,
    ) -> Result<Written<Option<BranchVersion>>, StoreError> {
        let input = (
            pacticipant.clone(),
            branch.clone(),
            number.clone(),
            marking.clone(),
        );
        self.change(input, |tx, (pacticipant, branch, number, marking)| {
            Box::pin(async move {
                let owner = pacticipants::find_or_create(tx, pacticipant).await?.value;
                let version = versions::find_or_create(tx, owner, number).await?.value;
                versions::touch(tx, version).await?;
                let membership = Membership {
                    pacticipant: owner,
                    version,
                    auto_created: false,
                };
                let created = add(tx, membership, branch, marking).await?;
                Ok(Written {
                    value: find(tx, version, branch).await?,
                    created,
                })
            })
        })
        .await
    }

    /// Takes a version off a branch; if it was the head, the newest remaining version becomes it.
    /// Tells whether it was on the branch.
    pub async fn delete_branch_version(
        &self,
        pacticipant: &PacticipantName,
        branch: &BranchName,
        number: &VersionNumber,
    ) -> Result<bool, StoreError> {
        let input = (pacticipant.clone(), branch.clone(), number.clone());
        self.change(input, |tx, (pacticipant, branch, number)| {
            Box::pin(async move {
                let Some((owner, version)) = versions::find(tx, pacticipant, number).await? else {
                    return Ok(false);
                };
                let delete = sql(
                    "DELETE FROM branch_versions WHERE version_id = $1 AND branch_id = \
                     (SELECT id FROM branches WHERE pacticipant_id = $2 AND name = $3) RETURNING id",
                );
                let existed = tx.changed(delete.bind(version).bind(owner).bind(branch)).await?;
                let update = sql(
                    "UPDATE branches SET head_version_id = (SELECT MAX(b.version_id) \
                     FROM branch_versions b WHERE b.branch_id = branches.id) \
                     WHERE pacticipant_id = $1 AND name = $2 AND head_version_id = $3",
                );
                tx.run(update.bind(owner).bind(branch).bind(version)).await?;
                Ok(existed)
            })
        })
        .await
    }
}

async fn find(
    tx: &mut Tx,
    version: VersionId,
    branch: &BranchName,
) -> Result<Option<BranchVersion>, StoreError> {
    let branches = versions::branches_of(tx, &[version])
        .await?
        .remove(&version);
    Ok(branches
        .unwrap_or_default()
        .into_iter()
        .find(|found| found.branch == *branch))
}

/// Adds a version to a branch; tells whether it is new there. The version most recently added is
/// the head, even when it is an old one.
pub(super) async fn add(
    tx: &mut Tx,
    membership: Membership,
    branch: &BranchName,
    marking: &MarkingPolicy,
) -> Result<bool, StoreError> {
    let Membership {
        pacticipant,
        version,
        auto_created,
    } = membership;
    let (branch_id, has_main_branch) = find_or_create(tx, pacticipant, branch).await?;
    let id = tx.next_id().await?;
    let now = tx.now().clone();
    let created = tx
        .changed(joining((branch_id, version), id, auto_created, &now))
        .await?;
    if created {
        tx.run(heading(branch_id, version, &now)).await?;
    }
    let mut candidates = marking.main_branch_candidates.iter();
    if !has_main_branch && candidates.any(|name| name == branch.as_str()) {
        pacticipants::set_main_branch(tx, pacticipant, branch).await?;
    }
    Ok(created)
}

/// The key of a branch, which is created if need be, and whether its pacticipant is known to have a
/// main branch.
async fn find_or_create(
    tx: &mut Tx,
    pacticipant: PacticipantId,
    name: &BranchName,
) -> Result<(BranchId, bool), StoreError> {
    let select = || {
        sql("SELECT b.id, p.main_branch IS NOT NULL FROM branches b \
             JOIN pacticipants p ON p.id = b.pacticipant_id \
             WHERE b.pacticipant_id = $1 AND b.name = $2")
        .bind(pacticipant)
        .bind(name)
    };
    if let Some(found) = tx.optional(select()).await? {
        return Ok(found);
    }
    let id = tx.next_id().await?;
    let now = tx.now().clone();
    let insert = inserting((BranchId(id), pacticipant, name), None, &now);
    if tx.changed(insert).await? {
        return Ok((BranchId(id), false));
    }
    tx.one(select()).await
}

/// Adds a branch, unless there is one of that name.
pub(super) fn inserting(
    (id, pacticipant, name): (BranchId, PacticipantId, &BranchName),
    head: Option<VersionId>,
    now: &Timestamp,
) -> Statement {
    let insert = sql(
        "INSERT INTO branches (id, pacticipant_id, name, head_version_id, created_at, updated_at) \
         VALUES ($1, $2, $3, $4, $5, $5) ON CONFLICT (pacticipant_id, name) DO NOTHING RETURNING id",
    );
    let insert = insert.bind(id).bind(pacticipant).bind(name);
    insert.bind(head).bind(now)
}

/// Adds a version to a branch, unless it is on it.
pub(super) fn joining(
    (branch, version): (BranchId, VersionId),
    place: i64,
    auto_created: bool,
    now: &Timestamp,
) -> Statement {
    let insert = sql(
        "INSERT INTO branch_versions (branch_id, version_id, id, auto_created, created_at, updated_at) \
         VALUES ($1, $2, $3, $4, $5, $5) ON CONFLICT DO NOTHING RETURNING id",
    );
    let insert = insert.bind(branch).bind(version).bind(place);
    insert.bind(auto_created).bind(now)
}

/// Makes a version the head of a branch.
pub(super) fn heading(branch: BranchId, version: VersionId, now: &Timestamp) -> Statement {
    let update = sql("UPDATE branches SET head_version_id = $2, updated_at = $3 WHERE id = $1");
    update.bind(branch).bind(version).bind(now)
}
