//! `pact mock` as scripts and clients in other languages see it.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::Child;

use serde_json::{Value, json};

use crate::support::{Outcome, Pact, TestBroker, pact_file};

const KEY: &str = "the key";

/// Two interactions: one with a query, one with a body.
pub(crate) const PACT: &str = r#"{
  "consumer": {"name": "web"}, "provider": {"name": "api"},
  "interactions": [
    {"description": "a", "request": {"method": "GET", "path": "/a", "query": {"q": ["1"]}},
     "response": {"status": 200, "headers": {"Content-Type": "application/json"}, "body": {"x": 1}}},
    {"description": "b", "request": {"method": "POST", "path": "/b", "headers": {"Content-Type": "application/json"}, "body": {"k": "v"}},
     "response": {"status": 201}}
  ],
  "metadata": {"pactSpecification": {"version": "3.0.0"}}
}"#;

/// A running master server.
struct Master {
    child: Child,
    port: u16,
    folder: tempfile::TempDir,
}

impl Master {
    fn start(words: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("p.json"), PACT).unwrap();
        let line = format!("mock start --host 127.0.0.1 -p 0 --server-key the_key -o out {words}");
        let line: Vec<String> = line.split(' ').map(|word| word.replace('_', " ")).collect();
        let words = line.iter().filter(|word| !word.is_empty());
        let mut child = Pact::new(words).within(folder.path()).spawn();
        let mut said = BufReader::new(child.stdout.take().unwrap());
        let (mut first, mut second) = (String::new(), String::new());
        said.read_line(&mut first).unwrap();
        said.read_line(&mut second).unwrap();
        assert_eq!(second.trim(), format!("Server key: '{KEY}'"));
        let port = first.trim().strip_prefix("Master server started on port ");
        let port = port.and_then(|port| port.parse().ok());
        let port = port.unwrap_or_else(|| panic!("no port in {first:?}"));
        Self {
            child,
            port,
            folder,
        }
    }

    fn run(&self, words: &str) -> Outcome {
        let line = format!("mock {words} -h 127.0.0.1 -p {}", self.port);
        let outcome = Pact::new(line.split(' ')).within(self.folder.path()).run();
        outcome.hiding(self.port.to_string(), "MASTER")
    }

    /// Creates a mock server and returns its id and port.
    fn create(&self, words: &str) -> (String, u16) {
        let created = self.run(&format!("create {words}")).exits_with(0);
        let words: Vec<&str> = created.stdout.split_whitespace().collect();
        let ["Mock", "server", id, "started", "on", "port", port] = words[..] else {
            panic!("{created}");
        };
        (id.to_owned(), port.parse().unwrap())
    }

    fn ask(&self, line: &str, headers: &str, body: &str) -> Told {
        ask(self.port, line, headers, body)
    }
}

