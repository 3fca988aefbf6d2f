//! What our consumer tests write, taken by the official verifier and by ours, in every version.
//!
//! The provider is our stub of the same contract; one that lies about a status is told from it.
//! Without `PACT_OFFICIAL_CLI` our verifier alone judges.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;

use pact_consumer::prelude::*;
use pact_consumer::{MatchingRule, SpecVersion};
use serde_json::Value;

use crate::official::Official;
use crate::support::{Outcome, Pact};

const VERSIONS: [SpecVersion; 3] = [SpecVersion::V2, SpecVersion::V3, SpecVersion::V4];
const FORM: &str = "application/x-www-form-urlencoded";
const PARTS: &str = "multipart/form-data; boundary=parts";
const MULTIPART: &str = "--parts\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nhello\r\n--parts\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.bin\"\r\nContent-Type: application/octet-stream\r\n\r\n0123\r\n--parts--\r\n";

/// Sends a request and returns the status line of the answer.
fn call(port: u16, line: &str, headers: &str, body: &[u8]) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let length = body.len();
    write!(
        stream,
        "{line} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n"
    )
    .unwrap();
    stream.write_all(body).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let answer = String::from_utf8_lossy(&answer).into_owned();
    answer.lines().next().unwrap_or_default().to_owned()
}

/// Describes an exchange of a body in both directions, and has it.
fn body(pact: &mut PactBuilder, name: &str, content_type: &str, bytes: &[u8]) {
    let path = format!("/{}", name.replace(' ', "-"));
    pact.upon_receiving(name)
        .given("anything goes")
        .put(path.as_str())
        .body(bytes, content_type)
        .will_respond_with(200)
        .body(bytes, content_type);
    let mock = pact.start();
    let header = format!("Content-Type: {content_type}\r\n");
    let answer = call(mock.addr().port(), &format!("PUT {path}"), &header, bytes);
    assert_eq!(answer, "HTTP/1.1 200 OK", "{name}");
}

/// Describes exchanges of all kinds, has them, and writes the contract.
fn contract(folder: &Path, version: SpecVersion) {
    let mut pact = PactBuilder::new("web", "api");
    pact.output_dir(folder).spec_version(version);
    body(&mut pact, "text", "text/plain", b"hello");
    body(
        &mut pact,
        "xml",
        "application/xml",
        b"<o id=\"1\"><l>2</l></o>",
    );
    body(&mut pact, "form", FORM, b"a=1&b=2");
    body(&mut pact, "multipart", PARTS, MULTIPART.as_bytes());
    body(
        &mut pact,
        "binary",
        "application/octet-stream",
        &[0, 159, 146, 150, 0],
    );
    body(&mut pact, "no bytes", "application/json", b"");
    let order = if version == SpecVersion::V2 {
        json_pattern!({ "id": like(42), "status": regex("^(open|paid)$", "open"), "lines": each_like_min({ "sku": like("A1") }, 2) })
    } else {
        json_pattern!({
            "id": integer(42), "total": decimal(9.5), "any": number(1), "none": null(),
            "placed": date("yyyy-MM-dd", "2026-03-31"), "at": time("HH:mm", "10:15"),
            "when": datetime("yyyy-MM-dd'T'HH:mm:ss", "2026-03-31T10:15:00"),
            "note": include("en", "open"), "lines": each_like_min_max({ "sku": like("A1") }, 2, 4),
            "exact": like({ "code": equal("x"), "flag": boolean(true) }),
        })
    };
    let request = pact.upon_receiving("an order");
    // Version 2 has no parameters of states.
    let request = if version == SpecVersion::V2 {
        request.given("order 42 exists")
    } else {
        request.given_with("an order exists", json_pattern!({ "id": 42 }))
    };
    request
        .get(regex("^/orders/[0-9]+$", "/orders/42"))
        .query("expand", "lines")
        .query("expand", "total")
        .query("page", regex("^[0-9]+$", "1"))
        .header("Accept", "application/json")
        .will_respond_with(201)
        .header("X-Page", regex("^[0-9]+$", "1"))
        .json_body(order);
    if version == SpecVersion::V4 {
        pact.upon_receiving("what only version 4 has")
            .get("/four")
            .key("four")
            .comment("of version 4")
            .will_respond_with(200)
            .json_body(json_pattern!({
                "version": semver("1.2.3"), "some": not_empty("x"), "id": uuid("ce118b6e-d8e1-11e7-9296-cec278b6b50a"),
                "totals": each_value(MatchingRule::Decimal, json_pattern!({ "EUR": 9.5 })),
                "links": array_containing([json_pattern!({ "rel": "self", "href": like("/orders/42") })]),
            }));
    }
    let mock = pact.start();
    let port = mock.addr().port();
    let accept = "Accept: application/json\r\n";
    let answer = call(
        port,
        "GET /orders/7?expand=lines&expand=total&page=3",
        accept,
        b"",
    );
    assert_eq!(answer, "HTTP/1.1 201 Created");
    if version == SpecVersion::V4 {
        assert_eq!(call(port, "GET /four", "", b""), "HTTP/1.1 200 OK");
    }
    pact.finish().unwrap();
}

