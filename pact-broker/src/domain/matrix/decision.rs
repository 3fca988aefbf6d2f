//! The verdict over the rows of a matrix.

use crate::domain::matrix::facts::Facts;
use crate::domain::matrix::query::{Destination, IgnoreSelector, MatrixQuery, VersionChoice};
use crate::domain::matrix::reason::{Party, Reason};
use crate::domain::matrix::resolve::{Dependency, Entry, Versions};
use crate::domain::matrix::rows::MatrixRow;
use crate::domain::text::{PacticipantId, PacticipantName, VersionNumber};

/// Whether the versions asked about may go where they are meant to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// A result stands against it, or a version asked about does not exist.
    No,
    /// A result is missing.
    Unknown,
    /// Every result that counts is a success.
    Yes,
}

/// A decision with its figures and reasons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The decision.
    pub decision: Decision,
    /// Remarks first, then what decided.
    pub reasons: Vec<Reason>,
    /// Considered rows with a success.
    pub success: usize,
    /// Considered rows with a failure.
    pub failed: usize,
    /// Considered rows without a result, and required pairs without a row.
    pub unknown: usize,
    /// Rows set aside, when the question asked to set some aside.
    pub ignored: Option<usize>,
}

/// Decides from the rows.
///
/// *No* when a version asked about does not exist; else *unknown* as soon as one result is
/// missing, even beside failures, because clients poll while it is; else *yes* exactly when no
/// considered row failed.
pub fn decide(
    query: &MatrixQuery,
    entries: &[Entry],
    dependencies: &[Dependency],
    rows: &[MatrixRow],
    facts: &Facts,
) -> Verdict {
    let considered: Vec<_> = rows.iter().filter(|row| !row.ignored).collect();
    let count = |result| {
        considered
            .iter()
            .filter(|row| row.success() == result)
            .count()
    };
    let missing_pairs = missing_pairs(dependencies, rows, facts);
    let (nonexistent, ignored_nonexistent): (Vec<_>, Vec<_>) = entries
        .iter()
        .filter(|entry| entry.specified && entry.versions.is_nothing())
        .partition(|entry| !is_ignored(&query.ignore, entry));
    let (success, failed) = (count(Some(true)), count(Some(false)));
    let unknown = count(None) + missing_pairs.len();
    let nameless: Vec<_> = unknown_pacticipants(query, entries).collect();
    let decision = if !(nonexistent.is_empty() && nameless.is_empty()) {
        Decision::No
    } else if unknown > 0 {
        Decision::Unknown
    } else if failed > 0 {
        Decision::No
    } else {
        Decision::Yes
    };
    let mut reasons = remarks(query, entries, facts);
    let missing = |entry: &Entry| Reason::VersionDoesNotExist(party(entry, None));
    reasons.extend(
        ignored_nonexistent
            .into_iter()
            .map(|entry| Reason::Ignored(Box::new(missing(entry)))),
    );
    if nonexistent.is_empty() && nameless.is_empty() {
        reasons.extend(causes(&considered, &missing_pairs, entries));
    } else {
        reasons.extend(nonexistent.into_iter().map(missing));
        reasons.extend(nameless.into_iter().map(Reason::VersionDoesNotExist));
    }
    let ignored = (!query.ignore.is_empty()).then(|| rows.len() - considered.len());
    Verdict {
        decision,
        reasons,
        success,
        failed,
        unknown,
        ignored,
    }
}

fn is_ignored(ignore: &[IgnoreSelector], entry: &Entry) -> bool {
    ignore.iter().any(|ignore| {
        ignore.pacticipant == entry.name
            && ignore
                .version
                .as_ref()
                .is_none_or(|number| entry.choice == VersionChoice::Number(number.clone()))
    })
}

/// The selectors that no entry answers, because nobody knows their pacticipant. The edge refuses
/// such questions; should one get here, it is no reason to say yes.
fn unknown_pacticipants<'a>(
    query: &'a MatrixQuery,
    entries: &'a [Entry],
) -> impl Iterator<Item = Party> + 'a {
    let unknown = |name: &PacticipantName| entries.iter().all(|entry| entry.name != *name);
    query
        .selectors
        .iter()
        .filter(move |selector| unknown(&selector.pacticipant))
        .map(|selector| Party {
            pacticipant: selector.pacticipant.clone(),
            choice: selector.versions.clone(),
            version: None,
        })
}

fn missing_pairs<'a>(
    dependencies: &[Dependency],
    rows: &[MatrixRow],
    facts: &'a Facts,
) -> Vec<(&'a PacticipantName, &'a PacticipantName)> {
    let has_row = |dependency: &Dependency| {
        rows.iter().any(|row| {
            row.publication.consumer == dependency.consumer
                && row.publication.provider == dependency.provider
        })
    };
    let name = |id: PacticipantId| facts.pacticipants.get(&id).map(|fact| &fact.name);
    dependencies
        .iter()
        .filter(|dependency| dependency.required && !has_row(dependency))
        .filter_map(|dependency| name(dependency.consumer).zip(name(dependency.provider)))
        .collect()
}

