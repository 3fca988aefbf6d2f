//! Many patterns tried on one text at once.

use regex_automata::nfa::thompson::WhichCaptures;
use regex_automata::{Input, MatchKind, PatternID, PatternSet, meta};

/// Patterns by the thing they stand for, tried together.
#[derive(Clone, Debug, Default)]
pub(super) struct Patterns {
    sets: Vec<(meta::Regex, Vec<usize>)>,
}

impl Patterns {
    /// Puts patterns together, each with its position; returns those that cannot be, for they
    /// are too few to be worth it or take too much memory together.
    pub(super) fn new(patterns: &[(usize, &str)]) -> (Self, Vec<usize>) {
        let mut together = Self::default();
        let mut apart = Vec::new();
        for chunk in patterns.chunks(MOST) {
            let sources: Vec<&str> = chunk.iter().map(|(_, source)| *source).collect();
            let positions = chunk.iter().map(|(at, _)| *at);
            let as_one = || {
                let config = meta::Config::new()
                    .match_kind(MatchKind::All)
                    .nfa_size_limit(Some(SIZE_LIMIT))
                    .hybrid_cache_capacity(SIZE_LIMIT)
                    .which_captures(WhichCaptures::None);
                meta::Builder::new()
                    .configure(config)
                    .build_many(&sources)
                    .ok()
            };
            let is_worth_it = chunk.len() >= FEWEST;
            match is_worth_it.then(as_one).flatten() {
                Some(set) => together.sets.push((set, positions.collect())),
                None => apart.extend(positions),
            }
        }
        (together, apart)
    }

    /// Returns the positions of the patterns that match.
    pub(super) fn matching<'t>(&'t self, text: &'t str) -> impl Iterator<Item = usize> + 't {
        self.sets.iter().flat_map(move |(set, positions)| {
            let mut found = PatternSet::new(set.pattern_len());
            set.which_overlapping_matches(&Input::new(text), &mut found);
            let places = positions.iter().enumerate();
            places.filter_map(move |(at, position)| {
                let pattern = PatternID::new(at).ok()?;
                found.contains(pattern).then_some(*position)
            })
        })
    }
}

/// Fewer patterns are tried one by one.
const FEWEST: usize = 8;

/// Patterns in one set; more of them take an automaton too large to be built as it is needed.
const MOST: usize = 128;

/// Bytes one set may take when compiled, and as much again while it runs.
const SIZE_LIMIT: usize = 32 << 20;
