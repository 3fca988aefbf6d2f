//! Which rule governs a path, decided before any value is seen.
//!
//! The specification weighs every rule path against every actual path. All rule paths are anchored
//! at the root, so what can still happen below a path depends only on which rules are still alive
//! there: a [`Selector`] is the automaton of those sets. Walking one step down costs one look-up,
//! however many rules there are.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::iter;

use crate::path::{DocPath, PathToken};

/// A place in a document as far as the choice of a rule is concerned.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(crate) struct StateId(u32);

/// The rule that governs a path.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(crate) struct Choice {
    /// Position of the rule path among those the selector was made from.
    pub(crate) rule: usize,
    /// Whether the rule stands at an ancestor and reaches down to here.
    pub(crate) cascaded: bool,
}

/// One step down into a document.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Step<'a> {
    /// A list element, or a member whose name is a number.
    Index(usize),
    /// A member.
    Name(&'a str),
}

impl<'a> Step<'a> {
    /// Returns the step to the member `name`; a name made of digits counts as an index.
    pub(crate) fn to(name: &'a str) -> Self {
        if name.as_bytes().first().is_some_and(u8::is_ascii_digit)
            && (name.len() == 1 || !name.starts_with('0'))
            && let Ok(index) = name.parse()
        {
            return Self::Index(index);
        }
        Self::Name(name)
    }
}

/// The automaton that chooses among rule paths.
#[derive(Clone, Debug)]
pub(crate) struct Selector {
    states: Vec<State>,
}

#[derive(Clone, Debug)]
struct State {
    choice: Option<Choice>,
    names: Vec<(Box<str>, StateId)>,
    indexes: Vec<(usize, StateId)>,
    other_name: StateId,
    other_index: StateId,
}

/// The rules of a document select among more combinations than a plan holds.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct TooManyStates;

impl Selector {
    /// Makes the automaton of `paths`; a choice names its rule by the position here.
    pub(crate) fn new(paths: &[&DocPath]) -> Result<Self, TooManyStates> {
        Builder::new(paths).build()
    }

    /// Returns the state of the document itself.
    pub(crate) const fn root() -> StateId {
        StateId(0)
    }

    /// Returns the rule that governs a place.
    pub(crate) fn choice(&self, at: StateId) -> Option<Choice> {
        self.state(at).choice
    }

    /// Returns the state one step further down.
    pub(crate) fn step(&self, at: StateId, step: Step<'_>) -> StateId {
        let state = self.state(at);
        match step {
            Step::Index(index) => state
                .indexes
                .binary_search_by_key(&index, |(known, _)| *known)
                .map_or(state.other_index, |found| state.indexes[found].1),
            Step::Name(name) => state
                .names
                .binary_search_by(|(known, _)| known.as_ref().cmp(name))
                .map_or(state.other_name, |found| state.names[found].1),
        }
    }

    /// Returns whether everything below a place is governed alike.
    pub(crate) fn is_settled(&self, at: StateId) -> bool {
        let state = self.state(at);
        state.names.is_empty() && state.indexes.is_empty() && state.other_name == state.other_index
    }

    /// Returns the state of list elements no rule names.
    pub(crate) fn other_index(&self, at: StateId) -> StateId {
        self.state(at).other_index
    }

    /// Returns the state of members no rule names.
    pub(crate) fn other_name(&self, at: StateId) -> StateId {
        self.state(at).other_name
    }

    /// Iterates over the member names that rules name below a place.
    pub(crate) fn names(&self, at: StateId) -> impl Iterator<Item = (&str, StateId)> {
        self.state(at)
            .names
            .iter()
            .map(|(name, to)| (name.as_ref(), *to))
    }

    /// Iterates over the positions that rules name below a place.
    pub(crate) fn indexes(&self, at: StateId) -> impl Iterator<Item = (usize, StateId)> {
        self.state(at).indexes.iter().copied()
    }

    fn state(&self, at: StateId) -> &State {
        &self.states[at.0 as usize]
    }
}

/// Compares two rule paths that both match a path: the greater one governs it.
///
/// A named step counts two, a star one; the product times the number of steps is the score. Among
/// equal scores the one with more names, then the one whose names stand further right, then the
/// one that reads first wins, so that a choice never depends on chance.
pub(crate) fn rank<'a>(left: &'a DocPath, right: &'a DocPath) -> Ordering {
    let (left_tokens, right_tokens) = (left.tokens(), right.tokens());
    let (left_named, right_named) = (named_steps(left_tokens), named_steps(right_tokens));
    by_score(
        (left_named, left_tokens.len()),
        (right_named, right_tokens.len()),
    )
    .then_with(|| left_named.cmp(&right_named))
    .then_with(|| {
        let names = |tokens: &'a [PathToken]| tokens.iter().rev().map(is_named);
        names(left_tokens).cmp(names(right_tokens))
    })
    .then_with(|| right.cmp(left))
}

