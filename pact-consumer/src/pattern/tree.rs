//! The tree a pattern is.

use std::borrow::Cow;

use pact_core::generators::Generator;
use pact_core::json::{Json, OwnedJson};
use pact_core::rules::{MatchingRule, RuleList};

use super::Compiled;
use super::choice::Choice;

/// An example value with rules at places in it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Pattern {
    /// A list of patterns, compared one by one.
    Array(Vec<Self>),
    /// Elements looked for anywhere in a list.
    ArrayContaining(Vec<Self>),
    /// One of several patterns; a test is run with each of them.
    Choice(Choice),
    /// What was taken apart elsewhere, such as integration JSON.
    Compiled(Box<Compiled>),
    /// Any number of elements like the example.
    EachLike {
        /// What an element looks like.
        element: Box<Self>,
        /// Least number of elements.
        min: Option<usize>,
        /// Greatest number of elements.
        max: Option<usize>,
    },
    /// What cannot be meant, and why; told when the interaction is to be used.
    Fault(String),
    /// A value compared by equality.
    Literal(OwnedJson),
    /// A value judged by rules.
    Matching {
        /// What the test's client receives, or what stands for its request in the contract.
        example: Box<Self>,
        /// How the value is judged.
        rules: RuleList,
        /// How the value is made afresh.
        generator: Option<Generator>,
    },
    /// Members by name, compared one by one.
    Object(Vec<(String, Self)>),
}

impl Pattern {
    /// Returns the pattern of an example judged by one rule.
    pub(crate) fn matching(example: impl Into<Self>, rule: MatchingRule) -> Self {
        Self::Matching {
            example: Box::new(example.into()),
            rules: RuleList::one(rule),
            generator: None,
        }
    }

    /// Makes the value afresh each time: what the mock server answers with, what a message's handler
    /// sees, and what the verifier sends.
    ///
    /// In an answer or a message whose pattern has no rule of its own, any value of the example's
    /// kind will do.
    #[must_use]
    pub fn generated_by(self, by: Generator) -> Self {
        match self {
            Self::Matching { example, rules, .. } => Self::Matching {
                example,
                rules,
                generator: Some(by),
            },
            other => Self::Matching {
                example: Box::new(other),
                rules: RuleList::default(),
                generator: Some(by),
            },
        }
    }

    /// Returns the example as a JSON value, with everything in it that may be left out.
    pub fn example(&self) -> OwnedJson {
        self.compile().example
    }

    /// Returns the example as text, for paths, headers and query parameters.
    pub fn example_text(&self) -> String {
        self.compile().example_text()
    }
}

impl IntoIterator for Pattern {
    type Item = Self;
    type IntoIter = std::vec::IntoIter<Self>;

    /// Returns the elements of a list, and what is no list as the only one.
    fn into_iter(self) -> Self::IntoIter {
        match self {
            Self::Array(items) => items.into_iter(),
            single => vec![single].into_iter(),
        }
    }
}

impl From<OwnedJson> for Pattern {
    fn from(value: OwnedJson) -> Self {
        Self::Literal(value)
    }
}

impl From<&str> for Pattern {
    fn from(text: &str) -> Self {
        Self::Literal(Json::String(Cow::Owned(text.to_owned())))
    }
}

impl From<String> for Pattern {
    fn from(text: String) -> Self {
        Self::Literal(Json::String(Cow::Owned(text)))
    }
}

impl From<&String> for Pattern {
    fn from(text: &String) -> Self {
        Self::from(text.as_str())
    }
}

impl From<()> for Pattern {
    fn from((): ()) -> Self {
        Self::Literal(Json::Null)
    }
}

impl<T: Into<Self>> From<Vec<T>> for Pattern {
    fn from(items: Vec<T>) -> Self {
        Self::Array(items.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<Self>, const N: usize> From<[T; N]> for Pattern {
    fn from(items: [T; N]) -> Self {
        Self::Array(items.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<Self>> From<Option<T>> for Pattern {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Literal(Json::Null), Into::into)
    }
}

impl From<serde_json::Value> for Pattern {
    fn from(value: serde_json::Value) -> Self {
        Self::Literal(value.into())
    }
}

macro_rules! from_scalars {
    ($($scalar:ty),*) => {$(
        impl From<$scalar> for Pattern {
            fn from(value: $scalar) -> Self {
                Self::Literal(serde_json::Value::from(value).into())
            }
        }
    )*};
}

from_scalars!(
    bool, f32, f64, i8, i16, i32, i64, isize, u8, u16, u32, u64, usize
);
