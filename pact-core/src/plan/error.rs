//! Why an interaction cannot be compiled.

use std::error::Error;
use std::fmt;

/// What a contract says cannot be compared with anything.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum CompileError {
    /// The expected body is not what its media type says.
    Body {
        /// The format it should be in.
        format: &'static str,
        /// What is wrong with it, and where.
        reason: String,
    },
    /// A rule is not one.
    Rule {
        /// The part and the path the rule stands at.
        place: String,
        /// The rule's name.
        rule: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The rules with the example make more cases than a plan may hold.
    TooManyCombinations {
        /// The part the rules govern.
        part: &'static str,
    },
}

impl fmt::Display for CompileError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Body { format, reason } => {
                write!(formatter, "the expected body is not {format}: {reason}")
            }
            Self::Rule {
                place,
                rule,
                reason,
            } => write!(formatter, "{place}: rule `{rule}`: {reason}"),
            Self::TooManyCombinations { part } => write!(
                formatter,
                "the rules for the {part} make more combinations with the example than a plan can hold"
            ),
        }
    }
}

impl Error for CompileError {}
