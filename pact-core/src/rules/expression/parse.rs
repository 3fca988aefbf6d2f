//! From text to a definition.

use std::error::Error;
use std::fmt;
use std::str::FromStr;

use super::{Definition, Expression, Value};
use crate::datetime::Pattern;
use crate::json::{Json, Object, OwnedJson};
use crate::rules::MatchingRule;

/// Longest definition that is read, in bytes.
const LONGEST: usize = 64 * 1024;

/// How deep expressions may stand in one another.
const DEEPEST: usize = 32;

/// The words an expression begins with.
const KEYWORDS: [&str; 7] = [
    "arrayContains",
    "atLeast",
    "atMost",
    "eachKey",
    "eachValue",
    "matching",
    "notEmpty",
];

/// A text is not a matching definition; says where it stopped being one.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct ParseError {
    /// The text that was to be parsed.
    pub definition: String,
    /// Number of characters before the fault.
    pub position: usize,
    /// What would have been right there.
    pub expected: String,
    /// What stands there, shortened.
    pub found: String,
}

impl fmt::Display for ParseError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            definition,
            position,
            expected,
            found,
        } = self;
        write!(
            formatter,
            "matching definition `{}` is wrong at character {position}: expected {expected}, found {found}",
            shortened(definition)
        )
    }
}

impl Error for ParseError {}

/// Returns whether a text is meant as a matching definition rather than as the name of a rule: it
/// begins with one of the language's words and a parenthesis.
pub fn is_definition(text: &str) -> bool {
    let text = text.trim_start();
    let word = text.split(|c: char| !is_word(c)).next().unwrap_or_default();
    KEYWORDS.contains(&word) && text[word.len()..].trim_start().starts_with('(')
}

impl FromStr for Definition {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parser = Parser {
            definition: text,
            position: 0,
            depth: 0,
        };
        if text.len() > LONGEST {
            return Err(parser.error(format!("at most {LONGEST} bytes")));
        }
        let expressions = parser.list()?;
        parser.skip_space();
        if parser.rest().is_empty() {
            Ok(Self { expressions })
        } else {
            Err(parser.error("`,` or the end"))
        }
    }
}

struct Parser<'a> {
    definition: &'a str,
    position: usize,
    depth: usize,
}

impl<'a> Parser<'a> {
    /// Parses expressions up to where no comma follows.
    fn list(&mut self) -> Result<Vec<Expression>, ParseError> {
        let mut expressions = vec![self.expression()?];
        while self.take(',') {
            expressions.push(self.expression()?);
        }
        Ok(expressions)
    }

    fn expression(&mut self) -> Result<Expression, ParseError> {
        if self.depth == DEEPEST {
            return Err(self.error(format!("at most {DEEPEST} expressions in one another")));
        }
        self.skip_space();
        let start = self.position;
        let word = self.word();
        if !KEYWORDS.contains(&word) {
            self.position = start;
            return Err(self.error(format!("one of `{}`", KEYWORDS.join("`, `"))));
        }
        self.expect('(')?;
        self.depth += 1;
        let expression = match word {
            "arrayContains" => Expression::ArrayContains(self.list()?),
            "atLeast" => Expression::AtLeast(self.length()?),
            "atMost" => Expression::AtMost(self.length()?),
            "eachKey" => Expression::EachKey(Box::new(self.expression()?)),
            "eachValue" => Expression::EachValue(Box::new(self.expression()?)),
            "notEmpty" => Expression::NotEmpty(self.value(&ANY)?),
            _ => self.matching()?,
        };
        self.depth -= 1;
        self.expect(')')?;
        Ok(expression)
    }

    /// Parses what stands in the parentheses of `matching`.
    fn matching(&mut self) -> Result<Expression, ParseError> {
        if self.take('$') {
            return Ok(Expression::Reference(
                self.text("the name of an attribute")?,
            ));
        }
        self.skip_space();
        let name = self.word();
        if name.is_empty() {
            return Err(self.error("the name of a rule or `$`"));
        }
        self.expect(',')?;
        let (rule, example) = match name {
            "boolean" => (MatchingRule::Boolean, self.value(&BOOLEAN)?),
            "contentType" => {
                let value = self.argument("a content type")?;
                (MatchingRule::ContentType { value }, self.value(&TEXT)?)
            }
            "date" | "datetime" | "time" => (self.date_rule(name)?, self.value(&TEXT)?),
            "decimal" => (MatchingRule::Decimal, self.value(&NUMBER)?),
            "equalTo" | "equality" => (MatchingRule::Equality, self.value(&ANY)?),
            "include" => {
                let value = self.text("a text in quotes")?;
                let example = Value::Plain(value.clone().into());
                (MatchingRule::Include { value }, example)
            }
            "integer" => (MatchingRule::Integer, self.value(&INTEGER)?),
            "number" => (MatchingRule::Number, self.value(&NUMBER)?),
            "regex" => {
                let regex = self.argument("a regular expression")?;
                (MatchingRule::Regex { regex }, self.value(&TEXT)?)
            }
            "semver" => (MatchingRule::Semver, self.value(&SEMVER)?),
            "type" => (MatchingRule::type_rule(), self.value(&ANY)?),
            plugin => return self.plugin_rule(plugin),
        };
        Ok(Expression::Matching { rule, example })
    }

