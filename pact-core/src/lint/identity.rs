//! Interactions that cannot be told apart.

use std::collections::HashMap;

use super::Findings;
use crate::format::At;
use crate::model::Pact;

pub(super) fn check(pact: &Pact, findings: &mut Findings) {
    // A consumer's test checks one interaction at a time, and often.
    if pact.interactions.len() < 2 {
        return;
    }
    let mut keys = HashMap::new();
    let mut identities = HashMap::new();
    let mut descriptions = HashMap::new();
    for (index, interaction) in pact.interactions.iter().enumerate() {
        let at = At::interaction(index, &interaction.description);
        if let Some(key) = &interaction.key
            && let Some(first) = keys.insert(key.as_str(), index)
        {
            let message = format!("has the key `{key}` of interaction {}", first + 1);
            findings.error("duplicate-key", &at.name("key"), message);
        }
        let first = *identities.entry(interaction.identity()).or_insert(index);
        if first != index {
            let message = format!(
                "has the description and the provider states of interaction {}; merging keeps one of them",
                first + 1
            );
            findings.warning("duplicate-interaction", &at, message);
            continue;
        }
        let first = *descriptions
            .entry(interaction.description.as_str())
            .or_insert(index);
        if first != index {
            let message = format!(
                "has the description of interaction {} with other provider states; some tools keep one of them",
                first + 1
            );
            findings.notice("duplicate-description", &at, message);
        }
    }
}
