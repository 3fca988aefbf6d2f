//! `pact diff`: what changed from one pact to another, in the words of the contract.

use std::path::PathBuf;

use clap::Args;
use pact_core::diff::{Change, ChangeKind, InteractionDiff, diff};
use serde_json::{Value, json};

use crate::args::Format;
use crate::commands::Verdict;
use crate::error::CliError;
use crate::output::{BAD, CAUTION, Console, GOOD};
use crate::pact_file;

/// Show what changed from one pact file to another; exits with 1 when something did
#[derive(Args)]
pub(crate) struct Diff {
    /// The older pact file
    before: PathBuf,
    /// The newer pact file
    after: PathBuf,
    /// How to write the answer
    #[arg(short, long, value_enum, default_value = "text")]
    output: Format,
}

impl Diff {
    /// Compares them.
    pub(crate) fn run(&self, console: &mut Console) -> Result<Verdict, CliError> {
        let before = pact_file::read(&self.before)?.pact;
        let after = pact_file::read(&self.after)?.pact;
        let found = diff(&before, &after);
        match self.output {
            Format::Json => {
                let all: Vec<Value> = found.interactions.iter().map(to_json).collect();
                console.json(&json!({ "interactions": all }))?;
            }
            Format::Text => {
                for line in found.to_string().lines() {
                    let style = match line.chars().next() {
                        Some('+') => GOOD,
                        Some('-') => BAD,
                        Some('~') => CAUTION,
                        _ => anstyle::Style::new(),
                    };
                    console.say(format_args!("{style}{line}{style:#}"))?;
                }
            }
        }
        Ok(Verdict::of(found.is_empty()))
    }
}

fn to_json(interaction: &InteractionDiff) -> Value {
    match interaction {
        InteractionDiff::Added { interaction } => {
            json!({ "kind": "added", "interaction": interaction })
        }
        InteractionDiff::Removed { interaction } => {
            json!({ "kind": "removed", "interaction": interaction })
        }
        InteractionDiff::Changed {
            interaction,
            changes,
        } => {
            let changes: Vec<Value> = changes.iter().map(change_to_json).collect();
            json!({ "kind": "changed", "interaction": interaction, "changes": changes })
        }
        other => json!({ "kind": "other", "interaction": format!("{other:?}") }),
    }
}

fn change_to_json(change: &Change) -> Value {
    let (kind, before, after) = match &change.kind {
        ChangeKind::Added { after } => ("added", None, Some(after)),
        ChangeKind::Changed { before, after } => ("changed", Some(before), Some(after)),
        ChangeKind::Example { before, after } => ("example", Some(before), Some(after)),
        ChangeKind::Removed { before } => ("removed", Some(before), None),
        ChangeKind::RuleChanged { before, after } => ("rule-changed", Some(before), Some(after)),
        ChangeKind::RuleLoosened { before, after } => ("rule-loosened", Some(before), Some(after)),
        ChangeKind::RuleTightened { before, after } => {
            ("rule-tightened", Some(before), Some(after))
        }
        _ => ("other", None, None),
    };
    json!({
        "kind": kind,
        "side": change.side.to_string(),
        "part": change.part.map(|part| part.to_string()),
        "path": change.path,
        "before": before,
        "after": after,
        "text": change.to_string(),
    })
}
