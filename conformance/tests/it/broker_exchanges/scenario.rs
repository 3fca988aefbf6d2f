//! What a scenario asks, step by step.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use pact_core::json::{Json, Object, OwnedJson};

use super::call::{Answer, Request};

/// What a step may say. Waiting (`sleep`) is for a broker that works on after it answered; `note`
/// and `keep_text` are for people and recorders.
const KEYS: [&str; 9] = [
    "body",
    "capture",
    "headers",
    "keep_text",
    "method",
    "note",
    "path",
    "raw",
    "sleep",
];

/// A scenario.
pub(super) struct Scenario {
    pub(super) steps: Vec<Step>,
}

/// One request of it.
pub(super) struct Step(Object<'static>);

/// What later steps know of earlier ones.
pub(super) struct Variables(BTreeMap<String, String>);

impl Scenario {
    pub(super) fn read(document: &OwnedJson) -> Self {
        let steps = document.get("steps").and_then(Json::as_array);
        let steps = steps.expect("a scenario has steps").iter().map(|step| {
            let step = step.as_object().expect("a step is an object").clone();
            for (key, _) in step.iter() {
                assert!(KEYS.contains(&key), "a step says `{key}`");
            }
            Step(step)
        });
        Self {
            steps: steps.collect(),
        }
    }
}

impl Step {
    fn text(&self, key: &str) -> &str {
        let text = self.0.get(key).and_then(Json::as_str);
        text.unwrap_or_else(|| panic!("a step has no `{key}`"))
    }

    /// Makes the request.
    pub(super) fn request(&self, variables: &Variables) -> Request {
        let method = self.text("method").to_uppercase();
        let mut target = String::new();
        for letter in variables.filled(self.text("path")).chars() {
            if letter.is_ascii() {
                target.push(letter);
            } else {
                let mut bytes = [0; 4];
                for byte in letter.encode_utf8(&mut bytes).bytes() {
                    target.push_str(&format!("%{byte:02X}"));
                }
            }
        }
        if target.starts_with("MISSING-") {
            target.insert(0, '/');
        }
        let mut given: Vec<(String, Option<String>)> = Vec::new();
        if let Some(headers) = self.0.get("headers").and_then(Json::as_object) {
            let value = |value: &OwnedJson| value.as_str().map(|text| variables.filled(text));
            given.extend(
                headers
                    .iter()
                    .map(|(name, one)| (name.to_owned(), value(one))),
            );
        }
        let lacks = |given: &[(String, Option<String>)], wanted: &str| {
            !given
                .iter()
                .any(|(name, _)| name.eq_ignore_ascii_case(wanted))
        };
        let body = match (self.0.get("body"), self.0.get("raw")) {
            (Some(body), _) => {
                if lacks(&given, "content-type") {
                    let media = match method.as_str() {
                        "PATCH" => "application/merge-patch+json",
                        _ => "application/json",
                    };
                    given.push(("Content-Type".to_owned(), Some(media.to_owned())));
                }
                Some(variables.filled_in(body).to_compact().into_bytes())
            }
            (None, Some(raw)) => {
                let raw = raw.as_str().expect("a raw body is text");
                Some(variables.filled(raw).into_bytes())
            }
            (None, None) => None,
        };
        if lacks(&given, "accept") {
            given.push(("Accept".to_owned(), Some("application/hal+json".to_owned())));
        }
        let headers = given
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)));
        Request {
            method,
            target,
            headers: headers.collect(),
            body,
        }
    }
}

impl Variables {
    pub(super) fn new(base: &str) -> Self {
        Self(BTreeMap::from([("base".to_owned(), base.to_owned())]))
    }

    /// Keeps what a step says is needed later.
    pub(super) fn capture(&mut self, step: &Step, answer: &Answer) {
        let Some(wanted) = step.0.get("capture").and_then(Json::as_object) else {
            return;
        };
        for (name, spec) in wanted.iter() {
            let found = captured(spec, answer).unwrap_or_else(|| format!("MISSING-{name}"));
            self.0.insert(name.to_owned(), found);
        }
    }

    /// Puts known values into the places `${name}`; unknown ones stay.
    fn filled(&self, text: &str) -> String {
        let mut filled = text.to_owned();
        for (name, value) in &self.0 {
            filled = filled.replace(&format!("${{{name}}}"), value);
        }
        filled
    }

    /// Fills all texts of a body, and writes out what stands for encoded or repeated text.
    fn filled_in(&self, value: &OwnedJson) -> OwnedJson {
        match value {
            Json::Array(items) => {
                Json::Array(items.iter().map(|one| self.filled_in(one)).collect())
            }
            Json::String(text) => self.filled(text).into(),
            Json::Object(members) => self.written_out(members).unwrap_or_else(|| {
                let mut filled = Object::new();
                for (name, member) in members.iter() {
                    filled.insert(self.filled(name), self.filled_in(member));
                }
                filled.into()
            }),
            Json::Bool(_) | Json::Null | Json::Number(_) => value.clone(),
        }
    }

    fn written_out(&self, members: &Object<'static>) -> Option<OwnedJson> {
        let (name, inner) = members.iter().next().filter(|_| members.len() == 1)?;
        match name {
            "$b64" => {
                let text = self.filled_in(inner).to_compact();
                Some(BASE64_STANDARD.encode(text).into())
            }
            "$b64raw" => Some(BASE64_STANDARD.encode(self.filled(inner.as_str()?)).into()),
            "$repeat" => {
                let times = inner.at(1)?.as_number()?.as_u64()?;
                let times = usize::try_from(times).expect("it fits into memory");
                Some(inner.at(0)?.as_str()?.repeat(times).into())
            }
            _ => None,
        }
    }
}

/// Reads `header:Name`, or a path such as `$._links["pb:x"].href`; of `{"from", "re"}` the hash that
/// stands in a link, which is what all of them look for.
fn captured(spec: &OwnedJson, answer: &Answer) -> Option<String> {
    let path = spec.get("from").unwrap_or(spec).as_str()?;
    let found = match path.strip_prefix("header:") {
        Some(name) => answer.header(&name.to_ascii_lowercase())?.to_owned(),
        None => at(answer.body.as_ref()?, path.strip_prefix('$')?)?,
    };
    let found = found.replace("${base}", "");
    match spec.get("re").and_then(Json::as_str) {
        None => Some(found),
        Some(pattern) => {
            assert_eq!(pattern, "pact-version/([0-9a-f]+)");
            let (_, rest) = found.split_once("pact-version/")?;
            Some(rest.split('/').next()?.to_owned())
        }
    }
}

/// Follows `.name`, `[0]` and `["name"]`.
fn at(mut value: &OwnedJson, mut path: &str) -> Option<String> {
    while !path.is_empty() {
        if let Some(rest) = path.strip_prefix("[\"") {
            let (name, rest) = rest.split_once("\"]")?;
            (value, path) = (value.get(name)?, rest);
        } else if let Some(rest) = path.strip_prefix('[') {
            let (index, rest) = rest.split_once(']')?;
            (value, path) = (value.at(index.parse().ok()?)?, rest);
        } else {
            let rest = path.strip_prefix('.')?;
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            (value, path) = (value.get(&rest[..end])?, &rest[end..]);
        }
    }
    value.as_str().map(str::to_owned)
}
