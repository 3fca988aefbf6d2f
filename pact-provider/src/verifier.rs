//! The verifier: what to verify, against what, and the run.

use std::future::Future;
use std::path::PathBuf;
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::{self, StreamExt};
use http::header::{HeaderMap, HeaderName, HeaderValue};
use http::{Request, Response};
use http_body_util::Full;
use pact_broker_client::{BrokerOptions, ParseHeaderError, TlsOptions, client_config};
use tower::Service;

use crate::error::VerifyError;
use crate::filter::Filter;
use crate::interaction::{Expected, Runner};
use crate::publish::{PublishOptions, publish};
use crate::report::{PactResult, Report};
use crate::source::{BrokerSource, LoadedPact, Source};
use crate::state::{StateAction, StateContext, StateOutcome, StateUrl, States};
use crate::target::{HttpTarget, InProcess, Target};

/// Time for one call of the provider or of a state handler, unless said otherwise.
const TIMEOUT: Duration = Duration::from_secs(5);

/// Replays the contracts of a provider's consumers against the provider.
#[must_use = "nothing is verified before `.run()`"]
pub struct Verifier {
    provider: String,
    target: Option<Chosen>,
    sources: Vec<Source>,
    states: States,
    filter: Filter,
    headers: HeaderMap,
    timeout: Duration,
    jobs: usize,
    publish: Option<PublishOptions>,
    ignore_no_pacts: bool,
    exit_on_first_failure: bool,
    state_tls: TlsOptions,
}

enum Chosen {
    Http(HttpTarget),
    Service(InProcess),
}

impl Verifier {
    /// Returns a verifier for the provider of this name.
    pub fn new(provider: impl Into<String>) -> Self {
        Self {
            provider: provider.into(),
            target: None,
            sources: Vec::new(),
            states: States::default(),
            filter: Filter::default(),
            headers: HeaderMap::new(),
            timeout: TIMEOUT,
            jobs: 1,
            publish: None,
            ignore_no_pacts: false,
            exit_on_first_failure: false,
            state_tls: TlsOptions::default(),
        }
    }

    /// Verifies the server at the base URL.
    pub fn url(self, url: impl Into<String>) -> Self {
        self.http(HttpTarget::new(url))
    }

    /// Verifies a server, with TLS and redirects as said.
    pub fn http(self, target: HttpTarget) -> Self {
        Self {
            target: Some(Chosen::Http(target)),
            ..self
        }
    }

