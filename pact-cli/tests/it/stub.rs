//! `pact stub` as clients see it.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, ExitStatus};
use std::sync::mpsc::channel;
use std::thread;

use serde_json::Value;

use crate::support::{Pact, Reply, Routes, TestBroker, pact_file};

/// A running stub and what it says.
struct Stub {
    child: Child,
    said: BufReader<ChildStdout>,
    port: u16,
    greeting: String,
}

impl Stub {
    fn start(folder: &Path, words: &str) -> Self {
        let arguments = ["stub"].into_iter().chain(words.split_whitespace());
        let mut child = Pact::new(arguments).within(folder).spawn();
        let mut said = BufReader::new(child.stdout.take().unwrap());
        let mut greeting = String::new();
        said.read_line(&mut greeting).unwrap();
        let port = greeting
            .trim()
            .rsplit(':')
            .next()
            .and_then(|port| port.parse().ok());
        let port = port.unwrap_or_else(|| panic!("no port in {greeting:?}"));
        Self {
            child,
            said,
            port,
            greeting,
        }
    }

    /// Returns the next line it prints.
    fn line(&mut self) -> String {
        let mut line = String::new();
        self.said.read_line(&mut line).unwrap();
        line.trim().to_owned()
    }

    /// Sends a request line with headers, and returns the whole answer.
    fn call(&self, line: &str, headers: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        write!(
            stream,
            "{line} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}\r\n"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    /// Sends it Ctrl-C, and returns how it ends.
    fn interrupted(&mut self) -> ExitStatus {
        let process = self.child.id().to_string();
        let sent = Command::new("kill").args(["-INT", &process]).status();
        assert!(sent.unwrap().success());
        self.child.wait().unwrap()
    }

    fn status(&self, line: &str, headers: &str) -> String {
        let answer = self.call(line, headers);
        answer.split(' ').nth(1).unwrap_or_default().to_owned()
    }
}

impl Drop for Stub {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A pact of three interactions: by state, with a body made afresh, and with headers of its own.
const ORDERS: &str = r#"{
  "consumer": {"name": "web"}, "provider": {"name": "api"},
  "interactions": [
    {"type": "Synchronous/HTTP", "description": "order 1, there", "providerStates": [{"name": "order 1 exists"}],
     "request": {"method": "GET", "path": "/orders/1", "headers": {"Accept": ["application/json"]}},
     "response": {"status": 200, "body": {"content": {"id": 1, "ref": "a"}, "contentType": "application/json", "encoded": false},
       "generators": {"body": {"$.ref": {"type": "RandomHexadecimal", "digits": 12}}}}},
    {"type": "Synchronous/HTTP", "description": "order 1, gone", "providerStates": [{"name": "no orders"}],
     "request": {"method": "GET", "path": "/orders/1", "headers": {"Accept": ["application/json"]}},
     "response": {"status": 410}},
    {"type": "Synchronous/HTTP", "description": "health",
     "request": {"method": "GET", "path": "/health", "query": {"deep": ["1"]}},
     "response": {"status": 200, "headers": {"X-Up": ["yes"]}}}
  ],
  "metadata": {"pactSpecification": {"version": "4.0"}}
}"#;

const JSON: &str = "Accept: application/json\r\n";

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("orders.json"), ORDERS).unwrap();
    folder
}

#[test]
fn interactions_are_answered_with_fresh_values() {
    let folder = folder();
    let stub = Stub::start(folder.path(), "-f orders.json");
    assert!(
        stub.greeting
            .starts_with("Serving 3 interactions of 1 pact at http://127.0.0.1:")
    );
    let (first, second) = (
        stub.call("GET /orders/1", JSON),
        stub.call("GET /orders/1", JSON),
    );
    assert!(first.starts_with("HTTP/1.1 200"), "{first}");
    assert!(first.contains("content-type: application/json"), "{first}");
    assert!(first.contains("access-control-allow-origin: *"), "{first}");
    let reference = |answer: &str| -> String {
        let (_, body) = answer.split_once("\r\n\r\n").unwrap();
        let body: Value = serde_json::from_str(body).unwrap();
        assert_eq!(body["id"], 1);
        body["ref"].as_str().unwrap().to_owned()
    };
    assert_eq!(reference(&first).len(), 12);
    assert_ne!(reference(&first), reference(&second));
    assert!(stub.call("GET /health?deep=1", "").contains("x-up: yes"));
}

