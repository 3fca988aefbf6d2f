//! What a scenario says of the run that was made.

use pact_core::matching::Part;
use pact_provider::{InteractionError, InteractionReport, Outcome, Report};
use serde_json::Value;

use super::World;
use super::server::Heard;
use crate::feature::Step;
use crate::fixture::headers;

impl World {
    pub(super) async fn check(&self, step: &Step) -> Result<(), String> {
        let text = step.text.as_str();
        let report = self.report.as_ref().ok_or("nothing was run")?;
        let quoted: Vec<&str> = text.split('"').skip(1).step_by(2).collect();
        match text {
            "the verification will be successful" => when(report.passed(), || report.to_string()),
            "the verification will NOT be successful" => {
                when(!report.passed(), || report.to_string())
            }
            "the provider state callback will be called before the verification is run" => {
                when(self.heard().first().is_some_and(is_state), || {
                    format!("{:?}", self.heard())
                })
            }
            "the provider state callback will be called after the verification is run" => {
                when(self.heard().last().is_some_and(is_state), || {
                    format!("{:?}", self.heard())
                })
            }
            "the provider state callback will NOT receive a teardown call" => {
                when(!self.has_state("teardown", None), || {
                    format!("{:?}", self.heard())
                })
            }
            "a verification result will NOT be published back" => {
                let found = self.result(1).await;
                when(found.is_err(), || format!("{found:?}"))
            }
            _ if text.starts_with("the verification results will contain a") => {
                let found: Vec<&str> = interactions(report).flat_map(errors).collect();
                when(found.contains(&quoted[0]), || format!("{found:?}"))
            }
            _ if text.contains("verification result will be published back") => {
                let number = super::numbers(text)[0];
                let result = self.result(number).await?;
                let success = text.starts_with("a successful");
                when(result["success"] == success, || result.to_string())
            }
            _ if text.contains("will receive a setup call") => {
                self.state_call("setup", quoted[0], step)
            }
            _ if text.contains("will receive a teardown call") => {
                self.state_call("teardown", quoted[0], step)
            }
            _ if text.starts_with("a warning will be displayed") => {
                let mut warnings = interactions(report).flat_map(|found| &found.warnings);
                when(warnings.any(|warning| warning.contains(quoted[0])), || {
                    report.to_string()
                })
            }
            _ if text.starts_with("the request to the provider will contain the header") => {
                let (name, value) = headers(quoted[0]).remove(0);
                let sent = self.heard().into_iter().any(|heard| match heard {
                    Heard::Request(lines) => lines
                        .iter()
                        .any(|(known, found)| known.eq_ignore_ascii_case(&name) && *found == value),
                    Heard::State(_) => false,
                });
                when(sent, || format!("{:?}", self.heard()))
            }
            other => Err(format!("unknown step: {other}")),
        }
    }

    fn heard(&self) -> Vec<Heard> {
        self.log.lock().expect("the log").clone()
    }

    fn state_call(&self, action: &str, name: &str, step: &Step) -> Result<(), String> {
        let wanted = step.rows.first().map(|row| {
            let cells = row.iter().map(|(name, cell)| {
                let value = serde_json::from_str(cell).unwrap_or(Value::Null);
                (name.clone(), value)
            });
            Value::Object(cells.collect())
        });
        let found = self.has_state(action, Some((name, wanted.as_ref())));
        when(found, || format!("{:?}", self.heard()))
    }

    /// Returns whether a state was asked for: any, or one with a name, and with parameters.
    fn has_state(&self, action: &str, wanted: Option<(&str, Option<&Value>)>) -> bool {
        self.heard().into_iter().any(|heard| match heard {
            Heard::Request(_) => false,
            Heard::State(body) => {
                body["action"] == action
                    && wanted.is_none_or(|(name, params)| {
                        body["state"] == name
                            && params.is_none_or(|params| body["params"] == *params)
                    })
            }
        })
    }

    /// Returns the newest result for the pact of an interaction's consumer.
    async fn result(&self, number: usize) -> Result<Value, String> {
        let path =
            format!("pacts/provider/p/consumer/c_{number}/latest/verification-results/latest");
        let found = self.client()?.follow("reading the result", &path).await;
        found
            .map(|result| result.json().clone())
            .map_err(|error| error.to_string())
    }
}

fn is_state(heard: &Heard) -> bool {
    matches!(heard, Heard::State(_))
}

fn interactions(report: &Report) -> impl Iterator<Item = &InteractionReport> {
    report.pacts.iter().flat_map(|pact| &pact.interactions)
}

/// Returns what was wrong with an interaction, in the suite's words.
fn errors(interaction: &InteractionReport) -> Vec<&'static str> {
    match &interaction.outcome {
        Outcome::Failed(mismatches) => mismatches
            .iter()
            .map(|mismatch| match mismatch.part {
                Part::Status => "Response status did not match",
                Part::Header => "Headers had differences",
                Part::Metadata => "Metadata had differences",
                Part::Body | Part::BodyType => "Body had differences",
                Part::Method | Part::Path | Part::Query => "Request had differences",
            })
            .collect(),
        Outcome::Error(InteractionError::State { .. }) => vec!["State change request failed"],
        Outcome::Error(_) => vec!["Error"],
        Outcome::Passed => Vec::new(),
    }
}

fn when(holds: bool, found: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(found()) }
}
