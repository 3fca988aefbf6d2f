//! Provider states: what must be true in the provider before a request is sent, and is undone after.

mod context;
mod handlers;
mod skeleton;
mod url;

use std::any::Any;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use pact_core::json::Object;
use pact_core::model::{Interaction, ProviderState};

pub(crate) use self::url::StateUrl;
pub(crate) use context::Data;
pub use context::{ParamError, StateAction, StateContext};
pub(crate) use handlers::Handler;
pub use handlers::{IntoStateValues, StateValues};

use self::skeleton::skeleton;
use crate::cancel::Cancellation;
use crate::error::InteractionError;

/// What a provider state without a handler does to its interaction.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum MissingStates {
    /// The interaction fails; the report shows a handler to paste.
    #[default]
    Fail,
    /// The interaction is verified all the same; the report carries a warning.
    Warn,
}

/// All that is known about setting up and tearing down states.
#[derive(Clone)]
pub(crate) struct States {
    pub(crate) setups: HashMap<String, Handler>,
    pub(crate) teardowns: HashMap<String, Handler>,
    /// For states nobody else handles.
    pub(crate) any: Option<Handler>,
    pub(crate) url: Option<StateUrl>,
    pub(crate) missing: MissingStates,
    pub(crate) timeout: Duration,
    pub(crate) data: Data,
}

/// One interaction on its way through the states.
pub(crate) struct Visit<'a> {
    pub(crate) states: &'a States,
    pub(crate) consumer: &'a Arc<str>,
    pub(crate) cancellation: &'a Cancellation,
    /// What the maker of a fresh service gave along.
    pub(crate) own: Option<Arc<dyn Any + Send + Sync>>,
}

/// The protocol calls the endpoint also for interactions without states, with no name.
static NAMELESS: [ProviderState; 1] = [ProviderState {
    name: String::new(),
    params: Object::new(),
}];

/// How far the setup came.
#[derive(Default)]
pub(crate) struct SetUp<'s> {
    /// Parameters of all states, overlaid by what handlers returned.
    pub(crate) values: Object<'static>,
    /// States that are to be torn down.
    pub(crate) done: Vec<&'s ProviderState>,
    pub(crate) failure: Option<InteractionError>,
    pub(crate) warnings: Vec<String>,
}

impl Visit<'_> {
    /// Sets up the states of the interaction in order, stopping at the first that fails.
    pub(crate) async fn set_up<'s>(&self, interaction: &'s Interaction) -> SetUp<'s> {
        let mut progress = SetUp::default();
        for state in &interaction.provider_states {
            for (name, value) in state.params.iter() {
                progress.values.insert(name.to_owned(), value.clone());
            }
        }
        let states = match interaction.provider_states.as_slice() {
            [] if self.states.url.is_some() => &NAMELESS,
            states => states,
        };
        for state in states {
            let setting_up = self.one(state, StateAction::Setup);
            let Some(set_up) = self.cancellation.unless(setting_up).await else {
                // Nobody knows how far it came, so it is torn down, too.
                progress.done.push(state);
                progress.failure = Some(InteractionError::Cancelled);
                return progress;
            };
            match set_up {
                Ok(Some(values)) => {
                    for (name, value) in values.0.iter() {
                        progress.values.insert(name.to_owned(), value.clone());
                    }
                    progress.done.push(state);
                }
                Ok(None) if self.states.missing == MissingStates::Warn => {
                    let warning = format!(
                        "nobody sets up provider state `{}`: there is no state change URL",
                        state.name
                    );
                    tracing::debug!(state = state.name, "no handler for provider state");
                    progress.warnings.push(warning);
                }
                Ok(None) => {
                    progress.failure = Some(InteractionError::MissingState {
                        state: state.name.clone(),
                        skeleton: skeleton(state),
                    });
                    return progress;
                }
                Err(failure) => {
                    // Nobody knows how far a closure came. An endpoint that says no did nothing.
                    if self.handler(state, StateAction::Setup).is_some() {
                        progress.done.push(state);
                    }
                    progress.failure = Some(failure);
                    return progress;
                }
            }
        }
        progress
    }

    /// Tears down what was set up, last first; all of it, whatever fails, and returns the first
    /// failure.
    pub(crate) async fn tear_down(&self, done: &[&ProviderState]) -> Option<InteractionError> {
        let mut failure = None;
        for state in done.iter().rev() {
            if let Err(error) = self.one(state, StateAction::Teardown).await {
                failure.get_or_insert(error);
            }
        }
        failure
    }

    /// Returns what the handler returned, or `None` when there is no handler.
    async fn one(
        &self,
        state: &ProviderState,
        action: StateAction,
    ) -> Result<Option<StateValues>, InteractionError> {
        let states = self.states;
        if let Some(handler) = self.handler(state, action) {
            let context = StateContext {
                state: state.clone(),
                action,
                consumer: Arc::clone(self.consumer),
                data: states.data.clone(),
                own: self.own.clone(),
            };
            return handler.call(state, context, states.timeout).await.map(Some);
        }
        match &states.url {
            Some(url) if !self.is_only_set_up(state, action) => {
                Box::pin(url.call(state, action, states.timeout)).await
            }
            Some(_) | None => Ok(None),
        }
    }

    /// Returns the closure that does it: that of the state, or that of all states.
    fn handler(&self, state: &ProviderState, action: StateAction) -> Option<&Handler> {
        let named = match action {
            StateAction::Setup => self.states.setups.get(&state.name),
            StateAction::Teardown => self.states.teardowns.get(&state.name),
        };
        let any = self.states.any.as_ref();
        named.or(any.filter(|_| !self.is_only_set_up(state, action)))
    }

    /// Returns whether a closure set the state up for which there is none to tear it down.
    fn is_only_set_up(&self, state: &ProviderState, action: StateAction) -> bool {
        action == StateAction::Teardown && self.states.setups.contains_key(&state.name)
    }
}
