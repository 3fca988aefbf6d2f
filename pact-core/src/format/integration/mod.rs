//! Integration JSON: ordinary JSON with matchers in it, as the bindings of other languages hand
//! contracts to a core (`pact:matcher:type`, `pact:generator:type`).
//!
//! An object with a `pact:matcher:type` stands for its `value`; the rule's and the generator's
//! attributes stand beside it. [`body`] reads a document, [`value`] a text that stands in a path,
//! a query, a header, a status or metadata. It is a way in only: a pact file holds rules apart.
//!
//! ```
//! let order = pact_core::format::integration::body(br#"{
//!   "id": {"pact:matcher:type": "integer", "value": 42},
//!   "lines": {"pact:matcher:type": "type", "min": 1, "value": [
//!     {"sku": {"pact:matcher:type": "regex", "regex": "^[A-Z]\\d+$", "value": "A1"}}
//!   ]}
//! }"#)?;
//! assert_eq!(order.value.to_compact(), r#"{"id":42,"lines":[{"sku":"A1"}]}"#);
//! assert!(order.rules.get(&"$.lines[*].sku".parse()?).is_some());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod matcher;

#[cfg(test)]
mod tests;

use std::error::Error;
use std::fmt;

use self::matcher::{Children, Matcher};
use super::place::At;
use super::read::ReadError;
use crate::generators::{Generator, Generators};
use crate::json::{Json, Object, OwnedJson, ParseError};
use crate::path::{DocPath, PathToken};
use crate::rules::{Category, MatchingRule, MatchingRules, RuleList, Variant, expression};

/// What marks an object as a matcher.
const MATCHER: &str = "pact:matcher:type";

/// What marks an object as a generator.
const GENERATOR: &str = "pact:generator:type";

/// A document without its matchers, and what they said.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Template {
    /// The example.
    pub value: OwnedJson,
    /// The rules, by path into the example.
    pub rules: Category<DocPath>,
    /// The generators, by path into the example.
    pub generators: Vec<(DocPath, Generator)>,
}

/// A single value without its matcher, and what that said.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct ValueTemplate {
    /// The example; a list when there are several values.
    pub value: OwnedJson,
    /// The rules.
    pub rules: RuleList,
    /// The generator.
    pub generator: Option<Generator>,
}

/// A document with matchers cannot be read.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum IntegrationError {
    /// A matching definition is none.
    Definition {
        /// JSON pointer to the matcher.
        pointer: String,
        /// What is wrong with it.
        source: expression::ParseError,
    },
    /// A matcher or generator cannot mean anything.
    Invalid {
        /// What is wrong with it, and where.
        source: ReadError,
    },
    /// The document is not JSON.
    Json {
        /// Where it stops being JSON.
        source: ParseError,
    },
    /// A definition refers to something that does not stand beside it.
    Reference {
        /// JSON pointer to the matcher.
        pointer: String,
        /// The name it refers to.
        name: String,
    },
    /// No rule or generator has this name.
    Unknown {
        /// JSON pointer to the matcher.
        pointer: String,
        /// `rule` or `generator`.
        of: &'static str,
        /// The name that was given.
        name: String,
    },
}

impl fmt::Display for IntegrationError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Definition { pointer, source } => {
                write!(formatter, "{}: {source}", shown(pointer))
            }
            Self::Invalid { source } => write!(formatter, "{}", in_document(source)),
            Self::Json { source } => write!(formatter, "the document is not JSON: {source}"),
            Self::Reference { pointer, name } => write!(
                formatter,
                "{}: refers to `{name}`, which does not stand beside it",
                shown(pointer)
            ),
            Self::Unknown { pointer, of, name } => {
                write!(formatter, "{}: there is no {of} `{name}`", shown(pointer))
            }
        }
    }
}

impl Error for IntegrationError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Definition { source, .. } => Some(source),
            Self::Invalid { source } => Some(source),
            Self::Json { source } => Some(source),
            _ => None,
        }
    }
}

impl From<ReadError> for IntegrationError {
    fn from(source: ReadError) -> Self {
        Self::Invalid { source }
    }
}

impl From<ParseError> for IntegrationError {
    fn from(source: ParseError) -> Self {
        Self::Json { source }
    }
}

/// Reads a JSON body with matchers in it.
///
/// # Errors
///
/// Refuses what is not JSON, unknown rules and generators, and attributes that mean nothing.
pub fn body(document: &[u8]) -> Result<Template, IntegrationError> {
    let mut found = Template::default();
    let document = Json::parse(document)?;
    let place = Place {
        at: At::root(),
        path: DocPath::root(),
        siblings: None,
    };
    found.value = found.example(document, &place)?;
    Ok(found)
}

/// Reads a text that stands for a path, a value of a query, header or metadata, or a status.
///
/// A JSON object with a matcher, a generator or a bare `value` stands for that value; any other
/// text is itself.
///
/// # Errors
///
/// Refuses unknown rules and generators, and attributes that mean nothing.
pub fn value(text: &str) -> Result<ValueTemplate, IntegrationError> {
    let marked = match Json::parse(text.as_bytes()) {
        Ok(Json::Object(members)) => [MATCHER, GENERATOR, "value"]
            .iter()
            .any(|name| members.contains(name))
            .then_some(members),
        _ => None,
    };
    let Some(members) = marked else {
        return Ok(ValueTemplate {
            value: Json::from(text).into_owned(),
            ..ValueTemplate::default()
        });
    };
    let matcher = Matcher::read(&members, &At::root())?;
    let mut rules = RuleList::default();
    rules.rules = matcher.rules;
    Ok(ValueTemplate {
        value: matcher.value.unwrap_or_default().into_owned(),
        rules,
        generator: matcher.generator,
    })
}