#[test]
fn head_is_answered_with_the_length_of_the_body_and_without_the_body() {
    let folder = folder();
    let stub = Stub::start(folder.path(), "-f orders.json");
    let whole = stub.call("GET /orders/1", JSON);
    let (_, body) = whole.split_once("\r\n\r\n").unwrap();
    let head = stub.call("HEAD /orders/1", JSON);
    let length = format!("content-length: {}\r\n", body.len());
    assert!(
        head.starts_with("HTTP/1.1 200") && head.contains(&length) && head.ends_with("\r\n\r\n"),
        "{head}"
    );
}

#[test]
fn a_body_that_is_none_is_refused_and_may_be_read_by_browsers() {
    let folder = folder();
    let stub = Stub::start(folder.path(), "-f orders.json");
    let chunked = "Transfer-Encoding: chunked\r\n\r\nzz";
    let answer = stub.call("POST /orders", chunked);
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    assert!(
        answer.contains("access-control-allow-origin: *"),
        "{answer}"
    );
    assert!(
        answer.contains("the body did not come to its end: "),
        "{answer}"
    );
}

#[test]
fn a_client_that_takes_it_for_a_proxy_is_told_what_it_asked() {
    let folder = folder();
    let stub = Stub::start(folder.path(), "-f orders.json");
    let answer = stub.call("CONNECT api.example:443", "");
    assert!(
        answer.contains("no interaction is CONNECT api.example:443; nearest"),
        "{answer}"
    );
}

#[test]
fn what_no_interaction_is_names_the_nearest_and_what_differs() {
    let folder = folder();
    let stub = Stub::start(folder.path(), "-f orders.json");
    let answer = stub.call("GET /health", "");
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(
        head.starts_with("HTTP/1.1 404") && head.contains("application/problem+json"),
        "{head}"
    );
    let body: Value = serde_json::from_str(body).unwrap();
    insta::assert_snapshot!(body["detail"].as_str().unwrap(), @r#"no interaction is GET /health; nearest is `health`: query parameter `deep`: expected "1", got no such parameter"#);
    assert_eq!(body["nearest"]["description"], "health");
    assert_eq!(stub.status("GET /orders/1", ""), "404", "its headers count");
    let lenient = Stub::start(folder.path(), "-f orders.json --ignore-request-headers");
    assert_eq!(lenient.status("GET /orders/1", ""), "200");
    assert_eq!(lenient.status("GET /orders/2", ""), "404");
}

#[test]
fn thousands_of_interactions_are_served() {
    let folder = tempfile::tempdir().unwrap();
    let interactions: Vec<String> = (0..5000)
        .map(|id| {
            format!(
                r#"{{"description": "order {id}", "request": {{"method": "GET", "path": "/orders/{id}"}},
                "response": {{"status": 200, "headers": {{"X-Order": "<{id}>"}}}}}}"#
            )
        })
        .collect();
    let pact = format!(
        r#"{{"consumer": {{"name": "web"}}, "provider": {{"name": "api"}}, "interactions": [{}]}}"#,
        interactions.join(",")
    );
    fs::write(folder.path().join("many.json"), pact).unwrap();
    let stub = Stub::start(folder.path(), "-f many.json");
    assert!(
        stub.greeting.starts_with("Serving 5000 interactions "),
        "{}",
        stub.greeting
    );
    for id in [0, 2500, 4999] {
        let answer = stub.call(&format!("GET /orders/{id}"), "");
        assert!(answer.contains(&format!("x-order: <{id}>")), "{answer}");
    }
    let unknown = stub.call("GET /orders/5000", "");
    assert!(unknown.starts_with("HTTP/1.1 404"), "{unknown}");
}

