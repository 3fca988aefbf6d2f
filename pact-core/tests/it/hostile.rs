//! Patterns that never end and documents that are never read to their end: each gets an answer.
//!
//! A test here that does not come back is a failure; how long each may take is for benchmarks.

use std::fmt::Write as _;

use pact_core::format;
use pact_core::json::Json;
use pact_core::matching::{ActualRequest, ActualResponse, Mismatch};
use pact_core::model::{Body, Request, Response};
use pact_core::path::DocPath;
use pact_core::plan::{RequestPlan, ResponsePlan};
use pact_core::rules::MatchingRule;

/// Pieces that make a backtracking engine try everything, when they are repeated.
const INNER: [&str; 12] = [
    "a+",
    "a*",
    "a?",
    "a|a",
    "a|aa",
    "[a-z]+",
    r"\w+",
    "(a+)",
    ".*a",
    "a{1,20}",
    "(?:a|b|ab)*",
    r"\s*a\s*",
];

/// What repeats them, and what must follow so that all was in vain.
const OUTER: [(&str, &str); 17] = [
    ("(", ")+$"),
    ("(", ")*$"),
    ("^(", ")+$"),
    ("^(", ")+!"),
    ("(?:", ")+!"),
    ("((", ")*)*!"),
    ("(((", ")+)+)+!"),
    ("^(", r")+\1$"),
    ("(?=(", ")+)a!"),
    ("(?<!b)(", ")+!"),
    ("(", "){1,50}!"),
    ("(?i)(", ")+!"),
    ("x*(", ")*y"),
    ("(", r")+(\d+)+!"),
    ("^(?!b)(", ")+$!"),
    (r"\A(", r")+\z!"),
    ("(?>(", ")+)!"),
];

