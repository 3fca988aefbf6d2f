//! The verifier: what a run does, in order.

#[cfg(feature = "harness")]
mod apart;
mod assemble;
mod builder;
mod builder_pacts;
mod builder_running;
mod builder_states;
mod execute;
mod repeats;

use std::collections::HashMap;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::time::{Duration, Instant};

use pact_broker_client::{Secret, TlsOptions};
use tokio::task::JoinSet;

#[cfg(feature = "harness")]
pub(crate) use self::apart::ToTest;
use self::execute::Course;
use crate::cancel::{Cancellation, Signal};
use crate::error::{HookMoment, VerifyError};
use crate::filter::{Filter, FilterText};
use crate::hooks::{RequestFilter, ResponseHook, RunHook};
use crate::publish::{self, Build};
use crate::report::{InteractionReport, Publication, Report};
use crate::rerun::Rerun;
use crate::source::{self, Destination, Loaded, LoadedPact, ProviderIdentity, Source};
use crate::state::{Data, Handler, MissingStates};
use crate::target::{Producers, ServiceTarget};

/// Verifies a provider against the pacts of its consumers. See the [crate] for an example.
///
/// Nothing happens before [`Verifier::run`], which also reports what was given wrongly.
#[must_use = "nothing is verified before `.run().await`"]
pub struct Verifier {
    name: String,
    main: Option<TargetText>,
    transports: Vec<(String, String)>,
    headers: Vec<(String, Secret)>,
    tls: TlsOptions,
    follow_redirects: bool,
    request_timeout: Duration,
    state_timeout: Option<Duration>,
    max_answer: usize,
    request_filter: Option<RequestFilter>,
    response_hook: Option<ResponseHook>,
    before_all: Option<RunHook>,
    after_all: Option<RunHook>,
    hook_timeout: Duration,
    cancel: Signal,
    run_identical_once: bool,
    producers: Producers,
    setups: HashMap<String, Handler>,
    teardowns: HashMap<String, Handler>,
    any_state: Option<Handler>,
    state_url: Option<String>,
    state_as_query: bool,
    state_teardown: bool,
    missing_states: MissingStates,
    data: Data,
    sources: Vec<Result<Source, VerifyError>>,
    allow_no_pacts: bool,
    filter: FilterText,
    /// What the environment chooses among what `filter` leaves.
    environment: FilterText,
    branch: Option<String>,
    tags: Vec<String>,
    build_url: Option<String>,
    publish: Option<String>,
    jobs: Option<usize>,
    exit_on_first_error: bool,
    rerun: Rerun,
    observer: Option<Observer>,
}

/// The provider as it was given.
enum TargetText {
    Service(ServiceTarget),
    Url(String),
}

/// Something that just happened in a run, for showing progress.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// A pact is about to be verified. With several jobs some of the pacts before it may be under way.
    Pact {
        /// The consumer.
        consumer: &'a str,
        /// Where the pact came from.
        origin: &'a str,
        /// How many of its interactions will be verified.
        interactions: usize,
    },
    /// An interaction has its verdict. With several jobs they come in any order.
    Interaction(&'a InteractionReport),
}

