//! The provider states that pacts use, and by which consumers.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::State;
use serde_json::{Value, json};

use super::pacticipants;
use crate::{
    api::{error::ApiError, extract::Names, hal::Hal},
    domain::{
        interaction::{UsedState, interactions},
        json::Json,
        pact::ProviderScope,
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
    let uuid = environment_key(&app, environment).await?;
    states(&app, &provider, ProviderScope::Environment(uuid)).await
}

/// Finds the key of an environment that is told by its key or its name.
pub(crate) async fn environment_key(app: &AppState, environment: Uuid) -> Result<Uuid, ApiError> {
    let by_key = app.store().environment(&environment).await?;
    let found = match (by_key, EnvironmentName::parse(environment.as_str())) {
        (Some(found), _) => Some(found),
        (None, Ok(name)) => app.store().environments(Some(&name)).await?.pop(),
        (None, Err(_)) => None,
    };
    found
        .map(|found| found.uuid)
        .ok_or_else(ApiError::not_found)
}

async fn states(
    app: &AppState,
    provider: &PacticipantName,
    scope: ProviderScope,
) -> Result<Hal, ApiError> {
    Ok(Hal::ok(document(used(app, provider, &scope).await?)))
}

/// The states in use, by name, each with the consumers that use it.
pub(crate) type StatesInUse = BTreeMap<UsedState, BTreeSet<PacticipantName>>;

/// Finds the states that some pacts of a provider use.
pub(crate) async fn used(
    app: &AppState,
    provider: &PacticipantName,
    scope: &ProviderScope,
) -> Result<StatesInUse, ApiError> {
    pacticipants::load(app, provider)
        .await
        .map_err(|_| ApiError::no_such("provider", provider.as_str()))?;
    let pacts = app.store().provider_contents(provider, scope).await?;
    let mut states = StatesInUse::new();
    for pact in pacts {
        // A contract that is no JSON asks for no state.
        let content = Json::read(&pact.content).unwrap_or(Json::Null);
        for state in interactions(&content)
            .into_iter()
            .flat_map(|one| one.states)
        {
            let consumer = pact.publication.consumer.clone();
            states.entry(state).or_default().insert(consumer);
        }
    }
    Ok(states)
}

/// Renders states.
fn document(states: StatesInUse) -> Value {
    let states = states
        .into_iter()
        .map(|(UsedState { name, params }, consumers)| {
            let consumers: Vec<&str> = consumers.iter().map(PacticipantName::as_str).collect();
            let mut state = json!({ "name": name, "consumers": consumers });
            if let Some(params) =
                params.and_then(|params| serde_json::from_str::<Value>(&params).ok())
            {
                state["params"] = params;
            }
            state
        });
    json!({ "providerStates": states.collect::<Vec<_>>() })
}
