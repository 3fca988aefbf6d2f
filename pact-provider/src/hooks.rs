//! Code of the user's around the run and around each exchange: its errors, its panics and its delays
//! become data.

use std::fmt::Display;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use crate::error::{HookError, HookMoment, InteractionError};
use crate::guard::caught_within;
use crate::target::Answer;

type Running<T> = Pin<Box<dyn Future<Output = Result<T, String>> + Send>>;

/// Turns what goes over the wire into what is used in its place.
pub(crate) struct Filter<T>(Arc<dyn Fn(T) -> Running<T> + Send + Sync>);

/// Changes each request before it is sent: signs it, adds a token.
pub(crate) type RequestFilter = Filter<http::Request<Bytes>>;

/// Sees each answer before it is compared, and may change it.
pub(crate) type ResponseHook = Filter<Answer>;

/// Runs before the first interaction, or after the last.
pub(crate) struct RunHook(Arc<dyn Fn() -> Running<()> + Send + Sync>);

impl<T: 'static> Filter<T> {
    pub(crate) fn new<F, Fut, E>(filter: F) -> Self
    where
        F: Fn(T) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<T, E>> + Send + 'static,
        E: Display,
    {
        Self(Arc::new(move |value| {
            let filtered = filter(value);
            Box::pin(async move { filtered.await.map_err(|error| error.to_string()) })
        }))
    }

    async fn apply(&self, value: T, deadline: Duration) -> Result<T, String> {
        bounded(async { (self.0)(value).await }, deadline).await
    }
}

impl RequestFilter {
    pub(crate) async fn request(
        &self,
        request: http::Request<Bytes>,
        deadline: Duration,
    ) -> Result<http::Request<Bytes>, InteractionError> {
        let filtered = self.apply(request, deadline).await;
        filtered.map_err(|reason| InteractionError::Request {
            reason: format!("the request filter failed: {reason}"),
        })
    }
}

impl ResponseHook {
    pub(crate) async fn answer(
        &self,
        answer: Answer,
        deadline: Duration,
    ) -> Result<Answer, InteractionError> {
        let seen = self.apply(answer, deadline).await;
        seen.map_err(|reason| InteractionError::ResponseHook { reason })
    }
}

impl RunHook {
    pub(crate) fn new<F, Fut, E>(hook: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), E>> + Send + 'static,
        E: Display,
    {
        Self(Arc::new(move || {
            let running = hook();
            Box::pin(async move { running.await.map_err(|error| error.to_string()) })
        }))
    }

    pub(crate) async fn call(
        &self,
        moment: HookMoment,
        deadline: Duration,
    ) -> Result<(), HookError> {
        let called = bounded(async { (self.0)().await }, deadline).await;
        called.map_err(|reason| HookError { moment, reason })
    }
}

/// Awaits code of the user's, which may fail, panic or hang.
async fn bounded<T>(
    running: impl Future<Output = Result<T, String>>,
    deadline: Duration,
) -> Result<T, String> {
    match caught_within(deadline, running).await {
        Ok(Ok(result)) => result,
        Ok(Err(panic)) => Err(format!("it panicked: {panic}")),
        Err(_) => Err(format!("it took longer than {} s", deadline.as_secs_f64())),
    }
}
