//! One rule in every spelling.

use std::borrow::Cow;

use super::{ReadError, Reader, carried, text_of};
use crate::format::place::At;
use crate::format::read::error::{Problem, excerpt};
use crate::json::{Json, Object};
use crate::rules::{MatchingRule, StatusClass, Variant};

impl Reader {
    pub(super) fn rule(&mut self, value: Json<'_>, at: &At<'_>) -> Result<MatchingRule, ReadError> {
        let mut members = match value {
            Json::Object(members) => members,
            other => return Err(at.wrong("an object with `match`", &other)),
        };
        let name = match members.remove("match") {
            Some(Json::String(name)) if !name.is_empty() => name,
            Some(other) => return Err(at.name("match").wrong("the name of a rule", &other)),
            None => guessed_name(&members)
                .ok_or_else(|| at.name("match").missing("the name of a rule"))?
                .into(),
        };
        let mut attributes = Attributes {
            of: "rule",
            name,
            members,
            at,
        };
        let rule = self.known_rule(&mut attributes)?;
        let Attributes { name, members, .. } = attributes;
        let Some(rule) = rule else {
            if !self.knows_plugins {
                self.warn(
                    at,
                    format!("rule `{name}` is not known; it is carried as a plugin's"),
                );
            }
            return Ok(MatchingRule::Other {
                name: name.into_owned(),
                attributes: carried(members),
            });
        };
        self.leave_out(at, &members);
        Ok(rule)
    }

    fn known_rule(
        &mut self,
        attributes: &mut Attributes<'_, '_>,
    ) -> Result<Option<MatchingRule>, ReadError> {
        let name = attributes.name.clone();
        Ok(Some(match name.as_ref() {
            "arrayContains" | "array-contains" => MatchingRule::ArrayContains {
                variants: self.variants(attributes)?,
            },
            "boolean" => MatchingRule::Boolean,
            "contentType" | "content-type" => MatchingRule::ContentType {
                value: attributes.required_text("value")?,
            },
            "date" => MatchingRule::Date {
                format: attributes.format("date")?,
            },
            "datetime" | "timestamp" => MatchingRule::DateTime {
                format: attributes.format(&name)?,
            },
            "decimal" | "real" => MatchingRule::Decimal,
            "eachKey" | "each-key" => MatchingRule::EachKey {
                rules: self.inner_rules(attributes)?,
                value: attributes.example(),
                generator: self.inner_generator(attributes)?,
            },
            "eachValue" | "each-value" => MatchingRule::EachValue {
                rules: self.inner_rules(attributes)?,
                value: attributes.example(),
                generator: self.inner_generator(attributes)?,
            },
            "equality" => MatchingRule::Equality,
            "equalsIgnoreOrder"
            | "equals-ignore-order"
            | "ignore-order"
            | "max-equals-ignore-order"
            | "min-equals-ignore-order"
            | "min-max-equals-ignore-order" => MatchingRule::IgnoreOrder {
                min: self.bound(attributes, "min")?,
                max: self.bound(attributes, "max")?,
            },
            "include" => MatchingRule::Include {
                value: attributes.any_text("value")?,
            },
            "integer" => MatchingRule::Integer,
            "max" | "max-type" | "min" | "min-max-type" | "min-type" | "type" => {
                MatchingRule::Type {
                    min: self.bound(attributes, "min")?,
                    max: self.bound(attributes, "max")?,
                }
            }
            "notEmpty" | "not-empty" => MatchingRule::NotEmpty,
            "null" => MatchingRule::Null,
            "number" => MatchingRule::Number,
            "regex" => MatchingRule::Regex {
                regex: attributes.required_text("regex")?,
            },
            "semver" => MatchingRule::Semver,
            "statusCode" | "status-code" => MatchingRule::StatusCode {
                status: status_class(attributes)?,
            },
            "time" => MatchingRule::Time {
                format: attributes.format("time")?,
            },
            "values" => MatchingRule::Values,
            _ => return Ok(None),
        }))
    }

    /// Reads a bound: a whole number, also as text. A negative or fractional one bounds nothing.
    fn bound(
        &mut self,
        attributes: &mut Attributes<'_, '_>,
        attribute: &'static str,
    ) -> Result<Option<usize>, ReadError> {
        let Some(value) = attributes.take(attribute) else {
            return Ok(None);
        };
        let wanted = || format!("a whole number as `{attribute}`");
        let text = match &value {
            Json::Number(number) => number.as_str(),
            Json::String(text) => text.trim(),
            other => return Err(attributes.fault(wanted(), Some(other))),
        };
        if let Ok(bound) = text.parse() {
            return Ok(Some(bound));
        }
        if text.parse::<f64>().is_ok() {
            let message = format!(
                "`{attribute}` of rule `{}` is {text}, not a whole number; it bounds nothing",
                attributes.name
            );
            self.warn(attributes.at, message);
            return Ok(None);
        }
        Err(attributes.fault(wanted(), Some(&value)))
    }

    fn inner_rules(
        &mut self,
        attributes: &mut Attributes<'_, '_>,
    ) -> Result<Vec<MatchingRule>, ReadError> {
        let at = attributes.at.name("rules");
        match attributes.take("rules") {
            Some(Json::Array(rules)) => rules
                .into_iter()
                .enumerate()
                .map(|(index, rule)| self.rule(rule, &at.index(index)))
                .collect(),
            None => Ok(Vec::new()),
            Some(other) => {
                Err(attributes.fault("a list of rules as `rules`".to_owned(), Some(&other)))
            }
        }
    }

