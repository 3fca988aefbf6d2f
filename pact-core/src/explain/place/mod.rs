//! The places of a document, whatever its format: where rules can stand.

mod xml;

use super::LIMIT;
use crate::json::Json;
use crate::matching::query::{Parameters, decoded};
use crate::matching::render::{bare, shortened};
use crate::path::{DocPath, PathToken};
use crate::plan::select::{Step, token_matches};
use crate::rules::Category;

/// A place of an example, or of what arrived, with the places below it.
#[derive(Debug, Default)]
pub(super) struct Place {
    /// The step to it as rules may write it, the most exact first; none at the root.
    pub(super) spellings: Vec<PathToken>,
    /// The step to it as reports write it.
    pub(super) shown: Option<PathToken>,
    /// The example there.
    pub(super) example: Option<String>,
    /// Whether something is compared at the place itself, not just below it.
    pub(super) is_compared: bool,
    pub(super) below: Vec<Self>,
}

impl Place {
    fn at(step: Step<'_>, example: Option<String>, below: Vec<Self>) -> Self {
        let token = match step {
            Step::Index(index) => PathToken::Index(index),
            Step::Name(name) => PathToken::Field(name.to_owned()),
        };
        Self {
            spellings: vec![token.clone()],
            shown: Some(token),
            example,
            is_compared: true,
            below,
        }
    }

    /// Returns the only place of a format that has none inside.
    pub(super) fn whole(example: &str) -> Self {
        Self {
            example: Some(shortened(example, EXAMPLE)),
            is_compared: true,
            ..Self::default()
        }
    }

    /// Returns the places of two JSON documents.
    pub(super) fn of_json(example: &Json<'_>, actual: Option<&Json<'_>>) -> Self {
        let mut budget = LIMIT;
        let (example, below) = json(Some(example), actual, &mut budget);
        Self {
            example,
            is_compared: true,
            below,
            ..Self::default()
        }
    }

    /// Returns the fields of two forms; values are places where rules stand at their positions.
    pub(super) fn of_form(example: &str, actual: Option<&str>, rules: &Category<DocPath>) -> Self {
        let (example, actual) = (decoded(example), decoded(actual.unwrap_or_default()));
        let new = actual
            .names()
            .filter(|name| example.names().all(|known| known != *name));
        let names: Vec<&str> = example.names().chain(new).collect();
        let below = names
            .into_iter()
            .take(LIMIT)
            .map(|name| field(name, &example, rules))
            .collect();
        Self {
            below,
            ..Self::default()
        }
    }
}

fn json(
    example: Option<&Json<'_>>,
    actual: Option<&Json<'_>>,
    budget: &mut usize,
) -> (Option<String>, Vec<Place>) {
    let mut below = Vec::new();
    let length = |side: Option<&Json<'_>>| side.and_then(Json::as_array).map_or(0, <[_]>::len);
    let mut member = |step: Step<'_>, example: Option<&Json<'_>>, actual: Option<&Json<'_>>| {
        let Some(rest) = budget.checked_sub(1) else {
            return;
        };
        *budget = rest;
        let (shown, inner) = json(example, actual, budget);
        below.push(Place::at(step, shown, inner));
    };
    for index in 0..length(example).max(length(actual)) {
        member(
            Step::Index(index),
            example.and_then(|example| example.at(index)),
            actual.and_then(|actual| actual.at(index)),
        );
    }
    let wanted = example.and_then(Json::as_object);
    let found = actual.and_then(Json::as_object);
    for (name, value) in wanted.into_iter().flat_map(|object| object.iter()) {
        member(
            Step::to(name),
            Some(value),
            actual.and_then(|actual| actual.get(name)),
        );
    }
    for (name, value) in found.into_iter().flat_map(|object| object.iter()) {
        if example.and_then(|example| example.get(name)).is_none() {
            member(Step::to(name), None, Some(value));
        }
    }
    let shown = example.map(|example| shortened(&bare(example), EXAMPLE));
    (shown, below)
}

fn field(name: &str, example: &Parameters<'_>, rules: &Category<DocPath>) -> Place {
    let values: Vec<&str> = example.values(name).collect();
    let stands_at = |path: &DocPath, index: usize| match path.tokens() {
        [_, field, position] => {
            token_matches(field, Step::to(name)) && token_matches(position, Step::Index(index))
        }
        _ => false,
    };
    let by_position =
        (0..values.len()).any(|index| rules.iter().any(|(path, _)| stands_at(path, index)));
    let value = |(index, value): (usize, &&str)| {
        Place::at(
            Step::Index(index),
            Some(shortened(value, EXAMPLE)),
            Vec::new(),
        )
    };
    let below = if by_position {
        values.iter().enumerate().map(value).collect()
    } else {
        Vec::new()
    };
    let all = (!values.is_empty()).then(|| shortened(&values.join(", "), EXAMPLE));
    Place {
        is_compared: !by_position,
        ..Place::at(Step::to(name), all, below)
    }
}

/// Characters of an example that are shown.
const EXAMPLE: usize = 120;
