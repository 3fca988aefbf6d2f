//! What changed from one pact to another, in the words of the contract.
//!
//! ```
//! # let pact = |total: &str| pact_core::format::read(format!(r#"{{
//! #   "consumer": {{"name": "web"}}, "provider": {{"name": "shop"}}, "interactions": [{{
//! #     "description": "an order", "request": {{"path": "/orders/42"}},
//! #     "response": {{"body": {{"id": 42{total}}}}}
//! #   }}]
//! # }}"#).as_bytes()).unwrap().pact;
//! let (before, after) = (pact(""), pact(r#", "total": 10.50"#));
//! assert_eq!(
//!     pact_core::diff::diff(&before, &after).to_string(),
//!     "~ `an order`\n    response body at $.total: is now required, for example 10.50\n"
//! );
//! ```

mod body;
mod change;
mod exchange;
mod rules;

#[cfg(test)]
mod tests;

use std::fmt;

use crate::identity::IdentityIndex;
use crate::model::{Interaction, Pact};

pub use change::{Change, ChangeKind, Side};

/// The differences between two pacts.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct PactDiff {
    /// What changed, in the order of the newer pact; what was removed comes last.
    pub interactions: Vec<InteractionDiff>,
}

/// What became of an interaction.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum InteractionDiff {
    /// Only the newer pact has it.
    Added {
        /// The interaction in words.
        interaction: String,
    },
    /// Both have it, and it says something else.
    Changed {
        /// The interaction in words.
        interaction: String,
        /// What it says now; never empty.
        changes: Vec<Change>,
    },
    /// Only the older pact has it.
    Removed {
        /// The interaction in words.
        interaction: String,
    },
}

impl PactDiff {
    /// Returns whether both pacts say the same.
    pub fn is_empty(&self) -> bool {
        self.interactions.is_empty()
    }
}

/// Compares two pacts interaction by interaction.
pub fn diff(before: &Pact, after: &Pact) -> PactDiff {
    let index = IdentityIndex::of(&before.interactions);
    let mut is_kept = vec![false; before.interactions.len()];
    let mut interactions = Vec::new();
    for interaction in &after.interactions {
        let title = interaction.title();
        let known = index
            .find(interaction, &interaction.identity())
            .filter(|at| !std::mem::replace(&mut is_kept[*at], true));
        match known {
            None => interactions.push(InteractionDiff::Added { interaction: title }),
            Some(at) => {
                let changes = diff_interactions(&before.interactions[at], interaction);
                if !changes.is_empty() {
                    interactions.push(InteractionDiff::Changed {
                        interaction: title,
                        changes,
                    });
                }
            }
        }
    }
    for (interaction, is_kept) in before.interactions.iter().zip(is_kept) {
        if !is_kept {
            interactions.push(InteractionDiff::Removed {
                interaction: interaction.title(),
            });
        }
    }
    PactDiff { interactions }
}

/// Compares two states of one interaction.
pub fn diff_interactions(before: &Interaction, after: &Interaction) -> Vec<Change> {
    exchange::diff(before, after)
}

impl fmt::Display for PactDiff {
    /// Writes a line for each interaction, `+` added, `-` removed, `~` changed, and below a changed
    /// one a line for each change. Nothing for no difference.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for interaction in &self.interactions {
            match interaction {
                InteractionDiff::Added { interaction } => writeln!(f, "+ {interaction}")?,
                InteractionDiff::Removed { interaction } => writeln!(f, "- {interaction}")?,
                InteractionDiff::Changed {
                    interaction,
                    changes,
                } => {
                    writeln!(f, "~ {interaction}")?;
                    for change in changes {
                        writeln!(f, "    {change}")?;
                    }
                }
            }
        }
        Ok(())
    }
}
