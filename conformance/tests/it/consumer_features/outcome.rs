//! What a scenario says of the test that was run: the answer, the verdict, and the pact file.

use std::fmt::Debug;

use pact_consumer::{ConsumerError, Failure, RecordedRequest, Verdict};
use pact_core::json::Json;
use pact_core::matching::{Mismatch, Part};
use pact_core::model::{Headers, Interaction, InteractionKind, Request, Response};

use super::{World, json, numbers};
use crate::contract;
use crate::feature::Step;
use crate::support::{bytes, encoded};

impl World {
    pub(super) fn check(&self, step: &Step) -> Result<(), String> {
        let text = step.text.as_str();
        if text.ends_with("response is returned")
            || text.starts_with("the payload will")
            || text.starts_with("the content type will")
        {
            self.check_answer(text)
        } else if text.starts_with("the mock server status will") {
            self.check_status(text)
        } else if text.starts_with("the mismatches will contain") {
            self.check_mismatches(text)
        } else if text.starts_with("the mock server will") {
            let done = self.done.as_ref().ok_or("the test is not done")?;
            let is_wanted = !text.contains(" NOT ");
            let exists = self.folder.path().join("pacts").join("c-p.json").exists();
            holds(done.is_ok() == is_wanted && exists == is_wanted, done)
        } else {
            self.check_file(step)
        }
    }

    fn check_answer(&self, text: &str) -> Result<(), String> {
        let answer = self.answer.as_ref().ok_or("no request was made")?;
        let body = String::from_utf8_lossy(&answer.body);
        match quoted(text) {
            None => holds(
                [usize::from(answer.status)] == *numbers(text),
                &(answer.status, &body),
            ),
            Some(name) if text.starts_with("the payload") => {
                let document = self.document(&format!("{name}.json"))?;
                holds(json(&body)? == json(&document)?, &body)
            }
            Some(content_type) => {
                let mut headers = answer.headers.iter();
                let found = headers.find(|(name, _)| name == "content-type");
                holds(
                    found.is_some_and(|(_, value)| value == content_type),
                    &answer.headers,
                )
            }
        }
    }

    fn check_status(&self, text: &str) -> Result<(), String> {
        let done = self.done.as_ref().ok_or("the test is not done")?;
        if text.ends_with("will be OK") {
            return holds(done.is_ok(), done);
        }
        let Err(ConsumerError::Verification(failure)) = done else {
            return Err(format!("{done:?}"));
        };
        if text.ends_with("will NOT be OK") {
            Ok(())
        } else if text.ends_with("will be mismatches") {
            let unexpected = failure.unexpected.iter();
            holds(unexpected.clone().any(is_mismatch), failure)
        } else if text.contains("expected but not received") {
            let wanted = self.interaction(numbers(text)[0])?;
            let missing = &failure.never_requested;
            holds(names(failure, wanted), missing)
        } else if text.contains("request received error for") {
            let method = quoted(text).unwrap_or_default();
            let path = match text.split_once("for path ") {
                Some((_, path)) => path.trim_matches('"').to_owned(),
                None => {
                    let mut wanted = self.interaction(numbers(text)[0])?.clone();
                    contract::http(&mut wanted).request.path.clone()
                }
            };
            let mut unexpected = failure.unexpected.iter();
            let found = unexpected.any(|request| {
                request.method == method && request.path == path && !is_mismatch(request)
            });
            holds(found, failure)
        } else {
            Err("unknown step".to_owned())
        }
    }

    /// Looks for a difference among those of every request that arrived.
    fn check_mismatches(&self, text: &str) -> Result<(), String> {
        let part = quoted(text).unwrap_or_default();
        let (start, error) = text.split_once("with error \"").ok_or("no error")?;
        let path = start.split_once("with path ").and_then(|x| quoted(x.1));
        let error = error.trim_end_matches('"');
        let server = self.server.as_ref().ok_or("no server was started")?;
        let requests = server.requests();
        let all: Vec<&Mismatch> = requests.iter().flat_map(mismatches).collect();
        let found = all.iter().any(|mismatch| {
            mismatch.part.name() == part
                && path.is_none_or(|path| mismatch.path == path)
                && mismatch.kind.description.contains(error)
        });
        holds(found, &all)
    }

