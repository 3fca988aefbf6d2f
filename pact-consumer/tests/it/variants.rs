//! Values that may be left out, be null, or be one of several.

use std::path::Path;

use pact_consumer::prelude::*;
use pact_consumer::{ConsumerError, pact_test_once};
use pact_core::model::{Interaction, Pact};

use crate::support::{failure_of, files_in, get, send};

fn written(folder: &Path) -> Pact {
    let bytes = std::fs::read(folder.join("order-web-order-api.json")).unwrap();
    pact_core::format::read(&bytes).unwrap().pact
}

fn options(folder: &Path) -> TestOptions {
    TestOptions::new("order-web", "order-api").output_dir(folder)
}

/// Shows each interaction with its states and the body of its answer.
fn shown(pact: &Pact) -> String {
    let line = |interaction: &Interaction| {
        let pact_core::model::InteractionKind::Http(exchange) = &interaction.kind else {
            return interaction.title();
        };
        let body = exchange.response.body.content();
        let body = body.map_or("", |content| std::str::from_utf8(&content.bytes).unwrap());
        format!("{} -> {body}", interaction.title())
    };
    let lines: Vec<_> = pact.interactions.iter().map(line).collect();
    lines.join("\n")
}

#[test]
fn a_test_is_run_for_each_variant_and_each_is_an_interaction() {
    let folder = tempfile::tempdir().unwrap();
    let mut runs = Vec::new();
    pact_test(options(folder.path()), |pact| {
        runs.push(pact.variant());
        pact.upon_receiving("a request for order 42")
            .given("order 42 exists")
            .get("/orders/42")
            .will_respond_with(200)
            .json_body(json_pattern!({
                "id": integer(42),
                "note": optional(like("fragile")).otherwise_given("order 42 has no note"),
                "paid": nullable(date("yyyy-MM-dd", "2026-03-31")),
                "status": one_of(["open", "sent", "lost"]),
            }));
        pact.upon_receiving("a ping")
            .get("/ping")
            .will_respond_with(204);
        let mock = pact.start();
        get(mock.addr(), "/orders/42");
        get(mock.addr(), "/ping");
    });
    let pact = written(folder.path());
    insta::assert_snapshot!(shown(&pact), @r#"
    `a ping` -> 
    `a request for order 42`, given `order 42 exists` -> {"id":42,"note":"fragile","paid":"2026-03-31","status":"open"}
    `a request for order 42, with "lost" at $.status`, given `order 42 exists` -> {"id":42,"note":"fragile","paid":"2026-03-31","status":"lost"}
    `a request for order 42, with "sent" at $.status`, given `order 42 exists` -> {"id":42,"note":"fragile","paid":"2026-03-31","status":"sent"}
    `a request for order 42, with null at $.paid`, given `order 42 exists` -> {"id":42,"note":"fragile","paid":null,"status":"open"}
    `a request for order 42, without $.note`, given `order 42 exists` and `order 42 has no note` -> {"id":42,"paid":"2026-03-31","status":"open"}
    "#);
    assert_eq!(
        runs,
        [
            None,
            Some("without $.note".to_owned()),
            Some("with null at $.paid".to_owned()),
            Some("with \"sent\" at $.status".to_owned()),
            Some("with \"lost\" at $.status".to_owned())
        ]
    );
    for interaction in &pact.interactions {
        assert!(
            pact_core::lint::lint_pact(&Pact {
                interactions: vec![interaction.clone()],
                ..pact.clone()
            })
            .is_empty()
        );
    }
}

#[test]
fn what_an_alternative_hides_is_run_from_there() {
    let folder = tempfile::tempdir().unwrap();
    pact_test(options(folder.path()), |pact| {
        pact.upon_receiving("a request for a pet")
            .get("/pet")
            .will_respond_with(200)
            .json_body(json_pattern!({ "pet": one_of([
                json_pattern!({ "bark": optional(like("woof")) }),
                json_pattern!({ "meow": optional(like("miau")) }),
            ]) }));
        let mock = pact.start();
        get(mock.addr(), "/pet");
    });
    insta::assert_snapshot!(shown(&written(folder.path())), @r#"
    `a request for a pet` -> {"pet":{"bark":"woof"}}
    `a request for a pet, with alternative 2 of $.pet` -> {"pet":{"meow":"miau"}}
    `a request for a pet, with alternative 2 of $.pet, without $.pet.meow` -> {"pet":{}}
    `a request for a pet, without $.pet.bark` -> {"pet":{}}
    "#);
}

#[tokio::test]
async fn requests_have_variants_that_the_test_follows() {
    let folder = tempfile::tempdir().unwrap();
    pact_test_async(options(folder.path()), async |pact| {
        pact.upon_receiving("a search")
            .get("/orders")
            .query("page", optional(integer(1)))
            .header("X-Trace", optional("on"))
            .will_respond_with(200)
            .header("ETag", optional("\"a\""));
        let mock = pact.start();
        let variant = pact.variant().unwrap_or_default();
        let query = match variant.contains("query parameter") {
            true => "",
            false => "?page=7",
        };
        let header = match variant.contains("X-Trace") {
            true => "",
            false => "X-Trace: on\r\n",
        };
        let line = format!("GET /orders{query}");
        assert_eq!(send(mock.addr(), &line, header, "").0, 200, "{variant}");
    })
    .await;
    insta::assert_snapshot!(shown(&written(folder.path())), @"
    `a search` -> 
    `a search, without header `ETag`` -> 
    `a search, without header `X-Trace` in the request` -> 
    `a search, without query parameter `page` in the request` -> 
    ");
}

#[pact_test(
    consumer = "variants-web",
    provider = "variants-api",
    output_dir = "target/test-pacts"
)]
fn the_attribute_runs_variants(pact: &mut PactBuilder) {
    pact.upon_receiving("a request with variants")
        .get("/variants")
        .will_respond_with(200)
        .json_body(json_pattern!({ "note": optional(like("fragile")) }));
    let mock = pact.start();
    let has_note = get(mock.addr(), "/variants").1.contains("note");
    assert_eq!(has_note, pact.variant().is_none());
}

#[pact_test(
    consumer = "variants-web",
    provider = "variants-api",
    output_dir = "target/test-pacts"
)]
#[tokio::test]
async fn the_attribute_runs_variants_of_asynchronous_tests(pact: &mut PactBuilder) {
    pact.expects_to_receive("an event with variants")
        .json_body(json_pattern!({ "note": nullable(like("fragile")) }));
    let mut notes = Vec::new();
    pact.handle_messages_async(async |message: &ReceivedMessage| {
        tokio::task::yield_now().await;
        notes.push(message.json::<serde_json::Value>().unwrap()["note"].clone());
    })
    .await;
    assert_eq!(notes[0].is_null(), pact.variant().is_some());
}

