//! The cases of the Pact specification through the program alone: what arrives is sent over HTTP to
//! `pact stub`, or answered over HTTP to `pact verifier`.
//!
//! A case that cannot be told over HTTP, or has another outcome here, stands in [`EXCEPTIONS`] with
//! its reason; one that stands there and passes fails the run.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use pact_core::format;
use pact_core::model::{Body, Headers, InteractionKind, Query};
use serde_json::{Value, json};

use crate::support::{OneAnswer, Pact};

/// Cases with another outcome than the specification says, and why.
const EXCEPTIONS: &[(&str, &str)] = &[
    (
        "v1/request/query/different param order.json",
        "V1 compared query strings as text; parameters are compared by name here",
    ),
    (
        "v1/request/query/trailing amperand.json",
        "V1 compared query strings as text; a trailing ampersand says nothing here",
    ),
    (
        "v2/response/body/array with type matcher mismatch xml.json",
        "a response may have children the example does not show",
    ),
    (
        "v3/request/headers/matches content type with parameters in different order.json",
        "a header with a line break cannot be sent",
    ),
    (
        "v3/response/body/array with type matcher mismatch xml.json",
        "a response may have children the example does not show",
    ),
    (
        "v3/response/headers/matches content type with parameters in different order.json",
        "a header with a line break cannot be sent",
    ),
];

#[test]
fn version_1() {
    run("v1", "1.0.0", 76);
}

#[test]
fn version_1_1() {
    run("v1.1", "1.1.0", 97);
}

#[test]
fn version_2() {
    run("v2", "2.0.0", 178);
}

#[test]
fn version_3() {
    run("v3", "3.0.0", 226);
}

#[track_caller]
fn run(folder: &str, version: &str, count: usize) {
    let Some(root) = std::env::var_os("PACT_CONFORMANCE_DIR") else {
        // The test runner swallows what `eprintln!` says in a test that passes.
        let _ = writeln!(
            std::io::stderr(),
            "LEFT OUT: the cases of {folder} through the program: PACT_CONFORMANCE_DIR is not set"
        );
        return;
    };
    let root = PathBuf::from(root).join("specification");
    let mut files = Vec::new();
    collect(&root.join(folder), &mut files);
    files.sort();
    assert_eq!(files.len(), count, "number of cases in {folder}");
    let (next, wrong) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let name = file.strip_prefix(&root).unwrap().to_str().unwrap();
                    let known = EXCEPTIONS.iter().find(|(known, _)| *known == name);
                    let said = match (Case::read(file, version).outcome(), known) {
                        (Ok(()), None) | (Err(_), Some(_)) => continue,
                        (Err(why), None) => why,
                        (Ok(()), Some((_, reason))) => {
                            format!("passes, yet it is listed: {reason}")
                        }
                    };
                    wrong.lock().unwrap().push(format!("{name}: {said}"));
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(
        wrong.is_empty(),
        "{} of {count} cases:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            files.push(path);
        }
    }
}

/// A case as its file has it.
struct Case {
    kind: Kind,
    version: &'static str,
    matches: bool,
    expected: Value,
    actual: Value,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Message,
    Request,
    Response,
}

