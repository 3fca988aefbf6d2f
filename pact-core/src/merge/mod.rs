//! Interactions of one contract put together from several pacts.
//!
//! Interactions are the same when their keys are, or, where one of them has no key, when kind,
//! description and provider states are. The result is sorted, so that the order of the tests that
//! wrote the parts does not show.

#[cfg(test)]
mod tests;

use std::error::Error;
use std::fmt;

use crate::diff::{Change, ChangeKind, Side, diff_interactions};
use crate::identity::IdentityIndex;
use crate::json::{Json, Object};
use crate::model::{Interaction, Pact};

/// Two pacts cannot be put together.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Conflict {
    /// Both describe an interaction and mean something else by it.
    Interactions {
        /// The interactions; never empty.
        interactions: Vec<InteractionConflict>,
    },
    /// They are contracts between different applications.
    Participants {
        /// Consumer and provider of the pact that was there.
        into: (String, String),
        /// Consumer and provider of the pact that was to be added.
        with: (String, String),
    },
}

impl fmt::Display for Conflict {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Interactions { interactions } => write!(formatter, "{}", listed(interactions)),
            Self::Participants { into, with } => write!(
                formatter,
                "a pact between `{}` and `{}` cannot be merged into one between `{}` and `{}`",
                with.0, with.1, into.0, into.1
            ),
        }
    }
}

impl Error for Conflict {}

/// An interaction that two pacts describe with different requests, answers or messages.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct InteractionConflict {
    /// The interaction in words.
    pub interaction: String,
    /// What differs, from the pact that was there to the one that was to be added; never empty.
    pub differences: Vec<Change>,
}

impl Conflict {
    /// Returns what can be done about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Interactions { .. } => {
                Some("give one of the two another description or another provider state".to_owned())
            }
            Self::Participants { .. } => None,
        }
    }
}

impl fmt::Display for InteractionConflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut sides = self.differences.iter().map(|difference| difference.side);
        let how = if sides.all(|side| side == Side::Request) {
            "with different requests"
        } else {
            "in different ways"
        };
        write!(f, "{} is described twice {how}", self.interaction)?;
        for (index, difference) in self.differences.iter().enumerate() {
            write!(f, "{} {difference}", if index == 0 { ":" } else { ";" })?;
        }
        Ok(())
    }
}

/// Adds the interactions of `with` to `into`, as parts of one contract.
///
/// Merging a pact twice changes nothing, and the order in which parts are merged does not show.
///
/// # Errors
///
/// Refuses pacts between different applications, and interactions that both have with different
/// requests, answers or messages: one of the two would be lost. Examples under the same rules may
/// differ; which of them stays is not decided by the order.
pub fn merge(into: Pact, with: Pact) -> Result<Pact, Conflict> {
    combine(into, with, parts)
}

/// Adds the interactions of `with` to `into`, as a newer state of the contract.
///
/// An interaction that both have is taken from `with`, whatever it was before.
///
/// # Errors
///
/// Refuses pacts between different applications.
pub fn update(into: Pact, with: Pact) -> Result<Pact, Conflict> {
    combine(into, with, |_, _| None)
}

/// Puts the interactions of a pact into the order in which [`merge`] leaves them: by description,
/// then by provider states and kind.
pub fn sort(pact: &mut Pact) {
    let interactions = std::mem::take(&mut pact.interactions);
    let identified = interactions
        .into_iter()
        .map(|interaction| (interaction.identity(), interaction));
    pact.interactions = sorted(identified.collect());
}

/// Sorts interactions, each of which comes with its identity.
fn sorted(mut interactions: Vec<(String, Interaction)>) -> Vec<Interaction> {
    interactions.sort_by(|(left_identity, left), (right_identity, right)| {
        let by_description = left.description.cmp(&right.description);
        by_description
            .then_with(|| left_identity.cmp(right_identity))
            .then_with(|| left.key.cmp(&right.key))
    });
    interactions
        .into_iter()
        .map(|(_, interaction)| interaction)
        .collect()
}

