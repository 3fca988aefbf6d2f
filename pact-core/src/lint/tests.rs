use super::*;

/// Lints a pact of these members, one finding a line.
#[track_caller]
fn findings(version: &str, interactions: &str) -> String {
    let text = format!(
        r#"{{"consumer":{{"name":"web"}},"provider":{{"name":"shop"}},"interactions":{interactions},"metadata":{{"pactSpecification":{{"version":"{version}"}}}}}}"#
    );
    let findings = lint(text.as_bytes()).unwrap();
    let texts: Vec<_> = findings.iter().map(ToString::to_string).collect();
    texts.join("\n")
}

#[track_caller]
fn http(request: &str, response: &str) -> String {
    findings(
        "4.0",
        &format!(
            r#"[{{"type":"Synchronous/HTTP","description":"d","request":{request},"response":{response}}}]"#
        ),
    )
}

#[test]
fn a_sound_pact_has_no_findings() {
    assert_eq!(
        http(
            r#"{"path":"/a","query":{"q":["1","2"]},"headers":{"Accept":["a/b","c/d"]},"matchingRules":{"query":{"q":{"matchers":[{"match":"type"}]}}}}"#,
            r#"{"body":{"content":{"items":[{"id":1,"at":"2030-01-01"}]}},"matchingRules":{"body":{"$.items":{"matchers":[{"match":"type","min":1}]},"$.items[*].id":{"matchers":[{"match":"integer"}]},"$.items[*].at":{"matchers":[{"match":"date","format":"yyyy-MM-dd"}]}}}}"#
        ),
        ""
    );
}

