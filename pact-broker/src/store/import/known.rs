//! What is here already, so that it need not be fetched again.

use std::collections::{HashMap, HashSet};

use crate::domain::text::{LabelName, PactSha, PacticipantName, TagName, Uuid, VersionNumber};
use crate::store::Store;
use crate::store::error::StoreError;
use crate::store::statement::sql;

/// What is here of a consumer and a provider.
#[derive(Debug, Default)]
pub(crate) struct KnownPair {
    /// The content of each version of the consumer whose pact an import brought.
    pub(crate) published: HashMap<VersionNumber, PactSha>,
    /// The contents.
    pub(crate) contents: HashSet<PactSha>,
    /// The results that an import brought, by content and by their number in the other broker.
    pub(crate) results: HashSet<(PactSha, i64)>,
}

impl Store {
    /// The tags that the versions of a pacticipant carry.
    pub(crate) async fn known_tags(
        &self,
        pacticipant: &PacticipantName,
    ) -> Result<HashSet<(VersionNumber, TagName)>, StoreError> {
        let mut tx = self.reading().await?;
        let select = sql(
            "SELECT v.number, t.name FROM tags t JOIN versions v ON v.id = t.version_id \
             WHERE t.pacticipant_id = (SELECT id FROM pacticipants WHERE name = $1)",
        );
        let rows: Vec<(VersionNumber, TagName)> = tx.all(select.bind(pacticipant)).await?;
        Ok(rows.into_iter().collect())
    }

    /// The labels that a pacticipant carries.
    pub(crate) async fn known_labels(
        &self,
        pacticipant: &PacticipantName,
    ) -> Result<HashSet<LabelName>, StoreError> {
        let mut tx = self.reading().await?;
        let select = sql("SELECT name FROM labels \
             WHERE pacticipant_id = (SELECT id FROM pacticipants WHERE name = $1)");
        let rows: Vec<(LabelName,)> = tx.all(select.bind(pacticipant)).await?;
        Ok(rows.into_iter().map(|(name,)| name).collect())
    }

    /// The keys of the webhooks.
    pub(crate) async fn known_webhooks(&self) -> Result<HashSet<Uuid>, StoreError> {
        let mut tx = self.reading().await?;
        let rows: Vec<(Uuid,)> = tx.all(sql("SELECT uuid FROM webhooks")).await?;
        Ok(rows.into_iter().map(|(uuid,)| uuid).collect())
    }

    /// What is here of a consumer and a provider.
    pub(crate) async fn known_pair(
        &self,
        consumer: &PacticipantName,
        provider: &PacticipantName,
    ) -> Result<KnownPair, StoreError> {
        let mut tx = self.reading().await?;
        let published = sql("SELECT v.number, c.sha FROM current_publications cur \
             JOIN imported_publications i ON i.publication_id = cur.publication_id \
             JOIN versions v ON v.id = cur.consumer_version_id \
             JOIN contents c ON c.id = cur.content_id \
             WHERE cur.consumer_id = (SELECT id FROM pacticipants WHERE name = $1) \
             AND cur.provider_id = (SELECT id FROM pacticipants WHERE name = $2)");
        let published: Vec<(VersionNumber, PactSha)> =
            tx.all(published.bind(consumer).bind(provider)).await?;
        let results = sql("SELECT c.sha, i.number FROM contents c \
             LEFT JOIN imported_results i ON i.content_id = c.id \
             WHERE c.consumer_id = (SELECT id FROM pacticipants WHERE name = $1) \
             AND c.provider_id = (SELECT id FROM pacticipants WHERE name = $2)");
        let results: Vec<(PactSha, Option<i64>)> =
            tx.all(results.bind(consumer).bind(provider)).await?;
        let mut known = KnownPair {
            published: published.into_iter().collect(),
            ..KnownPair::default()
        };
        for (sha, number) in results {
            known
                .results
                .extend(number.map(|number| (sha.clone(), number)));
            known.contents.insert(sha);
        }
        Ok(known)
    }
}
