//! Tags on versions, and what a tag may also mean.

use crate::domain::pact::MarkingPolicy;
use crate::domain::text::{
    BranchName, EnvironmentId, PacticipantId, PacticipantName, TagName, VersionId, VersionNumber,
};
use crate::domain::time::Timestamp;
use crate::domain::version::Tag;
use crate::store::branches::{self, Membership};
use crate::store::connection::Tx;
use crate::store::deployments;
use crate::store::error::StoreError;
use crate::store::statement::{Statement, sql};
use crate::store::{Store, Written, pacticipants, versions};

impl Store {
    /// A tag on a version.
    pub async fn tag(
        &self,
        pacticipant: &PacticipantName,
        number: &VersionNumber,
        tag: &TagName,
    ) -> Result<Option<Tag>, StoreError> {
        let mut tx = self.reading().await?;
        match versions::find(&mut tx, pacticipant, number).await? {
            Some((_, version)) => find(&mut tx, version, tag).await,
            None => Ok(None),
        }
    }

    /// Puts a tag on a version, creating the version and its pacticipant if need be.
    pub async fn put_tag(
        &self,
        pacticipant: &PacticipantName,
        number: &VersionNumber,
        tag: &TagName,
        marking: &MarkingPolicy,
    ) -> Result<Written<Tag>, StoreError> {
        let input = (
            pacticipant.clone(),
            number.clone(),
            tag.clone(),
            marking.clone(),
        );
        self.change(input, |tx, (pacticipant, number, tag, marking)| {
            Box::pin(async move {
                let owner = pacticipants::find_or_create(tx, pacticipant).await?.value;
                let version = versions::find_or_create(tx, owner, number).await?.value;
                versions::touch(tx, version).await?;
                let created = put(tx, (owner, version), tag, marking).await?;
                if marking.deploy_by_tag {
                    deploy(tx, (owner, version), tag).await?;
                }
                let value = tags_one(tx, version, tag).await?;
                Ok(Written { value, created })
            })
        })
        .await
    }

    /// Takes a tag off a version; tells whether it was on.
    pub async fn delete_tag(
        &self,
        pacticipant: &PacticipantName,
        number: &VersionNumber,
        tag: &TagName,
    ) -> Result<bool, StoreError> {
        let input = (pacticipant.clone(), number.clone(), tag.clone());
        self.change(input, |tx, (pacticipant, number, tag)| {
            Box::pin(async move {
                let Some((_, version)) = versions::find(tx, pacticipant, number).await? else {
                    return Ok(false);
                };
                let delete =
                    sql("DELETE FROM tags WHERE version_id = $1 AND name = $2 RETURNING id");
                tx.changed(delete.bind(version).bind(tag)).await
            })
        })
        .await
    }

    /// The tags of which a version is the newest that carries them.
    pub async fn head_tags(&self, version: VersionId) -> Result<Vec<TagName>, StoreError> {
        let mut tx = self.reading().await?;
        heads(&mut tx, version).await
    }
}

/// The tags of which the version is the newest that carries them.
pub(super) async fn heads(tx: &mut Tx, version: VersionId) -> Result<Vec<TagName>, StoreError> {
    let tags = versions::tags_of(tx, &[version]).await?.remove(&version);
    let heads = tags
        .unwrap_or_default()
        .into_iter()
        .filter(|tag| tag.latest);
    Ok(heads.map(|tag| tag.name).collect())
}

pub(super) async fn find(
    tx: &mut Tx,
    version: VersionId,
    tag: &TagName,
) -> Result<Option<Tag>, StoreError> {
    let tags = versions::tags_of(tx, &[version]).await?.remove(&version);
    Ok(tags
        .unwrap_or_default()
        .into_iter()
        .find(|found| found.name == *tag))
}

async fn tags_one(tx: &mut Tx, version: VersionId, tag: &TagName) -> Result<Tag, StoreError> {
    let now = tx.now().clone();
    let unseen = Tag {
        version_id: version,
        name: tag.clone(),
        latest: true,
        created_at: now.clone(),
        updated_at: now,
    };
    Ok(find(tx, version, tag).await?.unwrap_or(unseen))
}

