use super::*;
use crate::model::{Body, HttpExchange, InteractionKind, Message};
use crate::rules::MatchingRule;

/// Reads a pact of the given version around a list of interactions.
fn read_list(version: &str, interactions: &str) -> Result<ReadPact, ReadError> {
    let text = format!(
        r#"{{"consumer":{{"name":"web"}},"provider":{{"name":"shop"}},"interactions":{interactions},"metadata":{{"pactSpecification":{{"version":"{version}"}}}}}}"#
    );
    read(text.as_bytes())
}

/// Reads an HTTP interaction of the given request and response.
fn read_http(version: &str, request: &str, response: &str) -> Result<ReadPact, ReadError> {
    let text = format!(
        r#"[{{"type":"Synchronous/HTTP","description":"an order","request":{request},"response":{response}}}]"#
    );
    read_list(version, &text)
}

#[track_caller]
fn http(version: &str, request: &str, response: &str) -> HttpExchange {
    let read = read_http(version, request, response).unwrap();
    match read
        .pact
        .interactions
        .into_iter()
        .next()
        .map(|found| found.kind)
    {
        Some(InteractionKind::Http(http)) => *http,
        other => panic!("no HTTP interaction: {other:?}"),
    }
}

#[track_caller]
fn message(version: &str, members: &str) -> Message {
    let list = format!(r#"[{{"type":"Asynchronous/Messages",{members}}}]"#);
    let read = match version {
        "4.0" => read_list(version, &list),
        _ => {
            let text = format!(
                r#"{{"consumer":{{"name":"web"}},"provider":{{"name":"shop"}},"messages":{list}}}"#
            );
            read(text.as_bytes())
        }
    };
    match read
        .unwrap()
        .pact
        .interactions
        .into_iter()
        .next()
        .map(|found| found.kind)
    {
        Some(InteractionKind::AsyncMessage(message)) => *message,
        other => panic!("no message: {other:?}"),
    }
}

/// Shows a body on one line: its state, or its text and type.
fn shown(body: &Body) -> String {
    match body {
        Body::Empty => "empty".to_owned(),
        Body::Missing => "missing".to_owned(),
        Body::Null => "null".to_owned(),
        Body::Present(content) => {
            let text = String::from_utf8_lossy(&content.bytes);
            match &content.content_type {
                Some(content_type) => format!("{text} ({content_type})"),
                None => text.into_owned(),
            }
        }
    }
}

fn error(version: &str, request: &str, response: &str) -> String {
    read_http(version, request, response)
        .unwrap_err()
        .to_string()
}

fn warnings(version: &str, request: &str, response: &str) -> Vec<String> {
    let read = read_http(version, request, response).unwrap();
    read.warnings.iter().map(ToString::to_string).collect()
}

#[test]
fn bodies_before_v4_are_the_value_itself_or_a_text_for_it() {
    #[track_caller]
    fn check(content_type: &str, body: &str, expected: &str) {
        let headers = match content_type {
            "" => String::new(),
            named => format!(r#","headers":{{"content-type":"{named}"}}"#),
        };
        let response = format!(r#"{{"status":200{headers}{body}}}"#);
        assert_eq!(
            shown(&http("3.0.0", "{}", &response).response.body),
            expected
        );
    }
    check("", "", "missing");
    check("", r#","body":null"#, "null");
    check("", r#","body":"""#, "empty");
    check(
        "",
        r#","body":{"b":1.0,"a":12345678901234567890123}"#,
        r#"{"b":1.0,"a":12345678901234567890123} (application/json)"#,
    );
    check(
        "application/json",
        r#","body":"abc""#,
        r#""abc" (application/json)"#,
    );
    check(
        "application/json",
        r#","body":"a\"b""#,
        r#""a\"b" (application/json)"#,
    );
    check(
        "application/json",
        r#","body":"{\"a\": 1}""#,
        r#"{"a":1} (application/json)"#,
    );
    check(
        "application/json",
        r#","body":"\"abc\"""#,
        r#""abc" (application/json)"#,
    );
    check(
        "application/json",
        r#","body":"[1]""#,
        r#""[1]" (application/json)"#,
    );
    check("text/plain", r#","body":"{}""#, "{} (text/plain)");
    check(
        "application/octet-stream",
        r#","body":"aGk=""#,
        "hi (application/octet-stream)",
    );
    check(
        "application/octet-stream",
        r#","body":"h i!""#,
        "h i! (application/octet-stream)",
    );
    check(
        "",
        r#","body":"{\"a\": 1}""#,
        r#"{"a":1} (application/json)"#,
    );
    check("", r#","body":"5 apples""#, "5 apples (text/plain)");
    check("", r#","body":"5""#, "5 (text/plain)");
}

#[test]
fn bodies_of_v4_say_what_they_hold() {
    #[track_caller]
    fn check(body: &str, expected: &str) {
        let response = format!(r#"{{"body":{body}}}"#);
        assert_eq!(shown(&http("4.0", "{}", &response).response.body), expected);
    }
    check("null", "null");
    check("{}", "missing");
    check(r#"{"contentType":"text/plain"}"#, "missing");
    check(r#"{"content":null}"#, "null");
    check(r#"{"content":""}"#, "empty");
    check(
        r#"{"content":null,"contentType":"application/json"}"#,
        "null (application/json)",
    );
    check(
        r#"{"content":"abc","contentType":"application/json"}"#,
        r#""abc" (application/json)"#,
    );
    check(
        r#"{"content":"[1, 2.0]","contentType":"application/json","encoded":"json"}"#,
        "[1,2.0] (application/json)",
    );
    check(
        r#"{"content":"aGk=","contentType":"a/b","encoded":"BASE64"}"#,
        "hi (a/b)",
    );
    check(
        r#"{"content":"a\nGk","contentType":"a/b","encoded":"base64"}"#,
        "a\nGk (a/b)",
    );
    check(
        r#"{"content":"aGk=","contentType":"text/plain","encoded":true}"#,
        "aGk= (text/plain)",
    );
    check(
        r#"{"content":{"a":1},"contentType":"text/plain"}"#,
        r#"{"a":1} (text/plain)"#,
    );
    check(r#"{"a":1}"#, r#"{"a":1} (application/json)"#);
    check(r#""abc""#, r#""abc" (application/json)"#);
}

#[test]
fn every_spelling_of_states_and_headers_is_read() {
    let text = r#"[
        {"provider_state":"old","description":"1","request":{},"response":{}},
        {"providerState":null,"description":"2","request":{},"response":{}},
        {"providerStates":[{"name":"a","params":{"n":1.0}},{"name":"b"}],"description":"3","request":{},"response":{}},
        {"providerStates":"one","description":"4","request":{},"response":{}}
    ]"#;
    let read = read_list("3.0.0", text).unwrap();
    let states: Vec<String> = read
        .pact
        .interactions
        .iter()
        .map(|found| {
            let states = found.provider_states.iter();
            states
                .map(|state| format!("{}{}", state.name, Json::from(state.params.clone())))
                .collect()
        })
        .collect();
    assert_eq!(states, ["old{}", "", r#"a{"n":1.0}b{}"#, "one{}"]);
    let request = http("4.0", r#"{"method":"post","headers":{"Accept":"a/b, c/d","X":["1, 2"],"N":5},"query":{"a":["1",null],"b":"2"}}"#, "{}").request;
    assert_eq!(
        (request.method.as_str(), request.path.as_str()),
        ("POST", "/")
    );
    assert_eq!(request.headers.get("accept").unwrap(), ["a/b", "c/d"]);
    assert_eq!(request.headers.get("x").unwrap(), ["1, 2"]);
    assert_eq!(request.headers.first("n"), Some("5"));
    assert_eq!(
        request.query.get("a").unwrap(),
        [Some("1".to_owned()), None]
    );
    assert_eq!(request.query.get("b").unwrap(), [Some("2".to_owned())]);
}

#[test]
fn rules_by_path_and_by_category_are_the_same_rules() {
    let v2 = http(
        "2.0.0",
        r#"{"matchingRules":{"$.headers.X-A":{"match":"regex","regex":"a"},"$.query.q[0]":{"match":"type"},"$.query._p q":{"match":"type"},"$.path":{"match":"type"},"$.body.a[*]":{"min":1},"$['body']['b c']":{"match":"type","max":"2"}}}"#,
        "{}",
    );
    let v3 = http(
        "3.0.0",
        r#"{"matchingRules":{"header":{"X-A":{"matchers":[{"match":"regex","regex":"a"}]}},"query":{"q":{"matchers":[{"match":"type"}]},"_p q":{"matchers":[{"match":"type"}]}},"path":{"matchers":[{"match":"type"}]},"body":{"$['b c']":{"matchers":[{"match":"max","max":2}]},"$.a[*]":{"matchers":[{"match":"type","min":1}],"combine":"AND"}}}}"#,
        "{}",
    );
    assert_eq!(v2.request.matching_rules, v3.request.matching_rules);
    assert!(!v2.request.matching_rules.is_empty());
}

#[test]
fn status_rules_are_found_under_every_name_of_no_place() {
    let rules = r#"{"matchers":[{"match":"statusCode","status":[200,"204"]}]}"#;
    let direct = http(
        "4.0",
        "{}",
        &format!(r#"{{"matchingRules":{{"status":{rules}}}}}"#),
    );
    for place in ["", "$"] {
        let response = format!(r#"{{"matchingRules":{{"status":{{"{place}":{rules}}}}}}}"#);
        assert_eq!(http("4.0", "{}", &response), direct);
    }
    assert_eq!(direct.response.matching_rules.status.rules.len(), 1);
}

#[test]
fn messages_of_v3_and_v4_are_one() {
    let v3 = message(
        "3.0.0",
        r#""description":"m","metaData":{"contentType":"application/json","n":1.0},"contents":{"a":1},"matchingRules":{"body":{"$.a":{"matchers":[{"match":"integer"}]}},"metadata":{"_n":{"matchers":[{"match":"type"}]}}},"generators":{"content":{"$.a":{"type":"RandomInt","min":"1"}}}"#,
    );
    let v4 = message(
        "4.0",
        r#""description":"m","metadata":{"contentType":"application/json","n":1.0},"contents":{"content":{"a":1}},"matchingRules":{"content":{"$.a":{"matchers":[{"match":"integer"}]}},"metadata":{"_n":{"matchers":[{"match":"type"}]}}},"generators":{"body":{"$.a":{"type":"RandomInt","min":1,"max":10}}}"#,
    );
    assert_eq!(v3, v4);
    assert_eq!(v4.generators.body.len(), 1);
}

#[test]
fn a_fault_names_the_interaction_the_place_and_what_was_expected() {
    let rule = |rule: &str| format!(r#"{{"matchingRules":{{"body":{{"$.items[*]":{rule}}}}}}}"#);
    insta::assert_snapshot!(error("3.0.0", "{}", &rule(r#"{"matchers":[{"match":"type"},{"match":"type","min":"2x"}]}"#)), @r#"interaction 1 (`an order`), `/response/matchingRules/body/$.items[*]/matchers/1`: rule `type` needs a whole number as `min`, found `"2x"`"#);
    insta::assert_snapshot!(error("3.0.0", "{}", &rule(r#"{"matchers":[{"match":"regex"}]}"#)), @"interaction 1 (`an order`), `/response/matchingRules/body/$.items[*]/matchers/0`: rule `regex` needs a text as `regex`, found nothing");
    insta::assert_snapshot!(error("3.0.0", "{}", &rule(r#"{"matchers":[{}]}"#)), @"interaction 1 (`an order`), `/response/matchingRules/body/$.items[*]/matchers/0/match`: expected the name of a rule, found nothing");
    insta::assert_snapshot!(error("3.0.0", "{}", &rule("5")), @"interaction 1 (`an order`), `/response/matchingRules/body/$.items[*]`: expected an object with `matchers`, found `5`");
    insta::assert_snapshot!(error("4.0", "{}", r#"{"status":-1}"#), @"interaction 1 (`an order`), `/response/status`: expected a status code like 200, found `-1`");
    insta::assert_snapshot!(error("4.0", r#"{"generators":{"body":{"$a":{"type":"Uuid"}}}}"#, "{}"), @"interaction 1 (`an order`), `/request/generators/body/$a`: path `$a` is wrong at character 1: expected `.` or `[`");
    insta::assert_snapshot!(error("2.0.0", r#"{"matchingRules":{"$":{"match":"type"}}}"#, "{}"), @"interaction 1 (`an order`), `/request/matchingRules/$`: expected a path that begins with a part, like `$.body`, found nothing");
    insta::assert_snapshot!(read_list("5.0", "[]").unwrap_err(), @"`/metadata/pactSpecification/version`: `5.0` is not a version of the Pact specification from 1.0 to 4.0");
    insta::assert_snapshot!(read_list("4.0", r#"[{"description":"x"}]"#).unwrap_err(), @"interaction 1 (`x`), `/type`: expected `Synchronous/HTTP`, `Asynchronous/Messages` or `Synchronous/Messages`, found nothing");
    insta::assert_snapshot!(read(b"[]").unwrap_err(), @"the pact: expected an object with `consumer`, `provider` and `interactions`, found an array");
    insta::assert_snapshot!(read(br#"{"consumer":{"name":"a"},"interactions":[]}"#).unwrap_err(), @"`/provider`: expected an object with a `name`, found nothing");
    insta::assert_snapshot!(read(b"{,").unwrap_err(), @"the pact is not JSON: line 1, column 2: expected a name in double quotes, found ','");
}

#[test]
fn what_is_odd_is_read_with_a_warning() {
    let one = |version, request, response| warnings(version, request, response).join("\n");
    insta::assert_snapshot!(one("3.0.0", r#"{"matchingRules":{"path":{"matchers":[{"match":"type","min":1.5}]}}}"#, "{}"), @"interaction 1 (`an order`), `/request/matchingRules/path/matchers/0`: `min` of rule `type` is 1.5, not a whole number; it bounds nothing");
    insta::assert_snapshot!(one("2.0.0", r#"{"query":{"a":"1"}}"#, "{}"), @"interaction 1 (`an order`), `/request/query`: expected a string before 3.0.0, found an object; read all the same");
    insta::assert_snapshot!(one("2.0.0", r#"{"matchingRules":{"$.nowhere.x":{"match":"type"}}}"#, "{}"), @"interaction 1 (`an order`), `/request/matchingRules/$.nowhere.x`: leads to no part of a request, response or message; the rule is left out");
    insta::assert_snapshot!(one("4.0", "{}", r#"{"matchingRules":{"body":{"$":{"matchers":[{"match":"frobnicate","a":1}]}}}}"#), @"interaction 1 (`an order`), `/response/matchingRules/body/$/matchers/0`: rule `frobnicate` is not known; it is carried as a plugin's");
    insta::assert_snapshot!(one("4.0", "{}", r#"{"body":{"content":"?","contentType":"a/b","encoded":"rot13"}}"#), @"interaction 1 (`an order`), `/response/body/encoded`: expected false, `base64` or `JSON`; the text is taken as the payload");
}

#[test]
fn what_nobody_knows_is_carried() {
    let read = read_list(
        "4.0",
        r#"[{"type":"Synchronous/Telepathy","description":"t","key":"k","thought":{"n":1.0}},
            {"type":"Synchronous/HTTP","description":"h","_id":"7","request":{"x":1},"response":{"y":2},"z":3,"comments":"no object"}]"#,
    )
    .unwrap();
    let [telepathy, http] = read.pact.interactions.as_slice() else {
        panic!("expected two interactions");
    };
    assert!(
        matches!(&telepathy.kind, InteractionKind::Other { type_name, members } if type_name == "Synchronous/Telepathy" && members.contains("thought"))
    );
    assert_eq!(telepathy.key.as_deref(), Some("k"));
    assert_eq!(http.id.as_deref(), Some("7"));
    assert!(http.extra.contains("z") && http.extra.contains("comments"));
    assert!(
        matches!(&http.kind, InteractionKind::Http(http) if http.request.extra.contains("x") && http.response.extra.contains("y"))
    );
    assert_eq!(read.warnings.len(), 2);
}

#[test]
fn rules_of_the_whole_catalogue_are_read_in_every_spelling() {
    #[track_caller]
    fn check(rule: &str, name: &str) {
        let text = format!(r#"{{"matchingRules":{{"body":{{"$":{{"matchers":[{rule}]}}}}}}}}"#);
        let rules = http("4.0", "{}", &text).response.matching_rules;
        let (_, list) = rules.body.iter().next().unwrap();
        assert_eq!(list.rules[0].name(), name);
        assert!(!matches!(list.rules[0], MatchingRule::Other { .. }));
    }
    check(
        r#"{"match":"array-contains","variants":[{"index":0,"rules":{"$.a":{"matchers":[{"match":"type"}]}}}]}"#,
        "arrayContains",
    );
    check(r#"{"match":"boolean"}"#, "boolean");
    check(r#"{"match":"content-type","value":"a/b"}"#, "contentType");
    check(r#"{"date":"yyyy"}"#, "date");
    check(r#"{"match":"timestamp","timestamp":"yyyy"}"#, "datetime");
    check(r#"{"match":"real"}"#, "decimal");
    check(
        r#"{"match":"each-key","rules":[{"match":"regex","regex":"a"}]}"#,
        "eachKey",
    );
    check(
        r#"{"match":"eachValue","rules":[{"match":"type"}],"value":"x","generator":{"type":"Uuid"}}"#,
        "eachValue",
    );
    check(r#"{"match":"equality"}"#, "equality");
    check(r#"{"match":"equalsIgnoreOrder"}"#, "ignore-order");
    check(
        r#"{"match":"min-equals-ignore-order","min":1}"#,
        "min-equals-ignore-order",
    );
    check(r#"{"match":"include","value":5}"#, "include");
    check(r#"{"match":"integer"}"#, "integer");
    check(r#"{"match":"not-empty"}"#, "notEmpty");
    check(r#"{"match":"null"}"#, "null");
    check(r#"{"match":"number"}"#, "number");
    check(r#"{"regex":"a"}"#, "regex");
    check(r#"{"match":"semver"}"#, "semver");
    check(r#"{"match":"status-code"}"#, "statusCode");
    check(r#"{"match":"time","format":"HH"}"#, "time");
    check(r#"{"match":"min-type","min":"3"}"#, "type");
    check(r#"{"match":"values"}"#, "values");
}
