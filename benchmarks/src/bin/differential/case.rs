//! One expectation, and one answer to it.

use std::fmt;

use serde_json::{Map, Value, json};

use crate::random::Random;

/// Which part of a response or request is compared.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    Form,
    Header,
    Json,
    Path,
    Query,
    Status,
    Text,
    Xml,
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Self::Form => "form",
            Self::Header => "header",
            Self::Json => "json",
            Self::Path => "path",
            Self::Query => "query",
            Self::Status => "status",
            Self::Text => "text",
            Self::Xml => "xml",
        }
    }

    pub fn content_type(self) -> &'static str {
        match self {
            Self::Form => "application/x-www-form-urlencoded",
            Self::Text => "text/plain",
            Self::Xml => "application/xml",
            _ => "application/json",
        }
    }
}

/// Rules at a place: the path or name, `AND` or `OR`, and the rules.
#[derive(Clone, Debug)]
pub struct Rules {
    pub at: String,
    pub combine: &'static str,
    pub list: Vec<Value>,
}

pub struct Case {
    pub kind: Kind,
    /// Text of the expected part.
    pub expected: String,
    pub rules: Vec<Rules>,
    /// Name of the header, for the kind `Header`.
    pub header: &'static str,
    /// Text of the actual part.
    pub actual: String,
    /// The parts as JSON, for the kind `Json`.
    pub json: Option<(Value, Value)>,
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "  expected {}", self.expected)?;
        writeln!(f, "  actual   {}", self.actual)?;
        for rules in &self.rules {
            writeln!(f, "  {} {} {}", rules.at, rules.combine, Value::from(rules.list.clone()))?;
        }
        Ok(())
    }
}

impl Case {
    pub fn generate(random: &mut Random) -> Self {
        match random.below(20) {
            0 => Self::single(Kind::Path, "", &["/a/1", "/a/2", "/b", "/a/x"], random),
            1 => Self::single(Kind::Header, "X-Value", TEXTS, random),
            2 => Self::single(Kind::Header, "Allow", &["a", "a, b", "b, a", "1, 2", "1"], random),
            3 | 4 => Self::single(Kind::Query, "q", TEXTS, random),
            5 => Self::single(Kind::Status, "", &["200", "201", "404", "500"], random),
            6 => Self::single(Kind::Text, "$", TEXTS, random),
            7 => Self::single(Kind::Form, "$.f", TEXTS, random),
            8..=10 => Self::xml(random),
            _ => Self::json(random),
        }
    }

    /// One text against another.
    fn single(kind: Kind, at: &'static str, values: &[&str], random: &mut Random) -> Self {
        let expected = (*random.pick(values)).to_owned();
        let actual = if random.percent(40) { expected.clone() } else { (*random.pick(values)).to_owned() };
        let mut rules = Vec::new();
        if kind == Kind::Status {
            if random.percent(60) {
                let class = *random.pick(&["success", "clientError", "serverError", "nonError", "error", "redirect", "info"]);
                rules.push(Rules { at: at.to_owned(), combine: "AND", list: vec![json!({ "match": "statusCode", "status": class })] });
            }
        } else if random.percent(80) {
            rules.push(Rules { at: at.to_owned(), combine: combine(random), list: several(random, text_rule) });
        }
        Self { kind, expected, rules, header: at, actual, json: None }
    }

    fn json(random: &mut Random) -> Self {
        // `null` as the content of a body means no body to some.
        let expected = match value(random, 3) {
            Value::Null => json!({}),
            other => other,
        };
        let actual = if random.percent(25) { expected.clone() } else { changed(&expected, random) };
        let mut rules: Vec<Rules> = Vec::new();
        for _ in 0..random.below(4) {
            let at = path(&expected, random);
            if rules.iter().all(|known| known.at != at) {
                rules.push(Rules { at, combine: combine(random), list: several(random, json_rule) });
            }
        }
        Self {
            kind: Kind::Json,
            expected: expected.to_string(),
            rules,
            header: "",
            actual: actual.to_string(),
            json: Some((expected, actual)),
        }
    }

    fn xml(random: &mut Random) -> Self {
        let element = |random: &mut Random| {
            let children: String = (0..random.below(3))
                .map(|_| {
                    let name = *random.pick(&["b", "c"]);
                    format!("<{name}>{}</{name}>", random.pick(TEXTS))
                })
                .collect();
            let attribute = match random.below(3) {
                0 => String::new(),
                _ => format!(" x=\"{}\"", random.pick(&["1", "2", "y"])),
            };
            let text = if children.is_empty() { *random.pick(&["", "t", "5"]) } else { "" };
            format!("<a{attribute}>{children}{text}</a>")
        };
        let expected = element(random);
        let actual = if random.percent(40) { expected.clone() } else { element(random) };
        let mut rules: Vec<Rules> = Vec::new();
        for _ in 0..random.below(3) {
            let at = *random.pick(&["$.a", "$.a['@x']", "$.a.b", "$.a.b['#text']", "$.a['#text']", "$.a.*", "$.a.c"]);
            if rules.iter().all(|known| known.at != at) {
                let list = several(random, text_rule);
                rules.push(Rules { at: at.to_owned(), combine: combine(random), list });
            }
        }
        Self { kind: Kind::Xml, expected, rules, header: "", actual, json: None }
    }
}

