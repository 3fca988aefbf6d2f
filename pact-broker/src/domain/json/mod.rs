//! JSON as it was written: numbers keep their text and objects their order.
//!
//! `serde_json::Value` rounds long numbers and forgets the order of keys, and a contract may not
//! lose either. The text is checked by `serde_json` first, so the reader here only walks it.

mod members;

use std::borrow::Cow;
use std::fmt;

use serde_json::value::RawValue;

pub use self::members::{Members, elements};

/// How deeply a contract may be nested.
pub const MAX_DEPTH: usize = 50;

/// A JSON value that borrows the text it was read from.
#[derive(Debug, Clone, PartialEq)]
pub enum Json<'a> {
    /// An array.
    Array(Vec<Self>),
    /// `true` or `false`.
    Bool(bool),
    /// `null`.
    Null,
    /// The text of a number.
    Number(&'a str),
    /// The members of an object in their order, keys unescaped.
    Object(Vec<(Cow<'a, str>, Self)>),
    /// A string, unescaped.
    String(Cow<'a, str>),
}

/// What kind of value a JSON text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An array.
    Array,
    /// `true` or `false`.
    Boolean,
    /// `null`.
    Null,
    /// A number.
    Number,
    /// An object.
    Object,
    /// A string.
    String,
}

impl Kind {
    /// The kind of a text that is known to be JSON.
    pub fn of(text: &str) -> Self {
        match text.trim_start().as_bytes().first() {
            Some(b'[') => Self::Array,
            Some(b'{') => Self::Object,
            Some(b'"') => Self::String,
            Some(b't' | b'f') => Self::Boolean,
            Some(b'n') => Self::Null,
            Some(_) | None => Self::Number,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Array => "an array",
            Self::Boolean => "a boolean",
            Self::Null => "null",
            Self::Number => "a number",
            Self::Object => "an object",
            Self::String => "a string",
        })
    }
}

/// Why a text is not a JSON document the broker takes.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JsonError {
    /// Objects and arrays inside each other beyond the limit.
    #[error("the JSON document is nested deeper than {MAX_DEPTH} levels")]
    TooDeep,
    /// Not JSON.
    #[error("the text is not valid JSON")]
    Syntax(#[source] serde_json::Error),
}

impl JsonError {
    /// Says what is wrong and, where the text is no JSON, at which line and column.
    pub fn told(&self) -> String {
        match self {
            Self::Syntax(source) => format!("{self}: {source}"),
            Self::TooDeep => self.to_string(),
        }
    }
}

impl From<serde_json::Error> for JsonError {
    fn from(source: serde_json::Error) -> Self {
        Self::Syntax(source)
    }
}

impl<'a> Json<'a> {
    /// Reads a whole document.
    ///
    /// # Errors
    /// When the text is not JSON or nested too deeply.
    pub fn read(text: &'a str) -> Result<Self, JsonError> {
        let raw: &RawValue = serde_json::from_str(text)?;
        Self::read_part(raw.get(), 0)
    }

    /// Reads a part of a document that is known to be JSON and stands inside so many arrays and
    /// objects.
    ///
    /// # Errors
    /// When the document is nested too deeply.
    pub fn read_part(text: &'a str, depth: usize) -> Result<Self, JsonError> {
        let mut reader = Reader { rest: text };
        reader.value(MAX_DEPTH.saturating_sub(depth))
    }

    /// The last member of this name, if this is an object that has one.
    pub fn get(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Object(members) => members
                .iter()
                .rev()
                .find(|(key, _)| key == name)
                .map(|(_, value)| value),
            Self::Array(_) | Self::Bool(_) | Self::Null | Self::Number(_) | Self::String(_) => None,
        }
    }

    /// The elements, if this is an array.
    pub fn as_array(&self) -> Option<&[Self]> {
        match self {
            Self::Array(elements) => Some(elements),
            Self::Bool(_) | Self::Null | Self::Number(_) | Self::Object(_) | Self::String(_) => {
                None
            }
        }
    }

    /// The text, if this is a string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            Self::Array(_) | Self::Bool(_) | Self::Null | Self::Number(_) | Self::Object(_) => None,
        }
    }

    /// Whether this is neither `null` nor `false`.
    pub fn is_truthy(&self) -> bool {
        !matches!(self, Self::Null | Self::Bool(false))
    }

    /// Sorts the keys of every object in it, keeping the last of members with one name.
    pub fn sort_keys(&mut self) {
        match self {
            Self::Array(elements) => elements.iter_mut().for_each(Self::sort_keys),
            Self::Object(members) => {
                // The sort is stable: of equal keys the last one read comes last.
                members.sort_by(|(left, _), (right, _)| left.cmp(right));
                members.reverse();
                members.dedup_by(|(later, _), (kept, _)| later == kept);
                members.reverse();
                members.iter_mut().for_each(|(_, value)| value.sort_keys());
            }
            Self::Bool(_) | Self::Null | Self::Number(_) | Self::String(_) => {}
        }
    }

    /// Appends the value without whitespace, numbers as they were written.
    pub fn write(&self, out: &mut String) {
        self.write_with(out, &|number, out| out.push_str(number));
    }

    /// Appends the value without whitespace, each number as `number` prints it.
    pub fn write_with(&self, out: &mut String, number: &dyn Fn(&str, &mut String)) {
        match self {
            Self::Array(elements) => {
                out.push('[');
                for (at, element) in elements.iter().enumerate() {
                    if at > 0 {
                        out.push(',');
                    }
                    element.write_with(out, number);
                }
                out.push(']');
            }
            Self::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Self::Null => out.push_str("null"),
            Self::Number(text) => number(text, out),
            Self::Object(members) => {
                out.push('{');
                for (at, (key, value)) in members.iter().enumerate() {
                    if at > 0 {
                        out.push(',');
                    }
                    write_string(key, out);
                    out.push(':');
                    value.write_with(out, number);
                }
                out.push('}');
            }
            Self::String(text) => write_string(text, out),
        }
    }
}

