//! The places of XML: elements of one name are one place, for rules govern them alike.

use roxmltree::{Attribute, ExpandedName, Node};

use super::{EXAMPLE, Place};
use crate::explain::LIMIT;
use crate::matching::render::shortened;
use crate::path::PathToken;
use crate::plan::select::Step;
use crate::xml::{DEPTH_LIMIT, attribute_name, full_name, parse, spellings, text_of};

impl Place {
    /// Returns the places of two documents; the error says why the example is none.
    pub(in crate::explain) fn of_xml(example: &str, actual: Option<&str>) -> Result<Self, String> {
        let example = parse(example)?;
        let actual = actual.and_then(|text| parse(text).ok());
        let root = example.root_element();
        let other = actual.as_ref().map(roxmltree::Document::root_element);
        let same = other.filter(|other| other.tag_name() == root.tag_name());
        let mut budget = LIMIT;
        let below = Elements {
            example: vec![root],
            actual: same.into_iter().collect(),
        };
        Ok(Self {
            below: vec![below.place(root, &mut budget, 0)],
            ..Self::default()
        })
    }
}

/// The elements of one name below one parent, or below parents of one name.
#[derive(Default)]
struct Elements<'d, 'i> {
    example: Vec<Node<'d, 'i>>,
    actual: Vec<Node<'d, 'i>>,
}

impl<'d, 'i> Elements<'d, 'i> {
    fn both(&self) -> impl Iterator<Item = Node<'d, 'i>> {
        self.example.iter().chain(&self.actual).copied()
    }

    /// Returns the place; `first` is any of the elements.
    fn place(&self, first: Node<'_, '_>, budget: &mut usize, depth: usize) -> Place {
        let mut below = self.attributes();
        below.extend(self.text());
        if depth < DEPTH_LIMIT {
            for (child, elements) in self.children() {
                let Some(rest) = budget.checked_sub(1) else {
                    break;
                };
                *budget = rest;
                below.push(elements.place(child, budget, depth + 1));
            }
        }
        let name = first.tag_name();
        let example = (!self.example.is_empty()).then(|| format!("<{}>", name.name()));
        place("", first, name, example, below)
    }

    fn attributes(&self) -> Vec<Place> {
        let mut known: Vec<ExpandedName<'_, '_>> = Vec::new();
        let mut places = Vec::new();
        for node in self.both() {
            for name in node
                .attributes()
                .map(|attribute: Attribute<'_, '_>| attribute_name(&attribute))
            {
                if !known.contains(&name) {
                    known.push(name);
                    let value = self.example.iter().find_map(|node| node.attribute(name));
                    let value = value.map(|value| shortened(value, EXAMPLE));
                    places.push(place("@", node, name, value, Vec::new()));
                }
            }
        }
        places
    }

    /// Returns the place of the text, when there is one on either side.
    fn text(&self) -> Option<Place> {
        let mut texts = self.example.iter().map(|node| text_of(*node));
        let example = texts.find(|text| !text.is_empty());
        let arrived = || self.actual.iter().any(|node| !text_of(*node).is_empty());
        (example.is_some() || arrived()).then(|| {
            let example = example.map(|text| shortened(&text, EXAMPLE));
            Place::at(Step::Name("#text"), example, Vec::new())
        })
    }

    /// Returns the child elements by name, in the order of their first.
    fn children(&self) -> Vec<(Node<'d, 'i>, Self)> {
        let mut groups: Vec<(Node<'d, 'i>, Self)> = Vec::new();
        let sides = [(&self.example, false), (&self.actual, true)];
        for (parents, arrived) in sides {
            for child in parents.iter().flat_map(|parent| parent.children()) {
                if !child.is_element() {
                    continue;
                }
                let same = |(first, _): &(Node<'_, '_>, Self)| first.tag_name() == child.tag_name();
                let at = groups.iter().position(same).unwrap_or_else(|| {
                    groups.push((child, Self::default()));
                    groups.len() - 1
                });
                let (_, group) = &mut groups[at];
                let side = if arrived {
                    &mut group.actual
                } else {
                    &mut group.example
                };
                side.push(child);
            }
        }
        groups
    }
}

fn place(
    mark: &str,
    scope: Node<'_, '_>,
    name: ExpandedName<'_, '_>,
    example: Option<String>,
    below: Vec<Place>,
) -> Place {
    let spellings = spellings(mark, scope, name);
    Place {
        spellings: spellings.into_iter().map(PathToken::Field).collect(),
        shown: Some(PathToken::Field(format!("{mark}{}", full_name(name)))),
        example,
        is_compared: true,
        below,
    }
}
