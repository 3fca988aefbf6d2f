//! What a publication means, and what is worth telling about it.

use crate::domain::event::{self, InUse, Previous};
use crate::domain::pact::{PublishKind, PublishedContract};
use crate::domain::text::{BranchName, ContentId, TagName, VersionNumber};
use crate::store::connection::Tx;
use crate::store::error::StoreError;
use crate::store::publish::Parties;
use crate::store::publish::revision::Placed;
use crate::store::statement::{Statement, sql};
use crate::store::webhooks::outbox;

/// Finds out what a publication means, and what is worth telling about it.
pub(super) async fn told(
    tx: &mut Tx,
    parties: Parties<'_>,
    (Placed { kind, publication }, known): (Placed, Known),
    build_url: Option<&String>,
) -> Result<PublishedContract, StoreError> {
    let Parties {
        consumer, provider, ..
    } = parties;
    let content = publication.content_id;
    let previous = match kind {
        PublishKind::New => previous(tx, parties, known.untagged).await?,
        PublishKind::Changed | PublishKind::Merged | PublishKind::Unchanged => Vec::new(),
    };
    let events = event::of_publication(kind, content, &previous, event::required(known.in_use));
    let mut triggered = Vec::new();
    if known.webhooks_exist {
        let owed = outbox::Event {
            pair: (consumer, provider),
            publication: publication.id,
            verification: None,
        };
        let number = &publication.consumer_version;
        let mut context = outbox::context(tx, parties.version, number).await?;
        context.build_url = build_url.cloned();
        triggered = outbox::owe(tx, owed, &events, &context).await?;
    }
    Ok(PublishedContract {
        publication,
        kind,
        events,
        ever_verified: known.ever_verified,
        triggered,
        webhooks_exist: known.webhooks_exist,
    })
}

/// What stood before a publication.
#[derive(Default)]
pub(super) struct Known {
    /// The newest earlier content among the versions without tags. It is looked for only where the
    /// version has no tag itself, as all that came before is walked past where every version has one.
    untagged: Option<ContentId>,
    /// Whether any webhook, enabled or not, concerns the pair.
    webhooks_exist: bool,
    /// Whether the pair ever had a result.
    ever_verified: bool,
    /// The provider versions in use that have no result for the content, each with why it is in
    /// use.
    in_use: Vec<(VersionNumber, InUse)>,
}

/// Asks for all of it in one statement: of the consumer `$1`, the provider `$2`, the consumer
/// version `$3` and the content `$4`.
pub(super) async fn known(
    tx: &mut Tx,
    parties: Parties<'_>,
    content: ContentId,
) -> Result<Known, StoreError> {
    let select = Statement::joined(&[
        "SELECT 'untagged' AS what, '' AS number, '' AS place, \
         CASE WHEN EXISTS (SELECT 1 FROM tags own WHERE own.version_id = $3) THEN NULL ELSE \
         (SELECT cur.content_id \
         FROM current_publications cur WHERE cur.provider_id = $2 AND cur.consumer_id = $1 \
         AND cur.consumer_version_id < $3 \
         AND NOT EXISTS (SELECT 1 FROM tags t WHERE t.version_id = cur.consumer_version_id) \
         ORDER BY cur.consumer_version_id DESC LIMIT 1) END AS found \
         UNION ALL SELECT 'webhook', '', '', (SELECT w.id ",
        outbox::CONCERNING,
        "LIMIT 1) UNION ALL SELECT 'verified', '', '', (SELECT MAX(r.id) FROM verifications r \
         WHERE r.provider_id = $2 AND r.consumer_id = $1) \
         UNION ALL SELECT used.why, v.number, used.place, v.id FROM (\
         SELECT b.head_version_id AS version_id, 'main branch' AS why, b.name AS place \
         FROM pacticipants p JOIN branches b ON b.pacticipant_id = p.id AND b.name = p.main_branch \
         WHERE p.id = $2 \
         UNION ALL SELECT (SELECT MAX(t.version_id) FROM tags t WHERE t.pacticipant_id = p.id \
         AND t.name = p.main_branch), 'main branch', p.main_branch FROM pacticipants p \
         WHERE p.id = $2 AND NOT EXISTS (SELECT 1 FROM branches b WHERE b.pacticipant_id = p.id \
         AND b.name = p.main_branch) \
         UNION ALL SELECT d.version_id, 'deployed', e.name FROM current_deployments d \
         JOIN environments e ON e.id = d.environment_id WHERE d.pacticipant_id = $2 \
         UNION ALL SELECT r.version_id, 'released', e.name FROM released_versions r \
         JOIN environments e ON e.id = r.environment_id \
         WHERE r.pacticipant_id = $2 AND r.support_ended_at IS NULL) AS used \
         JOIN versions v ON v.id = used.version_id WHERE NOT EXISTS (\
         SELECT 1 FROM latest_verifications l \
         WHERE l.content_id = $4 AND l.provider_version_id = v.id)",
    ]);
    let select = select.bind(parties.consumer).bind(parties.provider);
    let select = select.bind(parties.version).bind(content);
    let rows: Vec<(String, String, String, Option<i64>)> = tx.all(select).await?;
    let mut known = Known::default();
    for (what, number, place, found) in rows {
        let why = match what.as_str() {
            "untagged" => {
                known.untagged = found.map(ContentId);
                continue;
            }
            "webhook" => {
                known.webhooks_exist = found.is_some();
                continue;
            }
            "verified" => {
                known.ever_verified = found.is_some();
                continue;
            }
            "deployed" => Some(InUse::Deployed(place)),
            "released" => Some(InUse::Released(place)),
            _ => BranchName::parse(place).ok().map(InUse::MainBranch),
        };
        known
            .in_use
            .extend(VersionNumber::parse(number).ok().zip(why));
    }
    Ok(known)
}

