//! Rules: by path in V2, by category since V3.

use super::interaction::Members;
use super::{EMPTY, Writer, generators, sorted};
use crate::format::place::At;
use crate::json::{Json, Object, OwnedJson};
use crate::model::SpecVersion;
use crate::path::{DocPath, PathToken};
use crate::rules::{
    Category, Combine, MatchingRule, MatchingRules, RuleList, StatusClass, Variant,
};

impl Writer {
    pub(super) fn rules<'p>(
        &mut self,
        rules: &'p MatchingRules,
        members: &mut Members<'p>,
        at: &At<'_>,
    ) {
        if rules.is_empty() {
            return;
        }
        // A V2 file may have held rules by category, and must get back what paths cannot hold.
        let by_path = self.version < SpecVersion::V3
            && (!self.is_own_version || places(rules).iter().all(|(_, list)| fits_path(list)));
        let written = if by_path {
            self.rules_by_path(rules, &at.name("matchingRules"))
        } else {
            rules_by_category(rules)
        };
        members.push(("matchingRules", written));
    }

    fn rules_by_path<'p>(&mut self, rules: &'p MatchingRules, at: &At<'_>) -> Json<'p> {
        let mut members = Vec::new();
        for (path, list) in places(rules) {
            let path = path.to_string();
            if list.rules.len() > 1 {
                let at = at.name(&path);
                self.lose(
                    &at,
                    format!("{} of its {} rules", list.rules.len() - 1, list.rules.len()),
                );
            }
            let rule = list.rules.first().unwrap_or(&MatchingRule::Equality);
            members.push((path, rule_json(rule)));
        }
        sorted(members, EMPTY)
    }
}

fn fits_path(list: &RuleList) -> bool {
    list.rules.len() == 1
}

/// Returns all places with their lists, as paths from the whole request or response.
fn places(rules: &MatchingRules) -> Vec<(DocPath, &RuleList)> {
    let part = |name: &str| DocPath::field(name);
    let below = |part: &DocPath, path: &DocPath| {
        path.tokens()
            .iter()
            .skip(1)
            .fold(part.clone(), |path, token| path.join(token.clone()))
    };
    let named = |name: &str, key: &str| part(name).join(PathToken::Field(key.to_owned()));
    let body = part("body");
    let metadata = part("metadata");
    let mut places: Vec<_> = [
        (part("method"), &rules.method),
        (part("path"), &rules.path),
        (part("status"), &rules.status),
    ]
    .into_iter()
    .filter(|(_, list)| !list.is_empty())
    .collect();
    places.extend(
        rules
            .body
            .iter()
            .map(|(path, list)| (below(&body, path), list)),
    );
    places.extend(
        rules
            .header
            .iter()
            .map(|(name, list)| (named("headers", name), list)),
    );
    places.extend(
        rules
            .metadata
            .iter()
            .map(|(path, list)| (below(&metadata, path), list)),
    );
    places.extend(
        rules
            .query
            .iter()
            .map(|(name, list)| (named("query", name), list)),
    );
    places
}

fn rules_by_category(rules: &MatchingRules) -> Json<'static> {
    let mut members = Vec::new();
    let mut collection = |name, lists: Vec<(String, OwnedJson)>| {
        if !lists.is_empty() {
            members.push((name, sorted(lists, EMPTY)));
        }
    };
    collection("body", paths(&rules.body, DocPath::to_string));
    collection("header", names(&rules.header));
    collection("metadata", paths(&rules.metadata, metadata_key));
    collection("query", names(&rules.query));
    for (name, list) in [
        ("method", &rules.method),
        ("path", &rules.path),
        ("status", &rules.status),
    ] {
        if !list.is_empty() {
            members.push((name, list_json(list)));
        }
    }
    sorted(members, EMPTY)
}

fn paths(category: &Category<DocPath>, key: fn(&DocPath) -> String) -> Vec<(String, OwnedJson)> {
    category
        .iter()
        .map(|(path, list)| (key(path), list_json(list)))
        .collect()
}

