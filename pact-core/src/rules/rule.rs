//! One rule, and the lists that rules stand in.

use std::fmt;

use crate::generators::Generator;
use crate::json::{Object, OwnedJson};
use crate::path::DocPath;

use super::Category;

/// The rules at one place, and whether all or any of them must hold.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RuleList {
    /// The rules in the order they were written; an empty list means equality.
    pub rules: Vec<MatchingRule>,
    /// How the verdicts of the rules are put together.
    pub combine: Combine,
}

impl RuleList {
    /// Returns a list of one rule.
    pub fn one(rule: MatchingRule) -> Self {
        Self {
            rules: vec![rule],
            combine: Combine::And,
        }
    }

    /// Adds the rules of another list, which says how the verdicts of all of them are put together.
    pub(crate) fn append(&mut self, mut more: Self) {
        self.rules.append(&mut more.rules);
        self.combine = more.combine;
    }

    /// Returns whether no rule stands here.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }
}

/// How the verdicts of several rules are put together.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Combine {
    /// All must hold.
    #[default]
    And,
    /// One must hold.
    Or,
}

/// A matching rule (facts: the specification's catalogue, V1 to V4).
#[derive(Clone, Debug, PartialEq)]
pub enum MatchingRule {
    /// `arrayContains`: each variant is satisfied by some element.
    ArrayContains {
        /// What must be found.
        variants: Vec<Variant>,
    },
    /// `boolean`: `true` or `false`, as a value or as text.
    Boolean,
    /// `contentType`: the bytes look like the given media type.
    ContentType {
        /// The media type as written.
        value: String,
    },
    /// `date` with a pattern of the format language; `None` for the default pattern.
    Date {
        /// The pattern as written.
        format: Option<String>,
    },
    /// `datetime` (`timestamp`) with a pattern of the format language; `None` for the default pattern.
    DateTime {
        /// The pattern as written.
        format: Option<String>,
    },
    /// `decimal`: a number with a fraction or an exponent.
    Decimal,
    /// `eachKey`: every key of the actual object satisfies the rules.
    EachKey {
        /// The rules for a key, combined with AND.
        rules: Vec<Self>,
        /// The example as written.
        value: Option<OwnedJson>,
        /// A generator for keys.
        generator: Option<Box<Generator>>,
    },
    /// `eachValue`: every element or member value satisfies the rules.
    EachValue {
        /// The rules for a value, combined with AND.
        rules: Vec<Self>,
        /// The example as written.
        value: Option<OwnedJson>,
        /// A generator for values.
        generator: Option<Box<Generator>>,
    },
    /// `equality`: structural equality; ends an inherited `type`.
    Equality,
    /// `ignore-order` and its bounded forms: elements match in any order.
    IgnoreOrder {
        /// Least number of elements.
        min: Option<usize>,
        /// Greatest number of elements.
        max: Option<usize>,
    },
    /// `include`: the text contains the value.
    Include {
        /// The text that must occur.
        value: String,
    },
    /// `integer`: a number without fraction or exponent.
    Integer,
    /// `notEmpty`: not null and not of length zero.
    NotEmpty,
    /// `null`: JSON null.
    Null,
    /// `number`: any number.
    Number,
    /// A rule of a plugin: a name nobody here knows, with its attributes.
    Other {
        /// The value of `match`.
        name: String,
        /// The attributes beside it.
        attributes: Object<'static>,
    },
    /// `regex`: the pattern matches the whole text.
    Regex {
        /// The pattern as written.
        regex: String,
    },
    /// `semver`: a semantic version 2.0.0.
    Semver,
    /// `statusCode`: a class of status codes or a list of them.
    StatusCode {
        /// What is allowed.
        status: StatusClass,
    },
    /// `time` with a pattern of the format language; `None` for the default pattern.
    Time {
        /// The pattern as written.
        format: Option<String>,
    },
    /// `type`, `min`, `max`: the same JSON kind, and bounds on the length of a collection.
    Type {
        /// Least number of elements.
        min: Option<usize>,
        /// Greatest number of elements.
        max: Option<usize>,
    },
    /// `values`: ignore the keys of an object, compare every value.
    Values,
}

