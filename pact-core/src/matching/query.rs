//! Query strings, and bodies that are written like them.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use super::render::in_quotes;
use super::report::Report;
use super::text_plan::{Prefix, TextPlace, failure};
use super::value::text_holds;
use super::{Mismatch, MismatchKind, Part};
use crate::model::Query;
use crate::path::DocPath;
use crate::plan::CompileError;
use crate::plan::rule::{Rule, RuleSet};
use crate::rules::Category;

/// The parameters a query must have, and no others.
#[derive(Clone, Debug, Default)]
pub(crate) struct QueryPlan(Vec<ParameterPlan>);

/// One parameter with its values.
#[derive(Clone, Debug)]
pub(crate) struct ParameterPlan {
    pub(crate) name: String,
    /// Where a mismatch says it is.
    pub(crate) path: String,
    pub(crate) values: Vec<String>,
    pub(crate) rules: ParameterRules,
}

/// What governs the values of a parameter.
#[derive(Clone, Debug)]
pub(crate) enum ParameterRules {
    /// One list of rules for all values, whatever their number.
    All(RuleSet),
    /// A list of rules for some positions; the number of values must be the contract's.
    Each(Vec<Option<RuleSet>>),
}

/// How parameters are called in texts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wording {
    pub(crate) part: Part,
    /// In the suite's words.
    pub(crate) noun: &'static str,
}

/// What parameters of a query are called.
const QUERY: Wording = Wording {
    part: Part::Query,
    noun: "query parameter",
};

impl QueryPlan {
    pub(crate) fn compile(query: &Query, rules: &Category<String>) -> Result<Self, CompileError> {
        let plan = |(name, values): (&str, &[Option<String>])| {
            let list = rules.get(&name.to_owned());
            let set = list
                .map(|list| RuleSet::compile(list, &format_args!("query parameter `{name}`")))
                .transpose()?;
            Ok(ParameterPlan {
                name: name.to_owned(),
                path: name.to_owned(),
                values: values
                    .iter()
                    .map(|value| value.clone().unwrap_or_default())
                    .collect(),
                rules: set.map_or(ParameterRules::Each(Vec::new()), ParameterRules::All),
            })
        };
        query.iter().map(plan).collect::<Result<_, _>>().map(Self)
    }

    /// Returns how many parameters are expected.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn compare(&self, actual: Option<&str>, report: &mut Report) {
        let actual = actual.unwrap_or_default();
        if self.0.is_empty() && actual.is_empty() {
            return;
        }
        compare_parameters(&self.0, &decoded(actual), QUERY, report);
    }
}

/// Compares parameters by name, their values in order.
pub(crate) fn compare_parameters(
    plans: &[ParameterPlan],
    actual: &Parameters<'_>,
    wording: Wording,
    report: &mut Report,
) {
    for plan in plans {
        let values: Vec<&str> = actual.values(&plan.name).collect();
        plan.compare(&values, wording, report);
    }
    let mut known: Vec<&str> = plans.iter().map(|plan| plan.name.as_str()).collect();
    known.sort_unstable();
    for name in actual.names() {
        if known.binary_search(&name).is_err() {
            let value = actual.values(name).collect::<Vec<_>>().join(", ");
            report.fail(|| unexpected(name, &value, wording));
        }
    }
}

/// Parameters as they arrived, decoded, in the order of their names and then of arrival.
pub(crate) struct Parameters<'a>(Vec<(Cow<'a, str>, Cow<'a, str>)>);

/// Decodes a query string or a form; segments of no length are skipped.
pub(crate) fn decoded(text: &str) -> Parameters<'_> {
    let mut all: Vec<(Cow<'_, str>, Cow<'_, str>)> = text
        .split('&')
        .filter(|segment| !segment.is_empty())
        .map(|segment| {
            let (name, value) = segment.split_once('=').unwrap_or((segment, ""));
            (unescaped(name), unescaped(value))
        })
        .collect();
    all.sort_by(|left, right| left.0.cmp(&right.0));
    Parameters(all)
}

fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains(['+', '%']) {
        return Cow::Borrowed(text);
    }
    let spaced = text.replace('+', " ");
    Cow::Owned(percent_decode_str(&spaced).decode_utf8_lossy().into_owned())
}

impl Parameters<'_> {
    /// Iterates over the values of a parameter.
    pub(crate) fn values(&self, name: &str) -> impl Iterator<Item = &str> {
        let start = self.0.partition_point(|(known, _)| known.as_ref() < name);
        self.0[start..]
            .iter()
            .take_while(move |(known, _)| known == name)
            .map(|(_, value)| value.as_ref())
    }

    /// Iterates over the names, each once.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        let starts = |at: &usize| *at == 0 || self.0[*at].0 != self.0[at - 1].0;
        (0..self.0.len())
            .filter(starts)
            .map(|at| self.0[at].0.as_ref())
    }
}

