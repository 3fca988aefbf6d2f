//! An object whose long lists stay text, to be read one element after the other: a tree takes
//! several times the memory of its text.

use super::parse::{Fault, Parser, whole};
use super::{DEPTH_LIMIT, Json, Object, ParseError};

/// A JSON text of which all is known to be JSON, and not all is a tree.
pub(crate) struct Outline<'a> {
    /// The value; lists that stayed text are empty lists in it.
    pub(crate) json: Json<'a>,
    lists: Vec<(&'static str, Elements<'a>)>,
}

/// The elements of a list, read one at a time.
#[derive(Clone)]
pub(crate) struct Elements<'a> {
    text: &'a str,
    /// Where the next element stands, or the separator before it.
    at: usize,
    depth: usize,
}

impl<'a> Outline<'a> {
    /// Parses like [`Json::parse`]; lists that are members of the top object under the names given
    /// stay text.
    ///
    /// # Errors
    ///
    /// Refuses what [`Json::parse`] refuses.
    pub(crate) fn parse(bytes: &'a [u8], names: &[&'static str]) -> Result<Self, ParseError> {
        whole(bytes, DEPTH_LIMIT, |parser| Self::take(parser, names))
    }

    fn take(parser: &mut Parser<'a>, names: &[&'static str]) -> Result<Self, Fault> {
        let (mut members, mut lists) = (Vec::new(), Vec::<(&str, Elements<'a>)>::new());
        if parser.peek() != Some(b'{') {
            let json = parser.value()?;
            return Ok(Self { json, lists });
        }
        parser.nested(|parser| {
            parser.members(|parser, name| {
                let long = names.iter().find(|long| **long == name);
                let value = match (long, parser.peek()) {
                    (Some(long), Some(b'[')) => {
                        // Of equal names the last value wins.
                        lists.retain(|(known, _)| known != long);
                        lists.push((*long, Elements::ahead(parser)));
                        parser.pass()?;
                        Json::Array(Vec::new())
                    }
                    _ => parser.value()?,
                };
                members.push((name, value));
                Ok(())
            })
        })?;
        let json = Json::Object(Object::from_members(members));
        Ok(Self { json, lists })
    }

    /// Takes the list that stayed text under the name.
    pub(crate) fn list(&mut self, name: &str) -> Option<Elements<'a>> {
        let at = self.lists.iter().position(|(known, _)| *known == name)?;
        Some(self.lists.remove(at).1)
    }
}

impl<'a> Elements<'a> {
    /// Returns the elements of the list whose opening bracket comes next.
    fn ahead(parser: &Parser<'a>) -> Self {
        Self {
            text: parser.text,
            at: parser.at + 1,
            depth: parser.depth + 1,
        }
    }

    /// Returns whether nothing more comes.
    pub(crate) fn is_empty(&self) -> bool {
        let ahead = self.text[self.at..].trim_start_matches([' ', '\n', '\r', '\t']);
        // All of it was passed before, so it ends with a bracket.
        ahead.starts_with(']')
    }
}

impl<'a> Iterator for Elements<'a> {
    type Item = Json<'a>;

    fn next(&mut self) -> Option<Json<'a>> {
        let mut parser = Parser::new(self.text, DEPTH_LIMIT);
        (parser.at, parser.depth) = (self.at, self.depth);
        parser.skip_space();
        parser.take(b',');
        parser.skip_space();
        // All of it was passed before, so only the closing bracket is no value.
        let value = parser.value().ok()?;
        self.at = parser.at;
        Some(value)
    }
}

impl Parser<'_> {
    /// Passes a value as strictly as [`Parser::value`] takes it, and makes nothing of it.
    fn pass(&mut self) -> Result<(), Fault> {
        match self.peek() {
            Some(b'{') => self.nested(|parser| parser.members(|parser, _| parser.pass())),
            Some(b'[') => self.nested(|parser| parser.elements(Self::pass)),
            Some(b'"') => self.string().map(drop),
            Some(_) | None => self.value().map(drop),
        }
    }
}
