//! Methods and paths.

use std::borrow::Cow;

use super::report::Report;
use super::text_plan::{Prefix, TextPlace, failure, judge};
use super::{Mismatch, MismatchKind, Part};
use crate::model::Request;
use crate::plan::CompileError;
use crate::plan::rule::{Rule, RuleSet};
use crate::rules::RuleList;

/// The method and path a request must have.
#[derive(Clone, Debug)]
pub(crate) struct RequestLinePlan {
    method: String,
    method_rules: Option<RuleSet>,
    path: String,
    /// The path with every octet written in one way.
    normal_path: String,
    path_rules: Option<RuleSet>,
}

impl RequestLinePlan {
    pub(crate) fn compile(request: &Request) -> Result<Self, CompileError> {
        let compiled = |list: &RuleList, place: &str| {
            (!list.is_empty())
                .then(|| RuleSet::compile(list, &place))
                .transpose()
        };
        Ok(Self {
            method: request.method.clone(),
            method_rules: compiled(&request.matching_rules.method, "method")?,
            path: request.path.clone(),
            normal_path: normal(&request.path).into_owned(),
            path_rules: compiled(&request.matching_rules.path, "path")?,
        })
    }

    /// Returns the only method that matches, when there is only one.
    pub(crate) fn literal_method(&self) -> Option<&str> {
        self.method_rules.is_none().then_some(self.method.as_str())
    }

    /// Returns the only path that matches, normalized, when there is only one.
    pub(crate) fn literal_path(&self) -> Option<&str> {
        self.path_rules
            .is_none()
            .then_some(self.normal_path.as_str())
    }

    /// Returns the pattern that alone decides about the path, in the dialect of the `regex` crate.
    pub(crate) fn path_pattern(&self) -> Option<&str> {
        match self.path_rules.as_ref()?.rules.as_slice() {
            [Rule::Regex(pattern)] => pattern.linear_source(),
            _ => None,
        }
    }

    /// Returns the method of the example.
    pub(crate) fn method(&self) -> &str {
        &self.method
    }

    /// Returns the path of the example.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// Returns whether the method is the one asked for.
    pub(crate) fn accepts_method(&self, actual: &str) -> bool {
        let mut report = Report::probe();
        self.compare_method(actual, &mut report);
        !report.has_failed()
    }

    /// Returns whether the path is the one asked for.
    pub(crate) fn accepts_path(&self, actual: &str) -> bool {
        let mut report = Report::probe();
        self.compare_path(actual, &mut report);
        !report.has_failed()
    }

    pub(crate) fn compare_method(&self, actual: &str, report: &mut Report) {
        let place = TextPlace {
            part: Part::Method,
            name: "",
            prefix: Prefix::None,
            expected: &self.method,
            actual,
        };
        match &self.method_rules {
            Some(rules) => judge(rules, place, report),
            None if self.method.eq_ignore_ascii_case(actual) => {}
            None => report.fail(|| {
                let (expected, actual) = (&self.method, actual.to_ascii_uppercase());
                Mismatch {
                    part: Part::Method,
                    path: String::new(),
                    kind: MismatchKind {
                        description: format!("expected {expected} but was {actual}"),
                        sentence: format!("expected {expected}, got {actual}"),
                        expected: Some(expected.clone()),
                        actual: Some(actual),
                        rule: None,
                    },
                }
            }),
        }
    }

    pub(crate) fn compare_path(&self, actual: &str, report: &mut Report) {
        let place = TextPlace {
            part: Part::Path,
            name: "",
            prefix: Prefix::None,
            expected: &self.path,
            actual,
        };
        match &self.path_rules {
            Some(rules) => judge(rules, place, report),
            None if self.path == actual || self.normal_path == normal(actual) => {}
            None => report.fail(|| failure(None, place)),
        }
    }
}

/// Returns a path with every octet written in one way: unreserved characters bare, all others that
/// may not stand bare as escapes in upper case. What is escaped and reserved stays escaped, so
/// `%2F` is never a separator.
pub(crate) fn normal(path: &str) -> Cow<'_, str> {
    let plain = |byte: u8| PLAIN[usize::from(byte)];
    if path.bytes().all(plain) {
        return Cow::Borrowed(path);
    }
    let bytes = path.as_bytes();
    let mut out = String::with_capacity(path.len() + 8);
    let mut at = 0;
    while at < bytes.len() {
        let (byte, escaped, length) = match escape_at(&bytes[at..]) {
            Some(byte) => (byte, true, 3),
            None => (bytes[at], false, 1),
        };
        at += length;
        let unreserved = byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        if unreserved || !escaped && plain(byte) {
            out.push(char::from(byte));
        } else {
            const HEX: &[u8; 16] = b"0123456789ABCDEF";
            out.push('%');
            out.push(char::from(HEX[usize::from(byte >> 4)]));
            out.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
    Cow::Owned(out)
}

/// Whether a byte may stand in a path as it is.
const PLAIN: [bool; 256] = {
    let mut plain = [false; 256];
    let mut byte = b'!';
    while byte <= b'~' {
        plain[byte as usize] = !matches!(
            byte,
            b'"' | b'%' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}'
        );
        byte += 1;
    }
    plain
};

fn escape_at(bytes: &[u8]) -> Option<u8> {
    let [b'%', high, low, ..] = bytes else {
        return None;
    };
    let digit = |byte: u8| char::from(byte).to_digit(16);
    u8::try_from(digit(*high)? * 16 + digit(*low)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_one_normal_form() {
        for (left, right, equal) in [
            ("/é", "/%C3%A9", true),
            ("/%7euser", "/~user", true),
            ("/a%2fb", "/a%2Fb", true),
            ("/a%2Fb", "/a/b", false),
            ("/a b", "/a%20b", true),
            ("/a/", "/a", false),
            ("/100%", "/100%25", true),
            ("/a+b", "/a%2Bb", false),
        ] {
            assert_eq!(normal(left) == normal(right), equal, "{left} and {right}");
        }
    }
}
