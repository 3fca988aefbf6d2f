//! From an interaction that was looked at to its report.

use std::time::Duration;

use pact_core::json::Json;
use pact_core::model::Interaction;

use super::Home;
use crate::report::{InteractionReport, Outcome};

/// Returns the report of an interaction that was not run because the same one held elsewhere.
pub(crate) fn passed_elsewhere(
    home: &Home,
    interaction: Interaction,
    same_as: String,
) -> InteractionReport {
    InteractionReport {
        outcome: Outcome::Passed,
        same_as: Some(same_as),
        ..blank(home, interaction)
    }
}

/// Returns the report of an interaction of which nothing is known yet.
pub(super) fn blank(home: &Home, interaction: Interaction) -> InteractionReport {
    InteractionReport {
        comments: comments(&interaction),
        description: interaction.description,
        states: interaction.provider_states,
        key: interaction.key,
        id: interaction.id,
        pending: home.pending || interaction.pending,
        // A verdict starts as failure; only a comparison without a difference changes it.
        outcome: Outcome::Failed(Vec::new()),
        warnings: Vec::new(),
        sent: None,
        answer: None,
        state_duration: Duration::ZERO,
        duration: Duration::ZERO,
        rerun: None,
        reference: None,
        same_as: None,
    }
}

/// Returns the comments of a V4 interaction that are meant for people.
fn comments(interaction: &Interaction) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(name) = interaction.comments.get("testname").and_then(Json::as_str) {
        lines.push(format!("test: {name}"));
    }
    match interaction.comments.get("text") {
        Some(Json::Array(texts)) => {
            lines.extend(texts.iter().filter_map(Json::as_str).map(str::to_owned));
        }
        Some(Json::String(text)) => lines.push(text.clone().into_owned()),
        Some(_) | None => {}
    }
    lines
}
