//! A JSON text read piece by piece, by somebody who knows what should come.

use super::parse::Parser;
use super::{DEPTH_LIMIT, Json};

/// A place in a JSON text. What it takes is as strict as [`Json::parse`]; what it cannot take it
/// leaves where it stands, or says `None` for good.
pub(crate) struct Cursor<'a>(Parser<'a>);

impl<'a> Cursor<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self(Parser::new(text, DEPTH_LIMIT))
    }

    pub(crate) fn is_at_end(&self) -> bool {
        self.0.peek().is_none()
    }

    pub(crate) fn peek(&self) -> Option<u8> {
        self.0.peek()
    }

    pub(crate) fn skip_space(&mut self) {
        self.0.skip_space();
    }

    /// Takes any value.
    pub(crate) fn value(&mut self) -> Option<Json<'a>> {
        self.0.value().ok()
    }

    /// Takes exactly this word.
    pub(crate) fn take_word(&mut self, word: &str) -> bool {
        let found = self.rest().starts_with(word.as_bytes());
        self.0.at += if found { word.len() } else { 0 };
        found
    }

    /// Takes a number that is spelled like this.
    pub(crate) fn take_number(&mut self, number: &str) -> bool {
        let rest = self.rest();
        let ends = |next: &u8| !matches!(next, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-');
        let found = rest.starts_with(number.as_bytes()) && rest.get(number.len()).is_none_or(ends);
        self.0.at += if found { number.len() } else { 0 };
        found
    }

    /// Takes a string that is spelled like this, without escapes.
    pub(crate) fn take_string(&mut self, text: &str) -> bool {
        let rest = self.rest();
        let found = rest.len() > text.len() + 1
            && rest[0] == b'"'
            && rest[1..].starts_with(text.as_bytes())
            && rest[text.len() + 1] == b'"'
            && !text.bytes().any(super::scan::is_special);
        self.0.at += if found { text.len() + 2 } else { 0 };
        found
    }

    /// Takes a string without escapes.
    pub(crate) fn plain_string(&mut self) -> Option<&'a str> {
        match self.0.peek() {
            Some(b'"') => self.0.plain_string(),
            Some(_) | None => None,
        }
    }

    /// Takes a colon and the space around it.
    pub(crate) fn take_colon(&mut self) -> Option<()> {
        self.0.skip_space();
        if !self.0.take(b':') {
            return None;
        }
        self.0.skip_space();
        Some(())
    }

    /// Takes the opening bracket; `false` when it would be one too many.
    pub(crate) fn enter(&mut self) -> bool {
        self.0.at += 1;
        self.0.depth += 1;
        self.0.depth <= DEPTH_LIMIT
    }

    /// Moves to the next member or element; `Some(false)` when the closing bracket was taken.
    pub(crate) fn next_in(&mut self, close: u8, first: &mut bool) -> Option<bool> {
        self.0.skip_space();
        if self.0.take(close) {
            self.0.depth -= 1;
            return Some(false);
        }
        if !std::mem::take(first) && !self.0.take(b',') {
            return None;
        }
        self.0.skip_space();
        Some(true)
    }

    fn rest(&self) -> &'a [u8] {
        &self.0.text.as_bytes()[self.0.at..]
    }
}