    /// Parses the format of a date rule. A format nobody can read is refused here, where its author
    /// sees it, rather than when the contract is verified.
    fn date_rule(&mut self, name: &str) -> Result<MatchingRule, ParseError> {
        self.skip_space();
        let start = self.position;
        let format = self.argument("a date format")?;
        if let Err(error) = Pattern::parse(&format) {
            self.position = start;
            return Err(self.error(format!(
                "a date format (at its character {}: {})",
                error.position, error.problem
            )));
        }
        let format = Some(format).filter(|format| !format.is_empty());
        Ok(match name {
            "date" => MatchingRule::Date { format },
            "time" => MatchingRule::Time { format },
            _ => MatchingRule::DateTime { format },
        })
    }

    /// Parses what follows the name of a plugin's rule: an example, perhaps after a setting.
    fn plugin_rule(&mut self, name: &str) -> Result<Expression, ParseError> {
        let mut attributes = Object::new();
        let mut example = self.value(&ANY)?;
        self.skip_space();
        if self.rest().starts_with(',') {
            let Value::Plain(setting) = example else {
                return Err(self.error("`)`"));
            };
            self.take(',');
            attributes.insert("value", setting);
            example = self.value(&ANY)?;
        }
        let rule = MatchingRule::Other {
            name: name.to_owned(),
            attributes,
        };
        Ok(Expression::Matching { rule, example })
    }

    /// Parses an example of the kind that is wanted, perhaps one from a provider state.
    fn value(&mut self, wanted: &Wanted) -> Result<Value, ParseError> {
        self.skip_space();
        let start = self.position;
        if self.word() != "fromProviderState" {
            self.position = start;
            return self.literal(wanted).map(Value::Plain);
        }
        self.expect('(')?;
        let expression = self.argument("an expression of provider-state values")?;
        let example = self.literal(wanted)?;
        self.expect(')')?;
        Ok(Value::FromProviderState {
            expression,
            example,
        })
    }

    fn literal(&mut self, wanted: &Wanted) -> Result<OwnedJson, ParseError> {
        self.skip_space();
        let start = self.position;
        let literal = if self.rest().starts_with('\'') {
            Some(self.text("a text in quotes")?.into())
        } else {
            let end = self.rest().find(|c: char| !is_literal(c));
            let token = &self.rest()[..end.unwrap_or(self.rest().len())];
            self.position += token.len();
            match token {
                "null" => Some(Json::Null),
                "true" => Some(Json::Bool(true)),
                "false" => Some(Json::Bool(false)),
                number => number.parse().ok().map(Json::Number),
            }
        };
        match literal {
            Some(literal) if (wanted.accepts)(&literal) => Ok(literal),
            Some(_) | None => {
                self.position = start;
                Err(self.error(wanted.words))
            }
        }
    }

    /// Parses a text and the comma after it.
    fn argument(&mut self, expected: &str) -> Result<String, ParseError> {
        let text = self.text(&format!("{expected} in quotes"))?;
        self.expect(',')?;
        Ok(text)
    }

    /// Parses a text between single quotes.
    fn text(&mut self, expected: &str) -> Result<String, ParseError> {
        self.skip_space();
        let start = self.position;
        let Some(body) = self.rest().strip_prefix('\'') else {
            return Err(self.error(expected));
        };
        let mut text = String::new();
        let mut rest = body;
        while let Some(at) = rest.find(['\'', '\\']) {
            text.push_str(&rest[..at]);
            rest = &rest[at..];
            if let Some(after) = rest.strip_prefix('\'') {
                self.position = self.definition.len() - after.len();
                return Ok(text);
            }
            let (meant, length) = escape(rest);
            match meant {
                Some(character) => text.push(character),
                None => text.push_str(&rest[..length]),
            }
            rest = &rest[length..];
        }
        self.position = start;
        Err(self.error(format!("{expected}, closed by `'`")))
    }

