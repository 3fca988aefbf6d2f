use super::*;
use crate::format;

#[track_caller]
fn pact(list: &str) -> Pact {
    let text = format!(
        r#"{{"consumer":{{"name":"web"}},"provider":{{"name":"shop"}},"interactions":{list},"metadata":{{"pactSpecification":{{"version":"4.0"}}}}}}"#
    );
    format::read(text.as_bytes()).unwrap().pact
}

fn http(request: &str, response: &str) -> Pact {
    pact(&format!(
        r#"[{{"type":"Synchronous/HTTP","description":"an order","request":{request},"response":{response}}}]"#
    ))
}

fn changes(before: &Pact, after: &Pact) -> String {
    diff(before, after).to_string()
}

#[test]
fn interactions_come_and_go() {
    let one = r#"{"type":"Synchronous/HTTP","description":"one","request":{},"response":{}}"#;
    let two = r#"{"type":"Synchronous/HTTP","description":"two","providerStates":[{"name":"a"},{"name":"b"}],"request":{},"response":{}}"#;
    let three = r#"{"type":"Synchronous/HTTP","description":"three","request":{},"response":{}}"#;
    let (before, after) = (
        pact(&format!("[{one},{two}]")),
        pact(&format!("[{three},{one}]")),
    );
    insta::assert_snapshot!(changes(&before, &after), @"
    + `three`
    - `two`, given `a` and `b`
    ");
    assert!(diff(&before, &before).is_empty());
}

#[test]
fn requests_change_part_by_part() {
    let before = http(
        r#"{"method":"GET","path":"/orders/42","query":{"page":["1"],"old":["x"]},"headers":{"Accept":["text/plain"]}}"#,
        "{}",
    );
    let after = http(
        r#"{"method":"PUT","path":"/orders/43","query":{"page":["2"],"new":["y"]},"headers":{"Accept":["text/html"]},"body":{"content":{"id":1}}}"#,
        "{}",
    );
    insta::assert_snapshot!(changes(&before, &after), @"
    ~ `an order`
        request method: is `PUT`, was `GET`
        request path: is `/orders/43`, was `/orders/42`
        request query `page`: is `2`, was `1`
        request query `new`: is now sent, for example `y`
        request query `old`: is no longer sent, was `x`
        request header `accept`: is `text/html`, was `text/plain`
        request body: is now sent, for example `{\"id\":1}`
    ");
}

#[test]
fn responses_ask_for_more_or_less() {
    let rules = |list: &str| format!(r#","matchingRules":{{"body":{{{list}}}}}"#);
    let before = http(
        "{}",
        &format!(
            r#"{{"status":200,"body":{{"content":{{"id":1,"old":true,"name":"a","lines":[1]}}}}{}}}"#,
            rules(
                r#""$.id":{"matchers":[{"match":"integer"}]},"$.lines":{"matchers":[{"match":"type","min":2}]}"#
            )
        ),
    );
    let after = http(
        "{}",
        &format!(
            r#"{{"status":201,"body":{{"content":{{"id":2,"name":"b","total":10.50,"lines":[1]}}}}{}}}"#,
            rules(
                r#""$.id":{"matchers":[{"match":"number"}]},"$.lines":{"matchers":[{"match":"type","min":3}]},"$.total":{"matchers":[{"match":"decimal"}]}"#
            )
        ),
    );
    insta::assert_snapshot!(changes(&before, &after), @"
    ~ `an order`
        response status: is `201`, was `200`
        response body at $.id: the example is 2, was 1
        response body at $.name: is \"b\", was \"a\"
        response body at $.total: is now required, for example 10.50
        response body at $.old: is no longer required, was true
        response body at $.id: rule loosened from integer to number
        response body at $.lines: rule tightened from type, at least 2 to type, at least 3
    ");
}

#[test]
fn a_rule_above_still_governs_when_the_one_below_goes() {
    let body = |rules: &str| {
        let response = format!(
            r#"{{"body":{{"content":{{"a":{{"b":"x"}}}}}},"matchingRules":{{"body":{{"$.a":{{"matchers":[{{"match":"type"}}]}}{rules}}}}}}}"#
        );
        http("{}", &response)
    };
    let before = body(r#","$.a.b":{"matchers":[{"match":"regex","regex":"x"}]}"#);
    insta::assert_snapshot!(changes(&before, &body("")), @"
    ~ `an order`
        response body at $.a.b: rule loosened from regex `x` to type
    ");
}

#[test]
fn a_key_keeps_an_interaction_through_a_new_name() {
    let named = |description: &str| {
        pact(&format!(
            r#"[{{"type":"Asynchronous/Messages","key":"k","description":"{description}","metadata":{{"topic":"a"}},"contents":{{"content":"text","contentType":"text/plain"}}}}]"#
        ))
    };
    insta::assert_snapshot!(changes(&named("old"), &named("new")), @"
    ~ `new`
        interaction `description`: is `new`, was `old`
    ");
}
