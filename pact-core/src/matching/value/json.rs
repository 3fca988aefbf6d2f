//! A JSON value whose example is a scalar, or that has no example.

use std::borrow::Cow;

use super::words::{Example, unable, unknown_rule, unmatched, untimely, wanted, wrong_contents};
use super::{Reach, Words, semver};
use crate::detect;
use crate::json::Json;
use crate::matching::pattern::Verdict;
use crate::matching::render::{bare, compact, in_quotes, quoted, shortened, spoken, with_kind};
use crate::plan::rule::Rule;

/// Returns whether `actual` satisfies a rule; without an example only what the rule itself says
/// counts.
pub(crate) fn holds(
    rule: &Rule,
    reach: Reach,
    expected: Option<&Json<'_>>,
    actual: &Json<'_>,
) -> bool {
    match rule {
        // Rules on what is inside a value leave a scalar to equality.
        Rule::ArrayContains(_) | Rule::EachKey { .. } | Rule::EachValue { .. } => {
            reach == Reach::Cascaded || equal_to(expected, actual)
        }
        Rule::Boolean => match actual {
            Json::Bool(_) => true,
            Json::String(text) => matches!(text.as_ref(), "true" | "false"),
            Json::Array(_) | Json::Null | Json::Number(_) | Json::Object(_) => false,
        },
        Rule::ContentType(wanted) => {
            detect::looks_like(&detect::embedded(&text_of(actual)), wanted)
        }
        Rule::Decimal => matches!(actual, Json::Number(number) if !number.is_integer()),
        Rule::Equality | Rule::IgnoreOrder(_) | Rule::Values => equal_to(expected, actual),
        Rule::Include(part) => text_of(actual).contains(part.as_str()),
        Rule::Integer => matches!(actual, Json::Number(number) if number.is_integer()),
        Rule::NotEmpty => match actual {
            Json::Array(elements) => !elements.is_empty(),
            Json::Null => false,
            Json::Object(members) => !members.is_empty(),
            Json::String(text) => !text.is_empty(),
            Json::Bool(_) | Json::Number(_) => true,
        },
        Rule::Null => matches!(actual, Json::Null),
        Rule::Number => matches!(actual, Json::Number(_)),
        Rule::Other(_) => reach == Reach::Cascaded,
        Rule::Regex(pattern) => pattern.try_on(&text_of(actual)) == Verdict::Match,
        Rule::Semver => matches!(actual, Json::String(text) if semver(text).is_ok()),
        Rule::StatusCode(_) => false,
        Rule::Temporal(temporal) => temporal.pattern.check(&time_text(actual)).is_ok(),
        Rule::Type(bounds) => match expected {
            Some(expected) => same_kind(expected, actual),
            None => {
                reach == Reach::Cascaded || length(actual).is_none_or(|length| bounds.allow(length))
            }
        },
    }
}

/// Returns whether two values are of one JSON kind; all numbers are one.
fn same_kind(left: &Json<'_>, right: &Json<'_>) -> bool {
    std::mem::discriminant(left) == std::mem::discriminant(right)
}

/// Says why `actual` does not satisfy the rule.
pub(crate) fn words(rule: &Rule, expected: Option<&Json<'_>>, actual: &Json<'_>) -> Words {
    let example = Example {
        like: expected.map(|example| shortened(&bare(example), 80)),
        equal: expected.map_or_else(|| "what the rule allows".to_owned(), spoken),
        kind: expected.map_or_else(|| "anything".to_owned(), of_kind),
    };
    Words {
        description: description(rule, expected, actual),
        sentence: format!(
            "expected {}, got {}",
            wanted(rule, &example),
            spoken(actual)
        ),
    }
}

