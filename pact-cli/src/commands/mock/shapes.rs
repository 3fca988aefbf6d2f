//! What the master server says: the JSON of the official one.

use std::fmt::Write;

use pact_consumer::{Failure, RecordedRequest, Verdict};
use pact_core::format;
use pact_core::matching::{Mismatch, Part};
use pact_core::model::{InteractionKind, Pact, SpecVersion};
use serde_json::{Map, Value, json};

use super::registry::Running;

/// Returns what is said of a new mock server.
pub(super) fn created(server: &Running) -> Value {
    let mut said = json!({ "id": server.id, "port": server.mock.addr().port() });
    if let Some(pem) = server.mock.ca_certificate_pem() {
        said["caCertificate"] = pem.into();
    }
    json!({ "mockServer": said })
}

/// Returns how a mock server fares.
pub(super) fn status(server: &Running) -> Value {
    let (requests, by_path) = server.mock.request_counts();
    let is_ok = server.mock.failure().is_none();
    json!({
        "address": server.mock.addr().to_string(),
        "id": server.id,
        "metrics": { "requests": requests, "requests_by_path": by_path },
        "port": server.mock.addr().port(),
        "provider": server.pact.provider,
        "scheme": if server.is_tls { "https" } else { "http" },
        "status": if is_ok { "ok" } else { "error" },
    })
}

/// Returns what keeps a mock server from being verified.
pub(super) fn mismatches(server: &Running, failure: &Failure) -> Vec<Value> {
    let mut found: Vec<Value> = failure.unexpected.iter().map(refused).collect();
    let usage = server.mock.usage();
    let interactions = server.pact.interactions.iter();
    let served =
        interactions.filter(|interaction| matches!(interaction.kind, InteractionKind::Http(_)));
    // One that came, but otherwise than expected, is told as such.
    let is_told = |description: &str| {
        let mut near = failure.unexpected.iter().filter_map(nearly);
        near.any(|(near, _)| near == description)
    };
    for (interaction, used) in served.zip(usage) {
        if used == 0 && !is_told(&interaction.description) {
            let request = request_of(&server.pact, interaction);
            found.push(json!({
                "type": "missing-request",
                "method": request["method"],
                "path": request["path"],
                "request": request,
            }));
        }
    }
    found
}

/// Returns the interaction that a request has the method and path of, and what differs from it.
fn nearly(request: &RecordedRequest) -> Option<(&str, &[Mismatch])> {
    let Verdict::Unexpected {
        nearest: Some((description, mismatches)),
    } = &request.verdict
    else {
        return None;
    };
    let is_elsewhere = |found: &Mismatch| matches!(found.part, Part::Method | Part::Path);
    (!mismatches.iter().any(is_elsewhere)).then_some((description, mismatches))
}

/// Returns what is said of a request that no interaction answers.
fn refused(request: &RecordedRequest) -> Value {
    let (method, path) = (&request.method, &request.path);
    let Some((_, near)) = nearly(request) else {
        let mut said = json!({
            "type": "request-not-found",
            "method": method,
            "path": path,
            "request": recorded(request),
        });
        if let Verdict::Unreadable { reason } = &request.verdict {
            said["error"] = reason.as_str().into();
        }
        return said;
    };
    let mismatches: Vec<Value> = near.iter().map(mismatch).collect();
    json!({ "type": "request-mismatch", "method": method, "path": path, "mismatches": mismatches })
}

fn mismatch(found: &Mismatch) -> Value {
    let kind = match found.part {
        Part::Method => "MethodMismatch",
        Part::Path => "PathMismatch",
        Part::Status => "StatusMismatch",
        Part::Query => "QueryMismatch",
        Part::Header => "HeaderMismatch",
        Part::BodyType => "BodyTypeMismatch",
        Part::Body => "BodyMismatch",
        Part::Metadata => "MetadataMismatch",
    };
    let mut said = json!({
        "type": kind,
        "expected": found.kind.expected,
        "actual": found.kind.actual,
        "mismatch": found.to_string(),
    });
    let place = match found.part {
        Part::Query => Some("parameter"),
        Part::Header | Part::Metadata => Some("key"),
        Part::Body => Some("path"),
        Part::BodyType | Part::Method | Part::Path | Part::Status => None,
    };
    if let Some(place) = place {
        said[place] = found.path.as_str().into();
    }
    said
}

/// Returns the request of an interaction as a V3 pact has it.
fn request_of(pact: &Pact, interaction: &pact_core::model::Interaction) -> Value {
    let mut alone = Pact::new(pact.consumer.clone(), pact.provider.clone());
    alone.spec_version = SpecVersion::V3;
    alone.interactions.push(interaction.clone());
    let text = format::write_as(&alone, SpecVersion::V3);
    let written = text
        .ok()
        .and_then(|(text, _)| serde_json::from_str::<Value>(&text).ok());
    written
        .and_then(|mut written| {
            written
                .pointer_mut("/interactions/0/request")
                .map(Value::take)
        })
        .unwrap_or_default()
}

/// Returns a request that arrived as a V3 pact would have it.
fn recorded(request: &RecordedRequest) -> Value {
    let mut headers = Map::new();
    for (name, value) in &request.headers {
        let known = headers.get(name).and_then(Value::as_str);
        let joined = known.map_or_else(|| value.clone(), |known| format!("{known}, {value}"));
        headers.insert(name.clone(), joined.into());
    }
    let text = String::from_utf8_lossy(&request.body);
    let body = serde_json::from_slice::<Value>(&request.body).unwrap_or_else(|_| text.into());
    let mut said = json!({
        "method": request.method,
        "path": request.path,
        "headers": headers,
        "body": body,
    });
    if let Some(query) = &request.query {
        said["query"] = query.as_str().into();
    }
    said
}

/// Returns in words why a mock server is not verified.
pub(super) fn told(answer: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let server = &answer["mockServer"];
    let name = format!("{}/{}", text(&server["id"]), server["port"]);
    if let Some(error) = answer["error"].as_str() {
        return format!("Mock server {name} failed verification: {error}");
    }
    let found = answer["mismatches"].as_array().cloned().unwrap_or_default();
    let plural = if found.len() == 1 { "" } else { "s" };
    let mut told = format!(
        "Mock server {name} failed verification with {} error{plural}\n",
        found.len()
    );
    for (number, entry) in found.iter().enumerate() {
        let asked = format!("{} {}", text(&entry["method"]), text(&entry["path"]));
        let what = match entry["type"].as_str() {
            Some("request-mismatch") => format!("{asked} did not match what was expected"),
            Some("missing-request") => format!("{asked} was expected and never came"),
            // Of a head that could not be read not even the method is known.
            _ if entry["error"].is_string() && entry["method"] == "?" => {
                "a request could not be read".to_owned()
            }
            _ if entry["error"].is_string() => format!("{asked} could not be read"),
            _ => format!("{asked} was not expected"),
        };
        // Writing to a `String` cannot fail.
        let _ = write!(told, "\n{number} - {what}");
        for mismatch in entry["mismatches"].as_array().into_iter().flatten() {
            let _ = write!(told, "\n        {}", text(&mismatch["mismatch"]));
        }
        if let Some(error) = entry["error"].as_str() {
            let _ = write!(told, "\n        {error}");
        }
    }
    told
}
