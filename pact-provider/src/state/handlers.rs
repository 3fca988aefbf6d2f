//! Closures that set states up, and what they may return.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use pact_core::json::{Json, Object};
use pact_core::model::ProviderState;

use super::StateContext;
use crate::error::{InteractionError, chain};
use crate::guard::caught_within;

type BoxError = Box<dyn std::error::Error + Send + Sync>;
type Outcome = Result<StateValues, BoxError>;
type Handling = Pin<Box<dyn Future<Output = Outcome> + Send>>;

/// Values a state handler gives back, for requests that need what only the provider knows: the id
/// of the row it made, a token.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StateValues(pub(crate) Object<'static>);

impl StateValues {
    /// Returns no values.
    pub fn none() -> Self {
        Self::default()
    }

    /// Returns the members of the value, such as a struct that derives `Serialize`.
    ///
    /// # Errors
    ///
    /// When the value has no members, or cannot be written as JSON.
    pub fn of(value: &impl serde::Serialize) -> Result<Self, BoxError> {
        serde_json::to_value(value)?.into_state_values()
    }

    /// Adds a value under the name that generators of the pact ask for.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<Json<'static>>) -> Self {
        self.0.insert(name.into(), value.into());
        self
    }
}

/// What a state handler may return: nothing, [`StateValues`], a JSON object, or a `Result` of these.
pub trait IntoStateValues {
    /// Returns the values.
    ///
    /// # Errors
    ///
    /// When the handler failed.
    fn into_state_values(self) -> Result<StateValues, BoxError>;
}

impl IntoStateValues for () {
    fn into_state_values(self) -> Outcome {
        Ok(StateValues::none())
    }
}

impl IntoStateValues for StateValues {
    fn into_state_values(self) -> Outcome {
        Ok(self)
    }
}

impl IntoStateValues for serde_json::Value {
    fn into_state_values(self) -> Outcome {
        match Json::from(self) {
            Json::Object(values) => Ok(StateValues(values)),
            Json::Null => Ok(StateValues::none()),
            other => Err(format!(
                "the handler returned {}, where an object of values was expected",
                other.kind()
            )
            .into()),
        }
    }
}

impl<T: IntoStateValues, E: Into<BoxError>> IntoStateValues for Result<T, E> {
    fn into_state_values(self) -> Outcome {
        self.map_err(Into::into)?.into_state_values()
    }
}

/// A closure that sets a state up or tears it down.
#[derive(Clone)]
pub(crate) struct Handler(Arc<dyn Fn(StateContext) -> Handling + Send + Sync>);

impl Handler {
    pub(crate) fn new<F, Fut>(handler: F) -> Self
    where
        F: Fn(StateContext) -> Fut + Send + Sync + 'static,
        Fut: Future + Send + 'static,
        Fut::Output: IntoStateValues,
    {
        Self(Arc::new(move |context| {
            let future = handler(context);
            Box::pin(async move { future.await.into_state_values() })
        }))
    }

    pub(crate) async fn call(
        &self,
        state: &ProviderState,
        context: StateContext,
        deadline: Duration,
    ) -> Result<StateValues, InteractionError> {
        let action = context.action;
        let failed = |reason: String| InteractionError::State {
            state: state.name.clone(),
            action,
            reason,
        };
        // The closure itself runs inside the guard, so that a panic before its first `await` counts.
        let run = async { (self.0)(context).await };
        match caught_within(deadline, run).await {
            Ok(Ok(Ok(values))) => Ok(values),
            Ok(Ok(Err(error))) => Err(failed(chain(error.as_ref()))),
            Ok(Err(panic)) => Err(failed(format!("the handler panicked: {panic}"))),
            Err(_) => Err(InteractionError::StateTimeout {
                state: state.name.clone(),
                action,
                after: deadline,
            }),
        }
    }
}
