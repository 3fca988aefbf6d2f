//! The list of what differs on purpose. It must be exact: a place that is listed and alike is as
//! wrong as one that differs and is not listed.

use super::compare::Difference;

/// The list.
pub(super) struct Known(Vec<Entry>);

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    difference: Vec<Entry>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    scenario: String,
    steps: Vec<usize>,
    /// The places that differ, each with all below it.
    at: Vec<String>,
    reason: String,
    /// The steps that were looked at.
    #[serde(skip)]
    seen: Vec<usize>,
}

impl Known {
    pub(super) fn read(text: &str) -> Self {
        let list: List = toml::from_str(text).expect("the list is as it should be");
        for entry in &list.difference {
            assert!(
                !entry.reason.is_empty(),
                "a difference in {}",
                entry.scenario
            );
        }
        Self(list.difference)
    }

    /// Says what is wrong with a step, or with what the list says of it.
    pub(super) fn judge(
        &mut self,
        scenario: &str,
        step: usize,
        found: &[Difference],
    ) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut allowed = Vec::new();
        let about = |entry: &&mut Entry| entry.scenario == scenario && entry.steps.contains(&step);
        for entry in self.0.iter_mut().filter(about) {
            entry.seen.push(step);
            for place in &entry.at {
                if !found.iter().any(|one| covers(place, &one.place)) {
                    wrong.push(format!(
                        "{scenario} step {step}: {place} is as recorded, yet it is listed: {}",
                        entry.reason
                    ));
                }
            }
            allowed.extend(entry.at.iter().cloned());
        }
        let unknown = found
            .iter()
            .filter(|one| !allowed.iter().any(|place| covers(place, &one.place)));
        wrong.extend(unknown.map(|one| format!("{scenario} step {step}: {one}")));
        wrong
    }

    /// Says which entries are about steps there are none of.
    pub(super) fn unused(&self) -> Vec<String> {
        let unseen = |entry: &Entry| {
            let unseen = entry.steps.iter().filter(|step| !entry.seen.contains(step));
            let scenario = &entry.scenario;
            unseen
                .map(|step| format!("{scenario} has no step {step}"))
                .collect::<Vec<_>>()
        };
        self.0.iter().flat_map(unseen).collect()
    }
}

/// Tells whether a listed place is the one that differs, or one above it.
fn covers(listed: &str, place: &str) -> bool {
    place
        .strip_prefix(listed)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}
