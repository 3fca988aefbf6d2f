//! Two bodies side by side, line by line, for people to read.

use std::fmt;

use crate::json::{Json, Object};

/// A line of the difference between two bodies.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum DiffLine {
    /// Only the actual body has it.
    Actual(String),
    /// Both have it.
    Both(String),
    /// Only the expected body has it.
    Expected(String),
    /// So many lines that both have are left out.
    Skipped(usize),
}

impl fmt::Display for DiffLine {
    /// Writes the line behind `+`, `-` or a space.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Actual(text) => write!(f, "+ {text}"),
            Self::Both(text) => write!(f, "  {text}"),
            Self::Expected(text) => write!(f, "- {text}"),
            Self::Skipped(1) => f.write_str("  … 1 line alike"),
            Self::Skipped(count) => write!(f, "  … {count} lines alike"),
        }
    }
}

/// Returns the lines in which two bodies differ, with a few around them; none when they are alike.
///
/// JSON is spread over lines first, members in the order of the expected body, so that neither
/// white space nor order shows. What is not text shows as one line for each side.
///
/// ```
/// use pact_core::matching::difference;
///
/// let lines = difference(br#"{"id":1,"open":true}"#, br#"{"open":true,"id":2}"#);
/// let text: Vec<String> = lines.iter().map(ToString::to_string).collect();
/// assert_eq!(text.join("\n"), r#"  {
/// -   "id": 1,
/// +   "id": 2,
///     "open": true
///   }"#);
/// ```
pub fn difference(expected: &[u8], actual: &[u8]) -> Vec<DiffLine> {
    if expected == actual {
        return Vec::new();
    }
    let (left, right) = match (Json::parse(expected), Json::parse(actual)) {
        (Ok(expected), Ok(actual)) => {
            let aligned = aligned(&expected, actual);
            (expected.to_pretty(), aligned.to_pretty())
        }
        _ => (text(expected), text(actual)),
    };
    let (left, right): (Vec<&str>, Vec<&str>) = (left.lines().collect(), right.lines().collect());
    with_context(&edits(&left, &right))
}

fn text(bytes: &[u8]) -> String {
    match str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => format!("{} bytes that are not text", bytes.len()),
    }
}

/// Puts the members of objects in the order in which the expected body has them.
fn aligned<'a>(expected: &Json<'_>, actual: Json<'a>) -> Json<'a> {
    match (expected, actual) {
        (Json::Object(expected), Json::Object(mut actual)) => {
            let mut out: Vec<_> = Vec::with_capacity(actual.len());
            if actual.len() > ALIGNED {
                return Json::Object(actual);
            }
            for (name, value) in expected.iter() {
                if let Some(found) = actual.remove(name) {
                    out.push((name.to_owned(), aligned(value, found)));
                }
            }
            let mut all: Object<'a> = out.into_iter().collect();
            for (name, value) in actual {
                all.insert(name, value);
            }
            Json::Object(all)
        }
        (Json::Array(expected), Json::Array(actual)) => Json::Array(
            actual
                .into_iter()
                .enumerate()
                .map(|(index, value)| match expected.get(index) {
                    Some(example) => aligned(example, value),
                    None => value,
                })
                .collect(),
        ),
        (_, other) => other,
    }
}

