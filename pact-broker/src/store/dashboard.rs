//! What the index and the dashboard show: how each line of each pair stands.

use std::collections::{HashMap, HashSet};

use crate::domain::pact::PactPublication;
use crate::domain::text::{ContentId, PacticipantName, PublicationId};
use crate::domain::time::Timestamp;
use crate::domain::verification::{PairStatus, Verification, pair_status};
use crate::domain::version::{BranchVersion, Tag};
use crate::domain::webhook::{DeliveryStatus, WebhookStatus, webhook_status};
use crate::store::connection::Tx;
use crate::store::error::StoreError;
use crate::store::pacts::{FROM_ALL, PUBLICATION};
use crate::store::statement::{Statement, sql};
use crate::store::versions::{branches_of, tags_of};
use crate::store::{Page, Paged, Store, verifications};

/// A pact that matters now, and how it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DashboardRow {
    /// The pact.
    pub publication: PactPublication,
    /// The branches of the consumer version.
    pub consumer_branches: Vec<BranchVersion>,
    /// The tags of the consumer version.
    pub consumer_tags: Vec<Tag>,
    /// The newest result for the pact, or else the newest one for the pair.
    pub verification: Option<Verification>,
    /// The branches of the provider version that was run.
    pub provider_branches: Vec<BranchVersion>,
    /// The tags of the provider version that was run.
    pub provider_tags: Vec<Tag>,
    /// How it stands.
    pub status: PairStatus,
    /// How its webhooks fared.
    pub webhook_status: WebhookStatus,
    /// When a webhook was last triggered for the pair.
    pub last_triggered_at: Option<Timestamp>,
}

/// A pact that matters, by key.
#[derive(sqlx::FromRow)]
struct Candidate {
    publication: PublicationId,
    content: ContentId,
}

/// The newest pact of each pair, that of the newest version with each tag, and what is deployed or
/// released: each is reached by a key, so history costs nothing. `line` steps from one tag of a
/// pacticipant to the next, past all the versions that carry it. The cross joins keep SQLite from
/// starting at the publications.
const CANDIDATES: &str = "WITH RECURSIVE line(pacticipant_id, name) AS (\
    SELECT p.id, (SELECT MIN(t.name) FROM tags t WHERE t.pacticipant_id = p.id) \
    FROM pacticipants p UNION ALL SELECT l.pacticipant_id, (SELECT MIN(t.name) FROM tags t \
    WHERE t.pacticipant_id = l.pacticipant_id AND t.name > l.name) FROM line l \
    WHERE l.name IS NOT NULL) \
    SELECT head.publication_id AS publication, head.content_id AS content FROM (SELECT cur.publication_id, cur.content_id, cur.consumer_id, cur.provider_id \
    FROM integrations i CROSS JOIN current_publications cur WHERE cur.provider_id = i.provider_id \
    AND cur.consumer_id = i.consumer_id AND cur.consumer_version_id = \
    (SELECT MAX(n.consumer_version_id) FROM current_publications n \
    WHERE n.provider_id = i.provider_id AND n.consumer_id = i.consumer_id) \
    UNION SELECT cur.publication_id, cur.content_id, cur.consumer_id, cur.provider_id \
    FROM line CROSS JOIN current_publications cur WHERE cur.consumer_version_id = \
    (SELECT MAX(t.version_id) FROM tags t \
    WHERE t.pacticipant_id = line.pacticipant_id AND t.name = line.name) \
    UNION SELECT cur.publication_id, cur.content_id, cur.consumer_id, cur.provider_id \
    FROM current_deployments d CROSS JOIN current_publications cur \
    WHERE cur.consumer_version_id = d.version_id \
    UNION SELECT cur.publication_id, cur.content_id, cur.consumer_id, cur.provider_id \
    FROM released_versions r CROSS JOIN current_publications cur \
    WHERE cur.consumer_version_id = r.version_id AND r.support_ended_at IS NULL) AS head ";

impl Store {
    /// The pacts that matter now, of all pairs or of one, those that something happened to last
    /// first.
    pub async fn dashboard(
        &self,
        pair: Option<(&PacticipantName, &PacticipantName)>,
        page: Option<Page>,
    ) -> Result<Paged<DashboardRow>, StoreError> {
        let mut tx = self.reading().await?;
        let candidates = match pair {
            None => sql(CANDIDATES),
            Some((consumer, provider)) => Statement::joined(&[
                CANDIDATES,
                "WHERE head.consumer_id = (SELECT id FROM pacticipants WHERE name = $1) \
                 AND head.provider_id = (SELECT id FROM pacticipants WHERE name = $2)",
            ])
            .bind(consumer)
            .bind(provider),
        };
        let mut candidates: Vec<Candidate> = tx.all(candidates).await?;
        let results = newest_results(&mut tx, &candidates).await?;
        candidates.sort_by_key(|one| {
            let result = results.get(&one.content).copied().flatten().unwrap_or(0);
            std::cmp::Reverse((one.publication.0.max(result), one.publication))
        });
        let Paged { items, total } = Paged::of(candidates, page);
        Ok(Paged {
            items: rows(&mut tx, &items).await?,
            total,
        })
    }
}

