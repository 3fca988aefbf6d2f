//! What the first page shows: the integrations, and how the newest pact of each stands.

use std::collections::HashMap;

use crate::domain::pact::PactPublication;
use crate::domain::text::PacticipantName;
use crate::domain::verification::Verification;
use crate::store::connection::Tx;
use crate::store::error::StoreError;
use crate::store::pacts::{FROM_NEWEST, PUBLICATION};
use crate::store::statement::Statement;
use crate::store::{Integration, Page, Paged, Store, integrations, verifications};

/// An integration with its newest pact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OverviewRow {
    /// The consumer and the provider.
    pub integration: Integration,
    /// The pact of the newest version that has one.
    pub pact: Option<PactPublication>,
    /// The newest result for that pact.
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
        let contents = pacts.values().map(|pact| pact.content_id);
        let results = verifications::latest_of(&mut tx, contents).await?;
        Ok(found.map(|integration| {
            let names = (integration.consumer.clone(), integration.provider.clone());
            let pact = pacts.remove(&names);
            let content = pact.as_ref().map(|pact| pact.content_id);
            OverviewRow {
                integration,
                verification: content.and_then(|content| results.get(&content).cloned()),
                pact,
            }
        }))
    }
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
