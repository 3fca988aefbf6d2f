//! Status codes.

use super::report::Report;
use super::value::text_words;
use super::{Mismatch, MismatchKind, Part};
use crate::model::Response;
use crate::plan::CompileError;
use crate::plan::rule::{Rule, RuleSet};

/// The status code a response must have.
#[derive(Clone, Debug)]
pub(crate) struct StatusPlan {
    expected: u16,
    rules: Option<RuleSet>,
}

impl StatusPlan {
    pub(crate) fn compile(response: &Response) -> Result<Self, CompileError> {
        let list = &response.matching_rules.status;
        let rules = (!list.is_empty())
            .then(|| RuleSet::compile(list, &"status"))
            .transpose()?;
        Ok(Self {
            expected: response.status,
            rules,
        })
    }

    pub(crate) fn compare(&self, actual: u16, report: &mut Report) {
        let holds = |rule: &Rule| match rule {
            Rule::Equality | Rule::Values => actual == self.expected,
            Rule::Integer | Rule::Number | Rule::NotEmpty | Rule::Type(_) => true,
            Rule::StatusCode(class) => class.contains(actual),
            Rule::Include(_) | Rule::Regex(_) => {
                super::value::text_holds(rule, &self.expected.to_string(), &actual.to_string())
            }
            Rule::ArrayContains(_)
            | Rule::Boolean
            | Rule::ContentType(_)
            | Rule::Decimal
            | Rule::EachKey { .. }
            | Rule::EachValue { .. }
            | Rule::IgnoreOrder(_)
            | Rule::Null
            | Rule::Other(_)
            | Rule::Semver
            | Rule::Temporal(_) => false,
        };
        match &self.rules {
            Some(rules) if rules.judge(holds) => {}
            Some(rules) => {
                for rule in rules.rules.iter().filter(|rule| !holds(rule)) {
                    report.fail(|| self.mismatch(actual, Some(rule)));
                }
            }
            None if actual == self.expected => {}
            None => report.fail(|| self.mismatch(actual, None)),
        }
    }

    fn mismatch(&self, actual: u16, rule: Option<&Rule>) -> Mismatch {
        let expected = self.expected;
        let (description, sentence) = match rule {
            Some(rule @ Rule::StatusCode(class)) => (
                text_words(rule, &expected.to_string(), &actual.to_string()).description,
                format!("expected {}, got {actual}", class.phrase()),
            ),
            Some(rule) if !matches!(rule, Rule::Equality | Rule::Values) => {
                let words = text_words(rule, &expected.to_string(), &actual.to_string());
                (words.description, words.sentence)
            }
            Some(_) | None => (
                format!("expected {expected} but was {actual}"),
                format!("expected {expected}, got {actual}"),
            ),
        };
        Mismatch {
            part: Part::Status,
            path: String::new(),
            kind: MismatchKind {
                expected: Some(expected.to_string()),
                actual: Some(actual.to_string()),
                rule: rule.map(Rule::to_string),
                description,
                sentence,
            },
        }
    }
}