impl Drop for Master {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An answer, head and body.
pub(crate) struct Told {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Told {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }
}

pub(crate) fn ask(port: u16, line: &str, headers: &str, body: &str) -> Told {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let length = body.len();
    write!(stream, "{line} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n{body}").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    Told {
        status: head.split(' ').nth(1).unwrap().parse().unwrap(),
        head: head.to_owned(),
        body: body.to_owned(),
    }
}

pub(crate) const JSON: &str = "Content-Type: application/json\r\n";

#[test]
fn a_mock_server_is_created_used_verified_and_ended() {
    let master = Master::start("");
    let (id, port) = master.create("-f p.json");
    let list = master.run("list").exits_with(0);
    let rows: Vec<Vec<&str>> = { list.stdout.lines() }
        .map(|line| line.split_whitespace().collect())
        .collect();
    assert_eq!(rows[1], [id.as_str(), &port.to_string(), "api", "error"]);

    let unused = master.run(&format!("verify -i {id}"));
    insta::assert_snapshot!(unused.hiding(id.clone(), "ID").hiding(port.to_string(), "PORT"), @"
    exit 2
    --- stdout
    Mock server ID/PORT failed verification with 2 errors

    0 - GET /a was expected and never came
    1 - POST /b was expected and never came
    ");
    let answer = ask(port, "GET /a?q=1", "", "");
    assert_eq!((answer.status, answer.body.as_str()), (200, r#"{"x":1}"#));
    assert!(
        answer.head.contains("access-control-allow-origin: *"),
        "{}",
        answer.head
    );
    assert_eq!(ask(port, "POST /b", JSON, r#"{"k":"v"}"#).status, 201);

    let verified = master.run(&format!("verify -m {port}")).exits_with(0);
    assert_eq!(
        verified.stdout.trim(),
        format!("Mock server with port '{port}' verified ok")
    );
    let written = fs::read_to_string(master.folder.path().join("out/web-api.json")).unwrap();
    let written: Value = serde_json::from_str(&written).unwrap();
    assert_eq!(written["metadata"]["pactSpecification"]["version"], "4.0");
    assert_eq!(written["interactions"].as_array().unwrap().len(), 2);

    let ended = master.run(&format!("shutdown -i {id}")).exits_with(0);
    assert_eq!(
        ended.stdout.trim(),
        format!("Mock server with id '{id}' shutdown ok")
    );
    assert!(TcpStream::connect(("127.0.0.1", port)).is_err());
    insta::assert_snapshot!(master.run(&format!("shutdown -i {id}")).hiding(id, "ID"), @"
    exit 3
    --- stderr
    error: there is no mock server with id 'ID'
    hint: `pact mock list` shows those there are
    ");
}

#[test]
fn what_differs_is_told_in_json_and_in_words() {
    let master = Master::start("");
    let (id, port) = master.create("-f p.json");
    let unused = master
        .ask(&format!("POST /mockserver/{id}/verify"), "", "")
        .json();
    assert_eq!(
        unused["mismatches"][1],
        json!({ "type": "missing-request", "method": "POST", "path": "/b",
                "request": { "method": "POST", "path": "/b", "headers": { "Content-Type": "application/json" }, "body": { "k": "v" } } })
    );
    let refused = ask(port, "GET /a?q=2", "", "");
    assert_eq!(refused.status, 500);
    assert!(
        refused.head.contains("x-pact: Request-Mismatch"),
        "{}",
        refused.head
    );
    assert!(
        ask(port, "GET /zz", "", "")
            .head
            .contains("x-pact: Unexpected-Request")
    );
    ask(port, "POST /b", JSON, r#"{"k":"w"}"#);
    ask(port, "GET /a?q=1", "", "");
    let told = master.ask(&format!("POST /mockserver/{id}/verify"), "", "");
    assert_eq!(told.status, 422);
    let told = told.json();
    assert_eq!(
        told["mockServer"]["metrics"],
        json!({ "requests": 4, "requests_by_path": { "/a": 2, "/b": 1, "/zz": 1 } })
    );
    let found = told["mismatches"].as_array().unwrap();
    assert_eq!(found.len(), 3, "what came otherwise is not missing as well");
    assert_eq!(found[0]["type"], "request-mismatch");
    assert_eq!(
        found[0]["mismatches"],
        json!([{ "type": "QueryMismatch", "parameter": "q", "expected": "1", "actual": "2",
                 "mismatch": r#"query parameter `q`: expected "1", got "2""# }])
    );
    assert_eq!(found[1]["type"], "request-not-found");
    assert_eq!(found[1]["request"]["headers"]["host"], "localhost");
    assert_eq!(found[2]["mismatches"][0]["type"], "BodyMismatch");
    assert_eq!(found[2]["mismatches"][0]["path"], "$.k");
    assert_eq!(found[2]["mismatches"][0]["expected"], "v");
    let words = master.run(&format!("verify -i {id}"));
    insta::assert_snapshot!(words.hiding(id, "ID").hiding(port.to_string(), "PORT"), @r#"
    exit 2
    --- stdout
    Mock server ID/PORT failed verification with 3 errors

    0 - GET /a did not match what was expected
            query parameter `q`: expected "1", got "2"
    1 - GET /zz was not expected
    2 - POST /b did not match what was expected
            body at $.k: expected the string "v", got the string "w"
    "#);
    assert!(
        !master.folder.path().join("out").exists(),
        "nothing was written"
    );
}

#[test]
fn a_request_that_could_not_be_read_is_told_as_such() {
    let master = Master::start("");
    let (id, port) = master.create("-f p.json");
    ask(port, "GET /a?q=1", "", "");
    ask(port, "POST /b", JSON, r#"{"k":"v"}"#);
    let long = format!("X-Long: {}\r\n", "x".repeat(1 << 19));
    for request in [
        format!("GET /a HTTP/1.1\r\n{long}\r\n"),
        "POST /b HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz".to_owned(),
    ] {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        // It may be cut off before all is sent.
        let _ = stream.write_all(request.as_bytes());
        let _ = stream.read_to_end(&mut Vec::new());
    }
    let words = master.run(&format!("verify -i {id}"));
    insta::assert_snapshot!(words.hiding(id, "ID").hiding(port.to_string(), "PORT"), @"
    exit 2
    --- stdout
    Mock server ID/PORT failed verification with 2 errors

    0 - a request could not be read
            its head is larger than this server reads
    1 - POST /b could not be read
            its body did not come to its end: error reading a body from connection: Invalid chunk size line: missing size digit
    ");
}

#[test]
fn the_api_has_the_paths_and_statuses_of_the_official_one() {
    let master = Master::start("");
    let status = |line: &str, headers: &str, body: &str| master.ask(line, headers, body).status;
    assert_eq!(
        master.ask("GET /", "", "").json(),
        json!({ "mockServers": [] })
    );
    let created = master.ask("POST /?cors=true&specification=V3", JSON, PACT);
    assert_eq!(created.status, 200);
    let server = &created.json()["mockServer"];
    let (id, port) = (
        server["id"].as_str().unwrap(),
        server["port"].as_u64().unwrap(),
    );
    assert!(
        created
            .head
            .contains(&format!("location: /mockserver/{id}")),
        "{}",
        created.head
    );
    let shown = master
        .ask(&format!("GET /mockserver/{port}"), "", "")
        .json();
    assert_eq!(
        shown,
        json!({ "address": format!("127.0.0.1:{port}"), "id": id, "port": port, "provider": "api", "scheme": "http", "status": "error",
                "metrics": { "requests": 0, "requests_by_path": {} } })
    );
    let preflight = ask(
        u16::try_from(port).unwrap(),
        "OPTIONS /a",
        "Origin: http://x\r\n",
        "",
    );
    assert_eq!(preflight.status, 204);

    for (line, headers, body, expected) in [
        ("POST /", "", PACT, 415),
        ("POST /", JSON, "{", 422),
        ("POST /", JSON, "{}", 422),
        ("POST /", JSON, "[]", 422),
        ("POST /?specification=V9", JSON, PACT, 422),
        ("PUT /", "", "", 405),
        ("OPTIONS /", "", "", 204),
        ("GET /mockserver/00000000", "", "", 404),
        ("POST /mockserver/00000000/verify", "", "", 404),
        ("GET /mockserver/00000000/verify", "", "", 405),
        ("DELETE /mockserver/00000000", "", "", 404),
        ("GET /other", "", "", 404),
        ("POST /shutdown", "", "", 403),
        ("POST /shutdown", "Authorization: Bearer wrong\r\n", "", 403),
    ] {
        assert_eq!(status(line, headers, body), expected, "{line} {body}");
    }
    insta::assert_snapshot!(master.ask("POST /", JSON, "{").json()["error"].as_str().unwrap(), @"Failed to parse Pact JSON - the pact is not JSON: line 1, column 2: expected a name in double quotes, found the end of the text");
    assert_eq!(status(&format!("DELETE /mockserver/{id}"), "", ""), 204);
}

#[test]
fn https_is_served_with_a_certificate_that_can_be_trusted() {
    let master = Master::start("");
    let (id, port) = master.create("-f p.json --tls --ca-certificate ca.pem");
    let pem = fs::read_to_string(master.folder.path().join("ca.pem")).unwrap();
    assert!(pem.starts_with("-----BEGIN CERTIFICATE-----"), "{pem}");
    let shown = master.ask(&format!("GET /mockserver/{id}"), "", "").json();
    assert_eq!(
        (&shown["scheme"], &shown["port"]),
        (&json!("https"), &json!(port))
    );
    // The program's own stub fetches a pact through it: the certificate is not trusted.
    let refused = Pact::new(["stub", "--url", &format!("https://127.0.0.1:{port}/a?q=1")]).run();
    assert!(refused.stderr.contains("certificate"), "{refused}");
}

#[test]
fn pacts_come_from_our_broker_and_ports_from_a_base() {
    let broker = TestBroker::start();
    broker.publish(&pact_file("web", "api"), "1");
    broker.publish(&pact_file("app", "api"), "1");
    let base = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = base.local_addr().unwrap().port();
    let master = Master::start(&format!("--base-port {taken}"));
    let created = master
        .run(&format!("create -b {}", broker.url()))
        .exits_with(0);
    assert_eq!(created.stdout.lines().count(), 2, "{created}");
    let (_, port) = master.create(&format!("-b {} --consumer-name web", broker.url()));
    assert!(port > taken, "the base itself is taken");
    assert_eq!(ask(port, "GET /orders/42", "", "").status, 200);
}

#[test]
fn the_master_ends_when_the_key_is_named() {
    let mut master = Master::start("");
    let (_, port) = master.create("-f p.json");
    let refused = master.run("shutdown-master -k wrong");
    insta::assert_snapshot!(refused, @"
    exit 30
    --- stderr
    error: the master server has another key
    ");
    let line = [
        "mock",
        "shutdown-master",
        "-k",
        KEY,
        "--period",
        "10",
        "-h",
        "127.0.0.1",
        "-p",
    ];
    let words = line
        .into_iter()
        .map(str::to_owned)
        .chain([master.port.to_string()]);
    Pact::new(words).run().exits_with(0);
    assert!(master.child.wait().unwrap().success());
    assert!(TcpStream::connect(("127.0.0.1", port)).is_err());
    insta::assert_snapshot!(master.run("list"), @"
    exit 10
    --- stderr
    error: cannot reach the master server at http://127.0.0.1:MASTER: Connection refused (os error 111)
    hint: `pact mock start` starts one
    ");
}

#[test]
fn what_cannot_be_created_is_said_with_the_official_exit_codes() {
    let master = Master::start("");
    fs::write(master.folder.path().join("bad.json"), "{").unwrap();
    insta::assert_snapshot!(master.run("create -f missing.json"), @"
    exit 20
    --- stderr
    error: cannot read `missing.json`
    caused by: No such file or directory (os error 2)
    ");
    master.run("create -f bad.json").exits_with(20);
    insta::assert_snapshot!(master.run("create -f p.json --consumer-name wbe"), @"
    exit 20
    --- stderr
    error: no mock server was created: there is no such pact
    hint: look at the folder, --consumer-name and --provider-name
    ");
    master.run("verify -i NOPE").exits_with(2);
    master.run("verify -m x").exits_with(2);
    master.run("verify").exits_with(2);
    master.run("create").exits_with(2);
    master.run("verify -i 00000000").exits_with(3);
    master.run("verify -m 9").exits_with(3);
    let taken = Pact::new([
        "mock",
        "start",
        "-h",
        "127.0.0.1",
        "-p",
        &master.port.to_string(),
    ]);
    let taken = taken.within(Path::new(".")).run().exits_with(3);
    assert!(taken.stderr.contains("cannot listen at"), "{taken}");
}
