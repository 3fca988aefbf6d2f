//! From [`Json`] to text.

use std::fmt;

use super::Json;

impl fmt::Display for Json<'_> {
    /// Writes the value without white space.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_compact())
    }
}

pub(super) fn compact(value: &Json<'_>, out: &mut String) {
    match value {
        Json::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                compact(item, out);
            }
            out.push(']');
        }
        Json::Object(object) => {
            out.push('{');
            for (at, (name, member)) in object.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                quoted(name, out);
                out.push(':');
                compact(member, out);
            }
            out.push('}');
        }
        scalar => self::scalar(scalar, out),
    }
}

/// Returns how many bytes [`compact`] writes when nothing needs an escape.
pub(super) fn length(value: &Json<'_>) -> usize {
    match value {
        Json::Array(items) => {
            let separators = items.len().saturating_sub(1);
            2 + separators + items.iter().map(length).sum::<usize>()
        }
        Json::Object(object) => {
            let separators = object.len().saturating_sub(1);
            let member = |(name, member): (&str, &Json<'_>)| name.len() + 3 + length(member);
            2 + separators + object.iter().map(member).sum::<usize>()
        }
        Json::Bool(true) | Json::Null => 4,
        Json::Bool(false) => 5,
        Json::Number(number) => number.as_str().len(),
        Json::String(text) => text.len() + 2,
    }
}

pub(super) fn pretty(value: &Json<'_>, depth: usize, out: &mut String) {
    match value {
        Json::Array(items) if !items.is_empty() => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                separate(at, depth + 1, out);
                pretty(item, depth + 1, out);
            }
            new_line(depth, out);
            out.push(']');
        }
        Json::Object(object) if !object.is_empty() => {
            out.push('{');
            for (at, (name, member)) in object.iter().enumerate() {
                separate(at, depth + 1, out);
                quoted(name, out);
                out.push_str(": ");
                pretty(member, depth + 1, out);
            }
            new_line(depth, out);
            out.push('}');
        }
        other => compact(other, out),
    }
}

fn separate(at: usize, depth: usize, out: &mut String) {
    if at > 0 {
        out.push(',');
    }
    new_line(depth, out);
}

fn new_line(depth: usize, out: &mut String) {
    out.push('\n');
    out.extend(std::iter::repeat_n("  ", depth));
}

fn scalar(value: &Json<'_>, out: &mut String) {
    match value {
        Json::Bool(true) => out.push_str("true"),
        Json::Bool(false) => out.push_str("false"),
        Json::Number(number) => out.push_str(number.as_str()),
        Json::String(text) => quoted(text, out),
        Json::Array(_) | Json::Null | Json::Object(_) => out.push_str("null"),
    }
}

fn quoted(text: &str, out: &mut String) {
    out.push('"');
    let mut plain_from = 0;
    for (at, byte) in text.bytes().enumerate() {
        if byte >= b' ' && byte != b'"' && byte != b'\\' {
            continue;
        }
        out.push_str(&text[plain_from..at]);
        plain_from = at + 1;
        match byte {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            0x08 => out.push_str("\\b"),
            0x0C => out.push_str("\\f"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            control => {
                out.push_str("\\u00");
                out.extend([control >> 4, control & 0xF].map(hexadecimal));
            }
        }
    }
    out.push_str(&text[plain_from..]);
    out.push('"');
}

fn hexadecimal(digit: u8) -> char {
    char::from_digit(u32::from(digit), 16).unwrap_or('0')
}
