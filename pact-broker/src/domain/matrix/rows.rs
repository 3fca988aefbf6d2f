//! The rows of a matrix: publications beside the verifications of their content.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use crate::domain::matrix::facts::{Facts, PublicationFact, VerificationFact, VersionFact};
use crate::domain::matrix::query::{IgnoreSelector, LatestBy, MatrixQuery};
use crate::domain::matrix::resolve::Entry;
use crate::domain::text::{ContentId, PacticipantId, PacticipantName, PublicationId};

/// A consumer version's pact, and one result for it or none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatrixRow {
    /// The consumer.
    pub consumer: PacticipantName,
    /// Its version.
    pub consumer_version: Arc<VersionFact>,
    /// The provider.
    pub provider: PacticipantName,
    /// The version that was run, if any that counts was.
    pub provider_version: Option<Arc<VersionFact>>,
    /// The pact.
    pub publication: PublicationFact,
    /// The result.
    pub verification: Option<VerificationFact>,
    /// Whether the question sets it aside.
    pub ignored: bool,
}

impl MatrixRow {
    /// Whether the provider version passed, where one was run.
    pub fn success(&self) -> Option<bool> {
        self.verification
            .as_ref()
            .map(|verification| verification.success)
    }

    /// The place in the sequence of the last thing that happened to the row.
    fn last_action(&self) -> (i64, PublicationId, Option<i64>) {
        let publication = self.publication.id;
        let verification = self.verification.as_ref().map(|fact| fact.id.0);
        (
            publication.0.max(verification.unwrap_or(0)),
            publication,
            verification,
        )
    }
}

/// Makes the rows that answer the question, in the order they are shown: considered ones first.
pub fn rows(query: &MatrixQuery, entries: &[Entry], facts: &Facts) -> Vec<MatrixRow> {
    let mut rows = joined(query, entries, facts);
    rows.sort_by_key(|row| Reverse(row.last_action()));
    if let Some(limit) = query.limit {
        rows.truncate(limit as usize);
    }
    if let Some(latest_by) = query.latest_by {
        rows = latest(rows, latest_by);
    }
    if !query.success.is_empty() {
        rows.retain(|row| query.success.contains(&row.success()));
    }
    for row in &mut rows {
        row.ignored = query.ignore.iter().any(|ignore| touches(ignore, row));
    }
    rows.sort_by(|left, right| shown(left).cmp(&shown(right)));
    rows
}

fn shown(row: &MatrixRow) -> impl Ord + use<'_> {
    (
        row.ignored,
        &row.consumer,
        Reverse(row.consumer_version.id),
        Reverse(row.publication.revision),
        &row.provider,
        Reverse(row.provider_version.as_ref().map(|version| version.id)),
        Reverse(
            row.verification
                .as_ref()
                .map(|verification| verification.id),
        ),
    )
}

fn touches(ignore: &IgnoreSelector, row: &MatrixRow) -> bool {
    let version_matches = |version: Option<&Arc<VersionFact>>| {
        ignore
            .version
            .as_ref()
            .is_none_or(|number| version.is_some_and(|version| version.number == *number))
    };
    (ignore.pacticipant == row.consumer && version_matches(Some(&row.consumer_version)))
        || (ignore.pacticipant == row.provider && version_matches(row.provider_version.as_ref()))
}

/// Which verifications a publication is shown beside.
struct Join<'a> {
    entries: &'a [Entry],
    facts: &'a Facts,
    specified: HashSet<PacticipantId>,
    verifications: HashMap<ContentId, Vec<&'a VerificationFact>>,
}

fn joined(query: &MatrixQuery, entries: &[Entry], facts: &Facts) -> Vec<MatrixRow> {
    let latest_only = query.latest_by.is_some();
    let mut join = Join {
        entries,
        facts,
        specified: entries
            .iter()
            .filter(|entry| entry.specified)
            .map(|entry| entry.pacticipant)
            .collect(),
        verifications: HashMap::new(),
    };
    for verification in &facts.verifications {
        if verification.latest || !latest_only {
            join.verifications
                .entry(verification.content)
                .or_default()
                .push(verification);
        }
    }
    facts
        .publications
        .iter()
        .filter(|publication| publication.current || !latest_only)
        .flat_map(|publication| match entries {
            [only] => join.with_any_counterpart(publication, only),
            _ => join.among_entries(publication),
        })
        .collect()
}