#[test]
fn messages_have_variants() {
    let folder = tempfile::tempdir().unwrap();
    let mut seen = Vec::new();
    pact_test(options(folder.path()), |pact| {
        pact.expects_to_receive("an order was placed")
            .key("placed")
            .metadata("topic", optional("orders"))
            .json_body(json_pattern!({ "note": nullable(like("fragile")) }));
        pact.handle_messages(|message: &ReceivedMessage| {
            let topic = message.metadata_text("topic");
            seen.push((topic, message.text().unwrap().to_owned()));
        });
    });
    let topic = Some("orders".to_owned());
    let (note, null) = (
        r#"{"note":"fragile"}"#.to_owned(),
        r#"{"note":null}"#.to_owned(),
    );
    assert_eq!(
        seen,
        [(topic.clone(), note.clone()), (None, note), (topic, null)]
    );
    let keys = written(folder.path()).interactions.into_iter();
    assert_eq!(
        keys.map(|found| found.key.unwrap()).collect::<Vec<_>>(),
        [
            "placed",
            "placed, with null at $.note",
            "placed, without metadata `topic`"
        ]
    );
}

#[test]
fn bodies_of_every_kind_have_variants() {
    let folder = tempfile::tempdir().unwrap();
    let mut bodies = Vec::new();
    pact_test(options(folder.path()), |pact| {
        pact.upon_receiving("an upload")
            .get("/a")
            .will_respond_with(200)
            .multipart_body([
                Part::field("one", optional("1")),
                Part::field("two", one_of(["2", "3"])),
            ]);
        pact.upon_receiving("a form")
            .get("/b")
            .will_respond_with(200)
            .form_body(json_pattern!({ "a": optional("1"), "b": "2" }));
        pact.upon_receiving("a document")
            .get("/c")
            .will_respond_with(200)
            .xml_body(Xml::element("a").attribute("b", optional("1")));
        let mock = pact.start();
        for path in ["/a", "/b", "/c"] {
            bodies.push(get(mock.addr(), path).1);
        }
    });
    let pact = written(folder.path());
    let titles: Vec<_> = pact.interactions.iter().map(Interaction::title).collect();
    assert_eq!(
        titles,
        [
            "`a document`",
            "`a document, without the XML at $.a['@b']`",
            "`a form`",
            "`a form, without $.a`",
            "`an upload`",
            "`an upload, with \"3\" at $ of the part `two` in the response`",
            "`an upload, without $ of the part `one` in the response`",
        ]
    );
    assert!(bodies.iter().any(|body| body == "b=2"));
    assert!(bodies.iter().any(|body| body.ends_with("<a/>")));
    assert!(
        bodies
            .iter()
            .any(|body| !body.contains("\"one\"") && body.contains("\"two\""))
    );
}

