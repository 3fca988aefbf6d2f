//! The features about consumers of messages: a handler takes the place of the mock server.

use std::path::{Path, PathBuf};

use pact_consumer::{ConsumerError, PactBuilder, ReceivedMessage};
use pact_core::json::{Json, Object, OwnedJson};
use pact_core::model::{Interaction, InteractionKind, Message, ProviderState, SpecVersion};

use super::outcome::{check_states, holds, quoted};
use super::{json, numbers, read_contract, state};
use crate::contract::metadata_value;
use crate::feature::{Scenario, Step, play};
use crate::fixture::{self, Content};
use crate::support::{bytes, interaction};

#[test]
fn version_3_message_consumer() {
    play("V3/message_consumer.feature", 7, |root, scenario| {
        run(root, scenario)
    });
}

fn run(root: &Path, scenario: &Scenario) -> Result<(), String> {
    let mut world = World {
        fixtures: root.join("fixtures"),
        folder: tempfile::tempdir().expect("a folder"),
        states: Vec::new(),
        body: None,
        metadata: Vec::new(),
        generators: None,
        received: None,
        done: None,
    };
    scenario.steps.iter().try_for_each(|step| {
        world
            .step(step)
            .map_err(|why| format!("{}: {why}", step.text))
    })
}

/// What a scenario has set up so far.
struct World {
    fixtures: PathBuf,
    folder: tempfile::TempDir,
    states: Vec<ProviderState>,
    body: Option<Content>,
    metadata: Vec<(String, OwnedJson)>,
    generators: Option<OwnedJson>,
    received: Option<ReceivedMessage>,
    /// What the end of the test came to: the pact file, or why there is none.
    done: Option<Result<PathBuf, ConsumerError>>,
}

impl World {
    fn step(&mut self, step: &Step) -> Result<(), String> {
        let text = step.text.as_str();
        if text == "a message integration is being defined for a consumer test"
            || text == "a message is defined"
        {
            Ok(())
        } else if text.starts_with("the message payload contains") {
            let name = quoted(text).ok_or("no document is named")?;
            self.body = Some(Content::read(
                &format!("file: {name}.json"),
                &self.fixtures,
            )?);
            Ok(())
        } else if text == "the message contains the following metadata:" {
            for row in &step.rows {
                let value = metadata_value(&row["value"])?;
                self.metadata.push((row["key"].clone(), value));
            }
            Ok(())
        } else if text.starts_with("a provider state") {
            let name = quoted(text).ok_or("no state is named")?;
            self.states.push(state(name, step.rows.first())?);
            Ok(())
        } else if text == "the message is configured with the following:" {
            self.configure(step)
        } else if text == "the message is successfully processed" {
            self.process(None)
        } else if text.starts_with("the message is NOT successfully processed") {
            let error = quoted(text).ok_or("no error is named")?;
            self.process(Some(error))
        } else if text.starts_with("the received message")
            || text.starts_with("the message contents")
        {
            self.check_received(text)
        } else {
            self.check(step)
        }
    }

    fn configure(&mut self, step: &Step) -> Result<(), String> {
        let row = step.rows.first().ok_or("no row")?;
        if let Some(cell) = row.get("body") {
            self.body = Some(Content::read(cell, &self.fixtures)?);
        }
        if let Some(cell) = row.get("metadata") {
            let Json::Object(entries) = json(cell)? else {
                return Err("no object of metadata".to_owned());
            };
            let entries = entries.into_iter();
            self.metadata
                .extend(entries.map(|(name, value)| (name.into_owned(), value)));
        }
        if let Some(cell) = row.get("generators") {
            self.generators = Some(match cell.strip_prefix("JSON: ") {
                Some(text) => json(text)?,
                None => fixture::json(cell, &self.fixtures)?,
            });
        }
        Ok(())
    }

    /// Runs the whole test: the handler takes the message, and fails when it is told to.
    fn process(&mut self, error: Option<&str>) -> Result<(), String> {
        let mut builder = PactBuilder::new("c", "p");
        builder
            .spec_version(SpecVersion::V3)
            .output_dir(self.folder.path().join("pacts"));
        if self.generators.is_some() {
            builder.interaction(self.generated()?);
        } else {
            self.describe(&mut builder);
        }
        let mut received = None;
        builder.handle_messages(|message| {
            received = Some(message.clone());
            error.map_or(Ok(()), Err)
        });
        self.received = received;
        self.done = Some(builder.finish());
        Ok(())
    }

