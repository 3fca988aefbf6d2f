//! The results of a run. A verdict is computed from them and starts as failure.

use std::time::Duration;

use bytes::Bytes;
use pact_broker_client::Notice;
use pact_core::matching::Mismatch;
use pact_core::model::ProviderState;

use crate::error::{HookError, InteractionError, LoadError};
use crate::target::Answer;

/// Everything a run found.
#[derive(Debug)]
#[non_exhaustive]
pub struct Report {
    /// The provider that was verified.
    pub provider: String,
    /// The pacts, in the order of their sources.
    pub pacts: Vec<PactReport>,
    /// What could not be loaded.
    pub load_failures: Vec<LoadError>,
    /// What the user should know about the run as a whole, such as why there are no pacts.
    pub remarks: Vec<String>,
    /// Whether a run without pacts is fine.
    pub no_pacts_allowed: bool,
    /// Consumers that were named and have no pact; a failure unless a run without pacts is fine.
    pub unknown_consumers: Vec<String>,
    /// Whether interactions were left out by a filter.
    pub filtered: bool,
    /// Whether the run ended at the first failure, with interactions not looked at.
    pub stopped_early: bool,
    /// Whether the run was cancelled before its end.
    pub cancelled: bool,
    /// Hooks of the run that failed.
    pub hook_failures: Vec<HookError>,
    /// When the run began.
    pub started: jiff::Timestamp,
    /// How long it took.
    pub duration: Duration,
}

/// The results of one pact.
#[derive(Debug)]
#[non_exhaustive]
pub struct PactReport {
    /// The consumer.
    pub consumer: String,
    /// The provider named in the pact.
    pub provider: String,
    /// Where the pact came from.
    pub origin: String,
    /// Whether the broker says that a failure leaves the build green.
    pub pending: bool,
    /// Whether the pact is work in progress that nobody asked for.
    pub wip: bool,
    /// What the broker wants to be shown.
    pub notices: Vec<Notice>,
    /// What was odd in the pact.
    pub warnings: Vec<String>,
    /// The interactions that were verified, in the order of the pact.
    pub interactions: Vec<InteractionReport>,
    /// How many interactions were left out by a filter or not reached.
    pub left_out: usize,
    /// What became of the results.
    pub publication: Publication,
}

/// What became of the results of a pact.
#[derive(Debug)]
pub enum Publication {
    /// They could not be published.
    Failed {
        /// Why.
        reason: String,
        /// What can be done.
        hint: Option<String>,
    },
    /// They were to be published, and the pact came from no broker.
    NoBroker,
    /// Nobody asked to publish them.
    NotAsked,
    /// The broker has them.
    Published,
}

impl Publication {
    /// Returns what becomes of results when the run is cancelled while they are published.
    pub(crate) fn cancelled() -> Self {
        Self::Failed {
            reason: "the run was cancelled".to_owned(),
            hint: None,
        }
    }
}

/// The result of one interaction.
#[derive(Debug)]
#[non_exhaustive]
pub struct InteractionReport {
    /// The description.
    pub description: String,
    /// The provider states.
    pub states: Vec<ProviderState>,
    /// The interaction's key, when its author gave one.
    pub key: Option<String>,
    /// The id the broker gave it.
    pub id: Option<String>,
    /// Whether a failure leaves the build green.
    pub pending: bool,
    /// Comments of the pact, as lines.
    pub comments: Vec<String>,
    /// How it ended.
    pub outcome: Outcome,
    /// What was odd on the way, such as a state without a handler.
    pub warnings: Vec<String>,
    /// What was sent.
    pub sent: Option<SentRequest>,
    /// What was answered.
    pub answer: Option<Answer>,
    /// How long the states took.
    pub state_duration: Duration,
    /// How long request, answer and comparison took.
    pub duration: Duration,
    /// The command that runs this interaction again; only for failures.
    pub rerun: Option<String>,
    /// What [`Verifier::filter_interactions`](crate::Verifier::filter_interactions) and
    /// `PACT_INTERACTION` take for this interaction; only for failures whose description another
    /// interaction of the run has, too, or cannot be typed.
    pub reference: Option<String>,
    /// The interaction whose verdict this one has, when the same one was run for another pact.
    pub same_as: Option<String>,
}

/// How an interaction ended.
#[derive(Debug)]
pub enum Outcome {
    /// It could not be compared.
    Error(InteractionError),
    /// The answer differs.
    Failed(Vec<Mismatch>),
    /// The answer is what the consumer relies on.
    Passed,
}

