use super::{Template, body, value};
use crate::rules::MatchingRule;

/// Reads a document and shows the example, the rules and the generators, a line each.
fn shown(document: &str) -> String {
    match body(document.as_bytes()) {
        Ok(template) => lines(&template),
        Err(error) => format!("error: {error}"),
    }
}

fn lines(template: &Template) -> String {
    let rules = template.rules.iter().map(|(path, list)| {
        let names: Vec<String> = list.rules.iter().map(ToString::to_string).collect();
        format!("\n{path}: {}", names.join(", "))
    });
    let generators = template
        .generators
        .iter()
        .map(|(path, generator)| format!("\n{path} <- {generator:?}"));
    let said: String = rules.chain(generators).collect();
    format!("{}{said}", template.value.to_compact())
}

#[track_caller]
fn check(document: &str, expected: &str) {
    assert_eq!(shown(document), expected);
}

#[test]
fn a_matcher_stands_for_its_value() {
    check(
        r#"{"id": {"pact:matcher:type": "integer", "value": 1.0}, "name": "x", "pact:note": 1}"#,
        "{\"id\":1.0,\"name\":\"x\"}\n$.id: integer",
    );
    check(r#"{"pact:matcher:type": "null"}"#, "null\n$: null");
    check(
        r#"["a", {"pact:matcher:type": "include", "value": "b"}]"#,
        "[\"a\",\"b\"]\n$[1]: include `b`",
    );
}

#[test]
fn rules_below_a_type_hold_for_every_element() {
    check(
        r#"{"pact:matcher:type": "min-type", "min": 2, "value": [
            {"a": {"pact:matcher:type": "regex", "regex": "^x+$", "value": "x"}},
            {"a": {"pact:matcher:type": "regex", "regex": "^x+$", "value": "xx"}}]}"#,
        "[{\"a\":\"x\"},{\"a\":\"xx\"}]\n$: type, at least 2\n$[*].a: regex `^x+$`",
    );
}

#[test]
fn rules_below_keys_and_values_hold_for_every_member() {
    check(
        r#"{"pact:matcher:type": [
              {"pact:matcher:type": "eachKey", "rules": [{"pact:matcher:type": "regex", "regex": "\\d+"}]},
              {"pact:matcher:type": "eachValue", "rules": [{"match": "type"}]}],
            "value": {"1": {"pact:matcher:type": "boolean", "value": true}}}"#,
        "{\"1\":true}\n$: eachKey (regex `\\d+`), eachValue (type)\n$.*: boolean",
    );
}

#[test]
fn what_an_array_contains_has_rules_of_its_own() {
    let template = body(
        br#"{"all": {"pact:matcher:type": "arrayContains", "variants": [
            {"id": {"pact:matcher:type": "integer", "value": 3}}, "x",
            {"pact:matcher:type": "type", "pact:generator:type": "Uuid", "value": "u"}]}}"#,
    )
    .unwrap();
    assert_eq!(template.value.to_compact(), r#"{"all":[{"id":3},"x","u"]}"#);
    let list = template.rules.get(&"$.all".parse().unwrap()).unwrap();
    let [MatchingRule::ArrayContains { variants }] = list.rules.as_slice() else {
        panic!("{list:?}");
    };
    assert_eq!(variants.len(), 3);
    assert!(variants[0].rules.get(&"$.id".parse().unwrap()).is_some());
    assert!(variants[1].rules.is_empty());
    assert_eq!(variants[2].generators.len(), 1);
    assert!(template.generators.is_empty(), "they belong to the variant");
}

#[test]
fn rule_and_generator_share_what_stands_beside_them() {
    check(
        r#"{"pact:matcher:type": "date", "pact:generator:type": "Date", "format": "dd.MM.yyyy",
            "expression": "today + 1 day", "value": "01.02.2020"}"#,
        "\"01.02.2020\"\n$: date `dd.MM.yyyy`\n$ <- Date { format: Some(\"dd.MM.yyyy\"), expression: Some(\"today + 1 day\") }",
    );
    check(
        r#"{"x": {"pact:generator:type": "RandomInt", "min": 1, "max": 3, "value": 2}}"#,
        "{\"x\":2}\n$.x <- RandomInt { min: 1, max: 3 }",
    );
}

#[test]
fn a_definition_may_stand_for_the_name_of_a_rule() {
    check(
        r#"{"pact:matcher:type": "matching(regex, '\\d+', '42'), notEmpty('1')"}"#,
        "\"42\"\n$: regex `\\d+`, notEmpty",
    );
    check(
        r#"{"shape": {"a": 1}, "all": {"pact:matcher:type": "eachValue(matching($'shape'))", "value": {"k": {"a": 2}}}}"#,
        "{\"shape\":{\"a\":1},\"all\":{\"k\":{\"a\":2}}}\n$.all: eachValue (type)",
    );
}

#[test]
fn what_cannot_be_meant_is_refused_where_it_stands() {
    check(
        r#"{"a": {"pact:matcher:type": "integr", "value": 1}}"#,
        "error: `/a`: there is no rule `integr`",
    );
    check(
        r#"{"a": [{"pact:matcher:type": "regex", "value": "x"}]}"#,
        "error: `/a/0`: rule `regex` needs a text as `regex`, found nothing",
    );
    check(
        r#"{"pact:matcher:type": "type", "min": "many", "value": []}"#,
        "error: the document: rule `type` needs a whole number as `min`, found `\"many\"`",
    );
    check(
        r#"{"pact:generator:type": "Guid"}"#,
        "error: the document: there is no generator `Guid`",
    );
    check(
        r#"{"pact:matcher:type": "matching(regex)"}"#,
        "error: `/pact:matcher:type`: matching definition `matching(regex)` is wrong at character 14: expected `,`, found `)`",
    );
    check(
        r#"{"a": {"pact:matcher:type": "eachValue(matching($'b'))", "value": {}}}"#,
        "error: `/a`: refers to `b`, which does not stand beside it",
    );
    check(
        "{",
        "error: the document is not JSON: line 1, column 2: expected a name in double quotes, found the end of the text",
    );
}

#[test]
fn a_value_is_itself_or_what_its_matcher_says() {
    let plain = value("[1, 2]").unwrap();
    assert_eq!(plain.texts(), ["[1, 2]"]);
    assert!(plain.rules.is_empty());
    let object = value(r#"{"a": 1}"#).unwrap();
    assert_eq!(object.texts(), [r#"{"a": 1}"#]);

    let matched = value(r#"{"pact:matcher:type": "regex", "regex": "\\d+", "value": 10.50}"#);
    let matched = matched.unwrap();
    assert_eq!(matched.texts(), ["10.50"]);
    assert_eq!(matched.rules.rules.len(), 1);
    let several = value(r#"{"value": ["a", 2], "pact:generator:type": "Uuid"}"#).unwrap();
    assert_eq!(several.texts(), ["a", "2"]);
    assert!(several.generator.is_some());
    assert!(value(r#"{"pact:matcher:type": "no", "value": 1}"#).is_err());
}
