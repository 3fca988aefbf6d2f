//! Bodies, node by node where they are JSON.

use std::collections::HashMap;

use super::ChangeKind;
use super::exchange::Changes;
use super::rules;
use crate::json::{Json, Object};
use crate::matching::Part;
use crate::matching::render;
use crate::model::{Body, BodyContent};
use crate::path::{DocPath, PathToken};
use crate::rules::MatchingRules;

pub(super) fn diff(before: &Body, after: &Body, rules: [&MatchingRules; 2], changes: &mut Changes) {
    match (before.content(), after.content()) {
        (Some(before), Some(after)) => contents(before, after, rules, changes),
        (None, Some(after)) => {
            changes.push(Part::Body, "", ChangeKind::Added { after: text(after) });
        }
        (Some(before), None) => {
            changes.push(
                Part::Body,
                "",
                ChangeKind::Removed {
                    before: text(before),
                },
            );
        }
        (None, None) if before != after => changes.push(
            Part::Body,
            "",
            ChangeKind::Changed {
                before: state(before).to_owned(),
                after: state(after).to_owned(),
            },
        ),
        (None, None) => {}
    }
}

fn contents(
    before: &BodyContent,
    after: &BodyContent,
    rules: [&MatchingRules; 2],
    changes: &mut Changes,
) {
    let type_name = |content: &BodyContent| match &content.content_type {
        Some(content_type) => content_type.to_string(),
        None => "unknown".to_owned(),
    };
    if before.content_type != after.content_type {
        let (before, after) = (type_name(before), type_name(after));
        changes.push(Part::BodyType, "", ChangeKind::Changed { before, after });
    }
    let parsed = |content: &'_ BodyContent| Json::parse(&content.bytes).map(Json::into_owned);
    match (parsed(before), parsed(after)) {
        (Ok(before), Ok(after)) => Nodes { rules, changes }.diff(&before, &after, &DocPath::root()),
        _ if before.bytes == after.bytes => {}
        _ => {
            let (before, after) = (text(before), text(after));
            changes.push(Part::Body, "", ChangeKind::Changed { before, after });
        }
    }
}

struct Nodes<'c> {
    rules: [&'c MatchingRules; 2],
    changes: &'c mut Changes,
}

impl Nodes<'_> {
    fn diff(&mut self, before: &Json<'_>, after: &Json<'_>, path: &DocPath) {
        match (before, after) {
            (Json::Object(old), Json::Object(new)) => self.members(old, new, path),
            (Json::Array(old), Json::Array(new)) => {
                for (index, (before, after)) in old.iter().zip(new).enumerate() {
                    self.diff(before, after, &path.join(PathToken::Index(index)));
                }
                for (index, after) in new.iter().enumerate().skip(old.len()) {
                    self.added(after, &path.join(PathToken::Index(index)));
                }
                for (index, before) in old.iter().enumerate().skip(new.len()) {
                    self.removed(before, &path.join(PathToken::Index(index)));
                }
            }
            _ if before.is_equivalent(after) => {}
            _ => self.value(before, after, path),
        }
    }

    fn members(&mut self, old: &Object<'_>, new: &Object<'_>, path: &DocPath) {
        let before: HashMap<&str, &Json<'_>> = old.iter().collect();
        let child = |name: &str| path.join(PathToken::Field(name.to_owned()));
        for (name, after) in new.iter() {
            match before.get(name) {
                Some(before) => self.diff(before, after, &child(name)),
                None => self.added(after, &child(name)),
            }
        }
        let after: HashMap<&str, &Json<'_>> = new.iter().collect();
        for (name, before) in old.iter().filter(|(name, _)| !after.contains_key(name)) {
            self.removed(before, &child(name));
        }
    }

    fn value(&mut self, before: &Json<'_>, after: &Json<'_>, path: &DocPath) {
        let is_judged = before.kind() == after.kind() && rules::judge_body(self.rules, path);
        let (before, after) = (render::compact(before), render::compact(after));
        let kind = if is_judged {
            ChangeKind::Example { before, after }
        } else {
            ChangeKind::Changed { before, after }
        };
        self.changes.push(Part::Body, &path.to_string(), kind);
    }

    fn added(&mut self, value: &Json<'_>, path: &DocPath) {
        let after = render::compact(value);
        self.changes
            .push(Part::Body, &path.to_string(), ChangeKind::Added { after });
    }

    fn removed(&mut self, value: &Json<'_>, path: &DocPath) {
        let before = render::compact(value);
        self.changes.push(
            Part::Body,
            &path.to_string(),
            ChangeKind::Removed { before },
        );
    }
}

/// Returns a text as one short line in backticks.
pub(super) fn shown(text: &str) -> String {
    match text {
        "" => "nothing".to_owned(),
        text => format!("`{}`", render::shortened(text, LENGTH)),
    }
}

fn text(content: &BodyContent) -> String {
    match str::from_utf8(&content.bytes) {
        Ok(text) => shown(text),
        Err(_) => format!("{} bytes", content.bytes.len()),
    }
}

fn state(body: &Body) -> &'static str {
    match body {
        Body::Empty => "an empty body",
        Body::Missing => "any body",
        Body::Null => "null",
        Body::Present(_) => "a body",
    }
}

/// Longest text shown of a value.
const LENGTH: usize = 80;
