//! Values that may be there or not, be null, or be one of several: each case is a variant of the
//! interaction, which the harness runs the test with.

use std::collections::HashMap;

use pact_core::json::Json;

use super::Pattern;

/// One of several patterns at one place.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// The patterns, the usual one first; `None` is a place that is left out.
    pub(crate) alternatives: Vec<Option<Pattern>>,
    kind: ChoiceKind,
    /// States the provider must be in as well, for all alternatives but the first.
    pub(crate) states: Vec<String>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum ChoiceKind {
    Nullable,
    OneOf,
    Optional,
}

/// A value that may be left out.
///
/// The test is run with it and without it; the second is an interaction of its own, whose
/// description ends in `without $.note`. It stands for a member of an object, a header, a query
/// parameter or an entry of metadata.
///
/// ```
/// use pact_consumer::prelude::*;
///
/// let order = json_pattern!({
///     "id": integer(42),
///     "note": optional(like("fragile")).otherwise_given("order 42 has no note"),
/// });
/// assert_eq!(order.example().to_compact(), r#"{"id":42,"note":"fragile"}"#);
/// ```
pub fn optional(pattern: impl Into<Pattern>) -> Pattern {
    choice(ChoiceKind::Optional, vec![Some(pattern.into()), None])
}

/// A value that may be null; the test is run with the value and with null.
///
/// ```
/// use pact_consumer::prelude::*;
///
/// let order = json_pattern!({ "paid": nullable(date("yyyy-MM-dd", "2026-03-31")) });
/// assert_eq!(order.example().to_compact(), r#"{"paid":"2026-03-31"}"#);
/// ```
pub fn nullable(pattern: impl Into<Pattern>) -> Pattern {
    let null = Pattern::from(());
    choice(ChoiceKind::Nullable, vec![Some(pattern.into()), Some(null)])
}

/// A value that is one of several; the test is run with each.
///
/// ```
/// use pact_consumer::prelude::*;
///
/// let pet = one_of([
///     json_pattern!({ "kind": "cat", "lives": integer(9) }),
///     json_pattern!({ "kind": "dog", "breed": like("poodle") }),
/// ]);
/// assert_eq!(pet.example().to_compact(), r#"{"kind":"cat","lives":9}"#);
/// ```
pub fn one_of(patterns: impl IntoIterator<Item = impl Into<Pattern>>) -> Pattern {
    let patterns: Vec<_> = patterns
        .into_iter()
        .map(|pattern| Some(pattern.into()))
        .collect();
    if patterns.is_empty() {
        return Pattern::Fault("one_of is given nothing to choose from".to_owned());
    }
    choice(ChoiceKind::OneOf, patterns)
}

fn choice(kind: ChoiceKind, alternatives: Vec<Option<Pattern>>) -> Pattern {
    Pattern::Choice(Choice {
        alternatives,
        kind,
        states: Vec::new(),
    })
}

impl Pattern {
    /// Names a state the provider must be in, too, where something other than the first of
    /// [`optional`], [`nullable`] or [`one_of`] stands here.
    #[must_use]
    pub fn otherwise_given(self, state: impl Into<String>) -> Self {
        match self {
            Self::Choice(mut choice) => {
                choice.states.push(state.into());
                Self::Choice(choice)
            }
            _ => Self::Fault(
                "`otherwise_given` goes with optional, nullable and one_of only".to_owned(),
            ),
        }
    }
}

/// What a run of a test takes at the places where there is a choice: the first where nothing is
/// said.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Picks {
    by_choice: HashMap<String, usize>,
    /// The picks in words, in the order they were made.
    words: Vec<String>,
}

impl Picks {
    pub(crate) fn of(&self, choice: &str) -> usize {
        self.by_choice.get(choice).copied().unwrap_or_default()
    }

    /// Returns these picks and one more.
    pub(crate) fn with(&self, choice: &str, alternative: usize, words: String) -> Self {
        let mut picks = self.clone();
        picks.by_choice.insert(choice.to_owned(), alternative);
        picks.words.push(words);
        picks
    }

    /// Returns the variant in words; `None` where the first is taken everywhere.
    pub(crate) fn words(&self) -> Option<String> {
        (!self.words.is_empty()).then(|| self.words.join(" and "))
    }

    /// Returns the names of the choices in which another than the first is taken.
    pub(crate) fn choices(&self) -> impl Iterator<Item = &str> {
        self.by_choice.keys().map(String::as_str)
    }
}

/// A choice that a run came upon.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct FoundChoice {
    /// Names it among all choices of a test.
    pub(crate) id: String,
    /// Every alternative in words.
    pub(crate) words: Vec<String>,
    /// Which one was taken.
    pub(crate) taken: usize,
    /// States that go with what was taken.
    pub(crate) states: Vec<String>,
}

impl Choice {
    /// Notes the choice at a place, which is called so in texts.
    pub(crate) fn found(&self, id: String, place: &str, taken: usize) -> FoundChoice {
        let words = self
            .alternatives
            .iter()
            .enumerate()
            .map(|(at, alternative)| self.words(at, alternative.as_ref(), place))
            .collect();
        let states = match taken {
            0 => Vec::new(),
            _ => self.states.clone(),
        };
        FoundChoice {
            id,
            words,
            taken,
            states,
        }
    }

    fn words(&self, at: usize, alternative: Option<&Pattern>, place: &str) -> String {
        let Some(pattern) = alternative else {
            return format!("without {place}");
        };
        if self.kind == ChoiceKind::Nullable && at > 0 {
            return format!("with null at {place}");
        }
        match pattern.example() {
            Json::Array(_) | Json::Object(_) => format!("with alternative {} of {place}", at + 1),
            scalar => format!("with {} at {place}", scalar.to_compact()),
        }
    }
}
