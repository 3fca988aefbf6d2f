//! Values as text: in the words of the compatibility suite, and in our own.
//!
//! Whatever the size of a value, its text is bounded.

use std::fmt::Write;

use crate::json::Json;

/// Returns compact JSON, cut off when it grows past what a report can use.
pub(crate) fn compact(json: &Json<'_>) -> String {
    let mut out = String::new();
    if write_json(json, &mut out, TEXT_LIMIT).is_err() {
        cut(&mut out, TEXT_LIMIT);
    }
    out
}

/// Returns the name of a value's kind in the words of the suite.
pub(crate) fn kind(json: &Json<'_>) -> &'static str {
    match json {
        Json::Array(_) => "Array",
        Json::Bool(_) => "Boolean",
        Json::Null => "Null",
        Json::Number(number) if number.is_integer() => "Integer",
        Json::Number(_) => "Decimal",
        Json::Object(_) => "Object",
        Json::String(_) => "String",
    }
}

/// Returns a value as the suite prints it: text in single quotes, the rest as JSON.
pub(crate) fn quoted(json: &Json<'_>) -> String {
    match json {
        Json::String(text) => format!("'{}'", shortened(text, TEXT_LIMIT)),
        other => compact(other),
    }
}

/// Returns a value with its kind as the suite prints it: `'a' (String)`.
pub(crate) fn with_kind(json: &Json<'_>) -> String {
    format!("{} ({})", quoted(json), kind(json))
}

/// Returns the bare text of a value: a string without quotes, the rest as JSON.
pub(crate) fn bare(json: &Json<'_>) -> String {
    match json {
        Json::String(text) => shortened(text, TEXT_LIMIT),
        other => compact(other),
    }
}

/// Returns a value in our words: `the string "9.99"`, `a list of 3 elements`.
pub(crate) fn spoken(json: &Json<'_>) -> String {
    match json {
        Json::Array(elements) => match elements.len() {
            0 => "an empty list".to_owned(),
            1 => "a list of 1 element".to_owned(),
            count => format!("a list of {count} elements"),
        },
        Json::Bool(value) => value.to_string(),
        Json::Null => "null".to_owned(),
        Json::Number(number) => format!("the number {}", shortened(number.as_str(), WORD_LIMIT)),
        Json::Object(members) if members.is_empty() => "an empty object".to_owned(),
        Json::Object(members) => {
            format!(
                "an object with {}",
                keys(members.iter().map(|(name, _)| name))
            )
        }
        Json::String(text) => format!("the string {}", in_quotes(text)),
    }
}

/// Returns text in double quotes, escaped, on one line and of bounded length.
pub(crate) fn in_quotes(text: &str) -> String {
    format!("{:?}", shortened(text, WORD_LIMIT))
}

/// Returns `the key a` or `the keys a, b`, the first few by name.
pub(crate) fn keys<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let mut out = String::new();
    let mut count = 0;
    for name in names {
        if count < KEYS_SHOWN {
            let separator = if count == 0 { "" } else { ", " };
            let _ = write!(out, "{separator}`{}`", shortened(name, WORD_LIMIT));
        }
        count += 1;
    }
    match count {
        1 => format!("the key {out}"),
        _ if count > KEYS_SHOWN => format!("the keys {out} and {} more", count - KEYS_SHOWN),
        _ => format!("the keys {out}"),
    }
}

/// Returns the text, or its beginning with an ellipsis when it is longer than `limit` bytes.
pub(crate) fn shortened(text: &str, limit: usize) -> String {
    let mut out = text.to_owned();
    if out.len() > limit {
        cut(&mut out, limit);
    }
    out
}

fn cut(text: &mut String, limit: usize) {
    let mut end = limit.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(end);
    text.push('…');
}

/// Appends compact JSON; stops with an error once more than `limit` bytes stand there.
fn write_json(json: &Json<'_>, out: &mut String, limit: usize) -> Result<(), Full> {
    match json {
        Json::Null => out.push_str("null"),
        Json::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Json::Number(number) => out.push_str(number.as_str()),
        Json::String(text) => write_string(text, out, limit),
        Json::Array(elements) => {
            out.push('[');
            for (at, element) in elements.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write_json(element, out, limit)?;
            }
            out.push(']');
        }
        Json::Object(members) => {
            out.push('{');
            for (at, (name, value)) in members.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write_string(name, out, limit);
                out.push(':');
                write_json(value, out, limit)?;
            }
            out.push('}');
        }
    }
    if out.len() > limit { Err(Full) } else { Ok(()) }
}

/// More text than a report can use.
struct Full;

fn write_string(text: &str, out: &mut String, limit: usize) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            control if control < ' ' => {
                let _ = write!(out, "\\u{:04x}", u32::from(control));
            }
            other => out.push(other),
        }
        if out.len() > limit {
            return;
        }
    }
    out.push('"');
}

/// Bytes of a value that a description repeats.
pub(crate) const TEXT_LIMIT: usize = 2048;

/// Bytes of a value that a sentence repeats.
const WORD_LIMIT: usize = 80;

/// Keys that a sentence names.
const KEYS_SHOWN: usize = 6;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_values_are_cut_at_a_character() {
        let text = "é".repeat(TEXT_LIMIT);
        let shown = compact(&Json::Array(vec![Json::String(text.into())]));
        assert!(
            shown.len() < TEXT_LIMIT + 8 && shown.ends_with('…'),
            "{shown}"
        );
    }

    #[test]
    fn values_are_spoken_of() {
        insta::assert_snapshot!(spoken(&Json::String("a\nb".into())), @r#"the string "a\nb""#);
        insta::assert_snapshot!(spoken(&Json::Array(vec![Json::Null])), @"a list of 1 element");
        insta::assert_snapshot!(keys("a b c d e f g h".split(' ')), @"the keys `a`, `b`, `c`, `d`, `e`, `f` and 2 more");
    }
}
