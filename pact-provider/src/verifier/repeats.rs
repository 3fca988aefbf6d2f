//! Interactions that several pacts have in common.

use std::collections::HashMap;

use pact_core::model::{Interaction, InteractionKind};

use crate::reference::digest;

/// What interactions with the same effect have in common.
#[derive(Clone, Eq, Hash, PartialEq)]
pub(super) struct Fingerprint([u8; 32]);

/// Interactions that held and can stand for others like them.
#[derive(Default)]
pub(super) struct Repeats(HashMap<Fingerprint, String>);

impl Repeats {
    /// Returns where an interaction like this one held.
    pub(super) fn find(&self, fingerprint: &Fingerprint) -> Option<&str> {
        self.0.get(fingerprint).map(String::as_str)
    }

    /// Remembers that an interaction held, by its first name.
    pub(super) fn held(&mut self, fingerprint: Fingerprint, name: String) {
        self.0.entry(fingerprint).or_insert(name);
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
