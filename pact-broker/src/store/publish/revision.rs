//! Putting one content in its place.

use crate::domain::content::Content;
use crate::domain::merge::{DifferentRequests, MergeError, merge};
use crate::domain::pact::{ContentConflict, PactPublication, PublishKind};
use crate::domain::text::{ContentId, PactSha, PublicationId};
use crate::domain::time::Timestamp;
use crate::store::connection::Tx;
use crate::store::error::StoreError;
use crate::store::publish::Parties;
use crate::store::statement::{Statement, sql};

/// What may happen to different content that stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rule {
    /// It is merged, unless requests differ.
    Merge,
    /// It is merged, and different requests are replaced.
    MergeReplacing,
    /// It stays, and the new content is refused.
    Refuse,
    /// It is replaced.
    Replace,
}

/// The content that stands for a version and a provider.
#[derive(sqlx::FromRow)]
pub(super) struct Standing {
    publication: PublicationId,
    content: ContentId,
    sha: PactSha,
    revision: i64,
    text: String,
    created_at: Timestamp,
}

/// What stands once a content was put in its place, and what that did.
pub(super) struct Placed {
    pub(super) kind: PublishKind,
    pub(super) publication: PactPublication,
}

impl Placed {
    fn new(kind: PublishKind, parties: Parties<'_>, standing: Standing) -> (Self, String) {
        let (consumer, number, provider) = parties.names;
        let publication = PactPublication {
            id: standing.publication,
            consumer: consumer.clone(),
            consumer_version: number.clone(),
            consumer_version_id: parties.version,
            provider: provider.clone(),
            content_id: standing.content,
            sha: standing.sha,
            revision: standing.revision,
            created_at: standing.created_at,
        };
        (Self { kind, publication }, standing.text)
    }
}

/// Puts both sides of a conflict together.
pub(super) fn conflict(
    parties: Parties<'_>,
    standing: Standing,
    refused: &Content,
) -> ContentConflict {
    let (consumer, version, provider) = parties.names;
    ContentConflict {
        consumer: consumer.clone(),
        version: version.clone(),
        provider: provider.clone(),
        existing_sha: standing.sha,
        existing: standing.text,
        refused: refused.text().to_owned(),
    }
}

/// Puts a content in its place and returns its text as it was first published, or gives back what
/// stands there and may not be changed.
pub(super) async fn write(
    tx: &mut Tx,
    parties: Parties<'_>,
    content: &Content,
    rule: Rule,
) -> Result<Result<(Placed, String), Standing>, StoreError> {
    let mut may_stand = !parties.is_new;
    loop {
        let standing = if may_stand {
            standing(tx, parties).await?
        } else {
            None
        };
        may_stand = true;
        let Some(standing) = standing else {
            match insert(tx, parties, content, 1).await? {
                Some(first) => return Ok(Ok(Placed::new(PublishKind::New, parties, first))),
                // Someone else was first: now there is something that stands.
                None => continue,
            }
        };
        if standing.sha == *content.sha() {
            return Ok(Ok(Placed::new(PublishKind::Unchanged, parties, standing)));
        }
        let (kind, content) = match rule {
            Rule::Merge => (
                PublishKind::Merged,
                merged(&standing, content, DifferentRequests::Conflict)?,
            ),
            Rule::MergeReplacing => (
                PublishKind::Merged,
                merged(&standing, content, DifferentRequests::Replace)?,
            ),
            Rule::Refuse => return Ok(Err(standing)),
            Rule::Replace => (PublishKind::Changed, content.clone()),
        };
        if standing.sha == *content.sha() {
            return Ok(Ok(Placed::new(PublishKind::Unchanged, parties, standing)));
        }
        if let Some(next) = insert(tx, parties, &content, standing.revision + 1).await? {
            return Ok(Ok(Placed::new(kind, parties, next)));
        }
    }
}

async fn standing(tx: &mut Tx, parties: Parties<'_>) -> Result<Option<Standing>, StoreError> {
    let select = sql(
        "SELECT cur.publication_id AS publication, c.id AS content, c.sha, pub.revision, c.text, \
         pub.created_at FROM current_publications cur JOIN publications pub ON pub.id = cur.publication_id \
         JOIN contents c ON c.id = cur.content_id \
         WHERE cur.consumer_version_id = $1 AND cur.provider_id = $2",
    );
    tx.optional(select.bind(parties.version).bind(parties.provider))
        .await
}

