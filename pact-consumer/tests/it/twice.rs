//! One interaction that two tests of a run describe.

use pact_consumer::prelude::*;
use pact_consumer::{ResponseBuilder, SpecVersion, StatusClass};

use crate::support::{failure_of, failure_text, get, status_of_bytes};

#[test]
fn two_tests_of_a_run_may_not_promise_different_answers() {
    let folder = tempfile::tempdir().unwrap();
    let answered = |pact: &mut PactBuilder, status: u16| {
        pact.upon_receiving("a request for an order")
            .get("/orders/1")
            .will_respond_with(status);
        let mock = pact.start();
        assert_eq!(get(mock.addr(), "/orders/1").0, status);
    };
    let options = TestOptions::new("order-web", "order-api").output_dir(folder.path());
    pact_test(options, |pact| answered(pact, 200));
    let text = failure_of(folder.path(), |pact| answered(pact, 404));
    let text = text.replace(&folder.path().display().to_string(), "pacts");
    insta::assert_snapshot!(text, @"
    cannot add to pact file `pacts/order-web-order-api.json`
      caused by: `a request for an order` is described twice in different ways: response status: is `404`, was `200`
      hint: give one of the two another description or another provider state
    ");
}

/// Describes an answer.
type Answering = fn(ResponseBuilder<'_>) -> ResponseBuilder<'_>;

/// What is read back from the file is held against what the second test says.
#[test]
fn what_is_said_twice_in_a_run_is_said_once() {
    let folder = tempfile::tempdir().unwrap();
    let read = || std::fs::read_to_string(folder.path().join("order-web-order-api.json")).unwrap();
    let describe = || {
        let options = TestOptions::new("order-web", "order-api").output_dir(folder.path());
        pact_test(options, |pact| {
            let answers: [(&str, Answering); 6] = [
                ("/json", |answer| {
                    answer.json_body(json_pattern!({ "b": 1.50, "a": each_like({ "id": random_uuid(), "at": datetime_from_now("yyyy-MM-dd", "today", "2026-03-31") }) }))
                }),
                ("/text", |answer| {
                    answer
                        .text_body(regex("a+", "aa"))
                        .header("X-A", like("1"))
                        .header("X-A", like("2"))
                }),
                ("/form", |answer| {
                    answer.form_body(json_pattern!({ "b": "2", "a": like("1 &") }))
                }),
                ("/xml", |answer| {
                    answer.xml_body(Xml::element("a").attribute("b", integer(1)).text("<"))
                }),
                ("/parts", |answer| {
                    answer.multipart_body([
                        Part::field("one", like("1")),
                        Part::file("two", "2.bin", "application/octet-stream", [0, 255]),
                    ])
                }),
                ("/file", |answer| {
                    answer
                        .file_body(*b"\x89PNG\r\n\x1a\n", "image/png")
                        .status_like(StatusClass::Success)
                }),
            ];
            for (path, answer) in answers {
                let exchange = pact.upon_receiving(path).get(path).will_respond_with(200);
                let _ = answer(exchange);
            }
            let mock = pact.start();
            for (path, _) in answers {
                let status = status_of_bytes(mock.addr(), path);
                assert_eq!(status, 200, "{path}");
            }
        });
        read()
    };
    assert_eq!(describe(), describe());
}

#[test]
fn what_is_said_twice_in_an_older_version_is_said_once() {
    for version in [SpecVersion::V1, SpecVersion::V2, SpecVersion::V3] {
        let folder = tempfile::tempdir().unwrap();
        let describe = || {
            let options = TestOptions::new("order-web", "order-api")
                .output_dir(folder.path())
                .spec_version(version);
            pact_test(options, |pact| {
                let answer = pact
                    .upon_receiving("an order")
                    .get("/orders/1")
                    .will_respond_with(200);
                let _ = if version == SpecVersion::V1 {
                    answer.json_body(json_pattern!({ "b": 1, "a": [{ "sku": "A1" }] }))
                } else {
                    answer.header("X-A", like("1")).json_body(
                        json_pattern!({ "b": like(1), "a": each_like_min({ "sku": regex("A.", "A1") }, 2) }),
                    )
                };
                let mock = pact.start();
                assert_eq!(get(mock.addr(), "/orders/1").0, 200);
            });
            std::fs::read_to_string(folder.path().join("order-web-order-api.json")).unwrap()
        };
        assert_eq!(describe(), describe(), "{version}");
    }
}

#[test]
fn a_message_that_is_described_twice_in_a_run_is_one() {
    for version in [SpecVersion::V3, SpecVersion::V4] {
        let folder = tempfile::tempdir().unwrap();
        let describe = |id: i64| {
            let options = TestOptions::new("order-web", "order-api")
                .output_dir(folder.path())
                .spec_version(version);
            pact_test(options, |pact| {
                pact.expects_to_receive("an order was placed")
                    .metadata("topic", like("orders"))
                    .json_body(json_pattern!({ "id": id, "at": like("today") }));
                pact.handle_messages(|_: &ReceivedMessage| ());
            });
            std::fs::read_to_string(folder.path().join("order-web-order-api.json")).unwrap()
        };
        assert_eq!(describe(1), describe(1), "{version}");
        let text = failure_text(|| drop(describe(2)));
        assert!(
            text.contains("`an order was placed` is described twice in different ways: "),
            "{text}"
        );
    }
}

#[test]
fn which_of_two_examples_stays_is_not_decided_by_who_was_first() {
    let contract = |ids: [i64; 2]| {
        let folder = tempfile::tempdir().unwrap();
        for id in ids {
            let options = TestOptions::new("order-web", "order-api").output_dir(folder.path());
            pact_test(options, |pact| {
                pact.upon_receiving("an order")
                    .get("/orders/1")
                    .will_respond_with(200)
                    .json_body(json_pattern!({ "id": integer(id) }));
                let mock = pact.start();
                assert_eq!(get(mock.addr(), "/orders/1").0, 200);
            });
        }
        std::fs::read_to_string(folder.path().join("order-web-order-api.json")).unwrap()
    };
    assert_eq!(contract([1, 2]), contract([2, 1]));
}
