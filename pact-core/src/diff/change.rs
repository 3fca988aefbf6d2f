//! One change, and how it reads.

use std::fmt;

use crate::matching::Part;

/// One thing that an interaction says differently.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Change {
    /// The half of the interaction it is in.
    pub side: Side,
    /// The part of that half; `None` for what concerns all of it.
    pub part: Option<Part>,
    /// Where in the part: a document path for bodies, a name for headers, query parameters and
    /// metadata; empty otherwise.
    pub path: String,
    /// What changed.
    pub kind: ChangeKind,
}

/// A half of an interaction.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Side {
    /// One of the answers to a message, from 0.
    Answer(usize),
    /// What is said about the interaction itself.
    Interaction,
    /// A message that the provider sends.
    Message,
    /// What the consumer sends.
    Request,
    /// What the provider answers.
    Response,
}

/// What changed, with both sides as text of one line.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum ChangeKind {
    /// It is there now and was not.
    Added {
        /// The example.
        after: String,
    },
    /// Another value is expected.
    Changed {
        /// What was expected.
        before: String,
        /// What is expected now.
        after: String,
    },
    /// Only the example is another; the rules that judge it are the same.
    Example {
        /// The old example.
        before: String,
        /// The new one.
        after: String,
    },
    /// It was there and is not now.
    Removed {
        /// The example.
        before: String,
    },
    /// Other rules judge it, which allow neither more nor less.
    RuleChanged {
        /// The old rules.
        before: String,
        /// The new ones.
        after: String,
    },
    /// The rules allow more than before.
    RuleLoosened {
        /// The old rules.
        before: String,
        /// The new ones.
        after: String,
    },
    /// The rules allow less than before.
    RuleTightened {
        /// The old rules.
        before: String,
        /// The new ones.
        after: String,
    },
}

impl Side {
    /// Returns whether the consumer sends this half.
    const fn is_sent_by_consumer(self) -> bool {
        matches!(self, Self::Request)
    }
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answer(index) => write!(f, "answer {}", index + 1),
            Self::Interaction => f.write_str("interaction"),
            Self::Message => f.write_str("message"),
            Self::Request => f.write_str("request"),
            Self::Response => f.write_str("response"),
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.side)?;
        if let Some(part) = self.part {
            write!(f, " {part}")?;
        }
        match (self.part, self.path.as_str()) {
            (_, "") => {}
            (Some(Part::Body), path) => write!(f, " at {path}")?,
            (_, name) => write!(f, " `{name}`")?,
        }
        f.write_str(": ")?;
        let is_sent = self.side.is_sent_by_consumer();
        match &self.kind {
            ChangeKind::Added { after } if is_sent => write!(f, "is now sent, for example {after}"),
            ChangeKind::Added { after } => write!(f, "is now required, for example {after}"),
            ChangeKind::Changed { before, after } => write!(f, "is {after}, was {before}"),
            ChangeKind::Example { before, after } => {
                write!(f, "the example is {after}, was {before}")
            }
            ChangeKind::Removed { before } if is_sent => {
                write!(f, "is no longer sent, was {before}")
            }
            ChangeKind::Removed { before } => write!(f, "is no longer required, was {before}"),
            ChangeKind::RuleChanged { before, after } => {
                write!(f, "rule changed from {before} to {after}")
            }
            ChangeKind::RuleLoosened { before, after } => {
                write!(f, "rule loosened from {before} to {after}")
            }
            ChangeKind::RuleTightened { before, after } => {
                write!(f, "rule tightened from {before} to {after}")
            }
        }
    }
}
