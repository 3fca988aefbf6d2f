//! A part of a request that is one text: the method, the path, a value of a header.

use std::fmt;

use super::render::{TEXT_LIMIT, shortened};
use super::report::Report;
use super::value::{text_holds, text_words};
use super::{Mismatch, MismatchKind, Part};
use crate::plan::rule::{Rule, RuleSet};

/// Tries the rules on a text and notes each that does not hold.
pub(crate) fn judge(rules: &RuleSet, at: TextPlace<'_>, report: &mut Report) {
    if rules.judge(|rule| text_holds(rule, at.expected, at.actual)) {
        return;
    }
    for rule in &rules.rules {
        if !text_holds(rule, at.expected, at.actual) {
            report.fail(|| failure(Some(rule), at));
        }
    }
}

/// Makes the mismatch of a text that does not satisfy a rule, or is not equal without one.
pub(crate) fn failure(rule: Option<&Rule>, at: TextPlace<'_>) -> Mismatch {
    let words = text_words(rule.unwrap_or(&Rule::Equality), at.expected, at.actual);
    Mismatch {
        part: at.part,
        path: at.name.to_owned(),
        kind: MismatchKind {
            expected: Some(shortened(at.expected, TEXT_LIMIT)),
            actual: Some(shortened(at.actual, TEXT_LIMIT)),
            rule: rule.map(Rule::to_string),
            description: format!("{}{}", at.prefix, words.description),
            sentence: words.sentence,
        },
    }
}

/// A text that is compared, and where it stands.
#[derive(Clone, Copy)]
pub(crate) struct TextPlace<'a> {
    pub(crate) part: Part,
    /// The header or parameter; empty for the method and the path.
    pub(crate) name: &'a str,
    pub(crate) prefix: Prefix<'a>,
    pub(crate) expected: &'a str,
    pub(crate) actual: &'a str,
}

/// What the suite's words about a text begin with.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Prefix<'a> {
    /// The header of this name.
    Header(&'a str),
    /// The part of a multipart body with this name.
    MimePart(&'a str),
    /// Nothing.
    None,
}

impl fmt::Display for Prefix<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header(name) => write!(f, "Mismatch with header '{name}': "),
            Self::MimePart(name) => write!(f, "MIME part '{name}': "),
            Self::None => Ok(()),
        }
    }
}
