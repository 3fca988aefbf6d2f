//! Where results go besides the console: files, and the pages of a build on GitHub.

use std::fs::{self, OpenOptions};
use std::hash::{BuildHasher, RandomState};
use std::io::Write;
use std::path::PathBuf;

use pact_provider::{Report, Style};
use serde_json::Value;

use super::options::Reports;
use crate::error::CliError;
use crate::output::Console;

impl Reports {
    /// Returns what failed according to the last JSON results, each by its id, key or description; or
    /// why everything is to be verified.
    pub(super) fn last_failed(&self) -> Result<Result<Vec<String>, &'static str>, CliError> {
        let Some(path) = self.json.as_ref().filter(|path| path.exists()) else {
            return Ok(Err("there are no last results"));
        };
        let bytes = crate::pact_file::bytes(path)?;
        let results: Value = serde_json::from_slice(&bytes).map_err(|error| {
            CliError::usage_with_hint(
                format!("`{}` holds no results: {error}", path.display()),
                "remove the file, or verify once without --last-failed",
            )
        })?;
        // What that run did not come to would otherwise never be verified.
        let cut_short = ["cancelled", "stoppedEarly"]
            .iter()
            .any(|member| results[*member] == true);
        let blocked = results["summary"]["notLoaded"].as_u64() > Some(0)
            || members(&results["hookFailures"]).next().is_some();
        if cut_short || blocked {
            return Ok(Err("the last run did not come to its end"));
        }
        let ours = { members(&results["pacts"]) }.flat_map(|pact| members(&pact["interactions"]));
        let failed = |one: &&Value| matches!(one["verdict"].as_str(), Some("failed" | "pending"));
        let mut names: Vec<String> = { ours.filter(failed) }
            .filter_map(|one| first_text(one, &["reference", "id", "key", "description"]))
            .collect();
        // The ecosystem's verifier has nothing of this.
        if results["pacts"].is_null() {
            let failed =
                members(&results["interactionResults"]).filter(|one| one["result"] == "Error");
            names.extend(failed.filter_map(|one| {
                first_text(one, &["interactionId", "interactionKey", "description"])
            }));
        }
        if names.is_empty() {
            return Ok(Err("the last results name no failure"));
        }
        Ok(Ok(names))
    }

    /// Writes the files that were asked for, all that can be written.
    pub(super) fn write(&self, report: &Report) -> Result<(), CliError> {
        type Render = fn(&Report) -> String;
        let wanted: [(&Option<PathBuf>, Render); 4] = [
            (&self.json, Report::to_json),
            (&self.junit, Report::to_junit),
            (&self.html, Report::to_html),
            (&self.sarif, Report::to_sarif),
        ];
        let mut first = Ok(());
        for (path, render) in wanted {
            let Some(path) = path.as_ref().filter(|path| !path.as_os_str().is_empty()) else {
                continue;
            };
            let written = fs::write(path, render(report)).map_err(|source| CliError::Write {
                path: path.clone(),
                source,
            });
            first = first.and(written);
        }
        first
    }

    /// Returns how text is printed.
    pub(super) fn style(&self) -> Style {
        if self.no_colour {
            Style::Plain
        } else {
            Style::Ansi
        }
    }
}

/// A build on GitHub, if this is one.
pub(super) struct GitHub {
    here: bool,
    summary: Option<PathBuf>,
}

impl GitHub {
    /// Looks at the environment.
    pub(super) fn of(variable: impl Fn(&str) -> Option<String>) -> Self {
        let summary = variable("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty());
        Self {
            here: variable("GITHUB_ACTIONS").as_deref() == Some("true"),
            summary: summary.map(PathBuf::from),
        }
    }

    /// Prints the report. On GitHub nothing in it is a command, however it looks, and annotations of
    /// the build come after it.
    pub(super) fn print(
        &self,
        report: &Report,
        style: Style,
        console: &mut Console,
    ) -> Result<(), CliError> {
        let text = report.to_text(style);
        let text = text.trim_end();
        if !self.here {
            return console.say(text);
        }
        let unforeseen = RandomState::new().hash_one(text);
        console.say(format_args!(
            "::stop-commands::{unforeseen:016x}\n{text}\n::{unforeseen:016x}::"
        ))?;
        let annotations = report.to_github();
        if annotations.is_empty() {
            return Ok(());
        }
        console.say(annotations.trim_end())
    }

    /// Writes the summary of the step.
    pub(super) fn summarise(&self, report: &Report) -> Result<(), CliError> {
        let Some(path) = self.summary.as_ref().filter(|_| self.here) else {
            return Ok(());
        };
        let mut open = OpenOptions::new();
        open.create(true).append(true);
        let written = { open.open(path) }
            .and_then(|mut file| file.write_all(report.to_markdown().as_bytes()));
        written.map_err(|source| CliError::Write {
            path: path.clone(),
            source,
        })
    }
}

fn members(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// Returns the first of the members that is a text and not empty.
fn first_text(value: &Value, members: &[&str]) -> Option<String> {
    { members.iter() }
        .filter_map(|member| value[*member].as_str())
        .find(|text| !text.is_empty())
        .map(str::to_owned)
}
