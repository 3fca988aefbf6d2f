//! Patterns from what others have: values of the client's own types, and integration JSON.

use std::fmt::Display;

use pact_core::format::integration;
use pact_core::json::{Json, OwnedJson};
use pact_core::path::{DocPath, PathToken};

use super::{Compiled, Pattern};

/// The JSON of a value, as the client's own type writes it.
///
/// ```
/// use pact_consumer::prelude::*;
///
/// #[derive(serde::Serialize)]
/// struct Order { id: u32, status: &'static str }
///
/// let order = like(example_of(&Order { id: 42, status: "open" }))
///     .at("$.status", regex("^(open|paid)$", "open"));
/// assert_eq!(order.example().to_compact(), r#"{"id":42,"status":"open"}"#);
/// ```
pub fn example_of(value: &impl serde_core::Serialize) -> Pattern {
    // By way of the text, so that members keep their order and numbers their digits.
    let text = match serde_json::to_string(value) {
        Ok(text) => text,
        Err(error) => return Pattern::Fault(format!("the example cannot be written: {error}")),
    };
    match Json::parse(text.as_bytes()) {
        Ok(json) => Pattern::Literal(json.into_owned()),
        Err(error) => Pattern::Fault(format!("the example cannot be written: {error}")),
    }
}

/// The pattern that integration JSON describes, as bindings of other languages write it:
/// `{"pact:matcher:type": "integer", "value": 42}`.
///
/// ```
/// use pact_consumer::prelude::*;
///
/// let order = integration_json(r#"{"id": {"pact:matcher:type": "integer", "value": 42}}"#);
/// assert_eq!(order.example().to_compact(), r#"{"id":42}"#);
/// ```
pub fn integration_json(document: impl Display) -> Pattern {
    match integration::body(document.to_string().as_bytes()) {
        Ok(template) => {
            let compiled = Compiled {
                example: template.value,
                rules: template.rules,
                generators: template.generators,
                ..Compiled::default()
            };
            Pattern::Compiled(Box::new(compiled))
        }
        Err(error) => Pattern::Fault(format!("no integration JSON: {error}")),
    }
}

impl Pattern {
    /// Puts another pattern at a place of this one, such as `$.lines[0].sku`.
    #[must_use]
    pub fn at(self, path: &str, pattern: impl Into<Self>) -> Self {
        let parsed: DocPath = match path.parse() {
            Ok(parsed) => parsed,
            Err(error) => return Self::Fault(error.to_string()),
        };
        let mut changed = self;
        match changed.replace(parsed.tokens().get(1..).unwrap_or_default(), pattern.into()) {
            Ok(()) => changed,
            Err(()) => Self::Fault(format!("the example has no such place as `{path}`")),
        }
    }

    fn replace(&mut self, steps: &[PathToken], pattern: Self) -> Result<(), ()> {
        let Some((step, rest)) = steps.split_first() else {
            *self = pattern;
            return Ok(());
        };
        if let Self::Literal(json) = self {
            *self = opened(std::mem::take(json));
        }
        match (self, step) {
            (Self::Matching { example, .. }, _) => example.replace(steps, pattern),
            (Self::Choice(choice), _) => match choice.alternatives.first_mut() {
                Some(Some(first)) => first.replace(steps, pattern),
                Some(None) | None => Err(()),
            },
            (Self::Object(members), PathToken::Field(name)) => {
                let member = members.iter_mut().find(|(known, _)| known == name);
                member.ok_or(())?.1.replace(rest, pattern)
            }
            (Self::Array(items), PathToken::Index(index)) => {
                items.get_mut(*index).ok_or(())?.replace(rest, pattern)
            }
            (Self::EachLike { element, .. }, PathToken::StarIndex | PathToken::Index(_)) => {
                element.replace(rest, pattern)
            }
            _ => Err(()),
        }
    }
}

/// Returns the pattern of a value whose members or elements can be replaced.
fn opened(json: OwnedJson) -> Pattern {
    match json {
        Json::Array(items) => Pattern::Array(items.into_iter().map(Pattern::Literal).collect()),
        Json::Object(members) => Pattern::Object(
            members
                .into_iter()
                .map(|(name, value)| (name.into_owned(), Pattern::Literal(value)))
                .collect(),
        ),
        scalar => Pattern::Literal(scalar),
    }
}
