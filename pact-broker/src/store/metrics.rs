//! How much the broker holds.

use std::collections::BTreeMap;

use crate::domain::time::Timestamp;
use crate::store::Store;
use crate::store::connection::Tx;
use crate::store::error::StoreError;
use crate::store::statement::sql;

/// Counts over everything that is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metrics {
    /// Interactions in the newest pact of each pair.
    pub latest_interactions: i64,
    /// Messages in the newest pact of each pair.
    pub latest_messages: i64,
    /// Pacticipants.
    pub pacticipants: i64,
    /// Pacticipants with a main branch.
    pub pacticipants_with_main_branch: i64,
    /// Pairs.
    pub integrations: i64,
    /// Publications, revisions included.
    pub publications: i64,
    /// When the first one was made.
    pub first_publication: Option<Timestamp>,
    /// When the last one was made.
    pub last_publication: Option<Timestamp>,
    /// Distinct contents.
    pub contents: i64,
    /// How many versions and providers have so many revisions.
    pub revisions: BTreeMap<i64, i64>,
    /// Results.
    pub verifications: i64,
    /// Results that are a success.
    pub successes: i64,
    /// Results that are a failure.
    pub failures: i64,
    /// Results of distinct contents and provider versions.
    pub distinct_verifications: i64,
    /// When the first result was published.
    pub first_verification: Option<Timestamp>,
    /// When the last result was published.
    pub last_verification: Option<Timestamp>,
    /// How many contents have so many results.
    pub verifications_per_content: BTreeMap<i64, i64>,
    /// Versions.
    pub versions: i64,
    /// Versions on a branch.
    pub versions_with_branch: i64,
    /// Versions on a branch that was named as such, not inferred from a tag.
    pub versions_with_user_branch: i64,
    /// Webhooks.
    pub webhooks: i64,
    /// Tags on versions.
    pub tags: i64,
    /// Distinct names of tags.
    pub distinct_tags: i64,
    /// Distinct names of tags of each pacticipant.
    pub distinct_tags_of_pacticipants: i64,
    /// Calls that were owed to webhooks.
    pub triggered_webhooks: i64,
    /// Attempts to make them.
    pub webhook_executions: i64,
    /// Environments.
    pub environments: i64,
    /// Deployments, ended ones included.
    pub deployed_versions: i64,
    /// Deployments that were not inferred from a tag.
    pub user_deployed_versions: i64,
    /// Deployments that run now.
    pub currently_deployed_versions: i64,
    /// Releases, ended ones included.
    pub released_versions: i64,
    /// Releases that are supported now.
    pub currently_supported_versions: i64,
}

impl Store {
    /// Counts everything.
    pub async fn metrics(&self) -> Result<Metrics, StoreError> {
        let mut tx = self.reading().await?;
        let tx = &mut tx;
        let (latest_interactions, latest_messages) = latest_counts(tx).await?;
        let (first_publication, last_publication) = span(tx, PUBLISHED).await?;
        let (first_verification, last_verification) = span(tx, VERIFIED).await?;
        let [
            pacticipants,
            pacticipants_with_main_branch,
            integrations,
            publications,
            contents,
            verifications,
            successes,
            failures,
            distinct_verifications,
            versions,
            versions_with_branch,
            versions_with_user_branch,
            webhooks,
            tags,
            distinct_tags,
            distinct_tags_of_pacticipants,
            triggered_webhooks,
            webhook_executions,
            environments,
            deployed_versions,
            user_deployed_versions,
            currently_deployed_versions,
            released_versions,
            currently_supported_versions,
        ] = counts(tx, COUNTS).await?;
        Ok(Metrics {
            latest_interactions,
            latest_messages,
            pacticipants,
            pacticipants_with_main_branch,
            integrations,
            publications,
            first_publication,
            last_publication,
            contents,
            revisions: distribution(tx, REVISIONS).await?,
            verifications,
            successes,
            failures,
            distinct_verifications,
            first_verification,
            last_verification,
            verifications_per_content: distribution(tx, RESULTS).await?,
            versions,
            versions_with_branch,
            versions_with_user_branch,
            webhooks,
            tags,
            distinct_tags,
            distinct_tags_of_pacticipants,
            triggered_webhooks,
            webhook_executions,
            environments,
            deployed_versions,
            user_deployed_versions,
            currently_deployed_versions,
            released_versions,
            currently_supported_versions,
        })
    }
}

