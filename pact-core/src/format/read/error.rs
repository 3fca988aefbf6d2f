//! What can be wrong with a pact file.

use std::error::Error;
use std::fmt;

use crate::format::place::{At, Place};
use crate::format::version::ParseSpecVersionError;
use crate::json::{Json, ParseError, ParseErrorKind};
use crate::path::ParsePathError;

/// A pact file cannot be read.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum ReadError {
    /// Something in the file cannot mean anything.
    Invalid {
        /// Where it stands.
        place: Box<Place>,
        /// What is wrong with it.
        problem: Problem,
    },
    /// The file is not JSON.
    Json {
        /// Where it stops being JSON.
        source: ParseError,
    },
    /// The file was written for a version nobody here knows.
    Version {
        /// What it says.
        source: ParseSpecVersionError,
    },
}

impl fmt::Display for ReadError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid { place, problem } => write!(formatter, "{place}: {problem}"),
            Self::Json { source } => write!(formatter, "the pact is not JSON: {source}"),
            Self::Version { source } => {
                write!(formatter, "`/metadata/pactSpecification/version`: {source}")
            }
        }
    }
}

impl Error for ReadError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Json { source } => Some(source),
            Self::Version { source } => Some(source),
            Self::Invalid { .. } => None,
        }
    }
}

impl From<ParseError> for ReadError {
    fn from(source: ParseError) -> Self {
        Self::Json { source }
    }
}

impl From<ParseSpecVersionError> for ReadError {
    fn from(source: ParseSpecVersionError) -> Self {
        Self::Version { source }
    }
}

impl ReadError {
    /// Returns what can be done about it, when there is more to say than what was expected.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Json { source } if source.is_at_start() => match source.kind {
                ParseErrorKind::Unexpected { found: '<', .. } => Some(
                    "the text is a page, not a pact: does the address need a login or another path?",
                ),
                ParseErrorKind::Ended { .. } => {
                    Some("the file is empty: was the test that writes it stopped before its end?")
                }
                _ => Some("a pact file is JSON and begins with `{`"),
            },
            Self::Json { source } if matches!(source.kind, ParseErrorKind::Ended { .. }) => Some(
                "the file stops too early: was the test that writes it stopped before its end?",
            ),
            Self::Json { .. } => None,
            Self::Version { .. } => Some(
                "let the tool that wrote it write version 4.0, or remove the version to read it as 3.0.0",
            ),
            Self::Invalid { place, problem } => hint_at(place, problem),
        }
    }
}

fn hint_at(place: &Place, problem: &Problem) -> Option<&'static str> {
    let top = place.interaction.is_none();
    match problem {
        Problem::Path(_) => {
            Some("a path looks like `$.items[*].id`; other names stand as `$['order id']`")
        }
        Problem::Missing { .. } if top && is_participant(&place.pointer) => Some(
            "a pact names both sides: \"consumer\": {\"name\": …}, \"provider\": {\"name\": …}",
        ),
        Problem::Missing { .. } if top => Some(
            "is it a pact file? It lists what the consumer relies on in `interactions` or `messages`",
        ),
        Problem::Missing { .. } if place.pointer == "/type" => {
            Some("interactions of version 4 name their type; HTTP ones are `Synchronous/HTTP`")
        }
        Problem::Attribute { .. } | Problem::Kind { .. } | Problem::Missing { .. } => None,
    }
}

fn is_participant(pointer: &str) -> bool {
    pointer.starts_with("/consumer") || pointer.starts_with("/provider")
}

/// What is wrong at a place of a pact file.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Problem {
    /// An attribute of a rule or generator is missing or of the wrong kind.
    Attribute {
        /// `rule` or `generator`.
        of: &'static str,
        /// Name of the rule or generator.
        name: String,
        /// What would have been right, the attribute named.
        expected: String,
        /// What stands there, shortened; `None` when nothing does.
        found: Option<String>,
    },
    /// A value is of the wrong kind.
    Kind {
        /// What would have been right.
        expected: &'static str,
        /// What stands there, shortened.
        found: String,
    },
    /// A member is missing.
    Missing {
        /// What would have been right.
        expected: &'static str,
    },
    /// A path is not one.
    Path(ParsePathError),
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Attribute {
                of,
                name,
                expected,
                found,
            } => write!(
                formatter,
                "{of} `{name}` needs {expected}, found {}",
                shown(found.as_deref())
            ),
            Self::Kind { expected, found } => {
                write!(formatter, "expected {expected}, found {found}")
            }
            Self::Missing { expected } => write!(formatter, "expected {expected}, found nothing"),
            Self::Path(inner) => inner.fmt(formatter),
        }
    }
}

impl Error for Problem {}

/// Something in a pact file that was read in the most likely sense, or left out.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Warning {
    /// Where it stands.
    pub place: Place,
    /// What was found and what was made of it.
    pub message: String,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.message)
    }
}

impl At<'_> {
    pub(super) fn invalid(&self, problem: Problem) -> ReadError {
        ReadError::Invalid {
            place: Box::new(self.place()),
            problem,
        }
    }

    pub(super) fn wrong(&self, expected: &'static str, found: &Json<'_>) -> ReadError {
        self.invalid(Problem::Kind {
            expected,
            found: excerpt(found),
        })
    }

    pub(super) fn missing(&self, expected: &'static str) -> ReadError {
        self.invalid(Problem::Missing { expected })
    }
}

/// Returns a value as one short line.
pub(super) fn excerpt(value: &Json<'_>) -> String {
    const LENGTH: usize = 60;
    let text = match value {
        Json::Array(_) | Json::Object(_) => return value.kind().to_owned(),
        scalar => scalar.to_compact(),
    };
    match text.char_indices().nth(LENGTH) {
        Some((end, _)) => format!("`{}…`", &text[..end]),
        None => format!("`{text}`"),
    }
}

fn shown(found: Option<&str>) -> &str {
    found.unwrap_or("nothing")
}
