//! From bytes to [`Json`], borrowing every text that has no escapes.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;

use memchr::memchr_iter;

use super::number::number_length;
use super::scan::plain_length;
use super::{Json, Number, Object};

/// A text is not JSON, or too deep; says where.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct ParseError {
    /// Line of the fault, from 1.
    pub line: usize,
    /// Character of the fault in its line, from 1.
    pub column: usize,
    /// Number of bytes before the fault.
    pub offset: usize,
    /// What is wrong there.
    pub kind: ParseErrorKind,
}

impl fmt::Display for ParseError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            line, column, kind, ..
        } = self;
        write!(formatter, "line {line}, column {column}: {kind}")
    }
}

impl Error for ParseError {}

impl ParseError {
    /// Returns whether it is the very beginning that is wrong.
    pub(crate) const fn is_at_start(&self) -> bool {
        self.line == 1 && self.column == 1
    }
}

/// What is wrong with a text that should be JSON.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum ParseErrorKind {
    /// The text stops too early.
    Ended {
        /// What would have been right there.
        expected: &'static str,
    },
    /// The bytes are not UTF-8.
    Encoding {
        /// The first byte that is none of a character.
        byte: u8,
    },
    /// An escape names half of a character.
    LoneSurrogate,
    /// Arrays and objects are nested too deeply.
    TooDeep {
        /// The greatest depth allowed.
        limit: usize,
    },
    /// Another character was expected.
    Unexpected {
        /// What would have been right there.
        expected: &'static str,
        /// What stands there.
        found: char,
    },
}

impl fmt::Display for ParseErrorKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ended { expected } => {
                write!(formatter, "expected {expected}, found the end of the text")
            }
            Self::Encoding { byte } => {
                write!(formatter, "expected UTF-8, found the byte 0x{byte:02x}")
            }
            Self::LoneSurrogate => {
                formatter.write_str("expected a character, found half of a surrogate pair")
            }
            Self::TooDeep { limit } => {
                write!(formatter, "expected at most {limit} levels of nesting")
            }
            Self::Unexpected { expected, found } => {
                write!(formatter, "expected {expected}, found {found:?}")
            }
        }
    }
}

impl Error for ParseErrorKind {}

pub(super) fn parse(bytes: &[u8], depth_limit: usize) -> Result<Json<'_>, ParseError> {
    whole(bytes, depth_limit, Parser::value)
}

/// Takes the one value of the text, in whatever way `take` does it.
pub(super) fn whole<'a, T>(
    bytes: &'a [u8],
    depth_limit: usize,
    take: impl FnOnce(&mut Parser<'a>) -> Result<T, Fault>,
) -> Result<T, ParseError> {
    let skipped = if bytes.starts_with(BOM) { BOM.len() } else { 0 };
    let body = &bytes[skipped..];
    let text = str::from_utf8(body).map_err(|error| {
        let at = error.valid_up_to();
        let byte = body.get(at).copied().unwrap_or_default();
        located(
            bytes,
            Fault {
                at: skipped + at,
                kind: ParseErrorKind::Encoding { byte },
            },
        )
    })?;
    Parser::new(text, depth_limit)
        .document(take)
        .map_err(|fault| {
            located(
                bytes,
                Fault {
                    at: skipped + fault.at,
                    kind: fault.kind,
                },
            )
        })
}

/// A fault by its offset; line and column are counted once it is final.
pub(super) struct Fault {
    at: usize,
    kind: ParseErrorKind,
}

fn located(bytes: &[u8], fault: Fault) -> ParseError {
    let before = &bytes[..fault.at.min(bytes.len())];
    let line_start = memchr::memrchr(b'\n', before).map_or(0, |newline| newline + 1);
    let line_text = String::from_utf8_lossy(&before[line_start..]);
    ParseError {
        line: memchr_iter(b'\n', before).count() + 1,
        column: line_text.trim_start_matches('\u{feff}').chars().count() + 1,
        offset: fault.at,
        kind: fault.kind,
    }
}

