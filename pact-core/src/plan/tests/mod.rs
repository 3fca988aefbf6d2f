//! Requests and responses against what arrives: one row each.

mod formats;
mod http;
mod json;
mod messages;
mod properties;

use super::*;
use crate::matching::{ActualRequest, ActualResponse, Mismatch};
use crate::model::{Body, ContentType, Headers, Request, Response};
use crate::path::DocPath;
use crate::rules::{Combine, MatchingRule, MatchingRules, RuleList, StatusClass, Variant};

pub(super) fn bounded(min: Option<usize>, max: Option<usize>) -> MatchingRule {
    MatchingRule::Type { min, max }
}

pub(super) fn regex(pattern: &str) -> MatchingRule {
    MatchingRule::Regex {
        regex: pattern.to_owned(),
    }
}

pub(super) fn like() -> MatchingRule {
    MatchingRule::type_rule()
}

pub(super) fn body_rules(rules: &[(&str, RuleList)]) -> MatchingRules {
    let mut all = MatchingRules::default();
    for (path, list) in rules {
        all.body.set(path.parse::<DocPath>().unwrap(), list.clone());
    }
    all
}

pub(super) fn either(rules: Vec<MatchingRule>) -> RuleList {
    RuleList {
        rules,
        combine: Combine::Or,
    }
}

pub(super) fn texts(mismatches: &[Mismatch]) -> Vec<String> {
    mismatches
        .iter()
        .map(|mismatch| format!("{} -> {}", mismatch.path, mismatch.kind.description))
        .collect()
}

pub(super) fn json_response(expected: &str, rules: &[(&str, RuleList)]) -> ResponsePlan {
    ResponsePlan::compile(&Response {
        body: Body::present(expected, Some(ContentType::json())),
        matching_rules: body_rules(rules),
        ..Response::default()
    })
    .unwrap()
}

pub(super) fn respond(plan: &ResponsePlan, body: &[u8]) -> Vec<Mismatch> {
    plan.compare(&ActualResponse {
        status: 200,
        headers: &[("Content-Type", "application/json")],
        body,
    })
}
