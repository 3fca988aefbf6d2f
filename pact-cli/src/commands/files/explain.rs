//! `pact explain`: which rule decides each place of an interaction, and over which.

use std::path::PathBuf;

use clap::Args;
use pact_core::explain::{self, Explanation};
use pact_core::model::{Interaction, InteractionKind};
use pact_core::plan::CompileError;
use serde_json::{Value, json};

use crate::args::Format;
use crate::commands::Verdict;
use crate::error::CliError;
use crate::output::{Console, STRONG};
use crate::pact_file;

/// Say which rule decides each place of a contract, and why it and no other
#[derive(Args)]
pub(crate) struct Explain {
    /// The pact file
    file: PathBuf,
    /// Only interactions whose description contains this
    #[arg(short, long, value_name = "TEXT")]
    interaction: Option<String>,
    /// How to write the answer
    #[arg(short, long, value_enum, default_value = "text")]
    output: Format,
}

/// A half of an interaction with what decides in it.
type Half = (String, Explanation);

impl Explain {
    /// Explains them in the order of the file.
    pub(crate) fn run(&self, console: &mut Console) -> Result<Verdict, CliError> {
        let pact = pact_file::read(&self.file)?.pact;
        let wanted = self.interaction.as_deref().unwrap_or_default();
        let mut all = Vec::new();
        for interaction in &pact.interactions {
            if !interaction.description.contains(wanted) {
                continue;
            }
            let halves = halves(interaction).map_err(|source| CliError::Compile {
                interaction: interaction.description.clone(),
                source: Box::new(source),
            })?;
            if self.output == Format::Text {
                show(console, interaction, &halves)?;
            }
            all.push(to_json(interaction, &halves));
        }
        if all.is_empty() {
            return Err(CliError::Refused {
                what: format!("no interaction of `{}` is called so", self.file.display()),
                hint: None,
            });
        }
        if self.output == Format::Json {
            console.json(&Value::Array(all))?;
        }
        Ok(Verdict::Yes)
    }
}

fn halves(interaction: &Interaction) -> Result<Vec<Half>, CompileError> {
    let half = |name: &str, explanation| (name.to_owned(), explanation);
    Ok(match &interaction.kind {
        InteractionKind::Http(exchange) => vec![
            half("request", explain::request(&exchange.request, None)?),
            half("response", explain::response(&exchange.response, None)?),
        ],
        InteractionKind::AsyncMessage(message) => {
            vec![half("message", explain::message(message, None)?)]
        }
        InteractionKind::SyncMessage(exchange) => {
            let mut halves = vec![half("request", explain::message(&exchange.request, None)?)];
            for (index, answer) in exchange.responses.iter().enumerate() {
                let name = format!("answer {}", index + 1);
                halves.push((name, explain::message(answer, None)?));
            }
            halves
        }
        InteractionKind::Other { .. } => Vec::new(),
    })
}

fn show(console: &mut Console, interaction: &Interaction, halves: &[Half]) -> Result<(), CliError> {
    console.say(format_args!(
        "{STRONG}{}{STRONG:#}",
        interaction.description
    ))?;
    for (name, explanation) in halves {
        console.say(format_args!("  {name}"))?;
        for line in explanation.to_string().lines() {
            console.say(format_args!("    {line}"))?;
        }
    }
    Ok(())
}

fn to_json(interaction: &Interaction, halves: &[Half]) -> Value {
    let halves: serde_json::Map<String, Value> = halves
        .iter()
        .map(|(name, explanation)| (name.clone(), json!(explanation)))
        .collect();
    json!({ "interaction": interaction.description, "explanation": halves })
}
