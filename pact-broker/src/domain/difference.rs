//! What differs between two contracts, line by line.
//!
//! Both are laid out with a member or an element on each line. Members are sorted, as their order is
//! no difference, and numbers are as they were written, as their digits are one. What is no JSON is
//! compared as it is. Long stretches that are the same are left out.

use std::fmt;
use std::time::Duration;

use similar::{ChangeTag, TextDiff};

use crate::domain::interaction::written;
use crate::domain::json::Json;
use crate::domain::pretty;

/// How many lines that are the same stand around those that differ.
const AROUND: usize = 3;

/// What differs between two texts; as text, what programs call a unified difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The places where they differ, from top to bottom.
    pub places: Vec<Place>,
}

/// Lines that differ, among some that do not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    heading: String,
    /// The lines.
    pub lines: Vec<Line>,
}

/// A line, and which of the texts has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What became of it.
    pub fate: Fate,
    /// The line without its end.
    pub text: String,
}

/// What became of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Only the newer text has it.
    Added,
    /// Both have it.
    Kept,
    /// Only the older text has it.
    Removed,
}

impl Fate {
    /// The sign in front of such a line.
    pub fn sign(self) -> char {
        match self {
            Self::Added => '+',
            Self::Kept => ' ',
            Self::Removed => '-',
        }
    }
}

/// Compares two texts. What takes longer than the deadline is told more coarsely.
pub fn between(older: &str, newer: &str, deadline: Duration) -> Difference {
    let (older, newer) = (laid_out(older), laid_out(newer));
    let diff = TextDiff::configure()
        .timeout(deadline)
        .diff_lines(older.as_str(), newer.as_str());
    let mut unified = diff.unified_diff();
    let places = unified.context_radius(AROUND).iter_hunks().map(|hunk| {
        let lines = hunk.iter_changes().map(|change| Line {
            fate: match change.tag() {
                ChangeTag::Delete => Fate::Removed,
                ChangeTag::Equal => Fate::Kept,
                ChangeTag::Insert => Fate::Added,
            },
            text: change.value().trim_end_matches('\n').to_owned(),
        });
        Place {
            heading: hunk.header().to_string(),
            lines: lines.collect(),
        }
    });
    Difference {
        places: places.collect(),
    }
}

fn laid_out(text: &str) -> String {
    match Json::read(text) {
        Ok(mut json) => {
            json.sort_keys();
            pretty::json(&written(&json)) + "\n"
        }
        Err(_) => text.to_owned(),
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for place in &self.places {
            writeln!(f, "{}", place.heading)?;
            for line in &place.lines {
                writeln!(f, "{}{}", line.fate.sign(), line.text)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(15);

    fn shown(older: &str, newer: &str) -> String {
        between(older, newer, LONG).to_string()
    }

    #[test]
    fn what_differs_is_shown_among_some_lines_that_do_not() {
        let older = r#"{"a":1,"b":2,"c":3,"d":4,"e":5,"f":[]}"#;
        let newer = r#"{"e":7,"d":4,"c":3,"b":2,"a":1,"f":[]}"#;
        insta::assert_snapshot!(shown(older, newer), @r#"
        @@ -3,6 +3,6 @@
           "b": 2,
           "c": 3,
           "d": 4,
        -  "e": 5,
        +  "e": 7,
           "f": []
         }
        "#);
    }

    #[test]
    fn the_order_of_members_is_no_difference_and_the_digits_of_a_number_are() {
        let long = |last: u8| format!(r#"{{"b":1,"a":1234567890123456789012{last}}}"#);
        let told = shown(&long(3), &long(4));
        assert!(told.contains("-  \"a\": 12345678901234567890123"), "{told}");
        let turned = r#"{"a":12345678901234567890123,"b":1}"#;
        assert_eq!(shown(&long(3), turned), "");
        assert_ne!(shown("[1]", "[1.0]"), "");
    }

    #[test]
    fn what_is_no_json_is_compared_as_it_is() {
        assert_eq!(shown("a\n", "b\n"), "@@ -1 +1 @@\n-a\n+b\n");
        assert_eq!(shown("", "[]"), "@@ -0,0 +1 @@\n+[]\n");
    }

    #[test]
    fn without_time_everything_is_another_text() {
        let (older, newer) = ("[1,2,3,4,5]", "[1,2,9,4,5]");
        let coarse = between(older, newer, Duration::ZERO);
        assert!(!coarse.places.is_empty(), "{coarse}");
    }
}
