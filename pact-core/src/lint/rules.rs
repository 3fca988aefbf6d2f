//! Rules that govern nothing, and patterns that tools read differently.

use std::collections::HashSet;

use super::Findings;
use crate::explain;
use crate::format::At;
use crate::generators::Generators;
use crate::json::{Json, Object, OwnedJson};
use crate::model::{Body, Headers, Message, Query, Request, Response};
use crate::path::{DocPath, PathToken};
use crate::rules::{MatchingRule, MatchingRules, RuleList};

/// A request, response or message, as far as rules and generators see it.
pub(super) struct Half<'h> {
    pub(super) generators: &'h Generators,
    rules: &'h MatchingRules,
    body: &'h Body,
    headers: Option<&'h Headers>,
    metadata: Option<&'h Object<'static>>,
    query: Option<&'h Query>,
}

impl<'h> Half<'h> {
    pub(super) fn message(message: &'h Message) -> Self {
        Self {
            generators: &message.generators,
            rules: &message.matching_rules,
            body: &message.contents,
            headers: None,
            metadata: Some(&message.metadata),
            query: None,
        }
    }

    pub(super) fn request(request: &'h Request) -> Self {
        Self {
            generators: &request.generators,
            rules: &request.matching_rules,
            body: &request.body,
            headers: Some(&request.headers),
            metadata: None,
            query: Some(&request.query),
        }
    }

    pub(super) fn response(response: &'h Response) -> Self {
        Self {
            generators: &response.generators,
            rules: &response.matching_rules,
            body: &response.body,
            headers: Some(&response.headers),
            metadata: None,
            query: None,
        }
    }
}

pub(super) fn check(half: &Half<'_>, at: &At<'_>, findings: &mut Findings) {
    let at = at.name("matchingRules");
    let rules = half.rules;
    let mut unused = |part: &str, place: &str| {
        let message = format!(
            "the rule for the {part}{place} governs nothing: the example has no such place"
        );
        findings.warning("unused-rule", &at, message);
    };
    for (name, _) in rules.header.iter() {
        if half.headers.and_then(|headers| headers.get(name)).is_none() {
            unused("header", &format!(" `{name}`"));
        }
    }
    for (name, _) in rules.query.iter() {
        if half.query.and_then(|query| query.get(name)).is_none() {
            unused("query parameter", &format!(" `{name}`"));
        }
    }
    if let Some(metadata) = half.metadata {
        let metadata = Json::Object(metadata.clone());
        for (path, _) in rules.metadata.iter() {
            if !Search::default().finds(path.tokens(), &metadata) {
                unused("metadata", &format!(" at {path}"));
            }
        }
    }
    match body_json(half.body) {
        Example::Json(body) => {
            let mut search = Search::default();
            for (path, _) in rules.body.iter() {
                if !search.finds(path.tokens(), &body) {
                    unused("body", &format!(" at {path}"));
                }
            }
        }
        Example::None => {
            for (path, _) in rules.body.iter() {
                unused("body", &format!(" at {path}"));
            }
        }
        Example::Opaque => {
            for path in leading_nowhere(half.body, rules) {
                unused("body", &format!(" at {path}"));
            }
        }
    }
    patterns(rules, &at, findings);
}

enum Example {
    Json(OwnedJson),
    None,
    /// Something in which other formats have their own places.
    Opaque,
}

fn body_json(body: &Body) -> Example {
    let Some(content) = body.content() else {
        return Example::None;
    };
    let is_json = content
        .content_type
        .as_ref()
        .is_some_and(|content_type| content_type.is_json());
    match Json::parse(&content.bytes) {
        Ok(json) if is_json => Example::Json(json.into_owned()),
        Ok(_) | Err(_) => Example::Opaque,
    }
}

