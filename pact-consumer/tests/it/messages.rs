//! Messages and the handlers that take them.

use std::path::Path;

use pact_consumer::prelude::*;
use pact_consumer::{ConsumerError, Generator, SpecVersion};
use pact_core::model::{InteractionKind, Pact};

use crate::support::{failure_of, files_in};

fn order_placed(pact: &mut PactBuilder) {
    pact.expects_to_receive("an order was placed")
        .given_with("an order was placed", json_pattern!({ "id": 42 }))
        .metadata("topic", regex("^orders(\\..+)?$", "orders.placed"))
        .metadata("priority", json_pattern!({ "level": integer(3) }))
        .json_body(json_pattern!({ "id": integer(42), "email": like("a@example.org") }));
}

fn written(folder: &Path) -> Pact {
    let bytes = std::fs::read(folder.join("order-web-order-api.json")).unwrap();
    pact_core::format::read(&bytes).unwrap().pact
}

fn run<R: pact_consumer::TestOutcome>(folder: &Path, test: impl FnMut(&mut PactBuilder) -> R) {
    let options = TestOptions::new("order-web", "order-api").output_dir(folder);
    pact_test(options, test);
}

#[test]
fn a_handler_is_called_with_contents_and_metadata() {
    let folder = tempfile::tempdir().unwrap();
    let mut calls = 0;
    run(folder.path(), |pact| {
        order_placed(pact);
        pact.handle_messages(|message: &ReceivedMessage| {
            calls += 1;
            assert_eq!(message.description(), "an order was placed");
            assert_eq!(message.metadata_text("topic").unwrap(), "orders.placed");
            assert_eq!(message.metadata_text("priority").unwrap(), r#"{"level":3}"#);
            assert_eq!(message.content_type().unwrap(), "application/json");
            assert_eq!(
                message.text().unwrap(),
                r#"{"id":42,"email":"a@example.org"}"#
            );
            let order: serde_json::Value = message.json()?;
            assert_eq!(order["id"], 42);
            Ok::<_, serde_json::Error>(())
        });
    });
    assert_eq!(calls, 1);
    let pact = written(folder.path());
    let InteractionKind::AsyncMessage(message) = &pact.interactions[0].kind else {
        panic!("{:?}", pact.interactions[0].kind);
    };
    assert_eq!(message.metadata.len(), 2);
    assert_eq!(message.matching_rules.metadata.iter().len(), 2);
    assert_eq!(message.matching_rules.body.iter().len(), 2);
}

#[tokio::test]
async fn an_asynchronous_handler_needs_no_runtime_of_ours() {
    let folder = tempfile::tempdir().unwrap();
    let options = TestOptions::new("order-web", "order-api").output_dir(folder.path());
    pact_test_async(options, async |pact| {
        order_placed(pact);
        pact.upon_message("the price of A1")
            .body("A1", "text/plain")
            .will_answer()
            .json_body(json_pattern!({ "price": decimal(9.5) }));
        pact.handle_messages_async(async |message: &ReceivedMessage| {
            tokio::task::yield_now().await;
            message.json::<serde_json::Value>().map(drop)
        })
        .await;
        pact.handle_exchanges_async(async |exchange: &Exchange| {
            tokio::task::yield_now().await;
            let answers = exchange.send("A1")?;
            assert_eq!(answers[0].text().unwrap(), r#"{"price":9.5}"#);
            Ok::<_, pact_consumer::UnexpectedMessage>(())
        })
        .await;
    })
    .await;
    assert_eq!(written(folder.path()).interactions.len(), 2);
}

#[test]
fn a_message_may_be_answered_by_several() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), |pact| {
        pact.upon_message("the prices of A1")
            .given("A1 is sold")
            .metadata("reply-to", "prices")
            .json_body(json_pattern!({ "sku": like("A1") }))
            .will_answer()
            .json_body(json_pattern!({ "price": decimal(9.5) }))
            .metadata("part", 1)
            .and_answer()
            .body([1_u8, 2, 3], "application/octet-stream");
        pact.handle_exchanges(|exchange: &Exchange| {
            let metadata = [("reply-to", "prices".into())];
            let answers = exchange.send_with(r#"{"sku":"B2"}"#, &metadata)?;
            assert_eq!(answers.len(), 2);
            assert_eq!(answers[0].metadata_text("part").unwrap(), "1");
            assert_eq!(answers[1].contents(), [1, 2, 3]);
            Ok::<_, pact_consumer::UnexpectedMessage>(())
        });
    });
    let pact = written(folder.path());
    let InteractionKind::SyncMessage(exchange) = &pact.interactions[0].kind else {
        panic!("{:?}", pact.interactions[0].kind);
    };
    assert_eq!(exchange.responses.len(), 2);
}

