//! Objects: which members there must and may be.

use super::equal::equal;
use super::{Place, Rules, Unexpected, Walk};
use crate::json::{Json, Object};
use crate::matching::render::{TEXT_LIMIT, compact, keys, shortened, spoken};
use crate::matching::value::{Reach, Words, json_holds, json_words};
use crate::plan::json::{NodeId, ObjectNode};
use crate::plan::rule::Rule;
use crate::plan::select::Step;
use crate::rules::Combine;

impl<'c> Walk<'c, '_> {
    pub(super) fn object(
        &mut self,
        id: NodeId,
        object: &'c ObjectNode,
        members: &'c Object<'c>,
        actual: &'c Json<'c>,
    ) {
        let refused = self.unexpected == Unexpected::Refused;
        if refused && object.members.is_empty() && !members.is_empty() {
            return self.fail(None, Some(id), Some(actual), || Words {
                description: format!("Expected an empty Map but received {}", compact(actual)),
                sentence: format!("expected an empty object, got {}", spoken(actual)),
            });
        }
        let rules = self.rules(self.plan.node(id));
        let (mut strict, mut free) = (refused, false);
        if let Some(rules) = rules {
            self.judge_object(rules, Some(id), members, actual);
            strict |= rules.set.is_strict();
            free = rules.exact()
                && rules.any(|rule| {
                    matches!(
                        rule,
                        Rule::EachKey { .. } | Rule::EachValue { .. } | Rule::Values
                    )
                });
        }
        let (mut guess, mut matched, mut extra) = (0, 0, 0);
        for (name, value) in members.iter() {
            if let Some(position) = object.position(name, guess) {
                guess = position + 1;
                matched += 1;
                self.at(Place::Member(name), object.members[position].1, value);
            } else if let Some(below) = &object.extra {
                self.at(Place::Member(name), below.step(Step::to(name)), value);
            } else {
                extra += 1;
            }
        }
        let missing = matched < object.members.len();
        if !free && (missing || strict && extra > 0) {
            self.wrong_keys(id, object, members, strict);
        }
    }

    fn wrong_keys(
        &mut self,
        id: NodeId,
        object: &'c ObjectNode,
        members: &'c Object<'c>,
        strict: bool,
    ) {
        self.fail(None, Some(id), None, || {
            let sorted = |mut names: Vec<&'c str>| {
                names.sort_unstable();
                names
            };
            let wanted = sorted(
                object
                    .members
                    .iter()
                    .map(|(name, _)| name.as_ref())
                    .collect(),
            );
            let found = sorted(members.iter().map(|(name, _)| name).collect());
            let without = |all: &[&'c str], known: &[&'c str]| -> Vec<&'c str> {
                let absent = |name: &&&str| known.binary_search(name).is_err();
                all.iter().filter(absent).copied().collect()
            };
            let missing = without(&wanted, &found);
            let unexpected = without(&found, &wanted);
            let description = if strict {
                format!(
                    "Expected a Map with keys [{}] but received one with keys [{}]",
                    listed(&wanted),
                    listed(&found)
                )
            } else {
                format!(
                    "Actual map is missing the following keys: {}",
                    listed(&missing)
                )
            };
            let mut parts = Vec::new();
            if !missing.is_empty() {
                parts.push(format!("expected {}, got none", keys(missing.into_iter())));
            }
            if strict && !unexpected.is_empty() {
                parts.push(format!(
                    "got {}, which nobody expects",
                    keys(unexpected.into_iter())
                ));
            }
            Words {
                description,
                sentence: parts.join("; "),
            }
        });
    }

    /// Tries the rules on an object itself, its members aside.
    pub(super) fn judge_object(
        &mut self,
        rules: Rules<'c>,
        id: Option<NodeId>,
        members: &'c Object<'c>,
        actual: &'c Json<'c>,
    ) {
        let plan = self.plan;
        let combine = rules.set.combine;
        let holds = |rule: &Rule| match rule {
            Rule::ArrayContains(_) | Rule::EachValue { .. } | Rule::Regex(_) | Rule::Values => true,
            Rule::EachKey {
                rules: each,
                example,
            } => {
                rules.reach == Reach::Cascaded
                    || members
                        .iter()
                        .all(|(name, _)| key_holds(each, example.as_ref(), name))
            }
            Rule::Equality => {
                combine == Combine::And || id.is_none_or(|id| equal(plan, id, actual))
            }
            Rule::IgnoreOrder(bounds) | Rule::Type(bounds) => {
                rules.reach == Reach::Cascaded || bounds.allow(members.len())
            }
            Rule::NotEmpty => !members.is_empty(),
            Rule::Other(_) => rules.reach == Reach::Cascaded,
            Rule::Boolean
            | Rule::ContentType(_)
            | Rule::Decimal
            | Rule::Include(_)
            | Rule::Integer
            | Rule::Null
            | Rule::Number
            | Rule::Semver
            | Rule::StatusCode(_)
            | Rule::Temporal(_) => false,
        };
        if rules.set.judge(holds) {
            return;
        }
        for rule in rules.set.rules.iter().filter(|rule| !holds(rule)) {
            if let Rule::EachKey {
                rules: each,
                example,
            } = rule
            {
                self.wrong_key_names(rule, each, example.as_ref(), members);
            } else {
                self.wrong_collection(rule, id, actual, members.len());
            }
        }
    }

    fn wrong_key_names(
        &mut self,
        whole: &'c Rule,
        each: &'c [Rule],
        example: Option<&'c Json<'static>>,
        members: &'c Object<'c>,
    ) {
        for (name, _) in members.iter() {
            let key = Json::String(name.into());
            for rule in each
                .iter()
                .filter(|rule| !json_holds(rule, Reach::Exact, example, &key))
            {
                self.path.push(Place::Member(name));
                let words = || json_words(rule, example, &key);
                self.fail(Some(whole), None, Some(&key), words);
                self.path.pop();
            }
        }
    }
}

/// Returns names with commas between them, cut off where nobody reads on.
fn listed(names: &[&str]) -> String {
    shortened(&names.join(", "), TEXT_LIMIT)
}

/// Returns whether a key satisfies all rules of an `eachKey`.
fn key_holds(each: &[Rule], example: Option<&Json<'_>>, name: &str) -> bool {
    let key = Json::String(name.into());
    each.iter()
        .all(|rule| json_holds(rule, Reach::Exact, example, &key))
}
