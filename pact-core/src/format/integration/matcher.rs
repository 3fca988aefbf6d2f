//! One object with a matcher in it, taken apart.

use super::{GENERATOR, IntegrationError, MATCHER};
use crate::format::place::At;
use crate::format::read;
use crate::generators::Generator;
use crate::json::{Json, Object};
use crate::rules::MatchingRule;
use crate::rules::expression::{self, Definition};

/// What a matcher says.
#[derive(Default)]
pub(super) struct Matcher<'a> {
    /// All of them must hold; without those of `variants`.
    pub(super) rules: Vec<MatchingRule>,
    pub(super) generator: Option<Generator>,
    /// The example, matchers and all.
    pub(super) value: Option<Json<'a>>,
    /// The examples of an `arrayContains`.
    pub(super) variants: Option<Vec<Json<'a>>>,
    /// Names that must stand beside the matcher.
    pub(super) references: Vec<String>,
}

/// Where the rules of an example's children stand: at each child, or at all of them.
#[derive(Clone, Copy, Default)]
pub(super) struct Children {
    pub(super) any_element: bool,
    pub(super) any_member: bool,
}

impl<'a> Matcher<'a> {
    pub(super) fn read(members: &Object<'a>, at: &At<'_>) -> Result<Self, IntegrationError> {
        let mut matcher = Self {
            value: members.get("value").cloned(),
            ..Self::default()
        };
        match members.get(MATCHER) {
            None => {}
            Some(Json::Array(all)) => {
                let at = at.name(MATCHER);
                for (index, one) in all.iter().enumerate() {
                    matcher.one_of_several(one, &at.index(index))?;
                }
            }
            Some(Json::String(name)) if expression::is_definition(name) => {
                matcher.define(name, at)?;
            }
            Some(name) => matcher.named(name, members, at)?,
        }
        if let Some(name) = members.get(GENERATOR) {
            matcher.generator = Some(generator(name, members, at)?);
        }
        Ok(matcher)
    }

    pub(super) fn children(&self) -> Children {
        let any = |wanted: fn(&MatchingRule) -> bool| self.rules.iter().any(wanted);
        Children {
            any_element: any(|rule| matches!(rule, MatchingRule::Type { .. })),
            any_member: any(|rule| {
                matches!(
                    rule,
                    MatchingRule::EachKey { .. }
                        | MatchingRule::EachValue { .. }
                        | MatchingRule::Values
                )
            }),
        }
    }

    /// Reads an element of a list of matchers: an object of its own, or no more than a name.
    fn one_of_several(&mut self, one: &Json<'a>, at: &At<'_>) -> Result<(), IntegrationError> {
        let members = match one {
            Json::Object(members) => members.clone(),
            name => {
                let mut members = Object::new();
                members.insert(MATCHER, name.clone());
                members
            }
        };
        let inner = Matcher::read(&members, at)?;
        self.rules.extend(inner.rules);
        self.references.extend(inner.references);
        self.generator = self.generator.take().or(inner.generator);
        self.variants = self.variants.take().or(inner.variants);
        self.value = self.value.take().or(inner.value);
        Ok(())
    }

    fn define(&mut self, text: &str, at: &At<'_>) -> Result<(), IntegrationError> {
        let definition: Definition =
            text.parse()
                .map_err(|source| IntegrationError::Definition {
                    pointer: at.name(MATCHER).place().pointer,
                    source,
                })?;
        let meaning = definition.meaning();
        self.rules = meaning.rules;
        self.generator = meaning.generator;
        self.references = meaning.references;
        self.value = self.value.take().or(meaning.example);
        Ok(())
    }

    fn named(
        &mut self,
        name: &Json<'a>,
        members: &Object<'a>,
        at: &At<'_>,
    ) -> Result<(), IntegrationError> {
        let variants = members.get("variants").and_then(Json::as_array);
        match (name.as_str(), variants) {
            (Some("arrayContains" | "array-contains"), Some(variants)) => {
                self.variants = Some(variants.to_vec());
            }
            _ => self.rules.push(rule(name, members, at)?),
        }
        Ok(())
    }
}

/// Reads the rule of a matcher from the attributes beside its name.
fn rule(
    name: &Json<'_>,
    members: &Object<'_>,
    at: &At<'_>,
) -> Result<MatchingRule, IntegrationError> {
    let mut attributes = plain(members);
    attributes.insert("match", name.clone());
    match name.as_str() {
        Some("eachKey" | "each-key" | "eachValue" | "each-value") => {
            attributes.remove("value");
            if let Some(Json::Array(rules)) = attributes.get_mut("rules") {
                rules.iter_mut().for_each(as_rule);
            }
        }
        // The example of these is what the rule wants too.
        Some("contentType" | "content-type" | "include") => {}
        _ => {
            attributes.remove("value");
        }
    }
    let rule = read::rule(Json::Object(attributes), at)?;
    match rule {
        MatchingRule::Other { name, .. } => Err(unknown("rule", name, at)),
        rule => Ok(rule),
    }
}

fn generator(
    name: &Json<'_>,
    members: &Object<'_>,
    at: &At<'_>,
) -> Result<Generator, IntegrationError> {
    let mut attributes = plain(members);
    attributes.insert("type", name.clone());
    match read::generator(Json::Object(attributes), at)? {
        Some(Generator::Other { name, .. }) => Err(unknown("generator", name, at)),
        Some(generator) => Ok(generator),
        None => Err(unknown("generator", name.to_compact(), at)),
    }
}

fn unknown(of: &'static str, name: String, at: &At<'_>) -> IntegrationError {
    IntegrationError::Unknown {
        pointer: at.place().pointer,
        of,
        name,
    }
}

/// Returns the attributes: the members without the markers.
fn plain<'a>(members: &Object<'a>) -> Object<'a> {
    let mut attributes = Object::new();
    for (name, value) in members.iter() {
        if !name.starts_with("pact:") {
            attributes.insert(name.to_owned(), value.clone());
        }
    }
    attributes
}

/// Turns a matcher inside `rules` into the rule a pact file would hold.
fn as_rule(rule: &mut Json<'_>) {
    let Json::Object(members) = rule else {
        return;
    };
    let Some(name) = members.remove(MATCHER) else {
        return;
    };
    members.insert("match", name);
    if let Some(Json::Array(rules)) = members.get_mut("rules") {
        rules.iter_mut().for_each(as_rule);
    }
}
