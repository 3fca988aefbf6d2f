//! The compatibility suite's features about matching, step by step.
//!
//! What a scenario says of texts is compared literally, except that white space before `charset` is
//! the reader's own.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use pact_core::json::{Json, Object};
use pact_core::matching::{ActualRequest, Mismatch};
use pact_core::model::{Body, ContentType, InteractionKind, Request};
use pact_core::plan::RequestPlan;

use crate::feature::{Scenario, Step, play};
use crate::fixture::{headers, json, query};
use crate::support::interaction;

#[test]
fn version_3_matching_rules() {
    run("V3/matching_rules.feature", 24);
}

#[test]
fn version_3_http_matching() {
    run("V3/http_matching.feature", 7);
}

#[track_caller]
fn run(feature: &str, count: usize) {
    play(feature, count, |root, scenario| {
        World::new(root).play(scenario)
    });
}

/// What a scenario has set up so far.
struct World {
    fixtures: PathBuf,
    expected: Request,
    received: Vec<Received>,
    outcomes: Vec<Vec<Mismatch>>,
}

#[derive(Default)]
struct Received {
    query: Option<String>,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl World {
    fn new(root: &Path) -> Self {
        Self {
            fixtures: root.join("fixtures"),
            expected: Request::default(),
            received: Vec::new(),
            outcomes: Vec::new(),
        }
    }

    fn play(mut self, scenario: &Scenario) -> Result<(), String> {
        scenario.steps.iter().try_for_each(|step| self.step(step))
    }

    fn step(&mut self, step: &Step) -> Result<(), String> {
        let quoted: Vec<&str> =
            step.text
                .split_once('"')
                .map(|x| x.1)
                .map_or_else(Vec::new, |rest| {
                    // Texts in quotes may hold quotes of their own only within the last.
                    rest.trim_end_matches('"')
                        .split("\" ")
                        .flat_map(|part| part.split("> \""))
                        .collect()
                });
        let text = step.text.as_str();
        if text.contains("request configured with the following") {
            self.expect(&step.rows[0])
        } else if text.contains("expected request with") {
            let name = quoted[0];
            let value = quoted[1].trim_start_matches("header of \"");
            self.expected.headers.push(name, value);
            Ok(())
        } else if text.contains("is received with a") {
            let value = quoted[1].trim_start_matches("header of \"").to_owned();
            self.received.push(Received {
                headers: vec![(quoted[0].to_owned(), value)],
                ..Received::default()
            });
            Ok(())
        } else if text.contains("received") {
            for row in &step.rows {
                let received = self.receive(row)?;
                self.received.push(received);
            }
            Ok(())
        } else if text.contains("compared to the expected one") {
            self.compare()
        } else if text == "the comparison should be OK" {
            self.check(|outcome| outcome.is_empty())
        } else if text == "the comparison should NOT be OK" {
            let all_match = self.outcomes.iter().all(Vec::is_empty);
            if all_match {
                Err("all match".to_owned())
            } else {
                Ok(())
            }
        } else if let Some(rest) =
            text.strip_prefix("the mismatches will contain a mismatch with error ")
        {
            let (path, error) = rest.split_once("\" -> \"").ok_or("no arrow")?;
            let (path, error) = (path.trim_start_matches('"'), error.trim_end_matches('"'));
            self.has_mismatch(path, error)
        } else {
            Err(format!("unknown step: {text}"))
        }
    }

    fn expect(&mut self, row: &BTreeMap<String, String>) -> Result<(), String> {
        let mut members: Object<'static> = Object::new();
        for (column, cell) in row {
            let (name, value) = match column.as_str() {
                "matching rules" => ("matchingRules", json(cell, &self.fixtures)?),
                "query" => ("query", query(cell)),
                "headers" => (
                    "headers",
                    headers(cell)
                        .into_iter()
                        .map(|(n, v)| (n, Json::from(v)))
                        .collect::<Object<'_>>()
                        .into(),
                ),
                _ => continue,
            };
            members.insert(name, value);
        }
        let mut whole: Object<'static> = Object::new();
        whole.insert("description", "case");
        whole.insert("request", members);
        whole.insert("response", Object::new());
        let kind = interaction("interactions", &whole.into(), "3.0.0")?.kind;
        let InteractionKind::Http(exchange) = kind else {
            return Err("not an exchange".to_owned());
        };
        self.expected = exchange.request;
        if let Some(cell) = row.get("body") {
            let bytes = self.bytes(cell)?;
            let named: Option<ContentType> =
                row.get("content type").and_then(|text| text.parse().ok());
            self.expected.body = Body::present(bytes, named);
        }
        Ok(())
    }

    fn receive(&self, row: &BTreeMap<String, String>) -> Result<Received, String> {
        let mut received = Received::default();
        for (column, cell) in row {
            match column.as_str() {
                "body" => received.body = self.bytes(cell)?,
                "content type" => received
                    .headers
                    .push(("Content-Type".to_owned(), cell.clone())),
                "headers" => received.headers.extend(headers(cell)),
                "query" => received.query = Some(cell.clone()),
                _ => {}
            }
        }
        Ok(received)
    }

    fn bytes(&self, cell: &str) -> Result<Vec<u8>, String> {
        if let Some(json) = cell.strip_prefix("JSON: ") {
            return Ok(json.as_bytes().to_vec());
        }
        let file = cell
            .strip_prefix("file: ")
            .ok_or(format!("unknown body: {cell}"))?;
        fs::read(self.fixtures.join(file)).map_err(|error| format!("{file}: {error}"))
    }

    fn compare(&mut self) -> Result<(), String> {
        let plan = RequestPlan::compile(&self.expected).map_err(|error| error.to_string())?;
        for received in &self.received {
            let lines: Vec<(&str, &str)> = received
                .headers
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str()))
                .collect();
            self.outcomes.push(plan.compare(&ActualRequest {
                method: &self.expected.method,
                path: &self.expected.path,
                query: received.query.as_deref(),
                headers: &lines,
                body: &received.body,
            }));
        }
        Ok(())
    }

    fn check(&self, right: impl Fn(&[Mismatch]) -> bool) -> Result<(), String> {
        match self.outcomes.iter().find(|outcome| !right(outcome)) {
            Some(outcome) => Err(shown(outcome)),
            None => Ok(()),
        }
    }

    fn has_mismatch(&self, path: &str, error: &str) -> Result<(), String> {
        let error = error.replace(r";\s*charset", ";charset");
        let all = self.outcomes.concat();
        let found = all
            .iter()
            .any(|mismatch| mismatch.path == path && mismatch.kind.description.contains(&error));
        if found {
            Ok(())
        } else {
            Err(format!("no `{path}` -> `{error}` in {}", shown(&all)))
        }
    }
}

fn shown(mismatches: &[Mismatch]) -> String {
    let texts: Vec<String> = mismatches
        .iter()
        .map(|mismatch| format!("{} -> {}", mismatch.path, mismatch.kind.description))
        .collect();
    texts.join("; ")
}