    /// Verifies a service in this process; it is cloned for each request.
    pub fn service<S, R>(self, service: S) -> Self
    where
        S: Service<Request<Full<Bytes>>, Response = Response<R>> + Clone + Send + 'static,
        S::Future: Send + 'static,
        S::Error: std::fmt::Display + Send,
        R: http_body::Body + Send + 'static,
        R::Data: Send,
        R::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        Self {
            target: Some(Chosen::Service(InProcess::new(service))),
            ..self
        }
    }

    /// Handles a provider state before the request.
    pub fn state<F, Fut>(mut self, name: impl Into<String>, handler: F) -> Self
    where
        F: Fn(StateContext) -> Fut + Send + Sync + 'static,
        Fut: Future + Send + 'static,
        Fut::Output: StateOutcome,
    {
        self.states.handle(StateAction::Setup, name.into(), handler);
        self
    }

    /// Handles a provider state after the request, whatever came of it.
    pub fn state_teardown<F, Fut>(mut self, name: impl Into<String>, handler: F) -> Self
    where
        F: Fn(StateContext) -> Fut + Send + Sync + 'static,
        Fut: Future + Send + 'static,
        Fut::Output: StateOutcome,
    {
        self.states
            .handle(StateAction::Teardown, name.into(), handler);
        self
    }

    /// Changes provider states by calling an address.
    pub fn state_change_url(mut self, url: StateUrl) -> Self {
        self.states.call_url(url);
        self
    }

    /// Sets whom to trust when the state-change address is https.
    pub fn state_change_tls(self, tls: TlsOptions) -> Self {
        Self {
            state_tls: tls,
            ..self
        }
    }

    /// Verifies the provider's pacts in a folder.
    pub fn pacts_from_dir(self, folder: impl Into<PathBuf>) -> Self {
        self.source(Source::Dir(folder.into()))
    }

    /// Verifies a pact file.
    pub fn pact_file(self, path: impl Into<PathBuf>) -> Self {
        self.source(Source::File(path.into()))
    }

    /// Verifies the pact at an address.
    pub fn pact_url(self, url: impl Into<String>) -> Self {
        let url = url.into();
        let options = Box::new(BrokerOptions::new(url.clone()));
        self.source(Source::Url { url, options })
    }

    /// Verifies the pacts a broker chooses.
    pub fn broker(self, broker: BrokerSource) -> Self {
        self.source(Source::Broker(Box::new(broker)))
    }

    /// Verifies the pacts of the broker the environment names (see [`BrokerSource::from_env`]); does
    /// nothing when it names none.
    pub fn broker_from_env(self) -> Self {
        match BrokerSource::from_env() {
            Some(broker) => self.broker(broker),
            None => self,
        }
    }

    /// Adds a source of pacts; several are used in the order they were added.
    pub fn source(mut self, source: Source) -> Self {
        self.sources.push(source);
        self
    }

    /// Leaves out interactions.
    pub fn filter(self, filter: Filter) -> Self {
        Self { filter, ..self }
    }

    /// Sends a header with every request to the provider, in place of the contract's own.
    ///
    /// # Errors
    ///
    /// When name or value may not stand in a header.
    pub fn header(mut self, name: &str, value: &str) -> Result<Self, ParseHeaderError> {
        let key = HeaderName::from_bytes(name.as_bytes()).map_err(|_| ParseHeaderError::Name {
            name: name.to_owned(),
        })?;
        let mut value = HeaderValue::from_str(value).map_err(|_| ParseHeaderError::Value {
            name: name.to_owned(),
        })?;
        value.set_sensitive(true);
        self.headers.insert(key, value);
        Ok(self)
    }

    /// Sets the time one call of the provider or of a state handler may take; five seconds unless
    /// said otherwise.
    pub fn timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    /// Verifies this many interactions at a time; their states must not disturb each other.
    pub fn jobs(self, jobs: usize) -> Self {
        Self {
            jobs: jobs.max(1),
            ..self
        }
    }

    /// Publishes the results to the broker the pacts came from.
    pub fn publish(self, options: PublishOptions) -> Self {
        Self {
            publish: Some(options),
            ..self
        }
    }

    /// Makes a run that finds no pacts a success.
    pub fn ignore_no_pacts(self) -> Self {
        Self {
            ignore_no_pacts: true,
            ..self
        }
    }

    /// Stops at the first failure that is not pending.
    pub fn exit_on_first_failure(self) -> Self {
        Self {
            exit_on_first_failure: true,
            ..self
        }
    }

    /// Loads the pacts, replays them, publishes the results and reports.
    ///
    /// # Errors
    ///
    /// When the verifier is set up so that it cannot run. Pacts that cannot be loaded, failures and
    /// results that cannot be published are in the report.
    pub async fn run(mut self) -> Result<Report, VerifyError> {
        let target = self.connect()?;
        let mut report = self.empty_report(&target);
        let mut loaded = Vec::new();
        for source in &self.sources {
            let (pacts, errors) = source.load(&self.provider).await;
            loaded.extend(
                pacts
                    .into_iter()
                    .filter(|pact| self.filter.keeps_pact(&pact.pact)),
            );
            report.load_errors.extend(errors);
        }
        let state_client = self.state_client()?;
        let runner = Runner {
            target: &target,
            states: &self.states,
            state_client: &state_client,
            headers: &self.headers,
            timeout: self.timeout,
        };
        for pact in loaded {
            let mut result = self.verify(&runner, &pact, &mut report.warnings).await;
            self.publish_result(&pact, &mut result, &mut report.publish_errors)
                .await;
            let failed = result
                .interactions
                .iter()
                .any(|interaction| !interaction.pending)
                && !result.is_success();
            report.pacts.push(result);
            if failed && self.exit_on_first_failure {
                break;
            }
        }
        Ok(report)
    }

    fn connect(&mut self) -> Result<Target, VerifyError> {
        if self.sources.is_empty() {
            return Err(VerifyError::NoSource);
        }
        if self.publish.is_some() && self.filter.splits_pacts() {
            return Err(VerifyError::PublishFiltered);
        }
        match self.target.take() {
            Some(Chosen::Http(target)) => target.connect().map(Target::Http),
            Some(Chosen::Service(service)) => Ok(Target::Service(service)),
            None => Err(VerifyError::NoTarget),
        }
    }

    fn state_client(&self) -> Result<reqwest::Client, VerifyError> {
        reqwest::Client::builder()
            .tls_backend_preconfigured(client_config(&self.state_tls)?)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .map_err(VerifyError::Client)
    }

    fn empty_report(&self, target: &Target) -> Report {
        Report {
            provider: self.provider.clone(),
            target: target.place(),
            pacts: Vec::new(),
            load_errors: Vec::new(),
            publish_errors: Vec::new(),
            warnings: Vec::new(),
            ignore_no_pacts: self.ignore_no_pacts,
        }
    }

    /// Replays one pact: everything is compiled before the first request is sent.
    async fn verify(
        &self,
        runner: &Runner<'_>,
        loaded: &LoadedPact,
        warnings: &mut Vec<String>,
    ) -> PactResult {
        let pact = &loaded.pact;
        warnings.extend(
            loaded
                .warnings
                .iter()
                .map(|warning| format!("{}: {warning}", loaded.origin)),
        );
        let kept: Vec<_> = pact
            .interactions
            .iter()
            .filter(|interaction| self.filter.keeps(interaction))
            .collect();
        if self.states.is_empty()
            && kept
                .iter()
                .any(|interaction| !interaction.provider_states.is_empty())
        {
            warnings.push(format!(
                "{}: it names provider states, but nothing sets them up: give `.state(…)` or `--state-change-url`",
                loaded.origin
            ));
        }
        let compiled: Vec<_> = kept
            .iter()
            .map(|interaction| (*interaction, Expected::compile(interaction)))
            .collect();
        let pending = loaded.pending;
        let mut running = stream::iter(&compiled)
            .map(|(interaction, expected)| runner.verify(interaction, expected, pending))
            .buffered(self.jobs);
        let mut interactions = Vec::with_capacity(compiled.len());
        while let Some(result) = running.next().await {
            let failed =
                !result.pending && !matches!(result.verdict, crate::report::Verdict::Passed);
            interactions.push(result);
            if failed && self.exit_on_first_failure {
                break;
            }
        }
        PactResult {
            consumer: pact.consumer.clone(),
            origin: loaded.origin.clone(),
            pending,
            wip: loaded.wip,
            notices: loaded.notices.clone(),
            published: false,
            filtered_out: pact.interactions.len() - kept.len(),
            interactions,
        }
    }

    /// Publishes the result of a pact that was verified as a whole.
    async fn publish_result(
        &self,
        loaded: &LoadedPact,
        result: &mut PactResult,
        errors: &mut Vec<String>,
    ) {
        let (Some(options), Some(origin)) = (&self.publish, &loaded.broker) else {
            return;
        };
        if result.interactions.len() < loaded.pact.interactions.len()
            || result.interactions.is_empty()
        {
            errors.push(format!(
                "the result of {} was not published: not every interaction was verified",
                loaded.origin
            ));
            return;
        }
        match publish(origin, result, options).await {
            Ok(()) => result.published = true,
            Err(error) => errors.push(error.to_string()),
        }
    }
}
