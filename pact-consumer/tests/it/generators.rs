//! Values made afresh wherever a contract has a place for one.

use std::time::UNIX_EPOCH;

use pact_consumer::prelude::*;
use pact_core::generators::{GenerationContext, Mode, apply_to_request};
use pact_core::model::InteractionKind;

use crate::patterns::survives;
use crate::support::{exchange, get};

/// A value that is made and is not the example.
fn seven() -> Pattern {
    integer(1).generated_by(pact_consumer::Generator::RandomInt { min: 7, max: 7 })
}

#[test]
fn headers_of_answers_are_made_afresh() {
    let mut pact = PactBuilder::new("web", "api");
    pact.upon_receiving("an order")
        .get("/")
        .will_respond_with(200)
        .header("X-Id", seven())
        .header(
            "Location",
            mock_server_url(".*(/orders/\\d+)$", "http://x.test/orders/42"),
        );
    let mock = pact.start();
    let answer = exchange(mock.addr(), "GET /", "", "");
    assert!(answer.contains("x-id: 7\r\n"), "{answer}");
    let location = format!("location: {}/orders/42\r\n", mock.url());
    assert!(answer.contains(&location), "{answer}");
    assert_eq!(pact.failure(), None);
}

#[test]
fn bodies_of_answers_are_made_afresh_whatever_their_kind() {
    let mut pact = PactBuilder::new("web", "api");
    pact.upon_receiving("an order as XML")
        .get("/xml")
        .will_respond_with(200)
        .xml_body(
            Xml::element("order")
                .attribute("id", seven())
                .child(Xml::element("line").text(seven())),
        );
    pact.upon_receiving("an order as a form")
        .get("/form")
        .will_respond_with(200)
        .form_body(json_pattern!({ "id": seven(), "note": "a b" }));
    pact.upon_receiving("an order as text")
        .get("/text")
        .will_respond_with(200)
        .text_body(seven());
    let mock = pact.start();
    let body = |path: &str| get(mock.addr(), path).1;
    let xml = body("/xml");
    assert!(
        xml.ends_with(r#"<order id="7"><line>7</line></order>"#),
        "{xml}"
    );
    assert_eq!(body("/form"), "id=7&note=a+b");
    assert_eq!(body("/text"), "7");
    assert_eq!(pact.failure(), None);
}

#[test]
fn every_part_of_a_request_is_made_afresh_for_the_provider() {
    let mut pact = PactBuilder::new("web", "api");
    pact.upon_receiving("an order")
        .post(from_provider_state("/orders/${id}", "/orders/1"))
        .query("page", seven())
        .header("X-Id", seven())
        .json_body(json_pattern!({ "id": seven() }))
        .will_respond_with(200);
    let built = survives(&pact);
    let InteractionKind::Http(http) = &built.interactions[0].kind else {
        panic!("{built:?}");
    };
    let mut context = GenerationContext::utc(Mode::Provider, UNIX_EPOCH, 0);
    context.values.insert("id", "42");
    let made = apply_to_request(&http.request, &mut context).unwrap();
    assert_eq!(made.path, "/orders/42");
    assert_eq!(made.query.get("page").unwrap(), [Some("7".to_owned())]);
    assert_eq!(made.headers.get("X-Id").unwrap(), ["7"]);
    assert_eq!(made.body.content().unwrap().bytes, br#"{"id":7}"#);
    // The client's own test is held to the example, or to what its rule allows.
    let mock = pact.start();
    let headers = "X-Id: 3\r\nContent-Type: application/json\r\n";
    let answer = exchange(mock.addr(), "POST /orders/1?page=2", headers, r#"{"id":4}"#);
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert_eq!(pact.failure(), None);
}