/// Compares 2^named × length without computing either.
fn by_score(left: (usize, usize), right: (usize, usize)) -> Ordering {
    let shared = left.0.min(right.0);
    let score = |(named, length): (usize, usize)| -> u128 {
        let shift = u32::try_from(named - shared).unwrap_or(u32::MAX).min(63);
        (length as u128) << shift
    };
    score(left).cmp(&score(right))
}

/// Returns how many steps of a rule path name what they lead to.
pub(crate) fn named_steps(tokens: &[PathToken]) -> usize {
    tokens.iter().filter(|token| is_named(token)).count()
}

fn is_named(token: &PathToken) -> bool {
    match token {
        PathToken::Field(_) | PathToken::Index(_) | PathToken::Root => true,
        PathToken::Star | PathToken::StarIndex => false,
    }
}

/// Returns whether a step of a rule path matches a step of an actual path.
pub(crate) fn token_matches(token: &PathToken, step: Step<'_>) -> bool {
    match (token, step) {
        (PathToken::Field(name), step) => Step::to(name) == step,
        (PathToken::Index(index), Step::Index(at)) => *index == at,
        (PathToken::Star, _) | (PathToken::StarIndex, Step::Index(_)) => true,
        (PathToken::Index(_) | PathToken::StarIndex | PathToken::Root, _) => false,
    }
}

/// What decides about everything below a place.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
struct Key {
    /// The best rule that ended here or above, and whether it ended above.
    best: Option<(usize, bool)>,
    /// Rules that go on, in order; all have matched the same number of steps.
    alive: Vec<usize>,
    /// That number, when any goes on.
    depth: usize,
}

impl Key {
    fn choice(&self) -> Option<Choice> {
        { self.best }.map(|(rule, cascaded)| Choice { rule, cascaded })
    }
}

struct Builder<'a> {
    paths: &'a [&'a DocPath],
    keys: Vec<Key>,
    /// Where the keys are, once there are too many to look at each.
    places: HashMap<Key, StateId>,
    /// States there may be; rules that do not multiply need no more than they have steps.
    limit: u32,
}

