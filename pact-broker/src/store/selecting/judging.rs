//! What the provider's line has verified: pending and work in progress.

use std::collections::HashMap;

use crate::domain::pending::{self, Counted, Successes, TagSuccesses};
use crate::domain::selector::{Pending, VerificationRequest};
use crate::domain::text::{BranchName, ContentId, PacticipantId, TagName, VerificationId};
use crate::domain::time::Timestamp;
use crate::store::connection::Tx;
use crate::store::error::StoreError;
use crate::store::statement::{Statement, sql};

/// Judges contents for the line of the provider that a request names.
pub(super) enum Judge {
    /// One branch, which may be new.
    Branch {
        name: BranchName,
        id: Option<i64>,
        first_version: Option<i64>,
    },
    /// The provider as a whole.
    Provider,
    /// Some tags, each with its first use.
    Tags(Vec<(TagName, Option<i64>)>),
}

/// The first success of each content on another branch. `$3` lets in those as work in progress;
/// the others are those executed since `$4`.
const ELSEWHERE: &str = "SELECT c.id, (SELECT r.id FROM verifications r \
    WHERE r.content_id = c.id AND r.success = TRUE AND (r.wip = FALSE OR r.wip = $3) \
    AND r.executed_at > $4 AND EXISTS (SELECT 1 FROM branch_versions bv \
    WHERE bv.version_id = r.provider_version_id AND bv.branch_id <> $2) \
    ORDER BY r.id LIMIT 1) FROM contents c WHERE c.id IN_LIST($1)";

/// The contents that have a success on a branch.
const HERE: &str = "SELECT c.id FROM contents c WHERE c.id IN_LIST($1) \
    AND EXISTS (SELECT 1 FROM verifications r JOIN branch_versions bv \
    ON bv.version_id = r.provider_version_id AND bv.branch_id = $2 \
    WHERE r.content_id = c.id AND r.success = TRUE AND (r.wip = FALSE OR r.wip = $3) \
    AND r.executed_at > $4)";

/// The same for a tag.
const ELSEWHERE_TAGGED: &str = "SELECT c.id, (SELECT r.id FROM verifications r \
    WHERE r.content_id = c.id AND r.success = TRUE AND (r.wip = FALSE OR r.wip = $3) \
    AND r.executed_at > $4 AND EXISTS (SELECT 1 FROM tags t \
    WHERE t.version_id = r.provider_version_id AND t.name <> $2) \
    ORDER BY r.id LIMIT 1) FROM contents c WHERE c.id IN_LIST($1)";

/// The contents that have a success under a tag.
const HERE_TAGGED: &str = "SELECT c.id FROM contents c WHERE c.id IN_LIST($1) \
    AND EXISTS (SELECT 1 FROM verifications r JOIN tags t \
    ON t.version_id = r.provider_version_id AND t.name = $2 \
    WHERE r.content_id = c.id AND r.success = TRUE AND (r.wip = FALSE OR r.wip = $3) \
    AND r.executed_at > $4)";

type SuccessesOf = HashMap<ContentId, Successes>;

impl Judge {
    /// Finds the line that the request names; a branch goes before tags.
    pub(super) async fn new(
        tx: &mut Tx,
        provider: PacticipantId,
        request: &VerificationRequest,
    ) -> Result<Self, StoreError> {
        if let Some(name) = &request.provider_branch {
            let select = sql(
                "SELECT b.id, (SELECT MIN(bv.version_id) FROM branch_versions bv \
                 WHERE bv.branch_id = b.id) FROM branches b \
                 WHERE b.pacticipant_id = $1 AND b.name = $2",
            );
            let found: Option<(i64, Option<i64>)> =
                tx.optional(select.bind(provider).bind(name)).await?;
            let (id, first_version) = found.unzip();
            let first_version = first_version.flatten();
            return Ok(Self::Branch {
                name: name.clone(),
                id,
                first_version,
            });
        }
        if request.provider_tags.is_empty() {
            return Ok(Self::Provider);
        }
        let mut tags = Vec::new();
        for tag in &request.provider_tags {
            let select = sql("SELECT MIN(id) FROM tags WHERE pacticipant_id = $1 AND name = $2");
            let (began,) = tx.one(select.bind(provider).bind(tag)).await?;
            tags.push((tag.clone(), began));
        }
        Ok(Self::Tags(tags))
    }

    /// Whether the request names neither branch nor tags.
    pub(super) fn has_no_line(&self) -> bool {
        matches!(self, Self::Provider)
    }

