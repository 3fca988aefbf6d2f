//! Faults of requests, over every operation there is: the status, both formats, and nothing half-written.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::start;
use crate::{
    openapi::{Operation, described},
    support::{Answer, TestBroker, filled::fill},
};

const HAL: &str = "application/hal+json";
const PROBLEM: &str = "application/problem+json";

/// A filled broker, its operations, and how many rows each table has.
struct Refusing {
    broker: TestBroker,
    document: Value,
    operations: Vec<Operation>,
    rows: Vec<(String, i64)>,
}

impl Refusing {
    async fn new() -> Self {
        let broker = start().await;
        fill(&broker, "a").await;
        let (document, operations) = described(&broker).await;
        let rows = broker.rows().await;
        assert!(rows.len() > 15, "{rows:?}");
        Self {
            broker,
            document,
            operations,
            rows,
        }
    }

    /// The operations that read a body, with its schema.
    fn reading_bodies(&self) -> impl Iterator<Item = (&Operation, &str, &Value)> {
        self.operations.iter().filter_map(|one| {
            let content = one.described["requestBody"]["content"].as_object()?;
            let (media, content) = content.iter().next()?;
            let pointer = content["schema"]["$ref"].as_str()?;
            let schema = self.document.pointer(pointer.strip_prefix('#')?)?;
            let reads = !pointer.ends_with("/Empty");
            reads.then_some((one, media.as_str(), schema))
        })
    }

    /// Sends a request that is to be refused with `status`, once for each format of errors, and returns the problem
    /// details.
    async fn refused(
        &self,
        (method, path): (&str, &str),
        media: &str,
        body: &str,
        status: u16,
    ) -> Value {
        let told = format!(
            "{method} {} {media} {}",
            &path[..path.len().min(200)],
            &body[..body.len().min(80)]
        );
        let send = async |accept: &str| {
            let headers = [("accept", accept), ("content-type", media)];
            self.broker.send(method, path, &headers, body).await
        };
        let plain = send(HAL).await;
        assert_eq!(plain.status.as_u16(), status, "{told}: {}", plain.text);
        let document = plain.json();
        let has = document["error"].is_string() || document["errors"].is_object();
        assert!(
            has || document["errors"].is_array() || document["type"].is_string(),
            "{told}: {document}"
        );
        let problem = send(PROBLEM).await;
        assert_eq!(problem.status.as_u16(), status, "{told}: {}", problem.text);
        assert_eq!(
            problem.header("content-type"),
            Some("application/problem+json;charset=utf-8"),
            "{told}"
        );
        let document = problem.json();
        assert_eq!(document["status"], status, "{told}: {document}");
        assert!(
            document["type"].is_string() && document["title"].is_string(),
            "{told}: {document}"
        );
        document
    }

    /// Fails where anything was stored since the broker was filled.
    async fn assert_unchanged(&self) {
        assert_eq!(self.broker.rows().await, self.rows, "something was written");
    }
}

/// Puts a name into every open place of a path.
fn named(path: &str, name: &str) -> String {
    let parts = path
        .split('/')
        .map(|part| if part.starts_with('{') { name } else { part });
    parts.collect::<Vec<_>>().join("/")
}

/// Puts names of what is stored into a path.
fn stored(path: &str) -> String {
    let name = |part: &str| match part {
        "{pacticipant}" | "{consumer}" => "aconsumer".to_owned(),
        "{provider}" => "aprovider".to_owned(),
        "{version}" => "a2".to_owned(),
        other if other.starts_with('{') => "aaaaaaaaaaaaaaaaaaaa".to_owned(),
        other => other.to_owned(),
    };
    path.split('/').map(name).collect::<Vec<_>>().join("/")
}

#[tokio::test]
async fn what_is_no_json_object_is_refused_by_all_that_read_one() {
    let refusing = Refusing::new().await;
    for (operation, media, _) in refusing.reading_bodies() {
        let path = named(&operation.path, "nobody0000000000");
        for body in [
            "{\"a\":",
            "[]",
            "\"x\"",
            "7",
            "null",
            "{\"a\":1}}",
            "\u{feff}{}",
            "{'a':1}",
        ] {
            let refused = refusing
                .refused((&operation.method, &path), media, body, 400)
                .await;
            assert!(refused["detail"].is_string(), "{path}: {refused}");
        }
        let headers = [("accept", HAL), ("content-type", media)];
        let garbled = refusing
            .broker
            .send_bytes(&operation.method, &path, &headers, b"{\"a\":\"\xff\"}")
            .await;
        assert_eq!(garbled.status, 400, "{path}: {}", garbled.text);
    }
    refusing.assert_unchanged().await;
}

