//! The pacticipants a publication names: found, or created in one order.

use std::collections::{BTreeSet, HashMap};

use crate::domain::pact::DuplicateName;
use crate::domain::pacticipant::potential_duplicates;
use crate::domain::text::{PacticipantId, PacticipantName};
use crate::store::connection::Tx;
use crate::store::error::StoreError;
use crate::store::pacticipants;
use crate::store::statement::sql;

/// The number that those who create pacticipants under the rule about similar names wait for.
const NAMING: i64 = 0x7061_6374_0001;

/// The keys of all that a publication names. Those that are missing are created in the order of
/// their names, so that two who create the same ones never wait for each other in a circle.
///
/// With the rule about similar names, everyone who brings a new name waits in one line: of two
/// names that look alike, the second finds the first.
pub(super) async fn create_missing(
    tx: &mut Tx,
    names: &BTreeSet<&PacticipantName>,
    mut ids: HashMap<PacticipantName, PacticipantId>,
    refuse_similar: bool,
) -> Result<HashMap<PacticipantName, PacticipantId>, StoreError> {
    if ids.len() < names.len() {
        if refuse_similar {
            tx.wait_in_line(NAMING).await?;
            refuse_duplicates(tx, names).await?;
        }
        for name in names {
            if !ids.contains_key(*name) {
                let id = pacticipants::find_or_create(tx, name).await?.value;
                ids.insert((*name).clone(), id);
            }
        }
    }
    Ok(ids)
}

/// Refuses new names that look like existing ones.
async fn refuse_duplicates(
    tx: &mut Tx,
    names: &BTreeSet<&PacticipantName>,
) -> Result<(), StoreError> {
    let existing: Vec<(PacticipantName,)> = tx
        .all(sql("SELECT name FROM pacticipants ORDER BY name"))
        .await?;
    let existing: Vec<_> = existing.into_iter().map(|(name,)| name).collect();
    let duplicates: Vec<_> = names
        .iter()
        .filter_map(|name| {
            let alike = potential_duplicates(name, &existing);
            (!alike.is_empty()).then(|| DuplicateName {
                name: (*name).clone(),
                existing: alike.into_iter().cloned().collect(),
            })
        })
        .collect();
    if duplicates.is_empty() {
        return Ok(());
    }
    Err(StoreError::DuplicateNames(duplicates))
}