#[test]
fn generators_make_the_values_the_handler_sees() {
    let mut pact = PactBuilder::new("order-web", "order-api");
    order_placed(&mut pact);
    let mut made = pact.build().interactions.remove(0);
    let InteractionKind::AsyncMessage(message) = &mut made.kind else {
        panic!("{:?}", made.kind);
    };
    let digits = Generator::RandomInt { min: 7, max: 7 };
    message.generators.body = vec![("$.id".parse().unwrap(), digits)];
    message.generators.metadata = vec![("topic".to_owned(), Generator::RandomString { size: 4 })];
    let mut pact = PactBuilder::new("order-web", "order-api");
    pact.interaction(made);
    pact.handle_messages(|message: &ReceivedMessage| {
        assert_eq!(
            message.text().unwrap(),
            r#"{"id":7,"email":"a@example.org"}"#
        );
        assert_eq!(message.metadata_text("topic").unwrap().len(), 4);
    });
    assert_eq!(pact.failure(), None);
}

#[test]
fn handlers_that_fail_are_named_and_no_contract_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let text = failure_of(folder.path(), |pact| {
        order_placed(pact);
        pact.expects_to_receive("an order was paid")
            .json_body(json_pattern!({ "id": 42 }));
        pact.expects_to_receive("an order was sent")
            .json_body(json_pattern!({ "id": 42 }));
        let mut calls = 0;
        pact.handle_messages(|message: &ReceivedMessage| {
            calls += 1;
            match message.description() {
                "an order was paid" => panic!("no such customer"),
                "an order was placed" => Err("the mailbox is full"),
                _ => Ok(()),
            }
        });
        assert_eq!(calls, 3);
        pact.expects_to_receive("an order was cancelled")
            .json_body(json_pattern!({ "id": 42 }));
    });
    insta::assert_snapshot!(text, @r#"
    contract of `order-web` with `order-api`: the test does not hold to it

    message `an order was placed` was not handled: "the mailbox is full"

    message `an order was paid` was not handled: the handler panicked: no such customer

    3 of 4 interactions were used; messages never handled:
      `an order was cancelled`

    the contract was not written; run this test again with
      cargo test -p pact-consumer shows_an_order
    or
      cargo nextest run -p pact-consumer shows_an_order
    "#);
    assert_eq!(files_in(folder.path()), Vec::<String>::new());
}

