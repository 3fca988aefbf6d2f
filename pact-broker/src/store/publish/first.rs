//! The everyday publication: a new version of a known consumer, with contracts for known providers.
//!
//! Nothing can stand for such a version, so nothing has to be asked while it is written: after one
//! look at what is there, everything is written in one step. Should somebody else write the same
//! version meanwhile, the database refuses the key, and the change is made again, on another path.

use std::collections::BTreeSet;

use crate::domain::pact::{
    NewContract, PactPublication, PublishKind, PublishRequest, Published, PublishedContract,
};
use crate::domain::text::{BranchId, BranchName, ContentId, PublicationId, TagName, VersionId};
use crate::store::connection::Tx;
use crate::store::error::StoreError;
use crate::store::publish::Parties;
use crate::store::publish::revision::{self, Placed};
use crate::store::publish::seen::Seen;
use crate::store::publish::telling::{self, Known, told};
use crate::store::statement::Statement;
use crate::store::{branches, integrations, pacticipants, tags, versions};

/// The most contracts for which a statement of its own is worth keeping.
const MOST: usize = 8;

/// Returns whether the publication is an everyday one.
pub(super) fn is_everyday(request: &PublishRequest, seen: &Seen) -> bool {
    let contracts = request.contracts.iter();
    let providers: BTreeSet<_> = contracts.map(|one| &one.provider).collect();
    let all_known = |name| seen.ids.contains_key(name);
    seen.version.is_none()
        && providers.len() == request.contracts.len()
        && providers.len() + request.tags.len() <= MOST
        && all_known(&request.pacticipant)
        && providers.into_iter().all(all_known)
        // The first tag of a version without a branch may become its branch.
        && (request.tags.is_empty() || request.branch.is_some())
}

/// Writes an everyday publication.
pub(super) async fn publish(
    tx: &mut Tx,
    request: &PublishRequest,
    seen: &Seen,
) -> Result<Published, StoreError> {
    let owner = seen.ids[&request.pacticipant];
    let version = VersionId(tx.next_id().await?);
    let now = tx.now().clone();
    let mut changes = vec![versions::inserting(
        (version, owner, &request.version),
        request.build_url.as_ref(),
        &now,
    )];
    changes.extend(marks(tx, request, seen, version).await?);
    let mut in_order: Vec<(usize, &NewContract)> = request.contracts.iter().enumerate().collect();
    in_order.sort_by(|(_, left), (_, right)| left.provider.cmp(&right.provider));
    let mut written = Vec::new();
    for (place, contract) in in_order {
        let parties = Parties {
            consumer: owner,
            version,
            provider: seen.ids[&contract.provider],
            names: (&request.pacticipant, &request.version, &contract.provider),
            is_new: true,
            is_bare: request.tags.is_empty(),
        };
        let standing = seen.content(parties.provider, contract.content.sha());
        let (placed, more) = place_content(tx, parties, contract, standing).await?;
        let known = telling::known(tx, parties, placed.publication.content_id).await?;
        changes.extend(more);
        written.push((place, parties, placed, known));
    }
    let pairs = written.iter().map(|(_, parties, _, _)| parties);
    let pairs = pairs.map(|parties| (parties.consumer, parties.provider));
    changes.extend(integrations::touching(tx, pairs.collect()).await?);
    tx.run_together(changes).await?;
    tell(tx, request, written).await
}

/// The branch and the tags of the version.
async fn marks(
    tx: &mut Tx,
    request: &PublishRequest,
    seen: &Seen,
    version: VersionId,
) -> Result<Vec<Statement>, StoreError> {
    let owner = seen.ids[&request.pacticipant];
    let now = tx.now().clone();
    let mut changes = Vec::new();
    if let Some(branch) = &request.branch {
        let id = match seen.branch {
            Some(id) => id,
            None => {
                let id = BranchId(tx.next_id().await?);
                changes.push(branches::inserting(
                    (id, owner, branch),
                    Some(version),
                    &now,
                ));
                id
            }
        };
        let place = tx.next_id().await?;
        changes.push(branches::joining((id, version), place, false, &now));
        if seen.branch.is_some() {
            changes.push(branches::heading(id, version, &now));
        }
    }
    for (place, tag) in request.tags.iter().enumerate() {
        if request.tags[..place].contains(tag) {
            continue;
        }
        let place = tx.next_id().await?;
        changes.push(tags::putting((owner, version), tag, place, &now));
    }
    let branch = request.branch.iter().map(BranchName::as_str);
    let mut names = branch.chain(request.tags.iter().map(TagName::as_str));
    let candidates = &request.policy.marking.main_branch_candidates;
    let main = names.find(|name| candidates.iter().any(|one| one == name));
    if let (Some(Ok(main)), false) = (main.map(BranchName::parse), seen.has_main_branch) {
        changes.push(pacticipants::setting_main_branch(owner, &main, &now));
    }
    Ok(changes)
}

/// Puts a content, which may be known, in its place.
async fn place_content(
    tx: &mut Tx,
    parties: Parties<'_>,
    contract: &NewContract,
    standing: Option<ContentId>,
) -> Result<(Placed, Vec<Statement>), StoreError> {
    let (content, now) = (&contract.content, tx.now().clone());
    let mut changes = Vec::new();
    let content_id = match standing {
        Some(id) => id,
        None => {
            let id = ContentId(tx.next_id().await?);
            changes.push(revision::inserting_content(id, parties, content, &now));
            id
        }
    };
    let id = PublicationId(tx.next_id().await?);
    changes.push(revision::inserting((id, content_id), parties, 1, &now));
    changes.push(revision::standing_from_now((id, content_id), parties, &now));
    let (consumer, number, provider) = parties.names;
    let publication = PactPublication {
        id,
        consumer: consumer.clone(),
        consumer_version: number.clone(),
        consumer_version_id: parties.version,
        provider: provider.clone(),
        content_id,
        sha: content.sha().clone(),
        revision: 1,
        created_at: now,
    };
    let placed = Placed {
        kind: PublishKind::New,
        publication,
    };
    Ok((placed, changes))
}

/// Finds out what the contracts mean, in the order of the request.
async fn tell(
    tx: &mut Tx,
    request: &PublishRequest,
    written: Vec<(usize, Parties<'_>, Placed, Known)>,
) -> Result<Published, StoreError> {
    let mut contracts: Vec<(usize, PublishedContract)> = Vec::new();
    for (place, parties, placed, known) in written {
        let build_url = request.build_url.as_ref();
        contracts.push((place, told(tx, parties, (placed, known), build_url).await?));
    }
    contracts.sort_by_key(|(place, _)| *place);
    Ok(Published {
        version_created: true,
        has_branch: request.branch.is_some(),
        contracts: contracts.into_iter().map(|(_, one)| one).collect(),
    })
}
