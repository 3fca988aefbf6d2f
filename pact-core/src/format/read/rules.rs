//! Where rules stand: by path in V2, by category since V3.

use std::hash::Hash;

use super::{ReadError, Reader};
use crate::format::place::At;
use crate::format::read::error::{Problem, excerpt};
use crate::json::{Json, Object};
use crate::path::{DocPath, PathToken};
use crate::rules::{Category, Combine, MatchingRules, RuleList};

impl Reader {
    /// Reads the rules of a request, response or message, under their name or its legacy one.
    pub(super) fn rules(
        &mut self,
        members: &mut Object<'_>,
        legacy_name: &'static str,
        at: &At<'_>,
    ) -> Result<MatchingRules, ReadError> {
        let (name, value) = match members.remove("matchingRules") {
            Some(value) => ("matchingRules", value),
            None => match members.remove(legacy_name) {
                Some(value) => (legacy_name, value),
                None => return Ok(MatchingRules::default()),
            },
        };
        let at = at.name(name);
        match value {
            Json::Null => Ok(MatchingRules::default()),
            Json::Object(rules) => {
                // The first member decides for all of them, whatever version the file names.
                let by_path = rules
                    .iter()
                    .next()
                    .is_some_and(|(name, _)| name.starts_with('$'));
                if by_path {
                    self.rules_by_path(rules, &at)
                } else {
                    self.rules_by_category(rules, &at)
                }
            }
            other => Err(at.wrong("an object", &other)),
        }
    }

    /// Reads V2: every member is a path from the whole request or response with one rule.
    fn rules_by_path(
        &mut self,
        members: Object<'_>,
        at: &At<'_>,
    ) -> Result<MatchingRules, ReadError> {
        let mut found = MatchingRules::default();
        for (path, value) in members {
            let at = at.name(&path);
            let list = self.rule_list(value, &at)?;
            match target(&path).map_err(|error| at.invalid(error))? {
                Target::Body(path) => found.body.append(path, list),
                Target::Header(name) => found.header.append(name, list),
                Target::Metadata(path) => found.metadata.append(path, list),
                Target::Method => found.method.append(list),
                Target::Path => found.path.append(list),
                Target::Query(name) => found.query.append(name, list),
                Target::Status => found.status.append(list),
                Target::Nothing => self.warn(
                    &at,
                    "leads to no part of a request, response or message; the rule is left out",
                ),
            }
        }
        Ok(found)
    }

    /// Reads V3 and V4: categories, in them places, at each a list.
    fn rules_by_category(
        &mut self,
        categories: Object<'_>,
        at: &At<'_>,
    ) -> Result<MatchingRules, ReadError> {
        let mut found = MatchingRules::default();
        for (category, value) in categories {
            let at = at.name(&category);
            let places = match value {
                Json::Object(places) => places,
                Json::Null => continue,
                other => return Err(at.wrong("an object", &other)),
            };
            match category.as_ref() {
                "method" => found.method.append(self.single_list(places, &at)?),
                "path" => found.path.append(self.single_list(places, &at)?),
                "status" => found.status.append(self.single_list(places, &at)?),
                "header" | "headers" => self.lists(places, &at, name_key, &mut found.header)?,
                "query" => self.lists(places, &at, name_key, &mut found.query)?,
                "metadata" => self.lists(places, &at, metadata_key, &mut found.metadata)?,
                "body" | "content" | "contents" => {
                    self.lists(places, &at, body_key, &mut found.body)?;
                }
                other => {
                    if !places.is_empty() {
                        self.warn(
                            &at,
                            format!("category `{other}` is not known; read as `body`"),
                        );
                    }
                    self.lists(places, &at, body_key, &mut found.body)?;
                }
            }
        }
        Ok(found)
    }

    /// Reads the rules of a part without places; rewritten files have one of no name or of `$`.
    fn single_list(&mut self, members: Object<'_>, at: &At<'_>) -> Result<RuleList, ReadError> {
        if members.contains("matchers") || members.contains("match") {
            return self.rule_list(Json::Object(members), at);
        }
        let mut all = RuleList::default();
        for (place, value) in members {
            let at = at.name(&place);
            if !matches!(place.as_ref(), "" | "$") {
                self.warn(
                    &at,
                    "expected the rules without a place of their own; the place is ignored",
                );
            }
            all.append(self.rule_list(value, &at)?);
        }
        Ok(all)
    }

    /// Reads lists by place and adds them to those of the category.
    fn lists<K: Clone + Eq + Hash>(
        &mut self,
        places: Object<'_>,
        at: &At<'_>,
        key: fn(&str) -> Result<K, Problem>,
        category: &mut Category<K>,
    ) -> Result<(), ReadError> {
        for (place, value) in places {
            let at = at.name(&place);
            let key = key(&place).map_err(|problem| at.invalid(problem))?;
            category.append(key, self.rule_list(value, &at)?);
        }
        Ok(())
    }

