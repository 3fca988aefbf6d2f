//! The mock server and its clients.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use pact_consumer::prelude::*;
use pact_consumer::{Fault, Verdict};

use crate::support::{exchange, get, send};

#[test]
fn two_interactions_with_one_path_are_told_apart_by_their_queries() {
    let mut pact = PactBuilder::new("web", "api");
    pact.upon_receiving("page 1")
        .get("/items")
        .query("page", "1")
        .will_respond_with(200)
        .body("one", "text/plain");
    pact.upon_receiving("page 2")
        .get("/items")
        .query("page", "2")
        .will_respond_with(200)
        .body("two", "text/plain");
    let mock = pact.start();
    assert_eq!(get(mock.addr(), "/items?page=2"), (200, "two".to_owned()));
    assert_eq!(get(mock.addr(), "/items?page=1"), (200, "one".to_owned()));
    assert_eq!(pact.failure(), None);
}

#[test]
fn requests_can_be_read_by_the_test() {
    let mut pact = PactBuilder::new("web", "api");
    pact.upon_receiving("a ping")
        .post("/ping")
        .will_respond_with(200);
    let mock = pact.start();
    send(mock.addr(), "POST /ping?x=1", "X-A: b\r\n", "hello");
    let requests = mock.requests();
    assert_eq!(
        (requests[0].method.as_str(), requests[0].query.as_deref()),
        ("POST", Some("x=1"))
    );
    assert_eq!(requests[0].body, b"hello");
    assert!(matches!(
        requests[0].verdict,
        Verdict::Unexpected { nearest: Some(_) }
    ));
    assert_eq!(pact.failure().unwrap().unexpected, requests);
}

