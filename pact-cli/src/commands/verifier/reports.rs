//! Where results go besides the console: files, and the pages of a build on GitHub.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::PathBuf;

use pact_provider::Report;
use serde_json::Value;

use super::options::Reports;
use crate::error::CliError;
use crate::output::Console;

impl Reports {
    /// Returns what failed according to the last JSON results, each by its id, key or description;
    /// nothing when there are none yet.
    pub(super) fn last_failed(&self) -> Result<Vec<String>, CliError> {
        let Some(path) = self.json.as_ref().filter(|path| path.exists()) else {
            return Ok(Vec::new());
        };
        let bytes = crate::pact_file::bytes(path)?;
        let results: Value = serde_json::from_slice(&bytes).map_err(|error| {
            CliError::usage_with_hint(
                format!("`{}` holds no results: {error}", path.display()),
                "remove the file, or verify once without --last-failed",
            )
        })?;
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
        Ok(names)
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

    /// Annotates the build and writes its summary, when it runs on GitHub.
    pub(super) fn tell_github(
        report: &Report,
        console: &mut Console,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<(), CliError> {
        if variable("GITHUB_ACTIONS").as_deref() != Some("true") {
            return Ok(());
        }
        let annotations = report.to_github();
        if !annotations.is_empty() {
            console.say(annotations.trim_end())?;
        }
        let Some(path) = variable("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty()) else {
            return Ok(());
        };
        let mut open = OpenOptions::new();
        open.create(true).append(true);
        let written = { open.open(&path) }
            .and_then(|mut file| file.write_all(report.to_markdown().as_bytes()));
        written.map_err(|source| CliError::Write {
            path: path.into(),
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