    /// Judges whether contents are pending.
    pub(super) async fn pending(
        &self,
        tx: &mut Tx,
        contents: &[ContentId],
    ) -> Result<HashMap<ContentId, Pending>, StoreError> {
        match self {
            Self::Branch { name, id, .. } => {
                let judged = on_branch(tx, contents, (*id, *id), &Counted::ALL)
                    .await?
                    .into_iter();
                Ok(judged
                    .map(|(content, seen)| (content, pending::for_branch(name, *id, seen)))
                    .collect())
            }
            Self::Provider => {
                let select = sql("SELECT c.id, EXISTS (SELECT 1 FROM verifications r \
                     WHERE r.content_id = c.id AND r.success = TRUE) FROM contents c \
                     WHERE c.id IN_LIST($1)");
                let rows: Vec<(ContentId, bool)> = tx.all(select.ids(contents)).await?;
                Ok(rows
                    .into_iter()
                    .map(|(id, ever)| (id, pending::for_provider(ever)))
                    .collect())
            }
            Self::Tags(tags) => {
                let of_tags = under_tags(tx, tags, contents, &Counted::ALL).await?;
                Ok(of_tags
                    .into_iter()
                    .map(|(id, tags)| (id, pending::for_tags(&tags)))
                    .collect())
            }
        }
    }

    /// Judges contents by the successes that keep them from being work in progress.
    pub(super) async fn in_progress(
        &self,
        tx: &mut Tx,
        contents: &[ContentId],
    ) -> Result<HashMap<ContentId, Pending>, StoreError> {
        Ok(match self {
            Self::Branch {
                name,
                id,
                first_version,
            } => {
                let counted = Counted::on_branch(tx.now());
                let seen = on_branch(tx, contents, (*id, *first_version), &counted).await?;
                let seen = seen.into_iter();
                seen.map(|(content, seen)| {
                    (content, pending::for_branch(name, *first_version, seen))
                })
                .collect()
            }
            Self::Provider => HashMap::new(),
            Self::Tags(tags) => {
                let of_tags = under_tags(tx, tags, contents, &Counted::under_tag()).await?;
                of_tags
                    .into_iter()
                    .map(|(id, tags)| (id, pending::for_tags(&tags)))
                    .collect()
            }
        })
    }
}

/// Binds what tells which successes count.
fn counting(statement: Statement, counted: &Counted) -> Statement {
    let since = counted.since.as_ref().map_or("", Timestamp::as_str);
    statement.bind(counted.in_progress).bind(since)
}

async fn on_branch(
    tx: &mut Tx,
    contents: &[ContentId],
    (branch, began): (Option<i64>, Option<i64>),
    counted: &Counted,
) -> Result<SuccessesOf, StoreError> {
    let bound = |text: &'static str, contents: &[ContentId]| {
        let statement = sql(text).ids(contents).bind(branch.unwrap_or(0));
        counting(statement, counted)
    };
    let mut seen = elsewhere(tx, bound(ELSEWHERE, contents)).await?;
    if branch.is_some() {
        let open = undecided(&seen, began);
        mark_here(tx, bound(HERE, &open), &mut seen).await?;
    }
    Ok(seen)
}

async fn under_tags(
    tx: &mut Tx,
    tags: &[(TagName, Option<i64>)],
    contents: &[ContentId],
    counted: &Counted,
) -> Result<HashMap<ContentId, Vec<TagSuccesses>>, StoreError> {
    let mut of_contents: HashMap<ContentId, Vec<TagSuccesses>> = HashMap::new();
    for (tag, began) in tags {
        let bound = |text: &'static str, contents: &[ContentId]| {
            counting(sql(text).ids(contents).bind(tag), counted)
        };
        let mut seen = elsewhere(tx, bound(ELSEWHERE_TAGGED, contents)).await?;
        let open = undecided(&seen, *began);
        mark_here(tx, bound(HERE_TAGGED, &open), &mut seen).await?;
        for (content, successes) in seen {
            let seen = TagSuccesses {
                tag: tag.clone(),
                began: *began,
                successes,
            };
            of_contents.entry(content).or_default().push(seen);
        }
    }
    Ok(of_contents)
}

/// The contents for which it matters whether the line itself has a success.
fn undecided(seen: &SuccessesOf, began: Option<i64>) -> Vec<ContentId> {
    let open = seen
        .iter()
        .filter(|(_, successes)| !successes.counts_for(began));
    open.map(|(content, _)| *content).collect()
}

async fn elsewhere(tx: &mut Tx, statement: Statement) -> Result<SuccessesOf, StoreError> {
    let rows: Vec<(ContentId, Option<VerificationId>)> = tx.all(statement).await?;
    let seen = |(content, first_elsewhere)| {
        (
            content,
            Successes {
                here: false,
                first_elsewhere,
            },
        )
    };
    Ok(rows.into_iter().map(seen).collect())
}

async fn mark_here(
    tx: &mut Tx,
    statement: Statement,
    seen: &mut SuccessesOf,
) -> Result<(), StoreError> {
    for (content,) in tx.all::<(ContentId,)>(statement).await? {
        if let Some(successes) = seen.get_mut(&content) {
            successes.here = true;
        }
    }
    Ok(())
}
