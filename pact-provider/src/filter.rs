//! Which interactions are verified.

use pact_core::model::{Interaction, Pact};
use regex::Regex;

use crate::error::VerifyError;

/// Leaves out interactions; what is not asked for is verified.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    description: Option<Regex>,
    state: Option<Regex>,
    without_state: bool,
    consumers: Vec<String>,
}

impl Filter {
    /// Keeps interactions whose description the pattern is found in.
    ///
    /// # Errors
    ///
    /// When the pattern is no regular expression.
    pub fn description(self, pattern: &str) -> Result<Self, VerifyError> {
        Ok(Self {
            description: Some(compile("descriptions", pattern)?),
            ..self
        })
    }

    /// Keeps interactions with a state in whose name the pattern is found.
    ///
    /// # Errors
    ///
    /// When the pattern is no regular expression.
    pub fn state(self, pattern: &str) -> Result<Self, VerifyError> {
        Ok(Self {
            state: Some(compile("states", pattern)?),
            ..self
        })
    }

    /// Keeps interactions without any state.
    #[must_use]
    pub fn without_state(self) -> Self {
        Self {
            without_state: true,
            ..self
        }
    }

    /// Keeps pacts of this consumer; called again, of that one too.
    #[must_use]
    pub fn consumer(mut self, name: impl Into<String>) -> Self {
        self.consumers.push(name.into());
        self
    }

    /// Returns whether parts of a pact may be left out.
    pub(crate) const fn splits_pacts(&self) -> bool {
        self.description.is_some() || self.state.is_some() || self.without_state
    }

    pub(crate) fn keeps_pact(&self, pact: &Pact) -> bool {
        self.consumers.is_empty() || self.consumers.contains(&pact.consumer)
    }

    pub(crate) fn keeps(&self, interaction: &Interaction) -> bool {
        let states = &interaction.provider_states;
        let description = self
            .description
            .as_ref()
            .is_none_or(|pattern| pattern.is_match(&interaction.description));
        let state = self
            .state
            .as_ref()
            .is_none_or(|pattern| states.iter().any(|state| pattern.is_match(&state.name)));
        description && state && (!self.without_state || states.is_empty())
    }
}

fn compile(what: &'static str, pattern: &str) -> Result<Regex, VerifyError> {
    Regex::new(pattern).map_err(|source| VerifyError::Filter {
        what,
        pattern: pattern.to_owned(),
        source,
    })
}