/// A process that ends with the test.
struct Running {
    child: Child,
    port: String,
}

impl Running {
    fn stub(folder: &Path, file: &str) -> Self {
        let mut child = Pact::new(["stub", "-f", file]).within(folder).spawn();
        let mut greeting = String::new();
        BufReader::new(child.stdout.as_mut().unwrap())
            .read_line(&mut greeting)
            .unwrap();
        let port = greeting.trim().rsplit(':').next().unwrap().to_owned();
        Self { child, port }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs the official verifier where it is there.
fn official(folder: &Path, words: &str) -> Option<Outcome> {
    let program = Official::find_for("the official verifier")?;
    let mut command = Command::new(program.path());
    command
        .args(["verifier", "-h", "127.0.0.1"])
        .args(words.split_whitespace())
        .env("PACT_DO_NOT_TRACK", "true")
        .env_remove("PACT_BROKER_BASE_URL")
        .current_dir(folder)
        .stdin(Stdio::null());
    Some(Outcome::of(&command.output().unwrap()))
}

#[test]
fn contracts_with_all_kinds_of_bodies_are_kept_by_a_stub_of_them() {
    for version in VERSIONS {
        let folder = tempfile::tempdir().unwrap();
        contract(folder.path(), version);
        let read = |words: &str| {
            Pact::new(words.split_whitespace())
                .within(folder.path())
                .run()
        };
        read("lint web-api.json --strict").exits_with(0);
        let text = fs::read_to_string(folder.path().join("web-api.json")).unwrap();
        fs::write(folder.path().join("lie.json"), text.replace("201", "418")).unwrap();
        let stub = Running::stub(folder.path(), "web-api.json");
        for (file, code) in [("web-api.json", 0), ("lie.json", 1)] {
            let words = format!("-f {file} -p {}", stub.port);
            let ours = read(&format!("verifier {words}")).exits_with(code);
            assert_eq!(
                ours.stdout.contains("expected 418, got 201"),
                code == 1,
                "{version} {ours}"
            );
            if let Some(theirs) = official(folder.path(), &words) {
                let theirs = theirs.exits_with(code);
                assert_eq!(
                    theirs.stdout.contains("has status code 418"),
                    code == 1,
                    "{version} {theirs}"
                );
            }
        }
    }
}

/// Verifies a contract against a stub of it by ours, and by the official verifier, whose outcome is
/// returned.
fn verified_with_a_stub_of_it(folder: &Path) -> Option<Outcome> {
    let stub = Running::stub(folder, "web-api.json");
    let words = format!("-f web-api.json -p {}", stub.port);
    let arguments = format!("verifier {words}");
    let ours = Pact::new(arguments.split_whitespace()).within(folder);
    ours.run().exits_with(0);
    official(folder, &words)
}

/// DIFFERENCE: pact-jvm knows rules for lists in any order; the official verifier does not, and
/// takes each for one of a plugin that it has not.
#[test]
fn contracts_with_lists_in_any_order_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    let mut pact = PactBuilder::new("web", "api");
    pact.output_dir(folder.path());
    pact.upon_receiving("lists in any order")
        .get("/lists")
        .will_respond_with(200)
        .json_body(json_pattern!({
            "some": unordered([integer(1), like("a")]), "few": unordered_min([1, 2], 2),
            "many": unordered_max([1, 2], 4), "both": unordered_min_max([1, 2], 2, 4),
        }));
    let mock = pact.start();
    let answer = call(mock.addr().port(), "GET /lists", "", b"");
    assert_eq!(answer, "HTTP/1.1 200 OK");
    pact.finish().unwrap();
    if let Some(theirs) = verified_with_a_stub_of_it(folder.path()) {
        let theirs = theirs.exits_with(1);
        let text = "No catalogue entry found for key 'min-equals-ignore-order'";
        assert!(theirs.stdout.contains(text), "{theirs}");
    }
}

#[test]
fn contracts_with_values_made_afresh_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    let mut pact = PactBuilder::new("web", "api");
    pact.output_dir(folder.path());
    pact.upon_receiving("values made afresh")
        .get("/afresh")
        .will_respond_with(200)
        .header("X-Id", random_integer(1, 9))
        .json_body(json_pattern!({
            "number": random_integer(1, 9), "total": random_decimal(4), "hex": random_hexadecimal(6),
            "text": random_string(5), "flag": random_boolean(), "code": random_regex("[a-c]{3}", "abc"),
            "id": random_uuid(), "day": date_from_now("yyyy-MM-dd", "today + 1 day", "2026-03-31"),
            "at": time_from_now("HH:mm:ss", "now + 1 hour", "10:15:00"),
            "when": datetime_from_now("yyyy-MM-dd'T'HH:mm:ss", "tomorrow @ noon", "2026-03-31T12:00:00"),
            "typed": example_of(&["a"]).at("$[0]", like("a")),
        }));
    pact.upon_receiving("a file of a type")
        .get("/file")
        .will_respond_with(200)
        .file_body("%PDF-1.7 …", "application/pdf");
    let mock = pact.start();
    for path in ["/afresh", "/file"] {
        let answer = call(mock.addr().port(), &format!("GET {path}"), "", b"");
        assert_eq!(answer, "HTTP/1.1 200 OK", "{path}");
    }
    pact.finish().unwrap();
    if let Some(theirs) = verified_with_a_stub_of_it(folder.path()) {
        theirs.exits_with(0);
    }
}