#[test]
fn what_cannot_be_sent_is_said() {
    let folder = folder();
    let pact = r#"{"consumer": {"name": "web"}, "provider": {"name": "api"}, "interactions": [
        {"description": "a line too many", "request": {"method": "GET", "path": "/lines"},
         "response": {"status": 200, "headers": {"X-Lines": "a\nb"}}},
        {"description": "a status too high", "request": {"method": "GET", "path": "/status"},
         "response": {"status": 1200}}]}"#;
    fs::write(folder.path().join("odd.json"), pact).unwrap();
    let stub = Stub::start(folder.path(), "-f odd.json");
    let answer = stub.call("GET /lines", "");
    assert!(answer.starts_with("HTTP/1.1 500"), "{answer}");
    assert!(
        answer.contains("may not stand in a header") && answer.contains("a line too many"),
        "{answer}"
    );
    let answer = stub.call("GET /status", "");
    assert!(answer.contains("1200 is no HTTP status"), "{answer}");
}

#[test]
fn provider_states_choose() {
    let folder = folder();
    let by_header = Stub::start(
        folder.path(),
        "-f orders.json --provider-state-header-name X-State",
    );
    assert_eq!(by_header.status("GET /orders/1", JSON), "200");
    assert_eq!(
        by_header.status("GET /orders/1", &format!("{JSON}X-State: ^no\r\n")),
        "410"
    );
    assert_eq!(
        by_header.status("GET /orders/1", &format!("{JSON}X-State: other\r\n")),
        "404"
    );
    assert_eq!(
        by_header.status("GET /orders/1", &format!("{JSON}X-State: ((\r\n")),
        "400"
    );
    let request =
        b"GET /orders/1 HTTP/1.1\r\nHost: x\r\nX-State: \xff\r\nConnection: close\r\n\r\n";
    let mut stream = TcpStream::connect(("127.0.0.1", by_header.port)).unwrap();
    stream.write_all(request).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    assert!(answer.contains("header `x-state` is not UTF-8"), "{answer}");
    let chosen = Stub::start(folder.path(), "-f orders.json -s ^no");
    assert!(
        chosen.greeting.starts_with("Serving 1 interaction "),
        "{}",
        chosen.greeting
    );
    assert_eq!(chosen.status("GET /orders/1", JSON), "410");
    assert_eq!(chosen.status("GET /health?deep=1", ""), "404");
    let stateless_too = Stub::start(
        folder.path(),
        "-f orders.json -s ^no --empty-provider-state",
    );
    assert_eq!(stateless_too.status("GET /health?deep=1", ""), "200");
}

#[test]
fn browsers_are_let_in() {
    let folder = folder();
    let asked = "Origin: http://shop.test\r\nAccess-Control-Request-Headers: x-a\r\n";
    let stub = Stub::start(folder.path(), "-f orders.json");
    assert_eq!(stub.status("OPTIONS /orders/1", asked), "404");
    let stub = Stub::start(folder.path(), "-f orders.json --cors");
    let answer = stub.call("OPTIONS /orders/1", asked);
    assert!(answer.starts_with("HTTP/1.1 204"), "{answer}");
    assert!(
        answer.contains("access-control-allow-headers: x-a"),
        "{answer}"
    );
    assert!(
        answer.contains("access-control-allow-origin: *"),
        "{answer}"
    );
    let stub = Stub::start(folder.path(), "-f orders.json --cors --cors-referer");
    let answer = stub.call("GET /health?deep=1", asked);
    assert!(
        answer.contains("access-control-allow-origin: http://shop.test"),
        "{answer}"
    );
    assert!(
        answer.contains("access-control-allow-credentials: true"),
        "{answer}"
    );
}

#[test]
fn a_changed_file_is_served_and_a_broken_one_is_not() {
    let folder = folder();
    let mut stub = Stub::start(folder.path(), "-d . --watch");
    fs::write(folder.path().join("more.json"), pact_file("web", "other")).unwrap();
    assert_eq!(stub.line(), "Serving 4 interactions of 2 pacts");
    assert_eq!(stub.status("GET /orders/42", ""), "200");
    fs::write(folder.path().join("more.json"), "{").unwrap();
    let mut error = String::new();
    let mut stderr = BufReader::new(stub.child.stderr.take().unwrap());
    stderr.read_line(&mut error).unwrap();
    assert!(error.contains("more.json"), "{error}");
    assert_eq!(
        stub.status("GET /orders/42", ""),
        "200",
        "the last that could be read are served on"
    );
}

