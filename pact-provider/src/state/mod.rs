//! Provider states: closures of the test, or an address that is called.

mod url;

use std::collections::BTreeMap;
use std::fmt::Display;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use pact_core::json::{Json, Object};
use pact_core::model::ProviderState;
use serde_json::Value;

use crate::error::StateError;

pub use url::StateUrl;

/// Whether a state is set up or torn down.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum StateAction {
    /// Before the request.
    Setup,
    /// After it, whatever came of it.
    Teardown,
}

/// What a state handler is told.
#[derive(Clone, Debug)]
pub struct StateContext {
    /// The state's name.
    pub name: String,
    /// The state's parameters.
    pub params: serde_json::Map<String, Value>,
    /// Whether it is set up or torn down.
    pub action: StateAction,
}

/// What a state handler may return: nothing, values for the request, or an error.
pub trait StateOutcome {
    /// Returns the values, or why the state could not be set up.
    ///
    /// # Errors
    ///
    /// When the handler failed.
    fn into_values(self) -> Result<Value, String>;
}

impl StateOutcome for () {
    fn into_values(self) -> Result<Value, String> {
        Ok(Value::Null)
    }
}

impl StateOutcome for Value {
    fn into_values(self) -> Result<Value, String> {
        Ok(self)
    }
}

impl<T: StateOutcome, E: Display> StateOutcome for Result<T, E> {
    fn into_values(self) -> Result<Value, String> {
        self.map_err(|error| error.to_string())?.into_values()
    }
}

type HandlerFuture = Pin<Box<dyn Future<Output = Result<Value, String>> + Send>>;
type Handler = Arc<dyn Fn(StateContext) -> HandlerFuture + Send + Sync>;

/// All ways a run has to change the provider's state.
#[derive(Clone, Default)]
pub(crate) struct States {
    setup: BTreeMap<String, Handler>,
    teardown: BTreeMap<String, Handler>,
    url: Option<StateUrl>,
}

impl States {
    pub(crate) fn handle<F, Fut>(&mut self, action: StateAction, name: String, handler: F)
    where
        F: Fn(StateContext) -> Fut + Send + Sync + 'static,
        Fut: Future + Send + 'static,
        Fut::Output: StateOutcome,
    {
        let handler: Handler = Arc::new(move |context| {
            let running = handler(context);
            Box::pin(async move { running.await.into_values() })
        });
        match action {
            StateAction::Setup => self.setup.insert(name, handler),
            StateAction::Teardown => self.teardown.insert(name, handler),
        };
    }

    pub(crate) fn call_url(&mut self, url: StateUrl) {
        self.url = Some(url);
    }

    /// Returns whether states of the pacts are passed over, because nothing handles any.
    pub(crate) fn is_empty(&self) -> bool {
        self.setup.is_empty() && self.teardown.is_empty() && self.url.is_none()
    }

    /// Sets all states up and returns the values for generators: parameters first, and over them
    /// what handlers return; later states win.
    pub(crate) async fn set_up(
        &self,
        states: &[ProviderState],
        caller: &Caller<'_>,
    ) -> Result<Object<'static>, StateError> {
        let mut values = Object::new();
        for (name, value) in states.iter().flat_map(|state| state.params.iter()) {
            values.insert(name.to_owned(), value.clone());
        }
        for state in self.or_nameless(states) {
            let returned = self.change(StateAction::Setup, &state, caller).await?;
            if let Value::Object(members) = returned {
                for (name, value) in members {
                    values.insert(name, Json::from(value));
                }
            }
        }
        Ok(values)
    }

    /// Tears all states down, in reverse order; goes on after a failure and returns the first.
    pub(crate) async fn tear_down(
        &self,
        states: &[ProviderState],
        caller: &Caller<'_>,
    ) -> Result<(), StateError> {
        let mut first = Ok(());
        for state in self.or_nameless(states).iter().rev() {
            let done = self
                .change(StateAction::Teardown, state, caller)
                .await
                .map(drop);
            first = first.and(done);
        }
        first
    }

    /// An address is called even for interactions without a state, with an empty name.
    fn or_nameless(&self, states: &[ProviderState]) -> Vec<ProviderState> {
        if states.is_empty() && self.url.is_some() {
            vec![ProviderState::default()]
        } else {
            states.to_vec()
        }
    }

    async fn change(
        &self,
        action: StateAction,
        state: &ProviderState,
        caller: &Caller<'_>,
    ) -> Result<Value, StateError> {
        let handlers = match action {
            StateAction::Setup => &self.setup,
            StateAction::Teardown => &self.teardown,
        };
        if let Some(handler) = handlers.get(&state.name) {
            let context = StateContext {
                name: state.name.clone(),
                params: params_json(state),
                action,
            };
            // A task of its own: a handler that panics fails its interaction and nothing else.
            let running = tokio::spawn(handler(context));
            return match tokio::time::timeout(caller.timeout, running).await {
                Ok(Ok(outcome)) => outcome.map_err(|reason| failed(action, state, reason)),
                Ok(Err(panic)) => Err(failed(
                    action,
                    state,
                    format!("the handler panicked: {panic}"),
                )),
                Err(_) => Err(StateError::Timeout {
                    action: action.name(),
                    state: state.name.clone(),
                    within: caller.timeout,
                }),
            };
        }
        match (&self.url, action) {
            (Some(url), StateAction::Setup) => url.call(action, state, caller).await,
            (Some(url), StateAction::Teardown) if url.has_teardown() => {
                url.call(action, state, caller).await
            }
            (None, StateAction::Setup) if !self.is_empty() => Err(StateError::Missing {
                state: state.name.clone(),
                skeleton: skeleton(state),
            }),
            (Some(_) | None, StateAction::Setup | StateAction::Teardown) => Ok(Value::Null),
        }
    }
}

/// What is needed to call a handler's address.
pub(crate) struct Caller<'a> {
    pub(crate) client: &'a reqwest::Client,
    pub(crate) timeout: Duration,
}

impl StateAction {
    const fn name(self) -> &'static str {
        match self {
            Self::Setup => "setup",
            Self::Teardown => "teardown",
        }
    }
}

fn failed(action: StateAction, state: &ProviderState, reason: String) -> StateError {
    StateError::Failed {
        action: action.name(),
        state: state.name.clone(),
        reason,
    }
}

fn params_json(state: &ProviderState) -> serde_json::Map<String, Value> {
    state
        .params
        .iter()
        .map(|(name, value)| (name.to_owned(), Value::from(value)))
        .collect()
}

/// Returns the handler that is missing, ready to be filled in.
fn skeleton(state: &ProviderState) -> String {
    let params: Vec<&str> = state.params.iter().map(|(name, _)| name).collect();
    let note = if params.is_empty() {
        String::new()
    } else {
        format!(" // context.params: {}", params.join(", "))
    };
    format!(
        "    .state({:?}, |context| async move {{{note}\n        Ok::<(), String>(())\n    }})",
        state.name
    )
}
