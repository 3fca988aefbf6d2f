//! Every rule and generator of the specification, said in patterns.

use pact_consumer::prelude::*;
use pact_consumer::{
    Combine, Generator, MatchingRule, RuleList, SpecVersion, StatusClass, UuidFormat,
};
use pact_core::model::{InteractionKind, Pact, Response};

use crate::support::{get, send};

pub(crate) fn answering(pattern: impl Into<Pattern>) -> PactBuilder {
    let mut pact = PactBuilder::new("order-web", "order-api");
    pact.upon_receiving("a request")
        .get("/")
        .will_respond_with(200)
        .json_body(json_pattern!({ "value": pattern.into() }));
    pact
}

fn response(pact: &Pact) -> Response {
    match &pact.interactions[0].kind {
        InteractionKind::Http(exchange) => exchange.response.clone(),
        other => panic!("{other:?}"),
    }
}

/// Writes the pact, reads it again and holds it against what was built.
#[track_caller]
pub(crate) fn survives(pact: &PactBuilder) -> Pact {
    let built = pact.build();
    let text = pact_core::format::write(&built).unwrap();
    let read = pact_core::format::read(text.as_bytes()).unwrap();
    assert_eq!(read.warnings, Vec::new());
    assert_eq!(read.pact.interactions, built.interactions);
    built
}