#[test]
fn what_is_not_expected_is_answered_with_the_nearest_interaction_and_the_differences() {
    let mut pact = PactBuilder::new("web", "api");
    pact.upon_receiving("a new order")
        .post("/orders")
        .json_body(json_pattern!({ "id": integer(42) }))
        .will_respond_with(201);
    let mock = pact.start();
    let headers = "Content-Type: application/json\r\n";
    let answer = exchange(mock.addr(), "POST /orders", headers, r#"{"id":"x"}"#);
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 500"), "{head}");
    assert!(
        head.contains("content-type: application/problem+json"),
        "{head}"
    );
    let problem: serde_json::Value = serde_json::from_str(body).unwrap();
    insta::assert_snapshot!(format!("{problem:#}"), @r#"
    {
      "detail": "no interaction of this test expects POST /orders",
      "nearest": {
        "interaction": "a new order",
        "mismatches": [
          {
            "actual": "x",
            "description": "body at $.id: expected an integer like 42, got the string \"x\" (rule: integer)",
            "expected": "42",
            "part": "body",
            "path": "$.id",
            "rule": "integer"
          }
        ]
      },
      "status": 500,
      "title": "unexpected request",
      "type": "about:blank"
    }
    "#);
    assert_eq!(pact.failure().unwrap().unexpected.len(), 1);
}

#[test]
fn values_are_made_afresh_and_the_contract_keeps_the_example() {
    let mut pact = PactBuilder::new("web", "api");
    let next = Pattern::Matching {
        example: Box::new("http://api/next/1".into()),
        rules: pact_core::rules::RuleList::default(),
        generator: Some(pact_core::generators::Generator::MockServerUrl {
            example: "http://api/next/1".to_owned(),
            regex: ".*(/next/.*)".to_owned(),
        }),
    };
    pact.upon_receiving("a page")
        .get("/page")
        .will_respond_with(200)
        .json_body(json_pattern!({ "next": next }));
    let mock = pact.start();
    assert_eq!(
        get(mock.addr(), "/page").1,
        format!(r#"{{"next":"{}/next/1"}}"#, mock.url())
    );
    assert_eq!(pact.failure(), None);
}

#[test]
fn a_connection_is_kept_for_the_next_request() {
    let mut pact = PactBuilder::new("web", "api");
    pact.upon_receiving("a ping")
        .get("/ping")
        .will_respond_with(204);
    let mock = pact.start();
    let mut stream = TcpStream::connect(mock.addr()).unwrap();
    for _ in 0..3 {
        stream
            .write_all(b"GET /ping HTTP/1.1\r\nHost: x\r\n\r\n")
            .unwrap();
        let mut answer = [0; 256];
        let length = stream.read(&mut answer).unwrap();
        assert!(answer[..length].starts_with(b"HTTP/1.1 204"));
    }
    assert_eq!(pact.failure(), None);
}

#[test]
fn dropping_the_server_ends_connections_that_hang() {
    let mut pact = PactBuilder::new("web", "api");
    pact.upon_receiving("a ping")
        .post("/ping")
        .will_respond_with(204);
    let mock = pact.start();
    let mut half = TcpStream::connect(mock.addr()).unwrap();
    half.write_all(b"POST /ping HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc")
        .unwrap();
    let address = mock.addr();
    drop(mock);
    let mut rest = Vec::new();
    // The peer is gone: an end of file or a reset, but never a wait.
    let _ = half.read_to_end(&mut rest);
    assert!(
        TcpStream::connect(address).is_err(),
        "nobody listens any more"
    );
    assert_eq!(pact.failure().unwrap().never_requested.len(), 1);
}

#[test]
fn garbage_harms_nobody_else() {
    let mut pact = PactBuilder::new("web", "api");
    pact.upon_receiving("a ping")
        .get("/ping")
        .will_respond_with(204);
    let mock = pact.start();
    let mut garbage = TcpStream::connect(mock.addr()).unwrap();
    garbage
        .write_all(b"\x16\x03\x01\x02\x00 PRI * garbage\r\n\r\n")
        .unwrap();
    assert_eq!(get(mock.addr(), "/ping").0, 204);
    assert_eq!(pact.failure(), None);
}

#[test]
fn a_finished_server_gives_its_requests_and_listens_no_more() {
    let mut pact = PactBuilder::new("web", "api");
    pact.upon_receiving("a ping")
        .get("/ping")
        .will_respond_with(204);
    let mock = pact.start();
    let address = mock.addr();
    get(address, "/ping");
    let requests = mock.finish().unwrap();
    assert_eq!(requests.len(), 1);
    assert!(TcpStream::connect(address).is_err());
}

/// Starts a server for one path, and returns it with its builder.
fn server_of(path: &str) -> (PactBuilder, MockServer) {
    let mut pact = PactBuilder::new("web", "api");
    pact.upon_receiving(path)
        .get(path)
        .will_respond_with(200)
        .body(path.to_owned(), "text/plain");
    let mock = pact.start();
    (pact, mock)
}

#[test]
fn servers_one_after_the_other_answer_only_for_themselves() {
    let mut held = Vec::new();
    for number in 0..50 {
        let path = format!("/orders/{number}");
        let (pact, mock) = server_of(&path);
        // One request waits for its answer, and one connection is kept for later.
        mock.inject(Fault::Delay(Duration::from_secs(600)));
        let mut waiting = TcpStream::connect(mock.addr()).unwrap();
        write!(waiting, "GET {path} HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
        let idle = TcpStream::connect(mock.addr()).unwrap();
        while mock.requests().is_empty() {
            std::thread::yield_now();
        }
        assert_eq!(get(mock.addr(), &path), (200, path.clone()));
        assert_eq!(get(mock.addr(), "/orders/50").0, 500);
        let address = mock.addr();
        drop(mock);
        assert!(TcpStream::connect(address).is_err(), "it listens no more");
        held.extend([waiting, idle]);
        let paths: Vec<String> = { pact.failure().unwrap().unexpected.into_iter() }
            .map(|request| request.path)
            .collect();
        assert_eq!(paths, ["/orders/50"]);
    }
    for mut stream in held {
        let mut answer = Vec::new();
        // Cut off or ended, but not answered by a server that came later.
        let _ = stream.read_to_end(&mut answer);
        assert_eq!(String::from_utf8_lossy(&answer), "");
    }
}

#[test]
fn servers_side_by_side_answer_only_for_themselves() {
    std::thread::scope(|scope| {
        for thread in 0..16 {
            scope.spawn(move || {
                for number in 0..20 {
                    let path = format!("/{thread}/{number}");
                    let (pact, mock) = server_of(&path);
                    assert_eq!(get(mock.addr(), &path), (200, path));
                    let requests = mock.finish().unwrap();
                    assert_eq!(requests.len(), 1);
                    assert_eq!(pact.failure(), None);
                }
            });
        }
    });
}

#[test]
fn an_answer_is_framed_as_it_is_and_not_as_the_contract_says() {
    let mut pact = PactBuilder::new("web", "api");
    pact.upon_receiving("a recorded answer")
        .get("/recorded")
        .will_respond_with(200)
        .header("Content-Length", "99")
        .header("Transfer-Encoding", "gzip, chunked")
        .text_body("here");
    pact.upon_receiving("the size of a file")
        .head("/file")
        .will_respond_with(200)
        .header("Content-Length", "4096");
    let mock = pact.start();
    let answer = |line: &str| {
        let mut client = TcpStream::connect(mock.addr()).unwrap();
        let request = format!("{line} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
        client.write_all(request.as_bytes()).unwrap();
        let mut text = String::new();
        client.read_to_string(&mut text).unwrap();
        text
    };
    let recorded = answer("GET /recorded");
    assert!(recorded.contains("content-length: 4\r\n"), "{recorded}");
    assert!(recorded.ends_with("\r\n\r\nhere"), "{recorded}");
    assert!(!recorded.contains("transfer-encoding"), "{recorded}");
    let size = answer("HEAD /file");
    assert!(size.contains("content-length: 4096\r\n"), "{size}");
    mock.finish().unwrap();
}

#[test]
fn a_finished_server_says_what_was_not_asked_of_it() {
    let mut pact = PactBuilder::new("web", "api");
    pact.upon_receiving("a ping")
        .get("/ping")
        .will_respond_with(204);
    let error = pact.start().finish().unwrap_err();
    insta::assert_snapshot!(error, @"
    contract of `web` with `api`: the test does not hold to it

    0 of 1 interaction was used; never requested:
      `a ping` (GET /ping)

    the contract was not written
    ");
}

#[test]
fn an_interaction_no_server_can_serve_is_never_taken_for_used() {
    use pact_core::model::{Interaction, InteractionKind};

    let folder = tempfile::tempdir().unwrap();
    for starts_a_server in [false, true] {
        let mut pact = PactBuilder::new("web", "api");
        let kind = InteractionKind::Other {
            type_name: "Synchronous/Pigeons".to_owned(),
            members: pact_core::json::Object::new(),
        };
        pact.output_dir(folder.path())
            .interaction(Interaction::new("an order was placed", kind));
        let _mock = starts_a_server.then(|| pact.start());
        insta::allow_duplicates! {
            insta::assert_snapshot!(pact.finish().unwrap_err(), @"interaction `an order was placed` is of the unknown type `Synchronous/Pigeons`, so this test cannot have used it");
        }
    }
    assert_eq!(
        crate::support::files_in(folder.path()),
        Vec::<String>::new()
    );
}