impl Case {
    fn read(file: &Path, version: &str) -> Self {
        let has = |name: &str| file.components().any(|part| part.as_os_str() == name);
        let kind = match (has("request"), has("response")) {
            (true, _) => Kind::Request,
            (false, true) => Kind::Response,
            (false, false) => Kind::Message,
        };
        let bytes = fs::read(file).unwrap();
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes);
        let mut case: Value = serde_json::from_slice(bytes).unwrap();
        Self {
            kind,
            version: ["1.0.0", "1.1.0", "2.0.0", "3.0.0"]
                .into_iter()
                .find(|known| *known == version)
                .unwrap(),
            matches: case["match"].as_bool().unwrap(),
            expected: case["expected"].take(),
            actual: case["actual"].take(),
        }
    }

    /// Returns the text of a pact file that holds one side of the case.
    fn pact(&self, side: &Value) -> String {
        let (list, interaction) = match self.kind {
            Kind::Message => {
                let mut message = side.clone();
                message["description"] = json!("case");
                ("messages", message)
            }
            Kind::Request => (
                "interactions",
                json!({ "description": "case", "request": side, "response": { "status": 299 } }),
            ),
            Kind::Response => (
                "interactions",
                json!({ "description": "case", "request": { "method": "GET", "path": "/" }, "response": side }),
            ),
        };
        let mut pact = json!({
            "consumer": { "name": "c" },
            "provider": { "name": "p" },
            "metadata": { "pactSpecification": { "version": self.version } },
        });
        pact[list] = json!([interaction]);
        pact.to_string()
    }

    /// Runs the case; the error says how it came out otherwise than it should.
    fn outcome(&self) -> Result<(), String> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("pact.json");
        fs::write(&file, self.pact(&self.expected)).unwrap();
        let (found, said) = match self.kind {
            Kind::Request => self.ask(&file)?,
            Kind::Message | Kind::Response => self.verify(&file)?,
        };
        match (self.matches, found) {
            (true, false) => Err(format!("should match: {said}")),
            (false, true) => Err("should not match".to_owned()),
            _ => Ok(()),
        }
    }

    /// Returns what arrived, as the model has it.
    fn arrived(&self) -> Result<InteractionKind, String> {
        let read =
            format::read(self.pact(&self.actual).as_bytes()).map_err(|error| error.to_string())?;
        Ok(read.pact.interactions.into_iter().next().unwrap().kind)
    }

    /// Serves the contract and sends the request that arrived.
    fn ask(&self, file: &Path) -> Result<(bool, String), String> {
        let InteractionKind::Http(exchange) = self.arrived()? else {
            return Err("no exchange".to_owned());
        };
        let stub = Stub::start(file);
        let request = exchange.request;
        let query = encoded(&request.query);
        let head = format!("{} {}{query} HTTP/1.1\r\n", request.method, request.path);
        let answer = stub.call(&head, &lines(&request.headers), bytes(&request.body))?;
        Ok((answer.starts_with("HTTP/1.1 299"), answer))
    }

    /// Answers as was answered, and verifies.
    fn verify(&self, file: &Path) -> Result<(bool, String), String> {
        let (status, headers, body) = match self.arrived()? {
            InteractionKind::Http(exchange) => {
                let response = exchange.response;
                (
                    response.status,
                    lines(&response.headers),
                    bytes(&response.body).to_vec(),
                )
            }
            InteractionKind::AsyncMessage(message) => {
                let named = message
                    .metadata
                    .get("contentType")
                    .and_then(|named| named.as_str());
                let headers = named.map(|named| format!("Content-Type: {named}\r\n"));
                (
                    200,
                    headers.unwrap_or_default(),
                    bytes(&message.contents).to_vec(),
                )
            }
            _ => return Err("neither an exchange nor a message".to_owned()),
        };
        let length = body.len();
        let mut answer = format!(
            "HTTP/1.1 {status} S\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n"
        );
        answer.push_str(str::from_utf8(&body).map_err(|error| error.to_string())?);
        let provider = OneAnswer::sending(answer);
        let outcome = Pact::new(
            ["verifier", "--port", provider.port(), "--file"]
                .into_iter()
                .chain([file.to_str().unwrap()]),
        )
        .run();
        Ok((outcome.code == 0, outcome.stdout))
    }
}

/// A running `pact stub`.
struct Stub {
    child: Child,
    port: u16,
}

impl Stub {
    fn start(file: &Path) -> Self {
        let mut child = Pact::new(["stub", "--file", file.to_str().unwrap()]).spawn();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap())
            .read_line(&mut line)
            .unwrap();
        let port = line
            .trim()
            .rsplit(':')
            .next()
            .and_then(|port| port.parse().ok());
        let port = port.unwrap_or_else(|| panic!("no port in {line:?}"));
        Self { child, port }
    }

    fn call(&self, head: &str, headers: &str, body: &[u8]) -> Result<String, String> {
        let mut stream =
            TcpStream::connect(("127.0.0.1", self.port)).map_err(|error| error.to_string())?;
        let length = match body.len() {
            0 => String::new(),
            length => format!("Content-Length: {length}\r\n"),
        };
        let host = if headers.to_ascii_lowercase().contains("host:") {
            ""
        } else {
            "Host: localhost\r\n"
        };
        let head = format!("{head}{host}Connection: close\r\n{headers}{length}\r\n");
        stream
            .write_all(head.as_bytes())
            .and_then(|()| stream.write_all(body))
            .map_err(|error| error.to_string())?;
        let mut answer = String::new();
        stream
            .read_to_string(&mut answer)
            .map_err(|error| error.to_string())?;
        Ok(answer)
    }
}

impl Drop for Stub {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn lines(headers: &Headers) -> String {
    let all = headers
        .iter()
        .flat_map(|(name, values)| values.iter().map(move |value| (name, value)));
    all.map(|(name, value)| format!("{name}: {value}\r\n"))
        .collect()
}

fn bytes(body: &Body) -> &[u8] {
    match body {
        Body::Present(content) => &content.bytes,
        Body::Null => b"null",
        Body::Empty | Body::Missing => b"",
    }
}

fn encoded(query: &Query) -> String {
    let escape = |text: &str| {
        text.bytes()
            .map(|byte| format!("%{byte:02X}"))
            .collect::<String>()
    };
    let pairs: Vec<String> = query
        .iter()
        .flat_map(|(name, values)| {
            values.iter().map(move |value| match value {
                Some(value) => format!("{}={}", escape(name), escape(value)),
                None => escape(name),
            })
        })
        .collect();
    if pairs.is_empty() {
        String::new()
    } else {
        format!("?{}", pairs.join("&"))
    }
}
