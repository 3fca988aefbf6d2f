//! The provider states that pacts use, and by which consumers.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::domain::pact::Pact;

/// A state: its name, and the text of its parameters where it has some.
type State = (String, Option<String>);

/// Renders the states of pacts, sorted by name.
pub(crate) fn document(pacts: &[Pact]) -> Value {
    let mut states: BTreeMap<State, BTreeSet<String>> = BTreeMap::new();
    for pact in pacts {
        let content: Value = serde_json::from_str(&pact.content).unwrap_or_default();
        for state in ["interactions", "messages"]
            .iter()
            .flat_map(|key| content[key].as_array().into_iter().flatten())
            .flat_map(of_interaction)
        {
            states
                .entry(state)
                .or_default()
                .insert(pact.publication.consumer.to_string());
        }
    }
    let states = states.into_iter().map(|((name, params), consumers)| {
        let mut state = json!({ "name": name, "consumers": consumers });
        if let Some(params) = params.and_then(|params| serde_json::from_str::<Value>(&params).ok())
        {
            state["params"] = params;
        }
        state
    });
    json!({ "providerStates": states.collect::<Vec<_>>() })
}

fn of_interaction(interaction: &Value) -> Vec<State> {
    let old = ["providerState", "provider_state"]
        .iter()
        .filter_map(|key| interaction[*key].as_str());
    let listed = interaction["providerStates"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|state| {
            let params = state
                .get("params")
                .filter(|params| params.as_object().is_some_and(|params| !params.is_empty()));
            Some((
                state["name"].as_str()?.to_owned(),
                params.map(Value::to_string),
            ))
        });
    old.map(|name| (name.to_owned(), None))
        .chain(listed)
        .collect()
}