async fn counts<const N: usize>(
    tx: &mut Tx,
    selects: [&'static str; N],
) -> Result<[i64; N], StoreError> {
    let mut counts = [0; N];
    for (count, select) in counts.iter_mut().zip(selects) {
        (*count,) = tx.one(sql(select)).await?;
    }
    Ok(counts)
}

async fn span(
    tx: &mut Tx,
    select: &'static str,
) -> Result<(Option<Timestamp>, Option<Timestamp>), StoreError> {
    tx.one(sql(select)).await
}

async fn distribution(tx: &mut Tx, select: &'static str) -> Result<BTreeMap<i64, i64>, StoreError> {
    Ok(tx.all(sql(select)).await?.into_iter().collect())
}

async fn latest_counts(tx: &mut Tx) -> Result<(i64, i64), StoreError> {
    let select = sql(
        "SELECT c.interactions, c.messages FROM integrations i CROSS JOIN current_publications cur \
         JOIN contents c ON c.id = cur.content_id WHERE cur.provider_id = i.provider_id AND cur.consumer_id = i.consumer_id \
         AND cur.consumer_version_id = (SELECT MAX(n.consumer_version_id) \
         FROM current_publications n WHERE n.provider_id = i.provider_id \
         AND n.consumer_id = i.consumer_id)",
    );
    let counts: Vec<(i64, i64)> = tx.all(select).await?;
    Ok(counts
        .into_iter()
        .fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1)))
}

/// The plain counts, in the order they are named where they are used.
const COUNTS: [&str; 24] = [
    "SELECT COUNT(*) FROM pacticipants",
    "SELECT COUNT(main_branch) FROM pacticipants",
    "SELECT COUNT(*) FROM integrations",
    "SELECT COUNT(*) FROM publications",
    "SELECT COUNT(*) FROM contents",
    "SELECT COUNT(*) FROM verifications",
    "SELECT COUNT(*) FROM verifications WHERE success = TRUE",
    "SELECT COUNT(*) FROM verifications WHERE success = FALSE",
    "SELECT COUNT(*) FROM latest_verifications",
    "SELECT COUNT(*) FROM versions",
    "SELECT COUNT(DISTINCT version_id) FROM branch_versions",
    "SELECT COUNT(DISTINCT version_id) FROM branch_versions WHERE auto_created = FALSE",
    "SELECT COUNT(*) FROM webhooks",
    "SELECT COUNT(*) FROM tags",
    "SELECT COUNT(DISTINCT name) FROM tags",
    "SELECT COUNT(*) FROM (SELECT DISTINCT pacticipant_id, name FROM tags) AS used",
    "SELECT COUNT(*) FROM triggered_webhooks",
    "SELECT COUNT(*) FROM webhook_executions",
    "SELECT COUNT(*) FROM environments",
    "SELECT COUNT(*) FROM deployed_versions",
    "SELECT COUNT(*) FROM deployed_versions WHERE auto_created = FALSE",
    "SELECT COUNT(*) FROM current_deployments",
    "SELECT COUNT(*) FROM released_versions",
    "SELECT COUNT(*) FROM released_versions WHERE support_ended_at IS NULL",
];

const PUBLISHED: &str = "SELECT MIN(created_at), MAX(created_at) FROM publications";

const VERIFIED: &str = "SELECT MIN(created_at), MAX(created_at) FROM verifications";

const REVISIONS: &str = "SELECT n, COUNT(*) FROM (SELECT COUNT(*) AS n FROM publications \
    GROUP BY consumer_version_id, provider_id) AS counted GROUP BY n";

const RESULTS: &str = "SELECT n, COUNT(*) FROM (SELECT COUNT(*) AS n FROM verifications \
    GROUP BY content_id) AS counted GROUP BY n";
