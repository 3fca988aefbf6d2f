//! Multipart bodies: fields, files and documents in one.

use pact_core::path::{DocPath, PathToken};
use pact_core::rules::MatchingRule;

use super::body::Content;
use super::draft::{Draft, Slot};
use crate::pattern::{Compiled, Pattern};

/// A part of a `multipart/form-data` body.
///
/// ```
/// use pact_consumer::prelude::*;
///
/// let mut pact = PactBuilder::new("order-web", "order-api");
/// pact.upon_receiving("an upload of an invoice")
///     .post("/invoices")
///     .multipart_body([
///         Part::field("title", like("March")),
///         Part::json("meta", json_pattern!({ "order": integer(42) })),
///         Part::file("invoice", "march.pdf", "application/pdf", "%PDF-1.7 …"),
///     ])
///     .will_respond_with(201);
/// let mock = pact.start();
/// assert!(pact.failure().is_some(), "nobody has asked {} yet", mock.url());
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Part {
    name: String,
    /// The name of the file, when it is one.
    file: Option<String>,
    content_type: Option<String>,
    kind: PartKind,
}

#[derive(Clone, Debug)]
enum PartKind {
    Bytes {
        bytes: Vec<u8>,
        /// Whether any contents of the type will do.
        any: bool,
    },
    Json(Pattern),
    Text(Pattern),
}

impl Part {
    /// Returns a field of a form.
    pub fn field(name: impl Into<String>, value: impl Into<Pattern>) -> Self {
        Self {
            name: name.into(),
            file: None,
            content_type: None,
            kind: PartKind::Text(value.into()),
        }
    }

    /// Returns a JSON document.
    pub fn json(name: impl Into<String>, value: impl Into<Pattern>) -> Self {
        Self {
            name: name.into(),
            file: None,
            content_type: Some("application/json".to_owned()),
            kind: PartKind::Json(value.into()),
        }
    }

    /// Returns a file for which any contents that look like the media type will do.
    pub fn file(
        name: impl Into<String>,
        file_name: impl Into<String>,
        media_type: impl Into<String>,
        example: impl Into<Vec<u8>>,
    ) -> Self {
        Self {
            name: name.into(),
            file: Some(file_name.into()),
            content_type: Some(media_type.into()),
            kind: PartKind::Bytes {
                bytes: example.into(),
                any: true,
            },
        }
    }

    /// Asks for exactly the contents of the example.
    pub fn exactly(mut self) -> Self {
        match &mut self.kind {
            PartKind::Bytes { any, .. } => *any = false,
            PartKind::Json(_) | PartKind::Text(_) => {}
        }
        self
    }
}

/// Writes the parts one after another and takes their patterns apart.
pub(super) fn content(draft: &mut Draft, slot: Slot, parts: &[Part]) -> Content {
    let mut into = Compiled::default();
    let mut governed: Vec<(&str, Compiled)> = Vec::new();
    let mut written: Vec<Vec<u8>> = Vec::new();
    for part in parts {
        let Some((bytes, own)) = write_part(draft, slot, part) else {
            continue;
        };
        written.push(bytes);
        if let Some((name, known)) = governed.iter().find(|(name, _)| *name == part.name) {
            if *known != own {
                let words = slot.words();
                draft
                    .faults
                    .push(format!("{words} part `{name}`: {DIFFERENT}"));
            }
            continue;
        }
        for (path, list) in own.rules.iter() {
            into.rules.set(path.clone(), list.clone());
        }
        into.generators.extend(own.generators.iter().cloned());
        governed.push((&part.name, own));
    }
    let mut boundary = "pact-part".to_owned();
    while written
        .iter()
        .any(|part| contains(part, boundary.as_bytes()))
    {
        boundary.push('x');
    }
    let mut bytes = Vec::new();
    for part in written {
        bytes.extend_from_slice(format!("--{boundary}\r\n").as_bytes());
        bytes.extend(part);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    let content_type = format!("multipart/form-data; boundary={boundary}");
    Content {
        rules: into.rules,
        generators: into.generators,
        // Every client makes up a boundary of its own.
        type_rule: Some(MatchingRule::Regex {
            regex: r"multipart/form-data;\s*boundary=.+".to_owned(),
        }),
        ..Content::bytes(bytes, &content_type)
    }
}

/// What a contract cannot say of several parts.
const DIFFERENT: &str =
    "parts of one name have different patterns, but a contract has one place for all of them";

/// Writes a part and returns what governs it; nothing where this run of the test leaves it out.
fn write_part(draft: &mut Draft, slot: Slot, part: &Part) -> Option<(Vec<u8>, Compiled)> {
    let mut own = Compiled::default();
    let quoted = |text: &str| {
        text.replace('"', "%22")
            .replace('\r', "%0D")
            .replace('\n', "%0A")
    };
    let at = DocPath::field(part.name.clone());
    let mut head = format!(
        "Content-Disposition: form-data; name=\"{}\"",
        quoted(&part.name)
    );
    if let Some(file) = &part.file {
        head.push_str(&format!("; filename=\"{}\"", quoted(file)));
    }
    if let Some(content_type) = &part.content_type {
        head.push_str(&format!("\r\nContent-Type: {content_type}"));
    }
    head.push_str("\r\n\r\n");
    let mut bytes = head.into_bytes();
    match &part.kind {
        PartKind::Bytes { bytes: file, any } => {
            if *any && let Some(value) = part.content_type.clone() {
                own.rules.add(at, MatchingRule::ContentType { value });
            }
            bytes.extend_from_slice(file);
        }
        PartKind::Json(pattern) => {
            let compiled = draft.compile_part(slot, &part.name, pattern)?;
            bytes.extend(compiled.example.to_compact().into_bytes());
            move_below(&at, compiled, &mut own);
        }
        PartKind::Text(pattern) => {
            let compiled = draft.compile_part(slot, &part.name, pattern)?;
            bytes.extend(compiled.example_text().into_bytes());
            move_below(&at, compiled, &mut own);
        }
    }
    Some((bytes, own))
}

/// Moves rules and generators to the place of a part.
fn move_below(part: &DocPath, compiled: Compiled, into: &mut Compiled) {
    let below = |path: &DocPath| {
        let steps: Vec<PathToken> = path.tokens().iter().skip(1).cloned().collect();
        steps
            .into_iter()
            .fold(part.clone(), |path, step| path.join(step))
    };
    for (path, list) in compiled.rules.iter() {
        into.rules.set(below(path), list.clone());
    }
    let generators = compiled.generators.into_iter();
    into.generators
        .extend(generators.map(|(path, generator)| (below(&path), generator)));
}

fn contains(bytes: &[u8], text: &[u8]) -> bool {
    bytes.windows(text.len()).any(|window| window == text)
}