#[test]
fn a_message_sent_otherwise_than_described_fails_the_test() {
    let folder = tempfile::tempdir().unwrap();
    let text = failure_of(folder.path(), |pact| {
        pact.upon_message("the price of an article")
            .json_body(json_pattern!({ "sku": like("A1") }))
            .will_answer()
            .json_body(json_pattern!({ "price": 1 }));
        // A client that swallows the error must not make the test pass.
        pact.handle_exchanges(|exchange: &Exchange| drop(exchange.send(r#"{"sku":1}"#)));
        pact.upon_message("the price of nothing")
            .body("", "text/plain")
            .will_answer();
        // To look at what would be answered is not to ask for it.
        pact.handle_exchanges(|exchange: &Exchange| assert_eq!(exchange.answers().len(), 1));
    });
    insta::assert_snapshot!(text, @r#"
    contract of `order-web` with `order-api`: the test does not hold to it

    message `the price of an article` was not handled: the message that was sent differs
        body at $.sku: expected a string like "A1", got the number 1 (rule: type)

    message `the price of nothing` was not handled: the handler sent nothing; call `send` of the exchange with what the client sends

    the contract was not written; run this test again with
      cargo test -p pact-consumer shows_an_order
    or
      cargo nextest run -p pact-consumer shows_an_order
    "#);
}

#[test]
fn messages_are_written_as_the_version_says() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), |pact| {
        pact.spec_version(SpecVersion::V3);
        order_placed(pact);
        pact.handle_messages(|_: &ReceivedMessage| ());
    });
    let text = std::fs::read_to_string(folder.path().join("order-web-order-api.json")).unwrap();
    assert!(text.contains(r#""messages": ["#), "{text}");
    assert!(
        text.contains(r#""contentType": "application/json""#),
        "{text}"
    );
    let pact = written(folder.path());
    assert_eq!(pact.spec_version, SpecVersion::V3);
    let InteractionKind::AsyncMessage(message) = &pact.interactions[0].kind else {
        panic!("{:?}", pact.interactions[0].kind);
    };
    assert!(
        message
            .contents
            .content()
            .unwrap()
            .content_type
            .as_ref()
            .unwrap()
            .is_json()
    );
}

#[test]
fn a_version_without_messages_refuses_them_by_name() {
    let refused = |version, describe: fn(&mut PactBuilder)| {
        let folder = tempfile::tempdir().unwrap();
        let text = failure_of(folder.path(), |pact| {
            pact.spec_version(version);
            describe(pact);
            pact.handle_messages(|_: &ReceivedMessage| ());
            pact.handle_exchanges(|exchange: &Exchange| assert!(exchange.answers().is_empty()));
        });
        assert_eq!(files_in(folder.path()), Vec::<String>::new());
        text.lines().skip(2).take(2).collect::<Vec<_>>().join("\n")
    };
    insta::assert_snapshot!(refused(SpecVersion::V2, order_placed), @"
    the test itself failed: interaction `an order was placed` cannot be written in version 2.0.0 of the specification, which does not hold a message
        hint: leave it out, or write the contract in version 4, which is the one used unless `.spec_version(…)` says otherwise
    ");
    let question = |pact: &mut PactBuilder| {
        pact.upon_message("a question").will_answer();
    };
    insta::assert_snapshot!(refused(SpecVersion::V3, question), @"
    the test itself failed: interaction `a question` cannot be written in version 3.0.0 of the specification, which does not hold a message with answers
        hint: leave it out, or write the contract in version 4, which is the one used unless `.spec_version(…)` says otherwise
    ");
}

#[test]
fn before_v4_requests_and_messages_are_contracts_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let mut pact = PactBuilder::new("order-web", "order-api");
    pact.spec_version(SpecVersion::V3).output_dir(folder.path());
    order_placed(&mut pact);
    pact.upon_receiving("a ping")
        .get("/ping")
        .will_respond_with(204);
    pact.handle_messages(|_: &ReceivedMessage| ());
    let mock = pact.start();
    crate::support::get(mock.addr(), "/ping");
    let error = pact.finish().unwrap_err();
    assert!(matches!(error, ConsumerError::Version { .. }), "{error:?}");
    insta::assert_snapshot!(error, @"interaction `a ping` cannot be written in version 3.0.0 of the specification, which does not hold requests and messages in one contract");
}

#[test]
fn a_file_of_requests_takes_no_messages_before_v4() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), |pact| {
        pact.spec_version(SpecVersion::V3);
        pact.upon_receiving("a ping")
            .get("/ping")
            .will_respond_with(204);
        let mock = pact.start();
        crate::support::get(mock.addr(), "/ping");
    });
    let before = written(folder.path());
    let text = failure_of(folder.path(), |pact| {
        pact.spec_version(SpecVersion::V3);
        order_placed(pact);
        pact.handle_messages(|_: &ReceivedMessage| ());
    });
    let text = text.replace(&folder.path().display().to_string(), "pacts");
    insta::assert_snapshot!(text, @"
    cannot write pact file `pacts/order-web-order-api.json`
      caused by: HTTP interactions and messages cannot be written in one pact of version 3.0.0
    ");
    assert_eq!(written(folder.path()), before);
}

#[test]
fn contents_may_be_of_every_kind() {
    let folder = tempfile::tempdir().unwrap();
    let describe = |pact: &mut PactBuilder| {
        pact.expects_to_receive("an order as XML").xml_body(
            Xml::element("order")
                .attribute("id", integer(42))
                .each_child(Xml::element("line").text(like("A1"))),
        );
        pact.expects_to_receive("an order as a form")
            .form_body(json_pattern!({ "id": integer(42), "tags": ["a", "b"] }));
        pact.expects_to_receive("an order with its invoice")
            .multipart_body([
                Part::json("order", json_pattern!({ "id": integer(42) })),
                Part::file("invoice", "a.pdf", "application/pdf", "%PDF-1.7 …"),
            ]);
        pact.expects_to_receive("an invoice")
            .file_body("%PDF-1.7 …", "application/pdf");
    };
    let mut received = Vec::new();
    run(folder.path(), |pact| {
        describe(pact);
        pact.handle_messages(|message: &ReceivedMessage| {
            let essence = message.content_type().unwrap();
            let essence = essence.split(';').next().unwrap().to_owned();
            received.push((essence, message.text().unwrap().to_owned()));
        });
    });
    let kinds: Vec<&str> = received.iter().map(|(kind, _)| kind.as_str()).collect();
    assert_eq!(
        kinds,
        [
            "application/xml",
            "application/x-www-form-urlencoded",
            "multipart/form-data",
            "application/pdf"
        ]
    );
    assert!(
        received[0]
            .1
            .ends_with(r#"<order id="42"><line>A1</line></order>"#)
    );
    assert_eq!(received[1].1, "id=42&tags=a&tags=b");
    assert!(received[2].1.contains(r#"{"id":42}"#));
    assert_eq!(received[3].1, "%PDF-1.7 …");
    // What is compared by its rules in the file is what the handler was called with.
    for interaction in written(folder.path()).interactions {
        let InteractionKind::AsyncMessage(message) = &interaction.kind else {
            panic!("{interaction:?}");
        };
        assert!(!message.matching_rules.body.is_empty(), "{interaction:?}");
        let plan = pact_core::plan::MessagePlan::compile(message).unwrap();
        let content = message.contents.content().unwrap();
        let kind = content.content_type.as_ref().unwrap().to_string();
        let actual = pact_core::matching::ActualMessage {
            contents: &content.bytes,
            content_type: Some(&kind),
            metadata: &message.metadata,
        };
        assert_eq!(plan.compare(&actual), [], "{}", interaction.description);
        let wrong = pact_core::matching::ActualMessage {
            contents: b"nothing of the kind",
            ..actual
        };
        assert_ne!(plan.compare(&wrong), [], "{}", interaction.description);
    }
}
