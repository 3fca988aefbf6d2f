//! Pact files written by a dozen languages' tools over ten years.
//!
//! They stand in the suite `real-pacts`: valid ones, broken ones, and an index of both.

use std::fs;
use std::path::{Path, PathBuf};

use pact_core::format::{self, ReadPact};
use pact_core::json::Json;
use pact_core::lint::lint;
use pact_core::model::{InteractionKind, Pact, SpecVersion};

use crate::support::suite;

/// Returns the files of a folder with their names; none when the collection is not there.
pub(crate) fn files(folder: &str) -> Vec<(String, Vec<u8>)> {
    let Some(collection) = suite("real-pacts") else {
        return Vec::new();
    };
    let folder = collection.join(folder);
    let mut paths: Vec<PathBuf> = fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("cannot list {}: {error}", folder.display()))
        .map(|entry| entry.expect("the folder can be listed").path())
        .collect();
    paths.sort();
    assert!(!paths.is_empty(), "no files in {}", folder.display());
    paths
        .iter()
        .map(|path| (name(path), fs::read(path).expect("the file can be read")))
        .collect()
}

fn name(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

#[track_caller]
fn read(name: &str, bytes: &[u8]) -> ReadPact {
    format::read(bytes).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn every_valid_file_survives_its_own_version() {
    for (name, bytes) in files("valid") {
        let pact = read(&name, &bytes).pact;
        let text = format::write(&pact).unwrap_or_else(|error| panic!("{name}: {error}"));
        let again = read(&name, text.as_bytes());
        assert_eq!(without_ids(again.pact.clone()), without_ids(pact), "{name}");
        assert_eq!(format::write(&again.pact).unwrap(), text, "{name}");
    }
}

/// A broker's ids are never written.
fn without_ids(mut pact: Pact) -> Pact {
    for interaction in &mut pact.interactions {
        interaction.id = None;
    }
    pact
}

#[test]
fn bodies_of_valid_files_keep_number_text_and_key_order() {
    for (name, bytes) in files("valid") {
        let pact = read(&name, &bytes).pact;
        let is_v4 = pact.spec_version == SpecVersion::V4;
        let text = format::write(&pact).unwrap();
        let (before, after) = (
            Json::parse(&bytes).unwrap(),
            Json::parse(text.as_bytes()).unwrap(),
        );
        for (index, interaction) in pact.interactions.iter().enumerate() {
            if !matches!(interaction.kind, InteractionKind::Http(_)) {
                continue;
            }
            for side in ["request", "response"] {
                let content = if is_v4 { "/content" } else { "" };
                let pointer = format!("/interactions/{index}/{side}/body{content}");
                if let Some(body @ (Json::Object(_) | Json::Array(_))) = before.pointer(&pointer) {
                    let written = after.pointer(&pointer).map(Json::to_compact);
                    assert_eq!(
                        written,
                        Some(as_payload(body, &after, &pointer)),
                        "{name}: {pointer}"
                    );
                }
            }
        }
    }
}

/// Under a type that is not JSON, a body is the text of its JSON.
fn as_payload(body: &Json<'_>, after: &Json<'_>, pointer: &str) -> String {
    match after.pointer(pointer) {
        Some(Json::String(_)) => Json::from(body.to_compact()).to_compact(),
        Some(_) | None => body.to_compact(),
    }
}

#[test]
fn every_valid_file_can_be_raised_to_v4() {
    for (name, bytes) in files("valid") {
        let pact = read(&name, &bytes).pact;
        let (text, losses) = format::write_as(&pact, SpecVersion::V4)
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(losses, [], "{name}");
        let raised = read(&name, text.as_bytes()).pact;
        assert_eq!(raised.interactions.len(), pact.interactions.len(), "{name}");
        for (raised, given) in raised.interactions.iter().zip(&pact.interactions) {
            assert_eq!(raised.description, given.description, "{name}");
            assert_eq!(raised.provider_states, given.provider_states, "{name}");
            // Generators have no meaning before V3 and are only carried; in V4 they come alive.
            if pact.spec_version >= SpecVersion::V3 {
                assert_eq!(raised.kind, given.kind, "{name}");
            }
        }
        assert_eq!(format::write(&raised).unwrap(), text, "{name}");
    }
}

#[test]
fn every_valid_file_can_be_compared_with() {
    let files = files("valid");
    if files.is_empty() {
        return;
    }
    let mut refused = Vec::new();
    for (name, bytes) in files {
        let findings = lint(&bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
        if findings
            .iter()
            .any(|finding| finding.code == "not-comparable")
        {
            refused.push(name);
        }
    }
    assert_eq!(refused, [""; 0]);
}

#[test]
fn every_broken_file_is_refused_with_the_place_of_its_fault() {
    let index = index_of_traits();
    for (name, bytes) in files("broken") {
        let error = match format::read(&bytes) {
            Err(error) => error.to_string(),
            Ok(read) => panic!("{name} is read, with the warnings {:?}", read.warnings),
        };
        let traits = index
            .iter()
            .find(|(listed, _)| *listed == name)
            .map_or("", |(_, traits)| traits.as_str());
        let place = expected_place(traits);
        assert!(
            error.contains(&place),
            "{name} ({traits}): `{error}` does not say `{place}`"
        );
    }
}

/// Returns what is wrong with each file, as the collection's index says.
fn index_of_traits() -> Vec<(String, String)> {
    let Some(collection) = suite("real-pacts") else {
        return Vec::new();
    };
    let text = fs::read_to_string(collection.join("INDEX.tsv")).expect("the index can be read");
    text.lines()
        .filter_map(|line| {
            let mut columns = line.split('\t');
            Some((columns.next()?.to_owned(), columns.next_back()?.to_owned()))
        })
        .collect()
}

/// Returns the words by which an error names the place of a fault.
fn expected_place(traits: &str) -> String {
    if let Some((_, rest)) = traits.split_once("line ")
        && let Some((line, rest)) = rest.split_once(" column ")
        && let Some((column, _)) = rest.split_once(' ')
    {
        return format!("line {line}, column {column}:");
    }
    let place = if traits.contains("no consumer") {
        "`/consumer`"
    } else if traits.contains("no provider") {
        "`/provider`"
    } else if traits.contains("provider.name") {
        "`/provider/name`"
    } else if traits.contains("interaction without") {
        "interaction 1 (`test interaction`), `/response`"
    } else {
        // Interactions of an unknown type in a file that names no version have no request.
        "interaction 1 ("
    };
    place.to_owned()
}
