//! What a mock server knows.

use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::SystemTime;

use hyper::Response;
use hyper::body::Bytes;
use pact_core::generators::{GenerationContext, Mode};
use pact_core::matching::ActualRequest;
use pact_core::model::{Interaction, InteractionKind};
use pact_core::plan::{InteractionIndex, RequestPlan, Selection};

use super::fault::Faults;
use super::journal::{Journal, Judged};
use super::options::{Behaviour, Cors};
use super::{Calls, Fault, RecordedRequest, Verdict};
use crate::answer::{Answer, Unsendable};
use crate::error::ConsumerError;
use crate::secret;

/// The address of a server that is not bound yet.
const ANYWHERE: &str = "http://127.0.0.1:1";

/// An interaction and how often it is to be used.
#[derive(Clone, Debug)]
pub(crate) struct Expected {
    pub(crate) interaction: Interaction,
    pub(crate) calls: Calls,
}

impl From<Interaction> for Expected {
    fn from(interaction: Interaction) -> Self {
        Self {
            interaction,
            calls: Calls::default(),
        }
    }
}

/// An interaction that was used, but not as often as the test says.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Miscount {
    /// The description of the interaction.
    pub interaction: String,
    /// How often it is to be used.
    pub expected: Calls,
    /// How often it was.
    pub actual: usize,
}

/// The interactions of one server with what happened to them.
#[derive(Debug)]
pub(crate) struct ServerState {
    interactions: Vec<Served>,
    index: InteractionIndex,
    pub(super) behaviour: Behaviour,
    pub(super) faults: Faults,
    journal: Mutex<Journal>,
    url: OnceLock<String>,
    /// Whether the test asked for the verdict of this server alone.
    judged: AtomicBool,
    /// Whether any client connected.
    visited: AtomicBool,
    /// Whether the end came before that, and not because the test had failed.
    ended_unvisited: AtomicBool,
}

#[derive(Debug)]
struct Served {
    description: String,
    method: String,
    path: String,
    calls: Calls,
    answer: Answer,
}

/// What to do with a request.
pub(super) enum Choice {
    Answer(Response<Bytes>, Option<Fault>),
    Fail(Unsendable),
    Preflight,
    Refuse(Verdict),
}

impl ServerState {
    pub(super) fn new(
        expected: Vec<Expected>,
        behaviour: Behaviour,
    ) -> Result<Self, ConsumerError> {
        let (mut served, mut plans) = (Vec::new(), Vec::new());
        for Expected { interaction, calls } in expected {
            let InteractionKind::Http(exchange) = interaction.kind else {
                continue;
            };
            if calls.is_impossible() {
                return Err(ConsumerError::NeverCalled {
                    interaction: interaction.description,
                });
            }
            let plan = RequestPlan::compile(&exchange.request).map_err(|source| {
                ConsumerError::Compile {
                    interaction: interaction.description.clone(),
                    source,
                }
            })?;
            let answer = Answer::new(exchange.response);
            if let Err(source) = answer.respond(|| generation_context(ANYWHERE.to_owned())) {
                return Err(ConsumerError::Answer {
                    interaction: interaction.description,
                    source,
                });
            }
            plans.push(plan);
            served.push(Served {
                description: interaction.description,
                method: exchange.request.method,
                path: exchange.request.path,
                calls,
                answer,
            });
        }
        Ok(Self {
            journal: Mutex::new(Journal::new(behaviour.most_requests, served.len())),
            interactions: served,
            index: InteractionIndex::new(plans),
            behaviour,
            faults: Faults::default(),
            url: OnceLock::new(),
            judged: AtomicBool::new(false),
            visited: AtomicBool::new(false),
            ended_unvisited: AtomicBool::new(false),
        })
    }