    fn variants(&mut self, attributes: &mut Attributes<'_, '_>) -> Result<Vec<Variant>, ReadError> {
        let at = attributes.at.name("variants");
        let variants = match attributes.take("variants") {
            Some(Json::Array(variants)) => variants,
            other => {
                let wanted = "a list of variants as `variants`".to_owned();
                return Err(attributes.fault(wanted, other.as_ref()));
            }
        };
        variants
            .into_iter()
            .enumerate()
            .map(|(index, variant)| self.variant(variant, index, &at.index(index)))
            .collect()
    }

    fn variant(
        &mut self,
        value: Json<'_>,
        position: usize,
        at: &At<'_>,
    ) -> Result<Variant, ReadError> {
        let mut members = match value {
            Json::Object(members) => members,
            other => return Err(at.wrong("an object with `index`", &other)),
        };
        let index = match members.remove("index") {
            None | Some(Json::Null) => position,
            Some(index) => index
                .as_number()
                .and_then(|number| number.as_str().parse().ok())
                .ok_or_else(|| at.name("index").wrong("the position of an element", &index))?,
        };
        let rules = super::object_or_none(members.remove("rules"), &at.name("rules"))?;
        let rules = self.body_rules(rules, &at.name("rules"))?;
        let generators =
            super::object_or_none(members.remove("generators"), &at.name("generators"))?;
        let generators = self.body_generators(generators, &at.name("generators"))?;
        self.leave_out(at, &members);
        Ok(Variant {
            index,
            rules,
            generators,
        })
    }
}

/// The attributes of a rule or generator while they are taken out one by one.
pub(super) struct Attributes<'a, 'p> {
    pub(super) of: &'static str,
    pub(super) name: Cow<'a, str>,
    pub(super) members: Object<'a>,
    pub(super) at: &'p At<'p>,
}

impl<'a> Attributes<'a, '_> {
    /// Takes an attribute; `null` is none.
    pub(super) fn take(&mut self, attribute: &str) -> Option<Json<'a>> {
        self.members
            .remove(attribute)
            .filter(|value| !value.is_null())
    }

    pub(super) fn fault(&self, expected: String, found: Option<&Json<'_>>) -> ReadError {
        self.at.invalid(Problem::Attribute {
            of: self.of,
            name: self.name.clone().into_owned(),
            expected,
            found: found.map(excerpt),
        })
    }

    pub(super) fn required_text(&mut self, attribute: &str) -> Result<String, ReadError> {
        match self.take(attribute) {
            Some(Json::String(text)) => Ok(text.into_owned()),
            other => Err(self.fault(format!("a text as `{attribute}`"), other.as_ref())),
        }
    }

    pub(super) fn optional_text(&mut self, attribute: &str) -> Result<Option<String>, ReadError> {
        match self.take(attribute) {
            Some(Json::String(text)) => Ok(Some(text.into_owned())),
            None => Ok(None),
            Some(other) => Err(self.fault(format!("a text as `{attribute}`"), Some(&other))),
        }
    }

    /// Takes a value as text, whatever its kind.
    fn any_text(&mut self, attribute: &str) -> Result<String, ReadError> {
        match self.take(attribute) {
            Some(value) => Ok(text_of(value)),
            None => Err(self.fault(format!("a text as `{attribute}`"), None)),
        }
    }

    /// Takes a format, under `format` or under the rule's own name; an empty one is none.
    fn format(&mut self, own_name: &str) -> Result<Option<String>, ReadError> {
        let own = self.optional_text(own_name)?;
        let format = self.optional_text("format")?;
        Ok(format.or(own).filter(|format| !format.is_empty()))
    }

    /// Takes the example of a rule over keys or values; an empty one is none.
    fn example(&mut self) -> Option<Json<'static>> {
        self.take("value")
            .filter(|value| value.as_str() != Some(""))
            .map(Json::into_owned)
    }
}

/// Guesses the rule that a writer of old left unnamed.
fn guessed_name(members: &Object<'_>) -> Option<&'static str> {
    ["regex", "min", "max", "timestamp", "time", "date"]
        .into_iter()
        .find(|name| members.contains(name))
}

fn status_class(attributes: &mut Attributes<'_, '_>) -> Result<StatusClass, ReadError> {
    let wanted = || {
        "`info`, `success`, `redirect`, `clientError`, `serverError`, `nonError`, `error` or a list of codes as `status`"
            .to_owned()
    };
    let Some(value) = attributes.take("status") else {
        return Ok(StatusClass::Success);
    };
    let codes = match &value {
        Json::Array(codes) => codes.as_slice(),
        other => {
            return other
                .as_str()
                .and_then(named_class)
                .ok_or_else(|| attributes.fault(wanted(), Some(other)));
        }
    };
    codes
        .iter()
        .map(|code| match code {
            Json::Number(number) => number.as_str().parse().ok(),
            Json::String(text) => text.trim().parse().ok(),
            Json::Array(_) | Json::Bool(_) | Json::Null | Json::Object(_) => None,
        })
        .collect::<Option<_>>()
        .map(StatusClass::Codes)
        .ok_or_else(|| attributes.fault(wanted(), Some(&value)))
}

fn named_class(name: &str) -> Option<StatusClass> {
    Some(match name {
        "info" => StatusClass::Info,
        "success" => StatusClass::Success,
        "redirect" => StatusClass::Redirect,
        "clientError" => StatusClass::ClientError,
        "serverError" => StatusClass::ServerError,
        "nonError" => StatusClass::NonError,
        "error" => StatusClass::Error,
        _ => return None,
    })
}