/// Reads rules as a pact file of V2, V3 or V4 has them under `matchingRules`.
///
/// # Errors
///
/// Refuses what is not JSON, and rules that cannot mean anything.
pub fn rules(document: &[u8]) -> Result<MatchingRules, IntegrationError> {
    Ok(super::read::rules(Json::parse(document)?)?)
}

/// Reads generators as a pact file has them under `generators`.
///
/// # Errors
///
/// Refuses what is not JSON, and generators that cannot mean anything.
pub fn generators(document: &[u8]) -> Result<Generators, IntegrationError> {
    Ok(super::read::generators(Json::parse(document)?)?)
}

impl ValueTemplate {
    /// Returns the example as texts: one for each element of a list, numbers as they were written.
    pub fn texts(&self) -> Vec<String> {
        let text = |value: &OwnedJson| match value {
            Json::String(text) => text.clone().into_owned(),
            other => other.to_compact(),
        };
        match &self.value {
            Json::Array(values) => values.iter().map(text).collect(),
            single => vec![text(single)],
        }
    }
}

/// Where in a document a value stands, and where in the example it will.
struct Place<'p> {
    at: At<'p>,
    path: DocPath,
    /// The object the value is a member of.
    siblings: Option<&'p Object<'p>>,
}

impl Template {
    /// Returns the example of a value, having noted its matchers.
    fn example(
        &mut self,
        value: Json<'_>,
        place: &Place<'_>,
    ) -> Result<OwnedJson, IntegrationError> {
        match value {
            Json::Object(members) if members.contains(MATCHER) || members.contains(GENERATOR) => {
                let matcher = Matcher::read(&members, &place.at)?;
                self.matched(matcher, place)
            }
            other => self.children(other, Children::default(), place),
        }
    }

    fn matched(
        &mut self,
        matcher: Matcher<'_>,
        place: &Place<'_>,
    ) -> Result<OwnedJson, IntegrationError> {
        for name in &matcher.references {
            if !place.siblings.is_some_and(|members| members.contains(name)) {
                return Err(IntegrationError::Reference {
                    pointer: place.at.place().pointer,
                    name: name.clone(),
                });
            }
        }
        let children = matcher.children();
        for rule in matcher.rules {
            self.add(&place.path, rule);
        }
        if let Some(generator) = matcher.generator {
            self.generators.push((place.path.clone(), generator));
        }
        if let Some(variants) = matcher.variants {
            return self.variants(variants, place);
        }
        let at = place.at.name("value");
        let below = Place {
            at,
            path: place.path.clone(),
            siblings: None,
        };
        match matcher.value {
            // A matcher right inside another says more of the same place.
            Some(Json::Object(members)) if members.contains(MATCHER) => {
                self.example(Json::Object(members), &below)
            }
            Some(value) => self.children(value, children, &below),
            None => Ok(Json::Null),
        }
    }

    /// Reads what an array must contain: each example with rules of its own.
    fn variants(
        &mut self,
        variants: Vec<Json<'_>>,
        place: &Place<'_>,
    ) -> Result<OwnedJson, IntegrationError> {
        let at = place.at.name("variants");
        let mut examples = Vec::with_capacity(variants.len());
        let mut read = Vec::with_capacity(variants.len());
        for (index, variant) in variants.into_iter().enumerate() {
            let mut inner = Self::default();
            let inside = Place {
                at: at.index(index),
                path: DocPath::root(),
                siblings: None,
            };
            examples.push(inner.example(variant, &inside)?);
            read.push(Variant {
                index,
                rules: inner.rules,
                generators: inner.generators,
            });
        }
        self.add(&place.path, MatchingRule::ArrayContains { variants: read });
        Ok(Json::Array(examples))
    }

    fn children(
        &mut self,
        value: Json<'_>,
        children: Children,
        place: &Place<'_>,
    ) -> Result<OwnedJson, IntegrationError> {
        match value {
            Json::Array(items) => items
                .into_iter()
                .enumerate()
                .map(|(index, item)| {
                    let step = match children.any_element {
                        true => PathToken::StarIndex,
                        false => PathToken::Index(index),
                    };
                    let below = Place {
                        at: place.at.index(index),
                        path: place.path.join(step),
                        siblings: None,
                    };
                    self.example(item, &below)
                })
                .collect::<Result<_, _>>()
                .map(Json::Array),
            Json::Object(members) => self.members(&members, children, place),
            scalar => Ok(scalar.into_owned()),
        }
    }

    fn members(
        &mut self,
        members: &Object<'_>,
        children: Children,
        place: &Place<'_>,
    ) -> Result<OwnedJson, IntegrationError> {
        let mut example = Object::new();
        for (name, value) in members.iter() {
            if name.starts_with("pact:") {
                continue;
            }
            let step = match children.any_member {
                true => PathToken::Star,
                false => PathToken::Field(name.to_owned()),
            };
            let below = Place {
                at: place.at.name(name),
                path: place.path.join(step),
                siblings: Some(members),
            };
            let value = self.example(value.clone(), &below)?;
            example.insert(name.to_owned(), value);
        }
        Ok(Json::Object(example))
    }

    /// Adds a rule once: several children may say the same of one path with a star.
    fn add(&mut self, path: &DocPath, rule: MatchingRule) {
        let known = self.rules.get(path);
        if !known.is_some_and(|list| list.rules.contains(&rule)) {
            self.rules.add(path.clone(), rule);
        }
    }
}

fn in_document(error: &ReadError) -> String {
    match error {
        ReadError::Invalid { place, problem } => format!("{}: {problem}", shown(&place.pointer)),
        other => other.to_string(),
    }
}

fn shown(pointer: &str) -> String {
    match pointer {
        "" => "the document".to_owned(),
        pointer => format!("`{pointer}`"),
    }
}
