//! What is kept, and what cannot be put together.

use proptest::prelude::*;

use super::*;
use crate::format;

#[track_caller]
fn pact(version: &str, members: &str) -> Pact {
    let text = format!(
        r#"{{"consumer":{{"name":"web"}},"provider":{{"name":"shop"}},{members},"metadata":{{"pactSpecification":{{"version":"{version}"}},"tool-{version}":{{"version":"{version}"}}}}}}"#
    );
    format::read(text.as_bytes()).unwrap().pact
}

/// Returns an interaction of a description, a state and a request.
fn http(description: &str, state: &str, request: &str) -> String {
    format!(
        r#"{{"type":"Synchronous/HTTP","description":"{description}","providerStates":[{{"name":"s","params":{{"n":{state}}}}}],"request":{request},"response":{{}}}}"#
    )
}

fn v4(interactions: &[String]) -> Pact {
    pact(
        "4.0",
        &format!(r#""interactions":[{}]"#, interactions.join(",")),
    )
}

fn text(pact: &Pact) -> String {
    format::write(pact).unwrap()
}

#[test]
fn parts_give_one_contract_in_whatever_order() {
    let parts = [
        v4(&[http("z", "1", "{}"), http("a", "1", "{}")]),
        v4(&[http("a", "2", r#"{"path":"/2"}"#)]),
        v4(&[http("m", "1", "{}"), http("z", "1", "{}")]),
    ];
    let merged = |order: [usize; 3]| {
        let mut parts = order.map(|at| parts[at].clone()).into_iter();
        let first = parts.next().unwrap();
        parts.fold(first, |all, part| merge(all, part).unwrap())
    };
    let all = merged([0, 1, 2]);
    let titles: Vec<_> = all
        .interactions
        .iter()
        .map(|found| found.description.as_str())
        .collect();
    assert_eq!(titles, ["a", "a", "m", "z"]);
    for order in [[0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        assert_eq!(text(&merged(order)), text(&all));
    }
    assert_eq!(text(&merge(all.clone(), all.clone()).unwrap()), text(&all));
}

#[test]
fn a_conflict_names_the_interaction_and_every_field() {
    let one = v4(&[http(
        "an order",
        "1",
        r#"{"method":"GET","path":"/a","query":{"q":["1"]}}"#,
    )]);
    let two = v4(&[http("an order", "1", r#"{"method":"PUT","path":"/b"}"#)]);
    let conflict = merge(one.clone(), two.clone()).unwrap_err();
    insta::assert_snapshot!(conflict, @"`an order`, given `s` is described twice with different requests: request method: is `PUT`, was `GET`; request path: is `/b`, was `/a`; request query `q`: is no longer sent, was `1`");
    insta::assert_snapshot!(conflict.hint().unwrap(), @"give one of the two another description or another provider state");
    assert_eq!(
        update(one, two.clone()).unwrap().interactions,
        two.interactions
    );
}

#[test]
fn examples_under_the_same_rules_may_differ() {
    let request = |path: &str| {
        format!(
            r#"{{"path":"{path}","matchingRules":{{"path":{{"matchers":[{{"match":"regex","regex":"/\\d+"}}]}}}}}}"#
        )
    };
    let (one, two) = (
        v4(&[http("d", "1", &request("/1"))]),
        v4(&[http("d", "1", &request("/2"))]),
    );
    let merged = merge(one.clone(), two.clone()).unwrap();
    assert_eq!(merge(two, one).unwrap(), merged, "in whatever order");
    assert!(text(&merged).contains(r#""path": "/1""#), "{merged:?}");
}

#[test]
fn an_answer_or_a_message_that_would_be_lost_is_a_conflict() {
    let conflict = |one: &str, two: &str| {
        let of = |members: &str| v4(&[format!(r#"{{"description":"d",{members}}}"#)]);
        let there = merge(of(one), of(two)).unwrap_err().to_string();
        let back = merge(of(two), of(one)).unwrap_err().to_string();
        assert_eq!(there.split(':').next(), back.split(':').next());
        there
    };
    let http = |response: &str| {
        format!(r#""type":"Synchronous/HTTP","request":{{}},"response":{response}"#)
    };
    insta::assert_snapshot!(conflict(&http(r#"{"status":200}"#), &http(r#"{"status":404}"#)), @"`d` is described twice in different ways: response status: is `404`, was `200`");
    let body = |body: &str| {
        http(&format!(
            r#"{{"body":{{"content":{body},"contentType":"application/json"}}}}"#
        ))
    };
    insta::assert_snapshot!(conflict(&body(r#"{"a":1}"#), &body(r#"{"a":2}"#)), @"`d` is described twice in different ways: response body at $.a: is 2, was 1");
    let message = |contents: &str| {
        format!(
            r#""type":"Asynchronous/Messages","contents":{{"content":{contents},"contentType":"application/json"}}"#
        )
    };
    insta::assert_snapshot!(conflict(&message("1"), &message("2")), @"`d` is described twice in different ways: message body at $: is 2, was 1");
}

#[test]
fn a_key_says_which_interaction_is_meant() {
    let keyed = |key: &str, description: &str| {
        format!(
            r#"{{"type":"Synchronous/HTTP","key":"{key}","description":"{description}","request":{{}},"response":{{}}}}"#
        )
    };
    let merged = |one: String, two: String| {
        let merged = merge(v4(&[one]), v4(&[two])).unwrap();
        let found = merged.interactions.iter();
        found
            .map(|found| format!("{} {:?}", found.description, found.key))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        merged(keyed("k", "old"), keyed("k", "new")),
        [r#"new Some("k")"#]
    );
    assert_eq!(merged(keyed("k", "d"), keyed("l", "d")).len(), 2);
    let unkeyed = r#"{"type":"Synchronous/HTTP","description":"d","request":{},"response":{}}"#;
    assert_eq!(
        merged(keyed("k", "d"), unkeyed.to_owned()),
        [r#"d Some("k")"#]
    );
    let two_keys = format!("{},{}", keyed("k", "d"), keyed("l", "d"));
    assert_eq!(merged(unkeyed.to_owned(), two_keys).len(), 2);
}

#[test]
fn of_two_tests_that_say_the_same_the_first_by_name_is_named() {
    let named = |name: &str| {
        let comments = format!(r#"{{"comments":{{"testname":"{name}"}}}}"#);
        let mut pact = v4(&[http("d", "1", "{}")]);
        let comments = Json::parse(comments.as_bytes()).unwrap().into_owned();
        let Some(Json::Object(comments)) = comments.get("comments").cloned() else {
            panic!("{comments:?}");
        };
        pact.interactions[0].comments = comments;
        pact
    };
    let both = merge(named("b"), named("a")).unwrap();
    assert_eq!(text(&both), text(&merge(named("a"), named("b")).unwrap()));
    assert!(text(&both).contains(r#""testname": "a""#));
    let newer = update(named("a"), named("b")).unwrap();
    assert!(text(&newer).contains(r#""testname": "b""#));
}

#[test]
fn metadata_of_other_tools_and_the_newer_version_stay() {
    let old = pact("3.0.0", r#""interactions":[],"_links":{"self":1}"#);
    let merged = merge(pact("4.0", r#""interactions":[]"#), old).unwrap();
    let names: Vec<_> = merged.metadata.iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["tool-3.0.0", "tool-4.0"]);
    assert_eq!(merged.spec_version.to_string(), "4.0");
    assert!(merged.extra.contains("_links"));
}

#[test]
fn plugins_of_one_version_are_one() {
    let plugin = |configuration: &str| {
        let mut pact = v4(&[]);
        let text = format!(r#"[{{"name":"p","version":"1","configuration":{configuration}}}]"#);
        let plugins = Json::parse(text.as_bytes()).unwrap().into_owned();
        pact.metadata.insert("plugins", plugins);
        pact
    };
    let merged = merge(plugin(r#"{"a":[1]}"#), plugin(r#"{"a":[1],"b":2}"#)).unwrap();
    assert_eq!(
        merged.metadata.get("plugins").unwrap().to_compact(),
        r#"[{"configuration":{"a":[1],"b":2},"name":"p","version":"1"}]"#
    );
}

#[test]
fn pacts_of_other_applications_are_refused() {
    let other = Pact::new("web", "billing");
    insta::assert_snapshot!(merge(v4(&[]), other).unwrap_err(), @"a pact between `web` and `billing` cannot be merged into one between `web` and `shop`");
}

/// Makes a pact of interactions that a number tells apart and whose request follows from it.
fn numbered(numbers: &[u8]) -> Pact {
    let interaction = |number: &u8| {
        let description = format!("d{}", number % 4);
        let path = format!(r#"{{"path":"/{number}"}}"#);
        http(&description, &(number / 4).to_string(), &path)
    };
    v4(&numbers.iter().map(interaction).collect::<Vec<_>>())
}

proptest! {
    #[test]
    fn merging_is_idempotent_and_blind_to_order(
        one in prop::collection::vec(0_u8..16, 0..8),
        two in prop::collection::vec(0_u8..16, 0..8),
    ) {
        let (one, two) = (numbered(&one), numbered(&two));
        let both = merge(one.clone(), two.clone()).unwrap();
        prop_assert_eq!(text(&merge(two.clone(), one).unwrap()), text(&both));
        prop_assert_eq!(text(&merge(both.clone(), two).unwrap()), text(&both));
        prop_assert_eq!(text(&merge(both.clone(), both.clone()).unwrap()), text(&both));
    }
}