    fn length(&mut self) -> Result<usize, ParseError> {
        self.skip_space();
        let end = self.rest().find(|c: char| !c.is_ascii_digit());
        let digits = &self.rest()[..end.unwrap_or(self.rest().len())];
        match digits.parse() {
            Ok(length) => {
                self.position += digits.len();
                Ok(length)
            }
            Err(_) => Err(self.error("a whole number")),
        }
    }

    /// Takes the letters, digits, `-` and `_` that stand here, perhaps none.
    fn word(&mut self) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
        self.position += end;
        &rest[..end]
    }

    fn expect(&mut self, character: char) -> Result<(), ParseError> {
        if self.take(character) {
            Ok(())
        } else {
            Err(self.error(format!("`{character}`")))
        }
    }

    fn take(&mut self, character: char) -> bool {
        self.skip_space();
        let is_here = self.rest().starts_with(character);
        if is_here {
            self.position += character.len_utf8();
        }
        is_here
    }

    fn skip_space(&mut self) {
        let rest = self.rest();
        self.position += rest.len() - rest.trim_start().len();
    }

    fn rest(&self) -> &'a str {
        &self.definition[self.position..]
    }

    fn error(&self, expected: impl Into<String>) -> ParseError {
        ParseError {
            definition: self.definition.to_owned(),
            position: self.definition[..self.position].chars().count(),
            expected: expected.into(),
            found: match self.rest() {
                "" => "the end".to_owned(),
                rest => format!("`{}`", shortened(rest)),
            },
        }
    }
}

/// Which examples a rule takes.
struct Wanted {
    words: &'static str,
    accepts: fn(&OwnedJson) -> bool,
}

const ANY: Wanted = Wanted {
    words: "a text in quotes, a number, `true`, `false`, `null` or `fromProviderState(…)`",
    accepts: |_| true,
};

const BOOLEAN: Wanted = Wanted {
    words: "`true`, `false` or `fromProviderState(…)`",
    accepts: |example| example.as_bool().is_some(),
};

const INTEGER: Wanted = Wanted {
    words: "a whole number or `fromProviderState(…)`",
    accepts: |example| {
        example
            .as_number()
            .is_some_and(|number| number.is_integer())
    },
};

const NUMBER: Wanted = Wanted {
    words: "a number or `fromProviderState(…)`",
    accepts: |example| example.as_number().is_some(),
};

const SEMVER: Wanted = Wanted {
    words: "a semantic version in quotes or `fromProviderState(…)`",
    accepts: |example| {
        example
            .as_str()
            .is_some_and(|text| semver::Version::parse(text).is_ok())
    },
};

const TEXT: Wanted = Wanted {
    words: "a text in quotes or `fromProviderState(…)`",
    accepts: |example| example.as_str().is_some(),
};

/// Returns what the escape at the beginning of `text` means and how many bytes it has; `None` for
/// one that means nothing and stays as it is, as `\d` in a regular expression does.
fn escape(text: &str) -> (Option<char>, usize) {
    let rest = &text[1..];
    let Some(letter) = rest.chars().next() else {
        return (None, 1);
    };
    let meant = match letter {
        '\\' | '\'' => letter,
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'u' => return unicode_escape(rest),
        other => return (None, 1 + other.len_utf8()),
    };
    (Some(meant), 2)
}

/// Reads `uXXXX` or `u{X…}`, with the backslash counted.
fn unicode_escape(text: &str) -> (Option<char>, usize) {
    let (digits, length) = match text.strip_prefix("u{") {
        Some(braced) => {
            let digits = braced.split_once('}').map_or("", |(digits, _)| digits);
            (digits, digits.len() + 4)
        }
        None => (text.get(1..5).unwrap_or_default(), 6),
    };
    let is_hexadecimal = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let character = u32::from_str_radix(digits, 16)
        .ok()
        .and_then(char::from_u32);
    match character {
        Some(character) if is_hexadecimal => (Some(character), length),
        Some(_) | None => (None, 2),
    }
}

fn is_word(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '-' | '_')
}

fn is_literal(character: char) -> bool {
    is_word(character) || matches!(character, '+' | '.')
}

/// Returns the beginning of a text, for messages.
fn shortened(text: &str) -> String {
    const LENGTH: usize = 80;
    match text.char_indices().nth(LENGTH) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
