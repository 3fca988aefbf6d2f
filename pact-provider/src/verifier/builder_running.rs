//! Setting the verifier up: code around the run and around each exchange, and how the run goes.

use std::fmt::Display;
use std::future::Future;
use std::time::Duration;

use bytes::Bytes;

use super::Verifier;
use crate::cancel::Signal;
use crate::hooks::{RequestFilter, ResponseHook, RunHook};
use crate::target::Answer;

impl Verifier {
    /// Changes each request before it is sent: signs it, adds a token. What it adds is not shown.
    pub fn request_filter<F, Fut, E>(mut self, filter: F) -> Self
    where
        F: Fn(http::Request<Bytes>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<http::Request<Bytes>, E>> + Send + 'static,
        E: Display,
    {
        self.request_filter = Some(RequestFilter::new(filter));
        self
    }

    /// Changes each request before it is sent, by a closure that waits for nothing; otherwise as
    /// [`request_filter`](Self::request_filter).
    ///
    /// ```
    /// # use pact_provider::Verifier;
    /// use http::header::{AUTHORIZATION, HeaderValue};
    ///
    /// let verifier = Verifier::new("order-api").request_filter_sync(|mut request| {
    ///     let token = HeaderValue::from_static("Bearer 1234");
    ///     request.headers_mut().insert(AUTHORIZATION, token);
    ///     Ok::<_, String>(request)
    /// });
    /// # let _ = verifier;
    /// ```
    pub fn request_filter_sync<F, E>(self, filter: F) -> Self
    where
        F: Fn(http::Request<Bytes>) -> Result<http::Request<Bytes>, E> + Send + Sync + 'static,
        E: Display + Send + 'static,
    {
        self.request_filter(move |request| std::future::ready(filter(request)))
    }

    /// Sees each answer before it is compared, and may change it: decrypt it, check a signature. An
    /// error fails the interaction.
    pub fn response_hook<F, Fut, E>(mut self, hook: F) -> Self
    where
        F: Fn(Answer) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Answer, E>> + Send + 'static,
        E: Display,
    {
        self.response_hook = Some(ResponseHook::new(hook));
        self
    }

    /// Runs before the first interaction, once there are pacts to verify. When it fails nothing is
    /// verified and the run has no verdict.
    pub fn before_all<F, Fut, E>(mut self, hook: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), E>> + Send + 'static,
        E: Display,
    {
        self.before_all = Some(RunHook::new(hook));
        self
    }

    /// Runs after the last interaction, whatever happened before: also when
    /// [`before_all`](Self::before_all) failed and when the run is cancelled. When it fails the run
    /// has no verdict and nothing is published.
    pub fn after_all<F, Fut, E>(mut self, hook: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), E>> + Send + 'static,
        E: Display,
    {
        self.after_all = Some(RunHook::new(hook));
        self
    }

    /// Sets the deadline of [`before_all`](Self::before_all) and [`after_all`](Self::after_all), a
    /// minute at first.
    pub fn hook_timeout(mut self, deadline: Duration) -> Self {
        self.hook_timeout = deadline;
        self
    }

    /// Verifies up to this many interactions at a time, of one pact or of several. The order of the
    /// report does not change; the provider must bear it that states of several interactions hold at
    /// once.
    ///
    /// Unless this is called, a provider shared by all interactions is asked one thing at a time, and
    /// one made for each by [`service_factory`](Self::service_factory) as many as there are
    /// processors.
    pub fn jobs(mut self, jobs: usize) -> Self {
        self.jobs = Some(jobs.max(1));
        self
    }

    /// Ends the run at the first failure that is not pending.
    pub fn exit_on_first_error(mut self, exit: bool) -> Self {
        self.exit_on_first_error = exit;
        self
    }

    /// Runs an interaction once that several pacts have in common, and gives all of them its verdict.
    ///
    /// Two interactions are the same when request, response, rules and provider states are, whatever
    /// they are called and whoever's they are. Only what held is not run again: failures, and
    /// requests with values made afresh, are run for each pact.
    pub fn run_identical_once(mut self, once: bool) -> Self {
        self.run_identical_once = once;
        self
    }

    /// Ends the run when the future does, Ctrl-C say: the requests under way are dropped, their
    /// provider states torn down, [`after_all`](Self::after_all) is called, nothing is published.
    ///
    /// Dropping the future of [`run`](Self::run) ends it, too, but without tearing anything down.
    pub fn cancel_on<F>(mut self, signal: F) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.cancel = Signal::new(signal);
        self
    }
}
