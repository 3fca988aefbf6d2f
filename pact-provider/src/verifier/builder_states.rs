//! Setting the verifier up: provider states.

use std::any::Any;
use std::future::Future;
use std::time::Duration;

use serde::de::DeserializeOwned;

use super::Verifier;
use crate::state::{Handler, IntoStateValues, MissingStates, StateContext};

impl Verifier {
    /// Sets up the provider state of the name; what the handler returns takes the places in the
    /// request that ask for it.
    ///
    /// ```
    /// # use pact_provider::{StateValues, Verifier};
    /// # async fn insert_order(total: f64) -> Result<u64, std::io::Error> { Ok(42) }
    /// let verifier = Verifier::new("order-api").state("an order exists", |ctx| async move {
    ///     let id = insert_order(ctx.param("total")?).await?;
    ///     Ok::<_, Box<dyn std::error::Error + Send + Sync>>(StateValues::none().with("id", id))
    /// });
    /// # let _ = verifier;
    /// ```
    pub fn state<F, Fut>(mut self, name: impl Into<String>, set_up: F) -> Self
    where
        F: Fn(StateContext) -> Fut + Send + Sync + 'static,
        Fut: Future + Send + 'static,
        Fut::Output: IntoStateValues,
    {
        self.setups.insert(name.into(), Handler::new(set_up));
        self
    }

    /// Sets up the provider state of the name with its parameters as a type of one's own; otherwise
    /// as [`state`](Self::state).
    ///
    /// ```
    /// # use pact_provider::{StateContext, StateValues, Verifier};
    /// # async fn insert_order(order: Order) -> Result<u64, std::io::Error> { Ok(42) }
    /// #[derive(serde::Deserialize)]
    /// struct Order {
    ///     total: f64,
    /// }
    ///
    /// let verifier = Verifier::new("order-api").state_with(
    ///     "an order exists",
    ///     |_ctx: StateContext, order: Order| async move {
    ///         let id = insert_order(order).await?;
    ///         Ok::<_, std::io::Error>(StateValues::none().with("id", id))
    ///     },
    /// );
    /// # let _ = verifier;
    /// ```
    pub fn state_with<P, F, Fut>(self, name: impl Into<String>, set_up: F) -> Self
    where
        P: DeserializeOwned,
        F: Fn(StateContext, P) -> Fut + Send + Sync + 'static,
        Fut: Future + Send + 'static,
        Fut::Output: IntoStateValues,
    {
        self.state(name, move |context: StateContext| {
            let running = context
                .params_as::<P>()
                .map(|params| set_up(context, params));
            async move { running?.await.into_state_values() }
        })
    }

    /// Undoes the provider state of the name after each interaction, whatever its verdict.
    pub fn state_teardown<F, Fut>(mut self, name: impl Into<String>, tear_down: F) -> Self
    where
        F: Fn(StateContext) -> Fut + Send + Sync + 'static,
        Fut: Future + Send + 'static,
        Fut::Output: IntoStateValues,
    {
        self.teardowns.insert(name.into(), Handler::new(tear_down));
        self
    }

    /// Sets up and undoes every provider state that has no handler of its own; the context says
    /// which of the two.
    pub fn any_state<F, Fut>(mut self, handler: F) -> Self
    where
        F: Fn(StateContext) -> Fut + Send + Sync + 'static,
        Fut: Future + Send + 'static,
        Fut::Output: IntoStateValues,
    {
        self.any_state = Some(Handler::new(handler));
        self
    }

    /// Gives state handlers something they find with [`StateContext::data`]: a connection pool, say.
    pub fn data<T: Any + Send + Sync>(mut self, value: T) -> Self {
        self.data.insert(value);
        self
    }

    /// Sets up the states that have no handler by calling the address. Custom headers go along only
    /// to the provider's own origin.
    pub fn state_change_url(mut self, url: impl Into<String>) -> Self {
        self.state_url = Some(url.into());
        self
    }

    /// Puts name and parameters of a state into the query of the address, not into a JSON body.
    pub fn state_change_as_query(mut self, as_query: bool) -> Self {
        self.state_as_query = as_query;
        self
    }

    /// Calls the address after each interaction, too.
    pub fn state_change_teardown(mut self, teardown: bool) -> Self {
        self.state_teardown = teardown;
        self
    }

    /// Sets the deadline of a state handler; that of a request at first.
    pub fn state_timeout(mut self, deadline: Duration) -> Self {
        self.state_timeout = Some(deadline);
        self
    }

    /// Sets what becomes of interactions whose states nobody sets up; they fail at first.
    pub fn missing_states(mut self, missing: MissingStates) -> Self {
        self.missing_states = missing;
        self
    }
}