type Observer = Arc<dyn Fn(Event<'_>) + Send + Sync>;

impl Verifier {
    /// Loads the pacts, verifies each interaction, publishes the results if asked to.
    ///
    /// What does not hold is in the report, and so are pacts that cannot be loaded and results that
    /// cannot be published. When the future is dropped the run ends and nothing is published.
    ///
    /// # Errors
    ///
    /// When the verifier was set up in a way that cannot mean anything.
    ///
    /// # Panics
    ///
    /// When what was given to [`observe`](Self::observe) does, or the runtime is shut down meanwhile.
    pub async fn run(self) -> Result<Report, VerifyError> {
        // As a task, because connections are driven by tasks, too: what a connection got is taken up
        // on the thread that got it, where a future that the user waits for would have to be woken
        // on another. Whoever drops this future drops the set, which ends the task.
        let mut tasks = JoinSet::new();
        tasks.spawn(self.run_through());
        match tasks.join_next().await {
            Some(Ok(result)) => result,
            Some(Err(lost)) => resume_unwind(lost.into_panic()),
            None => unreachable!("a task was spawned"),
        }
    }

    async fn run_through(mut self) -> Result<Report, VerifyError> {
        let begun = Instant::now();
        let sources: Vec<Source> = self.sources.drain(..).collect::<Result<_, _>>()?;
        let filter = self.take_filter()?;
        self.check(&sources, &filter)?;
        let (cancellation, _watchman) = Cancellation::on(std::mem::take(&mut self.cancel));
        let mut report = self.blank_report(&filter);
        let provider = Arc::new(self.provider(cancellation.clone())?);
        let identity = self.identity();
        let loading = source::load(sources, &identity);
        let loaded = cancellation.unless(loading).await.unwrap_or_default();
        report.remarks.extend(self.silence_in_ci(&loaded));
        report.remarks.extend(loaded.remarks);
        report.load_failures = loaded.failures;
        let mut pacts = loaded.pacts;
        pacts.retain(|pact| filter.takes_pact(&pact.pact));
        note_choice(&mut report, &filter, &pacts);
        let mut course = Course::new(provider, filter, &pacts);
        let destinations = self.verify_pacts(&mut course, pacts, &mut report).await;
        report.cancelled = cancellation.is_cancelled();
        self.publish_results(&mut report, destinations, &cancellation)
            .await;
        report.duration = begun.elapsed();
        Ok(report)
    }

    /// Verifies the pacts between what runs before and after all of them. Returns where the results
    /// of each are published.
    async fn verify_pacts(
        &self,
        course: &mut Course,
        mut pacts: Vec<LoadedPact>,
        report: &mut Report,
    ) -> Vec<Destination> {
        let mut destinations = Vec::new();
        if pacts.is_empty() {
            return destinations;
        }
        if let Some(hook) = &self.before_all {
            let calling = hook.call(HookMoment::BeforeAll, self.hook_timeout);
            let called = course.provider.cancellation.unless(calling).await;
            report.hook_failures.extend(called.and_then(Result::err));
        }
        if report.hook_failures.is_empty() {
            for pact in &mut pacts {
                let destination = &mut pact.destination;
                destinations.push(std::mem::replace(destination, Destination::Nowhere));
            }
            (report.pacts, report.stopped_early) = self.verify_all(course, pacts).await;
        }
        if let Some(hook) = &self.after_all {
            let called = hook.call(HookMoment::AfterAll, self.hook_timeout).await;
            report.hook_failures.extend(called.err());
        }
        destinations
    }

    fn take_filter(&mut self) -> Result<Filter, VerifyError> {
        Filter::compile([
            std::mem::take(&mut self.filter),
            std::mem::take(&mut self.environment),
        ])
    }

    fn blank_report(&self, filter: &Filter) -> Report {
        Report {
            provider: self.name.clone(),
            pacts: Vec::new(),
            load_failures: Vec::new(),
            remarks: Vec::new(),
            no_pacts_allowed: self.allow_no_pacts,
            unknown_consumers: Vec::new(),
            filtered: filter.is_partial(),
            stopped_early: false,
            cancelled: false,
            hook_failures: Vec::new(),
            started: jiff::Timestamp::now(),
            duration: Duration::ZERO,
        }
    }

    async fn publish_results(
        &self,
        report: &mut Report,
        destinations: Vec<Destination>,
        cancellation: &Cancellation,
    ) {
        let Some(version) = &self.publish else { return };
        // What was not looked at to the end has no result.
        if report.cancelled || report.stopped_early || !report.hook_failures.is_empty() {
            let remark = "the run did not come to its end, so nothing is published";
            return report.remarks.push(remark.to_owned());
        }
        let build = Build {
            version,
            branch: self.branch.as_deref(),
            tags: &self.tags,
            url: self.build_url.as_deref(),
        };
        for (pact, destination) in report.pacts.iter_mut().zip(destinations) {
            let publishing = publish::publish(&build, &destination, pact);
            match cancellation.unless(publishing).await {
                Some(publication) => pact.publication = publication,
                None => {
                    pact.publication = Publication::cancelled();
                    report.cancelled = true;
                }
            }
        }
    }

    /// Warns of a build whose results would help others and are not published.
    fn silence_in_ci(&self, loaded: &Loaded) -> Option<String> {
        let from_broker =
            { loaded.pacts.iter() }.any(|pact| matches!(pact.destination, Destination::Broker(_)));
        let in_ci = std::env::var("CI").is_ok_and(|ci| !matches!(ci.as_str(), "" | "false" | "0"));
        (from_broker && in_ci && self.publish.is_none()).then(|| {
            "this build publishes no results, so nobody can deploy on the strength of them; \
             give its version with `.publish(..)` or --publish"
                .to_owned()
        })
    }

    fn tell(&self, event: Event<'_>) {
        if let Some(observer) = &self.observer {
            observer(event);
        }
    }

    fn identity(&self) -> ProviderIdentity<'_> {
        ProviderIdentity {
            name: &self.name,
            branch: self.branch.as_deref(),
            tags: &self.tags,
        }
    }
}

/// Says which consumers were named for nothing; a verifier without a name gets that in the pacts.
fn note_choice(report: &mut Report, filter: &Filter, pacts: &[LoadedPact]) {
    let chosen: Vec<_> = pacts.iter().map(|loaded| &loaded.pact).collect();
    for name in filter.without_pact(&chosen) {
        let remark = format!("no pact of `{name}` was found");
        report.remarks.push(remark);
        report.unknown_consumers.push(name.to_owned());
    }
    if report.provider.is_empty() {
        let first = chosen.first().map_or("provider", |pact| &pact.provider);
        first.clone_into(&mut report.provider);
    }
}