    /// Says in a test's words what the scenario has set up.
    fn describe(&self, builder: &mut PactBuilder) {
        let mut message = builder.expects_to_receive("a message");
        for state in &self.states {
            let name = state.name.clone();
            message = if state.params.is_empty() {
                message.given(name)
            } else {
                message.given_with(name, Json::Object(state.params.clone()))
            };
        }
        for (name, value) in &self.metadata {
            message = message.metadata(name, value.clone());
        }
        if let Some(body) = &self.body {
            let content_type = body.content_type.as_deref().unwrap_or("text/plain");
            message.body(body.bytes.clone(), content_type);
        }
    }

    /// Returns a message with generators as a file of V3 has it.
    fn generated(&self) -> Result<Interaction, String> {
        let mut whole = Object::new();
        whole.insert("description", "a message");
        if let Some(body) = &self.body {
            whole.insert("contents", json(&String::from_utf8_lossy(&body.bytes))?);
        }
        whole.insert(
            "metaData",
            self.metadata.iter().cloned().collect::<Object<'_>>(),
        );
        whole.insert(
            "generators",
            self.generators.clone().ok_or("no generators")?,
        );
        interaction("messages", &whole.into(), "3.0.0")
    }

    fn check_received(&self, text: &str) -> Result<(), String> {
        let message = self.received.as_ref().ok_or("nothing was received")?;
        let named = quoted(text).ok_or("nothing is named")?;
        if text.starts_with("the received message payload") {
            let document = fixture::json(&format!("{named}.json"), &self.fixtures)?;
            let contents = String::from_utf8_lossy(message.contents());
            holds(json(&contents)? == document, message)
        } else if text.starts_with("the received message content type") {
            holds(message.content_type().as_deref() == Some(named), message)
        } else if text.ends_with("replaced with an \"integer\"") {
            let made = match named.strip_prefix("$.") {
                Some(member) => json(&String::from_utf8_lossy(message.contents()))?
                    .get(member)
                    .cloned(),
                None => message.metadata().get(named).cloned(),
            };
            // What was made in place of a text is a text.
            let text = made.ok_or("no such value")?.to_compact();
            holds(text.trim_matches('"').parse::<u64>().is_ok(), message)
        } else if text.starts_with("the received message metadata") {
            has_metadata(message.metadata(), text)
        } else {
            Err("unknown step".to_owned())
        }
    }

    fn check(&self, step: &Step) -> Result<(), String> {
        let text = step.text.as_str();
        let done = self.done.as_ref().ok_or("the test is not done")?;
        match text {
            "the consumer test will have passed" => holds(done.is_ok(), done),
            "the consumer test will have failed" => holds(done.is_err(), done),
            _ if text.starts_with("the consumer test error will be") => {
                let error = quoted(text).ok_or("no error is named")?;
                let Err(ConsumerError::Verification(failure)) = done else {
                    return Err(format!("{done:?}"));
                };
                let mut told = failure.mishandled.iter();
                holds(told.any(|(_, why)| why.contains(error)), failure)
            }
            _ if text.starts_with("a Pact file for the message interaction") => {
                let is_wanted = !text.contains(" NOT ");
                let exists = self.folder.path().join("pacts").join("c-p.json").exists();
                holds(done.is_ok() == is_wanted && exists == is_wanted, done)
            }
            _ => self.check_file(step),
        }
    }

    fn check_file(&self, step: &Step) -> Result<(), String> {
        let text = step.text.as_str();
        let pact = read_contract(self.done.as_ref(), SpecVersion::V3)?;
        if text.starts_with("the pact file will contain") {
            return holds(
                [pact.interactions.len()] == *numbers(text),
                &pact.interactions,
            );
        }
        let first = pact.interactions.first().ok_or("no interaction")?;
        if text.contains("provider state") {
            return check_states(first, step);
        }
        let InteractionKind::AsyncMessage(message) = &first.kind else {
            return Err(format!("{first:?}"));
        };
        let Message {
            contents, metadata, ..
        } = message.as_ref();
        let named = quoted(text).ok_or("nothing is named")?;
        if text.contains("message metadata") {
            has_metadata(metadata, text)
        } else if text.contains("content type") {
            let content_type = contents
                .content()
                .and_then(|found| found.content_type.as_ref());
            let found = content_type.map(ToString::to_string);
            holds(found.as_deref() == Some(named), message)
        } else {
            let document = fixture::json(named, &self.fixtures)?;
            let found = String::from_utf8_lossy(bytes(contents));
            holds(json(&found)? == document, message)
        }
    }
}

/// Holds metadata against `… "name" == "value"`.
fn has_metadata(metadata: &Object<'_>, text: &str) -> Result<(), String> {
    let (start, value) = text.split_once("\" == \"").ok_or("no value")?;
    let name = start.rsplit('"').next().unwrap_or_default();
    let value = value.trim_end_matches('"').replace("\\\"", "\"");
    let expected = metadata_value(&value)?;
    holds(metadata.get(name) == Some(&expected), metadata)
}
