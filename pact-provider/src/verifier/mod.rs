//! The verifier: what a run does, in order.

mod assemble;
mod builder;
mod builder_pacts;
mod builder_states;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use pact_broker_client::{Secret, TlsOptions};
use tokio::task::JoinSet;

use crate::error::VerifyError;
use crate::filter::{Filter, FilterText};
use crate::interaction::{Home, verify};
use crate::provider::{Provider, RequestFilter};
use crate::publish::{self, Build};
use crate::report::{InteractionReport, PactReport, Publication, Report, Verdict};
use crate::rerun::Rerun;
use crate::source::{self, LoadedPact, ProviderIdentity, PublicationPoint, Source};
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
    branch: Option<String>,
    tags: Vec<String>,
    build_url: Option<String>,
    publish: Option<String>,
    jobs: usize,
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
    /// A pact is about to be verified.
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
    pub async fn run(mut self) -> Result<Report, VerifyError> {
        let started = jiff::Timestamp::now();
        let begun = Instant::now();
        let sources: Vec<Source> = self.sources.drain(..).collect::<Result<_, _>>()?;
        let filter = std::mem::take(&mut self.filter).compile()?;
        self.check(&sources, &filter)?;
        let provider = Arc::new(self.provider()?);
        let silent = self.silence_in_ci(&sources);
        let mut loaded = source::load(sources, &self.identity()).await;
        loaded.remarks.extend(silent);
        let mut report = Report {
            provider: self.name.clone(),
            pacts: Vec::new(),
            load_failures: loaded.failures,
            remarks: loaded.remarks,
            no_pacts_allowed: self.allow_no_pacts,
            filtered: filter.is_partial(),
            stopped_early: false,
            started,
            duration: Duration::ZERO,
        };
        let mut publications = Vec::new();
        for mut pact in loaded.pacts {
            if !filter.takes_pact(&pact.pact) {
                continue;
            }
            publications.push(pact.publication.take());
            let (pact, stopped) = self.verify_pact(&provider, &filter, pact).await;
            report.pacts.push(pact);
            if stopped {
                report.stopped_early = true;
                break;
            }
        }
        self.publish_results(&mut report.pacts, publications).await;
        report.duration = begun.elapsed();
        Ok(report)
    }

    /// Loads the pacts with the interactions that are to be verified, and does nothing with them.
    #[cfg(feature = "harness")]
    pub(crate) async fn load(mut self) -> Result<source::Loaded, VerifyError> {
        let sources: Vec<Source> = self.sources.drain(..).collect::<Result<_, _>>()?;
        let filter = std::mem::take(&mut self.filter).compile()?;
        let mut loaded = source::load(sources, &self.identity()).await;
        loaded.pacts.retain(|pact| filter.takes_pact(&pact.pact));
        for pact in &mut loaded.pacts {
            { &mut pact.pact.interactions }.retain(|interaction| filter.takes(interaction));
        }
        Ok(loaded)
    }

    /// Verifies this pact in place of those of the sources, and publishes nothing.
    #[cfg(feature = "harness")]
    pub(crate) fn only(mut self, pact: pact_core::model::Pact) -> Self {
        self.sources = vec![Ok(Source::Given(Box::new(pact)))];
        self.publish = None;
        self
    }

    /// Verifies the interactions of one pact, up to `jobs` at a time; they are reported in order.
    /// Returns also whether it stopped at a failure.
    async fn verify_pact(
        &self,
        provider: &Arc<Provider>,
        filter: &Filter,
        loaded: LoadedPact,
    ) -> (PactReport, bool) {
        let total = loaded.pact.interactions.len();
        let chosen = { loaded.pact.interactions.into_iter() }.filter(|one| filter.takes(one));
        let chosen: Vec<_> = chosen.collect();
        let home = Arc::new(Home {
            consumer: loaded.pact.consumer,
            pending: loaded.pending,
        });
        let mut report = PactReport {
            consumer: home.consumer.clone(),
            provider: loaded.pact.provider,
            origin: loaded.origin,
            pending: loaded.pending,
            wip: loaded.wip,
            notices: loaded.notices,
            warnings: loaded.warnings,
            interactions: Vec::with_capacity(chosen.len()),
            left_out: total,
            publication: Publication::NotAsked,
        };
        self.tell(Event::Pact {
            consumer: &report.consumer,
            origin: &report.origin,
            interactions: chosen.len(),
        });
        let (mut results, mut stopped) = (Vec::new(), false);
        let (mut waiting, mut running) = (chosen.into_iter().enumerate(), JoinSet::new());
        loop {
            while running.len() < self.jobs && !stopped {
                let Some((position, interaction)) = waiting.next() else {
                    break;
                };
                let (provider, home) = (Arc::clone(provider), Arc::clone(&home));
                running
                    .spawn(async move { (position, verify(&provider, &home, interaction).await) });
            }
            let Some(finished) = running.join_next().await else {
                break;
            };
            let Ok((position, mut result)) = finished else {
                // `verify` catches panics; should a task be lost all the same, the run cannot pass.
                stopped = true;
                continue;
            };
            if result.verdict() != Verdict::Passed {
                result.rerun = self.rerun.command(&report, &result);
            }
            self.tell(Event::Interaction(&result));
            stopped |= self.exit_on_first_error && result.verdict() == Verdict::Failed;
            results.push((position, result));
        }
        results.sort_by_key(|(position, _)| *position);
        report
            .interactions
            .extend(results.into_iter().map(|(_, result)| result));
        report.left_out -= report.interactions.len();
        (report, stopped)
    }

    async fn publish_results(
        &self,
        pacts: &mut [PactReport],
        publications: Vec<Option<PublicationPoint>>,
    ) {
        let Some(version) = &self.publish else { return };
        let build = Build {
            version,
            branch: self.branch.as_deref(),
            tags: &self.tags,
            url: self.build_url.as_deref(),
        };
        for (pact, point) in pacts.iter_mut().zip(publications) {
            if let Some(point) = point {
                pact.publication = publish::publish(&build, &point, pact).await;
            }
        }
    }

    /// Warns of a build whose results would help others and are not published.
    fn silence_in_ci(&self, sources: &[Source]) -> Option<String> {
        let from_broker = { sources.iter() }.any(|source| matches!(source, Source::Broker(_)));
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