    fn check_file(&self, step: &Step) -> Result<(), String> {
        let text = step.text.as_str();
        let pact = self.written()?;
        if text.starts_with("the pact file will contain {") {
            return holds(
                [pact.interactions.len()] == *numbers(text),
                &pact.interactions,
            );
        }
        let interaction = pact.interactions.first().ok_or("no interaction")?;
        if text.contains("provider state") {
            return check_states(interaction, step);
        }
        let InteractionKind::Http(exchange) = &interaction.kind else {
            return Err(format!("{interaction:?}"));
        };
        if let Some(said) = text.strip_prefix("the {first} interaction request ") {
            self.check_request(&exchange.request, said)
        } else if let Some(said) = text.strip_prefix("the {first} interaction response ") {
            let Response { body, .. } = &exchange.response;
            self.is_document(bytes(body), said)
        } else {
            Err("unknown step".to_owned())
        }
    }

    fn check_request(&self, request: &Request, said: &str) -> Result<(), String> {
        let value = quoted(said).ok_or("nothing is named")?;
        if said.starts_with("will be for a") {
            holds(request.method == value, request)
        } else if said.starts_with("query parameters will be") {
            let mut expected = pact_core::model::Query::default();
            for (name, value) in value.split('&').filter_map(|pair| pair.split_once('=')) {
                expected.push(name, Some(value.to_owned()));
            }
            holds(
                encoded(&request.query) == encoded(&expected),
                &request.query,
            )
        } else if said.starts_with("will contain the header") {
            let (_, rest) = said.split_once("with value ").ok_or("no value")?;
            has_header(&request.headers, value, quoted(rest).unwrap_or_default())
        } else if said.starts_with("content type will be") {
            has_header(&request.headers, "Content-Type", value)
        } else {
            self.is_document(bytes(&request.body), said)
        }
    }

    fn is_document(&self, body: &[u8], said: &str) -> Result<(), String> {
        let document = self.document(quoted(said).ok_or("no document is named")?)?;
        let body = String::from_utf8_lossy(body);
        holds(json(&body)? == json(&document)?, &body)
    }

    fn document(&self, name: &str) -> Result<String, String> {
        let path = self.fixtures.join(name);
        std::fs::read_to_string(path).map_err(|error| format!("{name}: {error}"))
    }
}

/// Holds the states of an interaction against a step about them.
pub(super) fn check_states(interaction: &Interaction, step: &Step) -> Result<(), String> {
    let states = &interaction.provider_states;
    let text = step.text.as_str();
    let Some(name) = quoted(text) else {
        return holds([states.len()] == *numbers(text), states);
    };
    let state = states.iter().find(|state| state.name == name);
    let state = state.ok_or_else(|| format!("{states:?}"))?;
    match step.rows.first() {
        Some(row) => {
            let parameters = Json::Object(state.params.clone()).sorted();
            holds(parameters == json(&row["parameters"])?.sorted(), state)
        }
        None => Ok(()),
    }
}

/// Returns whether a request was that of an interaction but for what else it carried.
fn is_mismatch(request: &RecordedRequest) -> bool {
    let mut found = mismatches(request).peekable();
    found.peek().is_some()
        && found.all(|mismatch| !matches!(mismatch.part, Part::Method | Part::Path))
}

fn mismatches(request: &RecordedRequest) -> impl Iterator<Item = &Mismatch> {
    let mismatches = match &request.verdict {
        Verdict::Unexpected {
            nearest: Some((_, mismatches)),
        } => mismatches.as_slice(),
        _ => &[],
    };
    mismatches.iter()
}

fn names(failure: &Failure, interaction: &Interaction) -> bool {
    let mut missing = failure.never_requested.iter();
    missing.any(|(description, _, _)| *description == interaction.description)
}

fn has_header(headers: &Headers, name: &str, value: &str) -> Result<(), String> {
    holds(headers.get(name) == Some(&[value.to_owned()]), headers)
}

/// Returns the first text in quotes.
pub(super) fn quoted(text: &str) -> Option<&str> {
    text.split('"').nth(1)
}

pub(super) fn holds(holds: bool, found: &impl Debug) -> Result<(), String> {
    if holds {
        Ok(())
    } else {
        Err(format!("found {found:?}"))
    }
}