#[test]
fn the_first_pact_is_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let mut stub = Stub::start(folder.path(), "-d . --watch");
    assert!(
        stub.greeting
            .starts_with("Serving 0 interactions of 0 pacts"),
        "{}",
        stub.greeting
    );
    assert_eq!(stub.status("GET /orders/42", ""), "404");
    fs::write(folder.path().join("first.json"), pact_file("web", "api")).unwrap();
    assert_eq!(stub.line(), "Serving 1 interaction of 1 pact");
    assert_eq!(stub.status("GET /orders/42", ""), "200");
}

#[test]
fn files_of_another_extension_are_looked_at_too() {
    let folder = folder();
    fs::rename(
        folder.path().join("orders.json"),
        folder.path().join("orders.pact"),
    )
    .unwrap();
    let mut stub = Stub::start(folder.path(), "-d . --extension .pact --watch");
    fs::write(folder.path().join("more.pact"), pact_file("web", "other")).unwrap();
    assert_eq!(stub.line(), "Serving 4 interactions of 2 pacts");
}

#[test]
fn requests_are_answered_while_a_contract_is_fetched() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/pact.json", listener.local_addr().unwrap());
    let (fetching, fetched) = channel();
    // The first who asks is answered, whoever asks after that waits for ever.
    thread::spawn(move || {
        let (mut first, _) = listener.accept().unwrap();
        let mut asked = BufReader::new(first.try_clone().unwrap()).lines();
        while asked.next().is_some_and(|line| !line.unwrap().is_empty()) {}
        let pact = pact_file("web", "api");
        let length = pact.len();
        write!(
            first,
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{pact}"
        )
        .unwrap();
        drop(first);
        let silent = listener.accept();
        fetching.send(silent).unwrap();
    });
    let folder = folder();
    let mut stub = Stub::start(folder.path(), &format!("-f orders.json -u {url} --watch"));
    fs::write(folder.path().join("orders.json"), format!("{ORDERS}\n")).unwrap();
    let _silent = fetched.recv().unwrap();
    assert_eq!(stub.status("GET /health?deep=1", ""), "200");
    assert_eq!(stub.status("GET /orders/42", ""), "200");
    assert!(stub.interrupted().success());
}

#[test]
fn it_may_be_ended_as_soon_as_it_says_that_it_serves() {
    // A shell has the signal at hand; a process that sends it would come too late to see anything.
    let script = r#"mkfifo said; "$0" stub -f orders.json > said & read -r line < said; kill -TERM $!; wait $!"#;
    for _ in 0..10 {
        let folder = folder();
        let ended = Command::new("sh")
            .args(["-c", script, env!("CARGO_BIN_EXE_pact")])
            .current_dir(folder.path())
            .status()
            .unwrap();
        assert_eq!(ended.code(), Some(0), "{ended}");
    }
}

#[test]
fn nobody_who_does_not_finish_keeps_it_from_its_end() {
    let folder = folder();
    let mut stub = Stub::start(folder.path(), "-f orders.json");
    let mut half_head = TcpStream::connect(("127.0.0.1", stub.port)).unwrap();
    half_head.write_all(b"GET /health HTTP/1.1\r\n").unwrap();
    let mut half_body = TcpStream::connect(("127.0.0.1", stub.port)).unwrap();
    let head = "POST /orders HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n1";
    half_body.write_all(head.as_bytes()).unwrap();
    assert_eq!(stub.status("GET /health?deep=1", ""), "200");
    assert!(stub.interrupted().success());
}

#[test]
fn headers_do_not_count_where_they_are_not_to() {
    let folder = folder();
    let stub = Stub::start(folder.path(), "-f orders.json --ignore-request-headers");
    assert_eq!(stub.status("GET /orders/1", ""), "200");
    assert_eq!(stub.status("GET /orders/1", "Accept: text/csv\r\n"), "200");
    assert_eq!(stub.status("GET /health?deep=2", ""), "404");
    // One that lacks two headers is found although another lacks a parameter alone.
    let near = r#"{"consumer": {"name": "web"}, "provider": {"name": "api"}, "interactions": [
        {"description": "two headers", "request": {"method": "GET", "path": "/a", "headers": {"X-A": "1", "X-B": "2"}}, "response": {"status": 201}},
        {"description": "a parameter", "request": {"method": "GET", "path": "/a", "query": "q=1"}, "response": {"status": 202}}
    ], "metadata": {"pactSpecification": {"version": "2.0.0"}}}"#;
    fs::write(folder.path().join("near.json"), near).unwrap();
    let stub = Stub::start(folder.path(), "-f near.json --ignore-request-headers");
    assert_eq!(stub.status("GET /a", ""), "201");
    assert_eq!(stub.status("GET /a?q=1", ""), "202");
}