#[tokio::test]
async fn what_is_missing_and_what_is_of_another_type_is_pointed_at() {
    let refusing = Refusing::new().await;
    let mut pointed = 0;
    for (operation, media, schema) in refusing.reading_bodies() {
        // What is not there is told before what was sent for it.
        if operation.path == "/environments/{environment}" {
            continue;
        }
        let path = stored(&operation.path);
        let own = (operation.method.as_str(), path.as_str());
        let pointers = |problem: &Value| -> BTreeSet<String> {
            let errors = problem["errors"].as_array().into_iter().flatten();
            errors
                .filter_map(|one| one["pointer"].as_str())
                .map(str::to_owned)
                .collect()
        };
        let required: Vec<&str> = schema["required"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        if !required.is_empty() {
            let found = pointers(&refusing.refused(own, media, "{}", 400).await);
            let expected: BTreeSet<String> =
                required.iter().map(|name| format!("/{name}")).collect();
            assert_eq!(found, expected, "{own:?}");
        }
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            let types: Vec<&str> = match &property["type"] {
                Value::Array(types) => types.iter().filter_map(Value::as_str).collect(),
                one => one.as_str().into_iter().collect(),
            };
            let lenient = matches!(operation.described["requestBody"]["content"][media]["schema"]["$ref"].as_str(),
                Some(pointer) if pointer.ends_with("/Pact"));
            if types.is_empty() || lenient || name == "verifiedBy" {
                continue;
            }
            for (kind, wrong) in [
                ("string", json!("x")),
                ("object", json!({ "x": 1 })),
                ("number", json!(7)),
                ("boolean", json!(true)),
            ] {
                if types.contains(&kind)
                    || (name == "name" && operation.path.contains("{pacticipant}"))
                {
                    continue;
                }
                let body = json!({ name: wrong }).to_string();
                let found = pointers(&refusing.refused(own, media, &body, 400).await);
                assert!(
                    found.contains(&format!("/{name}")),
                    "{own:?} {body}: {found:?}"
                );
                pointed += 1;
            }
        }
    }
    assert!(pointed > 30, "{pointed}");
    refusing.assert_unchanged().await;
}

#[tokio::test]
async fn other_media_types_and_larger_bodies_are_refused_unread() {
    let refusing = Refusing::new().await;
    for operation in &refusing.operations {
        if operation.described.get("requestBody").is_none() {
            continue;
        }
        let path = named(&operation.path, "nobody0000000000");
        for media in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "application/xml",
            "multipart/form-data; boundary=x",
        ] {
            refusing
                .refused((&operation.method, &path), media, "{}", 415)
                .await;
        }
        let mut stream = TcpStream::connect(refusing.broker.addr()).await.unwrap();
        let head = format!(
            "{} {path} HTTP/1.1\r\nHost: b\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
            operation.method,
            (32 << 20) + 1
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(
            answer.starts_with("HTTP/1.1 413 "),
            "{} {path}: {answer}",
            operation.method
        );
    }
    refusing.assert_unchanged().await;
}

#[tokio::test]
async fn a_resource_names_the_methods_it_has_to_whoever_uses_another() {
    let refusing = Refusing::new().await;
    let paths: BTreeSet<&String> = refusing.operations.iter().map(|one| &one.path).collect();
    for path in paths {
        let own = refusing.operations.iter().filter(|one| one.path == *path);
        let own: BTreeSet<&str> = own
            .map(|one| one.method.as_str())
            .chain(["OPTIONS"])
            .collect();
        let address = named(path, "nobody0000000000");
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "TRACE"] {
            if own.contains(method) {
                continue;
            }
            let refused = refusing
                .refused((method, &address), "application/json", "{}", 405)
                .await;
            assert!(refused["detail"].is_string(), "{method} {path}");
            for accept in [HAL, "text/html"] {
                let answer = refusing
                    .broker
                    .send(method, &address, &[("accept", accept)], "")
                    .await;
                let allowed = |answer: &Answer| answer.header("allow").map(str::to_owned);
                let allow = allowed(&answer)
                    .unwrap_or_else(|| panic!("{method} {path} for {accept}: no Allow"));
                assert_eq!(
                    allow.split(", ").collect::<BTreeSet<_>>(),
                    own,
                    "{method} {path} for {accept}"
                );
            }
        }
    }
    refusing.assert_unchanged().await;
}

#[tokio::test]
async fn names_that_cannot_be_and_names_nobody_has_write_nothing() {
    let refusing = Refusing::new().await;
    let long = "n".repeat(5_000);
    for operation in refusing
        .operations
        .iter()
        .filter(|one| one.path.contains('{'))
    {
        let method = operation.method.as_str();
        for name in ["a%0Ab", "a%00b", "a%09b"] {
            let path = named(&operation.path, name);
            refusing
                .refused((method, &path), "application/json", "{}", 422)
                .await;
        }
        let reads = matches!(method, "GET" | "DELETE");
        let badge = operation.path.ends_with("/badge");
        for name in [
            "nobody",
            "a%2Fb",
            "%F0%9F%98%80%C3%A9",
            "%3Cscript%3E",
            "..%2F..",
            "a%2Bb%20c",
            "%27%3B--",
            &long,
        ] {
            if !reads || badge {
                continue;
            }
            let path = named(&operation.path, name);
            let headers = [("accept", if method == "GET" { HAL } else { "*/*" })];
            let answer = refusing.broker.send(method, &path, &headers, "").await;
            let text = operation.described["responses"]["200"]["content"]
                .get(HAL)
                .is_none()
                && method == "GET";
            // A label nobody has is one that all have not.
            let search = operation.path == "/pacticipants/label/{label}";
            let expected: &[u16] = match (search, text) {
                (true, _) => &[200],
                (false, true) => &[404, 406],
                (false, false) => &[404],
            };
            assert!(
                expected.contains(&answer.status.as_u16()),
                "{method} {path}: {} {}",
                answer.status,
                answer.text
            );
        }
    }
    refusing.assert_unchanged().await;
}
