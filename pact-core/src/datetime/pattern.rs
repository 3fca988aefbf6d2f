//! Patterns such as `yyyy-MM-dd'T'HH:mm:ss[.SSS]XXX`.

use std::error::Error;
use std::fmt;
use std::iter::Peekable;
use std::str::{CharIndices, FromStr};

/// A pattern for dates and times.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Pattern {
    source: String,
    variants: Vec<Vec<Token>>,
}

/// A piece of a pattern.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Token {
    /// A value: the letter that names it, and how often it stands there.
    Field {
        /// The letter.
        letter: char,
        /// How often it stands there.
        count: usize,
    },
    /// Text that stands for itself.
    Literal(String),
}

/// A text is not a pattern for dates and times.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct ParsePatternError {
    /// The text that was to be parsed.
    pub pattern: String,
    /// Number of characters before the fault.
    pub position: usize,
    /// What is wrong there.
    pub problem: String,
}

impl fmt::Display for ParsePatternError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            pattern,
            position,
            problem,
        } = self;
        write!(
            formatter,
            "date and time pattern `{pattern}` is wrong at character {position}: {problem}"
        )
    }
}

impl Error for ParsePatternError {}

impl Pattern {
    /// Parses a pattern.
    ///
    /// # Errors
    ///
    /// Refuses letters that mean nothing, letters that stand too often, and quotes or brackets
    /// without their other half.
    pub fn parse(source: &str) -> Result<Self, ParsePatternError> {
        let mut parser = Parser {
            source,
            rest: source.char_indices().peekable(),
        };
        let variants = parser.section(0)?;
        Ok(Self {
            source: source.to_owned(),
            variants,
        })
    }

    /// Returns what the pattern stands for, the fullest form first: each optional section is there
    /// in some and missing in others.
    pub fn variants(&self) -> &[Vec<Token>] {
        &self.variants
    }
}

impl FromStr for Pattern {
    type Err = ParsePatternError;

    fn from_str(source: &str) -> Result<Self, Self::Err> {
        Self::parse(source)
    }
}

impl fmt::Display for Pattern {
    /// Writes the pattern as its author did.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.source)
    }
}

struct Parser<'a> {
    source: &'a str,
    rest: Peekable<CharIndices<'a>>,
}

impl Parser<'_> {
    /// Parses up to the bracket that closes the section, or to the end.
    fn section(&mut self, depth: usize) -> Result<Vec<Vec<Token>>, ParsePatternError> {
        let mut variants = vec![Vec::new()];
        while let Some((at, character)) = self.rest.next() {
            match character {
                '[' if depth == MAX_DEPTH => {
                    return Err(self.error(at, "sections are nested too deep"));
                }
                '[' => {
                    let inner = self.section(depth + 1)?;
                    variants = with_optional(variants, &inner);
                    if variants.len() > MAX_VARIANTS {
                        return Err(self.error(at, "there are too many optional sections"));
                    }
                }
                ']' if depth > 0 => return Ok(variants),
                ']' => return Err(self.error(at, "no section is open here")),
                '\'' => append(&mut variants, &Token::Literal(self.quoted(at)?)),
                letter if letter.is_ascii_alphabetic() => {
                    let token = self.field(at, letter)?;
                    append(&mut variants, &token);
                }
                other => append(&mut variants, &Token::Literal(other.to_string())),
            }
        }
        if depth > 0 {
            return Err(self.error(self.source.len(), "a section is not closed"));
        }
        Ok(variants)
    }

    fn quoted(&mut self, start: usize) -> Result<String, ParsePatternError> {
        let mut text = String::new();
        while let Some((_, character)) = self.rest.next() {
            if character != '\'' {
                text.push(character);
            } else if self.rest.next_if(|(_, next)| *next == '\'').is_some() {
                text.push('\'');
            } else {
                // Two quotes with nothing between them are one quote.
                return Ok(if text.is_empty() {
                    "'".to_owned()
                } else {
                    text
                });
            }
        }
        Err(self.error(start, "the quote is not closed"))
    }

    fn field(&mut self, at: usize, letter: char) -> Result<Token, ParsePatternError> {
        let mut count = 1;
        while self.rest.next_if(|(_, next)| *next == letter).is_some() {
            count += 1;
        }
        let Some(most) = greatest_count(letter) else {
            return Err(self.error(at, &format!("the letter `{letter}` means nothing")));
        };
        if count > most {
            return Err(self.error(
                at,
                &format!(
                    "the letter `{letter}` stands {count} times; at most {most} mean something"
                ),
            ));
        }
        Ok(Token::Field { letter, count })
    }

    fn error(&self, at: usize, problem: &str) -> ParsePatternError {
        ParsePatternError {
            pattern: self.source.to_owned(),
            position: self.source[..at].chars().count(),
            problem: problem.to_owned(),
        }
    }
}

