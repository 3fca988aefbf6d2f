//! The cases of the Pact specification, and our own for V4, each known by its file's name.
//!
//! A case is a request, response or message as a contract states it, one as it arrived, and
//! whether they match. Both are read as parts of a pact file of the case's version. Cases with
//! another outcome here stand in `known-exceptions.toml` with the reason.

use std::fs;
use std::path::Path;

use pact_core::json::{Json, Object, OwnedJson};
use pact_core::matching::{ActualMessage, ActualRequest, ActualResponse, Mismatch};
use pact_core::model::{HttpExchange, InteractionKind, Message, Request, Response};
use pact_core::plan::{MessagePlan, RequestPlan, ResponsePlan};

use crate::support::{bytes, encoded, exceptions, interaction, lines, suite};

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

/// The specification has no cases for V4; these are our own.
#[test]
fn version_4() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures");
    run_below(&root, "v4", "4.0", 364);
}

/// Runs all cases of a version of the specification.
#[track_caller]
fn run(folder: &str, version: &str, count: usize) {
    if let Some(root) = suite("specification") {
        run_below(&root, folder, version, count);
    }
}

/// Runs all cases in a folder; `root` is where their names begin.
#[track_caller]
fn run_below(root: &Path, folder: &str, version: &str, count: usize) {
    let exceptions = exceptions("specification");
    let mut files = Vec::new();
    collect(&root.join(folder), &mut files);
    files.sort();
    assert_eq!(files.len(), count, "number of cases in {folder}");
    let mut wrong = Vec::new();
    for file in &files {
        let name = file
            .strip_prefix(root)
            .expect("the file is below the folder")
            .to_string_lossy()
            .into_owned();
        match (outcome(file, version), exceptions.get(&name)) {
            (Ok(()), None) | (Err(_), Some(_)) => {}
            (Err(why), None) => wrong.push(format!("{name}: {why}")),
            (Ok(()), Some(reason)) => {
                wrong.push(format!(
                    "{name}: passes, yet it is a known exception: {reason}"
                ));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {count} cases:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

fn collect(folder: &Path, files: &mut Vec<std::path::PathBuf>) {
    for entry in fs::read_dir(folder).expect("the folder can be read") {
        let path = entry.expect("the entry can be read").path();
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

/// Runs one case; the error says how it came out otherwise than it should.
fn outcome(file: &Path, version: &str) -> Result<(), String> {
    let bytes = fs::read(file).map_err(|error| error.to_string())?;
    let case = Json::parse(&bytes)
        .map_err(|error| error.to_string())?
        .into_owned();
    let should_match = case
        .get("match")
        .and_then(Json::as_bool)
        .ok_or("no `match`")?;
    let part = |name: &str| case.get(name).cloned().ok_or(format!("no `{name}`"));
    let (expected, actual) = (part("expected")?, part("actual")?);
    let kind = |name: &str| file.components().any(|part| part.as_os_str() == name);
    let mismatches = if kind("request") {
        request(expected, actual, version)
    } else if kind("response") {
        response(expected, actual, version)
    } else {
        message(expected, actual, version)
    }?;
    match (should_match, mismatches.is_empty()) {
        (true, true) | (false, false) => Ok(()),
        (true, false) => Err(format!("should match: {}", listed(&mismatches))),
        (false, true) => Err("should not match".to_owned()),
    }
}

fn listed(mismatches: &[Mismatch]) -> String {
    let texts: Vec<String> = mismatches.iter().map(Mismatch::to_string).collect();
    texts.join("; ")
}

fn request(expected: OwnedJson, actual: OwnedJson, version: &str) -> Result<Vec<Mismatch>, String> {
    let load = |fragment| {
        let members = [("request", fragment), ("response", Object::new().into())];
        exchange(members, version).map(|exchange| exchange.request)
    };
    let (expected, actual): (Request, Request) = (load(expected)?, load(actual)?);
    let plan = RequestPlan::compile(&expected).map_err(|error| error.to_string())?;
    let query = encoded(&actual.query);
    Ok(plan.compare(&ActualRequest {
        method: &actual.method,
        path: &actual.path,
        query: query.as_deref(),
        headers: &lines(&actual.headers),
        body: bytes(&actual.body),
    }))
}

fn response(
    expected: OwnedJson,
    actual: OwnedJson,
    version: &str,
) -> Result<Vec<Mismatch>, String> {
    let load = |fragment| {
        let members = [("request", Object::new().into()), ("response", fragment)];
        exchange(members, version).map(|exchange| exchange.response)
    };
    let (expected, actual): (Response, Response) = (load(expected)?, load(actual)?);
    let plan = ResponsePlan::compile(&expected).map_err(|error| error.to_string())?;
    Ok(plan.compare(&ActualResponse {
        status: actual.status,
        headers: &lines(&actual.headers),
        body: bytes(&actual.body),
    }))
}

fn message(expected: OwnedJson, actual: OwnedJson, version: &str) -> Result<Vec<Mismatch>, String> {
    let load = |mut fragment: OwnedJson| {
        let list = if version == "4.0" {
            "interactions"
        } else {
            "messages"
        };
        if let Json::Object(members) = &mut fragment {
            members.insert("description", "case");
            members.insert("type", "Asynchronous/Messages");
        }
        match interaction(list, &fragment, version)?.kind {
            InteractionKind::AsyncMessage(message) => Ok(*message),
            other => Err(format!("not a message: {other:?}")),
        }
    };
    let (expected, actual): (Message, Message) = (load(expected)?, load(actual)?);
    let plan = MessagePlan::compile(&expected).map_err(|error| error.to_string())?;
    Ok(plan.compare(&ActualMessage {
        contents: bytes(&actual.contents),
        content_type: None,
        metadata: &actual.metadata,
    }))
}

fn exchange(parts: [(&str, OwnedJson); 2], version: &str) -> Result<HttpExchange, String> {
    let mut members: Object<'static> = Object::new();
    members.insert("description", "case");
    members.insert("type", "Synchronous/HTTP");
    for (name, part) in parts {
        members.insert(name.to_owned(), part);
    }
    match interaction("interactions", &members.into(), version)?.kind {
        InteractionKind::Http(exchange) => Ok(*exchange),
        other => Err(format!("not an exchange: {other:?}")),
    }
}