#[test]
fn contracts_with_variants_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    let options = TestOptions::new("web", "api").output_dir(folder.path());
    pact_test(options, |pact| {
        pact.upon_receiving("a new order")
            .post("/orders")
            .json_body(
                json_pattern!({ "sku": like("A1"), "to": one_of([like("home"), integer(7)]) }),
            )
            .will_respond_with(201)
            .json_body(json_pattern!({ "id": integer(42), "note": optional(like("fragile")) }));
        let to = match pact.variant() {
            Some(variant) if variant.contains("$.to") => "7",
            Some(_) | None => r#""office""#,
        };
        let mock = pact.start();
        let body = format!(r#"{{"sku":"B2","to":{to}}}"#);
        let json = "Content-Type: application/json\r\n";
        let answer = call(mock.addr().port(), "POST /orders", json, body.as_bytes());
        assert_eq!(answer, "HTTP/1.1 201 Created", "{:?}", pact.variant());
    });
    let text = fs::read_to_string(folder.path().join("web-api.json")).unwrap();
    assert_eq!(text.matches("a new order").count(), 3, "{text}");
    if let Some(theirs) = verified_with_a_stub_of_it(folder.path()) {
        theirs.exits_with(0);
    }
}

/// Answers requests for messages by their descriptions, until the tests end.
fn messages(answers: &'static [(&'static str, &'static str)]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut reader = BufReader::new(&stream);
            let mut length = 0;
            let mut line = String::new();
            while reader.read_line(&mut line).unwrap_or(0) > 2 {
                let lower = line.to_ascii_lowercase();
                if let Some(value) = lower.strip_prefix("content-length:") {
                    length = value.trim().parse().unwrap();
                }
                line.clear();
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            let asked: Value = serde_json::from_slice(&body).unwrap_or_default();
            let found = answers
                .iter()
                .find(|(name, _)| asked["description"] == *name);
            let (status, text) =
                found.map_or(("404 Not Found", "{}"), |(_, text)| ("200 OK", *text));
            // The metadata {"topic":"orders"}, as the message protocol encodes it.
            let head = format!(
                "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nPact-Message-Metadata: eyJ0b3BpYyI6Im9yZGVycyJ9\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{text}",
                text.len()
            );
            let _ = stream.write_all(head.as_bytes());
        }
    });
    port
}

#[test]
fn contracts_about_messages_are_kept_by_their_provider() {
    let good = messages(&[
        ("an order was placed", r#"{"id":7,"email":"b@example.org"}"#),
        ("a price is asked", r#"{"price":1.25}"#),
    ]);
    let changed = messages(&[
        (
            "an order was placed",
            r#"{"id":"seven","email":"b@example.org"}"#,
        ),
        ("a price is asked", r#"{"price":1.25}"#),
    ]);
    for version in [SpecVersion::V3, SpecVersion::V4] {
        let folder = tempfile::tempdir().unwrap();
        let mut pact = PactBuilder::new("mailer", "api");
        pact.output_dir(folder.path()).spec_version(version);
        pact.expects_to_receive("an order was placed")
            .given("order 42 was placed")
            .metadata("topic", "orders")
            .json_body(json_pattern!({ "id": integer(42), "email": like("a@example.org") }));
        pact.handle_messages(|message| assert!(!message.contents().is_empty()));
        if version == SpecVersion::V4 {
            pact.upon_message("a price is asked")
                .json_body(json_pattern!({ "sku": "A1" }))
                .will_answer()
                .json_body(json_pattern!({ "price": decimal(9.5) }));
            pact.handle_exchanges(|exchange| exchange.send(r#"{"sku":"A1"}"#).map(drop));
        }
        pact.finish().unwrap();
        for (port, code) in [(&good, 0), (&changed, 1)] {
            let words = format!("-f mailer-api.json -p {port}");
            let arguments = format!("verifier {words}");
            let ours = Pact::new(arguments.split_whitespace()).within(folder.path());
            ours.run().exits_with(code);
            if let Some(theirs) = official(folder.path(), &words) {
                theirs.exits_with(code);
            }
        }
    }
}