fn combine(
    mut into: Pact,
    with: Pact,
    conflict: fn(&Interaction, &mut Interaction) -> Option<InteractionConflict>,
) -> Result<Pact, Conflict> {
    if into.consumer != with.consumer || into.provider != with.provider {
        return Err(Conflict::Participants {
            into: (into.consumer, into.provider),
            with: (with.consumer, with.provider),
        });
    }
    let mut index = IdentityIndex::default();
    let mut conflicts = Vec::new();
    let mut combined: Vec<(String, Interaction)> = Vec::new();
    // What stands twice in one of the pacts is put together too: other tools leave such files.
    for mut interaction in into.interactions.into_iter().chain(with.interactions) {
        let identity = interaction.identity();
        match index.find(&interaction, &identity) {
            Some(at) => {
                let (_, known) = &mut combined[at];
                conflicts.extend(conflict(known, &mut interaction));
                if known.key.is_none() {
                    index.give_key(&interaction, &identity, at);
                }
                interaction.key = interaction.key.or_else(|| known.key.take());
                combined[at] = (identity, interaction);
            }
            None => {
                index.insert(&interaction, identity.clone(), combined.len());
                combined.push((identity, interaction));
            }
        }
    }
    if !conflicts.is_empty() {
        return Err(Conflict::Interactions {
            interactions: conflicts,
        });
    }
    into.spec_version = into.spec_version.max(with.spec_version);
    merge_objects(&mut into.metadata, with.metadata);
    merge_objects(&mut into.extra, with.extra);
    into.interactions = sorted(combined);
    Ok(into)
}

/// Puts two descriptions of one interaction by parts of one contract together.
fn parts(known: &Interaction, new: &mut Interaction) -> Option<InteractionConflict> {
    if let Some(conflict) = conflict_between(known, new) {
        return Some(conflict);
    }
    // Of two tests that say the same, the first by name is named, whichever ran last.
    let names = { [known, &*new].into_iter() }
        .filter_map(|interaction| interaction.comments.get("testname")?.as_str());
    let name = names.min().map(str::to_owned);
    if stays(known, new) {
        let key = new.key.take();
        *new = Interaction {
            key: key.or_else(|| known.key.clone()),
            ..known.clone()
        };
    }
    if let Some(name) = name {
        new.comments.insert("testname", name);
    }
    None
}

/// Returns whether the first of two descriptions that mean the same stays. Neither their order nor
/// what is put together apart from them decides.
fn stays(known: &Interaction, new: &Interaction) -> bool {
    let text = |interaction: &Interaction| {
        let mut interaction = interaction.clone();
        interaction.key = None;
        interaction.comments.remove("testname");
        format!("{interaction:?}")
    };
    known != new && text(known) < text(new)
}

fn conflict_between(known: &Interaction, new: &Interaction) -> Option<InteractionConflict> {
    if known == new {
        return None;
    }
    let differences: Vec<_> = diff_interactions(known, new)
        .into_iter()
        .filter(|change| change.side != Side::Interaction)
        .filter(|change| !matches!(change.kind, ChangeKind::Example { .. }))
        .collect();
    (!differences.is_empty()).then(|| InteractionConflict {
        interaction: new.title(),
        differences,
    })
}

/// Merges member by member; where both have a value that is no object, the newer one stands.
fn merge_objects(into: &mut Object<'static>, with: Object<'static>) {
    for (name, value) in with {
        match (into.get_mut(&name), value) {
            (Some(Json::Object(known)), Json::Object(new)) => merge_objects(known, new),
            (Some(Json::Array(known)), Json::Array(new)) if name == "plugins" => {
                merge_plugins(known, new);
            }
            (Some(known), new) => *known = new,
            (None, new) => {
                into.insert(name, new);
            }
        }
    }
    into.sort_names();
}

/// Merges the configuration of plugins of the same name and version.
fn merge_plugins(known: &mut Vec<Json<'static>>, new: Vec<Json<'static>>) {
    for plugin in new {
        let twin = known.iter_mut().find(|known| {
            known.get("name") == plugin.get("name") && known.get("version") == plugin.get("version")
        });
        match (twin, plugin) {
            (Some(Json::Object(known)), Json::Object(new)) => merge_objects(known, new),
            (Some(_), _) => {}
            (None, plugin) => known.push(plugin),
        }
    }
    known.sort_by_cached_key(Json::to_compact);
}

fn listed(conflicts: &[InteractionConflict]) -> String {
    let texts: Vec<_> = conflicts.iter().map(ToString::to_string).collect();
    texts.join("\n")
}
