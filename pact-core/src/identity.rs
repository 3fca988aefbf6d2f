//! Which interactions of two pacts are the same one.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::json::Json;
use crate::model::{Interaction, InteractionKind};

impl Interaction {
    /// Returns what identifies the interaction where no key does: its kind, its description and its
    /// provider states with their parameters, in any order.
    pub fn identity(&self) -> String {
        let text = |text| Json::String(Cow::Borrowed(text));
        let mut states: Vec<Json<'_>> = self
            .provider_states
            .iter()
            .map(|state| {
                let params = Json::Object(state.params.clone()).sorted();
                Json::Array(vec![text(&state.name), params])
            })
            .collect();
        if states.len() > 1 {
            states.sort_by_cached_key(Json::to_compact);
        }
        Json::Array(vec![
            text(&self.description),
            Json::Array(states),
            text(self.kind.name()),
        ])
        .to_compact()
    }

    /// Returns the interaction in words: its description and the states it needs.
    pub fn title(&self) -> String {
        let mut title = format!("`{}`", self.description);
        for (index, state) in self.provider_states.iter().enumerate() {
            title.push_str(if index == 0 { ", given " } else { " and " });
            title.push_str(&format!("`{}`", state.name));
        }
        title
    }
}

impl InteractionKind {
    /// Returns the `type` of the interaction as V4 writes it.
    pub fn name(&self) -> &str {
        match self {
            Self::AsyncMessage(_) => "Asynchronous/Messages",
            Self::Http(_) => "Synchronous/HTTP",
            Self::Other { type_name, .. } => type_name,
            Self::SyncMessage(_) => "Synchronous/Messages",
        }
    }
}

/// Finds the interactions of a list by what identifies them.
#[derive(Debug, Default)]
pub(crate) struct IdentityIndex {
    by_key: HashMap<String, usize>,
    by_identity: HashMap<String, Twins>,
}

/// Positions of the interactions that only keys tell apart.
#[derive(Debug)]
struct Twins {
    first: usize,
    first_without_key: Option<usize>,
}

impl IdentityIndex {
    pub(crate) fn of(interactions: &[Interaction]) -> Self {
        let mut index = Self::default();
        for (at, interaction) in interactions.iter().enumerate() {
            index.insert(interaction, interaction.identity(), at);
        }
        index
    }

    pub(crate) fn insert(&mut self, interaction: &Interaction, identity: String, at: usize) {
        let twins = self.by_identity.entry(identity).or_insert(Twins {
            first: at,
            first_without_key: None,
        });
        match &interaction.key {
            Some(key) => {
                self.by_key.insert(key.clone(), at);
            }
            None => {
                twins.first_without_key.get_or_insert(at);
            }
        }
    }

    /// Takes note that the interaction at a position now has the key of the given one.
    pub(crate) fn give_key(&mut self, interaction: &Interaction, identity: &str, at: usize) {
        let Some(key) = &interaction.key else {
            return;
        };
        self.by_key.insert(key.clone(), at);
        if let Some(twins) = self.by_identity.get_mut(identity) {
            twins.first_without_key.take_if(|first| *first == at);
        }
    }

    /// Returns the position of the same interaction: by key when both have one, else by identity.
    pub(crate) fn find(&self, interaction: &Interaction, identity: &str) -> Option<usize> {
        let twins = || self.by_identity.get(identity);
        match &interaction.key {
            Some(key) => match self.by_key.get(key) {
                Some(at) => Some(*at),
                None => twins()?.first_without_key,
            },
            None => twins().map(|twins| twins.first),
        }
    }
}
