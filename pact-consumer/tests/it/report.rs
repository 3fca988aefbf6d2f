//! What a failing test says.

use pact_consumer::prelude::*;

use crate::support::{failure_of, files_in, get, send};

fn order_42(pact: &mut PactBuilder) {
    pact.upon_receiving("a request for order 42")
        .given("order 42 exists")
        .get("/orders/42")
        .query("expand", regex("^(lines|none)$", "lines"))
        .will_respond_with(200)
        .json_body(json_pattern!({ "id": integer(42) }));
}

#[test]
fn a_request_that_matches_nothing_is_told_with_its_nearest_interaction() {
    let folder = tempfile::tempdir().unwrap();
    let text = failure_of(folder.path(), |pact| {
        order_42(pact);
        pact.upon_receiving("a request to cancel order 42")
            .delete("/orders/42")
            .will_respond_with(204);
        let mock = pact.start();
        let (status, body) = get(mock.addr(), "/orders/42?expand=all");
        assert_eq!(status, 500);
        assert!(body.contains("a request for order 42"), "{body}");
    });
    insta::assert_snapshot!(text, @r#"
    contract of `order-web` with `order-api`: the test does not hold to it

    unexpected request GET /orders/42?expand=all
      nearest interaction: `a request for order 42`, but
        query parameter `expand`: expected a match of ^(lines|none)$ like "lines", got "all" (rule: regex ^(lines|none)$)

    0 of 2 interactions were used; never requested:
      `a request for order 42` (GET /orders/42)
      `a request to cancel order 42` (DELETE /orders/42)

    the contract was not written; run this test again with
      cargo test -p pact-consumer shows_an_order
    or
      cargo nextest run -p pact-consumer shows_an_order
    "#);
    assert_eq!(files_in(folder.path()), Vec::<String>::new());
}

#[test]
fn a_wrong_body_is_told_path_by_path() {
    let folder = tempfile::tempdir().unwrap();
    let text = failure_of(folder.path(), |pact| {
        pact.upon_receiving("a new order")
            .post("/orders")
            .json_body(json_pattern!({ "lines": each_like({ "sku": like("A1"), "quantity": integer(1) }) }))
            .will_respond_with(201);
        let mock = pact.start();
        let body = r#"{"lines":[{"sku":1,"quantity":1.5}],"extra":true}"#;
        assert_eq!(
            send(
                mock.addr(),
                "POST /orders",
                "Content-Type: application/json\r\n",
                body
            )
            .0,
            500
        );
    });
    insta::assert_snapshot!(text, @r#"
    contract of `order-web` with `order-api`: the test does not hold to it

    unexpected request POST /orders
      nearest interaction: `a new order`, but
        body at $.lines[0].sku: expected a string like "A1", got the number 1 (rule: type)
        body at $.lines[0].quantity: expected an integer like 1, got the number 1.5 (rule: integer)
        body at $: got the key `extra`, which nobody expects

    0 of 1 interactions were used; never requested:
      `a new order` (POST /orders)

    the contract was not written; run this test again with
      cargo test -p pact-consumer shows_an_order
    or
      cargo nextest run -p pact-consumer shows_an_order
    "#);
}

#[test]
fn interactions_never_used_are_listed_and_the_tests_own_failure_comes_along() {
    let folder = tempfile::tempdir().unwrap();
    let text = failure_of(folder.path(), |pact| {
        order_42(pact);
        let _mock = pact.start();
        panic!("called `Result::unwrap()` on an `Err` value: no answer");
    });
    insta::assert_snapshot!(text, @"
    contract of `order-web` with `order-api`: the test does not hold to it

    the test itself failed first: called `Result::unwrap()` on an `Err` value: no answer

    0 of 1 interactions were used; never requested:
      `a request for order 42` (GET /orders/42)

    the contract was not written; run this test again with
      cargo test -p pact-consumer shows_an_order
    or
      cargo nextest run -p pact-consumer shows_an_order
    ");
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

    unexpected request GET /health (2 times); the test expects no request at all

    the contract was not written; run this test again with
      cargo test -p pact-consumer shows_an_order
    or
      cargo nextest run -p pact-consumer shows_an_order
    ");
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

    the test itself failed first: interaction `a broken pattern`: request path: rule `regex`: the pattern `/orders/(` is wrong: unclosed group

    0 of 1 interactions were used; never requested:
      `a broken pattern` (GET /orders/1)

    the contract was not written; run this test again with
      cargo test -p pact-consumer shows_an_order
    or
      cargo nextest run -p pact-consumer shows_an_order
    ");
}
