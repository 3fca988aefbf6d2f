//! Headers: names without case, values with it, lists by element.

use super::report::Report;
use super::text_plan::{Prefix, TextPlace, failure, judge};
use super::value::text_holds;
use super::{Mismatch, MismatchKind, Part};
use crate::matching::render::in_quotes;
use crate::model::Headers;
use crate::plan::CompileError;
use crate::plan::rule::{Rule, RuleSet};
use crate::rules::Category;

/// The headers a request or response must have; others may be there.
#[derive(Clone, Debug, Default)]
pub(crate) struct HeadersPlan(Vec<HeaderPlan>);

#[derive(Clone, Debug)]
struct HeaderPlan {
    name: String,
    /// The values as they stand in the contract, trimmed.
    values: Vec<String>,
    /// The values cut at commas; `None` where none has one.
    elements: Option<Vec<String>>,
    rules: Option<RuleSet>,
    /// Whether values are media types with parameters.
    parameters: bool,
}

impl HeadersPlan {
    pub(crate) fn compile(
        headers: &Headers,
        rules: &Category<String>,
    ) -> Result<Self, CompileError> {
        let plan = |(name, values): (&str, &[String])| {
            let list = rules.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
            let rules = list
                .map(|(_, list)| RuleSet::compile(list, &format_args!("header `{name}`")))
                .transpose()?;
            Ok(HeaderPlan {
                name: name.to_owned(),
                values: values.iter().map(|value| value.trim().to_owned()).collect(),
                elements: { values.iter() }.any(|value| value.contains(',')).then(|| {
                    let elements = elements(values.iter().map(String::as_str));
                    elements.map(str::to_owned).collect()
                }),
                rules,
                parameters: is_content_type(name) || name.eq_ignore_ascii_case("accept"),
            })
        };
        headers.iter().map(plan).collect::<Result<_, _>>().map(Self)
    }

    /// Returns how many headers are expected.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn compare(&self, actual: &[(&str, &str)], report: &mut Report) {
        for header in &self.0 {
            header.compare(actual, report);
        }
    }

    /// Returns whether a rule on the `Content-Type` header allows the given type.
    pub(crate) fn rule_accepts_type(&self, actual: &str) -> bool {
        self.0
            .iter()
            .find(|header| is_content_type(&header.name))
            .is_some_and(|header| {
                let expected = header.values.first().map_or("", String::as_str);
                header.rules.as_ref().is_some_and(|rules| {
                    rules.judge(|rule| text_holds(rule, expected, actual.trim()))
                })
            })
    }
}

impl HeaderPlan {
    fn compare(&self, headers: &[(&str, &str)], report: &mut Report) {
        let lines = || {
            headers
                .iter()
                .filter(|(name, _)| name.eq_ignore_ascii_case(&self.name))
                .map(|(_, value)| value.trim())
        };
        if lines().next().is_none() {
            return report.fail(|| self.missing());
        }
        if self.values.is_empty() {
            if let Some(value) = lines().find(|value| !value.is_empty()) {
                report.fail(|| self.not_empty(value));
            }
            return;
        }
        match &self.rules {
            Some(rules) => self.by_rules(rules, lines, report),
            None => self.by_elements(lines, report),
        }
    }

    /// Every line must satisfy the rules, or every element of it where the header is a list.
    fn by_rules<'a, I: Iterator<Item = &'a str>>(
        &self,
        rules: &RuleSet,
        lines: impl Fn() -> I,
        report: &mut Report,
    ) {
        let is_equality = |rule: &Rule| matches!(rule, Rule::Equality);
        if self.values.len() > 1 && rules.rules.iter().all(is_equality) {
            return self.by_elements(lines, report);
        }
        self.within_bounds(rules, elements(lines()).count(), report);
        for (index, line) in lines().enumerate() {
            let expected = self
                .values
                .get(index)
                .or(self.values.first())
                .map_or("", String::as_str);
            let holds =
                |expected: &str, text: &str| rules.judge(|rule| text_holds(rule, expected, text));
            let is_list =
                line.contains(',') && (self.values.len() > 1 || is_list_header(&self.name));
            let element_holds = |(index, text): (usize, &str)| {
                let like = self.elements().get(index).or(self.elements().first());
                holds(like.map_or("", String::as_str), text)
            };
            if holds(expected, line)
                || is_list && elements([line].into_iter()).enumerate().all(element_holds)
            {
                continue;
            }
            judge(rules, self.place(expected, line), report);
        }
    }

    fn within_bounds(&self, rules: &RuleSet, count: usize, report: &mut Report) {
        for rule in &rules.rules {
            let Rule::Type(bounds) = rule else {
                continue;
            };
            if !bounds.allow(count) {
                report.fail(|| Mismatch {
                    part: Part::Header,
                    path: self.name.clone(),
                    kind: MismatchKind {
                        expected: Some(self.values.join(", ")),
                        actual: None,
                        rule: Some(rule.to_string()),
                        description: format!(
                            "{}Expected {count} values to be within{bounds}",
                            self.prefix()
                        ),
                        sentence: format!(
                            "expected a number of values within{bounds}, got {count}"
                        ),
                    },
                });
            }
        }
    }

