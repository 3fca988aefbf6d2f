//! Values in XML: written over the example where it stands, so that the rest stays as it was.
//!
//! Paths are those of rules: `$.order.line['@sku']`, `$.order.line['#text']`. A path to an element
//! means its text, and one with a position one of the siblings.

use std::collections::BTreeMap;
use std::ops::Range;

use roxmltree::{Attribute, Node};

use super::{acting, error, fault, scalar};
use crate::generators::{GenerateError, GenerationContext, Generators};
use crate::model::BodyContent;
use crate::path::PathToken;
use crate::xml::{attribute_name, parse, spellings, text_of};

pub(super) fn apply(
    generators: &Generators,
    content: &mut BodyContent,
    context: &mut GenerationContext,
) -> Result<(), GenerateError> {
    let text = str::from_utf8(&content.bytes)
        .map_err(|wrong| fault(format!("the example is not UTF-8: {wrong}")))?
        .trim_start();
    let document =
        parse(text).map_err(|wrong| fault(format!("the example is not XML: {wrong}")))?;
    let mut edits = BTreeMap::new();
    for (path, generator) in acting(&generators.body, context.mode) {
        let mut found = Vec::new();
        let below = path.tokens().get(1..).unwrap_or_default();
        among(&[document.root_element()], below, &mut found);
        for target in found {
            let place = format!("body at {path}");
            let made = scalar(Some(generator), &place, &target.example(), context)?;
            if let Some(character) = made
                .iter()
                .flat_map(|text| text.chars())
                .find(is_no_character)
            {
                let reason = format!("{character:?} cannot stand in XML");
                return Err(error(generator, &place, reason));
            }
            let edit = made.and_then(|made| target.edit(text, &made));
            if let Some((range, written)) = edit {
                edits.insert(range.start, (range, written));
            }
        }
    }
    let mut written = String::with_capacity(text.len());
    let mut copied = 0;
    for (range, made) in edits.into_values() {
        written.push_str(&text[copied..range.start]);
        written.push_str(&made);
        copied = range.end;
    }
    written.push_str(&text[copied..]);
    content.bytes = written.into_bytes();
    Ok(())
}

/// What a path leads to.
enum Target<'d, 'i> {
    Attribute(Attribute<'d, 'i>),
    Text(Node<'d, 'i>),
}

impl Target<'_, '_> {
    fn example(&self) -> String {
        match self {
            Self::Attribute(attribute) => attribute.value().to_owned(),
            Self::Text(node) => text_of(*node),
        }
    }

    /// Returns what to write over which bytes of the document.
    fn edit(&self, document: &str, value: &str) -> Option<(Range<usize>, String)> {
        let value = escaped(value);
        let node = match self {
            Self::Attribute(attribute) => return Some((attribute.range_value(), value)),
            Self::Text(node) => node,
        };
        let whole = node.range();
        let element = document.get(whole.clone())?;
        let end = end_of_tag(element)?;
        if element[..end].ends_with('/') {
            let name = element[1..end - 1].split_ascii_whitespace().next()?;
            let closed = whole.start + end - 1..whole.start + end + 1;
            return Some((closed, format!(">{value}</{name}>")));
        }
        // The text that stands before other elements is the element's; more of it is rare.
        let next = node.children().find(|child| !child.is_text());
        let until = match next {
            Some(child) => child.range().start,
            None => whole.start + element.rfind("</")?,
        };
        Some((whole.start + end + 1..until, value))
    }
}

/// Gathers what a path leads to from elements, its first step being the name of some of them.
fn among<'d, 'i>(elements: &[Node<'d, 'i>], path: &[PathToken], found: &mut Vec<Target<'d, 'i>>) {
    let Some((token, rest)) = path.split_first() else {
        return;
    };
    let is_meant = |node: &Node<'_, '_>| match token {
        PathToken::Field(name) => spellings("", *node, node.tag_name()).contains(name),
        PathToken::Star => true,
        PathToken::Index(_) | PathToken::Root | PathToken::StarIndex => false,
    };
    let mut named = elements.iter().copied().filter(is_meant);
    match rest {
        [PathToken::Index(index), rest @ ..] => {
            named
                .nth(*index)
                .into_iter()
                .for_each(|node| within(node, rest, found));
        }
        [PathToken::StarIndex, rest @ ..] | rest => {
            named.for_each(|node| within(node, rest, found));
        }
    }
}

/// Gathers what a path leads to in one element.
fn within<'d, 'i>(node: Node<'d, 'i>, path: &[PathToken], found: &mut Vec<Target<'d, 'i>>) {
    match path {
        [] => found.push(Target::Text(node)),
        [PathToken::Field(name)] if name == "#text" => found.push(Target::Text(node)),
        [PathToken::Field(name)] if name.starts_with('@') => {
            let is_meant = |attribute: &Attribute<'_, '_>| {
                spellings("@", node, attribute_name(attribute)).contains(name)
            };
            found.extend(node.attributes().find(is_meant).map(Target::Attribute));
        }
        path => {
            let children: Vec<_> = node.children().filter(Node::is_element).collect();
            among(&children, path, found);
        }
    }
}

/// Returns where the `>` of the tag at the beginning stands.
fn end_of_tag(element: &str) -> Option<usize> {
    let mut quote = None;
    element.bytes().position(|byte| match (quote, byte) {
        (None, b'>') => true,
        (None, b'"' | b'\'') => {
            quote = Some(byte);
            false
        }
        (Some(open), byte) if open == byte => {
            quote = None;
            false
        }
        (Some(_) | None, _) => false,
    })
}

/// Returns whether a character cannot stand in a document at all (XML 1.0, §2.2).
fn is_no_character(character: &char) -> bool {
    matches!(character, '\0'..='\x08' | '\x0b' | '\x0c' | '\x0e'..='\x1f' | '\u{fffe}' | '\u{ffff}')
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            other => out.push(other),
        }
    }
    out
}
