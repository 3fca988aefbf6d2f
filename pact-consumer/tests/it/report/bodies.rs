//! How a body that is not the expected one is told.

use pact_consumer::prelude::*;

use super::{JSON, new_order, report_of};

#[test]
fn a_wrong_json_body_is_told_path_by_path_and_marked() {
    let body = r#"{"customer":{"name":"Ada"},"lines":[{"sku":1,"quantity":1.5}],"extra":true}"#;
    insta::assert_snapshot!(report_of(new_order, "POST /orders", JSON, body), @r#"
    contract of `order-web` with `order-api`: the test does not hold to it

    unexpected request POST /orders, answered with 500
      nearest interaction: `a new order`, but
        body at $.lines[0].sku: expected a string like "A1", got the number 1 (rule: type)
        body at $.lines[0].quantity: expected an integer like 1, got the number 1.5 (rule: integer)
        body at $: got the key `extra`, which nobody expects
      what came: POST /orders
        content-type: application/json
        body: 75 bytes of application/json
          {
            "customer": {
              "name": "Ada"
            },
            "lines": [
              {
        >       "sku": 1,
        >       "quantity": 1.5
              }
            ],
        >   "extra": true
          }

    0 of 1 interaction was used; never requested:
      `a new order` (POST /orders), which a request above came near

    the contract was not written; run this test again with
      cargo test -p pact-consumer shows_an_order
    or
      cargo nextest run -p pact-consumer shows_an_order
    "#);
}

#[test]
fn of_a_large_json_body_what_is_near_the_difference_is_shown() {
    let lines: Vec<String> = (0..200)
        .map(|number| {
            let quantity = if number == 120 { r#""two""# } else { "2" };
            format!(r#"{{"sku":"A{number}","quantity":{quantity}}}"#)
        })
        .collect();
    let body = format!(
        r#"{{"customer":{{"name":"Ada"}},"lines":[{}]}}"#,
        lines.join(",")
    );
    insta::assert_snapshot!(report_of(new_order, "POST /orders", JSON, &body), @r#"
    contract of `order-web` with `order-api`: the test does not hold to it

    unexpected request POST /orders, answered with 500
      nearest interaction: `a new order`, but
        body at $.lines[120].quantity: expected an integer like 1, got the string "two" (rule: integer)
      what came: POST /orders
        content-type: application/json
        body: 5531 bytes of application/json
          {
            … 484 lines
              {
                "sku": "A120",
        >       "quantity": "two"
              },
              {
            … 316 lines
          }

    0 of 1 interaction was used; never requested:
      `a new order` (POST /orders), which a request above came near

    the contract was not written; run this test again with
      cargo test -p pact-consumer shows_an_order
    or
      cargo nextest run -p pact-consumer shows_an_order
    "#);
}

#[test]
fn a_wrong_xml_body_is_told() {
    let describe = |pact: &mut PactBuilder| {
        pact.upon_receiving("an order")
            .post("/orders")
            .xml_body(
                Xml::element("order")
                    .attribute("id", integer(42))
                    .child(Xml::element("note").text(like("fragile"))),
            )
            .will_respond_with(201);
    };
    let body = r#"<order id="no"><note>fragile</note></order>"#;
    insta::assert_snapshot!(report_of(describe, "POST /orders", "Content-Type: application/xml\r\n", body), @r#"
    contract of `order-web` with `order-api`: the test does not hold to it

    unexpected request POST /orders, answered with 500
      nearest interaction: `an order`, but
        body at $.order['@id']: expected an integer like "42", got "no" (rule: integer)
      what came: POST /orders
        content-type: application/xml
        body: 43 bytes of application/xml
          <order id="no">
            <note>fragile</note>
          </order>

    0 of 1 interaction was used; never requested:
      `an order` (POST /orders), which a request above came near

    the contract was not written; run this test again with
      cargo test -p pact-consumer shows_an_order
    or
      cargo nextest run -p pact-consumer shows_an_order
    "#);
}

#[test]
fn a_wrong_form_is_told() {
    let describe = |pact: &mut PactBuilder| {
        pact.upon_receiving("a login")
            .post("/login")
            .form_body(json_pattern!({ "name": like("Ada"), "age": regex("^[0-9]+$", "36") }))
            .will_respond_with(204);
    };
    let form = "Content-Type: application/x-www-form-urlencoded\r\n";
    insta::assert_snapshot!(report_of(describe, "POST /login", form, "name=Bob&age=old"), @r#"
    contract of `order-web` with `order-api`: the test does not hold to it

    unexpected request POST /login, answered with 500
      nearest interaction: `a login`, but
        body at $.age: expected a match of ^[0-9]+$ like "36", got "old" (rule: regex ^[0-9]+$)
      what came: POST /login
        content-type: application/x-www-form-urlencoded
        body: 16 bytes of application/x-www-form-urlencoded
          name=Bob
        > age=old

    0 of 1 interaction was used; never requested:
      `a login` (POST /login), which a request above came near

    the contract was not written; run this test again with
      cargo test -p pact-consumer shows_an_order
    or
      cargo nextest run -p pact-consumer shows_an_order
    "#);
}

#[test]
fn a_wrong_file_is_told_by_type_and_size() {
    let describe = |pact: &mut PactBuilder| {
        pact.upon_receiving("a picture")
            .put("/picture")
            .file_body(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".as_slice(), "image/png")
            .will_respond_with(204);
    };
    let gif = "GIF89a\u{1}\0\u{1}\0";
    insta::assert_snapshot!(report_of(describe, "PUT /picture", "Content-Type: image/png\r\n", gif), @"
    contract of `order-web` with `order-api`: the test does not hold to it

    unexpected request PUT /picture, answered with 500
      nearest interaction: `a picture`, but
        body at $: expected contents of the type image/png, got image/gif (rule: contentType image/png)
      what came: PUT /picture
        content-type: image/png
        body: 10 bytes of image/png, not shown

    0 of 1 interaction was used; never requested:
      `a picture` (PUT /picture), which a request above came near

    the contract was not written; run this test again with
      cargo test -p pact-consumer shows_an_order
    or
      cargo nextest run -p pact-consumer shows_an_order
    ");
}

#[test]
fn a_wrong_content_type_is_told() {
    let body = r#"{"customer":{"name":"Ada"},"lines":[]}"#;
    insta::assert_snapshot!(report_of(new_order, "POST /orders", "Content-Type: text/plain\r\n", body), @r#"
    contract of `order-web` with `order-api`: the test does not hold to it

    unexpected request POST /orders, answered with 500
      nearest interaction: `a new order`, but
        header `Content-Type`: expected "application/json", got "text/plain"
        content type of the body: expected application/json, got text/plain
      what came: POST /orders
        content-type: text/plain
        (headers left out: host, connection, content-length)
        body: 38 bytes of text/plain
          {"customer":{"name":"Ada"},"lines":[]}

    0 of 1 interaction was used; never requested:
      `a new order` (POST /orders), which a request above came near

    the contract was not written; run this test again with
      cargo test -p pact-consumer shows_an_order
    or
      cargo nextest run -p pact-consumer shows_an_order
    "#);
}
