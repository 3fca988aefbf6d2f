//! The language of the compatibility suite's features.
//!
//! It is small: a scenario is a list of steps, those of the background first, some with a table or
//! a text in triple quotes below them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::support::suite;

/// A scenario of a feature.
pub(crate) struct Scenario {
    pub(crate) name: String,
    pub(crate) steps: Vec<Step>,
}

/// A step of a scenario, its first word aside.
#[derive(Clone, Default)]
pub(crate) struct Step {
    pub(crate) text: String,
    /// The first line of its table.
    pub(crate) columns: Vec<String>,
    /// The other lines of its table, by column.
    pub(crate) rows: Vec<BTreeMap<String, String>>,
    /// The text in triple quotes below it.
    pub(crate) block: String,
}

/// Plays every scenario of a feature; all must be there, and all must come out right.
///
/// Without the suite nothing is played, and standard error says so.
#[track_caller]
pub(crate) fn play(
    feature: &str,
    count: usize,
    each: impl Fn(&Path, &Scenario) -> Result<(), String>,
) {
    let Some(root) = suite("compatibility-suite") else {
        return;
    };
    let text =
        fs::read_to_string(root.join("features").join(feature)).expect("the feature can be read");
    let scenarios = scenarios(&text);
    assert_eq!(scenarios.len(), count, "number of scenarios in {feature}");
    let failed: Vec<String> = scenarios
        .iter()
        .filter_map(|scenario| {
            let outcome = each(&root, scenario);
            outcome.err().map(|why| format!("{}: {why}", scenario.name))
        })
        .collect();
    assert!(
        failed.is_empty(),
        "{} of {count} scenarios:\n{}",
        failed.len(),
        failed.join("\n")
    );
}

/// Returns the scenarios of a feature.
pub(crate) fn scenarios(text: &str) -> Vec<Scenario> {
    let mut background: Vec<Step> = Vec::new();
    let mut scenarios: Vec<Scenario> = Vec::new();
    let mut in_block = false;
    for line in text.lines().map(str::trim) {
        if let Some(name) = line.strip_prefix("Scenario: ") {
            scenarios.push(Scenario {
                name: name.to_owned(),
                steps: background.clone(),
            });
            continue;
        }
        let steps = match scenarios.last_mut() {
            Some(scenario) => &mut scenario.steps,
            None => &mut background,
        };
        if line == "\"\"\"" {
            in_block = !in_block;
            continue;
        }
        if in_block {
            if let Some(step) = steps.last_mut() {
                step.block.push_str(line);
                step.block.push('\n');
            }
            continue;
        }
        if let (Some(row), Some(step)) = (line.strip_prefix('|'), steps.last_mut()) {
            let cells = row
                .trim_end_matches('|')
                .split('|')
                .map(|cell| cell.trim().to_owned());
            if step.columns.is_empty() {
                step.columns = cells.collect();
            } else {
                step.rows
                    .push(step.columns.iter().cloned().zip(cells).collect());
            }
            continue;
        }
        let step = ["Given ", "When ", "Then ", "And ", "But "]
            .iter()
            .find_map(|word| line.strip_prefix(word));
        if let Some(text) = step {
            steps.push(Step {
                text: text.to_owned(),
                ..Step::default()
            });
        }
    }
    scenarios
}
