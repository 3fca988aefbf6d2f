//! What texts about JSON values and texts about plain ones have in common.

use crate::matching::pattern::{Pattern, Verdict};
use crate::matching::render::{TEXT_LIMIT, in_quotes, shortened};
use crate::plan::rule::{Rule, Temporal};

/// The example of a contract in the phrases a sentence needs.
pub(super) struct Example {
    /// For "a number like …"; `None` when there is no example.
    pub(super) like: Option<String>,
    /// The value itself.
    pub(super) equal: String,
    /// What kind of value it is.
    pub(super) kind: String,
}

/// Returns what a rule wants, in words that follow "expected".
pub(super) fn wanted(rule: &Rule, example: &Example) -> String {
    let like = |what: &str| match &example.like {
        Some(like) => format!("{what} like {like}"),
        None => what.to_owned(),
    };
    match rule {
        Rule::ArrayContains(_)
        | Rule::EachKey { .. }
        | Rule::EachValue { .. }
        | Rule::Equality
        | Rule::IgnoreOrder(_)
        | Rule::Values => example.equal.clone(),
        Rule::Boolean => "true or false".to_owned(),
        Rule::ContentType(wanted) => format!("contents of the type {wanted}"),
        Rule::Decimal => like("a decimal number"),
        Rule::Include(part) => format!("text that includes {}", in_quotes(part)),
        Rule::Integer => like("an integer"),
        Rule::NotEmpty => "something that is not empty".to_owned(),
        Rule::Null => "null".to_owned(),
        Rule::Number => like("a number"),
        Rule::Other(name) => format!("something that the rule `{name}` knows"),
        Rule::Regex(pattern) => like(&format!("a match of {pattern}")),
        Rule::Semver => like("a semantic version"),
        Rule::StatusCode(class) => class.phrase(),
        Rule::Temporal(temporal) => {
            let what = if temporal.word == "timestamp" {
                "date and time"
            } else {
                temporal.word
            };
            like(&format!("a {what} in the pattern {}", temporal.pattern))
        }
        Rule::Type(_) => example.kind.clone(),
    }
}

/// Returns the text of a rule that cannot be applied to a value.
pub(super) fn unable(rule: &Rule, shown: &str) -> String {
    format!("Unable to match {shown} using {rule}")
}

/// Returns the text of a rule nobody here knows.
pub(super) fn unknown_rule(name: &str) -> String {
    format!(
        "Could not apply the '{name}' matching rule - No catalogue entry found for key '{name}'"
    )
}

/// Returns the text of contents that look like another type.
pub(super) fn wrong_contents(wanted: &str, found: &str) -> String {
    format!(
        "Expected binary contents to have content type '{wanted}' but detected contents was '{found}'"
    )
}

/// Returns the text of what is no date or time in its pattern.
pub(super) fn untimely(temporal: &Temporal, text: &str) -> String {
    let Temporal { word, pattern } = temporal;
    let why = pattern.check(text).err().unwrap_or_default();
    let shown = shortened(text, TEXT_LIMIT);
    format!("Expected '{shown}' to match a {word} pattern of '{pattern}': {why}")
}

/// Returns the text of a pattern that does not match.
pub(super) fn unmatched(pattern: &Pattern, text: &str, shown: &str) -> String {
    let reason = match pattern.try_on(text) {
        Verdict::TooCostly => ": the pattern takes too many steps on it",
        Verdict::Match | Verdict::NoMatch => "",
    };
    format!("Expected {shown} to match '{pattern}'{reason}")
}
