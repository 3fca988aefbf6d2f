//! Contracts about one answer each, answers, and how both verifiers judge them.

#![expect(
    clippy::needless_pass_by_value,
    reason = "the table hands its values over"
)]

use serde_json::{Value, json};

/// A contract about one answer, and an answer.
pub(super) struct Case {
    pub(super) name: &'static str,
    pub(super) response: Value,
    /// Status line, content type and body of the answer.
    pub(super) answer: (&'static str, &'static str, &'static str),
    /// Whether our verifier passes it.
    pub(super) passes: bool,
    /// Why the official verifier judges otherwise, where it does.
    pub(super) other: Option<&'static str>,
}

/// An answer in JSON with the status 200.
fn ok(body: &'static str) -> (&'static str, &'static str, &'static str) {
    ("200 OK", "application/json", body)
}

/// A response of V4 with JSON and rules for it.
fn body(content: Value, rules: Value) -> Value {
    json!({
        "status": 200,
        "headers": { "Content-Type": ["application/json"] },
        "body": { "content": content, "contentType": "application/json", "encoded": false },
        "matchingRules": { "body": rules }
    })
}

fn rule(path: &str, rule: Value) -> Value {
    json!({ path: { "matchers": [rule] } })
}

fn text(content: &str, content_type: &str, rules: Value) -> Value {
    json!({
        "status": 200,
        "headers": { "Content-Type": [content_type] },
        "body": { "content": content, "contentType": content_type, "encoded": false },
        "matchingRules": { "body": rules }
    })
}

#[expect(clippy::too_many_lines, reason = "it is a table")]
pub(super) fn cases() -> Vec<Case> {
    let case = |name, response, answer, passes| Case {
        name,
        response,
        answer,
        passes,
        other: None,
    };
    let plain = || body(json!({ "id": 1, "tags": ["a"] }), json!({}));
    let date = || rule("$.on", json!({ "match": "date", "format": "yyyy-MM-dd" }));
    let on = || json!({ "on": "2030-01-31" });
    let id = || json!({ "id": 1 });
    let xml = |rules| text("<o id=\"1\"><l>2</l></o>", "application/xml", rules);
    let form = |rules| text("a=1&b=2", "application/x-www-form-urlencoded", rules);
    let some = |min: u8| rule("$.a", json!({ "match": "type", "min": min }));
    let variants = json!({ "match": "arrayContains", "variants": [
        { "index": 0, "rules": { "$.id": { "matchers": [{ "match": "integer" }] } }, "generators": {} }
    ] });
    vec![
        case("equal", plain(), ok(r#"{"tags":["a"],"id":1}"#), true),
        case(
            "a member more",
            plain(),
            ok(r#"{"id":1,"tags":["a"],"x":2}"#),
            true,
        ),
        case("a member missing", plain(), ok(r#"{"id":1}"#), false),
        case(
            "another value",
            plain(),
            ok(r#"{"id":2,"tags":["a"]}"#),
            false,
        ),
        case(
            "an element more",
            plain(),
            ok(r#"{"id":1,"tags":["a","b"]}"#),
            false,
        ),
        case(
            "another kind",
            plain(),
            ok(r#"{"id":"1","tags":["a"]}"#),
            false,
        ),
        case(
            "null for a value",
            plain(),
            ok(r#"{"id":null,"tags":["a"]}"#),
            false,
        ),
        case(
            "another status",
            plain(),
            (
                "404 Not Found",
                "application/json",
                r#"{"id":1,"tags":["a"]}"#,
            ),
            false,
        ),
        case(
            "another type",
            plain(),
            ("200 OK", "text/plain", r#"{"id":1,"tags":["a"]}"#),
            false,
        ),
        case(
            "a charset more",
            plain(),
            (
                "200 OK",
                "application/json; charset=utf-8",
                r#"{"id":1,"tags":["a"]}"#,
            ),
            true,
        ),
        case("no body", plain(), ok(""), false),
        case("no JSON", plain(), ok("{"), false),
        case(
            "by type",
            body(id(), rule("$.id", json!({ "match": "type" }))),
            ok(r#"{"id":9}"#),
            true,
        ),
        case(
            "by type of another kind",
            body(id(), rule("$.id", json!({ "match": "type" }))),
            ok(r#"{"id":"9"}"#),
            false,
        ),
        case(
            "integer",
            body(id(), rule("$.id", json!({ "match": "integer" }))),
            ok(r#"{"id":7}"#),
            true,
        ),
        case(
            "no integer",
            body(id(), rule("$.id", json!({ "match": "integer" }))),
            ok(r#"{"id":7.5}"#),
            false,
        ),
        case(
            "decimal",
            body(
                json!({ "id": 1.5 }),
                rule("$.id", json!({ "match": "decimal" })),
            ),
            ok(r#"{"id":7.25}"#),
            true,
        ),
        case(
            "regex",
            body(
                json!({ "id": "a1" }),
                rule("$.id", json!({ "match": "regex", "regex": "^[a-z]\\d$" })),
            ),
            ok(r#"{"id":"b2"}"#),
            true,
        ),
        case(
            "regex not matched",
            body(
                json!({ "id": "a1" }),
                rule("$.id", json!({ "match": "regex", "regex": "^[a-z]\\d$" })),
            ),
            ok(r#"{"id":"b22"}"#),
            false,
        ),
        case(
            "date",
            body(on(), date()),
            ok(r#"{"on":"2031-12-01"}"#),
            true,
        ),
        case(
            "no date",
            body(on(), date()),
            ok(r#"{"on":"2031-02-30"}"#),
            false,
        ),
        case(
            "at least",
            body(json!({ "a": [1] }), some(2)),
            ok(r#"{"a":[1,2]}"#),
            true,
        ),
        case(
            "fewer than at least",
            body(json!({ "a": [1] }), some(2)),
            ok(r#"{"a":[1]}"#),
            false,
        ),
        case(
            "include",
            body(
                json!({ "a": "x y" }),
                rule("$.a", json!({ "match": "include", "value": "y" })),
            ),
            ok(r#"{"a":"only y"}"#),
            true,
        ),
        case(
            "variant found",
            body(json!([{ "id": 1 }]), rule("$", variants.clone())),
            ok(r#"[{"x":1},{"id":5}]"#),
            true,
        ),
        case(
            "variant not found",
            body(json!([{ "id": 1 }]), rule("$", variants)),
            ok(r#"[{"x":1},{"id":"5"}]"#),
            false,
        ),
        case(
            "boolean",
            body(
                json!({ "a": true }),
                rule("$.a", json!({ "match": "boolean" })),
            ),
            ok(r#"{"a":false}"#),
            true,
        ),
        case(
            "not empty",
            body(
                json!({ "a": "x" }),
                rule("$.a", json!({ "match": "notEmpty" })),
            ),
            ok(r#"{"a":""}"#),
            false,
        ),
        case(
            "semver",
            body(
                json!({ "a": "1.0.0" }),
                rule("$.a", json!({ "match": "semver" })),
            ),
            ok(r#"{"a":"2.1.0-rc.1"}"#),
            true,
        ),
        case(
            "XML",
            xml(json!({})),
            ("200 OK", "application/xml", "<o id='1'><l>2</l></o>"),
            true,
        ),
        case(
            "XML with another attribute",
            xml(json!({})),
            ("200 OK", "application/xml", "<o id='3'><l>2</l></o>"),
            false,
        ),
        case(
            "XML by rule",
            xml(rule(
                "$.o['@id']",
                json!({ "match": "regex", "regex": "\\d+" }),
            )),
            ("200 OK", "application/xml", "<o id='33'><l>2</l></o>"),
            true,
        ),
        case(
            "form",
            form(json!({})),
            ("200 OK", "application/x-www-form-urlencoded", "b=2&a=1"),
            true,
        ),
        case(
            "form with another value",
            form(json!({})),
            ("200 OK", "application/x-www-form-urlencoded", "a=1&b=3"),
            false,
        ),
        case(
            "text",
            text("one", "text/plain", json!({})),
            ("200 OK", "text/plain", "one"),
            true,
        ),
        case(
            "another text",
            text("one", "text/plain", json!({})),
            ("200 OK", "text/plain", "two"),
            false,
        ),
        case(
            "nothing said of the body",
            json!({ "status": 200 }),
            ok("[]"),
            true,
        ),
        case(
            "something where nothing is stated",
            json!({ "status": 200, "body": { "content": "" } }),
            ok("[]"),
            false,
        ),
        Case {
            other: Some("offsets of twelve hours and more are none to the official verifier"),
            ..case(
                "a great offset",
                body(
                    json!({ "at": "2030-01-01T00:00:00+01:00" }),
                    rule(
                        "$.at",
                        json!({ "match": "datetime", "format": "yyyy-MM-dd'T'HH:mm:ssXXX" }),
                    ),
                ),
                ok(r#"{"at":"2030-01-01T00:00:00+13:00"}"#),
                true,
            )
        },
        Case {
            other: Some("quoted text is no part of the official verifier's dialect of patterns"),
            ..case(
                "quoted text in a pattern",
                body(
                    json!({ "a": "1.5" }),
                    rule("$.a", json!({ "match": "regex", "regex": "\\Q1.5\\E" })),
                ),
                ok(r#"{"a":"1.5"}"#),
                true,
            )
        },
        case(
            "status by class",
            json!({ "status": 200, "matchingRules": { "status": { "": { "matchers": [{ "match": "statusCode", "status": "success" }] } } } }),
            ("204 No Content", "text/plain", ""),
            true,
        ),
    ]
}