/// Appends a string as JSON with only the escapes that JSON demands.
pub fn write_string(text: &str, out: &mut String) {
    out.push('"');
    let mut plain = 0;
    for (at, byte) in text.bytes().enumerate() {
        let escape = match byte {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            b'\n' => "\\n",
            b'\r' => "\\r",
            b'\t' => "\\t",
            0x08 => "\\b",
            0x0c => "\\f",
            0..0x20 => "",
            _ => continue,
        };
        out.push_str(&text[plain..at]);
        plain = at + 1;
        if escape.is_empty() {
            out.push_str(&format!("\\u{byte:04x}"));
        } else {
            out.push_str(escape);
        }
    }
    out.push_str(&text[plain..]);
    out.push('"');
}

/// Walks a text that is known to be JSON.
struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn value(&mut self, depth: usize) -> Result<Json<'a>, JsonError> {
        self.space();
        match self.rest.as_bytes().first() {
            Some(b'{') => self.object(depth.checked_sub(1).ok_or(JsonError::TooDeep)?),
            Some(b'[') => self.array(depth.checked_sub(1).ok_or(JsonError::TooDeep)?),
            Some(b'"') => Ok(Json::String(self.string()?)),
            Some(b't') => Ok(self.literal("true", Json::Bool(true))),
            Some(b'f') => Ok(self.literal("false", Json::Bool(false))),
            Some(b'n') => Ok(self.literal("null", Json::Null)),
            Some(_) | None => Ok(Json::Number(self.number())),
        }
    }

    fn object(&mut self, depth: usize) -> Result<Json<'a>, JsonError> {
        let mut members = Vec::new();
        self.skip(1);
        while !self.closes(b'}') {
            let key = self.string()?;
            self.space();
            self.skip(1);
            members.push((key, self.value(depth)?));
        }
        Ok(Json::Object(members))
    }

    fn array(&mut self, depth: usize) -> Result<Json<'a>, JsonError> {
        let mut elements = Vec::new();
        self.skip(1);
        while !self.closes(b']') {
            elements.push(self.value(depth)?);
        }
        Ok(Json::Array(elements))
    }

    /// Steps over whitespace and a comma, or over the closing bracket, which it reports.
    fn closes(&mut self, bracket: u8) -> bool {
        self.space();
        if self.rest.as_bytes().first() == Some(&b',') {
            self.skip(1);
            self.space();
        }
        let closes = self
            .rest
            .as_bytes()
            .first()
            .is_none_or(|byte| *byte == bracket);
        if closes {
            self.skip(1);
        }
        closes
    }

    fn string(&mut self) -> Result<Cow<'a, str>, JsonError> {
        let mut escaped = false;
        let body = &self.rest.as_bytes()[1..];
        let end = body
            .iter()
            .position(|byte| {
                let ends = *byte == b'"' && !escaped;
                escaped = *byte == b'\\' && !escaped;
                ends
            })
            .map_or(self.rest.len(), |at| at + 2);
        let (token, rest) = self.rest.split_at(end);
        self.rest = rest;
        if let Some(plain) = token.get(1..end - 1).filter(|text| !text.contains('\\')) {
            return Ok(Cow::Borrowed(plain));
        }
        Ok(Cow::Owned(serde_json::from_str(token)?))
    }

    fn number(&mut self) -> &'a str {
        let end = self
            .rest
            .find(|letter: char| !matches!(letter, '0'..='9' | '+' | '-' | '.' | 'e' | 'E'))
            .unwrap_or(self.rest.len());
        let (token, rest) = self.rest.split_at(end);
        self.rest = rest;
        token
    }

    fn literal(&mut self, text: &str, value: Json<'a>) -> Json<'a> {
        self.skip(text.len());
        value
    }

    fn space(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
    }

    fn skip(&mut self, count: usize) {
        self.rest = self.rest.get(count..).unwrap_or("");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_survives_reading_and_writing() {
        let text = r#"{"b":[1.0,-0,1e400,123456789012345678901234567890],"a":"\"\\\u0001é/","b":{},"c":[true,false,null,[]]}"#;
        let mut out = String::new();
        Json::read(text).unwrap().write(&mut out);
        assert_eq!(out, text);
    }

    #[test]
    fn whitespace_is_dropped_and_the_last_of_equal_keys_counts() {
        let json = Json::read(" { \"a\" : [ 1 , 2 ] ,\n \"a\" : \"x\" } ").unwrap();
        assert_eq!(json.get("a").and_then(Json::as_str), Some("x"));
    }

    #[test]
    fn nesting_beyond_the_limit_is_refused() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(Json::read(&nested(MAX_DEPTH)).is_ok());
        assert!(matches!(
            Json::read(&nested(MAX_DEPTH + 1)),
            Err(JsonError::TooDeep)
        ));
        assert!(matches!(Json::read("[1,"), Err(JsonError::Syntax(_))));
    }
}
