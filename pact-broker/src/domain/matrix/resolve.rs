//! From selectors to versions, and from versions to the pairs that matter.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::matrix::facts::{Facts, VersionFact};
use crate::domain::matrix::query::{Destination, MatrixSelector, VersionChoice};
use crate::domain::text::{PacticipantId, PacticipantName, VersionId, VersionNumber};

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
    for publication in &facts.publications {
        let selected = specified.iter().any(|entry| {
            entry.pacticipant == publication.consumer
                && entry.versions.contains(publication.consumer_version)
        });
        if selected && (open || named.contains(&publication.provider)) {
            pairs.insert((publication.consumer, publication.provider), true);
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
    let main_branch = fact.main_branch.as_ref();
    let own = || {
        facts
            .versions
            .values()
            .filter(|version| version.pacticipant == pacticipant)
    };
    let all = |wanted: &dyn Fn(&VersionFact) -> bool| {
        own()
            .filter(|fact| wanted(fact))
            .map(|fact| (fact.id, fact.number.clone()))
            .collect()
    };
    let newest = |wanted: &dyn Fn(&VersionFact) -> bool| {
        let all: BTreeMap<_, _> = all(wanted);
        all.into_iter().next_back().into_iter().collect()
    };
    let found = match choice {
        VersionChoice::Any => {
            return Some(Entry {
                pacticipant,
                name: fact.name.clone(),
                choice: choice.clone(),
                versions: Versions::Any,
                specified,
            });
        }
        VersionChoice::Branch(name) => {
            all(&|version| version.branches.iter().any(|on| on.branch == *name))
        }
        VersionChoice::BranchHead(name) => all(&|version| {
            version
                .branches
                .iter()
                .any(|on| on.head && on.branch == *name)
        }),
        VersionChoice::Environment(name) => {
            all(&|version| version.environments.iter().any(|place| place.name == *name))
        }
        VersionChoice::Latest => newest(&|_| true),
        VersionChoice::LatestTagged(tag) => {
            newest(&|version| version.tags.iter().any(|on| on.name == *tag))
        }
        VersionChoice::MainBranch => all(&|version| {
            version
                .branches
                .iter()
                .any(|on| Some(&on.branch) == main_branch)
        }),
        VersionChoice::MainBranchHead => all(&|version| {
            version
                .branches
                .iter()
                .any(|on| on.head && Some(&on.branch) == main_branch)
        }),
        VersionChoice::Number(number) => all(&|version| version.number == *number),
        VersionChoice::Tagged(tag) => all(&|version| version.tags.iter().any(|on| on.name == *tag)),
    };
    Some(Entry {
        pacticipant,
        name: fact.name.clone(),
        choice: choice.clone(),
        versions: Versions::These(found),
        specified,
    })
}
