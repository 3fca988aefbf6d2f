//! The provider states that pacts use, and by which consumers.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::State;
use serde_json::{Value, json};

use super::pacticipants;
use crate::{
    api::{error::ApiError, extract::Names, hal::Hal},
    domain::{
        pact::{Pact, ProviderScope},
        text::{BranchName, EnvironmentName, PacticipantName, Uuid},
    },
    state::AppState,
};

/// Lists the provider states that the main branches of consumers use.
pub(crate) async fn of_main_branches(
    State(app): State<AppState>,
    Names((provider,)): Names<(PacticipantName,)>,
) -> Result<Hal, ApiError> {
    states(&app, &provider, ProviderScope::MainBranchHead).await
}

/// Lists the provider states that a branch of consumers uses.
pub(crate) async fn of_branch(
    State(app): State<AppState>,
    Names((provider, branch)): Names<(PacticipantName, BranchName)>,
) -> Result<Hal, ApiError> {
    states(&app, &provider, ProviderScope::BranchHead(branch)).await
}

/// Lists the provider states that the consumers in an environment use. The environment is told by
/// its key, or by its name, which is what people know.
pub(crate) async fn of_environment(
    State(app): State<AppState>,
    Names((provider, environment)): Names<(PacticipantName, Uuid)>,
) -> Result<Hal, ApiError> {
    let by_key = app.store().environment(&environment).await?;
    let found = match (by_key, EnvironmentName::parse(environment.as_str())) {
        (Some(found), _) => Some(found),
        (None, Ok(name)) => app.store().environments(Some(&name)).await?.pop(),
        (None, Err(_)) => None,
    };
    let found = found.ok_or_else(ApiError::not_found)?;
    states(&app, &provider, ProviderScope::Environment(found.uuid)).await
}

async fn states(
    app: &AppState,
    provider: &PacticipantName,
    scope: ProviderScope,
) -> Result<Hal, ApiError> {
    pacticipants::load(app, provider)
        .await
        .map_err(|_| ApiError::no_such("provider", provider.as_str()))?;
    let pacts = app.store().provider_contents(provider, &scope).await?;
    Ok(Hal::ok(document(&pacts)))
}

/// A state: its name, and the text of its parameters where it has some.
type UsedState = (String, Option<String>);

/// Renders the states of pacts, sorted by name.
fn document(pacts: &[Pact]) -> Value {
    let mut states: BTreeMap<UsedState, BTreeSet<String>> = BTreeMap::new();
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

fn of_interaction(interaction: &Value) -> Vec<UsedState> {
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
