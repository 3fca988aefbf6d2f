//! Everything that happened in another broker, in the order in which it did.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::domain::text::{BranchName, EnvironmentName, PactSha, PacticipantName, VersionNumber};
use crate::domain::time::Timestamp;
use crate::store::import::{PactRecord, Record};

/// A consumer and a provider.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct PairNames {
    pub(super) consumer: PacticipantName,
    pub(super) provider: PacticipantName,
}

/// Something that happened.
#[derive(Debug)]
pub(super) enum What {
    /// It is known whole.
    Whole(Box<Record>),
    /// A pact, whose text is fetched when it is its turn, for the first with a content.
    Pact {
        record: Box<PactRecord>,
        is_first: bool,
    },
    /// A result, which is fetched when it is its turn.
    Result(ResultAddress),
}

/// Where a result is.
#[derive(Debug, Clone)]
pub(super) struct ResultAddress {
    pub(super) pair: Arc<PairNames>,
    pub(super) sha: PactSha,
    pub(super) number: i64,
    /// When it was run, as the matrix tells.
    pub(super) executed: Timestamp,
}

/// Which of what happened in one second happened first, as far as one needs the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    Environment,
    Pacticipant,
    Label,
    Integration,
    Version,
    Branch,
    Membership,
    Tag,
    Pact,
    Result,
    Deployment,
    Release,
    Webhook,
}

/// Everything that happened, and when what others need came to be.
#[derive(Debug, Default)]
pub(super) struct History {
    events: Vec<(Timestamp, Rank, What)>,
    pacticipants: HashMap<PacticipantName, Timestamp>,
    versions: HashMap<PacticipantName, HashMap<VersionNumber, Timestamp>>,
    branches: HashMap<PacticipantName, HashMap<BranchName, Timestamp>>,
    environments: HashMap<EnvironmentName, Timestamp>,
    /// The contents that are here already.
    contents: HashSet<(PairNames, PactSha)>,
}

impl History {
    /// Adds what happened at a moment, after everything it needs.
    pub(super) fn add(&mut self, at: &Timestamp, rank: Rank, what: What) {
        self.events.push((at.clone(), rank, what));
    }

    pub(super) fn add_record(&mut self, at: &Timestamp, rank: Rank, record: Record) {
        self.add(at, rank, What::Whole(Box::new(record)));
    }

    /// Notes that the content of a pact is here already.
    pub(super) fn has_content(&mut self, pair: &PairNames, sha: &PactSha) {
        self.contents.insert((pair.clone(), sha.clone()));
    }

    pub(super) fn pacticipant_came(&mut self, name: &PacticipantName, at: &Timestamp) {
        self.pacticipants.insert(name.clone(), at.clone());
    }

    pub(super) fn version_came(
        &mut self,
        pacticipant: &PacticipantName,
        number: &VersionNumber,
        at: &Timestamp,
    ) {
        let versions = self.versions.entry(pacticipant.clone()).or_default();
        versions.insert(number.clone(), at.clone());
    }

    pub(super) fn branch_came(
        &mut self,
        pacticipant: &PacticipantName,
        name: &BranchName,
        at: &Timestamp,
    ) {
        let branches = self.branches.entry(pacticipant.clone()).or_default();
        branches.insert(name.clone(), at.clone());
    }

    pub(super) fn environment_came(&mut self, name: &EnvironmentName, at: &Timestamp) {
        self.environments.insert(name.clone(), at.clone());
    }

    /// The moment, or a later one at which the pacticipant was there.
    pub(super) fn with_pacticipant(&self, at: &Timestamp, name: &PacticipantName) -> Timestamp {
        later(at, self.pacticipants.get(name))
    }

    /// The moment, or a later one at which the version was there.
    pub(super) fn with_version(
        &self,
        at: &Timestamp,
        pacticipant: &PacticipantName,
        number: &VersionNumber,
    ) -> Timestamp {
        let versions = self.versions.get(pacticipant);
        later(at, versions.and_then(|versions| versions.get(number)))
    }

    /// The moment, or a later one at which the branch was there.
    pub(super) fn with_branch(
        &self,
        at: &Timestamp,
        pacticipant: &PacticipantName,
        name: &BranchName,
    ) -> Timestamp {
        let branches = self.branches.get(pacticipant);
        later(at, branches.and_then(|branches| branches.get(name)))
    }

    /// The moment, or a later one at which the environment was there.
    pub(super) fn with_environment(&self, at: &Timestamp, name: &EnvironmentName) -> Timestamp {
        later(at, self.environments.get(name))
    }

    /// Returns whether the branch was told of.
    pub(super) fn has_branch(&self, pacticipant: &PacticipantName, name: &BranchName) -> bool {
        let branches = self.branches.get(pacticipant);
        branches.is_some_and(|branches| branches.contains_key(name))
    }

    /// Everything in its order. What was added first comes first where nothing else decides.
    pub(super) fn into_events(self) -> Vec<What> {
        let (mut events, mut contents) = (self.events, self.contents);
        events.sort_by(|(at, rank, _), (other, below, _)| (at, rank).cmp(&(other, below)));
        let mut events: Vec<_> = events.into_iter().map(|(_, _, what)| what).collect();
        for event in &mut events {
            if let What::Pact { record, is_first } = event {
                let pair = PairNames {
                    consumer: record.consumer.clone(),
                    provider: record.provider.clone(),
                };
                *is_first = contents.insert((pair, record.sha.clone()));
            }
        }
        events
    }
}

fn later(at: &Timestamp, other: Option<&Timestamp>) -> Timestamp {
    other.map_or(at, |other| at.max(other)).clone()
}
