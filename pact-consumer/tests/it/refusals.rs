//! What is refused before a client is let at it, and with which words.

use pact_consumer::prelude::*;
use pact_consumer::{ConsumerError, MatchingRule, SpecVersion, StatusClass};
use pact_core::model::{HttpExchange, Interaction, InteractionKind, Response};

use crate::patterns::answering;
use crate::support::failure_of;

/// Returns what a contract is refused with.
#[track_caller]
fn refusal(pact: &mut PactBuilder) -> String {
    let error = pact.try_start().unwrap_err();
    match error.hint() {
        Some(hint) => format!("{error}\nhint: {hint}"),
        None => error.to_string(),
    }
}

#[test]
fn an_example_that_breaks_its_own_rule_is_refused() {
    insta::assert_snapshot!(refusal(&mut answering(regex("^(open|paid)$", "lost"))), @r#"
    interaction `a request` cannot be used: response: the example breaks its own contract: body at $.value: expected a match of ^(open|paid)$ like lost, got the string "lost" (rule: regex ^(open|paid)$)
    hint: give an example that satisfies its rule, or another rule
    "#);
    for pattern in [
        date("yyyy-MM-dd", "31.03.2026"),
        include("x", "open"),
        semver("1.2"),
        not_empty(""),
        each_key(MatchingRule::Integer, json_pattern!({ "a": 1 })),
        content_type("image/png", "nothing of the kind"),
        uuid("1"),
        each_like_min_max("a", 3, 2),
    ] {
        let error = answering(pattern.clone()).try_start().unwrap_err();
        assert!(
            matches!(error, ConsumerError::Example { .. }),
            "{pattern:?}: {error}"
        );
    }
    let mut pact = PactBuilder::new("order-web", "order-api");
    pact.upon_receiving("a request")
        .get(regex("/orders/[0-9]+", "/orders/x"))
        .query("page", integer(1))
        .query("status", regex("open", "paid"))
        .header("X-Id", regex("[0-9]+", "x"))
        .will_respond_with(404)
        .status_like(StatusClass::Success);
    insta::assert_snapshot!(refusal(&mut pact), @r#"
    interaction `a request` cannot be used:
        request: the example breaks its own contract: path: expected a match of /orders/[0-9]+ like "/orders/x", got "/orders/x" (rule: regex /orders/[0-9]+)
        request: the example breaks its own contract: query parameter `status`: expected a match of open like "paid", got "paid" (rule: regex open)
        request: the example breaks its own contract: header `X-Id`: expected a match of [0-9]+ like "x", got "x" (rule: regex [0-9]+)
        response: the example breaks its own contract: status: expected Successful response (200–299), got 404 (rule: statusCode success)
    hint: give an example that satisfies its rule, or another rule
    "#);
}

#[cfg(feature = "look-around")]
#[test]
fn look_around_holds_what_it_says() {
    let mut pact = answering(regex("^(?!lost).*$", "open"));
    let mock = pact.try_start().unwrap();
    assert_eq!(crate::support::get(mock.addr(), "/").0, 200);
    assert_eq!(pact.failure(), None);
    let error = refusal(&mut answering(regex("^(?!lost).*$", "lost")));
    assert!(
        error.contains("expected a match of ^(?!lost).*$"),
        "{error}"
    );
}

#[cfg(not(feature = "look-around"))]
#[test]
fn look_around_without_its_feature_is_refused_with_the_way_out() {
    for pattern in ["^(?!lost).*$", r"^(.)\1$"] {
        let error = refusal(&mut answering(regex(pattern, "oo")));
        assert!(error.contains(pattern), "{error}");
        let way_out = "look-around and back-references need the feature `look-around`";
        assert!(error.contains(way_out), "{error}");
    }
}

#[test]
fn what_no_contract_can_hold_is_refused_by_name() {
    let mut pact = PactBuilder::new("order-web", "order-api");
    pact.upon_receiving("a search")
        .get("/orders")
        .query("tag", [regex("a+", "a"), regex("b+", "b")])
        .will_respond_with(200);
    insta::assert_snapshot!(refusal(&mut pact), @"interaction `a search`: query parameter `tag`: its values have different rules, but a contract has one list of rules for all of them");
    insta::assert_snapshot!(refusal(&mut answering(one_of(Vec::<Pattern>::new()))), @"interaction `a request`: response body at $.value: one_of is given nothing to choose from");
    insta::assert_snapshot!(refusal(&mut answering(example_of(&1).at("$.a", like(1)))), @"interaction `a request`: response body at $.value: the example has no such place as `$.a`");
    insta::assert_snapshot!(refusal(&mut answering(integration_json("{"))), @"interaction `a request`: response body at $.value: no integration JSON: the document is not JSON: line 1, column 2: expected a name in double quotes, found the end of the text");
    let mut pact = PactBuilder::new("order-web", "order-api");
    pact.upon_receiving("a request")
        .get("/")
        .will_respond_with(200)
        .json_body(json_pattern!({ "id": 1 }))
        .matching_rules(r#"{"body":{"$.typo":{"matchers":[{"match":"type"}]}}}"#);
    insta::assert_snapshot!(refusal(&mut pact), @"
    interaction `a request` cannot be used: response: the rule for the body at $.typo governs nothing: the example has no such place
    hint: give an example that satisfies its rule, or another rule
    ");
}

#[test]
fn a_request_that_no_client_can_send_is_refused() {
    let asking = |path: Pattern| {
        let mut pact = PactBuilder::new("order-web", "order-api");
        pact.upon_receiving("a request")
            .get(path)
            .will_respond_with(200);
        let started = pact.try_start().map(drop);
        // Judged, so that it may go.
        pact.failure();
        started.map_err(|error| error.to_string())
    };
    insta::assert_snapshot!(asking("/orders?page=1".into()).unwrap_err(), @"interaction `a request`: no request has the path `/orders?page=1`: what comes after `?` is said with `.query(name, value)`");
    insta::assert_snapshot!(asking("orders".into()).unwrap_err(), @"interaction `a request`: no request has the path `orders`: it begins with `/`");
    insta::assert_snapshot!(asking(regex("^.*$", "http://localhost/orders")).unwrap_err(), @"interaction `a request`: no request has the path `http://localhost/orders`: leave out what stands before it in a URL");
    insta::assert_snapshot!(asking("/orders#first".into()).unwrap_err(), @"interaction `a request`: no request has the path `/orders#first`: what comes after `#` stays with the client");
    for path in ["*", "/", "/a:b", "/a://b", "/größe%3F"] {
        assert_eq!(asking(path.into()), Ok(()), "{path}");
    }

    let mut pact = PactBuilder::new("order-web", "order-api");
    pact.upon_receiving("a request")
        .get("/orders")
        .header("X Trace", "1")
        .will_respond_with(200);
    insta::assert_snapshot!(refusal(&mut pact), @"interaction `a request`: request header `X Trace`: no header has such a name");
}

#[test]
fn patterns_of_which_one_would_be_lost_are_refused() {
    let with_xml = |root: Xml| {
        let mut pact = PactBuilder::new("order-web", "order-api");
        pact.upon_receiving("a request")
            .get("/")
            .will_respond_with(200)
            .xml_body(root);
        pact.try_start().map(|mock| mock.failure())
    };
    let element = |text: Pattern| Xml::element("sku").text(text);
    let two = |one: Pattern, other: Pattern| {
        with_xml(
            Xml::element("order")
                .child(element(one))
                .child(element(other)),
        )
    };
    insta::assert_snapshot!(two(regex("A.", "A1"), like("B1")).unwrap_err(), @"interaction `a request`: response body: the XML at $.order.sku['#text']: elements of one name have different patterns, but a contract has one place for all of them");
    two(like("A1"), "B1".into()).unwrap_err();
    two(random_string(2), like("B1")).unwrap_err();
    let mixed = Xml::element("order").child(element("A1".into()));
    with_xml(mixed.each_child(element("B1".into()))).unwrap_err();
    drop(two(like("A1"), like("B1")).unwrap());

    let with_parts = |parts: [Part; 2]| {
        let mut pact = PactBuilder::new("order-web", "order-api");
        pact.upon_receiving("an upload")
            .post("/")
            .multipart_body(parts)
            .will_respond_with(200);
        pact.try_start().map(|mock| mock.failure())
    };
    let tags = |one: Pattern, other: Pattern| {
        with_parts([Part::field("tag", one), Part::field("tag", other)])
    };
    insta::assert_snapshot!(tags(regex("A.", "A1"), like("B1")).unwrap_err(), @"interaction `an upload`: request part `tag`: parts of one name have different patterns, but a contract has one place for all of them");
    let file = |media_type: &str| Part::file("file", "a", media_type, "%PDF-1.7 …");
    with_parts([file("application/pdf"), file("application/pdf").exactly()]).unwrap_err();
    drop(with_parts([file("application/pdf"), file("application/pdf")]).unwrap());
    drop(tags(like("A1"), like("B1")).unwrap());
}

#[test]
fn values_made_afresh_that_would_be_lost_are_refused() {
    let with_query = |value: Pattern| {
        let mut pact = PactBuilder::new("order-web", "order-api");
        pact.upon_receiving("a search")
            .get("/")
            .query("id", value)
            .will_respond_with(200);
        pact.try_start().map(|mock| mock.failure())
    };
    let made = || from_provider_state("${id}", "7");
    insta::assert_snapshot!(with_query([made(), "8".into()].into()).unwrap_err(), @"interaction `a search`: query parameter `id`: one of several values is made afresh, but a contract can only make one value for all of them");
    with_query(each_like(random_integer(1, 9))).unwrap_err();
    drop(with_query(made()).unwrap());
    let mut pact = PactBuilder::new("order-web", "order-api");
    pact.upon_receiving("a request")
        .get("/")
        .will_respond_with(200)
        .header("X-Id", random_integer(1, 9))
        .header("x-id", random_integer(1, 9));
    insta::assert_snapshot!(refusal(&mut pact), @"interaction `a request`: response header `x-id`: one of several values is made afresh, but a contract can only make one value for all of them");
    let folder = tempfile::tempdir().unwrap();
    let text = failure_of(folder.path(), |pact| {
        pact.expects_to_receive("an order was placed")
            .metadata("trace", json_pattern!({ "id": random_uuid() }));
        pact.handle_messages(|_: &ReceivedMessage| ());
    });
    insta::assert_snapshot!(text.lines().nth(2).unwrap(), @"the test itself failed: interaction `an order was placed`: message metadata `trace`: a contract can make an entry afresh, but no value inside one");
}

#[test]
fn a_request_that_another_interaction_would_answer_is_refused() {
    let order = |pact: &mut PactBuilder, state: &str, status| {
        pact.upon_receiving(format!("order 42, {state}"))
            .given(state)
            .get("/orders/42")
            .query("expand", like("lines"))
            .will_respond_with(status);
    };
    let mut pact = PactBuilder::new("order-web", "order-api");
    order(&mut pact, "it exists", 200);
    order(&mut pact, "it does not exist", 404);
    insta::assert_snapshot!(refusal(&mut pact), @"
    interaction `order 42, it does not exist` has the same request as `order 42, it exists`, which would answer it each time
    hint: describe it once, or give each a test of its own, or a mock server of its own: `pact.start()` serves what was described since the last one
    ");
    // Two servers can tell them apart, and so can another rule.
    let mut pact = PactBuilder::new("order-web", "order-api");
    order(&mut pact, "it exists", 200);
    let first = pact.start();
    order(&mut pact, "it does not exist", 404);
    let second = pact.start();
    assert_ne!(first.addr(), second.addr());
    assert!(pact.failure().is_some(), "nobody asked");
    let mut pact = PactBuilder::new("order-web", "order-api");
    order(&mut pact, "it exists", 200);
    pact.upon_receiving("orders of any kind")
        .get("/orders/42")
        .query("expand", regex("^(lines|none)$", "lines"))
        .will_respond_with(200);
    let both = pact.start();
    assert_eq!(both.usage(), [0, 0]);
    assert!(pact.failure().is_some(), "nobody asked");
}

#[test]
fn a_version_that_cannot_hold_something_says_what() {
    let mut pact = answering(random_integer(1, 2));
    pact.spec_version(SpecVersion::V2);
    insta::assert_snapshot!(refusal(&mut pact), @"
    interaction `a request` cannot be written in version 2.0.0 of the specification, which does not hold the generators; the rule `integer`
    hint: leave it out, or write the contract in version 4, which is the one used unless `.spec_version(…)` says otherwise
    ");
    let mut pact = PactBuilder::new("order-web", "order-api");
    pact.spec_version(SpecVersion::V3);
    pact.upon_receiving("a request")
        .key("k")
        .pending()
        .comment("why")
        .get("/")
        .will_respond_with(200);
    insta::assert_snapshot!(refusal(&mut pact), @"
    interaction `a request` cannot be written in version 3.0.0 of the specification, which does not hold the key `k`; that the interaction is pending; the comments
    hint: leave it out, or write the contract in version 4, which is the one used unless `.spec_version(…)` says otherwise
    ");
    let mut pact = PactBuilder::new("order-web", "order-api");
    pact.spec_version(SpecVersion::V2);
    pact.upon_receiving("a request")
        .given("one")
        .given_with("two", json_pattern!({ "id": 1 }))
        .get("/")
        .query_flag("verbose")
        .will_respond_with(200)
        .json_body(json_pattern!({ "id": like(integer(1)) }));
    insta::assert_snapshot!(refusal(&mut pact), @"
    interaction `a request` cannot be written in version 2.0.0 of the specification, which does not hold the state `two`; 1 of its 2 rules; the rule `integer`
    hint: leave it out, or write the contract in version 4, which is the one used unless `.spec_version(…)` says otherwise
    ");
    let mut pact = answering(unordered([1, 2]));
    pact.spec_version(SpecVersion::V3);
    insta::assert_snapshot!(refusal(&mut pact), @"
    interaction `a request` cannot be written in version 3.0.0 of the specification, which does not hold the rule `ignore-order`
    hint: leave it out, or write the contract in version 4, which is the one used unless `.spec_version(…)` says otherwise
    ");
}

#[test]
fn an_answer_that_cannot_be_sent_is_refused() {
    let mut pact = PactBuilder::new("order-web", "order-api");
    pact.upon_receiving("a request")
        .get("/")
        .will_respond_with(1200);
    let story = |pact: &mut PactBuilder| format!("{:?}", pact.try_start().unwrap_err());
    insta::assert_snapshot!(story(&mut pact), @"
    the answer of `a request` cannot be sent
      caused by: 1200 is no HTTP status
    ");
    let mut pact = PactBuilder::new("order-web", "order-api");
    pact.upon_receiving("a request")
        .get("/")
        .will_respond_with(200)
        .header("X-Note", "one\r\ntwo");
    insta::assert_snapshot!(story(&mut pact), @"
    the answer of `a request` cannot be sent
      caused by: `X-Note: one
    two` may not stand in a header
    ");
    insta::assert_snapshot!(refusal(&mut answering(random_integer(9, 1))), @"interaction `a request`: response: the generator `RandomInt` for the body at $.value makes no value: the least value 9 is above the greatest 1");
    // An interaction made elsewhere is not looked through for what its author may have meant.
    let generators = br#"{"status":{"type":"RandomInt","min":1200,"max":1200}}"#;
    let http = HttpExchange {
        response: Response {
            generators: pact_core::format::integration::generators(generators).unwrap(),
            ..Response::default()
        },
        ..HttpExchange::default()
    };
    let mut pact = PactBuilder::new("order-web", "order-api");
    pact.interaction(Interaction::new(
        "a request",
        InteractionKind::Http(Box::new(http)),
    ));
    insta::assert_snapshot!(story(&mut pact), @"
    the answer of `a request` cannot be sent
      caused by: 1200 is no HTTP status
    ");
}