/// Puts a tag on a version; tells whether it is new there.
///
/// The first mark on a version that was just created also becomes its branch, and a tag named
/// like a main branch may make it the main branch of its application.
pub(super) async fn put(
    tx: &mut Tx,
    (pacticipant, version): (PacticipantId, VersionId),
    tag: &TagName,
    marking: &MarkingPolicy,
) -> Result<bool, StoreError> {
    let unmarked = is_unmarked_since(tx, version, marking).await?;
    let id = tx.next_id().await?;
    let now = tx.now().clone();
    let insert = putting((pacticipant, version), tag, id, &now);
    let created = tx.changed(insert).await?;
    let Ok(branch) = BranchName::parse(tag.as_str()) else {
        return Ok(created);
    };
    if created && unmarked {
        let membership = Membership {
            pacticipant,
            version,
            auto_created: true,
        };
        branches::add(tx, membership, &branch, marking).await?;
    } else if marking
        .main_branch_candidates
        .iter()
        .any(|name| name == branch.as_str())
    {
        pacticipants::set_main_branch(tx, pacticipant, &branch).await?;
    }
    Ok(created)
}

/// Puts a tag on a version, unless it is there.
pub(super) fn putting(
    (pacticipant, version): (PacticipantId, VersionId),
    tag: &TagName,
    place: i64,
    now: &Timestamp,
) -> Statement {
    let insert = sql(
        "INSERT INTO tags (pacticipant_id, name, version_id, id, created_at, updated_at) \
         VALUES ($1, $2, $3, $4, $5, $5) ON CONFLICT DO NOTHING RETURNING id",
    );
    let insert = insert.bind(pacticipant).bind(tag).bind(version);
    insert.bind(place).bind(now)
}

/// Makes these the tags of a version.
pub(super) async fn replace(
    tx: &mut Tx,
    (pacticipant, version): (PacticipantId, VersionId),
    wanted: &[TagName],
    marking: &MarkingPolicy,
) -> Result<(), StoreError> {
    let tags = versions::tags_of(tx, &[version])
        .await?
        .remove(&version)
        .unwrap_or_default();
    for tag in tags.iter().filter(|tag| !wanted.contains(&tag.name)) {
        let delete = sql("DELETE FROM tags WHERE version_id = $1 AND name = $2");
        tx.run(delete.bind(version).bind(&tag.name)).await?;
    }
    for tag in wanted {
        put(tx, (pacticipant, version), tag, marking).await?;
    }
    Ok(())
}

/// Whether the version has neither tag nor branch and was created within the time that its first
/// tag counts as its branch.
async fn is_unmarked_since(
    tx: &mut Tx,
    version: VersionId,
    marking: &MarkingPolicy,
) -> Result<bool, StoreError> {
    let Some(seconds) = marking.first_tag_as_branch_seconds else {
        return Ok(false);
    };
    let since = tx.now().seconds_earlier(seconds);
    let select = sql("SELECT v.created_at FROM versions v WHERE v.id = $1 \
         AND NOT EXISTS (SELECT 1 FROM tags t WHERE t.version_id = v.id) \
         AND NOT EXISTS (SELECT 1 FROM branch_versions b WHERE b.version_id = v.id)");
    let created: Option<(Timestamp,)> = tx.optional(select.bind(version)).await?;
    Ok(created.is_some_and(|(created,)| created >= since))
}

/// Records a deployment to the environment named like the tag, if there is one.
async fn deploy(
    tx: &mut Tx,
    (pacticipant, version): (PacticipantId, VersionId),
    tag: &TagName,
) -> Result<(), StoreError> {
    let select = sql("SELECT id FROM environments WHERE name = $1").bind(tag);
    let Some((environment,)): Option<(EnvironmentId,)> = tx.optional(select).await? else {
        return Ok(());
    };
    let slot = deployments::Slot {
        environment,
        pacticipant,
        instance: None,
        auto_created: true,
    };
    deployments::deploy(tx, &slot, version).await.map(drop)
}
