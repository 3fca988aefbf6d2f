//! Interactions that several pacts have in common.

use std::collections::{HashMap, HashSet};

use pact_core::model::{Interaction, InteractionKind};

use crate::reference::digest;

/// What interactions with the same effect have in common.
#[derive(Clone, Eq, Hash, PartialEq)]
pub(super) struct Fingerprint([u8; 32]);

/// Interactions that held and can stand for others like them.
#[derive(Default)]
pub(super) struct Repeats {
    held: HashMap<Fingerprint, String>,
    under_way: HashSet<Fingerprint>,
}

impl Repeats {
    /// Returns where an interaction like this one held.
    pub(super) fn find(&self, fingerprint: &Fingerprint) -> Option<&str> {
        self.held.get(fingerprint).map(String::as_str)
    }

    /// Takes note that an interaction is run, unless one like it is under way already, which is worth
    /// waiting for.
    pub(super) fn begun(&mut self, fingerprint: &Fingerprint) -> bool {
        self.under_way.insert(fingerprint.clone())
    }

    /// Takes note that an interaction is no longer run.
    pub(super) fn ended(&mut self, fingerprint: &Fingerprint) {
        self.under_way.remove(fingerprint);
    }

    /// Remembers that an interaction held, by its first name.
    pub(super) fn held(&mut self, fingerprint: Fingerprint, name: String) {
        self.held.entry(fingerprint).or_insert(name);
    }
}

impl Fingerprint {
    /// Returns the fingerprint, unless every run of the interaction sends something else.
    pub(super) fn of(interaction: &Interaction) -> Option<Self> {
        let generators = match &interaction.kind {
            InteractionKind::AsyncMessage(_) | InteractionKind::Other { .. } => None,
            InteractionKind::Http(exchange) => Some(&exchange.request.generators),
            InteractionKind::SyncMessage(exchange) => Some(&exchange.request.generators),
        };
        if generators.is_some_and(|generators| !generators.is_empty()) {
            return None;
        }
        let mut alone = Interaction::new(
            // Messages are produced by their description; requests are what they are.
            match interaction.kind {
                InteractionKind::Http(_) => "",
                _ => interaction.description.as_str(),
            },
            interaction.kind.clone(),
        );
        alone
            .provider_states
            .clone_from(&interaction.provider_states);
        alone.transport.clone_from(&interaction.transport);
        alone
            .plugin_configuration
            .clone_from(&interaction.plugin_configuration);
        digest("consumer", alone).map(Self)
    }
}
