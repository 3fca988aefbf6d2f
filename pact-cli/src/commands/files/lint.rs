//! `pact lint`: what is doubtful in pact files.

use std::path::PathBuf;

use clap::Args;
use pact_core::lint::{Severity, lint};
use serde_json::{Value, json};

use crate::args::Format;
use crate::commands::Verdict;
use crate::error::CliError;
use crate::output::{BAD, CAUTION, Console, DIM};
use crate::pact_file;

/// Say what is doubtful in pact files; exits with 1 when something is an error
#[derive(Args)]
pub(crate) struct Lint {
    /// The pact files
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Exit with 1 for warnings, too
    #[arg(long)]
    strict: bool,
    /// How to write the answer
    #[arg(short, long, value_enum, default_value = "text")]
    output: Format,
}

impl Lint {
    /// Looks through all of them.
    pub(crate) fn run(&self, console: &mut Console) -> Result<Verdict, CliError> {
        let mut found = Vec::new();
        let mut clean = true;
        for path in &self.files {
            let bytes = pact_file::bytes(path)?;
            let findings = lint(&bytes).map_err(|source| CliError::Pact {
                path: path.clone(),
                source: Box::new(source),
            })?;
            for finding in findings {
                let worst = if self.strict {
                    Severity::Warning
                } else {
                    Severity::Error
                };
                clean &= finding.severity > worst;
                match self.output {
                    Format::Text => {
                        let style = match finding.severity {
                            Severity::Error => BAD,
                            Severity::Warning => CAUTION,
                            Severity::Notice => DIM,
                        };
                        let severity = finding.severity;
                        console.say(format_args!(
                            "{}: {style}{severity}{style:#}: {}: {} {DIM}({}){DIM:#}",
                            path.display(),
                            finding.place,
                            finding.message,
                            finding.code
                        ))?;
                    }
                    Format::Json => found.push(json!({
                        "file": path.display().to_string(),
                        "severity": finding.severity.to_string(),
                        "code": finding.code,
                        "place": finding.place.to_string(),
                        "message": finding.message,
                    })),
                }
            }
        }
        if self.output == Format::Json {
            console.json(&Value::Array(found))?;
        }
        Ok(Verdict::of(clean))
    }
}
