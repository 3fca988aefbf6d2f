//! Paths into documents: `$.items[*].id`.

use std::error::Error;
use std::fmt;
use std::str::FromStr;

/// A path into a document, as rules and generators use it.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct DocPath(Vec<PathToken>);

/// One step of a [`DocPath`].
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum PathToken {
    /// A member or element by name.
    Field(String),
    /// A list element by position.
    Index(usize),
    /// The document itself (`$`).
    Root,
    /// Any member or element (`*`).
    Star,
    /// Any list element (`[*]`).
    StarIndex,
}

/// A text is not a path; says where it stopped being one.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct ParsePathError {
    /// The text that was to be parsed.
    pub path: String,
    /// Number of characters before the fault.
    pub position: usize,
    /// What would have been right there.
    pub expected: &'static str,
}

impl fmt::Display for ParsePathError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            path,
            position,
            expected,
        } = self;
        write!(
            formatter,
            "path `{path}` is wrong at character {position}: expected {expected}"
        )
    }
}

impl Error for ParsePathError {}

impl DocPath {
    /// Returns the path of the document itself.
    pub fn root() -> Self {
        Self(vec![PathToken::Root])
    }

    /// Returns the path of a member of the document, whatever characters its name has.
    pub fn field(name: impl Into<String>) -> Self {
        Self(vec![PathToken::Root, PathToken::Field(name.into())])
    }

    /// Returns this path with one step more.
    #[must_use]
    pub fn join(&self, token: PathToken) -> Self {
        let mut tokens = self.0.clone();
        tokens.push(token);
        Self(tokens)
    }

    /// Returns the steps; the first is [`PathToken::Root`].
    pub fn tokens(&self) -> &[PathToken] {
        &self.0
    }

    /// Returns whether this is the document itself.
    pub fn is_root(&self) -> bool {
        self.0.len() == 1
    }
}

impl Default for DocPath {
    fn default() -> Self {
        Self::root()
    }
}

impl fmt::Display for DocPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|token| write!(f, "{token}"))
    }
}

impl fmt::Display for PathToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field(name) if is_plain(name) => write!(f, ".{name}"),
            Self::Field(name) => {
                write!(f, "['{}']", name.replace('\\', r"\\").replace('\'', r"\'"))
            }
            Self::Index(index) => write!(f, "[{index}]"),
            Self::Root => f.write_str("$"),
            Self::Star => f.write_str(".*"),
            Self::StarIndex => f.write_str("[*]"),
        }
    }
}

/// Returns whether a name is written after a dot rather than in brackets.
fn is_plain(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

impl FromStr for DocPath {
    type Err = ParsePathError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parser = Parser {
            path: text,
            rest: text,
            tokens: Vec::with_capacity(FEW),
        };
        parser.tokens.push(PathToken::Root);
        match text.chars().next() {
            None => return Ok(Self::root()),
            Some('$') => parser.skip('$'),
            Some(first) if first.is_alphanumeric() => {
                let name = parser.identifier();
                parser.tokens.push(PathToken::Field(name));
            }
            Some(_) => return Err(parser.error("`$` or a name")),
        }
        while !parser.rest.is_empty() {
            parser.step()?;
        }
        Ok(Self(parser.tokens))
    }
}

struct Parser<'a> {
    path: &'a str,
    rest: &'a str,
    tokens: Vec<PathToken>,
}

