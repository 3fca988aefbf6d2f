//! Compiling an example and its rules to a plan.

use std::borrow::Cow;
use std::collections::HashMap;

use super::{ArrayNode, Below, Governor, Node, NodeId, ObjectNode, Shape, VariantNode};
use crate::json::{Json, Object};
use crate::path::{DocPath, PathToken};
use crate::plan::CompileError;
use crate::plan::rule::{Rule, RuleSet};
use crate::plan::select::{Selector, StateId, Step};
use crate::rules::{Category, MatchingRule, RuleList};

/// Returns the rules with what `eachValue` says written out: its rules stand at every child.
///
/// Rules that are written at the children themselves stay; those of `eachValue` are added.
pub(crate) fn expanded(rules: &Category<DocPath>) -> Cow<'_, Category<DocPath>> {
    let each_value = |rule: &MatchingRule| matches!(rule, MatchingRule::EachValue { .. });
    if !{ rules.iter() }.any(|(_, list)| list.rules.iter().any(each_value)) {
        return Cow::Borrowed(rules);
    }
    let mut out = rules.clone();
    let mut open: Vec<(DocPath, Vec<MatchingRule>)> = rules
        .iter()
        .map(|(path, list)| (path.clone(), list.rules.clone()))
        .collect();
    while let Some((path, list)) = open.pop() {
        for rule in list {
            let MatchingRule::EachValue { rules, .. } = rule else {
                continue;
            };
            let written: Vec<DocPath> = [PathToken::Star, PathToken::StarIndex]
                .into_iter()
                .map(|token| path.join(token))
                .filter(|child| out.get(child).is_some())
                .collect();
            let children = if written.is_empty() {
                vec![path.join(PathToken::Star)]
            } else {
                written
            };
            for child in children {
                let known = out.get(&child).cloned().unwrap_or_default();
                let all = [known.rules, rules.clone()].concat();
                let combine = known.combine;
                out.set(
                    child.clone(),
                    RuleList {
                        rules: all,
                        combine,
                    },
                );
                open.push((child, rules.clone()));
            }
        }
    }
    Cow::Owned(out)
}

fn count(json: &Json<'_>) -> usize {
    match json {
        Json::Array(elements) => 1 + elements.iter().map(count).sum::<usize>(),
        Json::Object(members) => 1 + members.iter().map(|(_, value)| count(value)).sum::<usize>(),
        Json::Bool(_) | Json::Null | Json::Number(_) | Json::String(_) => 1,
    }
}

/// A plan in the making.
pub(super) struct Compiler {
    /// What the document is called in errors.
    part: &'static str,
    pub(super) nodes: Vec<Node>,
    pub(super) sets: Vec<RuleSet>,
    limit: usize,
    /// What was compiled already, by example, rule sets and state, where it could be met again.
    seen: HashMap<(usize, u32, StateId), NodeId>,
}

/// A document under compilation: a selector, and where its rule sets begin.
#[derive(Clone, Copy)]
struct Scope<'s> {
    selector: &'s Selector,
    base: u32,
}

impl Compiler {
    /// Starts the plan of a document; `part` is what errors call it.
    pub(super) fn new(example: &Json<'_>, part: &'static str) -> Self {
        let count = count(example);
        Self {
            part,
            nodes: Vec::with_capacity(count),
            sets: Vec::new(),
            limit: count.saturating_mul(8).saturating_add(1 << 16),
            seen: HashMap::new(),
        }
    }

    /// Compiles a document with its rules, and returns its root.
    pub(super) fn document(
        &mut self,
        example: &Json<'_>,
        rules: &Category<DocPath>,
    ) -> Result<NodeId, CompileError> {
        let rules = expanded(rules);
        let paths: Vec<&DocPath> = rules.iter().map(|(path, _)| path).collect();
        let selector = Selector::new(&paths).map_err(|_| self.too_many())?;
        let base = u32::try_from(self.sets.len()).map_err(|_| self.too_many())?;
        self.sets.reserve(paths.len());
        for (path, list) in rules.iter() {
            let set = RuleSet::compile(list, &format_args!("{} at `{path}`", self.part))?;
            self.sets.push(set);
        }
        let scope = Scope {
            selector: &selector,
            base,
        };
        // Nothing leads back to the root, so it need not be found again.
        self.unseen(Some(example), scope, Selector::root())
    }

