//! From the model to the canonical text of a version.

mod body;
mod error;
mod generators;
mod http;
mod interaction;
mod message;
mod rules;

#[cfg(test)]
mod tests;

use std::borrow::Cow;

use super::place::At;
use crate::json::{Json, Object};
use crate::model::{InteractionKind, Pact, SpecVersion};

pub use error::{Loss, WriteError};

/// Writes a pact in its own version.
///
/// The text is canonical: the same pact always gives the same bytes, with members, headers, query
/// parameters and rules sorted by name, indented by two spaces and ended by a line end. Bodies keep
/// their number text and key order.
///
/// # Errors
///
/// Refuses what the pact's version cannot hold; [`write_as`] leaves it out and says so.
pub fn write(pact: &Pact) -> Result<String, WriteError> {
    let (text, losses) = write_as(pact, pact.spec_version)?;
    if losses.is_empty() {
        Ok(text)
    } else {
        Err(WriteError::Lossy {
            version: pact.spec_version,
            losses,
        })
    }
}

/// Writes a pact in a version of the caller's choice, naming everything that version cannot hold.
///
/// # Errors
///
/// Refuses interactions of a kind that the version does not have.
pub fn write_as(pact: &Pact, version: SpecVersion) -> Result<(String, Vec<Loss>), WriteError> {
    let mut writer = Writer {
        version,
        is_own_version: pact.spec_version == version,
        losses: Vec::new(),
    };
    let mut text = writer.pact(pact)?.to_pretty();
    text.push('\n');
    Ok((text, writer.losses))
}

struct Writer {
    version: SpecVersion,
    /// Whether the pact is of this version, so that what its file said must come back.
    is_own_version: bool,
    losses: Vec<Loss>,
}

impl Writer {
    fn lose(&mut self, at: &At<'_>, what: impl Into<String>) {
        self.losses.push(Loss {
            place: at.place(),
            what: what.into(),
        });
    }

    fn pact<'p>(&mut self, pact: &'p Pact) -> Result<Json<'p>, WriteError> {
        let named = |name: &'p str| Json::from(Object::from_iter([("name", Json::from(name))]));
        let mut members = vec![
            ("consumer", named(&pact.consumer)),
            ("metadata", self.metadata(pact)),
            ("provider", named(&pact.provider)),
        ];
        let (mut interactions, mut messages) = (Vec::new(), Vec::new());
        for (index, interaction) in pact.interactions.iter().enumerate() {
            let at = At::interaction(index, &interaction.description);
            let written = self.interaction(interaction, &at)?;
            match interaction.kind {
                InteractionKind::AsyncMessage(_) if self.version < SpecVersion::V4 => {
                    messages.push(written);
                }
                _ => interactions.push(written),
            }
        }
        if !interactions.is_empty() && !messages.is_empty() && !self.is_own_version {
            return Err(WriteError::Mixed {
                version: self.version,
            });
        }
        if messages.is_empty() || !interactions.is_empty() {
            members.push(("interactions", Json::Array(interactions)));
        }
        if !messages.is_empty() {
            members.push(("messages", Json::Array(messages)));
        }
        Ok(sorted(members, &pact.extra))
    }

    fn metadata<'p>(&mut self, pact: &'p Pact) -> Json<'p> {
        let version = Json::from(self.version.to_string());
        let specification = Json::from(Object::from_iter([("version", version)]));
        let mut members = vec![("pactSpecification", specification)];
        let root = At::root();
        let drops_plugins = self.version < SpecVersion::V4 && !self.is_own_version;
        for (name, value) in pact.metadata.iter() {
            if name == "plugins" && drops_plugins {
                self.lose(&root.name("metadata").name(name), "the plugins of the pact");
            } else if name != "pactSpecification" {
                members.push((name, value.clone()));
            }
        }
        sorted(members, EMPTY)
    }
}

/// Makes an object of members and of those that were carried, sorted by name.
fn sorted<'p, K: Into<Cow<'p, str>>>(
    members: Vec<(K, Json<'p>)>,
    carried: &'p Object<'static>,
) -> Json<'p> {
    let mut all: Vec<_> = members
        .into_iter()
        .map(|(name, value)| (name.into(), value))
        .collect();
    let written = all.len();
    for (name, value) in carried.iter() {
        if all[..written].iter().all(|(known, _)| known != name) {
            all.push((name.into(), value.clone()));
        }
    }
    let mut sorted: Object<'p> = all.into_iter().collect();
    sorted.sort_names();
    Json::Object(sorted)
}

/// Nothing carried.
const EMPTY: &Object<'static> = &Object::new();
