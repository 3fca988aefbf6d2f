//! XML documents within limits, and the names by which paths know their nodes.

mod limits;

use roxmltree::{Document, ExpandedName, Namespace, Node, ParsingOptions};

/// Elements that may stand in one another.
pub(crate) const DEPTH_LIMIT: usize = 256;

/// Nodes a document may have.
const NODE_LIMIT: u32 = 5_000_000;

/// Parses a document; the error says why it is none.
pub(crate) fn parse(text: &str) -> Result<Document<'_>, String> {
    limits::check(text)?;
    let options = ParsingOptions {
        // Declarations are harmless: there are no entities and nothing external is fetched.
        allow_dtd: true,
        nodes_limit: NODE_LIMIT,
        ..ParsingOptions::default()
    };
    Document::parse_with_options(text.trim_start(), options).map_err(|error| error.to_string())
}

/// Returns the character data directly in an element, trimmed.
pub(crate) fn text_of(node: Node<'_, '_>) -> String {
    let texts: String = node
        .children()
        .filter(Node::is_text)
        .filter_map(|child| child.text())
        .collect();
    texts.trim().to_owned()
}

/// Returns the name as reports write it: the namespace in full.
pub(crate) fn full_name(name: ExpandedName<'_, '_>) -> String {
    match name.namespace() {
        Some(namespace) => format!("{namespace}:{}", name.name()),
        None => name.name().to_owned(),
    }
}

/// Returns the ways a path may write the name of an element or attribute, the most exact first.
///
/// `mark` stands before the name (`@` for attributes); prefixes are those declared at `scope`.
pub(crate) fn spellings(
    mark: &str,
    scope: Node<'_, '_>,
    name: ExpandedName<'_, '_>,
) -> Vec<String> {
    let local = name.name();
    let mut spellings = Vec::new();
    if let Some(namespace) = name.namespace() {
        spellings.push(format!("{mark}{namespace}:{local}"));
        spellings.push(format!("{mark}{{{namespace}}}{local}"));
        let prefixes = scope
            .namespaces()
            .filter(|declared| declared.uri() == namespace)
            .filter_map(Namespace::name);
        spellings.extend(prefixes.map(|prefix| format!("{mark}{prefix}:{local}")));
    }
    spellings.push(format!("{mark}{local}"));
    spellings
}

/// Returns the name of an attribute with its namespace.
pub(crate) fn attribute_name<'n, 'i>(
    attribute: &roxmltree::Attribute<'n, 'i>,
) -> ExpandedName<'n, 'i> {
    match attribute.namespace() {
        Some(namespace) => (namespace, attribute.name()).into(),
        None => attribute.name().into(),
    }
}
