//! The places of a body that differ, found without going through all of them.

use pact_core::matching::{Mismatch, Part};

/// The places of a body that differ.
pub(super) struct Places<'m> {
    /// Whether the body is what differs, or may be.
    pub(super) differ: bool,
    /// Paths with the sentences about them, in the order of the paths.
    told: Vec<(&'m str, &'m str)>,
}

impl<'m> Places<'m> {
    /// Takes the places out of what differs in a request.
    pub(super) fn new(mismatches: &'m [Mismatch]) -> Self {
        let is_body = |part| matches!(part, Part::Body | Part::BodyType);
        let differ = mismatches.is_empty() || mismatches.iter().any(|found| is_body(found.part));
        let bodies = mismatches.iter().filter(|found| found.part == Part::Body);
        let told = bodies.map(|found| (found.path.as_str(), found.kind.sentence.as_str()));
        let mut told: Vec<_> = told.collect();
        told.sort_by_key(|(path, _)| *path);
        Self { differ, told }
    }

    /// Returns whether something at the place differs.
    pub(super) fn has(&self, path: &str) -> bool {
        self.from(path).next().is_some_and(|found| found == path)
    }

    /// Returns what the sentences about a place say of members that nobody expects.
    pub(super) fn unexpected_at(&self, path: &str) -> Vec<&'m str> {
        let start = self.told.partition_point(|(found, _)| *found < path);
        let here = self.told[start..].iter();
        here.take_while(|(found, _)| *found == path)
            .filter_map(|(_, sentence)| Some(sentence.split_once("got the key")?.1))
            .collect()
    }

    /// Returns whether something at the place or below it differs.
    pub(super) fn has_below(&self, path: &str) -> bool {
        let begins = |start: &str| {
            let mut found = self.from(start);
            found.next().is_some_and(|found| found.starts_with(start))
        };
        self.has(path) || begins(&format!("{path}.")) || begins(&format!("{path}["))
    }

    /// Returns the paths from this one on.
    fn from(&self, path: &str) -> impl Iterator<Item = &'m str> {
        let start = self.told.partition_point(|(found, _)| *found < path);
        self.told[start..].iter().map(|(found, _)| *found)
    }
}
