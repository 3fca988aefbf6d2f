//! A difference between what was expected and what arrived. A mismatch is data, never an error.

use std::fmt;

/// One difference.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct Mismatch {
    /// The part of the request, response or message that differs.
    pub part: Part,
    /// Where in the part: a document path for bodies, a name for headers, query parameters and
    /// metadata, empty for method, path and status.
    pub path: String,
    /// What differs.
    pub kind: MismatchKind,
}

/// The part of a request, response or message.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Part {
    /// The method.
    Method,
    /// The path.
    Path,
    /// The status code.
    Status,
    /// A query parameter.
    Query,
    /// A header.
    Header,
    /// The media type of the body.
    BodyType,
    /// The body or the contents of a message.
    #[default]
    Body,
    /// A metadata entry of a message.
    Metadata,
}

/// What differs, with both sides as text of one line.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct MismatchKind {
    /// What was expected; `None` when nothing was.
    pub expected: Option<String>,
    /// What arrived; `None` when nothing did.
    pub actual: Option<String>,
    /// The rule that decided, as it reads in a report (`type`, `regex ^a+$`); `None` for equality
    /// without a rule.
    pub rule: Option<String>,
    /// The difference in the words of the compatibility suite.
    pub description: String,
    /// The difference in plain words: what was expected and what was there instead.
    pub sentence: String,
}

impl Part {
    /// Returns the name of the part in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Method => "method",
            Self::Path => "path",
            Self::Status => "status",
            Self::Query => "query",
            Self::Header => "header",
            Self::BodyType => "body-content-type",
            Self::Body => "body",
            Self::Metadata => "metadata",
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for Mismatch {
    /// Writes where it is, what was expected, what was there, and the rule that decided.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.part, self.path.as_str()) {
            (Part::Body, "") => f.write_str("body")?,
            (Part::Body, path) => write!(f, "body at {path}")?,
            (Part::BodyType, _) => f.write_str("content type of the body")?,
            (Part::Header, name) => write!(f, "header `{name}`")?,
            (Part::Metadata, "") => f.write_str("metadata")?,
            (Part::Metadata, name) => write!(f, "metadata `{name}`")?,
            (Part::Query, name) => write!(f, "query parameter `{name}`")?,
            (part @ (Part::Method | Part::Path | Part::Status), _) => f.write_str(part.name())?,
        }
        let sentence = match self.kind.sentence.as_str() {
            "" => &self.kind.description,
            sentence => sentence,
        };
        write!(f, ": {sentence}")?;
        match &self.kind.rule {
            Some(rule) => write!(f, " (rule: {rule})"),
            None => Ok(()),
        }
    }
}
