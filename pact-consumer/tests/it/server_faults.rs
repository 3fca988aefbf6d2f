//! Trouble that a test asks for.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use pact_consumer::Fault;
use pact_consumer::prelude::*;

use crate::support::get;

const PAGE: &str = "0123456789";

fn page() -> (PactBuilder, MockServer) {
    let mut pact = PactBuilder::new("web", "api");
    pact.upon_receiving("a page")
        .get("/page")
        .will_respond_with(200)
        .body(PAGE, "text/plain");
    let mock = pact.start();
    (pact, mock)
}

/// Asks for the page and returns what comes back until the connection ends.
fn ask(mock: &MockServer) -> (Vec<u8>, Option<ErrorKind>) {
    let mut stream = TcpStream::connect(mock.addr()).unwrap();
    stream
        .write_all(b"GET /page HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        .unwrap();
    let mut answer = Vec::new();
    let ended = stream.read_to_end(&mut answer);
    (answer, ended.err().map(|error| error.kind()))
}

#[test]
fn a_client_can_be_made_to_wait() {
    let (pact, mock) = page();
    mock.inject(Fault::Delay(Duration::from_millis(50)));
    let begun = Instant::now();
    assert_eq!(get(mock.addr(), "/page"), (200, PAGE.to_owned()));
    assert!(begun.elapsed() >= Duration::from_millis(50));
    mock.inject(Fault::Slow {
        chunk: 3,
        pause: Duration::from_millis(10),
    });
    let begun = Instant::now();
    assert_eq!(get(mock.addr(), "/page"), (200, PAGE.to_owned()));
    assert!(begun.elapsed() >= Duration::from_millis(40), "four pieces");
    assert_eq!(pact.failure(), None, "the answers arrived");
}

#[test]
fn a_connection_can_be_broken_in_four_ways() {
    let (pact, mock) = page();
    mock.inject(Fault::Truncate);
    mock.inject(Fault::Close);
    mock.inject(Fault::Reset);
    mock.inject(Fault::Malformed);
    let (half, _) = ask(&mock);
    let half = String::from_utf8(half).unwrap();
    assert!(half.contains("content-length: 10"), "{half}");
    assert!(half.ends_with("\r\n\r\n01234"), "{half}");
    assert_eq!(ask(&mock), (Vec::new(), None));
    assert_eq!(ask(&mock), (Vec::new(), Some(ErrorKind::ConnectionReset)));
    let (malformed, _) = ask(&mock);
    assert!(malformed.starts_with(b"HTTP/9.9"), "{malformed:?}");

    let failure = pact.failure().expect("no answer arrived whole");
    assert_eq!(failure.never_requested.len(), 1);
    assert_eq!(failure.unexpected, []);
    assert_eq!(get(mock.addr(), "/page"), (200, PAGE.to_owned()));
    assert_eq!(pact.failure(), None, "the client asked again");
    let faults: Vec<_> = mock
        .requests()
        .iter()
        .map(|request| request.fault)
        .collect();
    assert_eq!(
        faults,
        [
            Some(Fault::Truncate),
            Some(Fault::Close),
            Some(Fault::Reset),
            Some(Fault::Malformed),
            None
        ]
    );
}

#[test]
fn an_unexpected_request_is_answered_although_trouble_waits() {
    let (pact, mock) = page();
    mock.inject(Fault::Close);
    assert_eq!(get(mock.addr(), "/other").0, 500);
    assert_eq!(ask(&mock), (Vec::new(), None));
    let failure = pact.failure().unwrap();
    assert_eq!(failure.unexpected.len(), 1);
    assert_eq!(failure.never_requested.len(), 1);
}
