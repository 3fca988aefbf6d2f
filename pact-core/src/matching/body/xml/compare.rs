//! A document against the example.

use std::collections::HashMap;

use roxmltree::Node;

use super::tree::{Attribute, Element, Governor, Name, repeats};
use crate::matching::body::json::Unexpected;
use crate::matching::render::in_quotes;
use crate::matching::report::Report;
use crate::matching::text_plan::{Prefix, TextPlace, failure, judge};
use crate::matching::{Mismatch, MismatchKind, Part};
use crate::path::PathToken;
use crate::plan::rule::{Bounds, Rule, RuleSet};
use crate::xml::{DEPTH_LIMIT, text_of};

/// A comparison under way.
pub(super) struct Walk<'c, 'r> {
    sets: &'c [RuleSet],
    unexpected: Unexpected,
    report: &'r mut Report,
    path: Vec<String>,
}

impl<'c, 'r> Walk<'c, 'r> {
    pub(super) fn new(sets: &'c [RuleSet], unexpected: Unexpected, report: &'r mut Report) -> Self {
        Self {
            sets,
            unexpected,
            report,
            path: Vec::new(),
        }
    }

    /// Compares the root elements.
    pub(super) fn root(&mut self, expected: &'c Element, actual: Node<'_, '_>) {
        let name = actual.tag_name();
        self.path.push(expected.name.token());
        if expected.name.is(name.namespace(), name.name()) {
            for (rule, bounds) in self.bounds(expected.governor) {
                let count = contents(actual);
                if !bounds.allow(count) {
                    self.wrong_count(rule, bounds, &expected.name, count);
                }
            }
            self.element(expected, actual);
        } else {
            let found = Name {
                namespace: name.namespace().map(str::to_owned),
                local: name.name().to_owned(),
            };
            let (expected, found) = (expected.name.token(), found.token());
            self.fail(None, (Some(&expected), Some(&found)), || {
                (
                    format!("Expected '{found}' to be equal to '{expected}'"),
                    format!("expected the element `{expected}`, got `{found}`"),
                )
            });
        }
        self.path.pop();
    }

    /// Compares what is in two elements of one name.
    fn element(&mut self, expected: &'c Element, actual: Node<'_, '_>) {
        if self.report.is_decided() {
            return;
        }
        if self.path.len() > DEPTH_LIMIT {
            return;
        }
        self.not_empty(expected, actual);
        for attribute in &expected.attributes {
            self.attribute(attribute, actual);
        }
        if self.unexpected == Unexpected::Refused {
            self.attribute_count(expected, actual);
        }
        self.text(expected, actual);
        self.children(expected, actual);
    }

    fn not_empty(&mut self, expected: &'c Element, actual: Node<'_, '_>) {
        let Some(governor) = expected.governor.filter(|governor| !governor.cascaded) else {
            return;
        };
        let sets = self.sets;
        for rule in &sets[governor.set].rules {
            if matches!(rule, Rule::NotEmpty) && contents(actual) == 0 {
                let name = expected.name.token();
                self.fail(Some(rule), (None, Some("")), || {
                    (
                        format!("Expected '{name}' to not be empty"),
                        format!("expected something in `{name}`, got nothing"),
                    )
                });
            }
        }
    }

    fn attribute(&mut self, expected: &'c Attribute, actual: Node<'_, '_>) {
        let found = actual
            .attributes()
            .find(|found| expected.name.is(found.namespace(), found.name()));
        self.path.push(format!("@{}", expected.name.token()));
        match found {
            Some(found) => self.value(expected.governor, &expected.value, found.value()),
            None => {
                let (name, value) = (expected.name.token(), &expected.value);
                self.fail(None, (Some(value), None), || {
                    (
                        format!("Expected attribute '{name}'='{value}' but was missing"),
                        format!("expected {}, got no such attribute", in_quotes(value)),
                    )
                });
            }
        }
        self.path.pop();
    }

    fn attribute_count(&mut self, expected: &'c Element, actual: Node<'_, '_>) {
        let (wanted, found) = (expected.attributes.len(), actual.attributes().len());
        if wanted != found {
            self.fail(
                None,
                (Some(&wanted.to_string()), Some(&found.to_string())),
                || {
                    (
                        format!("Expected {wanted} attribute(s) but received {found} attribute(s)"),
                        format!("expected {wanted} attribute(s), got {found}"),
                    )
                },
            );
        }
    }

    fn text(&mut self, expected: &'c Element, actual: Node<'_, '_>) {
        let found = text_of(actual);
        self.path.push("#text".to_owned());
        let no_text =
            expected.text.is_empty() && (found.is_empty() || !expected.children.is_empty());
        let inherited = expected
            .text_governor
            .is_none_or(|governor| governor.cascaded);
        if no_text && inherited {
            // A rule on an element without text is about what else is in it.
            self.value(None, &expected.text, &found);
        } else {
            self.value(expected.text_governor, &expected.text, &found);
        }
        self.path.pop();
    }