impl Parser<'_> {
    fn step(&mut self) -> Result<(), ParsePathError> {
        let token = match self.rest.chars().next() {
            Some('.') => {
                self.skip('.');
                if self.rest.starts_with('*') {
                    self.skip('*');
                    PathToken::Star
                } else {
                    match self.identifier() {
                        name if name.is_empty() => return Err(self.error("a name or `*`")),
                        name => PathToken::Field(name),
                    }
                }
            }
            Some('[') => {
                self.skip('[');
                let token = self.in_brackets()?;
                if !self.rest.starts_with(']') {
                    return Err(self.error("`]`"));
                }
                self.skip(']');
                token
            }
            Some(_) | None => return Err(self.error("`.` or `[`")),
        };
        self.tokens.push(token);
        Ok(())
    }

    fn in_brackets(&mut self) -> Result<PathToken, ParsePathError> {
        match self.rest.chars().next() {
            Some('*') => {
                self.skip('*');
                Ok(PathToken::StarIndex)
            }
            Some(quote @ ('\'' | '"')) => self.quoted(quote).map(PathToken::Field),
            Some(first) if first.is_ascii_digit() => {
                let end = self
                    .rest
                    .find(|c: char| !c.is_ascii_digit())
                    .unwrap_or(self.rest.len());
                let index = self.rest[..end]
                    .parse()
                    .map_err(|_| self.error("an index that fits a machine word"))?;
                self.rest = &self.rest[end..];
                Ok(PathToken::Index(index))
            }
            Some(_) | None => Err(self.error("an index, `*` or a quoted name")),
        }
    }

    fn quoted(&mut self, quote: char) -> Result<String, ParsePathError> {
        self.skip(quote);
        let mut name = String::new();
        let mut characters = self.rest.char_indices();
        while let Some((at, character)) = characters.next() {
            match character {
                '\\' => match characters.next() {
                    Some((_, escaped @ ('\\' | '\'' | '"'))) => name.push(escaped),
                    Some((_, other)) => name.extend(['\\', other]),
                    None => break,
                },
                end if end == quote => {
                    if name.is_empty() {
                        return Err(self.error("a name between the quotes"));
                    }
                    self.rest = &self.rest[at + quote.len_utf8()..];
                    return Ok(name);
                }
                other => name.push(other),
            }
        }
        self.rest = "";
        Err(self.error("the closing quote"))
    }

    /// Takes the longest identifier; empty when there is none.
    fn identifier(&mut self) -> String {
        let end = self
            .rest
            .find(|c: char| !(c.is_alphanumeric() || "_-:#@".contains(c)))
            .unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at(end);
        self.rest = rest;
        name.to_owned()
    }

    fn skip(&mut self, character: char) {
        self.rest = &self.rest[character.len_utf8()..];
    }

    fn error(&self, expected: &'static str) -> ParsePathError {
        let consumed = &self.path[..self.path.len() - self.rest.len()];
        ParsePathError {
            path: self.path.to_owned(),
            position: consumed.chars().count(),
            expected,
        }
    }
}

/// Steps that most paths do not exceed.
const FEW: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, canonical: &str) {
        let path: DocPath = text.parse().unwrap();
        assert_eq!(path.to_string(), canonical);
        assert_eq!(canonical.parse::<DocPath>().unwrap(), path);
    }

    #[test]
    fn what_is_parsed_prints_in_canonical_form() {
        check("", "$");
        check("$", "$");
        check("$.a.b", "$.a.b");
        check("a.b", "$.a.b");
        check("$['a b'][\"c\"]", "$['a b'].c");
        check(r"$['it\'s']", r"$['it\'s']");
        check("$.items[*].*", "$.items[*].*");
        check("$[10].#text", "$[10]['#text']");
        check("$.ns:item.@id", "$['ns:item']['@id']");
        check("$['*']", "$['*']");
        check("$.1", "$['1']");
    }

    #[test]
    fn a_fault_is_named_with_its_place() {
        insta::assert_snapshot!("$.a[".parse::<DocPath>().unwrap_err(), @"path `$.a[` is wrong at character 4: expected an index, `*` or a quoted name");
        insta::assert_snapshot!("$.".parse::<DocPath>().unwrap_err(), @"path `$.` is wrong at character 2: expected a name or `*`");
        insta::assert_snapshot!("$a".parse::<DocPath>().unwrap_err(), @"path `$a` is wrong at character 1: expected `.` or `[`");
        insta::assert_snapshot!("$['é".parse::<DocPath>().unwrap_err(), @"path `$['é` is wrong at character 4: expected the closing quote");
        insta::assert_snapshot!("$['']".parse::<DocPath>().unwrap_err(), @"path `$['']` is wrong at character 3: expected a name between the quotes");
        insta::assert_snapshot!(".a".parse::<DocPath>().unwrap_err(), @"path `.a` is wrong at character 0: expected `$` or a name");
        assert!("$[99999999999999999999999]".parse::<DocPath>().is_err());
    }
}