#[test]
fn rules_that_govern_nothing_are_found() {
    insta::assert_snapshot!(http(
        r#"{"matchingRules":{"header":{"X-A":{"matchers":[{"match":"type"}]}},"query":{"q":{"matchers":[{"match":"type"}]}},"body":{"$":{"matchers":[{"match":"type"}]}}}}"#,
        r#"{"body":{"content":{"items":[{"id":1}],"7":[]}},"matchingRules":{"body":{"$.items[*].name":{"matchers":[{"match":"type"}]},"$.items[3]":{"matchers":[{"match":"type"}]},"$.*[0].id":{"matchers":[{"match":"type"}]},"$[7]":{"matchers":[{"match":"type"}]}}}}"#
    ), @"
    warning: interaction 1 (`d`), `/request/matchingRules`: the rule for the header `X-A` governs nothing: the example has no such place
    warning: interaction 1 (`d`), `/request/matchingRules`: the rule for the query parameter `q` governs nothing: the example has no such place
    warning: interaction 1 (`d`), `/request/matchingRules`: the rule for the body at $ governs nothing: the example has no such place
    warning: interaction 1 (`d`), `/response/matchingRules`: the rule for the body at $.items[*].name governs nothing: the example has no such place
    warning: interaction 1 (`d`), `/response/matchingRules`: the rule for the body at $.items[3] governs nothing: the example has no such place
    ");
}

#[test]
fn examples_and_patterns_are_tried_on_each_other() {
    let body = |value: &str, rule: &str| {
        http(
            "{}",
            &format!(
                r#"{{"body":{{"content":{{"a":{value}}}}},"matchingRules":{{"body":{{"$.a":{{"matchers":[{rule}]}}}}}}}}"#
            ),
        )
    };
    insta::assert_snapshot!(body(r#""b""#, r#"{"match":"regex","regex":"^a+$"}"#), @r#"warning: interaction 1 (`d`), `/response`: the example breaks its own contract: body at $.a: expected a match of ^a+$ like b, got the string "b" (rule: regex ^a+$)"#);
    insta::assert_snapshot!(body(r#""b""#, r#"{"match":"regex","regex":"(("}"#), @"
    error: interaction 1 (`d`), `/response`: body at `$.a`: rule `regex`: the pattern `((` is wrong: unclosed group
    notice: interaction 1 (`d`), `/response/matchingRules`: the pattern `((` for the body at $.a has no anchors: here it must match the whole value, some tools search for it
    ");
    insta::assert_snapshot!(body(r#""b""#, r#"{"match":"date","format":"yyyy-QQQQQQ"}"#), @"error: interaction 1 (`d`), `/response`: body at `$.a`: rule `date`: date and time pattern `yyyy-QQQQQQ` is wrong at character 5: the letter `Q` stands 6 times; at most 5 mean something");
    insta::assert_snapshot!(body(r#""2030""#, r#"{"match":"date","format":"yyyy-MM"}"#), @r#"warning: interaction 1 (`d`), `/response`: the example breaks its own contract: body at $.a: expected a date in the pattern yyyy-MM like 2030, got the string "2030" (rule: date yyyy-MM)"#);
    insta::assert_snapshot!(body(r#""a""#, r#"{"match":"regex","regex":"a|b"}"#), @"notice: interaction 1 (`d`), `/response/matchingRules`: the pattern `a|b` for the body at $.a has no anchors: here it must match the whole value, some tools search for it");
}

#[test]
fn a_generated_value_may_have_any_example() {
    let generated = r#"{"body":{"content":{"a":null}},"matchingRules":{"body":{"$.a":{"matchers":[{"match":"integer"}]}}},"generators":{"body":{"$.a":{"type":"RandomInt"}}}}"#;
    assert_eq!(http("{}", generated), "");
}

#[test]
fn interactions_that_cannot_be_told_apart_are_found() {
    let one = |state: &str, key: &str| {
        format!(
            r#"{{"type":"Synchronous/HTTP","description":"d","key":"{key}","providerStates":[{{"name":"{state}"}}],"request":{{}},"response":{{}}}}"#
        )
    };
    insta::assert_snapshot!(findings("4.0", &format!("[{},{},{}]", one("a", "1"), one("a", "2"), one("b", "1"))), @"
    error: interaction 3 (`d`), `/key`: has the key `1` of interaction 1
    warning: interaction 2 (`d`): has the description and the provider states of interaction 1; merging keeps one of them
    notice: interaction 3 (`d`): has the description of interaction 1 with other provider states; some tools keep one of them
    ");
}

#[test]
fn spellings_of_other_versions_are_found() {
    insta::assert_snapshot!(findings("3.0.0", r#"[{"description":"d","providerState":"s","pending":true,"request":{"method":"get","x":1},"response":{}}]"#), @"
    notice: interaction 1 (`d`), `/providerState`: `providerState` is the old spelling of `providerStates`
    notice: interaction 1 (`d`), `/request/method`: the method `get` is not in upper case
    notice: interaction 1 (`d`), `/pending`: `pending` has no meaning before version 4.0; it is carried
    notice: interaction 1 (`d`), `/request/x`: `x` is not known; it is carried
    ");
    insta::assert_snapshot!(findings("2.0.0", r#"[{"description":"d","provider_state":"s","request":{},"response":{"generators":{"body":{}}}}]"#), @"
    notice: interaction 1 (`d`), `/provider_state`: `provider_state` is the old spelling of `providerState`
    notice: interaction 1 (`d`), `/response/generators`: `generators` has no meaning before version 3.0.0; it is carried
    ");
}

#[test]
fn rules_that_govern_nothing_are_found_in_every_format() {
    let half = |content_type: &str, content: &str, rules: &[&str]| {
        let rules: Vec<String> = rules
            .iter()
            .map(|path| format!(r#""{path}":{{"matchers":[{{"match":"type"}}]}}"#))
            .collect();
        let rules = rules.join(",");
        let body =
            format!(r#"{{"content":"{content}","contentType":"{content_type}","encoded":false}}"#);
        http(
            "{}",
            &format!(r#"{{"body":{body},"matchingRules":{{"body":{{{rules}}}}}}}"#),
        )
    };
    let xml = half(
        "text/xml",
        "<a b='1'><c/></a>",
        &["$.a['@b']", "$.a", "$.a.c[0]", "$.a.d"],
    );
    insta::assert_snapshot!(xml, @"warning: interaction 1 (`d`), `/response/matchingRules`: the rule for the body at $.a.d governs nothing: the example has no such place");
    let form = half(
        "application/x-www-form-urlencoded",
        "a=1&b=2",
        &["$.a", "$.b[0]", "$.b[1]"],
    );
    insta::assert_snapshot!(form, @"warning: interaction 1 (`d`), `/response/matchingRules`: the rule for the body at $.b[1] governs nothing: the example has no such place");
    insta::assert_snapshot!(half("text/plain", "a", &["$", "$.a"]), @"warning: interaction 1 (`d`), `/response/matchingRules`: the rule for the body at $.a governs nothing: the example has no such place");
}

#[test]
fn generators_that_make_no_value_are_found() {
    let generated = r#"{"body":{"content":{"a":1,"b":2,"c":3,"d":4}},"generators":{
        "status":{"type":"RandomInt","min":9,"max":1},
        "body":{"$.a":{"type":"Date","format":"yyyy-ff"},"$.b":{"type":"DateTime","expression":"someday"},"$.c":{"type":"Regex","regex":"(("},"$.d":{"type":"ProviderState","expression":"d"}}}}"#;
    insta::assert_snapshot!(http("{}", generated), @r"
    error: interaction 1 (`d`), `/response/generators`: the generator `Date` for the body at $.a makes no value: date and time pattern `yyyy-ff` is wrong at character 5: the letter `f` means nothing
    error: interaction 1 (`d`), `/response/generators`: the generator `DateTime` for the body at $.b makes no value: date expression `someday` is wrong at character 0: expected `+`, `-`, `next`, `last` or `@`
    error: interaction 1 (`d`), `/response/generators`: the generator `Regex` for the body at $.c makes no value: no text can be made for `((`: unclosed group
    error: interaction 1 (`d`), `/response/generators`: the generator `RandomInt` for the status makes no value: the least value 9 is above the greatest 1
    ");
}
