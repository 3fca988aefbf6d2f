//! Plain text, compared as one value.

use crate::matching::render::{TEXT_LIMIT, in_quotes, shortened};
use crate::matching::report::Report;
use crate::matching::text_plan::{Prefix, TextPlace, judge};
use crate::matching::{Mismatch, MismatchKind, Part};
use crate::plan::rule::{Rule, RuleSet};
use crate::rules::Combine;

/// The text a body must be, or be like.
#[derive(Clone, Debug)]
pub(super) struct TextBody {
    expected: String,
    rules: Option<RuleSet>,
}

impl TextBody {
    pub(super) fn new(expected: &[u8], rules: Option<RuleSet>) -> Self {
        // Equality without more is said in other words than a rule.
        let only_equality = |set: &RuleSet| {
            set.combine == Combine::And
                && set.rules.iter().all(|rule| matches!(rule, Rule::Equality))
        };
        Self {
            expected: String::from_utf8_lossy(expected).into_owned(),
            rules: rules.filter(|set| !only_equality(set)),
        }
    }

    pub(super) fn compare(&self, actual: &[u8], report: &mut Report) {
        let actual = String::from_utf8_lossy(actual);
        let (expected, actual) = (self.expected.as_str(), actual.as_ref());
        match &self.rules {
            Some(rules) => judge(
                rules,
                TextPlace {
                    part: Part::Body,
                    name: "$",
                    prefix: Prefix::None,
                    expected,
                    actual,
                },
                report,
            ),
            None if expected == actual => {}
            None => report.fail(|| Mismatch {
                part: Part::Body,
                path: "$".to_owned(),
                kind: MismatchKind {
                    expected: Some(shortened(expected, TEXT_LIMIT)),
                    actual: Some(shortened(actual, TEXT_LIMIT)),
                    rule: None,
                    description: format!(
                        "Expected body '{}' to match '{}' using equality but did not match",
                        shortened(expected, TEXT_LIMIT),
                        shortened(actual, TEXT_LIMIT)
                    ),
                    sentence: format!(
                        "expected {}, got {}",
                        in_quotes(expected),
                        in_quotes(actual)
                    ),
                },
            }),
        }
    }
}
