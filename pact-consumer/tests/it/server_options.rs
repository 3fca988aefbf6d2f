//! Where a mock server listens, and what it does beside answering.

use std::net::{Ipv6Addr, SocketAddr, TcpListener};

use pact_consumer::prelude::*;
use pact_consumer::{ServerOptions, Verdict};

use crate::support::{exchange, get, send};

fn ping() -> PactBuilder {
    let mut pact = PactBuilder::new("web", "api");
    pact.upon_receiving("a ping")
        .get("/ping")
        .will_respond_with(200)
        .body("pong", "text/plain");
    pact
}

#[test]
fn a_server_listens_where_the_test_says() {
    let mut pact = ping();
    let taken = pact.start();
    let error = ping()
        .try_start_with(ServerOptions::new().address(taken.addr()))
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("cannot start a mock server on {}", taken.addr())
    );

    assert!(taken.finish().is_err(), "nobody asked it");

    let serve = |options| MockServer::serve(&ping().build(), options).unwrap();
    let everywhere = serve(ServerOptions::new().address(([0, 0, 0, 0], 0)));
    let port = everywhere.addr().port();
    assert_eq!(everywhere.url(), format!("http://127.0.0.1:{port}"));
    assert_eq!(
        get(SocketAddr::from(([127, 0, 0, 1], port)), "/ping").0,
        200
    );

    let own = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = own.local_addr().unwrap();
    let given = serve(ServerOptions::new().listener(own));
    assert_eq!(given.addr(), address);
    assert_eq!(get(address, "/ping").0, 200);
}

#[test]
fn a_server_speaks_ipv6() {
    let address = SocketAddr::from((Ipv6Addr::LOCALHOST, 0));
    let mut pact = ping();
    let mock = pact.start_with(ServerOptions::new().address(address));
    assert_eq!(mock.url(), format!("http://[::1]:{}", mock.addr().port()));
    assert_eq!(get(mock.addr(), "/ping").0, 200);
    assert_eq!(pact.failure(), None);
}

#[test]
fn a_base_path_stands_before_every_path_and_not_in_the_contract() {
    let folder = tempfile::tempdir().unwrap();
    let mut pact = ping();
    pact.output_dir(folder.path());
    let mock = pact.start_with(ServerOptions::new().base_path("v1/"));
    assert_eq!(
        mock.path("/ping"),
        format!("http://{}/v1/ping", mock.addr())
    );
    assert_eq!(get(mock.addr(), "/v1/ping"), (200, "pong".to_owned()));
    assert_eq!(pact.failure(), None);
    let (status, body) = get(mock.addr(), "/ping");
    assert_eq!(status, 500);
    assert!(
        body.contains("GET /ping is not below the base path `/v1` of this server"),
        "{body}"
    );
    insta::assert_snapshot!(pact.failure().unwrap(), @"
    contract of `web` with `api`: the test does not hold to it

    unexpected request GET /ping, answered with 500; it is not below the base path `/v1` of the mock server

    the contract was not written
    ");

    let mut pact = ping();
    pact.output_dir(folder.path());
    let mock = pact.start_with(ServerOptions::new().base_path("/v1"));
    get(mock.addr(), "/v1/ping");
    let written = std::fs::read_to_string(pact.finish().unwrap()).unwrap();
    assert!(written.contains(r#""path": "/ping""#), "{written}");
}

#[test]
fn browsers_are_answered_when_the_test_asks_for_it() {
    let asked = "Origin: http://shop.test\r\nAccess-Control-Request-Method: GET\r\n\
                 Access-Control-Request-Headers: x-trace\r\n";
    let mut pact = ping();
    pact.upon_receiving("a question with an origin of its own")
        .get("/own")
        .will_respond_with(200)
        .header("Access-Control-Allow-Origin", "http://only.test");
    let mock = pact.start_with(ServerOptions::new().cors());
    let preflight = exchange(mock.addr(), "OPTIONS /ping", asked, "");
    for line in [
        "HTTP/1.1 204",
        "access-control-allow-origin: http://shop.test",
        "access-control-allow-headers: x-trace",
        "access-control-allow-credentials: true",
        "vary: Origin",
    ] {
        assert!(preflight.contains(line), "no {line} in {preflight}");
    }
    let answer = exchange(mock.addr(), "GET /ping", asked, "");
    assert!(
        answer.contains("access-control-allow-origin: http://shop.test"),
        "{answer}"
    );
    let own = exchange(mock.addr(), "GET /own", asked, "");
    assert_eq!(
        own.matches("access-control-allow-origin").count(),
        1,
        "{own}"
    );
    assert!(own.contains("http://only.test"), "{own}");
    assert_eq!(mock.requests()[0].verdict, Verdict::Preflight);
    assert_eq!(pact.failure(), None, "a preflight is no unexpected request");

    let mut pact = ping();
    let mock = pact.start();
    let refused = exchange(mock.addr(), "OPTIONS /ping", asked, "");
    assert!(refused.starts_with("HTTP/1.1 500"), "{refused}");
    assert!(!refused.contains("access-control"), "{refused}");
    assert!(refused.contains("start the server with CORS"), "{refused}");
    assert_eq!(pact.failure().unwrap().unexpected.len(), 1);
}

#[test]
fn head_is_answered_without_a_body() {
    let mut pact = PactBuilder::new("web", "api");
    pact.upon_receiving("the head of a page")
        .method("HEAD", "/page")
        .will_respond_with(200)
        .body("a page", "text/plain");
    let mock = pact.start();
    let answer = exchange(mock.addr(), "HEAD /page", "", "");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.contains("content-length: 6"), "{answer}");
    assert!(answer.ends_with("\r\n\r\n"), "{answer}");
    assert_eq!(pact.failure(), None);
}

#[test]
fn a_pact_is_served_without_a_test() {
    let pact = ping().build();
    let mock = MockServer::serve(&pact, ServerOptions::new().journal_limit(1)).unwrap();
    assert_eq!(mock.failure().unwrap().never_requested.len(), 1);
    get(mock.addr(), "/ping");
    get(mock.addr(), "/ping");
    send(mock.addr(), "POST /other", "", "x");
    let (total, by_path) = mock.request_counts();
    assert_eq!((total, by_path["/ping"], by_path["/other"]), (3, 2, 1));
    assert_eq!(mock.usage(), [2]);
    let kept: Vec<_> = mock
        .requests()
        .into_iter()
        .map(|request| request.path)
        .collect();
    assert_eq!(
        kept,
        ["/ping", "/other"],
        "what fails is told beyond the limit"
    );
}

#[test]
fn calls_are_counted_when_the_test_says_how_many() {
    let counted = |times: usize| {
        let mut pact = PactBuilder::new("web", "api");
        pact.upon_receiving("a ping")
            .times(1..=2)
            .get("/ping")
            .will_respond_with(204);
        let mock = pact.start();
        for _ in 0..times {
            get(mock.addr(), "/ping");
        }
        pact.failure().map(|failure| failure.to_string())
    };
    assert_eq!(counted(1), None);
    assert_eq!(counted(2), None);
    insta::assert_snapshot!(counted(3).unwrap(), @"
    contract of `web` with `api`: the test does not hold to it

    `a ping` was used 3 times, expected at most 2 times

    the contract was not written
    ");
    assert!(counted(0).unwrap().contains("never requested"));

    let mut pact = PactBuilder::new("web", "api");
    pact.upon_receiving("a ping")
        .times(0)
        .get("/ping")
        .will_respond_with(204);
    insta::assert_snapshot!(pact.try_start().unwrap_err(), @"interaction `a ping` can never be used as often as the test says");
}