#[derive(Clone, Copy, Eq, PartialEq)]
enum Edit<'a> {
    Actual(&'a str),
    Both(&'a str),
    Expected(&'a str),
}

/// Returns the fewest lines to take away and add, as long as there are not too many to find out.
fn edits<'a>(left: &[&'a str], right: &[&'a str]) -> Vec<Edit<'a>> {
    let same = |pair: &(&&str, &&str)| pair.0 == pair.1;
    let head = left.iter().zip(right).take_while(same).count();
    let tail = left[head..]
        .iter()
        .rev()
        .zip(right[head..].iter().rev())
        .take_while(same)
        .count();
    let (old, new) = (
        &left[head..left.len() - tail],
        &right[head..right.len() - tail],
    );
    let mut all: Vec<Edit<'a>> = left[..head].iter().map(|line| Edit::Both(line)).collect();
    if old.len().saturating_mul(new.len()) > MAX_CELLS {
        all.extend(old.iter().map(|line| Edit::Expected(line)));
        all.extend(new.iter().map(|line| Edit::Actual(line)));
    } else {
        middle(old, new, &mut all);
    }
    all.extend(
        left[left.len() - tail..]
            .iter()
            .map(|line| Edit::Both(line)),
    );
    all
}

/// Appends the edits of what lies between the common beginning and the common end.
fn middle<'a>(old: &[&'a str], new: &[&'a str], all: &mut Vec<Edit<'a>>) {
    let width = new.len() + 1;
    // The longest common sequence of what follows each pair of places.
    let mut longest = vec![0_u32; (old.len() + 1) * width];
    for (i, line) in old.iter().enumerate().rev() {
        for (j, other) in new.iter().enumerate().rev() {
            longest[i * width + j] = if line == other {
                longest[(i + 1) * width + j + 1] + 1
            } else {
                longest[(i + 1) * width + j].max(longest[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    while i < old.len() && j < new.len() {
        if old[i] == new[j] {
            all.push(Edit::Both(old[i]));
            (i, j) = (i + 1, j + 1);
        } else if longest[(i + 1) * width + j] >= longest[i * width + j + 1] {
            all.push(Edit::Expected(old[i]));
            i += 1;
        } else {
            all.push(Edit::Actual(new[j]));
            j += 1;
        }
    }
    all.extend(old[i..].iter().map(|line| Edit::Expected(line)));
    all.extend(new[j..].iter().map(|line| Edit::Actual(line)));
}

/// Leaves out the lines that are far from any difference.
fn with_context(edits: &[Edit<'_>]) -> Vec<DiffLine> {
    let changed: Vec<usize> = (0..edits.len())
        .filter(|at| !matches!(edits[*at], Edit::Both(_)))
        .collect();
    let mut out = Vec::new();
    let mut skipped = 0;
    for (at, edit) in edits.iter().enumerate() {
        let next = changed.partition_point(|change| *change < at);
        let after = changed
            .get(next)
            .is_some_and(|change| change - at <= CONTEXT);
        let before = next > 0 && at - changed[next - 1] <= CONTEXT;
        if !after && !before {
            skipped += 1;
            continue;
        }
        if skipped > 0 {
            out.push(DiffLine::Skipped(std::mem::take(&mut skipped)));
        }
        out.push(match edit {
            Edit::Actual(line) => DiffLine::Actual((*line).to_owned()),
            Edit::Both(line) => DiffLine::Both((*line).to_owned()),
            Edit::Expected(line) => DiffLine::Expected((*line).to_owned()),
        });
    }
    if skipped > 0 && !out.is_empty() {
        out.push(DiffLine::Skipped(skipped));
    }
    out
}

/// Lines shown around a difference.
const CONTEXT: usize = 3;

/// Pairs of lines that are weighed to find the fewest differences.
const MAX_CELLS: usize = 4_000_000;

/// Members of an object that are put in order.
const ALIGNED: usize = 2000;

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(expected: &str, actual: &str) -> String {
        let lines = difference(expected.as_bytes(), actual.as_bytes());
        let texts: Vec<String> = lines.iter().map(ToString::to_string).collect();
        texts.join("\n")
    }

    #[test]
    fn only_what_differs_shows_with_a_little_around_it() {
        insta::assert_snapshot!(
            shown(
                r#"{"a":1,"b":[1,2,3,4,5,6],"c":{"x":null},"d":1}"#,
                r#"{"c":{"x":null,"y":2},"b":[1,2,4,5,6],"a":1,"e":0}"#
            ),
            @r#"
          … 2 lines alike
            "b": [
              1,
              2,
        -     3,
              4,
              5,
              6
            ],
            "c": {
        -     "x": null
        +     "x": null,
        +     "y": 2
            },
        -   "d": 1
        +   "e": 0
          }
        "#
        );
        insta::assert_snapshot!(shown("a\nb\nc\nd\ne\nf\ng", "a\nb\nc\nd\ne\nf\nh"), @r"
          … 3 lines alike
          d
          e
          f
        - g
        + h
        ");
        assert_eq!(shown("same", "same"), "");
        assert_eq!(shown(r#"{"a":1,"b":2}"#, r#"{"b":2, "a":1}"#), "");
    }

    #[test]
    fn what_is_not_text_is_one_line() {
        let lines = difference(b"\xFF\xFE", b"text");
        assert_eq!(
            lines,
            [
                DiffLine::Expected("2 bytes that are not text".to_owned()),
                DiffLine::Actual("text".to_owned()),
            ]
        );
    }
}
