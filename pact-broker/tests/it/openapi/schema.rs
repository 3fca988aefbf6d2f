//! A checker for the part of JSON Schema that the description uses. A word it does not know is an error.

use serde_json::Value;

/// Returns what is wrong with a value, each with its place.
pub(crate) fn problems(document: &Value, schema: &Value, value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    check(document, schema, value, "", &mut found);
    found
}

fn check(document: &Value, schema: &Value, value: &Value, place: &str, found: &mut Vec<String>) {
    let mut wrong = |what: String| found.push(format!("{place}: {what}"));
    let words = schema.as_object().unwrap();
    for (word, rule) in words {
        match word.as_str() {
            "description" | "default" | "format" | "contentEncoding" | "contentMediaType" => {}
            "type" => {
                let types: Vec<&str> = match rule {
                    Value::Array(types) => types.iter().filter_map(Value::as_str).collect(),
                    one => one.as_str().into_iter().collect(),
                };
                if !types.iter().any(|name| is(value, name)) {
                    wrong(format!("{value} is none of {types:?}"));
                }
            }
            "const" => {
                if value != rule {
                    wrong(format!("{value} is not {rule}"));
                }
            }
            "enum" => {
                if !rule.as_array().unwrap().contains(value) {
                    wrong(format!("{value} is none of {rule}"));
                }
            }
            "minItems" => {
                let count = value.as_array().map_or(0, Vec::len) as u64;
                if value.is_array() && count < rule.as_u64().unwrap() {
                    wrong(format!("{count} are too few"));
                }
            }
            "pattern" => assert_eq!(rule, "^\\S+$", "a pattern the checker does not know"),
            "required" => {
                for name in rule.as_array().unwrap() {
                    if value.is_object() && value.get(name.as_str().unwrap()).is_none() {
                        wrong(format!("{name} is missing"));
                    }
                }
            }
            "$ref" | "items" | "properties" | "additionalProperties" | "anyOf" => {}
            other => panic!("the checker does not know `{other}`"),
        }
    }
    inside(document, schema, value, place, found);
}

/// Goes on to what the schema says of other schemas and of parts.
fn inside(document: &Value, schema: &Value, value: &Value, place: &str, found: &mut Vec<String>) {
    if let Some(pointer) = schema["$ref"].as_str() {
        let target =
            resolve(document, pointer).unwrap_or_else(|| panic!("{pointer} leads nowhere"));
        check(document, target, value, place, found);
    }
    if let (Some(items), Some(elements)) = (schema.get("items"), value.as_array()) {
        for (at, element) in elements.iter().enumerate() {
            check(document, items, element, &format!("{place}/{at}"), found);
        }
    }
    if let Some(members) = value.as_object() {
        let known = schema["properties"].as_object();
        for (name, member) in members {
            let rule = known.and_then(|known| known.get(name));
            if let Some(rule) = rule.or_else(|| schema.get("additionalProperties")) {
                match rule {
                    Value::Bool(true) => {}
                    Value::Bool(false) => found.push(format!("{place}: {name} is not described")),
                    rule => check(document, rule, member, &format!("{place}/{name}"), found),
                }
            }
        }
    }
    if let Some(choices) = schema["anyOf"].as_array() {
        let all: Vec<Vec<String>> = choices
            .iter()
            .map(|choice| problems(document, choice, value))
            .collect();
        if !all.iter().any(Vec::is_empty) {
            found.push(format!("{place}: fits none of the choices: {all:?}"));
        }
    }
}

pub(crate) fn resolve<'a>(document: &'a Value, pointer: &str) -> Option<&'a Value> {
    document.pointer(pointer.strip_prefix('#')?)
}

fn is(value: &Value, name: &str) -> bool {
    match name {
        "array" => value.is_array(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "null" => value.is_null(),
        "number" => value.is_number(),
        "object" => value.is_object(),
        "string" => value.is_string(),
        other => panic!("there is no type `{other}`"),
    }
}

#[test]
fn the_checker_finds_what_is_wrong() {
    let document = serde_json::json!({ "defs": { "N": { "type": ["string", "null"] } } });
    let schema = serde_json::json!({
        "type": "object", "required": ["a"],
        "properties": { "a": { "$ref": "#/defs/N" }, "b": { "type": "array", "minItems": 1, "items": { "enum": [1, 2] } } },
        "additionalProperties": false,
    });
    let told = |value: Value| problems(&document, &schema, &value);
    assert_eq!(
        told(serde_json::json!({ "a": null, "b": [2] })),
        Vec::<String>::new()
    );
    assert_eq!(
        told(serde_json::json!({ "a": 1 })),
        ["/a: 1 is none of [\"string\", \"null\"]"]
    );
    assert_eq!(
        told(serde_json::json!({ "a": "", "b": [] })),
        ["/b: 0 are too few"]
    );
    assert_eq!(
        told(serde_json::json!({ "a": "", "b": [3] })),
        ["/b/0: 3 is none of [1,2]"]
    );
    assert_eq!(
        told(serde_json::json!({ "c": 1 })),
        [": \"a\" is missing", ": c is not described"]
    );
    assert_eq!(
        told(serde_json::json!([])),
        [": [] is none of [\"object\"]"]
    );
}
