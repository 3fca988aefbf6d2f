//! Interactions and their halves, part by part.

use std::collections::HashMap;

use super::{Change, ChangeKind, Side, body, rules};
use crate::json::{Json, Object};
use crate::matching::Part;
use crate::model::{
    Body, Headers, Interaction, InteractionKind, Message, Query, Request, Response,
};
use crate::rules::MatchingRules;

pub(super) fn diff(before: &Interaction, after: &Interaction) -> Vec<Change> {
    let mut changes = Changes {
        side: Side::Interaction,
        found: Vec::new(),
    };
    changes.scalar(None, "description", &before.description, &after.description);
    changes.scalar(None, "states", &states(before), &states(after));
    changes.scalar(
        None,
        "pending",
        &before.pending.to_string(),
        &after.pending.to_string(),
    );
    changes.scalar(None, "type", before.kind.name(), after.kind.name());
    match (&before.kind, &after.kind) {
        (InteractionKind::Http(before), InteractionKind::Http(after)) => {
            changes.request(&before.request, &after.request);
            changes.response(&before.response, &after.response);
        }
        (InteractionKind::AsyncMessage(before), InteractionKind::AsyncMessage(after)) => {
            changes.message(Side::Message, before, after);
        }
        (InteractionKind::SyncMessage(before), InteractionKind::SyncMessage(after)) => {
            changes.message(Side::Request, &before.request, &after.request);
            let (old, new) = (before.responses.len(), after.responses.len());
            for (at, (before, after)) in before.responses.iter().zip(&after.responses).enumerate() {
                changes.message(Side::Answer(at), before, after);
            }
            changes.side = Side::Interaction;
            changes.scalar(None, "answers", &old.to_string(), &new.to_string());
        }
        (
            InteractionKind::Other {
                members: before, ..
            },
            InteractionKind::Other { members: after, .. },
        ) => {
            let text = |members: &Object<'_>| Json::Object(members.clone()).sorted().to_compact();
            changes.scalar(None, "content", &text(before), &text(after));
        }
        _ => {}
    }
    changes.found
}

fn states(interaction: &Interaction) -> String {
    let texts: Vec<_> = interaction
        .provider_states
        .iter()
        .map(|state| match state.params.is_empty() {
            true => format!("`{}`", state.name),
            false => format!("`{}` {}", state.name, Json::Object(state.params.clone())),
        })
        .collect();
    texts.join(", ")
}

fn borrowed(entries: &[(String, String)]) -> impl Iterator<Item = (&str, &str)> {
    entries
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
}

/// The changes of one interaction while they are found.
pub(super) struct Changes {
    side: Side,
    found: Vec<Change>,
}

impl Changes {
    pub(super) fn push(&mut self, part: impl Into<Option<Part>>, path: &str, kind: ChangeKind) {
        self.found.push(Change {
            side: self.side,
            part: part.into(),
            path: path.to_owned(),
            kind,
        });
    }

    fn scalar(&mut self, part: Option<Part>, name: &str, before: &str, after: &str) {
        if before != after {
            let kind = ChangeKind::Changed {
                before: body::shown(before),
                after: body::shown(after),
            };
            self.push(part, name, kind);
        }
    }

    /// Compares a value that rules may judge: where they do and are the same, it is an example.
    fn judged(&mut self, part: Part, path: &str, values: [&str; 2], is_judged: bool) {
        let [before, after] = values;
        if before == after {
            return;
        }
        let (before, after) = (body::shown(before), body::shown(after));
        let kind = if is_judged {
            ChangeKind::Example { before, after }
        } else {
            ChangeKind::Changed { before, after }
        };
        self.push(part, path, kind);
    }