/// Returns the rule paths that reach no place of a body that is not JSON.
fn leading_nowhere(body: &Body, rules: &MatchingRules) -> Vec<String> {
    let message = Message {
        contents: body.clone(),
        matching_rules: MatchingRules {
            body: rules.body.clone(),
            ..MatchingRules::default()
        },
        ..Message::default()
    };
    // What cannot be compiled is found elsewhere.
    let explanation = explain::message(&message, None).unwrap_or_default();
    let reached: HashSet<&str> = explanation
        .decisions
        .iter()
        .flat_map(|decision| &decision.others)
        .map(|outweighed| outweighed.candidate.path.as_str())
        .collect();
    explanation
        .idle
        .iter()
        .filter(|idle| !reached.contains(idle.path.as_str()))
        .map(|idle| idle.path.clone())
        .collect()
}

/// Looks for places in a document, with an end to its patience: a file may pair thousands of rules
/// with thousands of elements.
struct Search {
    steps_left: usize,
}

impl Default for Search {
    fn default() -> Self {
        Self {
            steps_left: 10_000_000,
        }
    }
}

impl Search {
    /// Returns whether a path leads somewhere; yes when the search ran out of patience.
    fn finds(&mut self, tokens: &[PathToken], value: &Json<'_>) -> bool {
        if self.steps_left == 0 {
            return true;
        }
        // Looking for a name costs as much as there are members.
        let cost = 1 + value.as_object().map_or(0, Object::len);
        self.steps_left = self.steps_left.saturating_sub(cost);
        let Some((token, rest)) = tokens.split_first() else {
            return true;
        };
        match (token, value) {
            (PathToken::Root, value) => self.finds(rest, value),
            (PathToken::Field(name), Json::Object(members)) => members
                .get(name)
                .is_some_and(|member| self.finds(rest, member)),
            (PathToken::Index(index), Json::Object(members)) => members
                .get(&index.to_string())
                .is_some_and(|member| self.finds(rest, member)),
            (PathToken::Field(name), Json::Array(items)) => name
                .parse()
                .ok()
                .and_then(|index: usize| items.get(index))
                .is_some_and(|item| self.finds(rest, item)),
            (PathToken::Index(index), Json::Array(items)) => {
                items.get(*index).is_some_and(|item| self.finds(rest, item))
            }
            (PathToken::Star | PathToken::StarIndex, Json::Array(items)) => {
                items.iter().any(|item| self.finds(rest, item))
            }
            (PathToken::Star, Json::Object(members)) => {
                members.iter().any(|(_, member)| self.finds(rest, member))
            }
            (PathToken::StarIndex, Json::Object(members)) => members
                .iter()
                .filter(|(name, _)| name.bytes().all(|byte| byte.is_ascii_digit()))
                .any(|(_, member)| self.finds(rest, member)),
            _ => false,
        }
    }
}

fn patterns(rules: &MatchingRules, at: &At<'_>, findings: &mut Findings) {
    let mut check = |place: String, list: &RuleList| {
        for rule in &list.rules {
            if let MatchingRule::Regex { regex } = rule
                && !is_anchored(regex)
            {
                let message = format!(
                    "the pattern `{regex}` for the {place} has no anchors: here it must match the whole value, some tools search for it"
                );
                findings.notice("unanchored-regex", at, message);
            }
        }
    };
    let path = |part: &str, path: &DocPath| format!("{part} at {path}");
    for (place, list) in rules.body.iter() {
        check(path("body", place), list);
    }
    for (place, list) in rules.metadata.iter() {
        check(path("metadata", place), list);
    }
    for (name, list) in rules.header.iter() {
        check(format!("header `{name}`"), list);
    }
    for (name, list) in rules.query.iter() {
        check(format!("query parameter `{name}`"), list);
    }
    check("path".to_owned(), &rules.path);
    check("method".to_owned(), &rules.method);
    check("status".to_owned(), &rules.status);
}

/// Returns whether a pattern says by itself that it stands for the whole value.
fn is_anchored(regex: &str) -> bool {
    let regex = regex.trim_start_matches("(?i)");
    let starts =
        regex.starts_with(['^', '/']) || regex.starts_with(r"\A") || regex.starts_with(".*");
    let ends = (regex.ends_with('$') && !regex.ends_with(r"\$"))
        || regex.ends_with(r"\z")
        || regex.ends_with(r"\Z")
        || regex.ends_with(".*");
    starts && ends
}
