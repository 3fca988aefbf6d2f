//! The pacticipants a publication names: found, or created in one order.

use std::collections::{BTreeSet, HashMap};

use crate::domain::pact::DuplicateName;
use crate::domain::pacticipant::potential_duplicates;
use crate::domain::text::{PacticipantId, PacticipantName, VersionId, VersionNumber};
use crate::store::connection::Tx;
use crate::store::error::StoreError;
use crate::store::statement::sql;
use crate::store::{Written, pacticipants, versions};

/// The number that those who create pacticipants under the rule about similar names wait for.
const NAMING: i64 = 0x7061_6374_0001;

/// Those a publication names.
pub(super) struct Named {
    /// The keys of the pacticipants.
    pub(super) ids: HashMap<PacticipantName, PacticipantId>,
    /// The key of the consumer's version, if it was there.
    version: Option<VersionId>,
}

impl Named {
    /// The version of the consumer, which is created if need be.
    pub(super) async fn version(
        &self,
        tx: &mut Tx,
        consumer: PacticipantId,
        number: &VersionNumber,
    ) -> Result<Written<VersionId>, StoreError> {
        match self.version {
            Some(value) => Ok(Written {
                value,
                created: false,
            }),
            None => versions::create_or_find(tx, consumer, number).await,
        }
    }
}

/// The keys of the pacticipants of these names, and of a version of the consumer. The pacticipants
/// that are missing are created in the order of their names, so that two who create the same ones
/// never wait for each other in a circle.
///
/// With the rule about similar names, everyone who brings a new name waits in one line: of two
/// names that look alike, the second finds the first.
pub(super) async fn known_or_new(
    tx: &mut Tx,
    names: &BTreeSet<&PacticipantName>,
    (consumer, number): (&PacticipantName, &VersionNumber),
    refuse_similar: bool,
) -> Result<Named, StoreError> {
    let select = sql(
        "SELECT p.name, p.id, (SELECT v.id FROM versions v WHERE v.pacticipant_id = p.id \
         AND v.number = $2) FROM pacticipants p WHERE p.name IN_LIST($1)",
    );
    let found: Vec<(PacticipantName, PacticipantId, Option<VersionId>)> =
        tx.all(select.texts(names).bind(number)).await?;
    let of_consumer = found.iter().find(|(name, _, _)| name == consumer);
    let version = of_consumer.and_then(|(_, _, version)| *version);
    let mut ids: HashMap<_, _> = found.into_iter().map(|(name, id, _)| (name, id)).collect();
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
    Ok(Named { ids, version })
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
