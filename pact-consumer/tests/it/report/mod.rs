//! What a failing test says: one text with the whole story.

mod bodies;
mod shown;

use pact_consumer::prelude::*;

use crate::support::{failure_of, files_in, get, send};

const JSON: &str = "Content-Type: application/json\r\n";

fn order_42(pact: &mut PactBuilder) {
    pact.upon_receiving("a request for order 42")
        .given("order 42 exists")
        .get("/orders/42")
        .query("expand", regex("^(lines|none)$", "lines"))
        .will_respond_with(200)
        .json_body(json_pattern!({ "id": integer(42) }));
}

fn new_order(pact: &mut PactBuilder) {
    pact.upon_receiving("a new order")
        .post("/orders")
        .json_body(json_pattern!({
            "customer": { "name": like("Ada") },
            "lines": each_like({ "sku": like("A1"), "quantity": integer(1) }),
        }))
        .will_respond_with(201);
}

/// Returns what a test fails with that makes one request, and writes nothing.
fn report_of(
    describe: impl Fn(&mut PactBuilder),
    request_line: &str,
    headers: &str,
    body: &str,
) -> String {
    let folder = tempfile::tempdir().unwrap();
    let text = failure_of(folder.path(), |pact| {
        describe(pact);
        let mock = pact.start();
        let (status, problem) = send(mock.addr(), request_line, headers, body);
        assert_eq!(status, 500, "{problem}");
    });
    assert_eq!(files_in(folder.path()), Vec::<String>::new());
    text
}