/// The place in the sequence of the newest result for each content, asked once for each: most of
/// what matters about a pair has the same content.
async fn newest_results(
    tx: &mut Tx,
    candidates: &[Candidate],
) -> Result<HashMap<ContentId, Option<i64>>, StoreError> {
    let contents: HashSet<_> = candidates.iter().map(|one| one.content).collect();
    let select = sql(
        "SELECT c.id, (SELECT MAX(r.id) FROM verifications r WHERE r.content_id = c.id) \
         FROM contents c WHERE c.id IN_LIST($1)",
    );
    let rows: Vec<(ContentId, Option<i64>)> = tx.all(select.ids(contents)).await?;
    Ok(rows.into_iter().collect())
}

async fn rows(tx: &mut Tx, shown: &[Candidate]) -> Result<Vec<DashboardRow>, StoreError> {
    let select = Statement::joined(&[PUBLICATION, FROM_ALL, "WHERE pub.id IN_LIST($1)"]);
    let publications: Vec<PactPublication> = tx
        .all(select.ids(shown.iter().map(|one| one.publication)))
        .await?;
    let mut publications: HashMap<_, _> = publications
        .into_iter()
        .map(|pact| (pact.id, pact))
        .collect();
    let keys: Vec<_> = shown
        .iter()
        .map(|one| (one.publication, one.content))
        .collect();
    let mut standing = verifications::standing(tx, &keys).await?;
    let webhooks = webhooks_of_pairs(tx, shown).await?;
    let mut rows = Vec::new();
    for candidate in shown {
        let Some(publication) = publications.remove(&candidate.publication) else {
            continue;
        };
        let verification = standing.remove(&publication.id);
        let (webhook_status, last_triggered_at) = webhooks
            .get(&publication.id)
            .cloned()
            .unwrap_or((WebhookStatus::None, None));
        rows.push(DashboardRow {
            status: pair_status(Some(&publication.sha), verification.as_ref()),
            publication,
            consumer_branches: Vec::new(),
            consumer_tags: Vec::new(),
            verification,
            provider_branches: Vec::new(),
            provider_tags: Vec::new(),
            webhook_status,
            last_triggered_at,
        });
    }
    mark(tx, &mut rows).await?;
    Ok(rows)
}

/// Adds branches and tags to the rows.
async fn mark(tx: &mut Tx, rows: &mut [DashboardRow]) -> Result<(), StoreError> {
    let consumers = rows.iter().map(|row| row.publication.consumer_version_id);
    let providers = rows
        .iter()
        .filter_map(|row| Some(row.verification.as_ref()?.provider_version_id));
    let versions: Vec<_> = consumers.chain(providers).collect();
    let branches = branches_of(tx, &versions).await?;
    let tags = tags_of(tx, &versions).await?;
    for row in rows {
        let consumer = row.publication.consumer_version_id;
        row.consumer_branches = branches.get(&consumer).cloned().unwrap_or_default();
        row.consumer_tags = tags.get(&consumer).cloned().unwrap_or_default();
        if let Some(verification) = &row.verification {
            let provider = verification.provider_version_id;
            row.provider_branches = branches.get(&provider).cloned().unwrap_or_default();
            row.provider_tags = tags.get(&provider).cloned().unwrap_or_default();
        }
    }
    Ok(())
}

/// How the webhooks of each publication's pair fared, and when one was last triggered.
async fn webhooks_of_pairs(
    tx: &mut Tx,
    shown: &[Candidate],
) -> Result<HashMap<PublicationId, (WebhookStatus, Option<Timestamp>)>, StoreError> {
    let select = sql(
        "SELECT pub.id, t.status, t.created_at FROM publications pub JOIN triggered_webhooks t \
         ON t.provider_id = pub.provider_id AND t.consumer_id = pub.consumer_id \
         WHERE pub.id IN_LIST($1) AND t.webhook_id IS NOT NULL AND NOT EXISTS (\
         SELECT 1 FROM triggered_webhooks n WHERE n.webhook_id = t.webhook_id \
         AND n.event = t.event AND n.consumer_id = t.consumer_id \
         AND n.provider_id = t.provider_id AND n.id > t.id)",
    );
    let rows: Vec<(PublicationId, String, Timestamp)> = tx
        .all(select.ids(shown.iter().map(|one| one.publication)))
        .await?;
    let mut statuses: HashMap<PublicationId, (Vec<DeliveryStatus>, Option<Timestamp>)> =
        HashMap::new();
    for (publication, status, triggered_at) in rows {
        let (all, last) = statuses.entry(publication).or_default();
        all.extend(DeliveryStatus::parse(&status));
        *last = last.take().max(Some(triggered_at));
    }
    let summed = |(id, (all, last)): (_, (Vec<_>, _))| (id, (webhook_status(&all), last));
    Ok(statuses.into_iter().map(summed).collect())
}
