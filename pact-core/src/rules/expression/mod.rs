//! The matching-definition language: rules, an example and a generator in one line of text, such
//! as `matching(regex, '\d+', '42')` or `eachKey(matching(type, 'id')), atLeast(1)`.
//!
//! Plugins and the tools of other languages write contracts in it. A [`Definition`] is what was
//! written and prints as it; [`Definition::meaning`] says what it stands for.
//!
//! ```
//! use pact_core::rules::MatchingRule;
//! use pact_core::rules::expression::Definition;
//!
//! let definition: Definition = "matching(integer, 42)".parse()?;
//! let meaning = definition.meaning();
//! assert_eq!(meaning.rules, [MatchingRule::Integer]);
//! assert_eq!(meaning.example.unwrap().to_compact(), "42");
//! # Ok::<(), pact_core::rules::expression::ParseError>(())
//! ```

mod meaning;
mod parse;
mod print;

use crate::json::OwnedJson;
use crate::rules::MatchingRule;

pub use meaning::{Meaning, ValueKind};
pub use parse::{ParseError, is_definition};

/// A matching definition as it was written: one expression or several, all of which hold.
#[derive(Clone, Debug, PartialEq)]
pub struct Definition {
    expressions: Vec<Expression>,
}

/// One expression of a definition.
#[derive(Clone, Debug, PartialEq)]
enum Expression {
    /// `arrayContains(…, …)`: each of the definitions is satisfied by some element.
    ArrayContains(Vec<Self>),
    /// `atLeast(n)`: a collection of this length or longer.
    AtLeast(usize),
    /// `atMost(n)`: a collection of this length or shorter.
    AtMost(usize),
    /// `eachKey(…)`: every key satisfies the definition.
    EachKey(Box<Self>),
    /// `eachValue(…)`: every value satisfies the definition.
    EachValue(Box<Self>),
    /// `matching(rule, …, example)`: the rule with what it needs, and an example.
    Matching { rule: MatchingRule, example: Value },
    /// `notEmpty(example)`.
    NotEmpty(Value),
    /// `matching($'name')`: of the shape of something beside it.
    Reference(String),
}

/// An example: itself, or taken from a provider state when there is one.
#[derive(Clone, Debug, PartialEq)]
enum Value {
    /// `fromProviderState('expression', example)`.
    FromProviderState {
        expression: String,
        example: OwnedJson,
    },
    /// A text, number, truth value or null.
    Plain(OwnedJson),
}

impl Value {
    const fn example(&self) -> &OwnedJson {
        match self {
            Self::FromProviderState { example, .. } | Self::Plain(example) => example,
        }
    }
}

#[cfg(test)]
mod tests;
