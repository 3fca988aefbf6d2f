//! Disagreements that are meant, by the entry of docs/DIFFERENCES.md that explains them.

use serde_json::Value;

use crate::case::{Case, Kind};
use crate::sides::Verdict;

/// Returns the entry that explains why the sides disagree; `None` when none does.
pub fn explanation(case: &Case, ours: &Verdict, theirs: &Verdict) -> Option<&'static str> {
    let stricter = *ours == Verdict::Mismatch && *theirs == Verdict::Match;
    let looser = *ours == Verdict::Match && *theirs == Verdict::Mismatch;
    match case.kind {
        Kind::Json if stricter => stricter_json(case),
        Kind::Json if looser => looser_json(case),
        Kind::Header if looser && case.header == "Allow" => Some("Lists in headers"),
        Kind::Xml if looser => looser_xml(case),
        _ => None,
    }
}

const INSIDE: [&str; 3] = ["arrayContains", "eachKey", "eachValue"];

fn stricter_json(case: &Case) -> Option<&'static str> {
    if case.any_rule_at(|names, value| names.iter().any(|name| INSIDE.contains(name)) && !fits(names, value)) {
        return Some("Rules on what is inside");
    }
    if case.json.as_ref().is_some_and(|(expected, _)| anywhere(expected, &is_empty)) {
        return Some("Empty examples");
    }
    if case.any_rule_at(|names, _| names.contains(&"eachKey")) {
        return Some("Under `eachKey`");
    }
    equal_scores(case).or_else(|| each_value_adds(case))
}

fn looser_json(case: &Case) -> Option<&'static str> {
    let (expected, _) = case.json.as_ref()?;
    let or = case.rules.iter().any(|rules| rules.combine == "OR");
    let collection = |value: &Value| value.is_object() || value.is_array();
    if or && anywhere(expected, &collection) {
        return Some("`OR` holds for objects as for lists, and lets null stand");
    }
    if case.any_rule_at(|names, value| names.contains(&"arrayContains") && (names.len() > 1 || !fits(names, value))) {
        return Some("Rules on what is inside");
    }
    if case.any_rule_at(|names, value| names.contains(&"equality") && (value.is_array() || value.is_object())) {
        return Some("Equality of collections");
    }
    equal_scores(case).or_else(|| each_value_adds(case))
}

/// Rules with stars in different places of paths of one length.
fn equal_scores(case: &Case) -> Option<&'static str> {
    let stars = |rules: &crate::case::Rules| (rules.at.matches('*').count(), rules.at.matches(['.', '[']).count());
    let rival = |(index, rules): (usize, &crate::case::Rules)| {
        stars(rules).0 > 0 && case.rules[index + 1..].iter().any(|other| stars(other) == stars(rules))
    };
    case.rules.iter().enumerate().any(rival).then_some("Equal scores")
}

fn each_value_adds(case: &Case) -> Option<&'static str> {
    case.any_rule_at(|names, _| names.contains(&"eachValue")).then_some("`eachValue` adds")
}

/// Whether the value is of the kind that the rules on what is inside are for.
fn fits(names: &[&str], value: &Value) -> bool {
    match value {
        Value::Array(_) => true,
        Value::Object(_) => !names.contains(&"arrayContains"),
        _ => false,
    }
}

fn looser_xml(case: &Case) -> Option<&'static str> {
    if case.rules.iter().any(|rules| matches!(rules.at.as_str(), "$.a" | "$.a.b" | "$.a.c" | "$.a.*")) {
        return Some("Rules at elements");
    }
    None
}

fn is_empty(value: &Value) -> bool {
    value.as_array().is_some_and(Vec::is_empty) || value.as_object().is_some_and(serde_json::Map::is_empty)
}

fn anywhere(value: &Value, wanted: &dyn Fn(&Value) -> bool) -> bool {
    wanted(value)
        || match value {
            Value::Array(items) => items.iter().any(|item| anywhere(item, wanted)),
            Value::Object(members) => members.values().any(|member| anywhere(member, wanted)),
            _ => false,
        }
}

impl Case {
    /// Whether some rules, by their names, stand at a value of the example like this.
    fn any_rule_at(&self, wanted: impl Fn(&[&str], &Value) -> bool) -> bool {
        let Some((expected, _)) = &self.json else {
            return false;
        };
        self.rules.iter().any(|rules| {
            let names: Vec<&str> = rules.list.iter().filter_map(|rule| rule["match"].as_str()).collect();
            let steps: Vec<&str> = rules.at.split(['.', '[', ']']).skip(1).filter(|step| !step.is_empty()).collect();
            reached(expected, &steps).into_iter().any(|value| wanted(&names, value))
        })
    }
}

/// The values a path leads to.
fn reached<'v>(value: &'v Value, steps: &[&str]) -> Vec<&'v Value> {
    let Some((step, rest)) = steps.split_first() else {
        return vec![value];
    };
    let below: Vec<&Value> = match value {
        Value::Array(items) if *step == "*" => items.iter().collect(),
        Value::Array(items) => step.parse().ok().and_then(|at: usize| items.get(at)).into_iter().collect(),
        Value::Object(members) if *step == "*" => members.values().collect(),
        Value::Object(members) => members.get(*step).into_iter().collect(),
        _ => Vec::new(),
    };
    below.into_iter().flat_map(|value| reached(value, rest)).collect()
}
