//! Choosing among many interactions.

use std::collections::HashMap;

use super::RequestPlan;
use super::patterns::Patterns;
use crate::json::Json;
use crate::matching::request_line::normal;
use crate::matching::{ActualRequest, Mismatch, Part};

/// The requests of many interactions, found by method and path before anything is compared.
#[derive(Clone, Debug)]
pub struct InteractionIndex {
    plans: Vec<RequestPlan>,
    /// Requests that have one path, by it; each list in the order they are tried.
    by_path: HashMap<String, Vec<usize>>,
    /// Requests whose path is decided by a pattern, all of them tried at once.
    by_pattern: Patterns,
    /// Requests whose path other rules decide, in the order they are tried.
    by_rule: Vec<usize>,
    /// The place of each request in the order they are tried.
    ranks: Vec<usize>,
}

/// Which interaction a request belongs to.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Selection {
    /// The one at this position; nothing differs.
    Match(usize),
    /// None.
    NoMatch {
        /// The one that differs least; `None` when there is no interaction at all.
        nearest: Option<Nearest>,
    },
}

/// The interaction that comes closest to a request.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Nearest {
    /// Its position.
    pub index: usize,
    /// What differs; never empty.
    pub mismatches: Vec<Mismatch>,
}

impl InteractionIndex {
    /// Makes an index; positions in selections are those of `plans`.
    pub fn new(plans: Vec<RequestPlan>) -> Self {
        let mut order: Vec<usize> = (0..plans.len()).collect();
        // What says more is tried first; of equals, the one that stands first.
        order.sort_by_key(|at| std::cmp::Reverse(plans[*at].weight()));
        let mut by_path: HashMap<String, Vec<usize>> = HashMap::new();
        let mut by_rule = Vec::new();
        let mut patterns = Vec::new();
        let mut ranks = vec![0; plans.len()];
        for (rank, at) in order.into_iter().enumerate() {
            ranks[at] = rank;
            let line = &plans[at].line;
            match (line.literal_path(), line.path_pattern()) {
                (Some(path), _) => by_path.entry(path.to_owned()).or_default().push(at),
                (None, Some(pattern)) => patterns.push((at, pattern)),
                (None, None) => by_rule.push(at),
            }
        }
        let (by_pattern, apart) = Patterns::new(&patterns);
        by_rule.extend(apart);
        by_strength(&mut by_rule, &ranks);
        Self {
            plans,
            by_path,
            by_pattern,
            by_rule,
            ranks,
        }
    }

    /// Returns the requests, in their positions.
    pub fn plans(&self) -> &[RequestPlan] {
        &self.plans
    }

    /// Chooses the interaction a request belongs to.
    ///
    /// One that matches fully always wins over one that matches in part; of several, the one that
    /// says most about the request, then the one that stands first.
    pub fn select(&self, actual: &ActualRequest<'_>) -> Selection {
        self.select_among(actual, |_| true)
    }

    /// Chooses like [`InteractionIndex::select`], among the positions that are `eligible`.
    pub fn select_among(
        &self,
        actual: &ActualRequest<'_>,
        eligible: impl Fn(usize) -> bool,
    ) -> Selection {
        let path = normal(actual.path);
        let literal = self
            .by_path
            .get(path.as_ref())
            .map_or(&[][..], Vec::as_slice);
        let mut ruled: Vec<usize> = self.by_pattern.matching(actual.path).collect();
        ruled.extend(&self.by_rule);
        by_strength(&mut ruled, &self.ranks);
        let candidates = || literal.iter().chain(&ruled).copied();
        let readers = candidates().filter(|at| self.plans[*at].has_json_body());
        // What several would parse, each for itself, is parsed once.
        let json = (readers.take(2).count() == 2)
            .then(|| Json::parse(actual.body).ok())
            .flatten();
        let found = candidates()
            .find(|at| eligible(*at) && self.plans[*at].matches_parsed(actual, json.as_ref()));
        match found {
            Some(at) => Selection::Match(at),
            None => Selection::NoMatch {
                nearest: self.nearest(actual, candidates(), &eligible),
            },
        }
    }

    /// Returns the interaction that comes closest; only where the path is that of none are others
    /// looked at than the `candidates`, which a request of this path could be of.
    fn nearest(
        &self,
        actual: &ActualRequest<'_>,
        candidates: impl Iterator<Item = usize>,
        eligible: &impl Fn(usize) -> bool,
    ) -> Option<Nearest> {
        let line = |at: usize| &self.plans[at].line;
        let here = candidates.filter(|at| eligible(*at) && line(*at).accepts_path(actual.path));
        // Where there are too many to compare, those of another method are left out first.
        let (mut here, others): (Vec<usize>, Vec<usize>) =
            here.partition(|at| line(*at).accepts_method(actual.method));
        here.extend(others);
        here.truncate(COMPARED_HERE);
        let candidates = if here.is_empty() {
            self.alike(actual, eligible)
        } else {
            here
        };
        candidates
            .into_iter()
            .map(|index| Nearest {
                index,
                mismatches: self.plans[index].compare(actual),
            })
            .min_by_key(|nearest| (distance(&nearest.mismatches), nearest.index))
    }

    /// Returns the interactions whose method and path look most like those of the request.
    fn alike(&self, actual: &ActualRequest<'_>, eligible: &impl Fn(usize) -> bool) -> Vec<usize> {
        let mut all: Vec<(usize, usize)> = (0..self.plans.len())
            .filter(|at| eligible(*at))
            .map(|at| (unlikeness(&self.plans[at], actual), at))
            .collect();
        all.sort_unstable();
        all.into_iter().take(COMPARED).map(|(_, at)| at).collect()
    }
}

/// Puts what says more first.
fn by_strength(positions: &mut [usize], ranks: &[usize]) {
    positions.sort_unstable_by_key(|at| ranks[*at]);
}

/// Returns how far a set of differences is from none; method and path weigh most.
fn distance(mismatches: &[Mismatch]) -> usize {
    mismatches
        .iter()
        .map(|mismatch| match mismatch.part {
            Part::Method => 100,
            Part::Path => 50,
            Part::Body
            | Part::BodyType
            | Part::Header
            | Part::Metadata
            | Part::Query
            | Part::Status => 1,
        })
        .sum()
}

/// Returns how little a request line is like the actual one.
fn unlikeness(plan: &RequestPlan, actual: &ActualRequest<'_>) -> usize {
    let method = usize::from(!plan.line.method().eq_ignore_ascii_case(actual.method));
    let (expected, found) = (plan.line.path(), actual.path);
    let segments = |path: &str| path.matches('/').count();
    let shared = expected
        .split('/')
        .zip(found.split('/'))
        .filter(|(left, right)| left == right)
        .count();
    let most = segments(expected).max(segments(found)) + 1;
    (most - shared.min(most)) * 2 + method
}

/// Interactions of other paths that are compared in full to find the nearest.
const COMPARED: usize = 32;

/// Interactions of the same path that are.
const COMPARED_HERE: usize = 256;
