//! What a mock server knows and what it saw.

use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::SystemTime;

use pact_core::generators::{GenerationContext, Mode};
use pact_core::matching::{ActualRequest, Mismatch};
use pact_core::model::{HttpExchange, Interaction, InteractionKind, Response};
use pact_core::plan::{InteractionIndex, RequestPlan, Selection};

use crate::error::ConsumerError;

/// A request that arrived at a mock server.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordedRequest {
    /// The method.
    pub method: String,
    /// The path as it was sent.
    pub path: String,
    /// The query string as it was sent.
    pub query: Option<String>,
    /// The header lines in order.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// What the server made of it.
    pub verdict: Verdict,
}

/// What a mock server made of a request.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// It is the request of the interaction with this description.
    Matched {
        /// The description.
        interaction: String,
    },
    /// It could not be read to its end.
    Unreadable {
        /// Why.
        reason: String,
    },
    /// It is the request of no interaction.
    Unexpected {
        /// The description of the nearest interaction with what differs from it, if there is any.
        nearest: Option<(String, Vec<Mismatch>)>,
    },
}

/// The interactions of one server with what happened to them.
#[derive(Debug)]
pub(crate) struct ServerState {
    interactions: Vec<ServedInteraction>,
    index: InteractionIndex,
    journal: Mutex<Journal>,
    url: OnceLock<String>,
}

#[derive(Debug)]
struct ServedInteraction {
    description: String,
    exchange: HttpExchange,
}

#[derive(Debug, Default)]
struct Journal {
    requests: Vec<RecordedRequest>,
    /// For each interaction how often it was used.
    used: Vec<usize>,
}

impl ServerState {
    pub(crate) fn new(interactions: Vec<Interaction>) -> Result<Self, ConsumerError> {
        let mut served = Vec::new();
        let mut plans = Vec::new();
        for interaction in interactions {
            let InteractionKind::Http(exchange) = interaction.kind else {
                continue;
            };
            let plan = RequestPlan::compile(&exchange.request).map_err(|source| {
                ConsumerError::Compile {
                    interaction: interaction.description.clone(),
                    source,
                }
            })?;
            plans.push(plan);
            served.push(ServedInteraction {
                description: interaction.description,
                exchange: *exchange,
            });
        }
        let journal = Journal {
            requests: Vec::new(),
            used: vec![0; served.len()],
        };
        Ok(Self {
            interactions: served,
            index: InteractionIndex::new(plans),
            journal: Mutex::new(journal),
            url: OnceLock::new(),
        })
    }

    /// Chooses the interaction for a request and records it; returns the response, or what to say
    /// instead.
    pub(crate) fn answer(&self, actual: &ActualRequest<'_>) -> Result<&Response, Verdict> {
        let (verdict, chosen) = match self.index.select(actual) {
            Selection::Match(at) => (
                Verdict::Matched {
                    interaction: self.interactions[at].description.clone(),
                },
                Some(at),
            ),
            Selection::NoMatch { nearest } => {
                let nearest = nearest.map(|near| {
                    (
                        self.interactions[near.index].description.clone(),
                        near.mismatches,
                    )
                });
                (Verdict::Unexpected { nearest }, None)
            }
        };
        let mut journal = self.lock();
        if let Some(used) = chosen.and_then(|at| journal.used.get_mut(at)) {
            *used += 1;
        }
        journal
            .requests
            .push(RecordedRequest::new(actual, verdict.clone()));
        chosen
            .map(|at| &self.interactions[at].exchange.response)
            .ok_or(verdict)
    }

    /// Returns what generators draw on: the clock, chance, and the server's own address.
    pub(crate) fn generation_context(&self) -> GenerationContext {
        let seed = RandomState::new().hash_one(0);
        let mut context = GenerationContext::utc(Mode::Consumer, SystemTime::now(), seed);
        context.mock_server = self.url.get().cloned();
        context
    }

    /// Tells the server its own address.
    pub(crate) fn set_url(&self, url: String) {
        // A server is bound once; a second address would be that of another server.
        let _ = self.url.set(url);
    }

    /// Records a request that could not be read.
    pub(crate) fn record_unreadable(&self, actual: &ActualRequest<'_>, reason: String) {
        self.lock()
            .requests
            .push(RecordedRequest::new(actual, Verdict::Unreadable { reason }));
    }

    /// Returns what arrived so far.
    pub(crate) fn requests(&self) -> Vec<RecordedRequest> {
        self.lock().requests.clone()
    }

    /// Returns description, method and path of each interaction that was never used.
    pub(crate) fn unused(&self) -> Vec<(String, String, String)> {
        let journal = self.lock();
        let unused = self
            .interactions
            .iter()
            .zip(&journal.used)
            .filter(|(_, used)| **used == 0);
        unused
            .map(|(interaction, _)| {
                let request = &interaction.exchange.request;
                (
                    interaction.description.clone(),
                    request.method.clone(),
                    request.path.clone(),
                )
            })
            .collect()
    }

    /// Returns how many interactions the server has.
    pub(crate) fn len(&self) -> usize {
        self.interactions.len()
    }

    fn lock(&self) -> MutexGuard<'_, Journal> {
        // A panic elsewhere leaves the journal whole: every change to it is a single push or count.
        self.journal.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl RecordedRequest {
    fn new(actual: &ActualRequest<'_>, verdict: Verdict) -> Self {
        Self {
            method: actual.method.to_owned(),
            path: actual.path.to_owned(),
            query: actual.query.map(str::to_owned),
            headers: actual
                .headers
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            body: actual.body.to_vec(),
            verdict,
        }
    }
}
