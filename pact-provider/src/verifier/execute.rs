//! Running the interactions of all pacts, several at a time where that is allowed.

use std::collections::HashSet;
use std::iter::Enumerate;
use std::sync::Arc;
use std::thread::available_parallelism;
use std::vec;

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

/// Where the report of an interaction stands: the pact's, and its own within the pact.
type Place = (usize, usize);

/// An interaction with its verdict and its place in the report.
type Finished = (Place, Option<Fingerprint>, InteractionReport);

/// An interaction to verify.
struct Job {
    provider: Arc<Provider>,
    home: Arc<Home>,
    place: Place,
    fingerprint: Option<Fingerprint>,
    interaction: Interaction,
}

impl Job {
    async fn done(self) -> Finished {
        let result = verify(&self.provider, &self.home, self.interaction).await;
        (self.place, self.fingerprint, result)
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
            self.done = Some(job.done().await);
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

/// The results of a pact as they come in.
struct Opened {
    home: Arc<Home>,
    report: PactReport,
    results: Vec<(usize, InteractionReport)>,
}

impl Opened {
    /// Returns the report with the interactions in the order of the pact.
    fn closed(mut self) -> PactReport {
        self.results.sort_by_key(|(position, _)| *position);
        let results = self.results.into_iter().map(|(_, result)| result);
        self.report.interactions = results.collect();
        self.report.left_out -= self.report.interactions.len();
        self.report
    }
}

/// The pacts that were begun, and what of the last of them is still to be done.
struct Agenda<I> {
    pacts: I,
    opened: Vec<Opened>,
    waiting: Enumerate<vec::IntoIter<Interaction>>,
    /// What waits for one like it that is under way.
    put_off: Option<(Place, Interaction)>,
}

impl Verifier {
    /// Verifies the interactions of all pacts, up to `jobs` at a time; they are reported in order.
    /// Returns also whether it stopped at a failure, and then only the pacts that were begun.
    pub(super) async fn verify_all(
        &self,
        course: &mut Course,
        pacts: Vec<LoadedPact>,
    ) -> (Vec<PactReport>, bool) {
        let mut crew = Crew::of(self.jobs_at(&course.provider));
        let mut stopped = false;
        let mut agenda = Agenda {
            pacts: pacts.into_iter(),
            opened: Vec::new(),
            waiting: Vec::new().into_iter().enumerate(),
            put_off: None,
        };
        loop {
            while crew.has_room() && !stopped {
                let Some((place, interaction)) = self.next(course, &mut agenda) else {
                    break;
                };
                let opened = &mut agenda.opened[place.0];
                let fingerprint = { self.run_identical_once }
                    .then(|| Fingerprint::of(&interaction))
                    .flatten();
                let same = fingerprint
                    .as_ref()
                    .and_then(|one| course.repeats.find(one));
                if let Some(same) = same {
                    let result = passed_elsewhere(&opened.home, interaction, same.to_owned());
                    self.tell(Event::Interaction(&result));
                    opened.results.push((place.1, result));
                    continue;
                }
                if { fingerprint.as_ref() }.is_some_and(|one| !course.repeats.begun(one)) {
                    agenda.put_off = Some((place, interaction));
                    break;
                }
                let job = Job {
                    provider: Arc::clone(&course.provider),
                    home: Arc::clone(&opened.home),
                    place,
                    fingerprint,
                    interaction,
                };
                crew.take_on(job).await;
            }
            match crew.finished().await {
                Some(Some(finished)) => {
                    stopped |= self.take_note(course, &mut agenda.opened, finished);
                }
                // `verify` catches panics; should a task be lost all the same, the run cannot pass.
                Some(None) => stopped = true,
                None => break,
            }
        }
        let reports = agenda.opened.into_iter().map(Opened::closed).collect();
        (reports, stopped)
    }

    /// Returns the interaction whose turn it is, and opens the pacts on the way to it. Once the run is
    /// cancelled pacts are opened and nothing of them has its turn.
    fn next(
        &self,
        course: &Course,
        agenda: &mut Agenda<impl Iterator<Item = LoadedPact>>,
    ) -> Option<(Place, Interaction)> {
        let cancelled = course.provider.cancellation.is_cancelled();
        if let Some(put_off) = agenda.put_off.take().filter(|_| !cancelled) {
            return Some(put_off);
        }
        loop {
            if let Some((position, interaction)) = agenda.waiting.next().filter(|_| !cancelled) {
                return Some(((agenda.opened.len() - 1, position), interaction));
            }
            let (opened, chosen) = self.open(course, agenda.pacts.next()?);
            agenda.opened.push(opened);
            agenda.waiting = chosen.into_iter().enumerate();
        }
    }

    /// Returns the report of a pact before anything of it is verified, and what is to be.
    fn open(&self, course: &Course, loaded: LoadedPact) -> (Opened, Vec<Interaction>) {
        let total = loaded.pact.interactions.len();
        let consumer = loaded.pact.consumer;
        let chosen: Vec<_> = { loaded.pact.interactions.into_iter() }
            .filter(|interaction| course.filter.takes(&consumer, interaction))
            .collect();
        let home = Arc::new(Home {
            consumer: consumer.as_str().into(),
            pending: loaded.pending,
            ambiguous: Arc::clone(&course.ambiguous),
        });
        let report = PactReport {
            consumer,
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
        let opened = Opened {
            home,
            report,
            results: Vec::with_capacity(chosen.len()),
        };
        (opened, chosen)
    }

    /// Puts a verdict where it belongs. Returns whether the run ends with it.
    fn take_note(&self, course: &mut Course, opened: &mut [Opened], finished: Finished) -> bool {
        let ((pact, position), fingerprint, mut result) = finished;
        { fingerprint.iter() }.for_each(|one| course.repeats.ended(one));
        if matches!(result.outcome, Outcome::Error(InteractionError::Cancelled)) {
            return false;
        }
        let opened = &mut opened[pact];
        match (result.verdict(), fingerprint) {
            (Verdict::Passed, Some(fingerprint)) => {
                let name = format!("{}: {}", opened.home.consumer, result.description);
                course.repeats.held(fingerprint, name);
            }
            (Verdict::Passed, None) => {}
            (Verdict::Failed | Verdict::Pending, _) => {
                result.rerun = self.rerun.command(&opened.report, &result);
            }
        }
        self.tell(Event::Interaction(&result));
        let ends = self.exit_on_first_error && result.verdict() == Verdict::Failed;
        opened.results.push((position, result));
        ends
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
