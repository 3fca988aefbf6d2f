//! The pact file a test leaves.

use std::path::Path;

use pact_consumer::prelude::*;
use pact_consumer::{ConsumerError, WriteMode};

use crate::support::{descriptions_in, files_in, get};

fn passing_test(folder: &Path, description: &str, path: &str, status: u16) {
    let options = TestOptions::new("order-web", "order-api").output_dir(folder);
    pact_test(options, |pact| {
        pact.upon_receiving(description)
            .get(path)
            .will_respond_with(status);
        let mock = pact.start();
        assert_eq!(get(mock.addr(), path).0, status);
    });
}

#[test]
#[expect(clippy::too_many_lines, reason = "the file is the point")]
fn a_passing_test_leaves_a_v4_contract() {
    let folder = tempfile::tempdir().unwrap();
    pact_test(
        TestOptions::new("order-web", "order-api").output_dir(folder.path()),
        |pact| {
            pact.upon_receiving("a request for order 42")
                .given("order 42 exists")
                .get("/orders/42")
                .header("Accept", "application/json")
                .will_respond_with(200)
                .json_body(json_pattern!({ "id": integer(42), "total": decimal(9.5) }));
            let mock = pact.start();
            let answer = crate::support::send(
                mock.addr(),
                "GET /orders/42",
                "Accept: application/json\r\n",
                "",
            );
            assert_eq!(answer, (200, r#"{"id":42,"total":9.5}"#.to_owned()));
        },
    );
    let text = std::fs::read_to_string(folder.path().join("order-web-order-api.json")).unwrap();
    insta::assert_snapshot!(text, @r#"
    {
      "consumer": {
        "name": "order-web"
      },
      "interactions": [
        {
          "description": "a request for order 42",
          "pending": false,
          "providerStates": [
            {
              "name": "order 42 exists"
            }
          ],
          "request": {
            "headers": {
              "Accept": [
                "application/json"
              ]
            },
            "method": "GET",
            "path": "/orders/42"
          },
          "response": {
            "body": {
              "content": {
                "id": 42,
                "total": 9.5
              },
              "contentType": "application/json",
              "encoded": false
            },
            "headers": {
              "Content-Type": [
                "application/json"
              ]
            },
            "matchingRules": {
              "body": {
                "$.id": {
                  "combine": "AND",
                  "matchers": [
                    {
                      "match": "integer"
                    }
                  ]
                },
                "$.total": {
                  "combine": "AND",
                  "matchers": [
                    {
                      "match": "decimal"
                    }
                  ]
                }
              }
            },
            "status": 200
          },
          "transport": "http",
          "type": "Synchronous/HTTP"
        }
      ],
      "metadata": {
        "pactSpecification": {
          "version": "4.0"
        }
      },
      "provider": {
        "name": "order-api"
      }
    }
    "#);
}

#[test]
fn the_same_tests_leave_the_same_bytes_in_any_order() {
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let tests = [("z", "/z"), ("a", "/a"), ("m", "/m")];
    tests
        .iter()
        .for_each(|(description, path)| passing_test(one.path(), description, path, 200));
    tests
        .iter()
        .rev()
        .for_each(|(description, path)| passing_test(other.path(), description, path, 200));
    tests
        .iter()
        .for_each(|(description, path)| passing_test(other.path(), description, path, 200));
    let read = |folder: &Path| std::fs::read(folder.join("order-web-order-api.json")).unwrap();
    assert_eq!(read(one.path()), read(other.path()));
    assert_eq!(
        descriptions_in(&one.path().join("order-web-order-api.json")),
        ["a", "m", "z"]
    );
    assert_eq!(files_in(one.path()), ["order-web-order-api.json"]);
}

#[test]
fn overwriting_forgets_earlier_runs_and_keeps_this_one() {
    let folder = tempfile::tempdir().unwrap();
    passing_test(folder.path(), "of an earlier run", "/old", 200);
    std::fs::remove_file(folder.path().join(".order-web-order-api.json.run")).unwrap();
    for path in ["/a", "/b"] {
        let mut pact = PactBuilder::new("order-web", "order-api");
        pact.output_dir(folder.path())
            .write_mode(WriteMode::Overwrite);
        pact.upon_receiving(path).get(path).will_respond_with(200);
        let mock = pact.start();
        get(mock.addr(), path);
        pact.finish().unwrap();
    }
    assert_eq!(
        descriptions_in(&folder.path().join("order-web-order-api.json")),
        ["/a", "/b"]
    );
}

#[test]
fn two_tests_of_a_run_may_not_contradict_each_other() {
    let folder = tempfile::tempdir().unwrap();
    passing_test(folder.path(), "a request for an order", "/orders/1", 200);
    let text = crate::support::failure_of(folder.path(), |pact| {
        pact.upon_receiving("a request for an order")
            .get("/orders/2")
            .will_respond_with(200);
        let mock = pact.start();
        get(mock.addr(), "/orders/2");
    });
    let text = text.replace(&folder.path().display().to_string(), "pacts");
    insta::assert_snapshot!(text, @"
    cannot add to pact file `pacts/order-web-order-api.json`
      caused by: `a request for an order` is described twice with different requests: request path: is `/orders/2`, was `/orders/1`
      hint: give one of the two another description or another provider state
    ");
}

#[test]
fn what_an_earlier_run_wrote_may_change() {
    let folder = tempfile::tempdir().unwrap();
    passing_test(folder.path(), "a request for an order", "/orders/1", 200);
    std::fs::remove_file(folder.path().join(".order-web-order-api.json.run")).unwrap();
    passing_test(folder.path(), "a request for an order", "/orders/2", 200);
    assert_eq!(
        descriptions_in(&folder.path().join("order-web-order-api.json")),
        ["a request for an order"]
    );
}

#[test]
fn a_file_that_is_no_pact_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("order-web-order-api.json");
    std::fs::write(&path, "{\"consumer\":").unwrap();
    let mut pact = PactBuilder::new("order-web", "order-api");
    pact.output_dir(folder.path());
    pact.upon_receiving("a ping")
        .get("/ping")
        .will_respond_with(200);
    let mock = pact.start();
    get(mock.addr(), "/ping");
    let error = pact.finish().unwrap_err();
    assert!(matches!(error, ConsumerError::File(_)), "{error:?}");
    assert!(
        error
            .to_string()
            .contains("it cannot be read; mend or remove it"),
        "{error}"
    );
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "{\"consumer\":");
}

#[test]
fn hostile_names_write_inside_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("pacts");
    let options = TestOptions::new("../../web", "a/p\u{202e}i").output_dir(&inner);
    pact_test(options, |pact| {
        pact.upon_receiving("a ping")
            .get("/ping")
            .will_respond_with(200);
        let mock = pact.start();
        get(mock.addr(), "/ping");
    });
    assert_eq!(files_in(folder.path()), ["pacts"]);
    assert_eq!(files_in(&inner), ["%2E.%2F..%2Fweb-a%2Fp%E2%80%AEi.json"]);
}

#[test]
fn writers_in_many_threads_lose_nothing() {
    let folder = tempfile::tempdir().unwrap();
    std::thread::scope(|scope| {
        for writer in 0..8 {
            let folder = folder.path();
            scope.spawn(move || {
                for item in 0..5 {
                    let name = format!("{writer}-{item}");
                    passing_test(folder, &name, &format!("/{name}"), 200);
                }
            });
        }
    });
    assert_eq!(
        descriptions_in(&folder.path().join("order-web-order-api.json")).len(),
        40
    );
}

#[test]
fn a_test_that_describes_nothing_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let text = crate::support::failure_of(folder.path(), |_| {});
    assert!(
        text.starts_with("the test describes no interaction"),
        "{text}"
    );
    assert_eq!(files_in(folder.path()), Vec::<String>::new());
}

#[test]
fn a_contract_whose_file_name_is_taken_goes_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let write = |consumer: &str, provider: &str| {
        let mut pact = PactBuilder::new(consumer, provider);
        pact.output_dir(folder.path())
            .write_mode(WriteMode::Overwrite);
        pact.upon_receiving("a ping")
            .get("/ping")
            .will_respond_with(200);
        let mock = pact.start();
        get(mock.addr(), "/ping");
        pact.finish().unwrap()
    };
    let first = write("a-b", "c");
    let before = std::fs::read(&first).unwrap();
    let second = write("a", "b-c");
    assert_eq!(first.file_name().unwrap(), "a-b-c.json");
    assert_eq!(second.file_name().unwrap(), "a-b-c~6a89d6480efc2157.json");
    assert_eq!(std::fs::read(&first).unwrap(), before);
    assert_eq!((write("a-b", "c"), write("a", "b-c")), (first, second));
}
