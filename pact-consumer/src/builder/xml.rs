//! XML bodies, from elements whose attributes and texts are patterns.

use std::collections::BTreeMap;

use pact_core::generators::Generator;
use pact_core::json::OwnedJson;
use pact_core::path::{DocPath, PathToken};
use pact_core::rules::{MatchingRule, RuleList};

use super::body::Content;
use super::draft::{Draft, Slot};
use crate::pattern::{Compiled, Pattern};

/// An XML element; the attributes and texts of it and of its children are patterns.
///
/// ```
/// use pact_consumer::prelude::*;
///
/// let mut pact = PactBuilder::new("order-web", "order-api");
/// pact.upon_receiving("a request for order 42")
///     .get("/orders/42")
///     .will_respond_with(200)
///     .xml_body(
///         Xml::element("order")
///             .attribute("id", integer(42))
///             .each_child(Xml::element("line").text(like("A1"))),
///     );
/// let body = r#"<?xml version="1.0" encoding="UTF-8"?><order id="42"><line>A1</line></order>"#;
/// assert_eq!(pact.build().interactions.len(), 1);
/// # let pact_core::model::InteractionKind::Http(http) = &pact.build().interactions[0].kind else { panic!() };
/// # assert_eq!(http.response.body.content().unwrap().bytes, body.as_bytes());
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Xml {
    name: String,
    attributes: Vec<(String, Pattern)>,
    children: Vec<Child>,
}

#[derive(Clone, Debug)]
enum Child {
    Element {
        element: Xml,
        /// Whether any number of such elements may stand there.
        repeats: bool,
    },
    Text(Pattern),
}

impl Xml {
    /// Returns an element without attributes and children.
    pub fn element(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            attributes: Vec::new(),
            children: Vec::new(),
        }
    }

    /// Adds an attribute; `xmlns` and `xmlns:p` declare namespaces.
    pub fn attribute(mut self, name: impl Into<String>, value: impl Into<Pattern>) -> Self {
        self.attributes.push((name.into(), value.into()));
        self
    }

    /// Adds a text.
    pub fn text(mut self, text: impl Into<Pattern>) -> Self {
        self.children.push(Child::Text(text.into()));
        self
    }

    /// Adds a child element.
    pub fn child(mut self, element: Self) -> Self {
        self.children.push(Child::Element {
            element,
            repeats: false,
        });
        self
    }

    /// Adds a child element of which there may be any number, each like it. Their number cannot be
    /// bounded: the specification has no rule for it.
    pub fn each_child(mut self, element: Self) -> Self {
        self.children.push(Child::Element {
            element,
            repeats: true,
        });
        self
    }
}

/// Writes a document and takes its patterns apart.
pub(super) fn content(draft: &mut Draft, slot: Slot, root: &Xml) -> Content {
    let mut writer = Writer {
        draft,
        slot,
        text: r#"<?xml version="1.0" encoding="UTF-8"?>"#.to_owned(),
        into: Compiled::default(),
        governed: BTreeMap::new(),
        namespaces: Vec::new(),
    };
    writer.element(root, &DocPath::root(), false);
    let mut content = Content::bytes(writer.text.into_bytes(), "application/xml");
    content.rules = writer.into.rules;
    content.generators = writer.into.generators;
    content
}

struct Writer<'w> {
    draft: &'w mut Draft,
    slot: Slot,
    text: String,
    into: Compiled,
    /// What governs each place that was met; elements of one name are one place.
    governed: BTreeMap<DocPath, (RuleList, Option<Generator>)>,
    /// Prefixes with what they stand for, innermost last.
    namespaces: Vec<(String, String)>,
}

impl Writer<'_> {
    fn element(&mut self, element: &Xml, parent: &DocPath, repeats: bool) {
        let outer = self.namespaces.len();
        for (name, value) in &element.attributes {
            if let Some(prefix) = declared(name) {
                let uri = value.example_text();
                self.namespaces.push((prefix.to_owned(), uri));
            }
        }
        let path = parent.join(PathToken::Field(self.full_name(&element.name, true)));
        let any = repeats.then(|| RuleList::one(MatchingRule::type_rule()));
        self.govern(&path, any.unwrap_or_default(), None);
        self.text.push_str(&format!("<{}", element.name));
        for (name, value) in &element.attributes {
            let key = match declared(name) {
                Some(_) => name.clone(),
                None => self.full_name(name, false),
            };
            let at = path.join(PathToken::Field(format!("@{key}")));
            if let Some(value) = self.value(value, &at) {
                self.text
                    .push_str(&format!(" {name}=\"{}\"", escaped(&value)));
            }
        }
        if element.children.is_empty() {
            self.text.push_str("/>");
        } else {
            self.text.push('>');
            for child in &element.children {
                match child {
                    Child::Element { element, repeats } => self.element(element, &path, *repeats),
                    Child::Text(text) => {
                        let at = path.join(PathToken::Field("#text".to_owned()));
                        let text = self.value(text, &at).unwrap_or_default();
                        self.text.push_str(&escaped(&text));
                    }
                }
            }
            self.text.push_str(&format!("</{}>", element.name));
        }
        self.namespaces.truncate(outer);
    }

    /// Returns the example at a path as text, having noted what governs it.
    fn value(&mut self, pattern: &Pattern, path: &DocPath) -> Option<String> {
        let place = format!("the XML at {path}");
        let compiled = self.draft.compile_at(self.slot, &place, pattern)?;
        if matches!(compiled.example, OwnedJson::Array(_) | OwnedJson::Object(_)) {
            let fault = format!("{place}: expected a text or a number, got a list or an object");
            self.draft.faults.push(fault);
        }
        let list = compiled.rules.get(&DocPath::root()).cloned();
        let mut generators = compiled.generators.iter();
        let own = generators.find(|(at, _)| at.is_root());
        let generator = own.map(|(_, generator)| generator.clone());
        self.govern(path, list.unwrap_or_default(), generator);
        Some(compiled.example_text())
    }

    /// Notes what governs a place, which has to be the same wherever the place is met.
    fn govern(&mut self, path: &DocPath, list: RuleList, generator: Option<Generator>) {
        let own = (list, generator);
        if let Some(known) = self.governed.get(path) {
            if *known != own {
                let words = self.slot.words();
                let fault = format!("{words} body: the XML at {path}: {DIFFERENT}");
                self.draft.faults.push(fault);
            }
            return;
        }
        if !own.0.is_empty() {
            self.into.rules.set(path.clone(), own.0.clone());
        }
        let generator = own.1.clone();
        let generator = generator.map(|generator| (path.clone(), generator));
        self.into.generators.extend(generator);
        self.governed.insert(path.clone(), own);
    }

    /// Returns the name as paths have it: with the namespace its prefix stands for.
    fn full_name(&self, name: &str, takes_default: bool) -> String {
        let (prefix, local) = match name.split_once(':') {
            Some((prefix, local)) => (prefix, local),
            None if takes_default => ("", name),
            None => return name.to_owned(),
        };
        let mut known = self.namespaces.iter().rev();
        match known.find(|(known, _)| known == prefix) {
            Some((_, uri)) if !uri.is_empty() => format!("{uri}:{local}"),
            Some(_) | None => name.to_owned(),
        }
    }
}

/// What a contract cannot say of several elements.
const DIFFERENT: &str =
    "elements of one name have different patterns, but a contract has one place for all of them";

/// Returns the prefix that an attribute declares.
fn declared(name: &str) -> Option<&str> {
    match name {
        "xmlns" => Some(""),
        name => name.strip_prefix("xmlns:"),
    }
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            other => escaped.push(other),
        }
    }
    escaped
}
