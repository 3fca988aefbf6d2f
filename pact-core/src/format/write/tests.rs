use super::*;
use crate::format::read;
use crate::model::Body;

#[track_caller]
fn pact(version: &str, list: &str) -> Pact {
    let text = format!(
        r#"{{"consumer":{{"name":"web"}},"provider":{{"name":"shop"}},{list},"metadata":{{"pactSpecification":{{"version":"{version}"}},"other-tool":{{"version":"7"}}}}}}"#
    );
    read(text.as_bytes()).unwrap().pact
}

/// Checks that a response comes back from its own version as the given text.
#[track_caller]
fn check_response(version: &str, response: &str, expected: &str) {
    let list = format!(
        r#""interactions":[{{"type":"Synchronous/HTTP","description":"d","request":{{}},"response":{response}}}]"#
    );
    let pact = pact(version, &list);
    let text = write(&pact).unwrap();
    let json = Json::parse(text.as_bytes()).unwrap();
    let written = json
        .pointer("/interactions/0/response")
        .unwrap()
        .to_compact();
    assert_eq!(written, expected);
    assert_eq!(read(text.as_bytes()).unwrap().pact, pact);
}

/// Returns what is lost when a V4 pact of these interactions is written in an older version.
fn losses(version: SpecVersion, list: &str) -> String {
    let (text, losses) = write_as(&pact("4.0", list), version).unwrap();
    assert_eq!(read(text.as_bytes()).unwrap().pact.spec_version, version);
    let losses: Vec<_> = losses.iter().map(ToString::to_string).collect();
    losses.join("\n")
}

fn an_order() -> Pact {
    pact(
        "4.0",
        r#""interactions":[{"type":"Synchronous/HTTP","description":"an order","transport":"http",
            "providerStates":[{"name":"order 42 exists"}],
            "request":{"path":"/orders/42","method":"get","query":{"b":["2"],"a":["1",null]},"headers":{"Accept":["application/json","text/plain"]}},
            "response":{"status":200,"headers":{"Content-Type":["application/json"]},
                "body":{"contentType":"application/json","content":{"total":10.50,"id":12345678901234567890123}},
                "matchingRules":{"body":{"$.total":{"matchers":[{"match":"decimal"}]}},"header":{"X-A":{"matchers":[{"match":"regex","regex":"a"}]}}}}}]"#,
    )
}

