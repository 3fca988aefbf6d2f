//! Gathering the facts for a matrix question.
//!
//! First whom and which versions the question is about, then the publications and results between all
//! of these. Each step is one statement, whose cost is that of its answer; only a question about any
//! version of something takes a few more.

mod candidates;
mod parties;
mod pieces;
mod rows;

use std::collections::HashSet;

use crate::domain::matrix::{self, Facts, Matrix, MatrixQuery, answer, resolve};
use crate::domain::text::{EnvironmentName, PacticipantId, PacticipantName, VersionId};
use crate::store::Store;
use crate::store::connection::Tx;
use crate::store::error::StoreError;
use crate::store::matrix::pieces::Found;

/// Which of the names in a question are known.
#[derive(Debug, Default)]
pub struct Known {
    /// Those of pacticipants.
    pub pacticipants: HashSet<PacticipantName>,
    /// Those of environments.
    pub environments: HashSet<EnvironmentName>,
}

impl Known {
    /// Whether everything is known that a question names to be answered.
    fn covers(&self, query: &MatrixQuery) -> bool {
        query
            .pacticipants()
            .all(|name| self.pacticipants.contains(name))
            && query
                .environments()
                .all(|name| self.environments.contains(name))
    }
}

impl Store {
    /// Finds out which of these names are known.
    pub async fn known<'a>(
        &self,
        pacticipants: impl IntoIterator<Item = &'a PacticipantName>,
        environments: impl IntoIterator<Item = &'a EnvironmentName>,
    ) -> Result<Known, StoreError> {
        let select = parties::names(pacticipants, environments);
        let (mut facts, mut found) = (Facts::default(), Found::default());
        let pieces = self.all(select).await?.into_iter();
        pieces.for_each(|piece| found.take(piece));
        let environments = found.put_into(&mut facts);
        Ok(known(&facts, environments))
    }

    /// Answers a matrix question.
    ///
    /// A selector of an unknown pacticipant makes the answer no; see [`Store::matrix_of_known`].
    pub async fn matrix(&self, query: &MatrixQuery) -> Result<Matrix, StoreError> {
        let mut tx = self.reading().await?;
        let mut facts = Facts::default();
        load_parties(&mut tx, query, &mut facts).await?;
        load_rows(&mut tx, query, &mut facts).await?;
        drop(tx);
        Ok(answer(query, &facts))
    }

    /// Answers a matrix question if every pacticipant and environment in it is known, or else tells
    /// which are.
    pub async fn matrix_of_known(
        &self,
        query: &MatrixQuery,
    ) -> Result<Result<Matrix, Known>, StoreError> {
        let mut tx = self.reading().await?;
        let mut facts = Facts::default();
        let environments = load_parties(&mut tx, query, &mut facts).await?;
        let known = known(&facts, environments);
        if !known.covers(query) {
            return Ok(Err(known));
        }
        load_rows(&mut tx, query, &mut facts).await?;
        drop(tx);
        Ok(Ok(answer(query, &facts)))
    }
}

fn known(facts: &Facts, environments: Vec<EnvironmentName>) -> Known {
    let pacticipants = facts.pacticipants.values();
    Known {
        pacticipants: pacticipants.map(|fact| fact.name.clone()).collect(),
        environments: environments.into_iter().collect(),
    }
}

/// Loads whom and which versions a question is about; returns which of the environments it names are
/// known.
async fn load_parties(
    tx: &mut Tx,
    query: &MatrixQuery,
    facts: &mut Facts,
) -> Result<Vec<EnvironmentName>, StoreError> {
    let mut known = Vec::new();
    for statement in parties::statements(query) {
        known = pieces::load(tx, statement, facts).await?;
    }
    Ok(known)
}

/// Loads the publications and results that the answer rests on.
async fn load_rows(tx: &mut Tx, query: &MatrixQuery, facts: &mut Facts) -> Result<(), StoreError> {
    let mut entries = resolve::specified(&query.selectors, facts);
    if let Some(destination) = &query.destination {
        let dependencies = resolve::dependencies(&entries, true, facts);
        entries.extend(resolve::inferred(
            &entries,
            &dependencies,
            destination,
            facts,
        ));
    }
    rows::load(tx, query, &entries, facts).await?;
    load_versions_of_rows(tx, (query, &entries), facts).await
}

/// Loads what the rows show of their versions, and who the parties are.
async fn load_versions_of_rows(
    tx: &mut Tx,
    (query, entries): (&MatrixQuery, &[resolve::Entry]),
    facts: &mut Facts,
) -> Result<(), StoreError> {
    let shown = matrix::rows::versions(query, entries, facts).into_iter();
    let versions: Vec<VersionId> = shown
        .filter(|id| !facts.versions.contains_key(id))
        .collect();
    let parties = facts
        .publications
        .iter()
        .flat_map(|fact| [fact.consumer, fact.provider]);
    let unknown: HashSet<PacticipantId> = parties
        .filter(|id| !facts.pacticipants.contains_key(id))
        .collect();
    if versions.is_empty() && unknown.is_empty() {
        return Ok(());
    }
    let select = pieces::by_keys(unknown.into_iter().collect(), versions);
    pieces::load(tx, select, facts).await?;
    Ok(())
}
