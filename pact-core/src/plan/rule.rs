//! Rules ready to be tried: patterns compiled, attributes checked.

use std::fmt;

use super::CompileError;
use crate::datetime;
use crate::json::OwnedJson;
use crate::matching::pattern::Pattern;
use crate::rules::{Combine, MatchingRule, RuleList, StatusClass, Variant};

/// The rules at one place.
#[derive(Clone, Debug)]
pub(crate) struct RuleSet {
    pub(crate) rules: Vec<Rule>,
    pub(crate) combine: Combine,
}

/// A rule ready to be tried.
#[derive(Clone, Debug)]
pub(crate) enum Rule {
    ArrayContains(Vec<Variant>),
    Boolean,
    ContentType(String),
    Decimal,
    EachKey {
        rules: Vec<Self>,
        example: Option<OwnedJson>,
    },
    EachValue {
        rules: Vec<Self>,
    },
    Equality,
    IgnoreOrder(Bounds),
    Include(String),
    Integer,
    NotEmpty,
    Null,
    Number,
    Other(String),
    Regex(Pattern),
    Semver,
    StatusCode(StatusClass),
    Temporal(Temporal),
    Type(Bounds),
    Values,
}

/// A date, a time or both, in a pattern.
#[derive(Clone, Debug)]
pub(crate) struct Temporal {
    /// What the suite calls it.
    pub(crate) word: &'static str,
    pub(crate) pattern: datetime::Pattern,
}

/// How many elements a collection may have.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Bounds {
    pub(crate) min: Option<usize>,
    pub(crate) max: Option<usize>,
}

impl Bounds {
    /// Returns whether every length is within the bounds.
    pub(crate) fn is_open(self) -> bool {
        self == Self::default()
    }

    /// Returns whether `length` is within the bounds.
    pub(crate) fn allow(self, length: usize) -> bool {
        self.min.is_none_or(|min| length >= min) && self.max.is_none_or(|max| length <= max)
    }
}

impl RuleSet {
    /// Compiles a list; `place` names it in errors. An empty list means equality.
    pub(crate) fn compile(list: &RuleList, place: &dyn fmt::Display) -> Result<Self, CompileError> {
        let mut rules = compile_all(&list.rules, place)?;
        if rules.is_empty() {
            rules.push(Rule::Equality);
        }
        Ok(Self {
            rules,
            combine: list.combine,
        })
    }

    /// Returns whether a collection must have exactly the members or elements of the example.
    pub(crate) fn is_strict(&self) -> bool {
        match self.combine {
            Combine::And => self.rules.iter().any(Rule::is_equality),
            Combine::Or => self.rules.iter().all(Rule::is_equality),
        }
    }

    /// Returns the rules as they reach down to descendants: sizes count only where they stand.
    pub(crate) fn unbounded(mut self) -> Self {
        for rule in &mut self.rules {
            if let Rule::Type(bounds) | Rule::IgnoreOrder(bounds) = rule {
                *bounds = Bounds::default();
            }
        }
        self
    }

    /// Puts the verdicts of the rules together.
    pub(crate) fn judge<'s>(&'s self, holds: impl FnMut(&'s Rule) -> bool) -> bool {
        match self.combine {
            Combine::And => self.rules.iter().all(holds),
            Combine::Or => self.rules.iter().any(holds),
        }
    }
}