#[test]
fn pacts_come_from_addresses_and_from_our_broker() {
    let broker = TestBroker::start();
    broker.publish(&pact_file("web", "api"), "1");
    let of_broker = |words: &str| {
        let words = format!("--broker-url {} {words}", broker.url());
        Stub::start(broker.folder(), &words)
    };
    assert_eq!(of_broker("").status("GET /orders/42", ""), "200");
    let words = format!("stub --broker-url {} --provider-name nobody", broker.url());
    let none = Pact::new(words.split_whitespace()).run().exits_with(3);
    assert!(none.stderr.contains("no such pact was found"), "{none}");

    let address = Routes::serve(vec![("/pact.json", Reply::ok(pact_file("web", "api")))]);
    let stub = Stub::start(broker.folder(), &format!("--url {}/pact.json", address.url));
    assert_eq!(stub.status("GET /orders/42", ""), "200");
}

#[test]
fn what_cannot_be_served_is_said() {
    let folder = folder();
    fs::write(folder.path().join("bad.json"), "{").unwrap();
    let run = |words: &str| {
        Pact::new(words.split_whitespace())
            .within(folder.path())
            .run()
    };
    insta::assert_snapshot!(run("stub"), @r"
    exit 2
    --- stderr
    error: there is no pact to serve
    hint: name files with --file or --dir, addresses with --url, or a broker with --broker-url
    ");
    insta::assert_snapshot!(run("stub -f bad.json"), @r"
    exit 3
    --- stderr
    error: cannot read pact file `bad.json`
    caused by: the pact is not JSON: line 1, column 2: expected a name in double quotes, found the end of the text
    hint: the file stops too early: was the test that writes it stopped before its end?
    ");
    insta::assert_snapshot!(run("stub -f missing.json"), @r"
    exit 3
    --- stderr
    error: cannot read `missing.json`
    caused by: No such file or directory (os error 2)
    ");
    insta::assert_snapshot!(run("stub -f orders.json -s (("), @r"
    exit 2
    --- stderr
    error: `((` is no pattern for provider states: regex parse error:
        ((
         ^
    error: unclosed group
    ");
    fs::create_dir(folder.path().join("empty")).unwrap();
    insta::assert_snapshot!(run("stub --dir empty"), @"
    exit 3
    --- stderr
    error: there is nothing to serve: no such pact was found
    hint: look at --dir and --extension, --consumer-name, --provider-name and --provider-state; with --watch, the first file is waited for
    ");
    let unknown = run("stub -f orders.json -s nowhere").exits_with(3);
    assert!(
        unknown
            .stderr
            .contains("no interaction over HTTP to serve in the pact"),
        "{unknown}"
    );
    let empty = Routes::serve(vec![]);
    let unknown = run(&format!("stub --url {}/pact.json", empty.url)).exits_with(3);
    assert!(unknown.stderr.contains("(404)"), "{unknown}");
    let request = r#""path": "/orders/42""#;
    let rule = r#""matchingRules": {"$.path": {"match": "regex", "regex": "(("}}"#;
    let ruled = pact_file("web", "api").replace(request, &format!("{request}, {rule}"));
    fs::write(folder.path().join("ruled.json"), ruled).unwrap();
    let uncomparable = run("stub -f ruled.json").exits_with(3);
    assert!(
        uncomparable.stderr.contains("cannot be compared"),
        "{uncomparable}"
    );
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let refused = run(&format!("stub -f orders.json -p {port}")).exits_with(3);
    assert!(
        refused
            .stderr
            .contains(&format!("cannot listen at 127.0.0.1:{port}")),
        "{refused}"
    );
}
