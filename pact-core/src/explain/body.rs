//! Bodies, each format with its own places.

use super::place::Place;
use super::walk::{Rules, Walk, score};
use super::{Candidate, Explainer, named_candidate};
use crate::json::Json;
use crate::matching::Part;
use crate::matching::body::charset::decode;
use crate::matching::body::multipart::{RawPart, boundary_of, is_header, parts, rules_below};
use crate::matching::body::xml::without_positions;
use crate::model::ContentType;
use crate::path::{DocPath, PathToken};
use crate::plan::CompileError;
use crate::plan::json::expanded;
use crate::plan::select::{Step, token_matches};
use crate::rules::{Category, MatchingRule};

/// Contents of one type, expected and arrived.
pub(super) struct Contents<'a> {
    pub(super) content_type: Option<&'a ContentType>,
    pub(super) example: &'a [u8],
    pub(super) actual: Option<&'a [u8]>,
    /// The path to the contents, when they are in a part of a body.
    pub(super) prefix: DocPath,
}

impl Contents<'_> {
    /// Explains the contents and what is in them.
    pub(super) fn explain(
        &self,
        rules: &Category<DocPath>,
        explainer: &mut Explainer,
    ) -> Result<(), CompileError> {
        let multipart = self.content_type.filter(|named| named.is_multipart());
        if let Some(named) = multipart
            && self.prefix.is_root()
            && let Some(boundary) = boundary_of(named, self.example)
            && parts(self.example, &boundary).is_ok()
        {
            return self.explain_parts(&boundary, rules, explainer);
        }
        let (document, rules) = self.document(rules)?;
        Walk::explain(explainer, rules, self.prefix.clone(), &document);
        Ok(())
    }

    fn document(&self, rules: &Category<DocPath>) -> Result<(Place, Rules), CompileError> {
        let by_signature = rules.get(&DocPath::root()).is_some_and(|list| {
            let is_type = |rule: &MatchingRule| matches!(rule, MatchingRule::ContentType { .. });
            list.rules.iter().any(is_type)
        });
        let is_text = !by_signature && self.content_type.is_some_and(ContentType::is_text);
        let charset = self
            .content_type
            .and_then(|named| named.attribute("charset"));
        let read = |bytes| decode(bytes, charset);
        let example = read(self.example);
        let actual = self.actual.map(read);
        let text = String::from_utf8_lossy(&example);
        let arrived = actual.as_ref().map(|bytes| String::from_utf8_lossy(bytes));
        match self.content_type.filter(|_| is_text) {
            Some(named) if named.is_json() => {
                if let Ok(example) = Json::parse(text.as_bytes()) {
                    let arrived = arrived.as_ref().map(|text| Json::parse(text.as_bytes()));
                    let arrived = arrived.and_then(Result::ok);
                    let place = Place::of_json(&example, arrived.as_ref());
                    return Ok((place, Rules::new(&expanded(rules), DocPath::clone)?));
                }
            }
            Some(named) if named.is_xml() => {
                if let Ok(place) = Place::of_xml(&text, arrived.as_deref()) {
                    return Ok((place, Rules::new(rules, without_positions)?));
                }
            }
            Some(named) if named.is_form() => {
                let place = Place::of_form(&text, arrived.as_deref(), rules);
                return Ok((place, Rules::new(rules, DocPath::clone)?));
            }
            Some(_) | None => {}
        }
        let shown = match self.content_type.filter(|_| !is_text) {
            Some(named) => format!("{} bytes of {named}", self.example.len()),
            None => text.into_owned(),
        };
        let rules = Rules::new(&expanded(rules), DocPath::clone)?;
        Ok((Place::whole(&shown), rules))
    }

    /// Explains the parts one by one, each as a body of its own.
    fn explain_parts(
        &self,
        boundary: &str,
        rules: &Category<DocPath>,
        explainer: &mut Explainer,
    ) -> Result<(), CompileError> {
        let wanted = parts(self.example, boundary).unwrap_or_default();
        let arrived = self.actual.and_then(|bytes| {
            let boundary = boundary_of(&ContentType::binary(), bytes)?;
            parts(bytes, &boundary).ok()
        });
        let arrived = arrived.unwrap_or_default();
        for (index, part) in wanted.iter().enumerate() {
            let found = match part.name() {
                Some(name) => arrived
                    .iter()
                    .find(|found| found.name().as_ref() == Some(&name)),
                None => arrived.get(index),
            };
            explain_part(index, (part, found), rules, explainer)?;
        }
        let leads_nowhere = |path: &DocPath| match path.tokens() {
            [_, first, ..] => !wanted.iter().enumerate().any(|(index, part)| {
                let name = part.name();
                token_matches(first, step_to(name.as_deref(), index))
            }),
            _ => true,
        };
        for (path, list) in rules.iter().filter(|(path, _)| leads_nowhere(path)) {
            let named = named_candidate(&path.to_string(), list)?;
            explainer.explanation.idle.push(Candidate {
                score: score(path),
                steps: path.tokens().len(),
                ..named
            });
        }
        Ok(())
    }
}

fn explain_part(
    index: usize,
    (part, found): (&RawPart<'_>, Option<&RawPart<'_>>),
    rules: &Category<DocPath>,
    explainer: &mut Explainer,
) -> Result<(), CompileError> {
    let name = part.name();
    let step = step_to(name.as_deref(), index);
    let prefix = match step {
        Step::Index(index) => DocPath::root().join(PathToken::Index(index)),
        Step::Name(name) => DocPath::field(name),
    };
    let below = rules_below(rules, step);
    for (header, value) in part.headers() {
        let list = below.iter().find(|(path, _)| is_header(path, header));
        let place = prefix.join(PathToken::Field(header.to_owned())).to_string();
        let chosen = list.map(|(_, list)| named_candidate(&place, list));
        explainer.place(Part::Body, &place, value, chosen.transpose()?);
    }
    let mut inner = Category::default();
    for (path, list) in below.iter() {
        if !part.headers().any(|(header, _)| is_header(path, header)) {
            inner.set(path.clone(), list.clone());
        }
    }
    let text = ContentType::text();
    let named = part.header("content-type");
    let named = named.and_then(|text| text.parse().ok());
    let contents = Contents {
        content_type: named.as_ref().or(Some(&text)),
        example: &part.bytes,
        actual: found.map(|found| found.bytes.as_ref()),
        prefix,
    };
    contents.explain(&inner, explainer)
}

/// Returns the step to a part in rule paths.
fn step_to(name: Option<&str>, index: usize) -> Step<'_> {
    name.map_or(Step::Index(index), Step::to)
}
