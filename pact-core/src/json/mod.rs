//! JSON that loses nothing: numbers keep their text, objects keep their order.
//!
//! `serde_json` offers this only behind features that change every other user of it in the same
//! build, so the contract has a tree of its own. A [`Json`] borrows from the bytes it was parsed
//! from wherever it can; [`Json::into_owned`] cuts it loose.
//!
//! ```
//! use pact_core::json::Json;
//!
//! let order = Json::parse(br#"{"total": 10.50, "id": 7}"#)?;
//! assert_eq!(order.get("total").unwrap().to_string(), "10.50");
//! assert_eq!(order.to_compact(), r#"{"total":10.50,"id":7}"#);
//! # Ok::<(), pact_core::json::ParseError>(())
//! ```

mod convert;
mod cursor;
mod number;
mod object;
mod outline;
mod parse;
mod scan;
mod write;

use std::borrow::Cow;

pub(crate) use cursor::Cursor;
pub use number::{Number, ParseNumberError};
pub use object::Object;
pub(crate) use outline::Outline;
pub use parse::{ParseError, ParseErrorKind};

/// A JSON value whose numbers are text and whose objects are ordered.
///
/// `==` compares what was written: member order and number text count. Where only the meaning
/// counts, use [`Json::is_equivalent`].
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub enum Json<'a> {
    /// A list of values.
    Array(Vec<Self>),
    /// `true` or `false`.
    Bool(bool),
    /// `null`.
    #[default]
    Null,
    /// A number, as it was written.
    Number(Number<'a>),
    /// Names with values, in the order they were written.
    Object(Object<'a>),
    /// Text, unescaped.
    String(Cow<'a, str>),
}

/// A [`Json`] that borrows from nothing.
pub type OwnedJson = Json<'static>;

impl<'a> Json<'a> {
    /// Parses a text of RFC 8259, skipping a byte order mark; of equal names the last value wins.
    ///
    /// # Errors
    ///
    /// Refuses what is not JSON, and nesting deeper than [`DEPTH_LIMIT`].
    pub fn parse(bytes: &'a [u8]) -> Result<Self, ParseError> {
        parse::parse(bytes, DEPTH_LIMIT)
    }

    /// Parses like [`Json::parse`] with a depth limit of the caller's.
    ///
    /// # Errors
    ///
    /// Refuses what is not JSON, and nesting deeper than `depth_limit`.
    pub fn parse_with_depth(bytes: &'a [u8], depth_limit: usize) -> Result<Self, ParseError> {
        parse::parse(bytes, depth_limit)
    }

    /// Copies what is borrowed, so that the value outlives the bytes it was parsed from.
    pub fn into_owned(self) -> OwnedJson {
        match self {
            Self::Array(items) => Json::Array(items.into_iter().map(Self::into_owned).collect()),
            Self::Bool(value) => Json::Bool(value),
            Self::Null => Json::Null,
            Self::Number(number) => Json::Number(number.into_owned()),
            Self::Object(object) => Json::Object(object.into_owned()),
            Self::String(text) => Json::String(Cow::Owned(text.into_owned())),
        }
    }

    /// Returns the member `name` when this is an object that has it.
    pub fn get(&self, name: &str) -> Option<&Self> {
        self.as_object()?.get(name)
    }

    /// Returns the element `index` when this is an array that has it.
    pub fn at(&self, index: usize) -> Option<&Self> {
        self.as_array()?.get(index)
    }

    /// Returns the value a JSON pointer (RFC 6901) leads to; the empty pointer is the value itself.
    pub fn pointer(&self, pointer: &str) -> Option<&Self> {
        if pointer.is_empty() {
            return Some(self);
        }
        pointer
            .strip_prefix('/')?
            .split('/')
            .try_fold(self, |value, token| match value {
                Self::Object(object) if token.contains('~') => {
                    object.get(&token.replace("~1", "/").replace("~0", "~"))
                }
                Self::Object(object) => object.get(token),
                Self::Array(items) if token == "0" || !token.starts_with(['0', '+']) => {
                    items.get(token.parse::<usize>().ok()?)
                }
                Self::Array(_) | Self::Bool(_) | Self::Null | Self::Number(_) | Self::String(_) => {
                    None
                }
            })
    }

    /// Returns the elements when this is an array.
    pub fn as_array(&self) -> Option<&[Self]> {
        match self {
            Self::Array(items) => Some(items),
            _ => None,
        }
    }

    /// Returns the truth value when this is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// Returns the number when this is one.
    pub fn as_number(&self) -> Option<&Number<'a>> {
        match self {
            Self::Number(number) => Some(number),
            _ => None,
        }
    }

    /// Returns the members when this is an object.
    pub fn as_object(&self) -> Option<&Object<'a>> {
        match self {
            Self::Object(object) => Some(object),
            _ => None,
        }
    }

    /// Returns the text when this is a string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// Returns whether this is `null`.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Returns the kind of value with its article, for messages: `an object`, `a string`, `null`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Array(_) => "an array",
            Self::Bool(_) => "a boolean",
            Self::Null => "null",
            Self::Number(_) => "a number",
            Self::Object(_) => "an object",
            Self::String(_) => "a string",
        }
    }

    /// Returns whether both mean the same: members in any order, numbers by kind and value.
    ///
    /// `1` and `1.0` differ (one is an integer), `1.0` and `1.00` do not.
    pub fn is_equivalent(&self, other: &Json<'_>) -> bool {
        match (self, other) {
            (Self::Array(mine), Json::Array(theirs)) => {
                mine.len() == theirs.len()
                    && mine
                        .iter()
                        .zip(theirs)
                        .all(|(left, right)| left.is_equivalent(right))
            }
            (Self::Bool(mine), Json::Bool(theirs)) => mine == theirs,
            (Self::Null, Json::Null) => true,
            (Self::Number(mine), Json::Number(theirs)) => mine.is_equivalent(theirs),
            (Self::Object(mine), Json::Object(theirs)) => mine.is_equivalent(theirs),
            (Self::String(mine), Json::String(theirs)) => mine == theirs,
            _ => false,
        }
    }

    /// Writes the value without white space.
    pub fn to_compact(&self) -> String {
        let mut out = String::with_capacity(write::length(self));
        write::compact(self, &mut out);
        out
    }

    /// Writes the value over several lines, indented by two spaces, without a final line end.
    pub fn to_pretty(&self) -> String {
        let mut out = String::new();
        write::pretty(self, 0, &mut out);
        out
    }

    /// Returns the value with the members of every object sorted by name.
    #[must_use]
    pub fn sorted(self) -> Self {
        match self {
            Self::Array(items) => Self::Array(items.into_iter().map(Self::sorted).collect()),
            Self::Object(object) => Self::Object(object.sorted()),
            Self::Bool(_) | Self::Null | Self::Number(_) | Self::String(_) => self,
        }
    }
}

/// How deep arrays and objects may be nested in what [`Json::parse`] takes.
pub const DEPTH_LIMIT: usize = 512;

#[cfg(test)]
pub(crate) mod tests;