#[test]
#[expect(clippy::too_many_lines, reason = "a row for each rule")]
fn every_rule_of_the_specification_has_a_function() {
    let patterns: [(&str, Pattern); 33] = [
        ("equality", equal("a")),
        ("regex", regex("a+", "aa")),
        ("type", like("a")),
        ("type", each_like("a")),
        ("type", each_like_min("a", 2)),
        ("type", each_like_max("a", 3)),
        ("type", each_like_min_max("a", 2, 3)),
        ("include", include("en", "open")),
        ("number", number(1.5)),
        ("integer", integer(1)),
        ("decimal", decimal(1.5)),
        ("null", null()),
        ("boolean", boolean(true)),
        (
            "datetime",
            datetime("yyyy-MM-dd'T'HH:mm:ss", "2026-03-31T10:15:00"),
        ),
        ("date", date("yyyy-MM-dd", "2026-03-31")),
        ("time", time("HH:mm", "10:15")),
        (
            "contentType",
            content_type("application/pdf", "JVBERi0xLjc="),
        ),
        ("values", values_like(json_pattern!({ "a": like(1) }))),
        ("arrayContains", array_containing([like("a"), integer(1)])),
        ("notEmpty", not_empty("a")),
        ("semver", semver("1.2.3")),
        (
            "eachKey",
            each_key(
                MatchingRule::Regex {
                    regex: "a+".to_owned(),
                },
                json_pattern!({ "aa": 1 }),
            ),
        ),
        (
            "eachValue",
            each_value(MatchingRule::Integer, json_pattern!({ "a": 1 })),
        ),
        ("eachValue", each_value(MatchingRule::Integer, [1, 2])),
        ("ignore-order", unordered([integer(1), like("a")])),
        ("min-equals-ignore-order", unordered_min([1, 2], 2)),
        ("max-equals-ignore-order", unordered_max([1, 2], 4)),
        (
            "min-max-equals-ignore-order",
            unordered_min_max([1, 2], 2, 4),
        ),
        ("regex", uuid("936da01f-9abd-4d9d-80c7-02af85c822a8")),
        ("type", example_of(&["a"]).at("$[0]", like("a"))),
        (
            "integer",
            integration_json(r#"{"pact:matcher:type":"integer","value":42}"#),
        ),
        ("type", like(nullable("a"))),
        (
            "integer",
            with_rules(
                RuleList {
                    rules: vec![MatchingRule::Integer, MatchingRule::Null],
                    combine: Combine::Or,
                },
                1,
            ),
        ),
    ];
    for (name, pattern) in patterns {
        let mut pact = answering(pattern.clone());
        let built = survives(&pact);
        let rules = response(&built).matching_rules.body;
        let (_, list) = rules.iter().next().unwrap();
        assert_eq!(list.rules[0].name(), name, "{pattern:?}");
        // The mock server answers with the example, which satisfies its rule.
        let mock = pact.try_start().unwrap();
        assert_eq!(get(mock.addr(), "/").0, 200, "{pattern:?}");
        assert_eq!(pact.failure(), None);
    }
}

#[test]
fn every_generator_makes_what_its_rule_allows() {
    let patterns = [
        random_integer(7, 9),
        random_decimal(1),
        random_decimal(5),
        random_hexadecimal(6),
        random_string(5),
        random_boolean(),
        random_regex("[a-c]{3}", "abc"),
        random_uuid(),
        random_uuid_as(UuidFormat::Simple),
        random_uuid_as(UuidFormat::UpperCaseHyphenated),
        random_uuid_as(UuidFormat::Urn),
        date_from_now("yyyy-MM-dd", "today + 1 day", "2026-03-31"),
        time_from_now("HH:mm:ss", "now + 1 hour", "10:15:00"),
        datetime_from_now(
            "yyyy-MM-dd'T'HH:mm:ss",
            "tomorrow @ noon",
            "2026-03-31T10:15:00",
        ),
        mock_server_url(".*(/orders/\\d+)$", "http://api.example.org/orders/42"),
        from_provider_state("${id}", 42),
        from_provider_state("${id}", integer(42)),
        integer(1).generated_by(Generator::RandomInt { min: 5, max: 5 }),
    ];
    for pattern in patterns {
        let mut pact = answering(pattern.clone());
        let built = survives(&pact);
        let response = response(&built);
        assert_eq!(response.generators.body.len(), 1, "{pattern:?}");
        let mock = pact
            .try_start()
            .unwrap_or_else(|error| panic!("{pattern:?}: {error}"));
        let (status, body) = get(mock.addr(), "/");
        assert_eq!(status, 200, "{pattern:?}: {body}");
        let plan = pact_core::plan::ResponsePlan::compile(&response).unwrap();
        let actual = pact_core::matching::ActualResponse {
            status: 200,
            headers: &[("Content-Type", "application/json")],
            body: body.as_bytes(),
        };
        assert_eq!(plan.compare(&actual), [], "{pattern:?}: {body}");
        assert_eq!(pact.failure(), None);
    }
    // `mock_server_url` makes the address of the server itself.
    let mut pact = answering(mock_server_url(
        ".*(/orders/\\d+)$",
        "http://x.example.org/orders/42",
    ));
    let mock = pact.start();
    let body = format!("{{\"value\":\"{}/orders/42\"}}", mock.url());
    assert_eq!(get(mock.addr(), "/").1, body);
    assert_eq!(pact.failure(), None);
}

#[test]
fn values_of_provider_states_stand_anywhere() {
    let mut pact = PactBuilder::new("order-web", "order-api");
    pact.upon_receiving("an order of a customer")
        .get(from_provider_state("/orders/${id}", "/orders/42"))
        .query("customer", from_provider_state("${customer}", 7))
        .header("X-Token", from_provider_state("${token}", "abc"))
        .json_body(json_pattern!({ "id": from_provider_state("${id}", 42) }))
        .will_respond_with(200)
        .header(
            "Location",
            from_provider_state("/orders/${id}", "/orders/42"),
        )
        .json_body(json_pattern!({ "id": from_provider_state("${id}", 42) }));
    let built = survives(&pact);
    let InteractionKind::Http(exchange) = &built.interactions[0].kind else {
        panic!("{built:?}");
    };
    let (request, response) = (&exchange.request, &exchange.response);
    assert!(request.generators.path.is_some());
    assert_eq!(request.generators.query.len(), 1);
    assert_eq!(request.generators.header.len(), 1);
    assert_eq!(request.generators.body.len(), 1);
    // The client sends the example, so its request has no rules; the answer has a value of its own.
    assert!(request.matching_rules.is_empty());
    assert!(
        response
            .matching_rules
            .header
            .get(&"Location".to_owned())
            .is_some()
    );
    assert!(
        response
            .matching_rules
            .body
            .get(&"$.id".parse().unwrap())
            .is_some()
    );
    let mock = pact.start();
    let headers = "X-Token: abc\r\nContent-Type: application/json\r\n";
    let wrong = send(
        mock.addr(),
        "GET /orders/43?customer=7",
        headers,
        r#"{"id":42}"#,
    );
    assert_eq!(wrong.0, 500);
    let right = send(
        mock.addr(),
        "GET /orders/42?customer=7",
        headers,
        r#"{"id":42}"#,
    );
    assert_eq!(right.0, 200);
    assert_eq!(pact.failure().unwrap().unexpected.len(), 1);
}

#[test]
fn queries_and_headers_have_lists_and_values_of_one_rule() {
    let mut pact = PactBuilder::new("order-web", "order-api");
    pact.upon_receiving("a search")
        .get("/orders")
        .query("tag", ["a", "b"])
        .query("page", each_like(integer(1)))
        .query_flag("verbose")
        .header("Accept", "application/json;q=1")
        .header("Accept", "text/html")
        .header("X-Id", regex("[0-9]+", "1"))
        .header("x-id", regex("[0-9]+", "2"))
        .will_respond_with(200)
        .status_like(StatusClass::Success)
        .header("Vary", ["Accept", "Origin"]);
    let built = survives(&pact);
    let InteractionKind::Http(exchange) = &built.interactions[0].kind else {
        panic!("{built:?}");
    };
    let page = exchange
        .request
        .matching_rules
        .query
        .get(&"page".to_owned());
    let names: Vec<_> = page.unwrap().rules.iter().map(MatchingRule::name).collect();
    assert_eq!(names, ["type", "integer"]);
    let mock = pact.start();
    let line = "GET /orders?tag=a&tag=b&page=3&page=4&verbose";
    let headers = "Accept: application/json;q=1, text/html\r\nX-Id: 12\r\nX-Id: 13\r\n";
    assert_eq!(send(mock.addr(), line, headers, "").0, 200);
    let wrong = headers.replace("13", "x");
    assert_eq!(send(mock.addr(), line, &wrong, "").0, 500);
    let without_flag = line.replace("&verbose", "");
    assert_eq!(send(mock.addr(), &without_flag, headers, "").0, 500);
    assert_eq!(pact.failure().unwrap().unexpected.len(), 2);
}

#[test]
fn values_like_holds_for_any_name() {
    let pact = answering(values_like(
        json_pattern!({ "EUR": { "amount": decimal(9.5) } }),
    ));
    let response = response(&survives(&pact));
    let plan = pact_core::plan::ResponsePlan::compile(&response).unwrap();
    let compare = |body: &str| {
        let headers = [("Content-Type", "application/json")];
        let actual = pact_core::matching::ActualResponse {
            status: 200,
            headers: &headers,
            body: body.as_bytes(),
        };
        plan.compare(&actual).len()
    };
    assert_eq!(
        compare(r#"{"value":{"USD":{"amount":1.25},"CHF":{"amount":2.5}}}"#),
        0
    );
    assert_eq!(compare(r#"{"value":{"USD":{"amount":"1.25"}}}"#), 1);
}

#[test]
fn what_older_versions_can_hold_they_hold() {
    for (version, pattern) in [
        (SpecVersion::V1, Pattern::from("a")),
        (SpecVersion::V2, each_like_min_max(regex("a+", "a"), 1, 5)),
        (SpecVersion::V3, random_integer(1, 5)),
        (
            SpecVersion::V3,
            values_like(json_pattern!({ "a": decimal(1.5) })),
        ),
    ] {
        let mut pact = PactBuilder::new("order-web", "order-api");
        pact.spec_version(version);
        pact.upon_receiving("a request")
            .given("a state")
            .get("/")
            .query("q", ["1", "2"])
            .header("X-Id", "1")
            .will_respond_with(200)
            .json_body(json_pattern!({ "value": pattern }));
        survives(&pact);
        let mock = pact.try_start().unwrap();
        assert!(mock.failure().is_some(), "nobody has asked");
    }
}

#[test]
fn rules_and_generators_may_be_written_as_files_have_them() {
    let v2 = r#"{"$.body.id":{"match":"type"},"$.headers.X-Id":{"match":"regex","regex":"[0-9]+"},"$.path":{"match":"regex","regex":"/.*"}}"#;
    let v3 = r#"{"body":{"$.id":{"matchers":[{"match":"integer"}]}},"query":{"q":{"matchers":[{"match":"type"}],"combine":"AND"}}}"#;
    let mut pact = PactBuilder::new("order-web", "order-api");
    pact.upon_receiving("a request")
        .post("/orders")
        .matching_rules(v2)
        .matching_rules(v3)
        .query("q", "1")
        .header("X-Id", "1")
        .json_body(json_pattern!({ "id": like(1) }))
        .will_respond_with(200)
        .json_body(json_pattern!({ "id": 1 }))
        .matching_rules(
            serde_json::json!({ "body": { "$.id": { "matchers": [{ "match": "integer" }] } } }),
        )
        .generators(r#"{"body":{"$.id":{"type":"RandomInt","min":5,"max":5}}}"#);
    survives(&pact);
    let mock = pact.start();
    let headers = "X-Id: 77\r\nContent-Type: application/json\r\n";
    let answer = send(mock.addr(), "POST /elsewhere?q=x", headers, r#"{"id":9}"#);
    assert_eq!(answer, (200, r#"{"id":5}"#.to_owned()));
    let answer = send(mock.addr(), "POST /elsewhere?q=x", headers, r#"{"id":9.5}"#);
    assert_eq!(answer.0, 500);
    assert_eq!(pact.failure().unwrap().unexpected.len(), 1);
}

#[test]
fn comments_references_and_the_tests_name_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    let options = TestOptions::new("order-web", "order-api")
        .output_dir(folder.path())
        .test_name("keeps_comments");
    pact_test(options, |pact| {
        pact.upon_receiving("a request")
            .key("ping")
            .comment("one")
            .comment("two")
            .reference("openapi", "operationId", "ping")
            .reference("openapi", "path", "/ping")
            .get("/ping")
            .will_respond_with(204);
        let mock = pact.start();
        get(mock.addr(), "/ping");
    });
    let bytes = std::fs::read(folder.path().join("order-web-order-api.json")).unwrap();
    let pact = pact_core::format::read(&bytes).unwrap().pact;
    let comments = pact_core::json::Json::Object(pact.interactions[0].comments.clone());
    insta::assert_snapshot!(comments.sorted().to_compact(), @r#"{"references":{"openapi":{"operationId":"ping","path":"/ping"}},"testname":"keeps_comments","text":["one","two"]}"#);
}