fn description(rule: &Rule, expected: Option<&Json<'_>>, actual: &Json<'_>) -> String {
    let (shown, kinded) = (quoted(actual), with_kind(actual));
    match rule {
        Rule::StatusCode(_) => unable(rule, &shown),
        Rule::Boolean => format!("Expected {kinded} to match a boolean"),
        Rule::ContentType(wanted) => {
            wrong_contents(wanted, detect::name_of(&detect::embedded(&text_of(actual))))
        }
        Rule::Decimal => format!("Expected {kinded} to be a decimal number"),
        Rule::ArrayContains(_)
        | Rule::EachKey { .. }
        | Rule::EachValue { .. }
        | Rule::Equality
        | Rule::IgnoreOrder(_)
        | Rule::Values => match expected {
            Some(example) => format!("Expected {kinded} to be equal to {}", with_kind(example)),
            None => unable(rule, &shown),
        },
        Rule::Include(part) => format!("Expected {shown} to include '{part}'"),
        Rule::Integer => format!("Expected {kinded} to be an integer"),
        Rule::NotEmpty => not_empty(actual),
        Rule::Null => format!("Expected {kinded} to be a null value"),
        Rule::Number => format!("Expected {kinded} to be a number"),
        Rule::Other(name) => unknown_rule(name),
        Rule::Regex(pattern) => unmatched(pattern, &text_of(actual), &shown),
        Rule::Semver => match actual {
            Json::String(text) => {
                let why = semver(text).err().unwrap_or_default();
                format!("{shown} is not a valid semantic version - {why}")
            }
            Json::Array(_) | Json::Bool(_) | Json::Null | Json::Number(_) | Json::Object(_) => {
                format!(
                    "Expected something that matches a semantic version, but got '{}'",
                    compact(actual)
                )
            }
        },
        Rule::Temporal(temporal) => untimely(temporal, &time_text(actual)),
        Rule::Type(_) => match expected {
            Some(example) => {
                format!(
                    "Expected {kinded} to be the same type as {}",
                    with_kind(example)
                )
            }
            None => format!("Expected {shown} to have a size within its bounds"),
        },
    }
}

fn not_empty(actual: &Json<'_>) -> String {
    match actual {
        Json::Null => "Expected non-empty value but got a NULL".to_owned(),
        Json::Object(_) => "Expected {} (Map) to not be empty".to_owned(),
        other => format!("Expected {} to not be empty", with_kind(other)),
    }
}

/// Returns the kind of an example with the example: `a string like "a"`.
fn of_kind(example: &Json<'_>) -> String {
    match example {
        Json::Array(_) => "a list".to_owned(),
        Json::Bool(value) => format!("a boolean like {value}"),
        Json::Null => "null".to_owned(),
        Json::Number(number) => format!("a number like {number}"),
        Json::Object(_) => "an object".to_owned(),
        Json::String(text) => format!("a string like {}", in_quotes(text)),
    }
}

/// Returns the text that patterns and searches see.
fn text_of<'a>(json: &'a Json<'_>) -> Cow<'a, str> {
    match json {
        Json::Number(number) => Cow::Borrowed(number.as_str()),
        Json::String(text) => Cow::Borrowed(text),
        Json::Bool(true) => Cow::Borrowed("true"),
        Json::Bool(false) => Cow::Borrowed("false"),
        Json::Null => Cow::Borrowed("null"),
        Json::Array(_) | Json::Object(_) => Cow::Owned(json.to_compact()),
    }
}

/// Returns the text that dates and times see: null is no text at all.
fn time_text<'a>(json: &'a Json<'_>) -> Cow<'a, str> {
    if json.is_null() {
        Cow::Borrowed("")
    } else {
        text_of(json)
    }
}

fn length(json: &Json<'_>) -> Option<usize> {
    match json {
        Json::Array(elements) => Some(elements.len()),
        Json::Object(members) => Some(members.len()),
        Json::Bool(_) | Json::Null | Json::Number(_) | Json::String(_) => None,
    }
}

/// Returns whether a value is the example; without one, whatever it is.
fn equal_to(expected: Option<&Json<'_>>, actual: &Json<'_>) -> bool {
    expected.is_none_or(|expected| scalars_equal(expected, actual))
}

fn scalars_equal(expected: &Json<'_>, actual: &Json<'_>) -> bool {
    match (expected, actual) {
        (Json::Bool(expected), Json::Bool(actual)) => expected == actual,
        (Json::Null, Json::Null) => true,
        (Json::Number(expected), Json::Number(actual)) => expected.is_equivalent(actual),
        (Json::String(expected), Json::String(actual)) => expected == actual,
        _ => false,
    }
}