impl ParameterPlan {
    fn compare(&self, actual: &[&str], wording: Wording, report: &mut Report) {
        let noun = wording.noun;
        let name = &self.name;
        if actual.is_empty() {
            if !self.values.is_empty() {
                report.fail(|| {
                    self.mismatch(
                        wording,
                        format!("Expected {noun} '{name}' but was missing"),
                        format!(
                            "expected {}, got no such parameter",
                            in_quotes(&self.values.join(", "))
                        ),
                    )
                });
            }
            return;
        }
        if self.values.is_empty() {
            return report.fail(|| {
                let shown = actual.join(", ");
                self.mismatch(
                    wording,
                    format!("Expected an empty parameter list for '{name}' but received [{shown}]"),
                    format!("expected no value, got {}", in_quotes(&shown)),
                )
            });
        }
        match &self.rules {
            ParameterRules::All(set) => self.by_rules(set, actual, wording, report),
            ParameterRules::Each(sets) => self.by_position(sets, actual, wording, report),
        }
    }

    fn by_rules(&self, set: &RuleSet, actual: &[&str], wording: Wording, report: &mut Report) {
        for rule in &set.rules {
            let Rule::Type(bounds) = rule else {
                continue;
            };
            if !bounds.allow(actual.len()) {
                report.fail(|| {
                    let count = actual.len();
                    let (side, bound) = match (bounds.min, bounds.max) {
                        (Some(min), _) if count < min => ("minimum", min),
                        (_, max) => ("maximum", max.unwrap_or_default()),
                    };
                    let mut mismatch = self.mismatch(
                        wording,
                        format!(
                            "Expected [{}] (size {count}) to have {side} size of {bound}",
                            actual.join(", ")
                        ),
                        format!("expected {side} {bound} values, got {count}"),
                    );
                    mismatch.kind.rule = Some(rule.to_string());
                    mismatch
                });
            }
        }
        for (index, value) in actual.iter().enumerate() {
            let expected = self
                .values
                .get(index)
                .or(self.values.first())
                .map_or("", String::as_str);
            self.judge(set, (expected, value), wording, report);
        }
    }

    fn by_position(
        &self,
        sets: &[Option<RuleSet>],
        actual: &[&str],
        wording: Wording,
        report: &mut Report,
    ) {
        let (noun, name) = (wording.noun, &self.name);
        for (index, (expected, value)) in self.values.iter().zip(actual).enumerate() {
            match sets.get(index).and_then(Option::as_ref) {
                Some(set) => self.judge(set, (expected, value), wording, report),
                None if expected == value => {}
                None => report.fail(|| {
                    let mut mismatch = self.mismatch(
                        wording,
                        format!(
                            "Expected {noun} '{name}' with value '{expected}' but was '{value}'"
                        ),
                        format!("expected {}, got {}", in_quotes(expected), in_quotes(value)),
                    );
                    mismatch.kind.expected = Some(expected.clone());
                    mismatch.kind.actual = Some((*value).to_owned());
                    mismatch
                }),
            }
        }
        let (wanted, found) = (self.values.len(), actual.len());
        if wanted == found {
            return;
        }
        report.fail(|| {
            let mut mismatch = self.mismatch(
                wording,
                format!(
                    "Expected {noun} '{name}' with {wanted} value(s) but received {found} value(s)"
                ),
                format!("expected {wanted} value(s), got {found}"),
            );
            mismatch.kind.actual = Some(actual.join(", "));
            mismatch
        });
        for value in self.values.iter().skip(found) {
            report.fail(|| {
                self.mismatch(
                    wording,
                    format!("Expected {noun} '{name}' value '{value}' but was missing"),
                    format!("expected {}, got nothing", in_quotes(value)),
                )
            });
        }
    }

    fn judge(&self, set: &RuleSet, pair: (&str, &str), wording: Wording, report: &mut Report) {
        let (expected, actual) = pair;
        if set.judge(|rule| text_holds(rule, expected, actual)) {
            return;
        }
        for rule in set
            .rules
            .iter()
            .filter(|rule| !text_holds(rule, expected, actual))
        {
            report.fail(|| {
                failure(
                    Some(rule),
                    TextPlace {
                        part: wording.part,
                        name: &self.path,
                        prefix: Prefix::None,
                        expected,
                        actual,
                    },
                )
            });
        }
    }

    fn mismatch(&self, wording: Wording, description: String, sentence: String) -> Mismatch {
        Mismatch {
            part: wording.part,
            path: self.path.clone(),
            kind: MismatchKind {
                expected: Some(self.values.join(", ")),
                actual: None,
                rule: None,
                description,
                sentence,
            },
        }
    }
}

fn unexpected(name: &str, value: &str, wording: Wording) -> Mismatch {
    Mismatch {
        part: wording.part,
        path: match wording.part {
            Part::Body => DocPath::field(name).to_string(),
            _ => name.to_owned(),
        },
        kind: MismatchKind {
            expected: None,
            actual: Some(value.to_owned()),
            rule: None,
            description: format!("Unexpected {} '{name}' received", wording.noun),
            sentence: format!("expected no such parameter, got {}", in_quotes(value)),
        },
    }
}