fn names(category: &Category<String>) -> Vec<(String, OwnedJson)> {
    category
        .iter()
        .map(|(name, list)| (name.clone(), list_json(list)))
        .collect()
}

/// A path of one name is written as the name, as everybody does for metadata.
fn metadata_key(path: &DocPath) -> String {
    match path.tokens() {
        [_, PathToken::Field(name)] if !name.starts_with('$') => name.clone(),
        _ => path.to_string(),
    }
}

fn list_json(list: &RuleList) -> OwnedJson {
    let combine = match list.combine {
        Combine::And => "AND",
        Combine::Or => "OR",
    };
    Json::Object(Object::from_iter([
        ("combine", Json::from(combine)),
        (
            "matchers",
            list.rules.iter().map(rule_json).collect::<Vec<_>>().into(),
        ),
    ]))
}

/// Writes a rule under its canonical name.
pub(super) fn rule_json(rule: &MatchingRule) -> OwnedJson {
    // Bounds of lengths are written as `type`, whatever they were called.
    let mut members = vec![("match".to_owned(), Json::from(rule.name().to_owned()))];
    let mut attribute = |name: &str, value: OwnedJson| members.push((name.to_owned(), value));
    match rule {
        MatchingRule::ArrayContains { variants } => {
            attribute(
                "variants",
                variants.iter().map(variant_json).collect::<Vec<_>>().into(),
            );
        }
        MatchingRule::ContentType { value } | MatchingRule::Include { value } => {
            attribute("value", Json::from(value.clone()));
        }
        MatchingRule::Date { format }
        | MatchingRule::DateTime { format }
        | MatchingRule::Time { format } => {
            if let Some(format) = format {
                attribute("format", Json::from(format.clone()));
            }
        }
        MatchingRule::EachKey {
            rules,
            value,
            generator,
        }
        | MatchingRule::EachValue {
            rules,
            value,
            generator,
        } => {
            attribute(
                "rules",
                rules.iter().map(rule_json).collect::<Vec<_>>().into(),
            );
            if let Some(value) = value {
                attribute("value", value.clone());
            }
            if let Some(generator) = generator {
                attribute("generator", generators::generator_json(generator));
            }
        }
        MatchingRule::IgnoreOrder { min, max } | MatchingRule::Type { min, max } => {
            for (name, bound) in [("max", max), ("min", min)] {
                if let Some(bound) = bound {
                    attribute(name, Json::from(*bound));
                }
            }
        }
        MatchingRule::Other { attributes, .. } => {
            for (name, value) in attributes.iter() {
                attribute(name, value.clone());
            }
        }
        MatchingRule::Regex { regex } => attribute("regex", Json::from(regex.clone())),
        MatchingRule::StatusCode { status } => attribute("status", status_json(status)),
        MatchingRule::Boolean
        | MatchingRule::Decimal
        | MatchingRule::Equality
        | MatchingRule::Integer
        | MatchingRule::NotEmpty
        | MatchingRule::Null
        | MatchingRule::Number
        | MatchingRule::Semver
        | MatchingRule::Values => {}
    }
    sorted(members, EMPTY)
}

fn variant_json(variant: &Variant) -> OwnedJson {
    let mut members = vec![
        ("index", Json::from(variant.index)),
        (
            "rules",
            sorted(paths(&variant.rules, DocPath::to_string), EMPTY),
        ),
    ];
    if !variant.generators.is_empty() {
        members.push(("generators", generators::by_path(&variant.generators)));
    }
    sorted(members, EMPTY)
}

fn status_json(status: &StatusClass) -> OwnedJson {
    let name = match status {
        StatusClass::ClientError => "clientError",
        StatusClass::Codes(codes) => {
            let codes = codes.iter().map(|code| Json::from(u64::from(*code)));
            return Json::Array(codes.collect());
        }
        StatusClass::Error => "error",
        StatusClass::Info => "info",
        StatusClass::NonError => "nonError",
        StatusClass::Redirect => "redirect",
        StatusClass::ServerError => "serverError",
        StatusClass::Success => "success",
    };
    Json::from(name)
}
