//! `pact broker start` in the environment of a Ruby broker.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use crate::support::{Pact, Started};

/// Sends a request with a `Host` of its own and returns the whole answer.
fn ask(address: &str, request: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn the_environment_of_a_ruby_broker_is_taken_over() {
    let folder = tempfile::tempdir().unwrap();
    let mut run = Pact::new(["broker", "start", "--port", "0"]).within(folder.path());
    for (name, value) in [
        (
            "PACT_BROKER_BASE_URL",
            "https://pacts.example/deep  http://second.example",
        ),
        (
            "PACT_BROKER_BASE_URLS",
            "http://second.example http://third.example",
        ),
        ("PACT_BROKER_DATABASE_URL", ""),
        ("PACT_BROKER_DATABASE_ADAPTER", "sqlite"),
        ("PACT_BROKER_DATABASE_NAME", "ruby.sqlite3"),
        ("PACT_BROKER_ALLOW_DANGEROUS_CONTRACT_MODIFICATION", "true"),
        ("PACT_BROKER_WEBHOOK_HOST_WHITELIST", ""),
        ("PACT_BROKER_ORDER_VERSIONS_BY_DATE", "true"),
    ] {
        run = run.env(name, value);
    }
    let mut broker = Started::of(run);
    assert_eq!(broker.url(), "https://pacts.example/deep");
    let listening = broker.line();
    let address = listening.strip_prefix("listening on ").unwrap();
    assert_eq!(
        broker.line(),
        "data in sqlite://ruby.sqlite3; stop with Ctrl-C"
    );
    assert!(folder.path().join("ruby.sqlite3").exists());
    for (host, base) in [
        ("pacts.example", "https://pacts.example/deep"),
        ("second.example", "http://second.example"),
        ("third.example", "http://third.example"),
        ("evil.example", "https://pacts.example/deep"),
    ] {
        let request = format!("GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        let index = ask(address, &request);
        assert!(
            index.contains(&format!("\"{base}/pacticipants\"")),
            "{host}: {index}"
        );
    }
    let put = |method: &str| {
        let body = format!(
            r#"{{"consumer":{{"name":"Foo"}},"provider":{{"name":"Bar"}},"interactions":[{{"description":"a","request":{{"method":"{method}","path":"/"}},"response":{{"status":200}}}}]}}"#
        );
        let request = format!(
            "PUT /pacts/provider/Bar/consumer/Foo/version/1 HTTP/1.1\r\nHost: b\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        );
        ask(address, &request)
    };
    assert!(put("GET").starts_with("HTTP/1.1 201 "));
    let changed = put("POST");
    assert!(changed.starts_with("HTTP/1.1 200 "), "{changed}");
}

#[test]
fn a_setting_that_cannot_be_meant_stops_the_broker() {
    let folder = tempfile::tempdir().unwrap();
    let start = |name: &str, value: &str| {
        Pact::new(["broker", "start", "--port", "0"])
            .within(folder.path())
            .env(name, value)
            .run()
    };
    let refused = start("PACT_BROKER_BASE_URL", "https://ok.example nonsense").exits_with(2);
    assert!(
        refused.stderr.contains("reading `nonsense` as a base URL"),
        "{refused}"
    );
    let refused = start("PACT_BROKER_TRUSTED_PROXIES", "10.0.0.0/40").exits_with(2);
    assert!(
        refused
            .stderr
            .contains("reading `10.0.0.0/40` as a network"),
        "{refused}"
    );
    let refused = start("PACT_BROKER_DATABASE_ADAPTER", "mysql2").exits_with(2);
    assert!(
        refused.stderr.contains("PACT_BROKER_DATABASE_NAME"),
        "{refused}"
    );
}