    /// Reads `{"matchers": [..], "combine": ..}`, or one rule that stands there by itself.
    pub(super) fn rule_list(
        &mut self,
        value: Json<'_>,
        at: &At<'_>,
    ) -> Result<RuleList, ReadError> {
        let mut members = match value {
            Json::Object(members) => members,
            other => return Err(at.wrong("an object with `matchers`", &other)),
        };
        let matchers = match members.remove("matchers") {
            Some(Json::Array(matchers)) => matchers,
            Some(Json::Null) => Vec::new(),
            Some(other) => return Err(at.name("matchers").wrong("a list of rules", &other)),
            None if members.is_empty() => {
                return Err(at.missing("an object with `matchers` or `match`"));
            }
            None => return Ok(RuleList::one(self.rule(Json::Object(members), at)?)),
        };
        let combine = match members.remove("combine") {
            Some(Json::String(word)) if word.eq_ignore_ascii_case("or") => Combine::Or,
            Some(Json::String(word)) if word.eq_ignore_ascii_case("and") => Combine::And,
            Some(Json::Null) | None => Combine::And,
            Some(other) => {
                let found = excerpt(&other);
                let message = format!("expected `AND` or `OR`, found {found}; all rules must hold");
                self.warn(&at.name("combine"), message);
                Combine::And
            }
        };
        self.leave_out(at, &members);
        let at = at.name("matchers");
        let rules = matchers
            .into_iter()
            .enumerate()
            .map(|(index, rule)| self.rule(rule, &at.index(index)))
            .collect::<Result<_, _>>()?;
        Ok(RuleList { rules, combine })
    }

    /// Reads rules by path into a body, as an `arrayContains` variant holds them.
    pub(super) fn body_rules(
        &mut self,
        places: Object<'_>,
        at: &At<'_>,
    ) -> Result<Category<DocPath>, ReadError> {
        let mut rules = Category::default();
        self.lists(places, at, body_key, &mut rules)?;
        Ok(rules)
    }
}

fn name_key(name: &str) -> Result<String, Problem> {
    Ok(name.to_owned())
}

pub(super) fn body_key(path: &str) -> Result<DocPath, Problem> {
    path.parse().map_err(Problem::Path)
}

/// A metadata key is a name, whatever its characters, unless it says that it is a path.
fn metadata_key(name: &str) -> Result<DocPath, Problem> {
    if name.starts_with('$') {
        body_key(name)
    } else {
        Ok(DocPath::field(name))
    }
}

/// What a V2 path leads to.
enum Target {
    Body(DocPath),
    Header(String),
    Metadata(DocPath),
    Method,
    Nothing,
    Path,
    Query(String),
    Status,
}

fn target(path: &str) -> Result<Target, Problem> {
    if let Some(name) = unparsable_name(path) {
        return Ok(name);
    }
    let parsed: DocPath = body_key(path)?;
    let mut fields = parsed.tokens().iter().skip(1);
    let Some(PathToken::Field(part)) = fields.next() else {
        return Err(Problem::Missing {
            expected: "a path that begins with a part, like `$.body`",
        });
    };
    let rest = || {
        parsed
            .tokens()
            .iter()
            .skip(2)
            .fold(DocPath::root(), |path, token| path.join(token.clone()))
    };
    Ok(match (part.as_str(), fields.next()) {
        ("body", _) => Target::Body(rest()),
        ("header" | "headers", Some(PathToken::Field(name))) => Target::Header(name.clone()),
        ("query", Some(PathToken::Field(name))) => Target::Query(name.clone()),
        ("metadata" | "metaData", Some(PathToken::Field(_))) => Target::Metadata(rest()),
        ("method", _) => Target::Method,
        ("path", _) => Target::Path,
        ("status", _) => Target::Status,
        _ => Target::Nothing,
    })
}

/// A header or query parameter whose name is no identifier is taken by its letters.
// DIFFERENCE: pact-reference loses the whole pact over such a name.
fn unparsable_name(path: &str) -> Option<Target> {
    if path.parse::<DocPath>().is_ok() {
        return None;
    }
    let name = |prefix| {
        path.strip_prefix(prefix)
            .filter(|name: &&str| !name.is_empty())
    };
    name("$.headers.")
        .or_else(|| name("$.header."))
        .map(|name| Target::Header(name.to_owned()))
        .or_else(|| name("$.query.").map(|name| Target::Query(name.to_owned())))
}
