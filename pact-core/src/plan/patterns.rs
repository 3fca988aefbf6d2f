//! Many patterns tried on one text at once.

use regex::{RegexSet, RegexSetBuilder};

/// Patterns by the thing they stand for, tried together.
#[derive(Clone, Debug, Default)]
pub(super) struct Patterns {
    sets: Vec<(RegexSet, Vec<usize>)>,
}

impl Patterns {
    /// Puts patterns together, each with its position; returns those that cannot be, for they
    /// are too few to be worth it or take too much memory together.
    pub(super) fn new(patterns: &[(usize, &str)]) -> (Self, Vec<usize>) {
        let mut together = Self::default();
        let mut apart = Vec::new();
        for chunk in patterns.chunks(MOST) {
            let sources = chunk.iter().map(|(_, source)| source);
            let positions = chunk.iter().map(|(at, _)| *at);
            let set = (chunk.len() >= FEWEST).then(|| {
                RegexSetBuilder::new(sources)
                    .size_limit(SIZE_LIMIT)
                    .dfa_size_limit(SIZE_LIMIT)
                    .build()
            });
            match set {
                Some(Ok(set)) => together.sets.push((set, positions.collect())),
                Some(Err(_)) | None => apart.extend(positions),
            }
        }
        (together, apart)
    }

    /// Returns the positions of the patterns that match.
    pub(super) fn matching<'t>(&'t self, text: &'t str) -> impl Iterator<Item = usize> + 't {
        self.sets.iter().flat_map(move |(set, positions)| {
            let found = set.matches(text).into_iter();
            found.filter_map(|at| positions.get(at).copied())
        })
    }
}

/// Fewer patterns are tried one by one.
const FEWEST: usize = 8;

/// Patterns in one set; more of them take an automaton too large to be built as it is needed.
const MOST: usize = 128;

/// Bytes one set may take when compiled, and as much again while it runs.
const SIZE_LIMIT: usize = 32 << 20;
