//! Which interactions are verified.

use pact_core::model::{Interaction, Pact};
use regex::Regex;

use crate::error::VerifyError;

/// The filter as it was given.
#[derive(Clone, Default)]
pub(crate) struct FilterText {
    pub(crate) description: Option<String>,
    pub(crate) state: Option<String>,
    pub(crate) no_state: bool,
    pub(crate) consumers: Vec<String>,
    /// Ids, keys or whole descriptions.
    pub(crate) interactions: Vec<String>,
}

/// The filter, ready to be applied.
pub(crate) struct Filter {
    description: Option<Regex>,
    state: Option<Regex>,
    no_state: bool,
    consumers: Vec<String>,
    interactions: Vec<String>,
}

impl FilterText {
    /// Adds what the environment asks for where nothing was given: so a single interaction can be
    /// run again without touching the code.
    pub(crate) fn with_environment(mut self, variable: impl Fn(&str) -> Option<String>) -> Self {
        let given = |name| variable(name).filter(|text| !text.is_empty());
        self.description = self.description.or_else(|| given("PACT_DESCRIPTION"));
        self.state = self.state.or_else(|| given("PACT_PROVIDER_STATE"));
        self.no_state |= given("PACT_PROVIDER_NO_STATE").as_deref() == Some("true");
        self
    }

    pub(crate) fn compile(self) -> Result<Filter, VerifyError> {
        Ok(Filter {
            description: regex("description filter", self.description)?,
            state: regex("state filter", self.state)?,
            no_state: self.no_state,
            consumers: self.consumers,
            interactions: self.interactions,
        })
    }
}

impl Filter {
    /// Returns whether parts of a pact may be left out.
    pub(crate) fn is_partial(&self) -> bool {
        self.description.is_some()
            || self.state.is_some()
            || self.no_state
            || !self.interactions.is_empty()
    }

    pub(crate) fn takes_pact(&self, pact: &Pact) -> bool {
        self.consumers.is_empty() || self.consumers.contains(&pact.consumer)
    }

    pub(crate) fn takes(&self, interaction: &Interaction) -> bool {
        let states = &interaction.provider_states;
        let description = self
            .description
            .as_ref()
            .is_none_or(|regex| regex.is_match(&interaction.description));
        let state = match &self.state {
            Some(regex) => states.iter().any(|state| regex.is_match(&state.name)),
            None => !self.no_state || states.is_empty(),
        };
        description && state && self.is_listed(interaction)
    }

    fn is_listed(&self, interaction: &Interaction) -> bool {
        let names = [interaction.id.as_deref(), interaction.key.as_deref()];
        let names = names.into_iter().flatten();
        self.interactions.is_empty()
            || names
                .chain([interaction.description.as_str()])
                .any(|name| self.interactions.iter().any(|listed| listed == name))
    }
}

fn regex(what: &'static str, text: Option<String>) -> Result<Option<Regex>, VerifyError> {
    let Some(text) = text else { return Ok(None) };
    match Regex::new(&text) {
        Ok(regex) => Ok(Some(regex)),
        Err(source) => Err(VerifyError::Filter {
            what,
            text,
            source: Box::new(source),
        }),
    }
}

#[cfg(test)]
mod tests {
    use pact_core::model::{InteractionKind, ProviderState};

    use super::*;

    fn interaction(description: &str, state: Option<&str>) -> Interaction {
        let kind = InteractionKind::Http(Box::default());
        let mut interaction = Interaction::new(description, kind);
        interaction.provider_states = state.map(ProviderState::new).into_iter().collect();
        interaction
    }

    #[test]
    fn description_and_state_must_both_fit() {
        let filter = FilterText {
            description: Some("order".to_owned()),
            state: Some("^order 42".to_owned()),
            ..FilterText::default()
        };
        let filter = filter.compile().unwrap();
        assert!(filter.takes(&interaction("an order", Some("order 42 exists"))));
        assert!(!filter.takes(&interaction("an order", None)));
        assert!(!filter.takes(&interaction("a user", Some("order 42 exists"))));
    }

    #[test]
    fn the_environment_fills_in_what_was_not_given() {
        let variable = |name: &str| (name == "PACT_DESCRIPTION").then(|| "^a$".to_owned());
        let filter = FilterText::default().with_environment(variable);
        let filter = filter.compile().unwrap();
        assert!(filter.is_partial());
        assert!(filter.takes(&interaction("a", None)));
        assert!(!filter.takes(&interaction("ab", None)));
    }

    #[test]
    fn a_wrong_expression_is_refused() {
        let filter = FilterText {
            state: Some("(".to_owned()),
            ..FilterText::default()
        };
        insta::assert_snapshot!(filter.compile().err().unwrap(), @"the state filter `(` is not a regular expression");
    }
}
