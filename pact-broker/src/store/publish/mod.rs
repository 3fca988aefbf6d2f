//! Publishing contracts: one transaction, all rows or none.
//!
//! Rows are taken in one order (names sorted, the version's row first), so that publishers wait
//! for each other in a line, and unique keys decide who was first.

mod first;
mod naming;
mod revision;
mod seen;
mod telling;

use std::collections::HashMap;
use std::sync::Arc;

use crate::domain::pact::{
    NewContract, OnConflict, Pact, PublishKind, PublishRequest, Published, PublishedContract,
    PutPact,
};
use crate::domain::text::{PacticipantId, PacticipantName, VersionId, VersionNumber};
use crate::store::branches::{self, Membership};
use crate::store::connection::Tx;
use crate::store::error::StoreError;
use crate::store::publish::naming::create_missing;
use crate::store::publish::revision::{Rule, conflict, write};
use crate::store::publish::seen::Wanted;
use crate::store::publish::telling::{known, told};
use crate::store::statement::sql;
use crate::store::{Store, Written, integrations, tags, versions};

/// Those a pact is between, by key and by name.
#[derive(Debug, Clone, Copy)]
struct Parties<'a> {
    consumer: PacticipantId,
    version: VersionId,
    provider: PacticipantId,
    names: (&'a PacticipantName, &'a VersionNumber, &'a PacticipantName),
    /// Whether the version came to be in this transaction: nothing can stand for it.
    is_new: bool,
    /// Whether it is new and has no tag.
    is_bare: bool,
}

impl Store {
    /// Publishes a version's contracts.
    ///
    /// # Errors
    /// [`StoreError::DuplicateNames`] and [`StoreError::ContentConflict`] when names or contents
    /// are refused; nothing is changed then.
    pub async fn publish(
        &self,
        request: impl Into<Arc<PublishRequest>>,
    ) -> Result<Published, StoreError> {
        self.change(request.into(), |tx, request| Box::pin(publish(tx, request)))
            .await
    }

    /// Puts one pact in its place, or merges it with what is there.
    ///
    /// # Errors
    /// [`StoreError::DuplicateNames`], [`StoreError::ContentConflict`] or
    /// [`StoreError::MergeConflict`] when names or content are refused; nothing is changed then.
    pub async fn put_pact(&self, request: PutPact) -> Result<Written<Pact>, StoreError> {
        self.change(request, |tx, request| Box::pin(put_pact(tx, request)))
            .await
    }
}

async fn publish(tx: &mut Tx, request: &PublishRequest) -> Result<Published, StoreError> {
    let wanted = Wanted::by_publication(request);
    let seen = wanted.look_up(tx).await?;
    if first::is_everyday(request, &seen) {
        return first::publish(tx, request, &seen).await;
    }
    let refuse_similar = request.policy.check_duplicate_names;
    let ids = create_missing(tx, &wanted.names, seen.ids, refuse_similar).await?;
    let owner = ids[&request.pacticipant];
    let version = version(tx, (owner, &request.version), seen.version).await?;
    lock(tx, version.value).await?;
    if let Some(url) = &request.build_url {
        let moment = tx.now().clone();
        versions::set_build_url(tx, version.value, Some(url), &moment).await?;
    }
    let marking = &request.policy.marking;
    if let Some(branch) = &request.branch {
        let membership = Membership {
            pacticipant: owner,
            version: version.value,
            auto_created: false,
        };
        branches::add(tx, membership, branch, marking).await?;
    }
    for tag in &request.tags {
        tags::put(tx, (owner, version.value), tag, marking).await?;
    }
    let contracts = publish_contracts(tx, request, (&ids, &version)).await?;
    let on_branch = sql("SELECT id FROM branch_versions WHERE version_id = $1 LIMIT 1");
    let has_branch = request.branch.is_some() || tx.changed(on_branch.bind(version.value)).await?;
    Ok(Published {
        version_created: version.created,
        has_branch,
        contracts,
    })
}