fn merged(
    standing: &Standing,
    added: &Content,
    different: DifferentRequests,
) -> Result<Content, StoreError> {
    let text = merge(&standing.text, added.text(), different).map_err(|error| match error {
        MergeError::Json(source) => StoreError::Stored(source),
        MergeError::NoInteractions => StoreError::MergeConflict {
            interaction: "interactions".to_owned(),
        },
        MergeError::RequestsDiffer { description } => StoreError::MergeConflict {
            interaction: description,
        },
    })?;
    Content::read(text).map_err(StoreError::Stored)
}

/// Adds a revision, unless someone else just did.
async fn insert(
    tx: &mut Tx,
    parties: Parties<'_>,
    content: &Content,
    revision: i64,
) -> Result<Option<Standing>, StoreError> {
    let (content_id, text) = find_or_create_content(tx, parties, content).await?;
    let (id, now) = (PublicationId(tx.next_id().await?), tx.now().clone());
    let insert = inserting((id, content_id), parties, revision, &now);
    if !tx.changed(insert).await? {
        return Ok(None);
    }
    tx.run(standing_from_now((id, content_id), parties, &now))
        .await?;
    Ok(Some(Standing {
        publication: id,
        content: content_id,
        sha: content.sha().clone(),
        revision,
        text,
        created_at: now,
    }))
}

/// The key and the text of a content: of several texts with one SHA, the first stays.
async fn find_or_create_content(
    tx: &mut Tx,
    parties: Parties<'_>,
    content: &Content,
) -> Result<(ContentId, String), StoreError> {
    let Parties {
        consumer, provider, ..
    } = parties;
    let select = || {
        sql("SELECT id, text FROM contents \
             WHERE consumer_id = $1 AND provider_id = $2 AND sha = $3")
        .bind(consumer)
        .bind(provider)
        .bind(content.sha())
    };
    if let Some(found) = tx.optional(select()).await? {
        return Ok(found);
    }
    let (id, now) = (tx.next_id().await?, tx.now().clone());
    let id = ContentId(id);
    let insert = inserting_content(id, parties, content, &now);
    if tx.changed(insert).await? {
        return Ok((id, content.text().to_owned()));
    }
    tx.one(select()).await
}

/// Adds a content, unless it is there.
pub(super) fn inserting_content(
    id: ContentId,
    parties: Parties<'_>,
    content: &Content,
    now: &Timestamp,
) -> Statement {
    let insert = sql(
        "INSERT INTO contents (id, consumer_id, provider_id, sha, text, interactions, messages, \
         created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING RETURNING id",
    );
    let insert = insert
        .bind(id)
        .bind(parties.consumer)
        .bind(parties.provider);
    let insert = insert.bind(content.sha()).bind(content.shared_text());
    let insert = insert.bind(content.interaction_count() as i64);
    insert.bind(content.message_count() as i64).bind(now)
}

/// Adds a revision, unless it is there.
pub(super) fn inserting(
    (id, content): (PublicationId, ContentId),
    parties: Parties<'_>,
    revision: i64,
    now: &Timestamp,
) -> Statement {
    let insert = sql(
        "INSERT INTO publications (id, consumer_id, provider_id, consumer_version_id, content_id, \
         revision, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING RETURNING id",
    );
    let insert = insert
        .bind(id)
        .bind(parties.consumer)
        .bind(parties.provider);
    let insert = insert.bind(parties.version).bind(content);
    insert.bind(revision).bind(now)
}

/// Makes a publication the one that stands for its version and provider.
pub(super) fn standing_from_now(
    (id, content): (PublicationId, ContentId),
    parties: Parties<'_>,
    now: &Timestamp,
) -> Statement {
    let upsert = sql(
        "INSERT INTO current_publications (consumer_version_id, provider_id, consumer_id, \
         publication_id, content_id, created_at) VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (consumer_version_id, provider_id) DO UPDATE \
         SET publication_id = excluded.publication_id, content_id = excluded.content_id, \
         created_at = excluded.created_at",
    );
    let upsert = upsert.bind(parties.version).bind(parties.provider);
    let upsert = upsert.bind(parties.consumer).bind(id);
    upsert.bind(content).bind(now)
}