impl<'a> Builder<'a> {
    fn new(paths: &'a [&'a DocPath]) -> Self {
        let steps: usize = paths.iter().map(|path| path.tokens().len()).sum();
        let limit = steps.saturating_mul(4).saturating_add(SPARE_STATES);
        Self {
            limit: u32::try_from(limit).unwrap_or(u32::MAX),
            paths,
            keys: Vec::with_capacity(steps + 2),
            places: HashMap::new(),
        }
    }

    fn build(mut self) -> Result<Selector, TooManyStates> {
        self.intern(None, 0..self.paths.len(), 1)?;
        let mut states = Vec::with_capacity(self.keys.capacity());
        while let Some(key) = self.keys.get(states.len()).cloned() {
            states.push(if key.alive.is_empty() {
                self.settled(states.len(), &key)?
            } else {
                self.expand(&key)?
            });
        }
        Ok(Selector { states })
    }

    /// Returns the state at a position from where no rule goes on: the one that governs there
    /// governs everything below.
    fn settled(&mut self, at: usize, key: &Key) -> Result<State, TooManyStates> {
        let below = match key.best {
            Some((rule, false)) => self.intern(Some(rule), iter::empty(), key.depth)?,
            Some((_, true)) | None => self.id(at)?,
        };
        Ok(State {
            choice: key.choice(),
            names: Vec::new(),
            indexes: Vec::new(),
            other_name: below,
            other_index: below,
        })
    }

    fn expand(&mut self, key: &Key) -> Result<State, TooManyStates> {
        let (mut named, mut placed) =
            (Vec::<(&'a str, usize)>::new(), Vec::<(usize, usize)>::new());
        let (mut any, mut any_index) = (Vec::new(), Vec::new());
        for rule in key.alive.iter().copied() {
            match &self.paths[rule].tokens()[key.depth] {
                PathToken::Field(name) => match Step::to(name) {
                    Step::Index(index) => placed.push((index, rule)),
                    Step::Name(name) => named.push((name, rule)),
                },
                PathToken::Index(index) => placed.push((*index, rule)),
                PathToken::Star => any.push(rule),
                PathToken::StarIndex => any_index.push(rule),
                PathToken::Root => {}
            }
        }
        named.sort_unstable();
        placed.sort_unstable();
        let elements = [any.as_slice(), &any_index].concat();
        let mut names = Vec::with_capacity(named.len());
        for rules in named.chunk_by(|left, right| left.0 == right.0) {
            names.push((rules[0].0.into(), self.after(key, rules, &any)?));
        }
        let mut indexes = Vec::with_capacity(placed.len());
        for rules in placed.chunk_by(|left, right| left.0 == right.0) {
            indexes.push((rules[0].0, self.after(key, rules, &elements)?));
        }
        Ok(State {
            choice: key.choice(),
            names,
            indexes,
            other_name: self.after::<()>(key, &[], &any)?,
            other_index: self.after::<()>(key, &[], &elements)?,
        })
    }

    /// Returns the state that follows when the rules that name a step and those with a star go on.
    fn after<S>(
        &mut self,
        key: &Key,
        naming: &[(S, usize)],
        starred: &[usize],
    ) -> Result<StateId, TooManyStates> {
        let naming = naming.iter().map(|(_, rule)| *rule);
        let matched = naming.chain(starred.iter().copied());
        self.intern(key.best.map(|(rule, _)| rule), matched, key.depth + 1)
    }

    /// Returns the state where `matched` rules have matched `depth` steps, below a rule that
    /// governed so far.
    fn intern(
        &mut self,
        inherited: Option<usize>,
        matched: impl Iterator<Item = usize> + Clone,
        depth: usize,
    ) -> Result<StateId, TooManyStates> {
        let length = |rule: usize| self.paths[rule].tokens().len();
        let rank = |left: usize, right: usize| rank(self.paths[left], self.paths[right]);
        let ended = { matched.clone() }
            .filter(|rule| length(*rule) == depth)
            .max_by(|left, right| rank(*left, *right));
        let best = match (inherited, ended) {
            (Some(above), Some(here)) if rank(above, here).is_gt() => Some((above, true)),
            (_, Some(here)) => Some((here, false)),
            (Some(above), None) => Some((above, true)),
            (None, None) => None,
        };
        let mut alive: Vec<usize> = matched.filter(|rule| length(*rule) > depth).collect();
        alive.sort_unstable();
        let depth = if alive.is_empty() { 0 } else { depth };
        let key = Key { best, alive, depth };
        match self.find(&key) {
            Some(known) => Ok(known),
            None => self.add(key),
        }
    }

    fn find(&self, key: &Key) -> Option<StateId> {
        if self.keys.len() > FEW {
            return self.places.get(key).copied();
        }
        let at = self.keys.iter().position(|known| known == key)?;
        u32::try_from(at).ok().map(StateId)
    }

    fn id(&self, at: usize) -> Result<StateId, TooManyStates> {
        let id = u32::try_from(at).ok().filter(|id| *id < self.limit);
        id.map(StateId).ok_or(TooManyStates)
    }

    fn add(&mut self, key: Key) -> Result<StateId, TooManyStates> {
        let id = self.id(self.keys.len())?;
        self.keys.push(key);
        if self.keys.len() > FEW {
            // The first time all of them are put down, later the one that came.
            let new = self.places.len()..self.keys.len();
            let keys = self.keys[new.clone()].iter().cloned();
            self.places
                .extend(keys.zip((0..).skip(new.start).map(StateId)));
        }
        Ok(id)
    }
}

/// Up to this many keys, looking at each is cheaper than hashing one.
const FEW: usize = 32;

/// States a selector may have beyond what its rules need when they do not multiply.
const SPARE_STATES: usize = 1 << 15;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn paths(texts: &[&str]) -> Vec<DocPath> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    /// The rule for a path as the specification describes it: weigh them all.
    fn scan(rules: &[DocPath], steps: &[Step<'_>]) -> Option<Choice> {
        let governs = |rule: &DocPath| {
            let below = &rule.tokens()[1..];
            below.len() <= steps.len()
                && below
                    .iter()
                    .zip(steps)
                    .all(|(token, step)| token_matches(token, *step))
        };
        (0..rules.len())
            .filter(|at| governs(&rules[*at]))
            .max_by(|left, right| rank(&rules[*left], &rules[*right]))
            .map(|rule| Choice {
                rule,
                cascaded: rules[rule].tokens().len() != steps.len() + 1,
            })
    }

    fn walk(selector: &Selector, steps: &[Step<'_>]) -> Option<Choice> {
        let end = steps
            .iter()
            .fold(Selector::root(), |at, step| selector.step(at, *step));
        selector.choice(end)
    }

    #[track_caller]
    fn check(rules: &[&str], path: &str, expected: Option<(&str, bool)>) {
        let rules = paths(rules);
        let path: DocPath = path.parse().unwrap();
        let steps: Vec<Step<'_>> = path.tokens()[1..]
            .iter()
            .map(|token| match token {
                PathToken::Field(name) => Step::to(name),
                PathToken::Index(index) => Step::Index(*index),
                PathToken::Root | PathToken::Star | PathToken::StarIndex => panic!("not a step"),
            })
            .collect();
        let selector = Selector::new(&rules.iter().collect::<Vec<_>>()).unwrap();
        let choice = walk(&selector, &steps);
        let shown = choice.map(|choice| (rules[choice.rule].to_string(), choice.cascaded));
        assert_eq!(
            shown
                .as_ref()
                .map(|(rule, cascaded)| (rule.as_str(), *cascaded)),
            expected
        );
    }

    #[test]
    fn the_heaviest_rule_governs() {
        let rules = [
            "$",
            "$.items",
            "$.items[*]",
            "$.items[*].*",
            "$.items[*].id",
            "$.items[2].id",
        ];
        check(&rules, "$.items[3].id", Some(("$.items[*].id", false)));
        check(&rules, "$.items[2].id", Some(("$.items[2].id", false)));
        check(&rules, "$.items[3].name", Some(("$.items[*].*", false)));
        check(
            &rules,
            "$.items[3].name.first",
            Some(("$.items[*].*", true)),
        );
        check(&rules, "$.items[3]", Some(("$.items[*]", false)));
        check(&rules, "$.other", Some(("$", true)));
        check(&["$.a"], "$.b", None);
    }

    #[test]
    fn length_does_not_win_by_itself_and_ties_are_broken_alike() {
        check(&["$.a.b", "$.*.*.*"], "$.a.b.c", Some(("$.a.b", true)));
        check(
            &["$.items", "$.*[*]"],
            "$.items[0]",
            Some(("$.items", true)),
        );
        check(
            &["$.*[3].id", "$.items[*].id"],
            "$.items[3].id",
            Some(("$.*[3].id", false)),
        );
        check(
            &["$.items[*].id", "$.*[3].id"],
            "$.items[3].id",
            Some(("$.*[3].id", false)),
        );
        check(&["$.*", "$[*]"], "$[0]", Some(("$.*", false)));
    }

    #[test]
    fn members_named_by_digits_are_indexes_too() {
        for rule in ["$[1]", "$['1']", "$.1", "$[*]", "$.*"] {
            let canonical = rule.parse::<DocPath>().unwrap().to_string();
            check(&[rule], "$.1", Some((canonical.as_str(), false)));
            check(&[rule], "$[1]", Some((canonical.as_str(), false)));
        }
        check(&["$['*']"], "$.a", None);
    }

    #[test]
    fn very_many_rules_that_do_not_multiply_are_taken() {
        let rules: Vec<DocPath> = (0..20_000)
            .map(|index| format!("$.items[{index}].id").parse().unwrap())
            .collect();
        let selector = Selector::new(&rules.iter().collect::<Vec<_>>()).unwrap();
        let steps = [Step::Name("items"), Step::Index(19_999), Step::Name("id")];
        let choice = walk(&selector, &steps);
        assert_eq!(choice.map(|choice| choice.rule), Some(19_999));
    }

    #[test]
    fn rules_that_multiply_are_refused() {
        let rules: Vec<DocPath> = (0..24)
            .map(|odd| {
                let mut path = DocPath::root();
                for at in 0..24 {
                    path = path.join(if at == odd {
                        PathToken::Index(0)
                    } else {
                        PathToken::StarIndex
                    });
                }
                path
            })
            .collect();
        let refused = Selector::new(&rules.iter().collect::<Vec<_>>());
        assert_eq!(refused.err(), Some(TooManyStates));
    }

    fn token() -> impl Strategy<Value = PathToken> {
        prop_oneof![
            "[ab1]".prop_map(PathToken::Field),
            (0..3_usize).prop_map(PathToken::Index),
            Just(PathToken::Star),
            Just(PathToken::StarIndex),
        ]
    }

    proptest! {
        #[test]
        fn the_automaton_agrees_with_weighing_every_rule(
            rules in prop::collection::vec(prop::collection::vec(token(), 0..5), 0..8),
            path in prop::collection::vec(prop_oneof![
                prop::sample::select(vec!["a", "b", "c", "1"]).prop_map(Step::to),
                (0..3_usize).prop_map(Step::Index),
            ], 0..6),
        ) {
            let rules: Vec<DocPath> = rules
                .into_iter()
                .map(|tokens| tokens.into_iter().fold(DocPath::root(), |path, token| path.join(token)))
                .collect();
            let selector = Selector::new(&rules.iter().collect::<Vec<_>>()).unwrap();
            let expected = scan(&rules, &path);
            let found = walk(&selector, &path);
            let shown = |choice: Option<Choice>| choice.map(|c| (rules[c.rule].clone(), c.cascaded));
            prop_assert_eq!(shown(found), shown(expected));
        }
    }
}