/// Writes the contracts in the order of their providers and tells of them in that of the request.
async fn publish_contracts(
    tx: &mut Tx,
    request: &PublishRequest,
    (ids, version): (
        &HashMap<PacticipantName, PacticipantId>,
        &Written<VersionId>,
    ),
) -> Result<Vec<PublishedContract>, StoreError> {
    let consumer = ids[&request.pacticipant];
    let mut in_order: Vec<(usize, &NewContract)> = request.contracts.iter().enumerate().collect();
    in_order.sort_by(|(_, left), (_, right)| left.provider.cmp(&right.provider));
    let mut published = Vec::new();
    let mut conflicts = Vec::new();
    let mut pairs = Vec::new();
    for (place, contract) in in_order {
        let provider = ids[&contract.provider];
        let parties = Parties {
            consumer,
            version: version.value,
            provider,
            names: (&request.pacticipant, &request.version, &contract.provider),
            is_new: version.created,
            is_bare: version.created && request.tags.is_empty(),
        };
        let rule = match (request.policy.allow_modification, contract.on_conflict) {
            (false, _) => Rule::Refuse,
            (true, OnConflict::Merge) => Rule::MergeReplacing,
            (true, OnConflict::Overwrite) => Rule::Replace,
        };
        match write(tx, parties, &contract.content, rule).await? {
            Ok((placed, _)) => {
                pairs.push((consumer, provider));
                published.push((place, parties, placed));
            }
            Err(standing) => conflicts.push(conflict(parties, standing, &contract.content)),
        }
    }
    if !conflicts.is_empty() {
        return Err(StoreError::ContentConflict(conflicts));
    }
    let mut contracts = Vec::new();
    for (place, parties, placed) in published {
        let build_url = request.build_url.as_ref();
        let known = known(tx, parties, placed.publication.content_id).await?;
        contracts.push((place, told(tx, parties, (placed, known), build_url).await?));
    }
    integrations::touch(tx, pairs).await?;
    contracts.sort_by_key(|(place, _)| *place);
    Ok(contracts
        .into_iter()
        .map(|(_, contract)| contract)
        .collect())
}

async fn put_pact(tx: &mut Tx, request: &PutPact) -> Result<Written<Pact>, StoreError> {
    let wanted = Wanted::by_pact(request);
    let seen = wanted.look_up(tx).await?;
    let refuse_similar = request.policy.check_duplicate_names;
    let ids = create_missing(tx, &wanted.names, seen.ids, refuse_similar).await?;
    let (consumer, provider) = (ids[&request.consumer], ids[&request.provider]);
    let version = version(tx, (consumer, &request.version), seen.version).await?;
    lock(tx, version.value).await?;
    versions::touch(tx, version.value).await?;
    let parties = Parties {
        consumer,
        version: version.value,
        provider,
        names: (&request.consumer, &request.version, &request.provider),
        is_new: version.created,
        is_bare: version.created,
    };
    let rule = match (request.on_conflict, request.policy.allow_modification) {
        (OnConflict::Merge, _) => Rule::Merge,
        (OnConflict::Overwrite, false) => Rule::Refuse,
        (OnConflict::Overwrite, true) => Rule::Replace,
    };
    let (placed, content) = match write(tx, parties, &request.content, rule).await? {
        Ok(placed) => placed,
        Err(standing) => {
            let conflict = conflict(parties, standing, &request.content);
            return Err(StoreError::ContentConflict(vec![conflict]));
        }
    };
    let kind = placed.kind;
    let known = known(tx, parties, placed.publication.content_id).await?;
    let contract = told(tx, parties, (placed, known), None).await?;
    integrations::touch(tx, vec![(consumer, provider)]).await?;
    Ok(Written {
        value: Pact {
            publication: contract.publication,
            content,
        },
        created: kind == PublishKind::New,
    })
}

/// The key of a version, which is created if it was not seen.
async fn version(
    tx: &mut Tx,
    (owner, number): (PacticipantId, &VersionNumber),
    seen: Option<VersionId>,
) -> Result<Written<VersionId>, StoreError> {
    match seen {
        Some(value) => Ok(Written {
            value,
            created: false,
        }),
        None => versions::create_or_find(tx, owner, number).await,
    }
}

/// Makes others who publish for the version wait; the one writer of SQLite needs no lock.
async fn lock(tx: &mut Tx, version: VersionId) -> Result<(), StoreError> {
    if tx.is_postgres() {
        tx.run(sql("SELECT id FROM versions WHERE id = $1 FOR NO KEY UPDATE").bind(version))
            .await?;
    }
    Ok(())
}