    /// Chooses the interaction for a request and records it.
    pub(super) fn choose(&self, actual: &ActualRequest<'_>, body: Vec<u8>) -> Choice {
        let base_path = &self.behaviour.base_path;
        let Some(inside) = within(base_path, actual.path) else {
            let verdict = Verdict::OutsideBasePath {
                base_path: base_path.clone(),
            };
            self.record(actual, body, verdict.clone());
            return Choice::Refuse(verdict);
        };
        let asked = ActualRequest {
            path: inside,
            body: &body,
            ..*actual
        };
        match self.index.select(&asked) {
            Selection::Match(at) => self.used(at, actual, body),
            Selection::NoMatch { .. }
                if self.behaviour.cors == Cors::Preflight && actual.method == "OPTIONS" =>
            {
                self.record(actual, body, Verdict::Preflight);
                Choice::Preflight
            }
            Selection::NoMatch { nearest } => {
                let nearest = nearest.map(|mut near| {
                    near.mismatches.iter_mut().for_each(secret::withhold);
                    let description = self.interactions[near.index].description.clone();
                    (description, near.mismatches)
                });
                let verdict = Verdict::Unexpected { nearest };
                self.record(actual, body, verdict.clone());
                Choice::Refuse(verdict)
            }
        }
    }

    /// Records a request of the interaction at the position.
    fn used(&self, at: usize, actual: &ActualRequest<'_>, body: Vec<u8>) -> Choice {
        let served = &self.interactions[at];
        let url = || self.url.get().cloned().unwrap_or_default();
        let response = match served.answer.respond(|| generation_context(url())) {
            Ok(response) => response,
            Err(unsendable) => {
                let verdict = Verdict::Unanswered {
                    interaction: served.description.clone(),
                    reason: unsendable.to_string(),
                };
                self.record(actual, body, verdict);
                return Choice::Fail(unsendable);
            }
        };
        let fault = self.faults.next();
        let verdict = Verdict::Matched {
            interaction: served.description.clone(),
        };
        let mut journal = self.lock();
        // A client that got no answer has not used the interaction.
        if fault.is_none_or(Fault::delivers)
            && let Some(used) = journal.used.get_mut(at)
        {
            *used += 1;
        }
        journal.record(actual, body, Judged { verdict, fault });
        Choice::Answer(response, fault)
    }

    /// Records what was made of a request that no interaction answers.
    pub(super) fn record(&self, actual: &ActualRequest<'_>, body: Vec<u8>, verdict: Verdict) {
        let judged = Judged {
            verdict,
            fault: None,
        };
        self.lock().record(actual, body, judged);
    }

    /// Records a request whose head could not be read, so that nothing is known of it.
    pub(super) fn record_headless(&self, verdict: Verdict) {
        let unknown = ActualRequest {
            method: RecordedRequest::UNKNOWN,
            path: RecordedRequest::UNKNOWN,
            query: None,
            headers: &[],
            body: &[],
        };
        self.record(&unknown, Vec::new(), verdict);
    }

    /// Remembers a connection that brought no request.
    pub(super) fn note(&self, what: impl Into<String>) {
        self.lock().note(what.into());
    }

    /// Tells the server its own address.
    pub(super) fn set_url(&self, url: String) {
        // A server is bound once; a second address would be that of another server.
        let _ = self.url.set(url);
    }

    /// Returns what arrived so far.
    pub(crate) fn requests(&self) -> Vec<RecordedRequest> {
        self.lock().requests.clone()
    }

    /// Returns what arrived so far and should not have.
    pub(crate) fn refused(&self) -> Vec<RecordedRequest> {
        let journal = self.lock();
        let refused = journal.requests.iter();
        refused
            .filter(|request| !request.verdict.is_allowed())
            .cloned()
            .collect()
    }

    /// Returns what is known of connections that brought no request.
    pub(crate) fn noise(&self) -> Vec<String> {
        self.lock().noise.clone()
    }

    /// Returns how many requests came in all, and to which paths.
    pub(super) fn counts(&self) -> (usize, std::collections::BTreeMap<String, usize>) {
        self.lock().counts()
    }

    /// Returns how often each HTTP interaction was used.
    pub(super) fn usage(&self) -> Vec<usize> {
        self.lock().used.clone()
    }

    /// Returns description, method and path of each interaction that was never used.
    pub(crate) fn unused(&self) -> Vec<(String, String, String)> {
        let journal = self.lock();
        let both = self.interactions.iter().zip(&journal.used);
        both.filter(|(_, used)| **used == 0)
            .map(|(served, _)| {
                (
                    served.description.clone(),
                    served.method.clone(),
                    served.path.clone(),
                )
            })
            .collect()
    }