fn remarks(query: &MatrixQuery, entries: &[Entry], facts: &Facts) -> Vec<Reason> {
    let mut remarks: Vec<_> = query
        .ignore
        .iter()
        .filter_map(|one| unknown(one, facts))
        .collect();
    let specified: Vec<_> = entries.iter().filter(|entry| entry.specified).collect();
    let placeless = matches!(query.destination, None | Some(Destination::Latest));
    if specified.len() == 1 && placeless {
        remarks.push(Reason::NoDestination);
    }
    let numbered = |entry: &&Entry| matches!(entry.choice, VersionChoice::Number(_));
    let name_only = |entry: &&Entry| entry.choice == VersionChoice::Any;
    if !specified.iter().any(numbered) && !specified.iter().all(name_only) {
        remarks.push(Reason::NoVersionNumber);
    }
    remarks
}

/// Says that a version to be ignored is not known. Versions that are not among the facts take no
/// part in the answer, so the store loads the ignored ones whether or not they do.
fn unknown(ignore: &IgnoreSelector, facts: &Facts) -> Option<Reason> {
    let pacticipant = ignore.pacticipant.clone();
    let Some(fact) = facts.pacticipant_named(&ignore.pacticipant) else {
        return Some(Reason::IgnoredIsUnknown {
            pacticipant,
            version: None,
        });
    };
    let version = ignore.version.clone()?;
    let known = facts
        .versions
        .values()
        .any(|known| known.pacticipant == fact.id && known.number == version);
    (!known).then_some(Reason::IgnoredIsUnknown {
        pacticipant,
        version: Some(version),
    })
}

fn causes(
    considered: &[&MatrixRow],
    missing_pairs: &[(&PacticipantName, &PacticipantName)],
    entries: &[Entry],
) -> Vec<Reason> {
    let mut causes = Vec::new();
    for (consumer, provider) in missing_pairs {
        for (consumer, provider) in pairs(consumer, None, provider, None, entries) {
            causes.push(Reason::Unverified { consumer, provider });
        }
    }
    for result in [Some(false), None] {
        for row in considered.iter().filter(|row| row.success() == result) {
            let consumer_version = Some(&row.consumer_version.number);
            let provider_version = row.provider_version.as_ref().map(|version| &version.number);
            let parties = pairs(
                &row.consumer,
                consumer_version,
                &row.provider,
                provider_version,
                entries,
            );
            causes.extend(
                parties
                    .into_iter()
                    .map(|(consumer, provider)| match result {
                        Some(_) => Reason::Failed { consumer, provider },
                        None => Reason::Unverified { consumer, provider },
                    }),
            );
        }
    }
    if causes.is_empty() {
        causes.push(match considered {
            [] => Reason::NoDependencies,
            [_, ..] => Reason::AllVerified,
        });
    }
    causes
}

/// The two sides of a reason. A side without a version stands for every version that was asked
/// for, so there is a reason for each of them.
fn pairs(
    consumer: &PacticipantName,
    consumer_version: Option<&VersionNumber>,
    provider: &PacticipantName,
    provider_version: Option<&VersionNumber>,
    entries: &[Entry],
) -> Vec<(Party, Party)> {
    let consumers = sides(consumer, consumer_version, entries);
    let providers = sides(provider, provider_version, entries);
    consumers
        .iter()
        .flat_map(|consumer| {
            providers
                .iter()
                .map(|provider| (consumer.clone(), provider.clone()))
        })
        .collect()
}

fn sides(name: &PacticipantName, version: Option<&VersionNumber>, entries: &[Entry]) -> Vec<Party> {
    let mut parties = Vec::new();
    for entry in entries.iter().filter(|entry| entry.name == *name) {
        match (&entry.versions, version) {
            (Versions::Any, _) => parties.push(party(entry, None)),
            (Versions::These(found), Some(version)) => {
                if found.values().any(|number| number == version) {
                    parties.push(party(entry, Some(version)));
                }
            }
            (Versions::These(found), None) if found.is_empty() => parties.push(party(entry, None)),
            (Versions::These(found), None) => {
                parties.extend(found.values().map(|number| party(entry, Some(number))));
            }
        }
    }
    if parties.is_empty() {
        parties.push(Party {
            pacticipant: name.clone(),
            choice: VersionChoice::Any,
            version: None,
        });
    }
    parties
}

fn party(entry: &Entry, version: Option<&VersionNumber>) -> Party {
    Party {
        pacticipant: entry.name.clone(),
        choice: entry.choice.clone(),
        version: version.cloned(),
    }
}
