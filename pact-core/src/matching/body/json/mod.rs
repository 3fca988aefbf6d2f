//! A JSON value against its plan.

mod equal;
mod list;
mod object;
mod stream;

use std::fmt::Write;

use crate::json::Json;
use crate::matching::render::{bare, compact, kind, spoken};
use crate::matching::report::Report;
use crate::matching::value::{Reach, Words, json_holds, json_words};
use crate::matching::{Mismatch, MismatchKind, Part};
use crate::path::PathToken;
use crate::plan::json::{Below, JsonPlan, Node, NodeId, Shape};
use crate::plan::rule::{Rule, RuleSet};
use crate::plan::select::Step;
use crate::rules::Combine;

pub(crate) use self::stream::surely_matches;

/// What becomes of members the contract does not name.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Unexpected {
    /// They are allowed: a provider may send more than a consumer reads.
    Allowed,
    /// They are refused: a consumer may not send what the provider does not know.
    Refused,
}

/// Compares a value with a plan.
pub(crate) fn compare<'c>(
    plan: &'c JsonPlan,
    unexpected: Unexpected,
    actual: &'c Json<'c>,
    report: &mut Report,
) {
    compare_at(plan, plan.root(), unexpected, actual, report);
}

/// Compares a value with a part of a plan; paths begin there.
pub(crate) fn compare_at<'c>(
    plan: &'c JsonPlan,
    id: NodeId,
    unexpected: Unexpected,
    actual: &'c Json<'c>,
    report: &mut Report,
) {
    let mut walk = Walk {
        plan,
        unexpected,
        report,
        path: Vec::new(),
    };
    walk.value(id, actual);
}

struct Walk<'c, 'r> {
    plan: &'c JsonPlan,
    unexpected: Unexpected,
    report: &'r mut Report,
    path: Vec<Place<'c>>,
}

/// A step of the path to the value that is being compared.
#[derive(Clone, Copy)]
enum Place<'c> {
    Element(usize),
    Member(&'c str),
}

/// The rules that govern a value.
#[derive(Clone, Copy)]
struct Rules<'c> {
    set: &'c RuleSet,
    reach: Reach,
}

impl Rules<'_> {
    fn exact(self) -> bool {
        self.reach == Reach::Exact
    }

    fn any(self, wanted: impl Fn(&Rule) -> bool) -> bool {
        self.set.rules.iter().any(wanted)
    }
}

