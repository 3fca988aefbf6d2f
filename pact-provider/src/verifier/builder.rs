//! Setting the verifier up: the provider, and how it is called.

use std::any::Any;
use std::fmt::Display;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use pact_broker_client::{Secret, TlsOptions};
use tower::Service;

use super::{Event, TargetText, Verifier};
use crate::cancel::Signal;
use crate::filter::FilterText;
use crate::report::{InteractionReport, PactReport};
use crate::rerun::Rerun;
use crate::target::{MessageContext, ProducedMessage, Provided, ServiceTarget};

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// How long a provider may take for an answer when nothing else is said.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(5);

/// How much of an answer is read when nothing else is said.
const MAX_ANSWER: usize = 64 << 20;

/// How long what runs before and after all interactions may take when nothing else is said.
const HOOK_TIMEOUT: Duration = Duration::from_secs(60);

impl Verifier {
    /// Returns a verifier of the provider, whose name is that in the pacts. Without a name the pacts
    /// are taken whoever they are with.
    ///
    /// `PACT_DESCRIPTION`, `PACT_PROVIDER_STATE`, `PACT_PROVIDER_NO_STATE` and `PACT_INTERACTION` in
    /// the environment choose among the interactions, so that one can be run again without touching
    /// code. A filtered run publishes nothing.
    pub fn new(provider: impl Into<String>) -> Self {
        let variable = |name: &str| std::env::var(name).ok();
        Self {
            name: provider.into(),
            main: None,
            transports: Vec::new(),
            headers: Vec::new(),
            tls: TlsOptions::default(),
            follow_redirects: false,
            request_timeout: REQUEST_TIMEOUT,
            state_timeout: None,
            max_answer: MAX_ANSWER,
            request_filter: None,
            response_hook: None,
            before_all: None,
            after_all: None,
            hook_timeout: HOOK_TIMEOUT,
            cancel: Signal::default(),
            run_identical_once: false,
            producers: crate::target::Producers::default(),
            setups: std::collections::HashMap::new(),
            teardowns: std::collections::HashMap::new(),
            any_state: None,
            state_url: None,
            state_as_query: false,
            state_teardown: false,
            missing_states: crate::state::MissingStates::default(),
            data: crate::state::Data::default(),
            sources: Vec::new(),
            allow_no_pacts: false,
            filter: FilterText::default(),
            environment: FilterText::of_environment(variable),
            branch: None,
            tags: Vec::new(),
            build_url: None,
            publish: None,
            jobs: None,
            exit_on_first_error: false,
            rerun: Rerun::of_this_test(),
            observer: None,
        }
    }

    /// Verifies the provider that listens at the address; a path in it stands before each request's.
    pub fn url(mut self, base: impl Into<String>) -> Self {
        self.main = Some(TargetText::Url(base.into()));
        self
    }

    /// Verifies the service itself, in this process and without a port.
    pub fn service<S, B>(mut self, service: S) -> Self
    where
        S: Service<http::Request<Full<Bytes>>, Response = http::Response<B>>,
        S: Clone + Send + Sync + 'static,
        S::Future: Send,
        S::Error: Into<BoxError>,
        B: http_body::Body + Send + 'static,
        B::Data: Send,
        B::Error: Into<BoxError>,
    {
        let provided = Provided::new(service, None);
        self.main = Some(TargetText::Service(ServiceTarget::Shared(provided)));
        self
    }

    /// Makes a service for each interaction, with data its state handlers find with
    /// [`StateContext::data`](crate::StateContext::data): interactions cannot disturb each other,
    /// whatever the number of [`jobs`](Self::jobs).
    pub fn service_factory<F, Fut, S, B, T>(mut self, make: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = (S, T)> + Send + 'static,
        S: Service<http::Request<Full<Bytes>>, Response = http::Response<B>>,
        S: Clone + Send + Sync + 'static,
        S::Future: Send,
        S::Error: Into<BoxError>,
        B: http_body::Body + Send + 'static,
        B::Data: Send,
        B::Error: Into<BoxError>,
        T: Any + Send + Sync,
    {
        let target = ServiceTarget::fresh(move || {
            let made = make();
            async move {
                let (service, data) = made.await;
                Provided::new(service, Some(Arc::new(data)))
            }
        });
        self.main = Some(TargetText::Service(target));
        self
    }

    /// Sends interactions of a transport (`message`, `sync-message`, or what a V4 interaction names)
    /// to an address of their own.
    pub fn transport(mut self, name: impl Into<String>, url: impl Into<String>) -> Self {
        self.transports.push((name.into(), url.into()));
        self
    }

    /// Produces the message of the description.
    pub fn message<F, Fut, E>(self, description: impl Into<String>, produce: F) -> Self
    where
        F: Fn(MessageContext) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<ProducedMessage, E>> + Send + 'static,
        E: Display,
    {
        self.messages(description, move |context| {
            let produced = produce(context);
            async move { produced.await.map(|message| vec![message]) }
        })
    }

    /// Produces the messages of the description, for a contract in which one message is answered by
    /// several.
    pub fn messages<F, Fut, E>(mut self, description: impl Into<String>, produce: F) -> Self
    where
        F: Fn(MessageContext) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Vec<ProducedMessage>, E>> + Send + 'static,
        E: Display,
    {
        self.producers.add(description.into(), produce);
        self
    }

    /// Adds a header to every request to the provider, in place of the contract's of that name. Its
    /// value is never shown.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), Secret::new(value)));
        self
    }

    /// Sets whom to trust, and who we are, when the provider speaks TLS.
    pub fn tls(mut self, tls: TlsOptions) -> Self {
        self.tls = tls;
        self
    }

    /// Follows redirects instead of comparing them with the contract. To another origin no
    /// credentials go along.
    pub fn follow_redirects(mut self, follow: bool) -> Self {
        self.follow_redirects = follow;
        self
    }

    /// Sets the deadline of one request, from connecting to the last byte; five seconds at first.
    pub fn request_timeout(mut self, deadline: Duration) -> Self {
        self.request_timeout = deadline;
        self
    }

    /// Sets how large an answer may be, in bytes; 64 MiB at first.
    pub fn max_answer(mut self, bytes: usize) -> Self {
        self.max_answer = bytes;
        self
    }

    /// Sets how the report words the command that runs one interaction again.
    pub fn rerun_command<F>(mut self, command: F) -> Self
    where
        F: Fn(&PactReport, &InteractionReport) -> String + Send + Sync + 'static,
    {
        self.rerun = Rerun::Custom(Arc::new(command));
        self
    }

    /// Calls the closure as things happen.
    pub fn observe<F>(mut self, observer: F) -> Self
    where
        F: Fn(Event<'_>) + Send + Sync + 'static,
    {
        self.observer = Some(Arc::new(observer));
        self
    }
}
