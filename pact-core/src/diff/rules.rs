//! Rules, place by place, and whether they allow more or less.

use super::ChangeKind;
use super::exchange::Changes;
use crate::matching::Part;
use crate::path::{DocPath, PathToken};
use crate::rules::{Category, MatchingRule, MatchingRules, RuleList};

/// Compares the rules of two halves of an interaction.
pub(super) fn diff(rules: [&MatchingRules; 2], changes: &mut Changes) {
    let [before, after] = rules;
    for (part, before, after) in [
        (Part::Method, &before.method, &after.method),
        (Part::Path, &before.path, &after.path),
        (Part::Status, &before.status, &after.status),
    ] {
        list(part, "", [Some(before), Some(after)], changes);
    }
    for (part, before, after) in [
        (Part::Query, &before.query, &after.query),
        (Part::Header, &before.header, &after.header),
    ] {
        for name in keys(before, after) {
            list(part, name, [before.get(name), after.get(name)], changes);
        }
    }
    for (part, before, after) in [
        (Part::Metadata, &before.metadata, &after.metadata),
        (Part::Body, &before.body, &after.body),
    ] {
        for path in keys(before, after) {
            let text = path.to_string();
            if part == Part::Metadata || !changes.is_within_new_or_gone(&text) {
                list(
                    part,
                    &text,
                    [best(before, path), best(after, path)],
                    changes,
                );
            }
        }
    }
}

fn keys<'r, K: Ord>(before: &'r Category<K>, after: &'r Category<K>) -> Vec<&'r K> {
    let mut keys: Vec<&K> = before
        .iter()
        .chain(after.iter())
        .map(|(key, _)| key)
        .collect();
    keys.sort();
    keys.dedup();
    keys
}

fn list(part: Part, path: &str, lists: [Option<&RuleList>; 2], changes: &mut Changes) {
    let none = RuleList::default();
    let [before, after] = lists.map(|list| list.unwrap_or(&none));
    if before == after || !(judges(before) || judges(after)) {
        return;
    }
    let (old, new) = (before.to_string(), after.to_string());
    let kind = if is_looser(after, before) {
        ChangeKind::RuleLoosened {
            before: old,
            after: new,
        }
    } else if is_looser(before, after) {
        ChangeKind::RuleTightened {
            before: old,
            after: new,
        }
    } else {
        ChangeKind::RuleChanged {
            before: old,
            after: new,
        }
    };
    changes.push(part, path, kind);
}

/// Returns whether a list leaves anything but equality.
pub(super) fn judges(list: &RuleList) -> bool {
    list.rules
        .iter()
        .any(|rule| !matches!(rule, MatchingRule::Equality))
}

/// Returns whether rules judge the value of a name on both sides.
pub(super) fn judge_name(rules: [&Category<String>; 2], name: &str) -> bool {
    rules.iter().all(|category| {
        category
            .iter()
            .any(|(known, list)| known.eq_ignore_ascii_case(name) && judges(list))
    })
}

/// Returns whether rules judge a metadata entry on both sides.
pub(super) fn judge_metadata(rules: [&MatchingRules; 2], name: &str) -> bool {
    let path = DocPath::field(name);
    rules
        .iter()
        .all(|rules| best(&rules.metadata, &path).is_some_and(judges))
}

/// Returns whether rules judge a node of the body on both sides.
pub(super) fn judge_body(rules: [&MatchingRules; 2], path: &DocPath) -> bool {
    rules
        .iter()
        .all(|rules| best(&rules.body, path).is_some_and(judges))
}

/// Returns the list that governs a path: of those that lead to it or above it, the one that is most
/// like it.
fn best<'r>(category: &'r Category<DocPath>, path: &DocPath) -> Option<&'r RuleList> {
    category
        .iter()
        .filter(|(rule, _)| leads_towards(rule, path))
        .max_by_key(|(rule, _)| {
            let literal =
                |token: &&PathToken| !matches!(token, PathToken::Star | PathToken::StarIndex);
            (
                rule.tokens().len(),
                rule.tokens().iter().filter(literal).count(),
            )
        })
        .map(|(_, list)| list)
}

fn leads_towards(rule: &DocPath, path: &DocPath) -> bool {
    rule.tokens().len() <= path.tokens().len()
        && rule
            .tokens()
            .iter()
            .zip(path.tokens())
            .all(|(rule, token)| {
                rule == token
                    || matches!(rule, PathToken::Star)
                    || matches!((rule, token), (PathToken::StarIndex, PathToken::Index(_)))
            })
}

/// Returns whether all that `strict` allows is allowed by `loose` too, as far as names tell.
fn is_looser(loose: &RuleList, strict: &RuleList) -> bool {
    if !judges(strict) {
        return true;
    }
    let ([loose], [strict]) = (loose.rules.as_slice(), strict.rules.as_slice()) else {
        return false;
    };
    match (loose, strict) {
        (MatchingRule::Number, MatchingRule::Integer | MatchingRule::Decimal) => true,
        (
            MatchingRule::Type { min, max },
            MatchingRule::Type {
                min: least,
                max: most,
            },
        ) => {
            min.unwrap_or(0) <= least.unwrap_or(0)
                && max.unwrap_or(usize::MAX) >= most.unwrap_or(usize::MAX)
        }
        (
            MatchingRule::Type {
                min: None,
                max: None,
            },
            MatchingRule::Boolean
            | MatchingRule::Date { .. }
            | MatchingRule::DateTime { .. }
            | MatchingRule::Decimal
            | MatchingRule::Include { .. }
            | MatchingRule::Integer
            | MatchingRule::Null
            | MatchingRule::Number
            | MatchingRule::Regex { .. }
            | MatchingRule::Semver
            | MatchingRule::Time { .. },
        ) => true,
        _ => false,
    }
}
