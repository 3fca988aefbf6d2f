//! From selectors to versions, and from versions to the pairs that matter.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::matrix::facts::{Facts, PacticipantFact, VersionFact};
use crate::domain::matrix::query::{Destination, MatrixSelector, VersionChoice};
use crate::domain::text::{
    BranchName, EnvironmentName, PacticipantId, PacticipantName, TagName, VersionId, VersionNumber,
};

/// A selector with the versions it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The pacticipant.
    pub pacticipant: PacticipantId,
    /// Its name.
    pub name: PacticipantName,
    /// Which of its versions were asked for.
    pub choice: VersionChoice,
    /// The versions that were found.
    pub versions: Versions,
    /// Whether the question names the pacticipant, rather than its being a counterpart.
    pub specified: bool,
}

/// The versions a selector means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Versions {
    /// Every version of the pacticipant.
    Any,
    /// These, possibly none.
    These(BTreeMap<VersionId, VersionNumber>),
}

impl Versions {
    /// Whether the version is meant.
    pub fn contains(&self, version: VersionId) -> bool {
        match self {
            Self::Any => true,
            Self::These(found) => found.contains_key(&version),
        }
    }

    /// Whether a version was asked for and none was found.
    pub fn is_nothing(&self) -> bool {
        matches!(self, Self::These(found) if found.is_empty())
    }
}

/// A consumer and a provider whose contract the question is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dependency {
    /// The consumer.
    pub consumer: PacticipantId,
    /// The provider.
    pub provider: PacticipantId,
    /// Whether the answer cannot be yes without a result for it.
    pub required: bool,
}

/// Finds the versions that each selector of the question means.
///
/// A selector that names an unknown pacticipant has no entry.
pub fn specified(selectors: &[MatrixSelector], facts: &Facts) -> Vec<Entry> {
    selectors
        .iter()
        .filter_map(|selector| {
            let pacticipant = facts.pacticipant_named(&selector.pacticipant)?.id;
            entry(pacticipant, &selector.versions, true, facts)
        })
        .collect()
}

/// Finds the versions that stand for the counterparts nobody named.
pub fn inferred(
    specified: &[Entry],
    dependencies: &[Dependency],
    destination: &Destination,
    facts: &Facts,
) -> Vec<Entry> {
    counterparts(specified, dependencies)
        .into_iter()
        .filter_map(|pacticipant| entry(pacticipant, &destination.choice(), false, facts))
        .collect()
}

/// The pacticipants of the dependencies that no selector names.
pub fn counterparts(specified: &[Entry], dependencies: &[Dependency]) -> BTreeSet<PacticipantId> {
    dependencies
        .iter()
        .flat_map(|dependency| [dependency.consumer, dependency.provider])
        .filter(|id| specified.iter().all(|entry| entry.pacticipant != *id))
        .collect()
}

/// Finds the pairs the question is about.
///
/// With a destination, or for a single selector: everything the specified versions consume is
/// required, and whoever consumes a specified pacticipant matters when it has a result or is
/// where the version shall go. Otherwise only pairs among the specified pacticipants matter, and
/// are required.
pub fn dependencies(specified: &[Entry], has_destination: bool, facts: &Facts) -> Vec<Dependency> {
    let named: BTreeSet<_> = specified.iter().map(|entry| entry.pacticipant).collect();
    let open = has_destination || specified.len() == 1;
    let mut pairs = BTreeMap::new();
    for contract in &facts.contracts {
        let selected = specified.iter().any(|entry| {
            entry.pacticipant == contract.consumer
                && entry.versions.contains(contract.consumer_version)
        });
        if selected && (open || named.contains(&contract.provider)) {
            pairs.insert((contract.consumer, contract.provider), true);
        }
    }
    for &(consumer, provider) in &facts.integrations {
        if open && named.contains(&provider) {
            pairs.entry((consumer, provider)).or_insert(false);
        }
    }
    pairs
        .into_iter()
        .map(|((consumer, provider), required)| Dependency {
            consumer,
            provider,
            required,
        })
        .collect()
}

fn entry(
    pacticipant: PacticipantId,
    choice: &VersionChoice,
    specified: bool,
    facts: &Facts,
) -> Option<Entry> {
    let fact = facts.pacticipants.get(&pacticipant)?;
    Some(Entry {
        pacticipant,
        name: fact.name.clone(),
        choice: choice.clone(),
        versions: versions(fact, choice, facts),
        specified,
    })
}

/// Finds the versions of a pacticipant that a choice means.
fn versions(owner: &PacticipantFact, choice: &VersionChoice, facts: &Facts) -> Versions {
    let all = |wanted: &dyn Fn(&VersionFact) -> bool| -> BTreeMap<_, _> {
        let own = facts
            .versions
            .values()
            .filter(|version| version.pacticipant == owner.id);
        own.filter(|version| wanted(version))
            .map(|version| (version.id, version.number.clone()))
            .collect()
    };
    let newest = |wanted: &dyn Fn(&VersionFact) -> bool| {
        all(wanted).into_iter().next_back().into_iter().collect()
    };
    let main_branch = owner.main_branch.as_ref();
    Versions::These(match choice {
        VersionChoice::Any => return Versions::Any,
        VersionChoice::Branch(name) => all(&|version| version.is_on(Some(name))),
        VersionChoice::BranchHead(name) => all(&|version| version.leads(Some(name))),
        VersionChoice::Environment(name) => all(&|version| version.is_in(name)),
        VersionChoice::Latest => newest(&|_| true),
        VersionChoice::LatestTagged(tag) => newest(&|version| version.carries(tag)),
        VersionChoice::MainBranch => all(&|version| version.is_on(main_branch)),
        VersionChoice::MainBranchHead => all(&|version| version.leads(main_branch)),
        VersionChoice::Number(number) => all(&|version| version.number == *number),
        VersionChoice::Tagged(tag) => all(&|version| version.carries(tag)),
    })
}

impl VersionFact {
    fn is_on(&self, branch: Option<&BranchName>) -> bool {
        self.branches.iter().any(|on| Some(&on.branch) == branch)
    }

    fn leads(&self, branch: Option<&BranchName>) -> bool {
        let mut branches = self.branches.iter();
        branches.any(|on| on.head && Some(&on.branch) == branch)
    }

    fn carries(&self, tag: &TagName) -> bool {
        self.tags.iter().any(|on| on.name == *tag)
    }

    fn is_in(&self, environment: &EnvironmentName) -> bool {
        self.environments
            .iter()
            .any(|place| place.name == *environment)
    }
}