/// One thing an `arrayContains` rule looks for.
#[derive(Clone, Debug, PartialEq)]
pub struct Variant {
    /// The element of the expected array that is the example.
    pub index: usize,
    /// Rules for the example, rooted at the element.
    pub rules: Category<DocPath>,
    /// Generators for the example, rooted at the element.
    pub generators: Vec<(DocPath, Generator)>,
}

/// What a `statusCode` rule allows.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum StatusClass {
    /// 400–499.
    ClientError,
    /// 400 and above.
    Error,
    /// 100–199.
    Info,
    /// Below 400.
    NonError,
    /// 300–399.
    Redirect,
    /// 500–599.
    ServerError,
    /// Exactly these.
    Codes(Vec<u16>),
    /// 200–299.
    Success,
}

impl StatusClass {
    /// Returns whether a status code belongs here.
    pub fn contains(&self, status: u16) -> bool {
        match self {
            Self::ClientError => (400..500).contains(&status),
            Self::Codes(codes) => codes.contains(&status),
            Self::Error => status >= 400,
            Self::Info => (100..200).contains(&status),
            Self::NonError => status < 400,
            Self::Redirect => (300..400).contains(&status),
            Self::ServerError => (500..600).contains(&status),
            Self::Success => (200..300).contains(&status),
        }
    }

    /// Returns what the class is, in words with its range.
    pub fn phrase(&self) -> String {
        match self {
            Self::ClientError => "Client error (400–499)".to_owned(),
            Self::Codes(codes) => {
                let codes: Vec<String> = codes.iter().map(u16::to_string).collect();
                codes.join(", ")
            }
            Self::Error => "Error response (>= 400)".to_owned(),
            Self::Info => "Informational response (100–199)".to_owned(),
            Self::NonError => "Non-error response (< 400)".to_owned(),
            Self::Redirect => "Redirect (300–399)".to_owned(),
            Self::ServerError => "Server error (500–599)".to_owned(),
            Self::Success => "Successful response (200–299)".to_owned(),
        }
    }
}

impl fmt::Display for StatusClass {
    /// Writes the class as a file names it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ClientError => "clientError",
            Self::Codes(_) => return f.write_str(&self.phrase()),
            Self::Error => "error",
            Self::Info => "info",
            Self::NonError => "nonError",
            Self::Redirect => "redirect",
            Self::ServerError => "serverError",
            Self::Success => "success",
        })
    }
}

impl MatchingRule {
    /// Returns the `type` rule without bounds.
    pub const fn type_rule() -> Self {
        Self::Type {
            min: None,
            max: None,
        }
    }

    /// Returns the canonical value of `match` for this rule.
    pub fn name(&self) -> &str {
        match self {
            Self::ArrayContains { .. } => "arrayContains",
            Self::Boolean => "boolean",
            Self::ContentType { .. } => "contentType",
            Self::Date { .. } => "date",
            Self::DateTime { .. } => "datetime",
            Self::Decimal => "decimal",
            Self::EachKey { .. } => "eachKey",
            Self::EachValue { .. } => "eachValue",
            Self::Equality => "equality",
            Self::IgnoreOrder {
                min: None,
                max: None,
            } => "ignore-order",
            Self::IgnoreOrder {
                min: Some(_),
                max: None,
            } => "min-equals-ignore-order",
            Self::IgnoreOrder {
                min: None,
                max: Some(_),
            } => "max-equals-ignore-order",
            Self::IgnoreOrder {
                min: Some(_),
                max: Some(_),
            } => "min-max-equals-ignore-order",
            Self::Include { .. } => "include",
            Self::Integer => "integer",
            Self::NotEmpty => "notEmpty",
            Self::Null => "null",
            Self::Number => "number",
            Self::Other { name, .. } => name,
            Self::Regex { .. } => "regex",
            Self::Semver => "semver",
            Self::StatusCode { .. } => "statusCode",
            Self::Time { .. } => "time",
            Self::Type { .. } => "type",
            Self::Values => "values",
        }
    }
}
