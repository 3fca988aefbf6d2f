//! The rows of a matrix: publications beside the verifications of their content.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use crate::domain::matrix::facts::{Facts, PublicationFact, VerificationFact, VersionFact};
use crate::domain::matrix::query::{IgnoreSelector, LatestBy, MatrixQuery};
use crate::domain::matrix::resolve::Entry;
use crate::domain::text::{ContentId, PacticipantId, PacticipantName, PublicationId, VersionId};

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

    fn last_action(&self) -> LastAction {
        last_action(&self.publication, self.verification.as_ref())
    }
}

/// Makes the rows that the question is answered from, in the order they are shown: considered
/// ones first.
pub fn rows(query: &MatrixQuery, entries: &[Entry], facts: &Facts) -> Vec<MatrixRow> {
    let pairings = chosen(query, entries, facts);
    let whole = pairings.iter().filter_map(|pairing| pairing.row(facts));
    let mut rows: Vec<_> = whole.collect();
    if !query.success.is_empty() {
        rows.retain(|row| query.success.contains(&row.success()));
    }
    for row in &mut rows {
        row.ignored = query.ignore.iter().any(|ignore| touches(ignore, row));
    }
    rows.sort_by(|left, right| shown(left).cmp(&shown(right)));
    rows
}

/// Leaves the rows that are shown: as many as the question wants, those something happened to last.
pub fn cut(query: &MatrixQuery, rows: &mut Vec<MatrixRow>) {
    let Some(limit) = query.limit else { return };
    let mut newest: Vec<_> = rows.iter().map(MatrixRow::last_action).collect();
    newest.sort_unstable_by(|left, right| right.cmp(left));
    if let Some(first_left_out) = newest.get(limit as usize) {
        rows.retain(|row| row.last_action() > *first_left_out);
    }
}

/// How many rows there would be without a limit of which something happened at this place in the
/// sequence or after it.
pub fn acted_since(query: &MatrixQuery, entries: &[Entry], facts: &Facts, place: i64) -> usize {
    let pairings = joined(query, entries, facts);
    let acted = pairings.iter().map(|pairing| pairing.last_action().0);
    acted.filter(|last| *last >= place).count()
}

/// The versions that the rows show, of which nothing but the key need be known.
pub fn versions(query: &MatrixQuery, entries: &[Entry], facts: &Facts) -> HashSet<VersionId> {
    let shown = |pairing: &Pairing<'_>| {
        let consumer_version = pairing.publication.consumer_version;
        std::iter::once(consumer_version).chain(pairing.provider_version())
    };
    chosen(query, entries, facts)
        .iter()
        .flat_map(shown)
        .collect()
}

/// The pairings that become rows: one of each group, and of a mere list those something happened
/// to last.
fn chosen<'a>(query: &MatrixQuery, entries: &[Entry], facts: &'a Facts) -> Vec<Pairing<'a>> {
    let mut pairings = joined(query, entries, facts);
    pairings.sort_by_key(|pairing| Reverse(pairing.last_action()));
    if let Some(limit) = query.limit.filter(|_| !query.decides()) {
        pairings.truncate(limit as usize);
    }
    match query.latest_by {
        Some(latest_by) => latest(pairings, latest_by),
        None => pairings,
    }
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

/// A row before anything is copied for it: a long history makes many of them, and few are shown.
#[derive(Clone, Copy)]
struct Pairing<'a> {
    publication: &'a PublicationFact,
    verification: Option<&'a VerificationFact>,
}

/// The place in the sequence of the last thing that happened to a row, and what tells rows apart
/// that share it.
type LastAction = (i64, PublicationId, Option<i64>);

fn last_action(
    publication: &PublicationFact,
    verification: Option<&VerificationFact>,
) -> LastAction {
    let verification = verification.map(|fact| fact.id.0);
    (
        publication.id.0.max(verification.unwrap_or(0)),
        publication.id,
        verification,
    )
}

impl Pairing<'_> {
    fn last_action(&self) -> LastAction {
        last_action(self.publication, self.verification)
    }

    fn provider_version(&self) -> Option<VersionId> {
        self.verification.map(|fact| fact.provider_version)
    }

    /// Puts the row together; facts that are not there make no row.
    fn row(&self, facts: &Facts) -> Option<MatrixRow> {
        let publication = self.publication;
        let version = |id| facts.versions.get(&id).map(Arc::clone);
        let name = |id| Some(facts.pacticipants.get(id)?.name.clone());
        let provider_version = match self.provider_version() {
            Some(id) => Some(version(id)?),
            None => None,
        };
        Some(MatrixRow {
            consumer: name(&publication.consumer)?,
            consumer_version: version(publication.consumer_version)?,
            provider: name(&publication.provider)?,
            provider_version,
            publication: publication.clone(),
            verification: self.verification.cloned(),
            ignored: false,
        })
    }
}

/// Which verifications a publication is shown beside.
struct Join<'e, 'a> {
    entries: &'e [Entry],
    specified: HashSet<PacticipantId>,
    verifications: HashMap<ContentId, Vec<&'a VerificationFact>>,
}

fn joined<'a>(query: &MatrixQuery, entries: &[Entry], facts: &'a Facts) -> Vec<Pairing<'a>> {
    let latest_only = query.latest_by.is_some();
    let mut join = Join {
        entries,
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

impl<'a> Join<'_, 'a> {
    /// For a single entry: everything it consumes beside every result, and every result of it.
    fn with_any_counterpart(
        &self,
        publication: &'a PublicationFact,
        only: &Entry,
    ) -> Vec<Pairing<'a>> {
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
    fn among_entries(&self, publication: &'a PublicationFact) -> Vec<Pairing<'a>> {
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
        publication: &'a PublicationFact,
        wanted: &dyn Fn(&VerificationFact) -> bool,
        even_alone: bool,
    ) -> Vec<Pairing<'a>> {
        let verifications = self
            .verifications
            .get(&publication.content)
            .map_or(&[][..], Vec::as_slice);
        let pairing = |verification| Pairing {
            publication,
            verification,
        };
        let mut pairings: Vec<_> = verifications
            .iter()
            .filter(|verification| wanted(verification))
            .map(|verification| pairing(Some(*verification)))
            .collect();
        if pairings.is_empty() && even_alone {
            pairings.push(pairing(None));
        }
        pairings
    }
}

/// Keeps one of each group: the first where that has no result, else that of the newest provider
/// version.
fn latest(pairings: Vec<Pairing<'_>>, latest_by: LatestBy) -> Vec<Pairing<'_>> {
    let mut groups: BTreeMap<_, Vec<Pairing<'_>>> = BTreeMap::new();
    for pairing in pairings {
        let publication = pairing.publication;
        let parties = (publication.consumer, publication.provider);
        let consumer_version = Some(publication.consumer_version);
        let key = match latest_by {
            LatestBy::ConsumerVersion => (parties, consumer_version, None),
            LatestBy::ConsumerVersionAndProviderVersion => {
                (parties, consumer_version, pairing.provider_version())
            }
            LatestBy::Pair => (parties, None, None),
        };
        groups.entry(key).or_default().push(pairing);
    }
    let groups = groups.into_values();
    groups
        .filter_map(|group| representative(&group).copied())
        .collect()
}

fn representative<'p, 'a>(group: &'p [Pairing<'a>]) -> Option<&'p Pairing<'a>> {
    let first = group.first()?;
    if first.verification.is_none() {
        return Some(first);
    }
    // They come newest first, and `max_by_key` keeps the last of equals: hence the reversal.
    group
        .iter()
        .rev()
        .max_by_key(|pairing| pairing.provider_version())
}
