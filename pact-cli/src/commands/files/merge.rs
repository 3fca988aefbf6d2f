//! `pact merge`: one contract out of several pact files.

use std::path::PathBuf;

use clap::Args;
use pact_consumer::{WriteMode, pact_file as folder};
use pact_core::format;
use pact_core::merge::merge;

use crate::commands::Verdict;
use crate::error::CliError;
use crate::output::{Console, GOOD};
use crate::pact_file;

/// Merge pact files between the same two applications
#[derive(Args)]
pub(crate) struct Merge {
    /// The pact files
    #[arg(required = true, num_args = 2.., value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Write to this folder instead of to standard output
    #[arg(short = 'd', long, value_name = "FOLDER")]
    output_dir: Option<PathBuf>,
}

impl Merge {
    /// Merges them in the order given.
    pub(crate) fn run(&self, console: &mut Console) -> Result<Verdict, CliError> {
        let mut merged = None;
        for path in &self.files {
            let next = pact_file::read(path)?.pact;
            merged = Some(match merged {
                None => next,
                Some(before) => merge(before, next).map_err(|source| CliError::Conflict {
                    path: path.clone(),
                    source: Box::new(source),
                })?,
            });
        }
        let Some(pact) = merged else {
            return Err(CliError::usage("no pact file to merge"));
        };
        if let Some(output_dir) = &self.output_dir {
            let file = folder::write(output_dir, &pact, WriteMode::Overwrite)?;
            console.say(format_args!("{GOOD}Wrote{GOOD:#} {}", file.display()))?;
            return Ok(Verdict::Yes);
        }
        let text = format::write(&pact).map_err(|source| CliError::WritePact {
            consumer: pact.consumer.clone(),
            provider: pact.provider.clone(),
            source,
        })?;
        console.say(text.trim_end())?;
        Ok(Verdict::Yes)
    }
}