    fn request(&mut self, before: &Request, after: &Request) {
        self.side = Side::Request;
        let rules = [&before.matching_rules, &after.matching_rules];
        let judges = |of: fn(&MatchingRules) -> bool| rules.iter().all(|rules| of(rules));
        let methods = [before.method.as_str(), after.method.as_str()];
        self.judged(
            Part::Method,
            "",
            methods,
            judges(|rules| rules::judges(&rules.method)),
        );
        let paths = [before.path.as_str(), after.path.as_str()];
        self.judged(
            Part::Path,
            "",
            paths,
            judges(|rules| rules::judges(&rules.path)),
        );
        self.query(&before.query, &after.query, rules);
        self.headers(&before.headers, &after.headers, rules);
        self.body(&before.body, &after.body, rules);
        rules::diff(rules, self);
    }

    fn response(&mut self, before: &Response, after: &Response) {
        self.side = Side::Response;
        let rules = [&before.matching_rules, &after.matching_rules];
        let is_judged = rules.iter().all(|rules| rules::judges(&rules.status));
        let statuses = [before.status.to_string(), after.status.to_string()];
        self.judged(Part::Status, "", [&statuses[0], &statuses[1]], is_judged);
        self.headers(&before.headers, &after.headers, rules);
        self.body(&before.body, &after.body, rules);
        rules::diff(rules, self);
    }

    fn message(&mut self, side: Side, before: &Message, after: &Message) {
        self.side = side;
        let rules = [&before.matching_rules, &after.matching_rules];
        let texts = |metadata: &Object<'_>| {
            let entries = metadata.iter();
            entries
                .map(|(name, value)| (name.to_owned(), value.to_compact()))
                .collect()
        };
        let entries: [Vec<_>; 2] = [texts(&before.metadata), texts(&after.metadata)];
        self.named(Part::Metadata, entries, |name| {
            rules::judge_metadata(rules, name)
        });
        self.body(&before.contents, &after.contents, rules);
        rules::diff(rules, self);
    }

    fn query(&mut self, before: &Query, after: &Query, rules: [&MatchingRules; 2]) {
        let texts = |query: &Query| {
            let parameters = query.iter();
            parameters
                .map(|(name, values)| {
                    let values = values.iter().map(|value| value.as_deref().unwrap_or(""));
                    (name.to_owned(), values.collect::<Vec<_>>().join(", "))
                })
                .collect()
        };
        self.named(Part::Query, [texts(before), texts(after)], |name| {
            rules::judge_name(rules.map(|rules| &rules.query), name)
        });
    }

    fn headers(&mut self, before: &Headers, after: &Headers, rules: [&MatchingRules; 2]) {
        let texts = |headers: &Headers| {
            let headers = headers.iter();
            headers
                .map(|(name, values)| (name.to_ascii_lowercase(), values.join(", ")))
                .collect()
        };
        self.named(Part::Header, [texts(before), texts(after)], |name| {
            rules::judge_name(rules.map(|rules| &rules.header), name)
        });
    }

    /// Compares names with values.
    fn named(
        &mut self,
        part: Part,
        [before, after]: [Vec<(String, String)>; 2],
        is_judged: impl Fn(&str) -> bool,
    ) {
        let old: HashMap<&str, &str> = borrowed(&before).collect();
        for (name, value) in borrowed(&after) {
            match old.get(name) {
                None => self.push(
                    part,
                    name,
                    ChangeKind::Added {
                        after: body::shown(value),
                    },
                ),
                Some(old) => self.judged(part, name, [old, value], is_judged(name)),
            }
        }
        let new: HashMap<&str, &str> = borrowed(&after).collect();
        for (name, value) in borrowed(&before).filter(|(name, _)| !new.contains_key(name)) {
            self.push(
                part,
                name,
                ChangeKind::Removed {
                    before: body::shown(value),
                },
            );
        }
    }

    fn body(&mut self, before: &Body, after: &Body, rules: [&MatchingRules; 2]) {
        body::diff(before, after, rules, self);
    }

    /// Returns whether a body path lies in something that was added or removed as a whole.
    pub(super) fn is_within_new_or_gone(&self, path: &str) -> bool {
        self.found.iter().any(|change| {
            change.side == self.side
                && change.part == Some(Part::Body)
                && matches!(
                    change.kind,
                    ChangeKind::Added { .. } | ChangeKind::Removed { .. }
                )
                && path
                    .strip_prefix(change.path.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        })
    }
}