pub(super) struct Parser<'a> {
    pub(super) text: &'a str,
    /// Bytes that have been taken.
    pub(super) at: usize,
    /// Brackets that are open.
    pub(super) depth: usize,
    depth_limit: usize,
}

impl<'a> Parser<'a> {
    pub(super) fn new(text: &'a str, depth_limit: usize) -> Self {
        Self {
            text,
            at: 0,
            depth: 0,
            depth_limit,
        }
    }

    fn document<T>(
        &mut self,
        take: impl FnOnce(&mut Self) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        self.skip_space();
        let value = take(self)?;
        self.skip_space();
        if self.at < self.text.len() {
            return Err(self.unexpected("the end of the text"));
        }
        Ok(value)
    }

    pub(super) fn value(&mut self) -> Result<Json<'a>, Fault> {
        match self.peek() {
            Some(b'"') => Ok(Json::String(self.string()?)),
            Some(b'{') => self.nested(Self::object),
            Some(b'[') => self.nested(Self::array),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word("true", Json::Bool(true)),
            Some(b'f') => self.word("false", Json::Bool(false)),
            Some(b'n') => self.word("null", Json::Null),
            Some(_) | None => Err(self.unexpected("a value")),
        }
    }

    pub(super) fn nested<T>(
        &mut self,
        parse: impl FnOnce(&mut Self) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        if self.depth == self.depth_limit {
            return Err(self.fault(ParseErrorKind::TooDeep {
                limit: self.depth_limit,
            }));
        }
        self.depth += 1;
        self.at += 1;
        let value = parse(self)?;
        self.depth -= 1;
        Ok(value)
    }

    fn array(&mut self) -> Result<Json<'a>, Fault> {
        let mut items = Vec::new();
        self.elements(|parser| {
            items.push(parser.value()?);
            Ok(())
        })?;
        Ok(Json::Array(items))
    }

    fn object(&mut self) -> Result<Json<'a>, Fault> {
        let mut members = Vec::new();
        self.members(|parser, name| {
            members.push((name, parser.value()?));
            Ok(())
        })?;
        Ok(Json::Object(Object::from_members(members)))
    }

    /// Takes what stands behind an opening bracket, the closing one included; `take` takes each value.
    pub(super) fn elements(
        &mut self,
        mut take: impl FnMut(&mut Self) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        self.skip_space();
        if self.take(b']') {
            return Ok(());
        }
        loop {
            self.skip_space();
            take(self)?;
            self.skip_space();
            if self.take(b']') {
                return Ok(());
            }
            if !self.take(b',') {
                return Err(self.unexpected("`,` or `]`"));
            }
        }
    }

    /// Takes what stands behind an opening brace, the closing one included; `take` takes each value.
    pub(super) fn members(
        &mut self,
        mut take: impl FnMut(&mut Self, Cow<'a, str>) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        self.skip_space();
        if self.take(b'}') {
            return Ok(());
        }
        loop {
            self.skip_space();
            if self.peek() != Some(b'"') {
                return Err(self.unexpected("a name in double quotes"));
            }
            let name = self.string()?;
            self.skip_space();
            if !self.take(b':') {
                return Err(self.unexpected("`:`"));
            }
            self.skip_space();
            take(self, name)?;
            self.skip_space();
            if self.take(b'}') {
                return Ok(());
            }
            if !self.take(b',') {
                return Err(self.unexpected("`,` or `}`"));
            }
        }
    }

    fn number(&mut self) -> Result<Json<'a>, Fault> {
        let start = self.at;
        match number_length(&self.text.as_bytes()[start..]) {
            Ok(length) => self.at += length,
            Err(fault) => {
                self.at += fault.at;
                return Err(self.unexpected(fault.expected));
            }
        }
        let text = &self.text[start..self.at];
        Ok(Json::Number(Number(Cow::Borrowed(text))))
    }

    fn word(&mut self, word: &'static str, value: Json<'a>) -> Result<Json<'a>, Fault> {
        if !self.text.as_bytes()[self.at..].starts_with(word.as_bytes()) {
            return Err(self.unexpected("a value"));
        }
        self.at += word.len();
        Ok(value)
    }

    /// Takes a string without escapes; leaves any other where it stands.
    pub(super) fn plain_string(&mut self) -> Option<&'a str> {
        let start = self.at + 1;
        let rest = &self.text.as_bytes()[start..];
        let length = plain_length(rest)?;
        if rest[length] != b'"' {
            return None;
        }
        self.at = start + length + 1;
        self.text.get(start..start + length)
    }

    pub(super) fn string(&mut self) -> Result<Cow<'a, str>, Fault> {
        match self.plain_string() {
            Some(text) => Ok(Cow::Borrowed(text)),
            None => self.escaped_string().map(Cow::Owned),
        }
    }

    fn escaped_string(&mut self) -> Result<String, Fault> {
        self.at += 1;
        let mut unescaped = String::new();
        loop {
            let start = self.at;
            let end = self.skip_plain()?;
            unescaped.push_str(&self.text[start..self.at]);
            if end == b'"' {
                self.at += 1;
                return Ok(unescaped);
            }
            unescaped.push(self.escape()?);
        }
    }

    /// Moves to the next quote or backslash of a string and returns it.
    fn skip_plain(&mut self) -> Result<u8, Fault> {
        let rest = &self.text.as_bytes()[self.at..];
        let length = plain_length(rest).unwrap_or(rest.len());
        self.at += length;
        match rest.get(length) {
            Some(special @ (b'"' | b'\\')) => Ok(*special),
            Some(_) => Err(self.unexpected("an escape in place of a control character")),
            None => Err(self.unexpected("the closing double quote")),
        }
    }

    /// Takes an escape, the backslash included.
    fn escape(&mut self) -> Result<char, Fault> {
        let start = self.at;
        self.at += 1;
        let character = match self.peek() {
            Some(plain @ (b'"' | b'\\' | b'/')) => char::from(plain),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode_escape(start),
            Some(_) | None => {
                return Err(self.unexpected("one of `\"\\/bfnrtu` after the backslash"));
            }
        };
        self.at += 1;
        Ok(character)
    }

    fn unicode_escape(&mut self, start: usize) -> Result<char, Fault> {
        let first = self.hexadecimal()?;
        let lone = Fault {
            at: start,
            kind: ParseErrorKind::LoneSurrogate,
        };
        if !(0xD800..0xE000).contains(&first) {
            return char::from_u32(first).ok_or(lone);
        }
        if first >= 0xDC00 || !self.text.as_bytes()[self.at..].starts_with(br"\u") {
            return Err(lone);
        }
        self.at += 1;
        let second = self.hexadecimal()?;
        if !(0xDC00..0xE000).contains(&second) {
            return Err(lone);
        }
        char::from_u32(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00)).ok_or(lone)
    }

    /// Takes the `u` and four digits.
    fn hexadecimal(&mut self) -> Result<u32, Fault> {
        self.at += 1;
        let mut value = 0;
        for _ in 0..4 {
            let digit = self
                .peek()
                .and_then(|byte| char::from(byte).to_digit(16))
                .ok_or_else(|| self.unexpected("four hexadecimal digits"))?;
            value = value * 16 + digit;
            self.at += 1;
        }
        Ok(value)
    }

    pub(super) fn skip_space(&mut self) {
        let bytes = self.text.as_bytes();
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = bytes.get(self.at) {
            self.at += 1;
        }
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    pub(super) fn take(&mut self, wanted: u8) -> bool {
        let found = self.peek() == Some(wanted);
        self.at += usize::from(found);
        found
    }

    fn fault(&self, kind: ParseErrorKind) -> Fault {
        Fault { at: self.at, kind }
    }

    fn unexpected(&self, expected: &'static str) -> Fault {
        let rest = self.text.get(self.at..).unwrap_or_default();
        self.fault(match rest.chars().next() {
            Some(found) => ParseErrorKind::Unexpected { expected, found },
            None => ParseErrorKind::Ended { expected },
        })
    }
}

const BOM: &[u8] = b"\xef\xbb\xbf";