#[test]
fn a_wrong_path_is_told_with_the_nearest_interaction() {
    let describe = |pact: &mut PactBuilder| {
        order_42(pact);
        new_order(pact);
    };
    insta::assert_snapshot!(report_of(describe, "GET /order/42?expand=lines", "Accept: */*\r\n", ""), @r#"
    contract of `order-web` with `order-api`: the test does not hold to it

    unexpected request GET /order/42?expand=lines, answered with 500
      nearest interaction: `a request for order 42`, but
        path: expected "/orders/42", got "/order/42"
      what came: GET /order/42?expand=lines
        accept: */*

    0 of 2 interactions were used; never requested:
      `a request for order 42` (GET /orders/42)
      `a new order` (POST /orders)

    the contract was not written; run this test again with
      cargo test -p pact-consumer shows_an_order
    or
      cargo nextest run -p pact-consumer shows_an_order
    "#);
}

#[test]
fn a_wrong_query_is_told_with_its_rule() {
    insta::assert_snapshot!(report_of(order_42, "GET /orders/42?expand=all&page=2", "", ""), @r#"
    contract of `order-web` with `order-api`: the test does not hold to it

    unexpected request GET /orders/42?expand=all&page=2, answered with 500
      nearest interaction: `a request for order 42`, but
        query parameter `expand`: expected a match of ^(lines|none)$ like "lines", got "all" (rule: regex ^(lines|none)$)
        query parameter `page`: expected no such parameter, got "2"

    0 of 1 interaction was used; never requested:
      `a request for order 42` (GET /orders/42), which a request above came near

    the contract was not written; run this test again with
      cargo test -p pact-consumer shows_an_order
    or
      cargo nextest run -p pact-consumer shows_an_order
    "#);
}

#[test]
fn a_missing_header_and_a_wrong_one_are_told() {
    let describe = |pact: &mut PactBuilder| {
        pact.upon_receiving("a request for order 42")
            .get("/orders/42")
            .header("Accept", "application/json")
            .header("X-Tenant", regex("^[a-z]+$", "acme"))
            .header("X-Trace", like("1"))
            .will_respond_with(200);
    };
    let headers = "accept: text/html\r\nx-tenant: 77\r\nx-colour: red\r\nUser-Agent: mine\r\n";
    insta::assert_snapshot!(report_of(describe, "GET /orders/42", headers, ""), @r#"
    contract of `order-web` with `order-api`: the test does not hold to it

    unexpected request GET /orders/42, answered with 500
      nearest interaction: `a request for order 42`, but
        header `Accept`: expected "application/json", got "text/html"
        header `X-Tenant`: expected a match of ^[a-z]+$ like "acme", got "77" (rule: regex ^[a-z]+$)
        header `X-Trace`: expected "1", got no such header
      what came: GET /orders/42
        accept: text/html
        x-tenant: 77
        x-colour: red
        (headers left out: host, connection, content-length, user-agent)

    0 of 1 interaction was used; never requested:
      `a request for order 42` (GET /orders/42), which a request above came near

    the contract was not written; run this test again with
      cargo test -p pact-consumer shows_an_order
    or
      cargo nextest run -p pact-consumer shows_an_order
    "#);
}

#[test]
fn several_requests_are_told_each_with_its_own_interaction() {
    let folder = tempfile::tempdir().unwrap();
    let text = failure_of(folder.path(), |pact| {
        order_42(pact);
        new_order(pact);
        pact.upon_receiving("a request to cancel order 42")
            .delete("/orders/42")
            .will_respond_with(204);
        let mock = pact.start();
        for _ in 0..3 {
            get(mock.addr(), "/orders/42");
        }
        send(
            mock.addr(),
            "POST /orders",
            JSON,
            r#"{"customer":null,"lines":[]}"#,
        );
        send(mock.addr(), "DELETE /orders/42", "", "");
        get(mock.addr(), "/favicon.ico");
    });
    insta::assert_snapshot!(text, @r#"
    contract of `order-web` with `order-api`: the test does not hold to it

    unexpected request GET /orders/42 (3 times), answered with 500
      nearest interaction: `a request for order 42`, but
        query parameter `expand`: expected "lines", got no such parameter

    unexpected request POST /orders, answered with 500
      nearest interaction: `a new order`, but
        body at $.customer: expected an object with the key `name`, got null
        body at $.lines: expected at least 1 of them, got an empty list (rule: type, min 1)
      what came: POST /orders
        content-type: application/json
        body: 28 bytes of application/json
          {
        >   "customer": null,
        >   "lines": []
          }

    unexpected request GET /favicon.ico, answered with 500
      nearest interaction: `a request for order 42`, but
        path: expected "/orders/42", got "/favicon.ico"
        query parameter `expand`: expected "lines", got no such parameter

    1 of 3 interactions was used; never requested:
      `a request for order 42` (GET /orders/42), which a request above came near
      `a new order` (POST /orders), which a request above came near

    the contract was not written; run this test again with
      cargo test -p pact-consumer shows_an_order
    or
      cargo nextest run -p pact-consumer shows_an_order
    "#);
}

#[test]
fn a_request_when_none_is_expected_is_told_once_with_its_number() {
    let folder = tempfile::tempdir().unwrap();
    let text = failure_of(folder.path(), |pact| {
        let mock = pact.start();
        assert_eq!(get(mock.addr(), "/health").0, 500);
        assert_eq!(get(mock.addr(), "/health").0, 500);
    });
    insta::assert_snapshot!(text, @"
    contract of `order-web` with `order-api`: the test does not hold to it

    unexpected request GET /health (2 times), answered with 500; the test expects no request at all

    the contract was not written; run this test again with
      cargo test -p pact-consumer shows_an_order
    or
      cargo nextest run -p pact-consumer shows_an_order
    ");
}

#[test]
fn what_the_test_made_of_a_refused_request_is_told_after_it() {
    let folder = tempfile::tempdir().unwrap();
    let text = failure_of(folder.path(), |pact| {
        order_42(pact);
        let mock = pact.start();
        let (status, _) = get(mock.addr(), "/orders/42?expand=all");
        assert_eq!(status, 200, "the order is shown");
    });
    insta::assert_snapshot!(text, @r#"
    contract of `order-web` with `order-api`: the test does not hold to it

    unexpected request GET /orders/42?expand=all, answered with 500
      nearest interaction: `a request for order 42`, but
        query parameter `expand`: expected a match of ^(lines|none)$ like "lines", got "all" (rule: regex ^(lines|none)$)

    then the test itself failed: assertion `left == right` failed: the order is shown
        left: 500
       right: 200

    0 of 1 interaction was used until then; never requested:
      `a request for order 42` (GET /orders/42), which a request above came near

    the contract was not written; run this test again with
      cargo test -p pact-consumer shows_an_order
    or
      cargo nextest run -p pact-consumer shows_an_order
    "#);
}

#[test]
fn interactions_never_used_are_listed_after_the_tests_own_failure() {
    let folder = tempfile::tempdir().unwrap();
    let text = failure_of(folder.path(), |pact| {
        order_42(pact);
        new_order(pact);
        let mock = pact.start();
        get(mock.addr(), "/orders/42?expand=none");
        panic!("called `Result::unwrap()` on an `Err` value: no answer");
    });
    insta::assert_snapshot!(text, @"
    contract of `order-web` with `order-api`: the test does not hold to it

    the test itself failed: called `Result::unwrap()` on an `Err` value: no answer

    1 of 2 interactions was used until then; never requested:
      `a new order` (POST /orders)

    the contract was not written; run this test again with
      cargo test -p pact-consumer shows_an_order
    or
      cargo nextest run -p pact-consumer shows_an_order
    ");
}

#[test]
fn interactions_never_requested_are_listed() {
    let folder = tempfile::tempdir().unwrap();
    let text = failure_of(folder.path(), |pact| {
        order_42(pact);
        new_order(pact);
        let _mock = pact.start();
    });
    insta::assert_snapshot!(text, @"
    contract of `order-web` with `order-api`: the test does not hold to it

    0 of 2 interactions were used; never requested:
      `a request for order 42` (GET /orders/42)
      `a new order` (POST /orders)
    no client connected to their mock server before it ended: let the client ask `mock.url()`, and keep what `pact.start()` returns in a variable until it has

    the contract was not written; run this test again with
      cargo test -p pact-consumer shows_an_order
    or
      cargo nextest run -p pact-consumer shows_an_order
    ");
}

#[test]
fn interactions_used_too_often_or_too_seldom_are_counted() {
    let folder = tempfile::tempdir().unwrap();
    let text = failure_of(folder.path(), |pact| {
        let once = pact.upon_receiving("a ping").get("/ping").times(1);
        once.will_respond_with(204);
        let more = pact.upon_receiving("a poll").get("/poll").times(2..=3);
        more.will_respond_with(204);
        let mock = pact.start();
        for path in ["/ping", "/ping", "/poll"] {
            assert_eq!(get(mock.addr(), path).0, 204);
        }
    });
    insta::assert_snapshot!(text, @"
    contract of `order-web` with `order-api`: the test does not hold to it

    `a ping` was used 2 times, expected once

    `a poll` was used once, expected 2 to 3 times

    the contract was not written; run this test again with
      cargo test -p pact-consumer shows_an_order
    or
      cargo nextest run -p pact-consumer shows_an_order
    ");
}

#[test]
fn a_handler_that_fails_and_one_that_is_never_called_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let text = failure_of(folder.path(), |pact| {
        pact.expects_to_receive("an order was placed")
            .json_body(json_pattern!({ "id": integer(42) }));
        pact.handle_messages(|_: &ReceivedMessage| Err::<(), _>("the mailbox is full"));
        pact.expects_to_receive("an order was paid")
            .json_body(json_pattern!({ "id": integer(42) }));
    });
    insta::assert_snapshot!(text, @r#"
    contract of `order-web` with `order-api`: the test does not hold to it

    message `an order was placed` was not handled: "the mailbox is full"

    1 of 2 interactions was used; messages never handled:
      `an order was paid`

    the contract was not written; run this test again with
      cargo test -p pact-consumer shows_an_order
    or
      cargo nextest run -p pact-consumer shows_an_order
    "#);
}

#[test]
fn a_failing_variant_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let text = failure_of(folder.path(), |pact| {
        pact.upon_receiving("a request for order 42")
            .get("/orders/42")
            .will_respond_with(200)
            .json_body(json_pattern!({ "id": 42, "note": optional(like("fragile")) }));
        let mock = pact.start();
        let (_, body) = get(mock.addr(), "/orders/42");
        let note = if body.contains("note") { "" } else { "/note" };
        get(mock.addr(), &format!("/orders/42{note}"));
    });
    insta::assert_snapshot!(text, @r#"
    contract of `order-web` with `order-api`: the test does not hold to it

    in the variant `without $.note`, with which the test was run again

    unexpected request GET /orders/42/note, answered with 500
      nearest interaction: `a request for order 42, without $.note`, but
        path: expected "/orders/42", got "/orders/42/note"

    the contract was not written; run this test again with
      cargo test -p pact-consumer shows_an_order
    or
      cargo nextest run -p pact-consumer shows_an_order
    "#);
}

#[test]
fn an_interaction_that_cannot_be_compiled_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let text = failure_of(folder.path(), |pact| {
        pact.upon_receiving("a broken pattern")
            .get(regex("/orders/(", "/orders/1"))
            .will_respond_with(200);
        let _mock = pact.start();
    });
    insta::assert_snapshot!(text, @"
    contract of `order-web` with `order-api`: the test does not hold to it

    the test itself failed: interaction `a broken pattern`: request path: rule `regex`: the pattern `/orders/(` is wrong: unclosed group

    0 of 1 interaction was used until then; never requested:
      `a broken pattern` (GET /orders/1)

    the contract was not written; run this test again with
      cargo test -p pact-consumer shows_an_order
    or
      cargo nextest run -p pact-consumer shows_an_order
    ");
}