/// An outcome as the build sees it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Verdict {
    /// It failed, and so does the build.
    Failed,
    /// It held.
    Passed,
    /// It failed, which leaves the build green.
    Pending,
}

impl Verdict {
    /// Returns the word for it in reports.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Passed => "passed",
            Self::Pending => "pending",
        }
    }
}

/// A request as it was sent, but for what a request filter or the user put into it, which may be secret
/// and is not shown. What state handlers return for path, query and body is shown.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct SentRequest {
    /// The method.
    pub method: String,
    /// Path and query, as they were before the request filter.
    pub target: String,
    /// Whether the request filter made them into something else.
    pub target_changed: bool,
    /// The headers; a value is `None` where it may be a secret.
    pub headers: Vec<(String, Option<String>)>,
    /// The body, as it was before the request filter.
    pub body: Bytes,
    /// Whether the request filter made it into something else.
    pub body_changed: bool,
}

impl Report {
    /// Returns whether the provider keeps its contracts: something was verified of every pact and of
    /// every consumer that was named, everything that was to be loaded was, nothing failed but what is
    /// pending, and all results were published.
    pub fn passed(&self) -> bool {
        self.verified_something()
            && self.load_failures.is_empty()
            && (self.no_pacts_allowed || self.unknown_consumers.is_empty())
            && !self.stopped_early
            && !self.cancelled
            && self.hook_failures.is_empty()
            && self.count(|verdict| verdict == Verdict::Failed) == 0
            && !self.any_publication_failed()
    }

    /// Returns whether there is something behind the verdict: of each pact something, unless it is
    /// pending or a filter left it out; that there is no pact at all may be fine.
    fn verified_something(&self) -> bool {
        let holds_nothing = |pact: &PactReport| !pact.pending && pact.holds_nothing();
        match self.pacts.as_slice() {
            [] => self.no_pacts_allowed,
            pacts => self.count(|_| true) > 0 && !pacts.iter().any(holds_nothing),
        }
    }

    /// Returns the exit code of a program that ends with this report: 0 when everything held, 1 when
    /// something did not or nothing was verified, 3 when there is no verdict: pacts could not be
    /// loaded, results not published, a hook failed, or the run was cancelled.
    pub fn exit_code(&self) -> u8 {
        let failed = self.count(|verdict| verdict == Verdict::Failed) > 0 || self.stopped_early;
        let cannot_ask = !self.load_failures.is_empty()
            || self.cancelled
            || !self.hook_failures.is_empty()
            || self.any_publication_failed();
        match (self.passed(), failed, cannot_ask) {
            (true, _, _) => 0,
            (false, false, true) => 3,
            (false, _, _) => 1,
        }
    }

    /// Iterates over all interactions with their pacts.
    pub fn interactions(&self) -> impl Iterator<Item = (&PactReport, &InteractionReport)> {
        self.pacts
            .iter()
            .flat_map(|pact| pact.interactions.iter().map(move |one| (pact, one)))
    }

    pub(crate) fn count(&self, wanted: impl Fn(Verdict) -> bool) -> usize {
        self.interactions()
            .filter(|(_, interaction)| wanted(interaction.verdict()))
            .count()
    }

    fn any_publication_failed(&self) -> bool {
        self.pacts
            .iter()
            .any(|pact| matches!(pact.publication, Publication::Failed { .. }))
    }
}

impl PactReport {
    /// Returns whether there is nothing in the pact that could be verified.
    pub(crate) fn holds_nothing(&self) -> bool {
        self.interactions.is_empty() && self.left_out == 0
    }

    /// Returns whether every interaction held, pending or not: what the broker is told. A pact of
    /// which nothing was verified did not hold.
    pub fn held(&self) -> bool {
        self.left_out == 0
            && !self.interactions.is_empty()
            && self
                .interactions
                .iter()
                .all(|one| one.verdict() == Verdict::Passed)
    }
}

impl InteractionReport {
    /// Returns the outcome as the build sees it.
    pub fn verdict(&self) -> Verdict {
        match self.outcome {
            Outcome::Passed => Verdict::Passed,
            Outcome::Error(_) | Outcome::Failed(_) if self.pending => Verdict::Pending,
            Outcome::Error(_) | Outcome::Failed(_) => Verdict::Failed,
        }
    }
}
