//! Which pacts a provider shall verify.

mod hits;
mod judging;

use std::collections::HashMap;

use crate::domain::pact::PactPublication;
use crate::domain::selector::{
    ConsumerVersionSelector, Hit, IntegratedConsumer, PactForVerification, SelectorKind,
    VerificationRequest, assemble, default_selection,
};
use crate::domain::text::{ContentId, PacticipantId, PacticipantName};
use crate::domain::{pending, wip};
use crate::store::connection::Tx;
use crate::store::error::StoreError;
use crate::store::selecting::judging::Judge;
use crate::store::statement::sql;
use crate::store::{Store, pacticipants};

impl Store {
    /// The pacts that a provider shall verify, those in progress last; nothing when the provider
    /// does not exist.
    pub async fn pacts_for_verification(
        &self,
        provider: &PacticipantName,
        request: &VerificationRequest,
    ) -> Result<Option<Vec<PactForVerification>>, StoreError> {
        let mut tx = self.reading().await?;
        let Some(provider) = pacticipants::find(&mut tx, provider).await? else {
            return Ok(None);
        };
        let hits = if request.selectors.is_empty() {
            default_hits(&mut tx, provider).await?
        } else {
            selected_hits(&mut tx, provider, request).await?
        };
        let judge = Judge::new(&mut tx, provider, request).await?;
        let mut pacts = explicit(&mut tx, &judge, request, hits).await?;
        let in_progress = in_progress(&mut tx, (provider, &judge), request, &pacts).await?;
        pacts.extend(in_progress);
        Ok(Some(pacts))
    }
}

async fn consumers_of(
    tx: &mut Tx,
    provider: PacticipantId,
) -> Result<Vec<IntegratedConsumer>, StoreError> {
    let select = sql(
        "SELECT c.id, c.main_branch, EXISTS (SELECT 1 FROM branches b \
         WHERE b.pacticipant_id = c.id AND b.name = c.main_branch \
         AND b.head_version_id IS NOT NULL) AS has_main_head, EXISTS (SELECT 1 FROM tags t \
         WHERE t.pacticipant_id = c.id AND t.name = c.main_branch) AS has_main_tag \
         FROM integrations i JOIN pacticipants c ON c.id = i.consumer_id WHERE i.provider_id = $1",
    );
    tx.all(select.bind(provider)).await
}

async fn default_hits(tx: &mut Tx, provider: PacticipantId) -> Result<Vec<Hit>, StoreError> {
    let consumers = consumers_of(tx, provider).await?;
    let mut hits = Vec::new();
    for selection in default_selection(&consumers) {
        let among = hits::Among {
            provider,
            consumers: &selection.consumers,
        };
        hits.extend(hits::of(tx, among, &selection.kind).await?);
    }
    Ok(hits)
}

async fn selected_hits(
    tx: &mut Tx,
    provider: PacticipantId,
    request: &VerificationRequest,
) -> Result<Vec<Hit>, StoreError> {
    let everyone: Vec<_> = consumers_of(tx, provider)
        .await?
        .into_iter()
        .map(|consumer| consumer.id)
        .collect();
    let mut hits = Vec::new();
    for ConsumerVersionSelector { consumer, kind } in &request.selectors {
        let only = match consumer {
            Some(name) => pacticipants::find(tx, name).await?.into_iter().collect(),
            None => everyone.clone(),
        };
        let kind = match (kind, &request.provider_branch) {
            (SelectorKind::MatchingBranch, None) => continue,
            (SelectorKind::MatchingBranch, Some(branch)) => SelectorKind::Branch {
                branch: branch.clone(),
                fallback: None,
            },
            (other, _) => other.clone(),
        };
        let found = hits::of(
            tx,
            hits::Among {
                provider,
                consumers: &only,
            },
            &kind,
        )
        .await?;
        hits.extend(found.into_iter().map(|hit| Hit {
            consumer: consumer.clone(),
            ..hit
        }));
    }
    Ok(hits)
}

/// The pacts that selectors chose.
async fn explicit(
    tx: &mut Tx,
    judge: &Judge,
    request: &VerificationRequest,
    hits: Vec<Hit>,
) -> Result<Vec<PactForVerification>, StoreError> {
    let pacts = assemble(hits);
    let contents: Vec<_> = pacts.iter().map(|(pact, _)| pact.content_id).collect();
    let mut judged = if request.include_pending {
        judge.pending(tx, &contents).await?
    } else {
        HashMap::new()
    };
    let whole = |(publication, selectors): (PactPublication, _)| {
        let unjudged = || pending::for_provider(false);
        let pending = request.include_pending.then(|| {
            judged
                .remove(&publication.content_id)
                .unwrap_or_else(unjudged)
        });
        PactForVerification {
            publication,
            selectors,
            pending,
            wip: false,
        }
    };
    Ok(pacts.into_iter().map(whole).collect())
}

/// The pacts in progress, by the rule of [`wip`].
async fn in_progress(
    tx: &mut Tx,
    (provider, judge): (PacticipantId, &Judge),
    request: &VerificationRequest,
    selected: &[PactForVerification],
) -> Result<Vec<PactForVerification>, StoreError> {
    let Some(since) = &request.include_wip_since else {
        return Ok(Vec::new());
    };
    if judge.has_no_line() {
        return Ok(Vec::new());
    }
    let heads = hits::heads_since(tx, provider, since).await?;
    let heads = wip::candidates(heads, selected);
    let contents: Vec<ContentId> = heads.iter().map(|hit| hit.publication.content_id).collect();
    let judged = judge.in_progress(tx, &contents).await?;
    Ok(wip::in_progress(heads, judged, request.include_pending))
}