    /// The elements of all lines must be those of the contract, in order.
    fn by_elements<'a, I: Iterator<Item = &'a str>>(
        &self,
        lines: impl Fn() -> I,
        report: &mut Report,
    ) {
        let same = |(expected, actual): (&String, &str)| {
            if self.parameters {
                parameters_match(expected, actual)
            } else {
                expected == actual
            }
        };
        let count = elements(lines()).count();
        if count == self.elements().len() && self.elements().iter().zip(elements(lines())).all(same)
        {
            return;
        }
        if self.values.len() == 1 && !self.parameters {
            let actual: Vec<&str> = elements(lines()).collect();
            let (expected, actual) = (self.elements().join(","), actual.join(","));
            return report.fail(|| failure(None, self.place(&expected, &actual)));
        }
        for (index, (expected, actual)) in self.elements().iter().zip(elements(lines())).enumerate()
        {
            if !same((expected, actual)) {
                report.fail(|| self.wrong_element(index, expected, actual));
            }
        }
        for (index, expected) in self.elements().iter().enumerate().skip(count) {
            report.fail(|| self.missing_element(index, expected, count));
        }
        for actual in elements(lines()).skip(self.elements().len()) {
            report.fail(|| failure(None, self.place("", actual)));
        }
    }

    /// Returns the values cut at commas.
    fn elements(&self) -> &[String] {
        self.elements.as_ref().unwrap_or(&self.values)
    }

    fn prefix(&self) -> Prefix<'_> {
        Prefix::Header(&self.name)
    }

    fn place<'a>(&'a self, expected: &'a str, actual: &'a str) -> TextPlace<'a> {
        TextPlace {
            part: Part::Header,
            name: &self.name,
            prefix: self.prefix(),
            expected,
            actual,
        }
    }

    fn wrong_element(&self, index: usize, expected: &str, actual: &str) -> Mismatch {
        let several = self.elements().len() > 1;
        let mut mismatch = failure(None, self.place(expected, actual));
        if self.parameters {
            let at = if several {
                format!(" at index {index}")
            } else {
                String::new()
            };
            mismatch.kind.description = format!(
                "{}Expected header '{}'{at} to have value '{expected}' but was '{actual}'",
                self.prefix(),
                self.name
            );
        } else if several {
            mismatch
                .kind
                .description
                .push_str(&format!(" for value at index {index}"));
        }
        mismatch
    }

    fn missing_element(&self, index: usize, expected: &str, count: usize) -> Mismatch {
        Mismatch {
            part: Part::Header,
            path: self.name.clone(),
            kind: MismatchKind {
                expected: Some(expected.to_owned()),
                actual: None,
                rule: None,
                description: format!(
                    "{}Expected value '{expected}' at index {index} but was missing (actual has {count} value(s))",
                    self.prefix()
                ),
                sentence: format!(
                    "expected {} at index {index}, got {count} value(s)",
                    in_quotes(expected)
                ),
            },
        }
    }

    fn missing(&self) -> Mismatch {
        let expected = self.values.join(", ");
        Mismatch {
            part: Part::Header,
            path: self.name.clone(),
            kind: MismatchKind {
                description: format!("Expected a header '{}' but was missing", self.name),
                sentence: format!("expected {}, got no such header", in_quotes(&expected)),
                expected: Some(expected),
                actual: None,
                rule: None,
            },
        }
    }

    fn not_empty(&self, actual: &str) -> Mismatch {
        Mismatch {
            part: Part::Header,
            path: self.name.clone(),
            kind: MismatchKind {
                expected: Some(String::new()),
                actual: Some(actual.to_owned()),
                rule: None,
                description: format!(
                    "Expected an empty header '{}' but actual value was '{actual}'",
                    self.name
                ),
                sentence: format!("expected no value, got {}", in_quotes(actual)),
            },
        }
    }
}

fn is_content_type(name: &str) -> bool {
    name.eq_ignore_ascii_case("content-type")
}

/// Returns whether RFC 9110 and its kin define the header as a list.
fn is_list_header(name: &str) -> bool {
    const LISTS: [&str; 22] = [
        "accept",
        "accept-charset",
        "accept-encoding",
        "accept-language",
        "access-control-allow-headers",
        "access-control-allow-methods",
        "access-control-expose-headers",
        "access-control-request-headers",
        "allow",
        "cache-control",
        "connection",
        "content-encoding",
        "content-language",
        "forwarded",
        "if-match",
        "if-none-match",
        "link",
        "pragma",
        "transfer-encoding",
        "upgrade",
        "vary",
        "via",
    ];
    LISTS.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// Iterates over what stands between the commas, trimmed.
fn elements<'a>(values: impl Iterator<Item = &'a str>) -> impl Iterator<Item = &'a str> {
    values.flat_map(|value| value.split(',').map(str::trim))
}

/// Returns whether a media type with parameters may stand where another is expected: parameters
/// in any order, more of them allowed.
pub(crate) fn parameters_match(expected: &str, actual: &str) -> bool {
    let mut wanted = expected.split(';').map(str::trim);
    let mut found = actual.split(';').map(str::trim);
    let same_type = match (wanted.next(), found.next()) {
        // Only media types ignore case; what else stands in such a header does not.
        (Some(expected), Some(actual)) if expected.contains('/') => {
            expected.eq_ignore_ascii_case(actual)
        }
        (expected, actual) => expected == actual,
    };
    same_type
        && wanted
            .filter(|parameter| !parameter.is_empty())
            .all(|parameter| {
                found
                    .clone()
                    .any(|candidate| parameter_matches(parameter, candidate))
            })
}

fn parameter_matches(expected: &str, actual: &str) -> bool {
    let cut = |text| {
        let (name, value) = str::split_once(text, '=').unwrap_or((text, ""));
        (name.trim(), value.trim().trim_matches('"'))
    };
    let ((name, value), (actual_name, actual_value)) = (cut(expected), cut(actual));
    // Charsets are the only values whose names ignore case (RFC 9110 §8.3.2).
    name.eq_ignore_ascii_case(actual_name)
        && if name.eq_ignore_ascii_case("charset") {
            value.eq_ignore_ascii_case(actual_value)
        } else {
            value == actual_value
        }
}