#[test]
fn no_pattern_runs_away() {
    let texts = [50, 4_000].map(|length| "a".repeat(length));
    let mut refused = 0;
    for (before, after) in OUTER {
        for inner in INNER {
            let pattern = format!("{before}{inner}{after}");
            let mut expected = Response {
                body: Body::present(r#"{"a":"a"}"#, Some("application/json".parse().unwrap())),
                ..Response::default()
            };
            let rule = MatchingRule::Regex {
                regex: pattern.clone(),
            };
            expected
                .matching_rules
                .body
                .add("$.a".parse().unwrap(), rule);
            let Ok(plan) = ResponsePlan::compile(&expected) else {
                refused += 1;
                continue;
            };
            for text in &texts {
                let found = compare_response(&plan, &format!(r#"{{"a":"{text}"}}"#));
                let ends_in_vain = after.ends_with(['!', 'y']);
                assert!(!ends_in_vain || !found.is_empty(), "{pattern}");
            }
        }
    }
    assert!(
        refused < 30,
        "{refused} of {} patterns are refused",
        INNER.len() * OUTER.len()
    );
}

fn compare_response(plan: &ResponsePlan, body: &str) -> Vec<Mismatch> {
    plan.compare(&ActualResponse {
        status: 200,
        headers: &[],
        body: body.as_bytes(),
    })
}

/// Returns what is said of a body that arrives where a small one of its type is expected.
fn verdict(content_type: &str, example: &str, arrived: &[u8]) -> String {
    let expected = Response {
        body: Body::present(example, Some(content_type.parse().expect("a type"))),
        ..Response::default()
    };
    let plan = ResponsePlan::compile(&expected).expect("the example is of its type");
    let headers = [("Content-Type", content_type)];
    let actual = ActualResponse {
        status: 200,
        headers: &headers,
        body: arrived,
    };
    let found = plan.compare(&actual);
    assert_eq!(plan.compare(&actual).is_empty(), found.is_empty());
    let mut texts = found.iter().map(ToString::to_string);
    let first = texts.next().unwrap_or_else(|| "no difference".to_owned());
    first.chars().take(160).collect()
}

#[test]
fn json_bombs_are_answered() {
    let json = |arrived: &str| verdict("application/json", r#"{"a":1}"#, arrived.as_bytes());
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    let members = (0..200_000).fold(String::from(r#"{"a":1"#), |mut out, index| {
        write!(out, r#","k{index}":{index}"#).unwrap();
        out
    });
    let report = [
        json(&nested(100)),
        json(&nested(1_000)),
        json(&nested(1_000_000)),
        json(&"[".repeat(1_000_000)),
        json(&r#"{"a":"#.repeat(300_000)),
        json(&format!("[{}0]", "0,".repeat(1_000_000))),
        json(&format!("{members}}}")),
        json(&format!(r#"{{"a":{}}}"#, "9".repeat(1_000_000))),
        json(&format!(r#"{{"a":1e{}}}"#, "9".repeat(100_000))),
        json(&format!(r#"{{"a":"{}"}}"#, "x".repeat(20_000_000))),
        json(r#"{"a":"\ud800"}"#),
        json(&format!(r#"{{"a":1{}}}"#, r#","a":1"#.repeat(100_000))),
        json(&" ".repeat(5_000_000)),
    ];
    insta::assert_snapshot!(report.join("\n"), @r#"
    body at $: expected an object with the key `a`, got a list of 1 element
    body at $: expected a body that can be read: line 1, column 513: expected at most 512 levels of nesting
    body at $: expected a body that can be read: line 1, column 513: expected at most 512 levels of nesting
    body at $: expected a body that can be read: line 1, column 513: expected at most 512 levels of nesting
    body at $: expected a body that can be read: line 1, column 2561: expected at most 512 levels of nesting
    body at $: expected an object with the key `a`, got a list of 1000001 elements
    no difference
    body at $.a: expected the number 1, got the number 99999999999999999999999999999999999999999999999999999999999999999999999999999999…
    body at $.a: expected the number 1, got the number 1e999999999999999999999999999999999999999999999999999999999999999999999999999999…
    body at $.a: expected the number 1, got the string "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…"
    body at $: expected a body that can be read: line 1, column 7: expected a character, found half of a surrogate pair
    no difference
    body at $: expected a body that can be read: line 1, column 5000001: expected a value, found the end of the text
    "#);
}

#[test]
fn xml_bombs_are_answered() {
    let xml = |arrived: &str| verdict("application/xml", "<a>1</a>", arrived.as_bytes());
    let laughs = (1..10).fold(
        String::from(r#"<!DOCTYPE a [<!ENTITY l0 "lol">"#),
        |mut out, level| {
            let below = format!("&l{};", level - 1).repeat(10);
            write!(out, r#"<!ENTITY l{level} "{below}">"#).unwrap();
            out
        },
    );
    let quadratic = format!(
        r#"<!DOCTYPE a [<!ENTITY b "{}">]><a>{}</a>"#,
        "x".repeat(50_000),
        "&b;".repeat(50_000)
    );
    let attributes = (0..50_000).fold(String::from("<a"), |mut out, index| {
        write!(out, " b{index}='1'").unwrap();
        out
    });
    let report = [
        xml(&format!("{laughs}]><a>&l9;</a>")),
        xml(&quadratic),
        xml(r#"<!DOCTYPE a [<!ENTITY b "&c;"><!ENTITY c "&b;">]><a>&b;</a>"#),
        xml(r#"<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>"#),
        xml(&format!(
            "{}{}",
            "<a>".repeat(1_000_000),
            "</a>".repeat(1_000_000)
        )),
        xml(&"<a>".repeat(1_000_000)),
        xml(&format!("<a>{}</a>", "<b/>".repeat(200_000))),
        xml(&format!("{attributes}/>")),
        xml(&format!("<a>{}</a>", "1".repeat(10_000_000))),
    ];
    insta::assert_snapshot!(report.join("\n"), @r#"
    body at $: expected a body that can be read: entities are not read
    body at $: expected a body that can be read: entities are not read
    body at $: expected a body that can be read: entities are not read
    body at $: expected a body that can be read: entities are not read
    body at $.a['#text']: expected "1", got ""
    body at $: expected a body that can be read: the root node was opened but never closed
    body at $.a['#text']: expected "1", got ""
    body at $: expected a body that can be read: an element has more than 1000 attributes
    body at $.a['#text']: expected "1", got "11111111111111111111111111111111111111111111111111111111111111111111111111111111…"
    "#);
}

#[test]
fn forms_parts_and_queries_of_many_are_answered() {
    let form = verdict(
        "application/x-www-form-urlencoded",
        "a=1",
        format!("a=1{}", "&b=2".repeat(100_000)).as_bytes(),
    );
    let part = "--b\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n1\r\n";
    let parts = verdict(
        "multipart/form-data; boundary=b",
        &format!("{part}--b--\r\n"),
        format!("{}--b--\r\n", part.repeat(100_000)).as_bytes(),
    );
    let request = RequestPlan::compile(&Request::default()).unwrap();
    let query = "a=1&".repeat(100_000);
    let headers = vec![("X-A", "1"); 100_000];
    let found = request.compare(&ActualRequest {
        method: "GET",
        path: "/",
        query: Some(&query),
        headers: &headers,
        body: b"",
    });
    let query: String = found[0].to_string().chars().take(60).collect();
    insta::assert_snapshot!([form, parts, query].join("\n"), @r#"
    body at $.b: expected no such parameter, got "2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2,…"
    body at $: expected a body that can be read: it has more than 10000 parts
    query parameter `a`: expected no such parameter, got "1, 1,
    "#);
}

#[test]
fn contracts_that_are_bombs_are_answered() {
    let pact = |response: &str| {
        format!(
            r#"{{"consumer":{{"name":"c"}},"provider":{{"name":"p"}},"interactions":[{{"description":"d","request":{{}},"response":{response}}}],"metadata":{{"pactSpecification":{{"version":"3.0.0"}}}}}}"#
        )
    };
    let rules = (0..10_000).fold(String::new(), |mut out, index| {
        let comma = if index == 0 { "" } else { "," };
        write!(
            out,
            r#"{comma}"$.a{index}":{{"matchers":[{{"match":"type"}}]}}"#
        )
        .unwrap();
        out
    });
    for content_type in [
        "application/json",
        "application/xml",
        "application/x-www-form-urlencoded",
    ] {
        let example = match content_type {
            "application/json" => r#"{"a":1}"#,
            "application/xml" => r#""<a/>""#,
            _ => r#""a=1""#,
        };
        let file = pact(&format!(
            r#"{{"headers":{{"Content-Type":"{content_type}"}},"body":{example},"matchingRules":{{"body":{{{rules}}}}}}}"#
        ));
        let read = format::read(file.as_bytes()).unwrap();
        let pact_core::model::InteractionKind::Http(exchange) = &read.pact.interactions[0].kind
        else {
            panic!("an HTTP interaction");
        };
        assert_eq!(exchange.response.matching_rules.body.iter().len(), 10_000);
        let plan = ResponsePlan::compile(&exchange.response).unwrap();
        assert!(!compare_response(&plan, "").is_empty());
        assert!(!pact_core::lint::lint(file.as_bytes()).unwrap().is_empty());
    }
    let deep: DocPath = format!("${}", ".a".repeat(10_000)).parse().unwrap();
    assert_eq!(deep.tokens().len(), 10_001);
    let deep_body = pact(&format!(
        r#"{{"body":{}1{}}}"#,
        r#"{"a":"#.repeat(5_000),
        "}".repeat(5_000)
    ));
    assert!(format::read(deep_body.as_bytes()).is_err());
    assert!(Json::parse("[".repeat(1_000_000).as_bytes()).is_err());
}
