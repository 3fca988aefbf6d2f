//! Bytes without structure.

use std::fmt::Write;

use super::ActualBody;
use crate::detect;
use crate::matching::report::Report;
use crate::matching::value::{text_holds, text_words};
use crate::matching::{Mismatch, MismatchKind, Part};
use crate::model::ContentType;
use crate::plan::rule::{Rule, RuleSet};

/// The bytes a body must be, or be like.
#[derive(Clone, Debug)]
pub(super) struct BinaryBody {
    expected: Vec<u8>,
    content_type: String,
    rules: Option<RuleSet>,
}

impl BinaryBody {
    pub(super) fn new(expected: &[u8], content_type: &ContentType, rules: Option<RuleSet>) -> Self {
        Self {
            expected: expected.to_vec(),
            content_type: content_type.to_string(),
            rules,
        }
    }

    pub(super) fn has_rule(&self, wanted: impl Fn(&Rule) -> bool) -> bool {
        self.rules
            .as_ref()
            .is_some_and(|set| set.rules.iter().any(wanted))
    }

    pub(super) fn compare(&self, actual: ActualBody<'_>, report: &mut Report) {
        let Some(rules) = &self.rules else {
            if self.expected != actual.bytes {
                report.fail(|| self.unequal(None, actual));
            }
            return;
        };
        let holds = |rule: &Rule| self.holds(rule, actual.bytes);
        if rules.judge(holds) {
            return;
        }
        for rule in rules.rules.iter().filter(|rule| !holds(rule)) {
            report.fail(|| self.failure(rule, actual));
        }
    }

    fn holds(&self, rule: &Rule, actual: &[u8]) -> bool {
        match rule {
            Rule::ContentType(wanted) => detect::looks_like(actual, wanted),
            Rule::Equality | Rule::IgnoreOrder(_) | Rule::Values => self.expected == actual,
            Rule::NotEmpty => !actual.is_empty(),
            Rule::Type(_) => true,
            // What is left speaks of text; bytes that are none cannot satisfy it.
            rule => match (str::from_utf8(&self.expected), str::from_utf8(actual)) {
                (Ok(expected), Ok(actual)) => text_holds(rule, expected, actual),
                _ => false,
            },
        }
    }

    fn failure(&self, rule: &Rule, actual: ActualBody<'_>) -> Mismatch {
        match rule {
            Rule::ContentType(wanted) => {
                let found = detect::name_of(actual.bytes);
                self.mismatch(
                    Some(rule),
                    actual,
                    format!(
                        "Expected binary contents to have content type '{wanted}' but detected contents was '{found}'"
                    ),
                    format!("expected contents of the type {wanted}, got {found}"),
                )
            }
            Rule::Equality | Rule::IgnoreOrder(_) | Rule::Values => {
                self.unequal(Some(rule), actual)
            }
            rule => {
                let text = String::from_utf8_lossy(actual.bytes);
                let words = text_words(rule, &String::from_utf8_lossy(&self.expected), &text);
                self.mismatch(Some(rule), actual, words.description, words.sentence)
            }
        }
    }

    fn unequal(&self, rule: Option<&Rule>, actual: ActualBody<'_>) -> Mismatch {
        let actual_type = actual
            .content_type
            .unwrap_or_else(|| detect::name_of(actual.bytes));
        let (found, wanted) = (
            summary(actual_type, actual.bytes),
            summary(&self.content_type, &self.expected),
        );
        let description =
            format!("Actual body [{found}] is not equal to the expected body [{wanted}]");
        self.mismatch(
            rule,
            actual,
            description,
            format!("expected {wanted}, got {found}"),
        )
    }

    fn mismatch(
        &self,
        rule: Option<&Rule>,
        actual: ActualBody<'_>,
        description: String,
        sentence: String,
    ) -> Mismatch {
        Mismatch {
            part: Part::Body,
            path: "$".to_owned(),
            kind: MismatchKind {
                expected: Some(hex(&self.expected)),
                actual: Some(hex(actual.bytes)),
                rule: rule.map(Rule::to_string),
                description,
                sentence,
            },
        }
    }
}

/// Returns the type, the length and the beginning of some bytes.
pub(super) fn summary(content_type: &str, bytes: &[u8]) -> String {
    format!(
        "{content_type}, {} bytes, starting with {}",
        bytes.len(),
        hex(bytes)
    )
}

fn hex(bytes: &[u8]) -> String {
    let shown = &bytes[..bytes.len().min(32)];
    shown
        .iter()
        .fold(String::with_capacity(64), |mut out, byte| {
            // Writing to a string cannot fail.
            let _ = write!(out, "{byte:02x}");
            out
        })
}