impl Join<'_> {
    /// For a single entry: everything it consumes beside every result, and every result of it.
    fn with_any_counterpart(&self, publication: &PublicationFact, only: &Entry) -> Vec<MatrixRow> {
        if publication.consumer == only.pacticipant
            && only.versions.contains(publication.consumer_version)
        {
            return self.beside(publication, &|_| true, true);
        }
        if publication.provider == only.pacticipant {
            let run = |verification: &VerificationFact| {
                only.versions.contains(verification.provider_version)
            };
            return self.beside(publication, &run, false);
        }
        Vec::new()
    }

    /// For several entries: publications between them beside the results of the versions meant.
    fn among_entries(&self, publication: &PublicationFact) -> Vec<MatrixRow> {
        let consumes = self.entries.iter().any(|entry| {
            entry.pacticipant == publication.consumer
                && entry.versions.contains(publication.consumer_version)
        });
        let provides = self
            .entries
            .iter()
            .any(|entry| entry.pacticipant == publication.provider);
        let touches_specified = self.specified.contains(&publication.consumer)
            || self.specified.contains(&publication.provider);
        if !(consumes && provides && touches_specified) {
            return Vec::new();
        }
        let run = |verification: &VerificationFact| {
            self.entries.iter().any(|entry| {
                entry.pacticipant == publication.provider
                    && entry.versions.contains(verification.provider_version)
            })
        };
        self.beside(publication, &run, true)
    }

    fn beside(
        &self,
        publication: &PublicationFact,
        wanted: &dyn Fn(&VerificationFact) -> bool,
        even_alone: bool,
    ) -> Vec<MatrixRow> {
        let verifications = self
            .verifications
            .get(&publication.content)
            .map_or(&[][..], Vec::as_slice);
        let mut rows: Vec<_> = verifications
            .iter()
            .filter(|verification| wanted(verification))
            .filter_map(|verification| self.row(publication, Some(verification)))
            .collect();
        if rows.is_empty() && even_alone {
            rows.extend(self.row(publication, None));
        }
        rows
    }

    /// Puts a row together; facts that are not there make no row.
    fn row(
        &self,
        publication: &PublicationFact,
        verification: Option<&VerificationFact>,
    ) -> Option<MatrixRow> {
        let provider_version = match verification {
            Some(fact) => Some(Arc::clone(self.facts.versions.get(&fact.provider_version)?)),
            None => None,
        };
        Some(MatrixRow {
            consumer: self
                .facts
                .pacticipants
                .get(&publication.consumer)?
                .name
                .clone(),
            consumer_version: Arc::clone(self.facts.versions.get(&publication.consumer_version)?),
            provider: self
                .facts
                .pacticipants
                .get(&publication.provider)?
                .name
                .clone(),
            provider_version,
            publication: publication.clone(),
            verification: verification.cloned(),
            ignored: false,
        })
    }
}

/// Keeps one row of each group: the first where that has no result, else that of the newest
/// provider version.
fn latest(rows: Vec<MatrixRow>, latest_by: LatestBy) -> Vec<MatrixRow> {
    let mut groups: BTreeMap<_, Vec<MatrixRow>> = BTreeMap::new();
    for row in rows {
        let parties = (row.publication.consumer, row.publication.provider);
        let consumer_version = Some(row.consumer_version.id);
        let provider_version = row.provider_version.as_ref().map(|version| version.id);
        let key = match latest_by {
            LatestBy::ConsumerVersion => (parties, consumer_version, None),
            LatestBy::ConsumerVersionAndProviderVersion => {
                (parties, consumer_version, provider_version)
            }
            LatestBy::Pair => (parties, None, None),
        };
        groups.entry(key).or_default().push(row);
    }
    groups.into_values().filter_map(representative).collect()
}

fn representative(group: Vec<MatrixRow>) -> Option<MatrixRow> {
    let first_has_result = group.first()?.provider_version.is_some();
    if !first_has_result {
        return group.into_iter().next();
    }
    // Rows come newest first, and `max_by_key` keeps the last of equals: hence the reversal.
    group
        .into_iter()
        .rev()
        .max_by_key(|row| row.provider_version.as_ref().map(|version| version.id))
}
