//! The elements of the example with the rules that govern them.

use std::collections::HashMap;

use roxmltree::Node;

use crate::path::{DocPath, PathToken};
use crate::plan::CompileError;
use crate::plan::rule::{Rule, RuleSet};
use crate::plan::select::{Selector, StateId, Step};
use crate::rules::Category;
use crate::xml::{DEPTH_LIMIT, attribute_name, full_name, spellings, text_of};

/// An element of the example.
#[derive(Clone, Debug)]
pub(super) struct Element {
    pub(super) name: Name,
    pub(super) governor: Option<Governor>,
    pub(super) attributes: Vec<Attribute>,
    /// The character data directly in the element, trimmed.
    pub(super) text: String,
    pub(super) text_governor: Option<Governor>,
    /// The child elements, those of one name together.
    pub(super) children: Vec<Vec<Self>>,
}

/// An attribute of the example.
#[derive(Clone, Debug)]
pub(super) struct Attribute {
    pub(super) name: Name,
    pub(super) value: String,
    pub(super) governor: Option<Governor>,
}

/// A name by its namespace; prefixes mean nothing.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Name {
    pub(super) namespace: Option<String>,
    pub(super) local: String,
}

/// The rules that govern a place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Governor {
    pub(super) set: usize,
    pub(super) cascaded: bool,
}

impl Name {
    /// Returns whether the name is that of an actual node.
    pub(super) fn is(&self, namespace: Option<&str>, local: &str) -> bool {
        self.local == local && self.namespace.as_deref() == namespace
    }

    /// Returns the name as paths write it.
    pub(super) fn token(&self) -> String {
        match &self.namespace {
            Some(namespace) => full_name((namespace.as_str(), self.local.as_str()).into()),
            None => self.local.clone(),
        }
    }
}

/// Resolves rules while the example is read.
pub(super) struct Compiler {
    selector: Selector,
    sets: Vec<RuleSet>,
}

impl Compiler {
    pub(super) fn new(rules: &Category<DocPath>) -> Result<Self, CompileError> {
        let mut merged: Category<DocPath> = Category::default();
        for (path, list) in rules.iter() {
            merged.set(without_positions(path), list.clone());
        }
        let paths: Vec<&DocPath> = merged.iter().map(|(path, _)| path).collect();
        let selector = Selector::new(&paths)
            .map_err(|_| CompileError::TooManyCombinations { part: "body" })?;
        let sets = merged
            .iter()
            .map(|(path, list)| RuleSet::compile(list, &format_args!("body at `{path}`")))
            .collect::<Result<_, _>>()?;
        Ok(Self { selector, sets })
    }

    pub(super) fn into_sets(self) -> Vec<RuleSet> {
        self.sets
    }

    /// Reads the root element of the example.
    pub(super) fn element(&self, node: Node<'_, '_>, depth: usize) -> Result<Element, String> {
        self.element_below(node, Selector::root(), depth)
    }

    fn element_below(
        &self,
        node: Node<'_, '_>,
        parent: StateId,
        depth: usize,
    ) -> Result<Element, String> {
        if depth > DEPTH_LIMIT {
            return Err(format!(
                "elements stand in one another more than {DEPTH_LIMIT} deep"
            ));
        }
        let at = self.step(parent, "", node, node.tag_name());
        let attributes = node
            .attributes()
            .map(|attribute| Attribute {
                name: Name {
                    namespace: attribute.namespace().map(str::to_owned),
                    local: attribute.name().to_owned(),
                },
                value: attribute.value().to_owned(),
                governor: self.governor(self.step(at, "@", node, attribute_name(&attribute))),
            })
            .collect();
        let text_at = self.selector.step(at, Step::Name("#text"));
        Ok(Element {
            name: Name {
                namespace: node.tag_name().namespace().map(str::to_owned),
                local: node.tag_name().name().to_owned(),
            },
            governor: self.governor(at),
            attributes,
            text: text_of(node),
            text_governor: self.governor(text_at),
            children: self.children(node, at, depth + 1)?,
        })
    }

    fn children(
        &self,
        node: Node<'_, '_>,
        at: StateId,
        depth: usize,
    ) -> Result<Vec<Vec<Element>>, String> {
        let mut groups: Vec<Vec<Element>> = Vec::new();
        let mut positions = HashMap::new();
        for child in node.children().filter(Node::is_element) {
            let name = (child.tag_name().namespace(), child.tag_name().name());
            let position = *positions.entry(name).or_insert(groups.len());
            let element = self.element_below(child, at, depth)?;
            match groups.get_mut(position) {
                Some(group) => group.push(element),
                None => groups.push(vec![element]),
            }
        }
        Ok(groups)
    }

    /// Steps to an element or attribute by whichever spelling of its name a rule uses.
    fn step(
        &self,
        at: StateId,
        mark: &str,
        scope: Node<'_, '_>,
        name: roxmltree::ExpandedName<'_, '_>,
    ) -> StateId {
        spellings(mark, scope, name)
            .iter()
            .find(|spelling| {
                self.selector
                    .names(at)
                    .any(|(known, _)| known == spelling.as_str())
            })
            .map_or_else(
                || self.selector.other_name(at),
                |spelling| self.selector.step(at, Step::Name(spelling)),
            )
    }

    fn governor(&self, at: StateId) -> Option<Governor> {
        self.selector.choice(at).map(|choice| Governor {
            set: choice.rule,
            cascaded: choice.cascaded,
        })
    }
}

/// Returns whether a set of rules lets one example stand for all siblings of its name.
pub(super) fn repeats(set: &RuleSet) -> bool {
    set.rules
        .iter()
        .any(|rule| matches!(rule, Rule::Type(_) | Rule::EachValue { .. }))
}

/// Returns the path without its positions: siblings of one name are governed alike.
pub(crate) fn without_positions(path: &DocPath) -> DocPath {
    path.tokens()
        .iter()
        .filter(|token| {
            !matches!(
                token,
                PathToken::Index(_) | PathToken::StarIndex | PathToken::Root
            )
        })
        .fold(DocPath::root(), |path, token| path.join(token.clone()))
}
