//! Files that are no pacts, and what is said of each.

use std::fmt::Write as _;

use super::read;

/// Returns what is said of a whole file: the error and its hint, or the warnings it is read with.
fn refusal(file: &str) -> String {
    match read(file.as_bytes()) {
        Ok(read) => {
            assert_ne!(read.warnings, [], "nothing is said of {file}");
            let warnings = read
                .warnings
                .iter()
                .map(|warning| format!("warning: {warning}"));
            warnings.collect::<Vec<_>>().join("\n")
        }
        Err(error) => match error.hint() {
            Some(hint) => format!("{error}\n  hint: {hint}"),
            None => error.to_string(),
        },
    }
}

/// Returns a file of a version whose only interaction has these members.
fn interaction(version: &str, members: &str) -> String {
    format!(
        r#"{{"consumer":{{"name":"web"}},"provider":{{"name":"shop"}},"interactions":[{{"description":"an order",{members}}}],
            "metadata":{{"pactSpecification":{{"version":"{version}"}}}}}}"#
    )
}

fn refusals(files: impl IntoIterator<Item = String>) -> String {
    files.into_iter().fold(String::new(), |mut out, file| {
        writeln!(out, "{}", refusal(&file)).unwrap();
        out
    })
}

#[test]
fn what_is_no_pact_at_all_says_so() {
    let files = [
        "",
        "<html><body>Sign in</body></html>",
        "consumer: web",
        r#"{"consumer":{"name":"web"},"provi"#,
        r#"{"consumer":{"name":"web"},"provider":{"name":"shop"},}"#,
        "\"a text\"",
        r#"{"name":"web","version":"1.0.0"}"#,
        r#"{"consumer":{"name":"web"},"producer":{"name":"shop"},"interactions":[]}"#,
        r#"{"consumer":"web","provider":{"name":"shop"},"interactions":[]}"#,
        r#"{"consumer":{"name":""},"provider":{"name":"shop"},"interactions":[]}"#,
        r#"{"consumer":{"name":"web"},"provider":{"name":"shop"}}"#,
        r#"{"consumer":{"name":"web"},"provider":{"name":"shop"},"interactions":{}}"#,
        r#"{"consumer":{"name":"web"},"provider":{"name":"shop"},"interactions":["an order"]}"#,
        r#"{"consumer":{"name":"web"},"provider":{"name":"shop"},"interactions":[],"metadata":[]}"#,
        r#"{"consumer":{"name":"web"},"provider":{"name":"shop"},"interactions":[],"metadata":{"pactSpecification":{"version":"latest"}}}"#,
    ];
    insta::assert_snapshot!(refusals(files.map(str::to_owned)), @r#"
        the pact is not JSON: line 1, column 1: expected a value, found the end of the text
          hint: the file is empty: was the test that writes it stopped before its end?
        the pact is not JSON: line 1, column 1: expected a value, found '<'
          hint: the text is a page, not a pact: does the address need a login or another path?
        the pact is not JSON: line 1, column 1: expected a value, found 'c'
          hint: a pact file is JSON and begins with `{`
        the pact is not JSON: line 1, column 34: expected the closing double quote, found the end of the text
          hint: the file stops too early: was the test that writes it stopped before its end?
        the pact is not JSON: line 1, column 55: expected a name in double quotes, found '}'
        the pact: expected an object with `consumer`, `provider` and `interactions`, found `"a text"`
        `/consumer`: expected an object with a `name`, found nothing
          hint: a pact names both sides: "consumer": {"name": …}, "provider": {"name": …}
        `/provider`: expected an object with a `name`, found nothing
          hint: a pact names both sides: "consumer": {"name": …}, "provider": {"name": …}
        `/consumer`: expected an object with a `name`, found `"web"`
        `/consumer/name`: expected the name of an application, found `""`
        `/interactions`: expected a list of interactions, found nothing
          hint: is it a pact file? It lists what the consumer relies on in `interactions` or `messages`
        `/interactions`: expected a list, found an object
        interaction 1 (`Interaction 0`): expected an object, found `"an order"`
        `/metadata`: expected an object, found an array
        `/metadata/pactSpecification/version`: `latest` is not a version of the Pact specification from 1.0 to 4.0
          hint: let the tool that wrote it write version 4.0, or remove the version to read it as 3.0.0
        "#);
}

#[test]
fn wrong_parts_of_exchanges_are_named() {
    let http = |request: &str, response: &str, more: &str| {
        let sides = format!(r#""request":{request},"response":{response}"#);
        interaction(
            "4.0",
            &format!(r#""type":"Synchronous/HTTP",{sides}{more}"#),
        )
    };
    let request = |request: &str| http(request, "{}", "");
    let other = |members: &str| http("{}", "{}", &format!(",{members}"));
    let files = [
        interaction("4.0", r#""type":"HTTP""#),
        interaction("4.0", r#""type":5"#),
        interaction(
            "4.0",
            r#""type":"Synchronous/Messages","request":{},"response":5"#,
        ),
        interaction("4.0", r#""type":"Asynchronous/Messages","metadata":"x""#),
        request("[]"),
        http("{}", "200", ""),
        request(r#"{"body":"text"}"#),
        request(r#"{"body":{"content":"%","contentType":"image/png","encoded":"base64"}}"#),
        request(r#"{"headers":["a"]}"#),
        request(r#"{"headers":{"a":{"b":1}}}"#),
        request(r#"{"method":5}"#),
        request(r#"{"query":7}"#),
        http("{}", r#"{"status":"ok"}"#, ""),
        other(r#""providerStates":5"#),
        other(r#""providerStates":[{"params":{}}]"#),
        other(r#""pending":"yes""#),
        other(r#""comments":"note""#),
        other(r#""key":5"#),
    ];
    insta::assert_snapshot!(refusals(files), @r#"
    warning: interaction 1 (`an order`), `/type`: type `HTTP` is not known; the interaction is carried and never compared
    interaction 1 (`an order`), `/type`: expected `Synchronous/HTTP`, `Asynchronous/Messages` or `Synchronous/Messages`, found `5`
    interaction 1 (`an order`), `/response`: expected a list of messages, found `5`
    interaction 1 (`an order`), `/metadata`: expected an object, found `"x"`
    interaction 1 (`an order`), `/request`: expected an object, found an array
    interaction 1 (`an order`), `/response`: expected an object, found `200`
    warning: interaction 1 (`an order`), `/request/body`: expected an object with `content`, found a string; its JSON text is taken as the payload
    warning: interaction 1 (`an order`), `/request/body/content`: is not base64; its text is taken as the payload
    interaction 1 (`an order`), `/request/headers`: expected an object, found an array
    warning: interaction 1 (`an order`), `/request/headers/a`: expected a text or a list of texts; its JSON is taken
    warning: interaction 1 (`an order`), `/request/method`: expected a string, found a number; its text is taken
    interaction 1 (`an order`), `/request/query`: expected an object or a string, found `7`
    interaction 1 (`an order`), `/response/status`: expected a status code like 200, found `"ok"`
    interaction 1 (`an order`), `/providerStates`: expected a list of states, found `5`
    interaction 1 (`an order`), `/providerStates/0/name`: expected the name of a state, found nothing
    interaction 1 (`an order`), `/pending`: expected true or false, found `"yes"`
    warning: interaction 1 (`an order`), `/comments`: expected an object, found a string; carried as it is
    warning: interaction 1 (`an order`), `/key`: expected a string, found a number; its text is taken
    "#);
}

#[test]
fn wrong_rules_and_generators_are_named() {
    let rule = |rule: &str| {
        let members = format!(r#""request":{{}},"response":{{"matchingRules":{rule}}}"#);
        interaction("3.0.0", &members)
    };
    let generator = |generator: &str| {
        let members = format!(r#""request":{{"generators":{generator}}},"response":{{}}"#);
        interaction("3.0.0", &members)
    };
    let files = [
        rule("[]"),
        rule(r#"{"body":[]}"#),
        rule(r#"{"body":{"$.a":{"matchers":{}}}}"#),
        rule(r#"{"body":{"$.a":{"matchers":[{"match":"type"}],"combine":"XOR"}}}"#),
        rule(r#"{"body":{"$.a[":{"matchers":[{"match":"type"}]}}}"#),
        rule(r#"{"body":{"$.a":{"matchers":["type"]}}}"#),
        rule(r#"{"body":{"$.a":{"matchers":[{"match":"regex","regex":5}]}}}"#),
        rule(r#"{"body":{"$.a":{"matchers":[{"match":"include"}]}}}"#),
        rule(r#"{"body":{"$.a":{"matchers":[{"match":"min","min":"many"}]}}}"#),
        rule(r#"{"body":{"$.a":{"matchers":[{"match":"arrayContains","variants":7}]}}}"#),
        rule(r#"{"body":{"$.a":{"matchers":[{"match":"statusCode","status":"fine"}]}}}"#),
        rule(r#"{"body":{"$.a":{"matchers":[{"match":"eachKey","rules":[{"match":5}]}]}}}"#),
        generator("[]"),
        generator(r#"{"body":{"$.a b":{"type":"Uuid"}}}"#),
        generator(r#"{"body":{"$.a":{"type":"RandomInt","min":"x"}}}"#),
        generator(r#"{"body":{"$.a":{"type":"Uuid","format":"long"}}}"#),
        generator(r#"{"body":{"$.a":{"type":"ProviderState"}}}"#),
        generator(r#"{"body":{"$.a":"Uuid"}}"#),
    ];
    insta::assert_snapshot!(refusals(files), @r#"
    interaction 1 (`an order`), `/response/matchingRules`: expected an object, found an array
    interaction 1 (`an order`), `/response/matchingRules/body`: expected an object, found an array
    interaction 1 (`an order`), `/response/matchingRules/body/$.a/matchers`: expected a list of rules, found an object
    warning: interaction 1 (`an order`), `/response/matchingRules/body/$.a/combine`: expected `AND` or `OR`, found `"XOR"`; all rules must hold
    interaction 1 (`an order`), `/response/matchingRules/body/$.a[`: path `$.a[` is wrong at character 4: expected an index, `*` or a quoted name
      hint: a path looks like `$.items[*].id`; other names stand as `$['order id']`
    interaction 1 (`an order`), `/response/matchingRules/body/$.a/matchers/0`: expected an object with `match`, found `"type"`
    interaction 1 (`an order`), `/response/matchingRules/body/$.a/matchers/0`: rule `regex` needs a text as `regex`, found `5`
    interaction 1 (`an order`), `/response/matchingRules/body/$.a/matchers/0`: rule `include` needs a text as `value`, found nothing
    interaction 1 (`an order`), `/response/matchingRules/body/$.a/matchers/0`: rule `min` needs a whole number as `min`, found `"many"`
    interaction 1 (`an order`), `/response/matchingRules/body/$.a/matchers/0`: rule `arrayContains` needs a list of variants as `variants`, found `7`
    interaction 1 (`an order`), `/response/matchingRules/body/$.a/matchers/0`: rule `statusCode` needs `info`, `success`, `redirect`, `clientError`, `serverError`, `nonError`, `error` or a list of codes as `status`, found `"fine"`
    interaction 1 (`an order`), `/response/matchingRules/body/$.a/matchers/0/rules/0/match`: expected the name of a rule, found `5`
    interaction 1 (`an order`), `/request/generators`: expected an object, found an array
    interaction 1 (`an order`), `/request/generators/body/$.a b`: path `$.a b` is wrong at character 3: expected `.` or `[`
      hint: a path looks like `$.items[*].id`; other names stand as `$['order id']`
    interaction 1 (`an order`), `/request/generators/body/$.a`: generator `RandomInt` needs a whole number as `min`, found `"x"`
    warning: interaction 1 (`an order`), `/request/generators/body/$.a`: UUID format `long` is not known; read as `lower-case-hyphenated`
    interaction 1 (`an order`), `/request/generators/body/$.a`: generator `ProviderState` needs a text as `expression`, found nothing
    interaction 1 (`an order`), `/request/generators/body/$.a`: expected an object with `type`, found `"Uuid"`
    "#);
}