#[test]
fn a_pact_has_one_text_in_v2() {
    insta::assert_snapshot!(write_as(&an_order(), SpecVersion::V2).unwrap().0, @r#"
    {
      "consumer": {
        "name": "web"
      },
      "interactions": [
        {
          "description": "an order",
          "providerState": "order 42 exists",
          "request": {
            "headers": {
              "Accept": "application/json, text/plain"
            },
            "method": "GET",
            "path": "/orders/42",
            "query": "a=1&a&b=2"
          },
          "response": {
            "body": {
              "total": 10.50,
              "id": 12345678901234567890123
            },
            "headers": {
              "Content-Type": "application/json"
            },
            "matchingRules": {
              "$.body.total": {
                "match": "decimal"
              },
              "$.headers['X-A']": {
                "match": "regex",
                "regex": "a"
              }
            },
            "status": 200
          }
        }
      ],
      "metadata": {
        "other-tool": {
          "version": "7"
        },
        "pactSpecification": {
          "version": "2.0.0"
        }
      },
      "provider": {
        "name": "shop"
      }
    }
    "#);
}

#[test]
fn a_pact_has_one_text_in_v4() {
    let text = write(&an_order()).unwrap();
    let json = Json::parse(text.as_bytes()).unwrap();
    insta::assert_snapshot!(json.pointer("/interactions/0").unwrap(), @r#"{"description":"an order","pending":false,"providerStates":[{"name":"order 42 exists"}],"request":{"headers":{"Accept":["application/json","text/plain"]},"method":"GET","path":"/orders/42","query":{"a":["1",null],"b":["2"]}},"response":{"body":{"content":{"total":10.50,"id":12345678901234567890123},"contentType":"application/json","encoded":false},"headers":{"Content-Type":["application/json"]},"matchingRules":{"body":{"$.total":{"combine":"AND","matchers":[{"match":"decimal"}]}},"header":{"X-A":{"combine":"AND","matchers":[{"match":"regex","regex":"a"}]}}},"status":200},"transport":"http","type":"Synchronous/HTTP"}"#);
    insta::assert_snapshot!(json.get("metadata").unwrap(), @r#"{"other-tool":{"version":"7"},"pactSpecification":{"version":"4.0"}}"#);
}

#[test]
fn body_states_are_kept_apart_in_v4() {
    let check = |body: &str, expected: &str| {
        check_response(
            "4.0",
            &format!(r#"{{"body":{body}}}"#),
            &format!(r#"{{"body":{expected},"status":200}}"#),
        );
    };
    check_response("4.0", "{}", r#"{"status":200}"#);
    check("null", r#"{"content":null}"#);
    check(r#"{"content":""}"#, r#"{"content":""}"#);
    check(
        r#"{"content":null,"contentType":"application/json"}"#,
        r#"{"content":null,"contentType":"application/json","encoded":false}"#,
    );
    check(
        r#"{"content":"\"\"","contentType":"application/json","encoded":"JSON"}"#,
        r#"{"content":"\"\"","contentType":"application/json","encoded":"JSON"}"#,
    );
    check(
        r#"{"content":"a","contentType":"application/json"}"#,
        r#"{"content":"a","contentType":"application/json","encoded":false}"#,
    );
    check(
        r#"{"content":"aGk=","contentType":"image/png","encoded":"base64","contentTypeHint":"BINARY"}"#,
        r#"{"content":"aGk=","contentType":"image/png","contentTypeHint":"BINARY","encoded":"base64"}"#,
    );
    check(
        r#"{"content":"hi","contentType":"image/png","contentTypeHint":"TEXT"}"#,
        r#"{"content":"hi","contentType":"image/png","contentTypeHint":"TEXT","encoded":false}"#,
    );
    check(
        r#"{"content":"eyI=","contentType":"application/json","encoded":"base64"}"#,
        r#"{"content":"eyI=","contentType":"application/json","encoded":"base64"}"#,
    );
}

#[test]
fn bodies_before_v4_come_back_as_they_were() {
    let check = |content_type: &str, body: &str, expected: &str| {
        check_response(
            "3.0.0",
            &format!(r#"{{"headers":{{"Content-Type":"{content_type}"}},"body":{body}}}"#),
            &format!(
                r#"{{"body":{expected},"headers":{{"Content-Type":"{content_type}"}},"status":200}}"#
            ),
        );
    };
    check("application/json", "null", "null");
    check("application/json", r#""""#, r#""""#);
    check(
        "application/json",
        r#"{"b":1.0,"a":1e2}"#,
        r#"{"b":1.0,"a":1e2}"#,
    );
    check("application/json", r#""abc""#, r#""abc""#);
    check("application/json", r#""\"{}\"""#, r#""\"{}\"""#);
    check("application/json", r#""\"\"""#, r#""\"\"""#);
    check("text/plain", r#""{}""#, r#""{}""#);
    check("image/png", r#""gIGC""#, r#""gIGC""#);
    check("image/png", r#""YWJjZA==""#, r#""YWJjZA==""#);
    check("image/png", r#""h i!""#, r#""h i!""#);
}

#[test]
fn headers_that_a_text_cannot_hold_stay_lists() {
    check_response(
        "3.0.0",
        r#"{"headers":{"Set-Cookie":["a=1","b=2"],"Allow":["GET","PUT"],"X":[]}}"#,
        r#"{"headers":{"Allow":"GET, PUT","Set-Cookie":["a=1","b=2"],"X":[]},"status":200}"#,
    );
}

#[test]
fn what_a_v2_file_said_in_words_of_v3_comes_back() {
    check_response(
        "2.0.0",
        r#"{"matchingRules":{"body":{"$.a":{"matchers":[{"match":"type"},{"match":"regex","regex":"a"}],"combine":"or"}}}}"#,
        r#"{"matchingRules":{"body":{"$.a":{"combine":"OR","matchers":[{"match":"type"},{"match":"regex","regex":"a"}]}}},"status":200}"#,
    );
    check_response(
        "2.0.0",
        r#"{"generators":{"body":{"$.a":{"type":"Uuid"}}},"unknown":[1.0]}"#,
        r#"{"generators":{"body":{"$.a":{"type":"Uuid"}}},"status":200,"unknown":[1.0]}"#,
    );
}

#[test]
fn every_rule_and_generator_comes_back() {
    let rules = r#"[{"match":"arrayContains","variants":[{"generators":{"$.id":{"type":"Uuid"}},"index":1,"rules":{"$.a":{"combine":"AND","matchers":[{"match":"type"}]}}}]},{"match":"boolean"},{"match":"contentType","value":"a/b"},{"format":"yyyy","match":"date"},{"format":"yyyy","match":"datetime"},{"match":"decimal"},{"match":"eachKey","rules":[{"match":"regex","regex":"a"}]},{"generator":{"type":"Uuid"},"match":"eachValue","rules":[{"match":"integer"}],"value":"x"},{"match":"equality"},{"match":"ignore-order"},{"match":"min-max-equals-ignore-order","max":3,"min":1},{"match":"include","value":"a"},{"match":"integer"},{"match":"notEmpty"},{"match":"null"},{"match":"number"},{"a":1.0,"match":"plugin-rule"},{"match":"regex","regex":"a"},{"match":"semver"},{"match":"statusCode","status":"success"},{"match":"statusCode","status":[200,204]},{"format":"HH","match":"time"},{"match":"type","max":2,"min":1},{"match":"values"}]"#;
    let generators = r#"{"body":{"$.a":{"expression":"today","format":"yyyy","type":"Date"},"$.b":{"type":"DateTime"},"$.c":{"example":"http://a/b","regex":"(/b)","type":"MockServerURL"},"$.d":{"dataType":"INTEGER","expression":"${id}","type":"ProviderState"},"$.e":{"type":"RandomBoolean"},"$.f":{"digits":3,"type":"RandomDecimal"},"$.g":{"digits":4,"type":"RandomHexadecimal"},"$.h":{"size":5,"type":"RandomString"},"$.i":{"regex":"a","type":"Regex"},"$.j":{"type":"Time"},"$.k":{"format":"URN","type":"Uuid"},"$.l":{"a":1.0,"type":"plugin-generator"}},"status":{"max":299,"min":200,"type":"RandomInt"}}"#;
    let response = format!(
        r#"{{"generators":{generators},"matchingRules":{{"body":{{"$":{{"combine":"AND","matchers":{rules}}}}}}},"status":200}}"#
    );
    check_response("4.0", &response, &response);
    check_response("3.0.0", &response, &response);
}

#[test]
fn older_versions_name_what_they_lose() {
    insta::assert_snapshot!(losses(
        SpecVersion::V3,
        r#""interactions":[{"type":"Synchronous/HTTP","description":"d","key":"k","pending":true,"comments":{"text":["t"]},"pluginConfiguration":{"p":{}},"interactionMarkup":{"markup":"m","markupType":"HTML"},"transport":"grpc","request":{},"response":{"body":{"content":"hi","contentType":"image/png","encoded":false,"contentTypeHint":"TEXT"}}}]"#
    ), @"
    interaction 1 (`d`), `/key`: the key `k`
    interaction 1 (`d`), `/pending`: that the interaction is pending
    interaction 1 (`d`), `/comments`: the comments
    interaction 1 (`d`), `/pluginConfiguration`: the data of plugins
    interaction 1 (`d`), `/interactionMarkup`: the markup
    interaction 1 (`d`), `/transport`: the transport `grpc`
    interaction 1 (`d`), `/response/body`: how the body is to be written
    interaction 1 (`d`), `/response/body`: the media type `image/png` of the body, which no header names
    ");
    insta::assert_snapshot!(losses(
        SpecVersion::V2,
        r#""interactions":[{"type":"Synchronous/HTTP","description":"d","transport":"http","providerStates":[{"name":"a","params":{"n":1}},{"name":"b"}],"request":{"query":{"q":[]},"generators":{"path":{"type":"Uuid"}},"matchingRules":{"path":{"matchers":[{"match":"type"},{"match":"regex","regex":"a"}]}}},"response":{"body":{"content":"gIGC","contentType":"image/png","encoded":"base64"}}}]"#
    ), @"
    interaction 1 (`d`), `/providerStates/0/params`: the parameters of the state `a`
    interaction 1 (`d`), `/providerStates/1`: the state `b`
    interaction 1 (`d`), `/request/query`: that a parameter has no value at all
    interaction 1 (`d`), `/request/matchingRules/$.path`: 1 of its 2 rules
    interaction 1 (`d`), `/request/generators`: the generators
    interaction 1 (`d`), `/response/body`: the bytes of the body, whose type no header names
    ");
}

#[test]
fn what_a_version_cannot_hold_at_all_is_refused() {
    let refused = |version, list: &str| {
        write_as(&pact("4.0", list), version)
            .unwrap_err()
            .to_string()
    };
    let http = r#"{"type":"Synchronous/HTTP","description":"h","request":{},"response":{}}"#;
    let message = r#"{"type":"Asynchronous/Messages","description":"m","contents":{"content":{}}}"#;
    let sync = r#"{"type":"Synchronous/Messages","description":"s","request":{},"response":[]}"#;
    insta::assert_snapshot!(refused(SpecVersion::V3, &format!(r#""interactions":[{http},{message}]"#)), @"HTTP interactions and messages cannot be written in one pact of version 3.0.0");
    insta::assert_snapshot!(refused(SpecVersion::V3, &format!(r#""interactions":[{http},{sync}]"#)), @"interaction 2 (`s`): a message with answers cannot be written in version 3.0.0");
    insta::assert_snapshot!(refused(SpecVersion::V2, &format!(r#""interactions":[{message}]"#)), @"interaction 1 (`m`): a message cannot be written in version 2.0.0");
    let mut keyed = pact("3.0.0", &format!(r#""interactions":[{http}]"#));
    keyed.interactions[0].key = Some("k".to_owned());
    insta::assert_snapshot!(write(&keyed).unwrap_err(), @"version 3.0.0 cannot hold interaction 1 (`h`), `/key`: the key `k`");
}

#[test]
fn a_message_of_v4_becomes_one_of_v3_that_names_its_type() {
    let pact = pact(
        "4.0",
        r#""interactions":[{"type":"Asynchronous/Messages","description":"m","contents":{"content":{"id":7},"contentType":"application/hal+json"},"metadata":{"topic":"orders"},"matchingRules":{"metadata":{"topic":{"matchers":[{"match":"type"}]}}}}]"#,
    );
    let (text, losses) = write_as(&pact, SpecVersion::V3).unwrap();
    assert!(losses.is_empty());
    let json = Json::parse(text.as_bytes()).unwrap();
    assert_eq!(
        json.pointer("/messages/0").unwrap().to_compact(),
        r#"{"contents":{"id":7},"description":"m","matchingRules":{"metadata":{"topic":{"combine":"AND","matchers":[{"match":"type"}]}}},"metadata":{"topic":"orders","contentType":"application/hal+json"}}"#
    );
}

#[test]
fn a_file_of_requests_and_messages_gets_both_lists_back() {
    let pact = pact(
        "3.0.0",
        r#""interactions":[{"description":"h","request":{},"response":{}}],"messages":[{"description":"m","contents":{"id":1}}]"#,
    );
    let text = write(&pact).unwrap();
    let json = Json::parse(text.as_bytes()).unwrap();
    assert!(json.pointer("/interactions/0/request").is_some());
    assert!(json.pointer("/messages/0/contents").is_some());
    assert_eq!(read(text.as_bytes()).unwrap().pact, pact);
}

#[test]
fn a_body_of_no_named_type_is_written_by_what_it_is() {
    let mut pact = pact(
        "4.0",
        r#""interactions":[{"type":"Asynchronous/Messages","description":"m"}]"#,
    );
    let InteractionKind::AsyncMessage(message) = &mut pact.interactions[0].kind else {
        panic!("no message");
    };
    message.contents = Body::present(r#"{"id":1.0}"#, None);
    let text = write(&pact).unwrap();
    let json = Json::parse(text.as_bytes()).unwrap();
    let contents = json.pointer("/interactions/0/contents").unwrap();
    assert_eq!(
        contents.to_compact(),
        r#"{"content":{"id":1.0},"contentType":"application/json","encoded":false}"#
    );
}