const TEXTS: &[&str] = &["a", "abc", "1", "22", "1.5", "true", "2020-01-31", "12:30:00", "1.2.3", "a, b", "x=y"];

fn combine(random: &mut Random) -> &'static str {
    if random.percent(25) { "OR" } else { "AND" }
}

fn several(random: &mut Random, rule: fn(&mut Random) -> Value) -> Vec<Value> {
    let count = if random.percent(75) { 1 } else { 2 };
    (0..count).map(|_| rule(random)).collect()
}

/// A rule that means something for a text.
fn text_rule(random: &mut Random) -> Value {
    match random.below(13) {
        0 | 1 => json!({ "match": "type" }),
        2 | 3 => json!({ "match": "regex", "regex": *random.pick(&["^[a-z]+$", "\\d+", "^a", "^\\d+$"]) }),
        4 => json!({ "match": "equality" }),
        5 => json!({ "match": "include", "value": *random.pick(&["a", "1", "b"]) }),
        6 => json!({ "match": "integer" }),
        7 => json!({ "match": "decimal" }),
        8 => json!({ "match": "number" }),
        9 => json!({ "match": "boolean" }),
        10 => json!({ "match": "date", "format": "yyyy-MM-dd" }),
        11 => json!({ "match": "semver" }),
        _ => json!({ "match": "time", "format": "HH:mm:ss" }),
    }
}

/// A rule that means something for a JSON value.
fn json_rule(random: &mut Random) -> Value {
    match random.below(22) {
        0..=9 => text_rule(random),
        10..=12 => json!({ "match": "type" }),
        13 => json!({ "match": "type", "min": random.below(3) }),
        14 => json!({ "match": "type", "max": 1 + random.below(2) }),
        15 => json!({ "match": "type", "min": 1, "max": 2 }),
        16 => json!({ "match": "null" }),
        17 => json!({ "match": "notEmpty" }),
        18 => json!({ "match": "values" }),
        19 => json!({ "match": "eachKey", "rules": [{ "match": "regex", "regex": "^[a-b]$" }] }),
        20 => json!({ "match": "eachValue", "rules": [{ "match": *random.pick(&["type", "integer"]) }] }),
        _ => json!({ "match": "arrayContains", "variants": [{ "index": 0, "rules": { "$": { "matchers": [{ "match": "type" }] } } }] }),
    }
}

fn value(random: &mut Random, depth: usize) -> Value {
    match random.below(if depth == 0 { 6 } else { 12 }) {
        0 | 1 => json!(random.below(3)),
        2 => json!(*random.pick(&[1.5, 2.25])),
        3 | 4 => json!(*random.pick(TEXTS)),
        5 => random.pick(&[json!(true), json!(false), Value::Null]).clone(),
        6 | 7 => Value::Array((0..random.below(4)).map(|_| value(random, depth - 1)).collect()),
        _ => {
            let mut members = Map::new();
            for _ in 0..random.below(4) {
                members.insert((*random.pick(&["a", "b", "c"])).to_owned(), value(random, depth - 1));
            }
            Value::Object(members)
        }
    }
}

/// The value with something changed somewhere.
fn changed(value: &Value, random: &mut Random) -> Value {
    match value {
        Value::Array(items) if !random.percent(15) => {
            let mut items = items.clone();
            match random.below(4) {
                0 => items.push(self::value(random, 1)),
                1 if !items.is_empty() => items.push(items[0].clone()),
                2 => drop(items.pop()),
                _ if !items.is_empty() => {
                    let at = random.below(items.len());
                    items[at] = changed(&items[at], random);
                }
                _ => {}
            }
            Value::Array(items)
        }
        Value::Object(members) if !random.percent(15) => {
            let mut members = members.clone();
            let names: Vec<String> = members.keys().cloned().collect();
            match random.below(4) {
                0 => drop(members.insert((*random.pick(&["a", "b", "c", "d"])).to_owned(), self::value(random, 1))),
                1 if !names.is_empty() => drop(members.remove(random.pick(&names))),
                _ if !names.is_empty() => {
                    let name = random.pick(&names);
                    let new = changed(&members[name], random);
                    members.insert(name.clone(), new);
                }
                _ => {}
            }
            Value::Object(members)
        }
        _ => self::value(random, 1),
    }
}

/// A path into the value, here and there with a star.
fn path(value: &Value, random: &mut Random) -> String {
    let mut path = "$".to_owned();
    let mut at = value;
    while random.percent(70) {
        match at {
            Value::Array(items) if !items.is_empty() => {
                let index = random.below(items.len());
                path.push_str(&if random.percent(60) { "[*]".to_owned() } else { format!("[{index}]") });
                at = &items[index];
            }
            Value::Object(members) if !members.is_empty() => {
                let name = members.keys().nth(random.below(members.len())).expect("there are so many");
                path.push_str(&if random.percent(25) { ".*".to_owned() } else { format!(".{name}") });
                at = &members[name];
            }
            _ => break,
        }
    }
    path
}