impl Rule {
    fn compile(rule: &MatchingRule, place: &dyn fmt::Display) -> Result<Self, CompileError> {
        let wrong = |reason: String| CompileError::Rule {
            place: place.to_string(),
            rule: rule.name().to_owned(),
            reason,
        };
        Ok(match rule {
            MatchingRule::ArrayContains { variants } => Self::ArrayContains(variants.clone()),
            MatchingRule::Boolean => Self::Boolean,
            MatchingRule::ContentType { value } => Self::ContentType(value.clone()),
            MatchingRule::Date { format } => {
                Self::temporal("date", datetime::DATE, format.as_deref(), &wrong)?
            }
            MatchingRule::DateTime { format } => {
                Self::temporal("timestamp", datetime::DATE_TIME, format.as_deref(), &wrong)?
            }
            MatchingRule::Decimal => Self::Decimal,
            MatchingRule::EachKey { rules, value, .. } => Self::EachKey {
                rules: compile_all(rules, place)?,
                example: value.clone(),
            },
            MatchingRule::EachValue { rules, .. } => Self::EachValue {
                rules: compile_all(rules, place)?,
            },
            MatchingRule::Equality => Self::Equality,
            MatchingRule::IgnoreOrder { min, max } => Self::IgnoreOrder(Bounds {
                min: *min,
                max: *max,
            }),
            MatchingRule::Include { value } => Self::Include(value.clone()),
            MatchingRule::Integer => Self::Integer,
            MatchingRule::NotEmpty => Self::NotEmpty,
            MatchingRule::Null => Self::Null,
            MatchingRule::Number => Self::Number,
            MatchingRule::Other { name, .. } => Self::Other(name.clone()),
            MatchingRule::Regex { regex } => Self::Regex(
                Pattern::compile(regex)
                    .map_err(|reason| wrong(format!("the pattern `{regex}` is wrong: {reason}")))?,
            ),
            MatchingRule::Semver => Self::Semver,
            MatchingRule::StatusCode { status } => Self::StatusCode(status.clone()),
            MatchingRule::Time { format } => {
                Self::temporal("time", datetime::TIME, format.as_deref(), &wrong)?
            }
            MatchingRule::Type { min, max } => Self::Type(Bounds {
                min: *min,
                max: *max,
            }),
            MatchingRule::Values => Self::Values,
        })
    }

    fn temporal(
        word: &'static str,
        default: &str,
        format: Option<&str>,
        wrong: &dyn Fn(String) -> CompileError,
    ) -> Result<Self, CompileError> {
        let format = format
            .filter(|format| !format.is_empty())
            .unwrap_or(default);
        datetime::Pattern::parse(format)
            .map(|pattern| Self::Temporal(Temporal { word, pattern }))
            .map_err(|error| wrong(error.to_string()))
    }

    fn is_equality(&self) -> bool {
        matches!(self, Self::Equality)
    }
}

impl fmt::Display for Rule {
    /// Writes the rule as a report names it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ArrayContains(_) => f.write_str("arrayContains"),
            Self::Boolean => f.write_str("boolean"),
            Self::ContentType(value) => write!(f, "contentType {value}"),
            Self::Decimal => f.write_str("decimal"),
            Self::EachKey { .. } => f.write_str("eachKey"),
            Self::EachValue { .. } => f.write_str("eachValue"),
            Self::Equality => f.write_str("equality"),
            Self::IgnoreOrder(bounds) => write!(f, "ignore-order{bounds}"),
            Self::Include(value) => write!(f, "include {value}"),
            Self::Integer => f.write_str("integer"),
            Self::NotEmpty => f.write_str("notEmpty"),
            Self::Null => f.write_str("null"),
            Self::Number => f.write_str("number"),
            Self::Other(name) => f.write_str(name),
            Self::Regex(pattern) => write!(f, "regex {pattern}"),
            Self::Semver => f.write_str("semver"),
            Self::StatusCode(status) => write!(f, "statusCode {status}"),
            Self::Temporal(Temporal {
                word: "timestamp",
                pattern,
            }) => write!(f, "datetime {pattern}"),
            Self::Temporal(Temporal { word, pattern }) => write!(f, "{word} {pattern}"),
            Self::Type(bounds) => write!(f, "type{bounds}"),
            Self::Values => f.write_str("values"),
        }
    }
}

impl fmt::Display for Bounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(min) = self.min {
            write!(f, ", min {min}")?;
        }
        if let Some(max) = self.max {
            write!(f, ", max {max}")?;
        }
        Ok(())
    }
}

fn compile_all(
    rules: &[MatchingRule],
    place: &dyn fmt::Display,
) -> Result<Vec<Rule>, CompileError> {
    rules
        .iter()
        .map(|rule| Rule::compile(rule, place))
        .collect()
}