#[test]
fn a_variant_the_client_cannot_take_is_named_and_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let text = failure_of(folder.path(), |pact| {
        pact.upon_receiving("a request for order 42")
            .get("/orders/42")
            .will_respond_with(200)
            .json_body(json_pattern!({ "note": optional(like("fragile")) }));
        let mock = pact.start();
        let (_, body) = get(mock.addr(), "/orders/42");
        assert!(body.contains("note"), "no note in {body}");
    });
    insta::assert_snapshot!(text, @r"
    in the variant `without $.note` the test failed: no note in {}
    run this test again with
      cargo test -p pact-consumer shows_an_order
    or
      cargo nextest run -p pact-consumer shows_an_order
    ");
    let text = failure_of(folder.path(), |pact| {
        pact.upon_receiving("an order")
            .post("/orders")
            .json_body(json_pattern!({ "note": optional(like("fragile")) }))
            .will_respond_with(201);
        let mock = pact.start();
        send(
            mock.addr(),
            "POST /orders",
            "Content-Type: application/json\r\n",
            r#"{"note":"x"}"#,
        );
    });
    insta::assert_snapshot!(text, @r#"
    contract of `order-web` with `order-api`: the test does not hold to it

    in the variant `without $.note in the request`, with which the test was run again

    unexpected request POST /orders, answered with 500
      nearest interaction: `an order, without $.note in the request`, but
        body at $: expected an empty object, got an object with the key `note`
      what came: POST /orders
        content-type: application/json
        body: 12 bytes of application/json
        > {
            "note": "x"
          }

    0 of 1 interaction was used; never requested:
      `an order, without $.note in the request` (POST /orders), which a request above came near

    the contract was not written; run this test again with
      cargo test -p pact-consumer shows_an_order
    or
      cargo nextest run -p pact-consumer shows_an_order
    "#);
    assert_eq!(files_in(folder.path()), Vec::<String>::new());
}

#[test]
fn variants_that_nobody_runs_are_refused() {
    let describe = |pact: &mut PactBuilder| {
        pact.upon_receiving("a request for order 42")
            .get("/orders/42")
            .will_respond_with(200)
            .json_body(json_pattern!({ "note": optional(like("fragile")) }));
        let mock = pact.start();
        get(mock.addr(), "/orders/42");
    };
    let folder = tempfile::tempdir().unwrap();
    let mut pact = PactBuilder::new("order-web", "order-api");
    pact.output_dir(folder.path());
    describe(&mut pact);
    let error = pact.finish().unwrap_err();
    assert!(matches!(error, ConsumerError::Variants { .. }), "{error:?}");
    insta::assert_snapshot!(error, @"the contract has variants, such as `without $.note`, with which the test was not run");
    insta::assert_snapshot!(error.hint().unwrap(), @"let `#[pact_test]` or `pact_test(…)` run the test, which runs it for each variant, or describe the variants as interactions of their own");
    let once = std::panic::catch_unwind(|| pact_test_once(options(folder.path()), describe));
    let text = once.unwrap_err().downcast_ref::<String>().cloned().unwrap();
    insta::assert_snapshot!(text, @"the contract has the variant `without $.note`, but a test with parameters beside the builder is run once: make what it needs inside the test");
    assert_eq!(files_in(folder.path()), Vec::<String>::new());
}

#[test]
fn a_place_that_cannot_be_left_out_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let text = failure_of(folder.path(), |pact| {
        pact.upon_receiving("a request for orders")
            .get("/orders")
            .will_respond_with(200)
            .json_body(json_pattern!([1, optional(2)]));
        let _mock = pact.start();
    });
    insta::assert_snapshot!(text.lines().nth(2).unwrap(), @"the test itself failed: interaction `a request for orders`: response body at $[1]: is optional, but only a member of an object, a header, a query parameter or an entry of metadata can be left out; describe an interaction of its own for that");
}
