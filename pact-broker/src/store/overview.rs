//! What the first page shows: the integrations, and how the newest pact of each stands.

use std::collections::HashMap;

use crate::domain::pact::{PactAddress, PactPublication};
use crate::domain::text::{ContentId, PacticipantName, PublicationId};
use crate::domain::verification::{PairStatus, Verification, pair_status};
use crate::store::connection::Tx;
use crate::store::error::StoreError;
use crate::store::pacts::{self, FROM_NEWEST, PUBLICATION};
use crate::store::statement::Statement;
use crate::store::{Integration, Page, Paged, Store, integrations, verifications};

/// An integration with its newest pact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OverviewRow {
    /// The consumer and the provider.
    pub integration: Integration,
    /// The pact of the newest version that has one.
    pub pact: Option<PactPublication>,
    /// The newest result for that pact, or else the newest one for the pair.
    pub verification: Option<Verification>,
}

impl Store {
    /// The integrations as [`Store::integrations`] lists them, each with its newest pact; the
    /// number of questions to the database does not depend on how many there are.
    pub async fn overview(
        &self,
        name_contains: Option<&str>,
        page: Option<Page>,
    ) -> Result<Paged<OverviewRow>, StoreError> {
        let mut tx = self.reading().await?;
        let found = integrations::list(&mut tx, name_contains, page).await?;
        let mut pacts = newest_pacts(&mut tx, &found.items).await?;
        let keys: Vec<_> = pacts.values().map(keys).collect();
        let mut standing = verifications::standing(&mut tx, &keys).await?;
        Ok(found.map(|integration| {
            let names = (integration.consumer.clone(), integration.provider.clone());
            let pact = pacts.remove(&names);
            let verification = pact.as_ref().and_then(|pact| standing.remove(&pact.id));
            OverviewRow {
                integration,
                pact,
                verification,
            }
        }))
    }

    /// How the pact at an address stands; nothing when there is none.
    pub async fn standing(
        &self,
        consumer: &PacticipantName,
        provider: &PacticipantName,
        address: &PactAddress,
    ) -> Result<Option<PairStatus>, StoreError> {
        let mut tx = self.reading().await?;
        let select = pacts::at(PUBLICATION, (consumer, provider), address);
        let Some(pact): Option<PactPublication> = tx.optional(select).await? else {
            return Ok(None);
        };
        let standing = verifications::standing(&mut tx, &[keys(&pact)]).await?;
        Ok(Some(pair_status(Some(&pact.sha), standing.get(&pact.id))))
    }
}

fn keys(pact: &PactPublication) -> (PublicationId, ContentId) {
    (pact.id, pact.content_id)
}

/// The newest pact of each pair, and of some that have one side in common with them.
async fn newest_pacts(
    tx: &mut Tx,
    pairs: &[Integration],
) -> Result<HashMap<(PacticipantName, PacticipantName), PactPublication>, StoreError> {
    let select = Statement::joined(&[
        PUBLICATION,
        FROM_NEWEST,
        "AND i.consumer_id IN (SELECT id FROM pacticipants WHERE name IN_LIST($1)) \
         AND i.provider_id IN (SELECT id FROM pacticipants WHERE name IN_LIST($2))",
    ]);
    let select = select.texts(pairs.iter().map(|pair| &pair.consumer));
    let select = select.texts(pairs.iter().map(|pair| &pair.provider));
    let pacts: Vec<PactPublication> = tx.all(select).await?;
    let named = |pact: PactPublication| ((pact.consumer.clone(), pact.provider.clone()), pact);
    Ok(pacts.into_iter().map(named).collect())
}