/// The newest earlier content for each tag of the version, or among versions without tags.
async fn previous(
    tx: &mut Tx,
    parties: Parties<'_>,
    untagged: Option<ContentId>,
) -> Result<Vec<Previous>, StoreError> {
    let of_tags = sql(
        "SELECT t.name, (SELECT cur.content_id FROM tags o JOIN current_publications cur \
         ON cur.consumer_version_id = o.version_id AND cur.provider_id = $2 \
         WHERE o.pacticipant_id = t.pacticipant_id AND o.name = t.name AND o.version_id < $1 \
         ORDER BY o.version_id DESC LIMIT 1) FROM tags t WHERE t.version_id = $1 ORDER BY t.id",
    );
    let lines: Vec<(TagName, Option<ContentId>)> = if parties.is_bare {
        Vec::new()
    } else {
        tx.all(of_tags.bind(parties.version).bind(parties.provider))
            .await?
    };
    if lines.is_empty() {
        return Ok(vec![Previous {
            tag: None,
            content: untagged,
        }]);
    }
    let line = |(tag, content)| Previous {
        tag: Some(tag),
        content,
    };
    Ok(lines.into_iter().map(line).collect())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};

    use crate::domain::content::Content;
    use crate::domain::pact::{NewContract, OnConflict, PublishPolicy, PublishRequest};
    use crate::domain::text::{PacticipantName, TagName, VersionNumber};
    use crate::store::pool::Pools;
    use crate::store::{Ambient, Store};

    /// A version with a tag publishes a contract.
    async fn publish(store: &Store, number: u64) {
        let content = Content::read(r#"{"interactions":[{"description":"a"}]}"#).unwrap();
        let request = PublishRequest {
            pacticipant: PacticipantName::parse("web").unwrap(),
            version: VersionNumber::parse(number.to_string()).unwrap(),
            branch: None,
            tags: vec![TagName::parse("prod").unwrap()],
            build_url: None,
            contracts: vec![NewContract {
                provider: PacticipantName::parse("api").unwrap(),
                content,
                on_conflict: OnConflict::Overwrite,
            }],
            policy: PublishPolicy::standard(),
        };
        store.publish(request).await.unwrap();
    }

    #[tokio::test]
    async fn a_long_history_of_tagged_versions_costs_a_publication_nothing() {
        const SHORT: u64 = 20;
        const LONG: u64 = 220;
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("broker.sqlite").display());
        let store = Store::open(&url, Ambient::system()).await.unwrap();
        let Pools::Sqlite { writing, .. } = &store.pools else {
            panic!("the store is not on SQLite");
        };
        // SQLite tells of every step of the program that a statement is.
        let steps = Arc::new(AtomicU64::new(0));
        let counting = Arc::clone(&steps);
        let mut connection = writing.acquire().await.unwrap();
        let mut handle = connection.lock_handle().await.unwrap();
        handle.set_progress_handler(1, move || {
            counting.fetch_add(1, Ordering::Relaxed);
            true
        });
        drop(handle);
        drop(connection);
        let mut taken = Vec::new();
        for number in 0..=LONG {
            let before = steps.load(Ordering::Relaxed);
            publish(&store, number).await;
            taken.push(steps.load(Ordering::Relaxed) - before);
        }
        let (short, long) = (taken[SHORT as usize], taken[LONG as usize]);
        assert!(short > 100, "{short}");
        assert!(long < short + (LONG - SHORT), "{short} steps, then {long}");
    }
}
