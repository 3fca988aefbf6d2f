//! Gathering the facts for a matrix question.
//!
//! The steps are those of [`crate::domain::matrix::resolve`]: which versions the selectors may
//! mean, which pairs follow from them, which versions stand for the counterparts, and then the
//! publications and results between all of these. Each step is a handful of statements whose cost
//! is that of their answer.

mod candidates;
mod rows;
mod version_facts;

use std::collections::HashSet;

use crate::domain::matrix::{self, Facts, Matrix, MatrixQuery, VersionChoice, answer, resolve};
use crate::domain::text::{EnvironmentName, PacticipantId, PacticipantName};
use crate::store::Store;
use crate::store::connection::Tx;
use crate::store::error::StoreError;
use crate::store::statement::sql;

/// Which of the names in a question are known.
#[derive(Debug, Default)]
pub struct Known {
    /// Those of pacticipants.
    pub pacticipants: HashSet<PacticipantName>,
    /// Those of environments.
    pub environments: HashSet<EnvironmentName>,
}

impl Store {
    /// Finds out which of these names are known.
    pub async fn known<'a>(
        &self,
        pacticipants: impl IntoIterator<Item = &'a PacticipantName>,
        environments: impl IntoIterator<Item = &'a EnvironmentName>,
    ) -> Result<Known, StoreError> {
        let select = sql(
            "SELECT TRUE, name FROM pacticipants WHERE name IN_LIST($1) \
             UNION ALL SELECT FALSE, name FROM environments WHERE name IN_LIST($2)",
        );
        let select = select.texts(pacticipants).texts(environments);
        let mut known = Known::default();
        for (is_pacticipant, name) in self.all::<(bool, String)>(select).await? {
            if is_pacticipant {
                known.pacticipants.extend(PacticipantName::parse(name));
            } else {
                known.environments.extend(EnvironmentName::parse(name));
            }
        }
        Ok(known)
    }

    /// Answers a matrix question.
    ///
    /// A selector of an unknown pacticipant makes the answer no; the edge refuses it before.
    pub async fn matrix(&self, query: &MatrixQuery) -> Result<Matrix, StoreError> {
        let mut tx = self.reading().await?;
        let facts = gather(&mut tx, query).await?;
        Ok(answer(query, &facts))
    }
}

async fn gather(tx: &mut Tx, query: &MatrixQuery) -> Result<Facts, StoreError> {
    let mut facts = Facts::default();
    load_named_pacticipants(tx, query, &mut facts).await?;
    load_selected_versions(tx, query, &mut facts).await?;
    let mut entries = resolve::specified(&query.selectors, &facts);
    rows::load_dependencies(tx, &entries, &mut facts).await?;
    if let Some(destination) = &query.destination {
        let dependencies = resolve::dependencies(&entries, true, &facts);
        let counterparts = resolve::counterparts(&entries, &dependencies);
        let counterparts: Vec<_> = counterparts.into_iter().collect();
        load_pacticipants(tx, counterparts.iter().copied(), &mut facts).await?;
        version_facts::choose(tx, &destination.choice(), &counterparts, &mut facts).await?;
        entries.extend(resolve::inferred(
            &entries,
            &dependencies,
            destination,
            &facts,
        ));
    }
    rows::load(tx, query, &entries, &mut facts).await?;
    load_versions_of_rows(tx, (query, &entries), &mut facts).await?;
    Ok(facts)
}

async fn load_named_pacticipants(
    tx: &mut Tx,
    query: &MatrixQuery,
    facts: &mut Facts,
) -> Result<(), StoreError> {
    let selected = query.selectors.iter().map(|selector| &selector.pacticipant);
    let names = selected.chain(query.ignore.iter().map(|ignore| &ignore.pacticipant));
    let select = sql("SELECT id, name, main_branch FROM pacticipants WHERE name IN_LIST($1)");
    let found = tx.all(select.texts(names)).await?;
    add_pacticipants(found, facts);
    Ok(())
}

fn add_pacticipants(found: Vec<matrix::facts::PacticipantFact>, facts: &mut Facts) {
    facts
        .pacticipants
        .extend(found.into_iter().map(|fact| (fact.id, fact)));
}

async fn load_pacticipants(
    tx: &mut Tx,
    ids: impl IntoIterator<Item = PacticipantId>,
    facts: &mut Facts,
) -> Result<(), StoreError> {
    let missing: Vec<_> = ids
        .into_iter()
        .filter(|id| !facts.pacticipants.contains_key(id))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let select = sql("SELECT id, name, main_branch FROM pacticipants WHERE id IN_LIST($1)");
    let found = tx.all(select.ids(missing)).await?;
    add_pacticipants(found, facts);
    Ok(())
}

/// Loads the versions that selectors may mean, and those to be ignored.
async fn load_selected_versions(
    tx: &mut Tx,
    query: &MatrixQuery,
    facts: &mut Facts,
) -> Result<(), StoreError> {
    let ignored = query.ignore.iter().filter_map(|ignore| {
        let number = ignore.version.clone()?;
        Some((&ignore.pacticipant, VersionChoice::Number(number)))
    });
    let selected = query
        .selectors
        .iter()
        .map(|one| (&one.pacticipant, one.versions.clone()));
    for (name, choice) in selected.chain(ignored) {
        if let Some(pacticipant) = facts.pacticipant_named(name).map(|fact| fact.id) {
            version_facts::choose(tx, &choice, &[pacticipant], facts).await?;
        }
    }
    Ok(())
}

/// Loads what the rows show of their versions.
async fn load_versions_of_rows(
    tx: &mut Tx,
    (query, entries): (&MatrixQuery, &[resolve::Entry]),
    facts: &mut Facts,
) -> Result<(), StoreError> {
    version_facts::load(tx, matrix::rows::versions(query, entries, facts), facts).await?;
    let consumers = facts.publications.iter().map(|fact| fact.consumer);
    let providers = facts.publications.iter().map(|fact| fact.provider);
    let pacticipants: HashSet<_> = consumers.chain(providers).collect();
    load_pacticipants(tx, pacticipants, facts).await
}