    fn value(
        &mut self,
        example: Option<&Json<'_>>,
        scope: Scope<'_>,
        at: StateId,
    ) -> Result<NodeId, CompileError> {
        let repeats = match example {
            Some(Json::Array(_) | Json::Object(_)) => !scope.selector.is_settled(at),
            Some(_) => false,
            None => true,
        };
        if !repeats {
            return self.unseen(example, scope, at);
        }
        let address = example.map_or(0, |example| std::ptr::from_ref(example).addr());
        let key = (address, scope.base, at);
        if let Some(known) = self.seen.get(&key) {
            return Ok(*known);
        }
        let id = self.unseen(example, scope, at)?;
        self.seen.insert(key, id);
        Ok(id)
    }

    /// Compiles a value that was not met in this state.
    fn unseen(
        &mut self,
        example: Option<&Json<'_>>,
        scope: Scope<'_>,
        at: StateId,
    ) -> Result<NodeId, CompileError> {
        match example {
            Some(Json::Array(elements)) => self.array(elements, scope, at),
            Some(Json::Object(members)) => self.object(members, scope, at),
            Some(scalar) => self.push(scope, at, Shape::Scalar(scalar.clone().into_owned())),
            None => self.any(scope, at),
        }
    }

    fn array(
        &mut self,
        elements: &[Json<'_>],
        scope: Scope<'_>,
        at: StateId,
    ) -> Result<NodeId, CompileError> {
        let mut nodes = Vec::with_capacity(elements.len());
        for (index, element) in elements.iter().enumerate() {
            let below = scope.selector.step(at, Step::Index(index));
            nodes.push(self.value(Some(element), scope, below)?);
        }
        let set = scope.set_at(at).map(|set| &self.sets[set as usize]);
        let grows = set.is_some_and(|set| !set.is_strict());
        let variants = match set.and_then(|set| array_contains(&set.rules)) {
            Some(variants) if !scope.is_cascaded(at) => {
                let variants = variants.to_vec();
                self.variants(&variants, elements)?
            }
            Some(_) | None => Vec::new(),
        };
        let beyond = if grows {
            let template = elements.first().map(|element| (element, nodes[0]));
            let first = scope.selector.step(at, Step::Index(0));
            let reuse = |state: StateId| template.filter(|_| state == first).map(|(_, node)| node);
            let other = scope.selector.other_index(at);
            let other_index = match reuse(other) {
                Some(node) => node,
                None => self.value(template.map(|(element, _)| element), scope, other)?,
            };
            let mut indexes = Vec::new();
            for (index, state) in scope
                .selector
                .indexes(at)
                .filter(|(i, _)| *i >= elements.len())
            {
                let node = match reuse(state) {
                    Some(node) => node,
                    None => self.value(template.map(|(element, _)| element), scope, state)?,
                };
                indexes.push((index, node));
            }
            Some(Below {
                names: Vec::new(),
                indexes,
                other_name: other_index,
                other_index,
            })
        } else {
            None
        };
        self.push(
            scope,
            at,
            Shape::Array(Box::new(ArrayNode {
                elements: nodes,
                beyond,
                variants,
            })),
        )
    }

    fn variants(
        &mut self,
        variants: &[crate::rules::Variant],
        elements: &[Json<'_>],
    ) -> Result<Vec<VariantNode>, CompileError> {
        let none = Category::default();
        let compile = |index: usize, rules: &Category<DocPath>, compiler: &mut Self| {
            let node = elements
                .get(index)
                .map(|example| compiler.document(example, rules))
                .transpose()?;
            Ok(VariantNode {
                index,
                node,
                exact: rules.is_empty(),
            })
        };
        if variants.is_empty() {
            return (0..elements.len())
                .map(|index| compile(index, &none, self))
                .collect();
        }
        variants
            .iter()
            .map(|variant| compile(variant.index, &variant.rules, self))
            .collect()
    }

    fn object(
        &mut self,
        members: &Object<'_>,
        scope: Scope<'_>,
        at: StateId,
    ) -> Result<NodeId, CompileError> {
        let mut nodes: Vec<(Box<str>, NodeId)> = Vec::with_capacity(members.len());
        for (name, member) in members.iter() {
            let below = scope.selector.step(at, Step::to(name));
            nodes.push((Box::from(name), self.value(Some(member), scope, below)?));
        }
        let mut positions = HashMap::new();
        if nodes.len() > SCANNED {
            for (position, (name, _)) in nodes.iter().enumerate() {
                let position = u32::try_from(position).map_err(|_| self.too_many())?;
                positions.insert(name.clone(), position);
            }
        }
        let extra = self.extra(members, scope, at)?;
        self.push(
            scope,
            at,
            Shape::Object(Box::new(ObjectNode {
                members: nodes,
                positions,
                extra,
            })),
        )
    }

    /// Compiles what members are compared with that only the actual object has.
    fn extra(
        &mut self,
        members: &Object<'_>,
        scope: Scope<'_>,
        at: StateId,
    ) -> Result<Option<Below>, CompileError> {
        let Some(set) = scope.set_at(at).map(|set| &self.sets[set as usize]) else {
            return Ok(None);
        };
        if scope.is_cascaded(at) {
            return Ok(None);
        }
        let values = set
            .rules
            .iter()
            .any(|rule| matches!(rule, Rule::Values | Rule::EachValue { .. }));
        let keys = set
            .rules
            .iter()
            .any(|rule| matches!(rule, Rule::EachKey { .. }));
        let governed = scope
            .selector
            .choice(scope.selector.other_name(at))
            .is_some_and(|choice| !choice.cascaded);
        if !(values || keys && governed) {
            return Ok(None);
        }
        let template = members
            .iter()
            .min_by_key(|(name, _)| *name)
            .map(|(_, value)| value);
        self.below(template, scope, at).map(Some)
    }

    fn any(&mut self, scope: Scope<'_>, at: StateId) -> Result<NodeId, CompileError> {
        // The place is taken first: a settled state leads back to itself.
        let id = self.push(scope, at, Shape::Scalar(Json::Null))?;
        self.seen.insert((0, scope.base, at), id);
        let below = self.below(None, scope, at)?;
        self.nodes[id.0 as usize].shape = Shape::Any(Box::new(below));
        Ok(id)
    }

    fn below(
        &mut self,
        template: Option<&Json<'_>>,
        scope: Scope<'_>,
        at: StateId,
    ) -> Result<Below, CompileError> {
        let selector = scope.selector;
        let mut names = Vec::new();
        for (name, state) in selector.names(at) {
            names.push((name.into(), self.value(template, scope, state)?));
        }
        let mut indexes = Vec::new();
        for (index, state) in selector.indexes(at) {
            indexes.push((index, self.value(template, scope, state)?));
        }
        Ok(Below {
            names,
            indexes,
            other_name: self.value(template, scope, selector.other_name(at))?,
            other_index: self.value(template, scope, selector.other_index(at))?,
        })
    }

    fn too_many(&self) -> CompileError {
        CompileError::TooManyCombinations { part: self.part }
    }

    fn push(
        &mut self,
        scope: Scope<'_>,
        at: StateId,
        shape: Shape,
    ) -> Result<NodeId, CompileError> {
        if self.nodes.len() >= self.limit {
            return Err(self.too_many());
        }
        let id = u32::try_from(self.nodes.len()).map_err(|_| self.too_many())?;
        let governor = scope.set_at(at).map(|set| Governor {
            set,
            cascaded: scope.is_cascaded(at),
        });
        self.nodes.push(Node { governor, shape });
        Ok(NodeId(id))
    }
}

impl Scope<'_> {
    fn set_at(self, at: StateId) -> Option<u32> {
        let choice = self.selector.choice(at)?;
        u32::try_from(choice.rule).ok().map(|rule| self.base + rule)
    }

    fn is_cascaded(self, at: StateId) -> bool {
        self.selector
            .choice(at)
            .is_some_and(|choice| choice.cascaded)
    }
}

fn array_contains(rules: &[Rule]) -> Option<&[crate::rules::Variant]> {
    rules.iter().find_map(|rule| match rule {
        Rule::ArrayContains(variants) => Some(variants.as_slice()),
        _ => None,
    })
}

/// Members of an object that are looked through rather than hashed.
const SCANNED: usize = 8;
