//! The JSON report beside its schema in the documentation.

use serde_json::Value;

/// Panics unless the value is as the documented schema says.
#[track_caller]
pub(crate) fn check(report: &str) {
    let schema = include_str!("../../../docs/verification-report.schema.json");
    let schema: Value = serde_json::from_str(schema).unwrap();
    let report: Value = serde_json::from_str(report).unwrap();
    let mut problems = Vec::new();
    walk(&schema, &schema, &report, "$", &mut problems);
    assert!(problems.is_empty(), "{problems:#?}");
}

/// Compares the value with as much of JSON Schema as the schema uses.
fn walk(root: &Value, schema: &Value, value: &Value, path: &str, problems: &mut Vec<String>) {
    if let Some(name) = schema["$ref"].as_str() {
        let pointer = name.trim_start_matches('#');
        let referred = root.pointer(pointer).unwrap();
        return walk(root, referred, value, path, problems);
    }
    for (word, _) in schema.as_object().unwrap() {
        assert!(KNOWN.contains(&word.as_str()), "`{word}` is not compared");
    }
    if !has_type(&schema["type"], value) {
        problems.push(format!("{path} is {value}, not {}", schema["type"]));
    }
    if schema["enum"]
        .as_array()
        .is_some_and(|all| !all.contains(value))
    {
        problems.push(format!("{path} is {value}, none of {}", schema["enum"]));
    }
    if let Value::Array(items) = value {
        for (index, item) in items.iter().enumerate() {
            walk(
                root,
                &schema["items"],
                item,
                &format!("{path}[{index}]"),
                problems,
            );
        }
    }
    if let (Value::Object(members), Some(known)) = (value, schema["properties"].as_object()) {
        for name in schema["required"].as_array().into_iter().flatten() {
            if !members.contains_key(name.as_str().unwrap()) {
                problems.push(format!("{path} has no {name}"));
            }
        }
        for (name, member) in members {
            match known.get(name) {
                Some(schema) => walk(root, schema, member, &format!("{path}.{name}"), problems),
                None => problems.push(format!("{path}.{name} is not documented")),
            }
        }
    }
}

/// The words of JSON Schema that are compared, or say nothing.
const KNOWN: [&str; 10] = [
    "$defs",
    "$schema",
    "additionalProperties",
    "description",
    "enum",
    "items",
    "properties",
    "required",
    "title",
    "type",
];

fn has_type(wanted: &Value, value: &Value) -> bool {
    let is = |name: &str| match name {
        "array" => value.is_array(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_u64() || value.is_i64(),
        "null" => value.is_null(),
        "number" => value.is_number(),
        "object" => value.is_object(),
        "string" => value.is_string(),
        other => panic!("no type is called `{other}`"),
    };
    match wanted {
        Value::String(name) => is(name),
        Value::Array(names) => names.iter().filter_map(Value::as_str).any(is),
        _ => true,
    }
}
