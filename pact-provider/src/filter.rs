//! Which interactions are verified.

use pact_core::model::{Interaction, Pact};
use regex::Regex;

use crate::error::VerifyError;
use crate::reference::reference;

/// A filter as it was given.
#[derive(Clone, Default)]
pub(crate) struct FilterText {
    pub(crate) description: Option<String>,
    pub(crate) state: Option<String>,
    pub(crate) no_state: bool,
    pub(crate) consumers: Vec<String>,
    /// Ids, keys, whole descriptions, or references.
    pub(crate) interactions: Vec<String>,
}

/// Filters ready to be applied; what is verified passes each of them.
pub(crate) struct Filter(Vec<Part>);

struct Part {
    description: Option<Regex>,
    state: Option<Regex>,
    no_state: bool,
    consumers: Vec<String>,
    interactions: Vec<String>,
}

impl FilterText {
    /// Returns what the environment asks for: so a single interaction can be run again without
    /// touching the code.
    pub(crate) fn of_environment(variable: impl Fn(&str) -> Option<String>) -> Self {
        let given = |name| variable(name).filter(|text| !text.is_empty());
        Self {
            description: given("PACT_DESCRIPTION"),
            state: given("PACT_PROVIDER_STATE"),
            no_state: given("PACT_PROVIDER_NO_STATE").as_deref() == Some("true"),
            consumers: Vec::new(),
            interactions: given("PACT_INTERACTION").into_iter().collect(),
        }
    }

    fn compile(self) -> Result<Part, VerifyError> {
        Ok(Part {
            description: regex("description filter", self.description)?,
            state: regex("state filter", self.state)?,
            no_state: self.no_state,
            consumers: self.consumers,
            interactions: self.interactions,
        })
    }
}

impl Filter {
    pub(crate) fn compile(
        parts: impl IntoIterator<Item = FilterText>,
    ) -> Result<Self, VerifyError> {
        let parts = parts.into_iter().map(FilterText::compile);
        Ok(Self(parts.collect::<Result<_, _>>()?))
    }

    /// Returns whether parts of a pact may be left out.
    pub(crate) fn is_partial(&self) -> bool {
        self.0.iter().any(Part::is_partial)
    }

    pub(crate) fn takes_pact(&self, pact: &Pact) -> bool {
        let takes =
            |part: &Part| part.consumers.is_empty() || part.consumers.contains(&pact.consumer);
        self.0.iter().all(takes)
    }

    /// Returns the consumers that were named and have none of the pacts.
    pub(crate) fn without_pact<'a>(&'a self, pacts: &[&Pact]) -> Vec<&'a str> {
        { self.0.iter() }
            .flat_map(|part| &part.consumers)
            .filter(|name| pacts.iter().all(|pact| pact.consumer != **name))
            .map(String::as_str)
            .collect()
    }

    /// Returns whether the consumer's interaction is verified.
    pub(crate) fn takes(&self, consumer: &str, interaction: &Interaction) -> bool {
        self.0.iter().all(|part| part.takes(consumer, interaction))
    }
}

impl Part {
    fn is_partial(&self) -> bool {
        self.description.is_some()
            || self.state.is_some()
            || self.no_state
            || !self.interactions.is_empty()
    }

    fn takes(&self, consumer: &str, interaction: &Interaction) -> bool {
        let states = &interaction.provider_states;
        let description = self
            .description
            .as_ref()
            .is_none_or(|regex| regex.is_match(&interaction.description));
        let state = match &self.state {
            Some(regex) => states.iter().any(|state| regex.is_match(&state.name)),
            None => !self.no_state || states.is_empty(),
        };
        description && state && self.lists(consumer, interaction)
    }

    fn lists(&self, consumer: &str, interaction: &Interaction) -> bool {
        let listed = |name: &str| self.interactions.iter().any(|listed| listed == name);
        let names = [
            interaction.id.as_deref(),
            interaction.key.as_deref(),
            Some(interaction.description.as_str()),
        ];
        self.interactions.is_empty()
            || names.into_iter().flatten().any(listed)
            || reference(consumer, interaction).is_some_and(|name| listed(&name))
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

    fn environment(name: &'static str, value: &'static str) -> FilterText {
        FilterText::of_environment(|asked| (asked == name).then(|| value.to_owned()))
    }

    #[test]
    fn description_and_state_must_both_fit() {
        let filter = Filter::compile([FilterText {
            description: Some("order".to_owned()),
            state: Some("^order 42".to_owned()),
            ..FilterText::default()
        }]);
        let filter = filter.unwrap();
        assert!(filter.takes("web", &interaction("an order", Some("order 42 exists"))));
        assert!(!filter.takes("web", &interaction("an order", None)));
        assert!(!filter.takes("web", &interaction("a user", Some("order 42 exists"))));
    }

    #[test]
    fn the_environment_chooses_among_what_was_given() {
        let given = FilterText {
            description: Some("order".to_owned()),
            ..FilterText::default()
        };
        let filter = Filter::compile([given, environment("PACT_DESCRIPTION", "^an order$")]);
        let filter = filter.unwrap();
        assert!(filter.is_partial());
        assert!(filter.takes("web", &interaction("an order", None)));
        assert!(!filter.takes("web", &interaction("an order, paid", None)));
        let filter = Filter::compile([environment("PACT_PROVIDER_NO_STATE", "true")]).unwrap();
        assert!(!filter.takes("web", &interaction("an order", Some("one exists"))));
    }

    #[test]
    fn a_reference_names_the_interaction_of_one_consumer() {
        let (one, other) = (interaction("a", Some("1")), interaction("a", Some("2")));
        let filter = Filter::compile([FilterText {
            interactions: vec![reference("web", &one).unwrap()],
            ..FilterText::default()
        }]);
        let filter = filter.unwrap();
        assert!(filter.takes("web", &one));
        assert!(!filter.takes("web", &other) && !filter.takes("app", &one));
        let from_broker = Interaction {
            id: Some("7f".to_owned()),
            ..one
        };
        assert!(filter.takes("web", &from_broker));
    }

    #[test]
    fn id_key_and_description_name_an_interaction_as_a_whole() {
        let mut interaction = interaction("an order", None);
        interaction.id = Some("7f".to_owned());
        interaction.key = Some("k1".to_owned());
        for (name, expected) in [
            ("7f", true),
            ("k1", true),
            ("an order", true),
            ("order", false),
        ] {
            let filter = Filter::compile([environment("PACT_INTERACTION", name)]).unwrap();
            assert!(filter.is_partial());
            assert_eq!(filter.takes("web", &interaction), expected, "{name}");
        }
    }

    #[test]
    fn a_wrong_expression_is_refused() {
        let filter = FilterText {
            state: Some("(".to_owned()),
            ..FilterText::default()
        };
        insta::assert_snapshot!(Filter::compile([filter]).err().unwrap(), @"the state filter `(` is not a regular expression");
    }
}
