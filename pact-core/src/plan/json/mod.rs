//! The tree a JSON body is compared with: every value of the example with the rule that governs it.

mod compile;

use std::collections::HashMap;

use self::compile::Compiler;
pub(crate) use self::compile::expanded;
use super::CompileError;
use super::rule::RuleSet;
use super::select::Step;
use crate::json::Json;
use crate::path::DocPath;
use crate::rules::Category;

/// A JSON example with its rules resolved.
#[derive(Clone, Debug)]
pub(crate) struct JsonPlan {
    nodes: Vec<Node>,
    sets: Vec<RuleSet>,
    root: NodeId,
}

/// A value of the plan.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct NodeId(u32);

/// A value of the example at a place, and what governs it there.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    governor: Option<Governor>,
    pub(crate) shape: Shape,
}

#[derive(Clone, Copy, Debug)]
struct Governor {
    set: u32,
    cascaded: bool,
}

/// What the example says.
#[derive(Clone, Debug)]
pub(crate) enum Shape {
    /// Nothing: only rules speak.
    Any(Box<Below>),
    Array(Box<ArrayNode>),
    Object(Box<ObjectNode>),
    Scalar(Json<'static>),
}

/// What stands below a place, for steps the example does not show.
#[derive(Clone, Debug)]
pub(crate) struct Below {
    names: Vec<(Box<str>, NodeId)>,
    indexes: Vec<(usize, NodeId)>,
    other_name: NodeId,
    other_index: NodeId,
}

#[derive(Clone, Debug)]
pub(crate) struct ArrayNode {
    pub(crate) elements: Vec<NodeId>,
    /// For elements past those of the example; `None` when there may be none.
    pub(crate) beyond: Option<Below>,
    /// What an `arrayContains` rule looks for.
    pub(crate) variants: Vec<VariantNode>,
}

/// One thing an `arrayContains` rule looks for.
#[derive(Clone, Debug)]
pub(crate) struct VariantNode {
    pub(crate) index: usize,
    /// The example; `None` when the example's list has no such element.
    pub(crate) node: Option<NodeId>,
    /// Whether the element must equal the example, for want of rules.
    pub(crate) exact: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct ObjectNode {
    pub(crate) members: Vec<(Box<str>, NodeId)>,
    /// Positions by name, when there are too many members to look through.
    positions: HashMap<Box<str>, u32>,
    /// For members the example lacks; `None` when nothing is said about them.
    pub(crate) extra: Option<Below>,
}

impl JsonPlan {
    /// Compiles an example with its rules; `part` is what errors call it.
    pub(crate) fn compile(
        example: &Json<'_>,
        rules: &Category<DocPath>,
        part: &'static str,
    ) -> Result<Self, CompileError> {
        let mut compiler = Compiler::new(example, part);
        let root = compiler.document(example, rules)?;
        Ok(Self {
            nodes: compiler.nodes,
            sets: compiler.sets,
            root,
        })
    }

    /// Returns the value at the root.
    pub(crate) fn root(&self) -> NodeId {
        self.root
    }

    /// Returns a value.
    pub(crate) fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    /// Returns the rules that govern a value, and whether they stand at an ancestor.
    pub(crate) fn rules(&self, node: &Node) -> Option<(&RuleSet, bool)> {
        node.governor
            .map(|governor| (&self.sets[governor.set as usize], governor.cascaded))
    }

    /// Returns the example at a value, for people to read.
    pub(crate) fn example(&self, id: NodeId) -> Json<'_> {
        match &self.node(id).shape {
            Shape::Any(_) => Json::Null,
            Shape::Array(array) => {
                let elements = array.elements.iter().take(EXAMPLE_LIMIT);
                Json::Array(elements.map(|element| self.example(*element)).collect())
            }
            Shape::Object(object) => {
                let members = object.members.iter().take(EXAMPLE_LIMIT);
                Json::Object(
                    members
                        .map(|(name, member)| (name.as_ref(), self.example(*member)))
                        .collect(),
                )
            }
            Shape::Scalar(scalar) => scalar.clone(),
        }
    }
}

impl ObjectNode {
    /// Returns the position of a member; `guess` is where it is when the order is the example's.
    pub(crate) fn position(&self, name: &str, guess: usize) -> Option<usize> {
        if self
            .members
            .get(guess)
            .is_some_and(|(known, _)| known.as_ref() == name)
        {
            return Some(guess);
        }
        if self.positions.is_empty() {
            return self
                .members
                .iter()
                .position(|(known, _)| known.as_ref() == name);
        }
        self.positions.get(name).map(|position| *position as usize)
    }
}

impl Below {
    /// Returns the value one step down.
    pub(crate) fn step(&self, step: Step<'_>) -> NodeId {
        match step {
            Step::Index(index) => self
                .indexes
                .binary_search_by_key(&index, |(known, _)| *known)
                .map_or(self.other_index, |found| self.indexes[found].1),
            Step::Name(name) => self
                .names
                .binary_search_by(|(known, _)| known.as_ref().cmp(name))
                .map_or(self.other_name, |found| self.names[found].1),
        }
    }
}

/// Elements and members of an example that people are shown.
const EXAMPLE_LIMIT: usize = 256;