fn append(variants: &mut [Vec<Token>], token: &Token) {
    for variant in variants {
        match (variant.last_mut(), token) {
            (Some(Token::Literal(before)), Token::Literal(text)) => before.push_str(text),
            (Some(_) | None, _) => variant.push(token.clone()),
        }
    }
}

fn with_optional(variants: Vec<Vec<Token>>, inner: &[Vec<Token>]) -> Vec<Vec<Token>> {
    let mut all = Vec::with_capacity(variants.len() * (inner.len() + 1));
    for variant in &variants {
        for section in inner {
            let mut full = vec![variant.clone()];
            for token in section {
                append(&mut full, token);
            }
            all.extend(full);
        }
    }
    all.extend(variants);
    all
}

/// Returns how often a letter may stand; `None` when it means nothing.
fn greatest_count(letter: char) -> Option<usize> {
    Some(match letter {
        'G' | 'M' | 'L' | 'E' | 'e' | 'c' | 'Q' | 'q' | 'X' | 'x' | 'Z' => 5,
        'y' | 'u' | 'Y' | 'A' | 'n' | 'N' => 19,
        'd' | 'h' | 'H' | 'k' | 'K' | 'm' | 's' | 'w' | 'V' => 2,
        'D' => 3,
        'S' => 9,
        'O' | 'z' => 4,
        'W' | 'F' | 'a' => 1,
        _ => return None,
    })
}

/// Optional sections that may stand inside one another.
const MAX_DEPTH: usize = 16;

/// Forms that optional sections may make.
const MAX_VARIANTS: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_cut_into_fields_and_text() {
        let pattern = Pattern::parse("yyyy'T''x'''[.S]z").unwrap();
        let field = |letter, count| Token::Field { letter, count };
        let text = |text: &str| Token::Literal(text.to_owned());
        assert_eq!(
            pattern.variants(),
            [
                vec![field('y', 4), text("T'x'."), field('S', 1), field('z', 1)],
                vec![field('y', 4), text("T'x'"), field('z', 1)],
            ]
        );
    }

    #[test]
    fn a_fault_is_named_with_its_place() {
        let refused = |source: &str| Pattern::parse(source).unwrap_err();
        insta::assert_snapshot!(refused("yyyy-MM-ddTHH"), @"date and time pattern `yyyy-MM-ddTHH` is wrong at character 10: the letter `T` means nothing");
        insta::assert_snapshot!(refused("ddd"), @"date and time pattern `ddd` is wrong at character 0: the letter `d` stands 3 times; at most 2 mean something");
        insta::assert_snapshot!(refused("yyyy'T"), @"date and time pattern `yyyy'T` is wrong at character 4: the quote is not closed");
        insta::assert_snapshot!(refused("[HH"), @"date and time pattern `[HH` is wrong at character 3: a section is not closed");
        insta::assert_snapshot!(refused("é]"), @"date and time pattern `é]` is wrong at character 1: no section is open here");
        assert!(Pattern::parse(&"[H]".repeat(30)).is_err());
        let deep = |depth| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(Pattern::parse(&deep(16)).is_ok());
        let refusal = Pattern::parse(&deep(100_000)).unwrap_err();
        assert_eq!(refusal.position, 16);
    }
}
