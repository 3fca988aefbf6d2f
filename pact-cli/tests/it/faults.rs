//! Brokers that are not there, fail or are none, and wrong usage.

use std::io::{BufRead, BufReader};

use crate::support::{OneAnswer, Outcome, Pact};

fn ask(url: &str) -> Outcome {
    Pact::broker(url, ["list-environments", "--retries", "1"])
        .run()
        .hiding(url, "http://broker")
}

#[test]
fn a_broker_that_is_down_is_named() {
    insta::assert_snapshot!(ask(&OneAnswer::nobody()), @r"
    exit 3
    --- stderr
    error: listing environments: cannot connect to http://broker/environments
    caused by: Connection refused (os error 111)
    hint: check that the broker runs and that host and port are right
    ");
}

#[test]
fn a_broker_that_fails_is_named_with_its_words() {
    let json = OneAnswer::answering(
        "500 Internal Server Error",
        "application/json",
        r#"{"error":{"message":"disk full","reference":"x1"}}"#,
    );
    insta::assert_snapshot!(ask(&json.url), @r"
    exit 3
    --- stderr
    error: listing environments: http://broker/environments answered 500
      disk full
    hint: the broker failed; its log names the cause
    ");
    let html = OneAnswer::answering("502 Bad Gateway", "text/html", "<h1>no</h1>");
    insta::assert_snapshot!(ask(&html.url), @r"
    exit 3
    --- stderr
    error: listing environments: http://broker/environments answered 502
    hint: the broker failed; its log names the cause
    ");
}

#[test]
fn a_broker_that_is_restarting_is_asked_again_and_the_user_told() {
    let server = OneAnswer::answering("503 Service Unavailable", "text/plain", "");
    let outcome = Pact::broker(&server.url, ["list-environments", "--retries", "2"]).run();
    insta::assert_snapshot!(outcome.hiding(&server.url, "http://broker"), @r#"
    exit 3
    --- stderr
    trying again action="listing environments" status=503 pause=500ms
    error: listing environments: http://broker/environments answered 503
    hint: the broker failed; its log names the cause
    "#);
}

#[test]
fn what_is_no_broker_is_recognised() {
    let html = OneAnswer::answering("200 OK", "text/html; charset=utf-8", "<h1>hello</h1>");
    insta::assert_snapshot!(ask(&html.url), @r"
    exit 3
    --- stderr
    error: listing environments: http://broker/environments answered with `text/html; charset=utf-8` where JSON was expected
    hint: check that the base URL is that of a Pact Broker, with its path if it has one
    ");
    let broken = OneAnswer::answering("200 OK", "application/hal+json", "{\"a\":\n }");
    insta::assert_snapshot!(ask(&broken.url), @r"
    exit 3
    --- stderr
    error: listing environments: the answer of http://broker/environments is not JSON (line 2, column 2)
    caused by: expected value at line 2 column 2
    hint: check that the base URL is that of a Pact Broker, with its path if it has one
    ");
    let garbage = OneAnswer::sending("SSH-2.0-OpenSSH_9\r\n".to_owned());
    insta::assert_snapshot!(ask(&garbage.url), @r"
    exit 3
    --- stderr
    error: listing environments: got no complete HTTP answer from http://broker/environments
    caused by: invalid HTTP version parsed
    ");
    let cut = OneAnswer::sending(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
            .to_owned(),
    );
    insta::assert_snapshot!(ask(&cut.url), @r"
    exit 3
    --- stderr
    error: listing environments: got no complete HTTP answer from http://broker/environments
    caused by: end of file before message length reached
    ");
}

#[test]
fn wrong_credentials_are_told_apart_from_a_missing_thing() {
    let server = OneAnswer::answering("401 Unauthorized", "application/json", r#"{"error":"no"}"#);
    insta::assert_snapshot!(ask(&server.url), @r"
    exit 3
    --- stderr
    error: listing environments: the broker does not accept the credentials (401)
    hint: give a token that holds with PACT_BROKER_TOKEN, or PACT_BROKER_USERNAME and PACT_BROKER_PASSWORD
    ");
}

#[test]
fn a_broker_must_be_named_and_be_a_url() {
    insta::assert_snapshot!(Pact::new(["broker", "list-environments"]).run(), @r"
    exit 2
    --- stderr
    error: no broker to ask
    hint: name it with --broker-base-url URL or PACT_BROKER_BASE_URL
    ");
    insta::assert_snapshot!(ask("localhost"), @r"
    exit 2
    --- stderr
    error: `http://broker` is not the URL of a broker: relative URL without a base
    hint: a base URL looks like http://127.0.0.1:9292 or https://broker.example/path
    ");
    insta::assert_snapshot!(Pact::broker("", ["list-environments"]).run(), @r"
    exit 2
    --- stderr
    error: no broker to ask
    hint: name it with --broker-base-url URL or PACT_BROKER_BASE_URL
    ");
}

#[test]
fn an_unknown_option_is_wrong_usage() {
    insta::assert_snapshot!(Pact::new(["broker", "list-environments", "--colour"]).run(), @r"
    exit 2
    --- stderr
    error: unexpected argument '--colour' found

    Usage: pact broker list-environments [OPTIONS]

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(Pact::new(["broker", "publish", "-a", "1"]).run(), @r"
    exit 2
    --- stderr
    error: the following required arguments were not provided:
      <FILE|FOLDER|PATTERN>...

    Usage: pact broker publish --consumer-app-version <VERSION> <FILE|FOLDER|PATTERN>...

    For more information, try '--help'.
    ");
}

#[test]
fn a_broker_is_started_and_stopped_from_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = Pact::new(["broker", "start", "--port", "0"])
        .within(folder.path())
        .spawn();
    let mut lines = BufReader::new(child.stdout.take().unwrap())
        .lines()
        .map(Result::unwrap);
    let first = lines.next().unwrap();
    let url = first.strip_prefix("broker at ").unwrap().to_owned();
    Pact::broker(&url, ["create-environment", "--name", "uat"])
        .run()
        .exits_with(0);
    let asked = std::process::Command::new("kill")
        .arg(child.id().to_string())
        .status()
        .unwrap();
    assert!(asked.success());
    assert!(child.wait().unwrap().success());
    assert_eq!(lines.last().unwrap(), "stopping");
    assert!(folder.path().join("pact-broker.sqlite").exists());
}

#[test]
fn a_broker_that_cannot_be_started_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let start = |arguments: &[&str]| {
        Pact::new(["broker", "start"].iter().chain(arguments))
            .within(folder.path())
            .run()
    };
    insta::assert_snapshot!(start(&["--port", &port]).hiding(&port, "PORT"), @r"
    exit 3
    --- stderr
    error: listening on `127.0.0.1:PORT`
    caused by: Address already in use (os error 98)
    hint: something else listens on port PORT; choose another one, or 0 for any free one
    ");
    insta::assert_snapshot!(start(&["--port", "0", "--database-url", "mysql://me:s3cret@db/x"]), @r"
    exit 3
    --- stderr
    the database is `mysql://db/x`
    error: opening the broker's database
    caused by: cannot open the database `mysql://db/x`: expected `sqlite://FILE` or `postgres://…`
    ");
    insta::assert_snapshot!(start(&["--port", "0", "--base-url", "broker"]), @r"
    exit 2
    --- stderr
    error: reading `broker` as a base URL: it is not an absolute URL
    ");
}