impl<'c> Walk<'c, '_> {
    fn value(&mut self, id: NodeId, actual: &'c Json<'c>) {
        if self.report.is_decided() {
            return;
        }
        if !self.report.take_step() {
            // Whoever asked is told that nothing fits; it says why.
            return self.report.fail(Mismatch::default);
        }
        let plan = self.plan;
        let node = plan.node(id);
        match (&node.shape, actual) {
            (Shape::Object(object), Json::Object(members)) => {
                self.object(id, object, members, actual);
            }
            (Shape::Array(array), Json::Array(elements)) => self.array(id, array, elements, actual),
            (Shape::Scalar(example), _) => self.scalar(id, Some(example), actual),
            (Shape::Any(below), _) => self.any(id, below, actual),
            (Shape::Array(_) | Shape::Object(_), _) => self.other_kind(id, actual),
        }
    }

    fn scalar(&mut self, id: NodeId, example: Option<&'c Json<'static>>, actual: &'c Json<'c>) {
        let Some(rules) = self.rules(self.plan.node(id)) else {
            if !json_holds(&Rule::Equality, Reach::Exact, example, actual) {
                let words = || json_words(&Rule::Equality, example, actual);
                self.fail(None, Some(id), Some(actual), words);
            }
            return;
        };
        let holds = |rule: &Rule| json_holds(rule, rules.reach, example, actual);
        if rules.set.judge(holds) {
            return;
        }
        for rule in rules.set.rules.iter().filter(|rule| !holds(rule)) {
            let words = || json_words(rule, example, actual);
            self.fail(Some(rule), example.map(|_| id), Some(actual), words);
        }
    }

    /// A value without an example: what the rules say of it, and of what is in it.
    fn any(&mut self, id: NodeId, below: &'c Below, actual: &'c Json<'c>) {
        match actual {
            Json::Array(elements) => {
                if let Some(rules) = self.rules(self.plan.node(id)) {
                    self.judge_list(rules, None, elements, actual);
                }
                for (index, element) in elements.iter().enumerate() {
                    self.at(
                        Place::Element(index),
                        below.step(Step::Index(index)),
                        element,
                    );
                }
            }
            Json::Object(members) => {
                if let Some(rules) = self.rules(self.plan.node(id)) {
                    self.judge_object(rules, None, members, actual);
                }
                for (name, value) in members.iter() {
                    self.at(Place::Member(name), below.step(Step::to(name)), value);
                }
            }
            Json::Bool(_) | Json::Null | Json::Number(_) | Json::String(_) => {
                self.scalar(id, None, actual);
            }
        }
    }

    fn other_kind(&mut self, id: NodeId, actual: &'c Json<'c>) {
        let rules = self.rules(self.plan.node(id));
        let nullable = rules.is_some_and(|rules| {
            rules.set.combine == Combine::Or && rules.any(|rule| matches!(rule, Rule::Null))
        });
        if nullable && actual.is_null() {
            return;
        }
        let plan = self.plan;
        self.fail(None, Some(id), Some(actual), || {
            let example = plan.example(id);
            Words {
                description: format!(
                    "Type mismatch: Expected {} ({}) to be the same type as {} ({})",
                    compact(actual),
                    kind(actual),
                    compact(&example),
                    kind(&example)
                ),
                sentence: format!("expected {}, got {}", spoken(&example), spoken(actual)),
            }
        });
    }

    /// Compares what stands one step down.
    fn at(&mut self, place: Place<'c>, id: NodeId, actual: &'c Json<'c>) {
        self.path.push(place);
        self.value(id, actual);
        self.path.pop();
    }

    fn rules(&self, node: &'c Node) -> Option<Rules<'c>> {
        self.plan.rules(node).map(|(set, cascaded)| Rules {
            set,
            reach: if cascaded {
                Reach::Cascaded
            } else {
                Reach::Exact
            },
        })
    }

    /// Notes that a rule on a list or an object, its size for the most part, does not hold.
    fn wrong_collection(
        &mut self,
        rule: &Rule,
        id: Option<NodeId>,
        actual: &Json<'_>,
        length: usize,
    ) {
        self.fail(Some(rule), id, Some(actual), || {
            let bounds = match rule {
                Rule::Type(bounds) | Rule::IgnoreOrder(bounds) => *bounds,
                _ => return json_words(rule, id.map(|id| self.plan.example(id)).as_ref(), actual),
            };
            let shown = match actual {
                Json::Array(elements) => {
                    let elements: Vec<String> = elements.iter().take(64).map(compact).collect();
                    format!("[{}]", elements.join(", "))
                }
                other => compact(other),
            };
            let (word, side, bound) = match (bounds.min, bounds.max) {
                (Some(min), _) if length < min => ("at least", "minimum", min),
                (_, max) => ("at most", "maximum", max.unwrap_or_default()),
            };
            Words {
                description: format!(
                    "Expected {shown} (size {length}) to have {side} size of {bound}"
                ),
                sentence: format!("expected {word} {bound} of them, got {}", spoken(actual)),
            }
        });
    }

    fn fail(
        &mut self,
        rule: Option<&Rule>,
        example: Option<NodeId>,
        actual: Option<&Json<'_>>,
        words: impl FnOnce() -> Words,
    ) {
        let (plan, path) = (self.plan, &self.path);
        self.report.fail(|| Mismatch {
            part: Part::Body,
            path: rendered(path),
            kind: words().kind(rule, example.map(|id| bare(&plan.example(id))), actual),
        });
    }
}

impl Words {
    fn kind(
        self,
        rule: Option<&Rule>,
        expected: Option<String>,
        actual: Option<&Json<'_>>,
    ) -> MismatchKind {
        MismatchKind {
            expected,
            actual: actual.map(bare),
            rule: rule.map(Rule::to_string),
            description: self.description,
            sentence: self.sentence,
        }
    }
}

/// Returns the path in its canonical form.
fn rendered(path: &[Place<'_>]) -> String {
    let mut out = String::from("$");
    for place in path {
        let token = match place {
            Place::Element(index) => PathToken::Index(*index),
            Place::Member(name) => match Step::to(name) {
                Step::Index(index) => PathToken::Index(index),
                Step::Name(name) => PathToken::Field(name.to_owned()),
            },
        };
        // Writing to a string cannot fail.
        let _ = write!(out, "{token}");
    }
    out
}