    fn value(&mut self, governor: Option<Governor>, expected: &str, actual: &str) {
        let path = rendered(&self.path);
        let place = TextPlace {
            part: Part::Body,
            name: &path,
            prefix: Prefix::None,
            expected,
            actual,
        };
        match governor {
            Some(governor) => judge(&self.sets[governor.set], place, self.report),
            None if expected == actual => {}
            None => self.report.fail(|| failure(None, place)),
        }
    }

    fn children(&mut self, expected: &'c Element, actual: Node<'_, '_>) {
        let mut by_name: HashMap<_, Vec<Node<'_, '_>>> = HashMap::new();
        for child in actual.children().filter(Node::is_element) {
            let name = (child.tag_name().namespace(), child.tag_name().name());
            by_name.entry(name).or_default().push(child);
        }
        for wanted in &expected.children {
            if let Some(first) = wanted.first() {
                let name = (first.name.namespace.as_deref(), first.name.local.as_str());
                let found = by_name.remove(&name).unwrap_or_default();
                self.siblings(wanted, first, &found);
            }
        }
        if self.unexpected == Unexpected::Allowed || by_name.is_empty() {
            return;
        }
        for found in actual.children().filter(Node::is_element) {
            let name = (found.tag_name().namespace(), found.tag_name().name());
            if by_name.contains_key(&name) {
                self.unexpected_child(found.tag_name().name());
            }
        }
    }

    /// Compares the children of one name.
    fn siblings(&mut self, wanted: &'c [Element], first: &'c Element, found: &[Node<'_, '_>]) {
        let name = &first.name;
        let sets = self.sets;
        let repeated = first
            .governor
            .is_some_and(|governor| repeats(&sets[governor.set]));
        self.path.push(name.token());
        for (rule, bounds) in self.bounds(first.governor) {
            self.sibling_count(first, found, (rule, bounds));
        }
        for (index, child) in found.iter().enumerate() {
            let example = wanted.get(index).filter(|_| !repeated);
            match example.or(repeated.then_some(first)) {
                Some(example) => self.element(example, *child),
                None if self.unexpected == Unexpected::Refused => {
                    self.path.pop();
                    self.unexpected_child(&name.local);
                    self.path.push(name.token());
                }
                None => {}
            }
        }
        self.path.pop();
        let needed = if repeated { 1 } else { wanted.len() };
        for _ in found.len()..needed {
            let local = &name.local;
            self.fail(None, (Some(&format!("<{local}/>")), None), || {
                (
                    format!("Expected child <{local}/> but was missing"),
                    format!("expected the child `{local}`, got none"),
                )
            });
        }
    }

    /// Bounds at an element count how often it repeats, or, where the example holds elements, what
    /// is in it: files mean both.
    fn sibling_count(&mut self, example: &Element, found: &[Node<'_, '_>], rule: (&Rule, Bounds)) {
        let (rule, bounds) = rule;
        let inside = !example.children.is_empty()
            && found.iter().all(|child| bounds.allow(contents(*child)));
        if !bounds.allow(found.len()) && !inside {
            self.wrong_count(rule, bounds, &example.name, found.len());
        }
    }

    fn bounds(
        &self,
        governor: Option<Governor>,
    ) -> impl Iterator<Item = (&'c Rule, Bounds)> + use<'c> {
        let set = governor
            .filter(|governor| !governor.cascaded)
            .map(|governor| &self.sets[governor.set]);
        set.into_iter()
            .flat_map(|set| &set.rules)
            .filter_map(|rule| match rule {
                Rule::Type(bounds) => Some((rule, *bounds)),
                _ => None,
            })
    }

    fn wrong_count(&mut self, rule: &Rule, bounds: Bounds, name: &Name, count: usize) {
        let (word, bound) = match bounds.min {
            Some(min) if count < min => ("at least", min),
            Some(_) | None => ("at most", bounds.max.unwrap_or_default()),
        };
        let name = name.token();
        self.fail(Some(rule), (None, Some(&count.to_string())), || {
            (
                format!("Expected '{name}' to have {word} {bound} children"),
                format!("expected {word} {bound} of `{name}`, got {count}"),
            )
        });
    }

    fn unexpected_child(&mut self, name: &str) {
        self.fail(None, (None, Some(&format!("<{name}/>"))), || {
            (
                format!("Unexpected child <{name}/>"),
                format!("expected no child `{name}`"),
            )
        });
    }

    fn fail(
        &mut self,
        rule: Option<&Rule>,
        sides: (Option<&str>, Option<&str>),
        words: impl FnOnce() -> (String, String),
    ) {
        let path = &self.path;
        self.report.fail(|| {
            let (description, sentence) = words();
            Mismatch {
                part: Part::Body,
                path: rendered(path),
                kind: MismatchKind {
                    expected: sides.0.map(str::to_owned),
                    actual: sides.1.map(str::to_owned),
                    rule: rule.map(Rule::to_string),
                    description,
                    sentence,
                },
            }
        });
    }
}

/// Returns how much is in an element: its child elements, and one for its text.
fn contents(node: Node<'_, '_>) -> usize {
    node.children().filter(Node::is_element).count() + usize::from(!text_of(node).is_empty())
}

fn rendered(path: &[String]) -> String {
    path.iter().fold(String::from("$"), |mut out, name| {
        out.push_str(&PathToken::Field(name.clone()).to_string());
        out
    })
}
