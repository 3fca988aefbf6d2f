//! Explanations of every format, as they read.

use super::*;
use crate::model::ContentType;
use crate::rules::MatchingRule;

#[test]
fn every_place_says_which_rule_decided_and_over_which() {
    let mut expected = Response {
        body: Body::present(r#"{"items":[{"id":1}]}"#, Some(ContentType::json())),
        ..Response::default()
    };
    let body = &mut expected.matching_rules.body;
    for (path, rule) in [
        (
            "$.items",
            MatchingRule::Type {
                min: Some(1),
                max: None,
            },
        ),
        ("$.*[*].id", MatchingRule::Number),
        ("$.items[*].id", MatchingRule::Integer),
        ("$.*[0].id", MatchingRule::NotEmpty),
        ("$.nowhere", MatchingRule::Null),
    ] {
        body.add(path.parse().unwrap(), rule);
    }
    let actual = ActualResponse {
        status: 404,
        headers: &[],
        body: br#"{"items":[{"id":"x"},{"id":2}]}"#,
    };
    let explanation = response(&expected, Some(&actual)).unwrap();
    insta::assert_snapshot!(explanation, @r#"
    status: equal to 200
      but expected 200, got 404
    body at $: equal to {"items":[{"id":1}]}
    body at $.items: type, min 1, from `$.items` (8, of 2 steps)
    body at $.items[0]: type, min 1, from `$.items` (8, of 2 steps)
    body at $.items[0].id: notEmpty, from `$.*[0].id` (32, of 4 steps)
      over integer, from `$.items[*].id` (32, of 4 steps): it weighs the same and its names stand further left
      over number, from `$.*[*].id` (16, of 4 steps): it weighs less
      over type, min 1, from `$.items` (8, of 2 steps): it weighs less
    body at $.items[1]: type, min 1, from `$.items` (8, of 2 steps)
    body at $.items[1].id: integer, from `$.items[*].id` (32, of 4 steps)
      over number, from `$.*[*].id` (16, of 4 steps): it weighs less
      over type, min 1, from `$.items` (8, of 2 steps): it weighs less
    governs nothing: number, from `$.*[*].id` (16, of 4 steps)
    governs nothing: null, from `$.nowhere` (8, of 2 steps)
    "#);
}

fn explained(
    content_type: &str,
    body: &str,
    rules: &[(&str, MatchingRule)],
    actual: &str,
) -> String {
    let mut expected = Response {
        body: Body::present(body, Some(content_type.parse().unwrap())),
        ..Response::default()
    };
    for (path, rule) in rules {
        expected
            .matching_rules
            .body
            .add(path.parse().unwrap(), rule.clone());
    }
    let actual = ActualResponse {
        status: 200,
        headers: &[],
        body: actual.as_bytes(),
    };
    response(&expected, Some(&actual)).unwrap().to_string()
}

#[test]
fn xml_is_explained_to_its_attributes_and_texts() {
    let example =
        r#"<o:order xmlns:o="urn:o" id="1"><line sku="a">2</line><line sku="b">3</line></o:order>"#;
    let rules = [
        ("$['o:order']['@id']", MatchingRule::Integer),
        ("$['o:order'].line", MatchingRule::type_rule()),
        ("$['o:order'].line[0]['#text']", MatchingRule::Integer),
        ("$.order", MatchingRule::Number),
    ];
    let arrived = r#"<p:order xmlns:p="urn:o" id="x"><line sku="c">two</line></p:order>"#;
    insta::assert_snapshot!(explained("application/xml", example, &rules, arrived), @r#"
    status: equal to 200
    body at $['urn:o:order']: equal to <order>
    body at $['urn:o:order']['@id']: integer, from `$['o:order']['@id']` (24, of 3 steps)
      but expected an integer like "1", got "x"
    body at $['urn:o:order'].line: type, from `$['o:order'].line` (24, of 3 steps)
    body at $['urn:o:order'].line['@sku']: type, from `$['o:order'].line` (24, of 3 steps)
    body at $['urn:o:order'].line['#text']: integer, from `$['o:order'].line[0]['#text']` (64, of 4 steps)
      over type, from `$['o:order'].line` (24, of 3 steps): it weighs less
      but expected an integer like "2", got "two"
    governs nothing: number, from `$.order` (8, of 2 steps)
    "#);
}

#[test]
fn forms_are_explained_by_field() {
    let rules = [
        ("$.name", MatchingRule::type_rule()),
        ("$.id[1]", MatchingRule::Integer),
        ("$.gone", MatchingRule::Integer),
    ];
    let form = "application/x-www-form-urlencoded";
    insta::assert_snapshot!(explained(form, "name=a&id=1&id=2", &rules, "name=b&id=1&id=x&new=1"), @r#"
    status: equal to 200
    body at $.id[0]: equal to 1
    body at $.id[1]: integer, from `$.id[1]` (24, of 3 steps)
    body at $.name: type, from `$.name` (8, of 2 steps)
    body at $.new: nothing is said about it
      but expected no such parameter, got "1"
    governs nothing: integer, from `$.gone` (8, of 2 steps)
    differs: body at $.id: expected an integer like "2", got "x" (rule: integer)
    "#);
}

#[test]
fn parts_are_explained_each_by_its_type() {
    let part = |id: &str| {
        format!(
            "--b\r\nContent-Disposition: form-data; name=\"order\"\r\n\
             Content-Type: application/json\r\n\r\n{{\"id\":{id}}}\r\n--b--\r\n"
        )
    };
    let rules = [
        ("$.order.id", MatchingRule::Integer),
        (
            "$.order['content-type']",
            MatchingRule::Regex {
                regex: ".*json".to_owned(),
            },
        ),
        ("$.invoice", MatchingRule::NotEmpty),
    ];
    let found = explained(
        "multipart/form-data; boundary=b",
        &part("1"),
        &rules,
        &part("\"x\""),
    );
    insta::assert_snapshot!(found, @r#"
    status: equal to 200
    body at $.order['Content-Disposition']: equal to form-data; name="order"
    body at $.order['Content-Type']: regex .*json
    body at $.order: equal to {"id":1}
    body at $.order.id: integer, from `$.order.id` (8, of 2 steps)
      but expected an integer like 1, got the string "x"
    governs nothing: notEmpty, from `$.invoice` (8, of 2 steps)
    "#);
}

#[test]
fn texts_are_one_place() {
    let rules = [(
        "$",
        MatchingRule::Include {
            value: "b".to_owned(),
        },
    )];
    insta::assert_snapshot!(explained("text/plain", "abc", &rules, "xyz"), @r#"
    status: equal to 200
    body at $: include b, from `$` (2, of 1 step)
      but expected text that includes "b", got "xyz"
    "#);
}
