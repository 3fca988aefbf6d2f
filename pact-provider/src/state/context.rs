//! What a state handler is told.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use pact_core::json::{Json, Object};
use pact_core::model::ProviderState;
use serde::de::DeserializeOwned;

/// Whether a state comes or goes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum StateAction {
    /// The state is to be.
    Setup,
    /// The state is to be undone.
    Teardown,
}

impl StateAction {
    /// Returns the action's name in the state protocol.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Setup => "setup",
            Self::Teardown => "teardown",
        }
    }

    /// Says what is done to the state; the protocol calls an endpoint also without one.
    pub(crate) fn applied_to(self, state: &str) -> String {
        let doing = match self {
            Self::Setup => "setting up",
            Self::Teardown => "tearing down",
        };
        match state {
            "" => format!("{doing} an interaction without provider states"),
            state => format!("{doing} provider state `{state}`"),
        }
    }
}

/// What the verifier was given with `.data(..)`, by type. Each call of a handler gets all of it.
#[derive(Clone, Default)]
pub(crate) struct Data(Arc<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>);

impl Data {
    pub(crate) fn insert<T: Any + Send + Sync>(&mut self, value: T) {
        Arc::make_mut(&mut self.0).insert(TypeId::of::<T>(), Arc::new(value));
    }
}

/// The state to set up or tear down, with all a handler may want to know.
#[derive(Clone)]
pub struct StateContext {
    pub(crate) state: ProviderState,
    pub(crate) action: StateAction,
    pub(crate) consumer: Arc<str>,
    pub(crate) data: Data,
    pub(crate) own: Option<Arc<dyn Any + Send + Sync>>,
}

/// A parameter of a provider state is not what the handler needs.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ParamError {
    /// There is no such parameter.
    #[error("provider state `{state}` has no parameter `{name}`")]
    Missing {
        /// The state.
        state: String,
        /// The parameter.
        name: String,
    },
    /// The parameters do not fit the type asked for.
    #[error("provider state `{state}`: {what} is `{value}`, which is not the type expected")]
    Type {
        /// The state.
        state: String,
        /// The parameter, or all of them.
        what: String,
        /// What it is.
        value: String,
        /// What does not fit.
        #[source]
        source: serde_json::Error,
    },
}

impl StateContext {
    /// Returns the name of the state.
    pub fn name(&self) -> &str {
        &self.state.name
    }

    /// Returns whether the state comes or goes.
    pub fn action(&self) -> StateAction {
        self.action
    }

    /// Returns the consumer whose pact is verified.
    pub fn consumer(&self) -> &str {
        &self.consumer
    }

    /// Returns the state's parameters as they stand in the pact.
    pub fn params(&self) -> &Object<'static> {
        &self.state.params
    }

    /// Returns a parameter as the type asked for.
    ///
    /// # Errors
    ///
    /// When there is no such parameter, or it is of another type.
    pub fn param<T: DeserializeOwned>(&self, name: &str) -> Result<T, ParamError> {
        let value = self
            .state
            .params
            .get(name)
            .ok_or_else(|| ParamError::Missing {
                state: self.state.name.clone(),
                name: name.to_owned(),
            })?;
        self.convert(value, format!("parameter `{name}`"))
    }

    /// Returns all parameters as one value, such as a struct that derives `Deserialize`.
    ///
    /// # Errors
    ///
    /// When they do not fit the type.
    pub fn params_as<T: DeserializeOwned>(&self) -> Result<T, ParamError> {
        self.convert(
            &Json::from(self.state.params.clone()),
            "the parameter list".to_owned(),
        )
    }

    /// Returns what the verifier was given with `.data(..)`, or what the maker of this interaction's
    /// service gave along; the latter wins.
    pub fn data<T: Any + Send + Sync>(&self) -> Option<&T> {
        let own = self.own.as_ref().and_then(|data| data.downcast_ref());
        own.or_else(|| self.data.0.get(&TypeId::of::<T>())?.downcast_ref())
    }

    fn convert<T: DeserializeOwned>(
        &self,
        value: &Json<'_>,
        what: String,
    ) -> Result<T, ParamError> {
        serde_json::from_str(&value.to_compact()).map_err(|source| ParamError::Type {
            state: self.state.name.clone(),
            what,
            value: value.to_compact(),
            source,
        })
    }
}

impl fmt::Debug for StateContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StateContext")
            .field("state", &self.state)
            .field("action", &self.action)
            .field("consumer", &self.consumer)
            .finish_non_exhaustive()
    }
}
