//! Running the interactions of one pact, several at a time where that is allowed.

use std::collections::HashSet;
use std::sync::Arc;
use std::thread::available_parallelism;

use pact_core::model::Interaction;
use tokio::task::JoinSet;

use super::repeats::{Fingerprint, Repeats};
use super::{Event, Verifier};
use crate::error::InteractionError;
use crate::filter::Filter;
use crate::interaction::{Home, passed_elsewhere, verify};
use crate::provider::Provider;
use crate::report::{InteractionReport, Outcome, PactReport, Publication, Verdict};
use crate::source::LoadedPact;
use crate::target::{ServiceTarget, Target};

/// What all pacts of a run share.
pub(super) struct Course {
    pub(super) provider: Arc<Provider>,
    pub(super) filter: Filter,
    pub(super) repeats: Repeats,
    /// Descriptions that do not tell one interaction from all others.
    ambiguous: Arc<HashSet<String>>,
}

impl Course {
    /// Returns what the pacts share, before the first of them is verified.
    pub(super) fn new(provider: Arc<Provider>, filter: Filter, pacts: &[LoadedPact]) -> Self {
        let (mut seen, mut ambiguous) = (HashSet::new(), HashSet::new());
        for pact in pacts {
            for interaction in &pact.pact.interactions {
                let description = interaction.description.as_str();
                if !seen.insert(description) {
                    ambiguous.insert(description.to_owned());
                }
            }
        }
        Self {
            provider,
            filter,
            repeats: Repeats::default(),
            ambiguous: Arc::new(ambiguous),
        }
    }
}

/// An interaction with its verdict and its place in the pact.
type Finished = (usize, Option<Fingerprint>, InteractionReport);

/// An interaction to verify.
struct Job {
    provider: Arc<Provider>,
    home: Arc<Home>,
    position: usize,
    fingerprint: Option<Fingerprint>,
    interaction: Interaction,
}

impl Job {
    async fn done(self) -> Finished {
        let result = verify(&self.provider, &self.home, self.interaction).await;
        (self.position, self.fingerprint, result)
    }
}

/// Those who verify interactions: one after the other, or so many at a time.
struct Crew {
    jobs: usize,
    /// What runs beside others.
    running: JoinSet<Finished>,
    /// What was run alone.
    done: Option<Finished>,
}

impl Crew {
    fn of(jobs: usize) -> Self {
        Self {
            jobs,
            running: JoinSet::new(),
            done: None,
        }
    }

    fn has_room(&self) -> bool {
        self.done.is_none() && self.running.len() < self.jobs
    }

    /// Does the job to its end when it is to be alone, and beside others otherwise.
    async fn take_on(&mut self, job: Job) {
        if self.jobs == 1 {
            // A task for each would cost more than a service in this process takes to answer. Where
            // nothing has to be waited for, others get their turn all the same.
            tokio::task::consume_budget().await;
            self.done = Some(Box::pin(job.done()).await);
        } else {
            self.running.spawn(job.done());
        }
    }

    /// Returns an interaction that has its verdict, or nothing for one that was lost; nothing at all
    /// when no more are under way.
    async fn finished(&mut self) -> Option<Option<Finished>> {
        match self.done.take() {
            Some(done) => Some(Some(done)),
            None => self.running.join_next().await.map(Result::ok),
        }
    }
}

impl Verifier {
    /// Verifies the interactions of one pact, up to `jobs` at a time; they are reported in order.
    /// Returns also whether it stopped at a failure.
    pub(super) async fn verify_pact(
        &self,
        course: &mut Course,
        loaded: LoadedPact,
    ) -> (PactReport, bool) {
        let total = loaded.pact.interactions.len();
        let filter = &course.filter;
        let consumer = loaded.pact.consumer;
        let chosen: Vec<_> = { loaded.pact.interactions.into_iter() }
            .filter(|interaction| filter.takes(&consumer, interaction))
            .collect();
        let home = Arc::new(Home {
            consumer,
            pending: loaded.pending,
            ambiguous: Arc::clone(&course.ambiguous),
        });
        let mut report = PactReport {
            consumer: home.consumer.clone(),
            provider: loaded.pact.provider,
            origin: loaded.origin,
            pending: loaded.pending,
            wip: loaded.wip,
            notices: loaded.notices,
            warnings: loaded.warnings,
            interactions: Vec::new(),
            left_out: total,
            publication: Publication::NotAsked,
        };
        self.tell(Event::Pact {
            consumer: &report.consumer,
            origin: &report.origin,
            interactions: chosen.len(),
        });
        let (results, stopped) = self.verify_all(course, &home, &report, chosen).await;
        report.interactions = results;
        report.left_out -= report.interactions.len();
        (report, stopped)
    }

    async fn verify_all(
        &self,
        course: &mut Course,
        home: &Arc<Home>,
        pact: &PactReport,
        chosen: Vec<Interaction>,
    ) -> (Vec<InteractionReport>, bool) {
        let mut crew = Crew::of(self.jobs_at(&course.provider));
        let (mut results, mut stopped) = (Vec::with_capacity(chosen.len()), false);
        let mut waiting = chosen.into_iter().enumerate();
        loop {
            while crew.has_room() && !stopped && !course.provider.cancellation.is_cancelled() {
                let Some((position, interaction)) = waiting.next() else {
                    break;
                };
                let fingerprint = { self.run_identical_once }
                    .then(|| Fingerprint::of(&interaction))
                    .flatten();
                let same = fingerprint
                    .as_ref()
                    .and_then(|one| course.repeats.find(one));
                if let Some(same) = same {
                    let result = passed_elsewhere(home, &interaction, same.to_owned());
                    self.tell(Event::Interaction(&result));
                    results.push((position, result));
                    continue;
                }
                let job = Job {
                    provider: Arc::clone(&course.provider),
                    home: Arc::clone(home),
                    position,
                    fingerprint,
                    interaction,
                };
                crew.take_on(job).await;
            }
            let Some(finished) = crew.finished().await else {
                break;
            };
            let Some((position, fingerprint, mut result)) = finished else {
                // `verify` catches panics; should a task be lost all the same, the run cannot pass.
                stopped = true;
                continue;
            };
            if matches!(result.outcome, Outcome::Error(InteractionError::Cancelled)) {
                continue;
            }
            match (result.verdict(), fingerprint) {
                (Verdict::Passed, Some(fingerprint)) => {
                    let name = format!("{}: {}", home.consumer, result.description);
                    course.repeats.held(fingerprint, name);
                }
                (Verdict::Passed, None) => {}
                (Verdict::Failed | Verdict::Pending, _) => {
                    result.rerun = self.rerun.command(pact, &result);
                }
            }
            self.tell(Event::Interaction(&result));
            stopped |= self.exit_on_first_error && result.verdict() == Verdict::Failed;
            results.push((position, result));
        }
        results.sort_by_key(|(position, _)| *position);
        let results = results.into_iter().map(|(_, result)| result).collect();
        (results, stopped)
    }

    /// Returns how many interactions run at a time. Interactions that each have a service of their
    /// own cannot disturb each other, unless an address they share sets up their states.
    fn jobs_at(&self, provider: &Provider) -> usize {
        let alone = matches!(
            provider.main,
            Some(Target::Service(ServiceTarget::Fresh(_)))
        );
        let apart = alone && provider.states.url.is_none() && provider.transports.is_empty();
        let processors = || available_parallelism().map_or(1, std::num::NonZero::get);
        { self.jobs }.unwrap_or_else(|| if apart { processors() } else { 1 })
    }
}