    /// Returns each interaction that was used, but not as often as expected.
    pub(crate) fn miscounts(&self) -> Vec<Miscount> {
        let journal = self.lock();
        let both = self.interactions.iter().zip(&journal.used);
        both.filter(|(served, used)| **used > 0 && !served.calls.allow(**used))
            .map(|(served, used)| Miscount {
                interaction: served.description.clone(),
                expected: served.calls,
                actual: *used,
            })
            .collect()
    }

    /// Notes that the test asks for the verdict of this server.
    pub(super) fn set_judged(&self) {
        self.judged.store(true, Ordering::Relaxed);
    }

    /// Returns whether the test asked for the verdict of this server.
    pub(crate) fn is_judged(&self) -> bool {
        self.judged.load(Ordering::Relaxed)
    }

    /// Notes that a client connected.
    pub(super) fn visit(&self) {
        self.visited.store(true, Ordering::Relaxed);
    }

    /// Notes that nobody keeps the server any longer.
    pub(super) fn go(&self) {
        // A test that fails before its client asks says nothing about the server.
        let is_early = !self.visited.load(Ordering::Relaxed) && !std::thread::panicking();
        self.ended_unvisited.store(is_early, Ordering::Relaxed);
    }

    /// Returns whether the server ended before any client connected.
    pub(crate) fn ended_unvisited(&self) -> bool {
        self.ended_unvisited.load(Ordering::Relaxed)
    }

    /// Returns how many interactions the server has.
    pub(crate) fn len(&self) -> usize {
        self.interactions.len()
    }

    fn lock(&self) -> MutexGuard<'_, Journal> {
        // A panic elsewhere leaves the journal usable: a count and a push belong to one request.
        self.journal.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns what generators draw on: the clock, chance, and the server's own address.
fn generation_context(url: String) -> GenerationContext {
    let seed = RandomState::new().hash_one(0);
    let mut context = GenerationContext::utc(Mode::Consumer, SystemTime::now(), seed);
    context.mock_server = Some(url);
    context
}

/// Returns the path below the base, if it is below.
fn within<'p>(base_path: &str, path: &'p str) -> Option<&'p str> {
    match path.strip_prefix(base_path)? {
        "" if !base_path.is_empty() => Some("/"),
        rest if base_path.is_empty() || rest.starts_with('/') => Some(rest),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::report::Failure;
    use crate::server::ServerOptions;

    #[test]
    fn a_request_whose_answer_cannot_be_sent_is_no_use_of_its_interaction() {
        let http = InteractionKind::Http(Box::default());
        let behaviour = ServerOptions::new().behaviour;
        let mut state =
            ServerState::new(vec![Interaction::new("a ping", http).into()], behaviour).unwrap();
        let unsendable = pact_core::model::Response {
            status: 1200,
            ..Default::default()
        };
        state.interactions[0].answer = Answer::new(unsendable);
        let actual = ActualRequest {
            method: "GET",
            path: "/",
            query: None,
            headers: &[],
            body: &[],
        };
        let choice = state.choose(&actual, Vec::new());
        assert!(matches!(choice, Choice::Fail(_)));
        assert_eq!(state.usage(), [0]);
        let failure = Failure::collect("web", "api", &[Arc::new(state)], &[]).unwrap();
        insta::assert_snapshot!(failure, @"
        contract of `web` with `api`: the test does not hold to it

        request GET / was answered with 500; it is that of `a ping`, but 1200 is no HTTP status

        0 of 1 interaction was used; never requested:
          `a ping` (GET /)

        the contract was not written
        ");
    }

    #[test]
    fn paths_are_seen_below_the_base() {
        assert_eq!(within("", "/orders"), Some("/orders"));
        assert_eq!(within("", "*"), Some("*"));
        assert_eq!(within("/v1", "/v1/orders"), Some("/orders"));
        assert_eq!(within("/v1", "/v1"), Some("/"));
        assert_eq!(within("/v1", "/v1/"), Some("/"));
        assert_eq!(within("/v1", "/v10/orders"), None);
        assert_eq!(within("/v1", "/orders"), None);
    }
}
