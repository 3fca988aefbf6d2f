//! Clients that mean harm, or merely do it.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use pact_consumer::prelude::*;
use pact_consumer::{Fault, ServerOptions, Verdict};

use crate::support::{get, send};

fn upload(options: ServerOptions) -> (PactBuilder, MockServer) {
    let mut pact = PactBuilder::new("web", "api");
    pact.upon_receiving("a file")
        .post("/files")
        .will_respond_with(201);
    pact.upon_receiving("a ping")
        .get("/ping")
        .will_respond_with(204);
    let mock = pact.start_with(options);
    (pact, mock)
}

/// Sends the bytes and returns what comes back until the connection ends.
fn tell(mock: &MockServer, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(mock.addr()).unwrap();
    stream.write_all(bytes).unwrap();
    let mut answer = Vec::new();
    // A reset is an end as well.
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

/// Returns why the requests of the server could not be read.
fn reasons(mock: &MockServer) -> Vec<String> {
    let requests = mock.requests().into_iter();
    let reasons = requests.filter_map(|request| match request.verdict {
        Verdict::Unreadable { reason } => Some(reason),
        _ => None,
    });
    reasons.collect()
}

#[test]
fn a_body_over_the_limit_is_answered_413_and_fails_the_test() {
    let (pact, mock) = upload(ServerOptions::new().largest_body(1000));
    assert_eq!(
        send(mock.addr(), "POST /files", "", &"x".repeat(1000)).0,
        201
    );
    get(mock.addr(), "/ping");
    assert_eq!(pact.failure(), None);
    let (status, body) = send(mock.addr(), "POST /files", "", &"x".repeat(1_000_000));
    assert_eq!(status, 413, "{body}");
    let chunks = "200\r\n".to_owned() + &"x".repeat(512) + "\r\n";
    let request = "POST /files HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n";
    let streamed = tell(
        &mock,
        (request.to_owned() + &chunks.repeat(3) + "0\r\n\r\n").as_bytes(),
    );
    assert!(streamed.starts_with("HTTP/1.1 413"), "{streamed}");
    insta::assert_snapshot!(pact.failure().unwrap(), @"
    contract of `web` with `api`: the test does not hold to it

    unreadable request POST /files: its body has more than 1000 bytes; `ServerOptions::largest_body` allows more (2 times)

    the contract was not written
    ");
}

#[test]
fn large_and_streamed_bodies_arrive_whole() {
    let (pact, mock) = upload(ServerOptions::new());
    let large = "x".repeat(20 << 20);
    assert_eq!(send(mock.addr(), "POST /files", "", &large).0, 201);
    let mut stream = TcpStream::connect(mock.addr()).unwrap();
    stream
        .write_all(b"POST /files HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n")
        .unwrap();
    for _ in 0..100 {
        stream.write_all(b"5\r\nhello\r\n").unwrap();
    }
    stream.write_all(b"0\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    let bodies: Vec<usize> = mock
        .requests()
        .iter()
        .map(|request| request.body.len())
        .collect();
    assert_eq!(bodies, [20 << 20, 500]);
    get(mock.addr(), "/ping");
    assert_eq!(pact.failure(), None);
}

#[test]
fn a_client_that_asks_before_it_sends_is_told_to_go_on() {
    let (pact, mock) = upload(ServerOptions::new().largest_body(10));
    let mut stream = TcpStream::connect(mock.addr()).unwrap();
    stream
        .write_all(b"POST /files HTTP/1.1\r\nHost: x\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n")
        .unwrap();
    let mut head = [0; 25];
    stream.read_exact(&mut head).unwrap();
    assert_eq!(&head, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(b"hello").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    assert_eq!(pact.failure().unwrap().unexpected, []);
}

#[test]
fn a_head_over_the_limit_fails_the_test() {
    let (pact, mock) = upload(ServerOptions::new());
    let many: String = (0..10_000)
        .map(|number| format!("X-{number}: 1\r\n"))
        .collect();
    let long = format!("X-Long: {}\r\n", "x".repeat(1 << 20));
    for headers in [many, long] {
        let request = format!("GET /ping HTTP/1.1\r\nHost: x\r\n{headers}\r\n");
        let mut stream = TcpStream::connect(mock.addr()).unwrap();
        // It may be cut off before all is sent.
        let _ = stream.write_all(request.as_bytes());
        let _ = stream.shutdown(Shutdown::Write);
        let _ = stream.read_to_end(&mut Vec::new());
    }
    assert_eq!(get(mock.addr(), "/ping").0, 204, "others are served");
    assert_eq!(
        reasons(&mock),
        ["its head is larger than this server reads"; 2]
    );
    let report = pact.failure().unwrap().to_string();
    assert!(
        report
            .contains("\nunreadable request: its head is larger than this server reads (2 times)"),
        "{report}"
    );
}

#[test]
fn clients_that_keep_silent_are_let_go_and_keep_nobody_waiting() {
    let (pact, mock) = upload(ServerOptions::new().client_timeout(Duration::from_millis(300)));
    let beginnings: [&[u8]; 5] = [
        b"",
        b"PRI * HT",
        b"GET /ping HTTP/1.1\r\nHost:",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r",
        b"POST /files HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf",
    ];
    let mut silent: Vec<TcpStream> = (0..200)
        .map(|number| {
            let mut stream = TcpStream::connect(mock.addr()).unwrap();
            stream
                .write_all(beginnings[number % beginnings.len()])
                .unwrap();
            stream
        })
        .collect();
    assert_eq!(get(mock.addr(), "/ping").0, 204);
    for stream in &mut silent {
        // Every one of them is ended by the server.
        let _ = stream.read_to_end(&mut Vec::new());
    }
    let failure = pact.failure().unwrap();
    assert_eq!(failure.unexpected.len(), 40, "the bodies that never came");
    assert_eq!(
        reasons(&mock)[0],
        "its body did not come to its end within 300ms"
    );
    let said = |what: &str| {
        { failure.noise.iter() }
            .filter(|noise| *noise == what)
            .count()
    };
    let silent = said("a client connected and said nothing within 300ms");
    let half = said("a client began a request and did not end its head within 300ms");
    assert_eq!(
        (silent + half, failure.noise.len()),
        (100, 100),
        "as many as are told"
    );
    assert!(silent > 0 && half > 0, "{silent} {half}");
    let report = failure.to_string();
    assert!(
        report.contains(&format!("said nothing within 300ms ({silent} times)")),
        "{report}"
    );
}

#[test]
fn a_connection_that_is_kept_for_later_is_no_trouble() {
    let (pact, mock) = upload(ServerOptions::new().client_timeout(Duration::from_secs(1)));
    let mut kept = TcpStream::connect(mock.addr()).unwrap();
    kept.write_all(b"POST /files HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello")
        .unwrap();
    let mut answer = String::new();
    // It is answered, and let go when nothing more comes.
    kept.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    let mut half = TcpStream::connect(mock.addr()).unwrap();
    half.write_all(b"GET /ping HTTP/1.1\r\nHost: x\r\n\r\n")
        .unwrap();
    let mut first = [0; 12];
    half.read_exact(&mut first).unwrap();
    half.write_all(b"GET /ping HTTP").unwrap();
    half.read_to_end(&mut Vec::new()).unwrap();
    assert_eq!(get(mock.addr(), "/other").0, 500);
    let noise = pact.failure().unwrap().noise;
    assert_eq!(
        noise,
        ["a client began a request and did not end its head within 1s"]
    );
}

#[test]
fn garbage_is_told_but_fails_no_test_by_itself() {
    let (pact, mock) = upload(ServerOptions::new());
    tell(&mock, b"\x16\x03\x01\x02\x00 a hello of TLS");
    tell(&mock, b"\0\x01\x02 what is this\r\n\r\n");
    get(mock.addr(), "/ping");
    insta::assert_snapshot!(pact.failure().unwrap(), @"
    contract of `web` with `api`: the test does not hold to it

    1 of 2 interactions was used; never requested:
      `a file` (POST /files)

    besides, a client spoke TLS, but this server speaks plain HTTP: use an `http` URL

    besides, a client sent what is no HTTP request: invalid HTTP method parsed

    the contract was not written
    ");
    send(mock.addr(), "POST /files", "", "x");
    assert_eq!(pact.failure(), None);
}

#[test]
fn a_client_that_leaves_in_the_middle_of_a_head_is_told() {
    let (pact, mock) = upload(ServerOptions::new());
    let mut kept = TcpStream::connect(mock.addr()).unwrap();
    kept.write_all(b"GET /ping HTTP/1.1\r\nHost: x\r\n\r\n")
        .unwrap();
    kept.shutdown(Shutdown::Write).unwrap();
    let mut answer = String::new();
    kept.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 204"), "{answer}");
    let mut half = TcpStream::connect(mock.addr()).unwrap();
    half.write_all(b"POST /files HTTP/1.1\r\nHo").unwrap();
    half.shutdown(Shutdown::Write).unwrap();
    half.read_to_end(&mut Vec::new()).unwrap();
    assert_eq!(
        pact.failure().unwrap().noise,
        ["a client left in the middle of the head of a request"]
    );
}

#[test]
fn a_client_that_closes_its_side_after_the_request_is_answered() {
    let (pact, mock) = upload(ServerOptions::new());
    // The server sees the end before it answers.
    mock.inject(Fault::Delay(Duration::from_millis(50)));
    let mut client = TcpStream::connect(mock.addr()).unwrap();
    client
        .write_all(b"GET /ping HTTP/1.1\r\nHost: x\r\n\r\n")
        .unwrap();
    client.shutdown(Shutdown::Write).unwrap();
    let mut answer = String::new();
    client.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 204"), "{answer}");
    send(mock.addr(), "POST /files", "", "");
    assert_eq!(pact.failure(), None);
}

#[test]
fn a_body_that_is_none_is_told_with_what_is_wrong_with_it() {
    let (pact, mock) = upload(ServerOptions::new());
    let head = b"POST /files HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n";
    let answer = tell(&mock, head);
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    insta::assert_snapshot!(reasons(&mock)[0], @"its body did not come to its end: error reading a body from connection: Invalid chunk size line: missing size digit");
    assert_eq!(pact.failure().unwrap().noise, [""; 0]);
}

#[test]
fn a_client_that_takes_the_server_for_a_proxy_is_told_with_what_it_asked() {
    let (pact, mock) = upload(ServerOptions::new());
    tell(
        &mock,
        b"CONNECT api.example:443 HTTP/1.1\r\nConnection: close\r\n\r\n",
    );
    let report = pact.failure().unwrap().to_string();
    assert!(
        report.contains("unexpected request CONNECT api.example:443, answered with 500"),
        "{report}"
    );
}
