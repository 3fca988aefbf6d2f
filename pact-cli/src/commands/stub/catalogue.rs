//! The interactions of all pacts, found by what is asked.

use std::fmt;

use hyper::header::ACCESS_CONTROL_ALLOW_ORIGIN;
use pact_consumer::answer::Answer;
use pact_core::matching::{ActualRequest, Mismatch};
use pact_core::model::{Body, Headers, InteractionKind, Pact, Request};
use pact_core::plan::{InteractionIndex, RequestPlan, Selection};
use pact_core::rules::Category;
use regex::Regex;

use super::StubCommand;
use crate::error::CliError;

/// Every interaction that is served.
pub(super) struct Catalogue {
    index: InteractionIndex,
    entries: Vec<Entry>,
    pacts: usize,
}

/// An interaction, as far as answering needs it.
pub(super) struct Entry {
    pub(super) description: String,
    states: Vec<String>,
    pub(super) answer: Answer,
}

/// What is answered to a request.
pub(super) enum Found<'c> {
    Entry(&'c Entry),
    /// Nothing; the interaction that comes nearest, with what differs.
    Nothing(Option<(&'c Entry, Vec<Mismatch>)>),
}

impl Catalogue {
    /// Compiles the requests of all interactions over HTTP that are chosen.
    pub(super) fn new(pacts: Vec<Pact>, command: &StubCommand) -> Result<Self, CliError> {
        let choice = &command.choice;
        let wanted = choice.provider_state.as_deref().map(pattern).transpose()?;
        let (mut plans, mut entries) = (Vec::new(), Vec::new());
        let count = pacts.len();
        for interaction in pacts.into_iter().flat_map(|pact| pact.interactions) {
            let InteractionKind::Http(exchange) = interaction.kind else {
                continue;
            };
            let states: Vec<String> = interaction
                .provider_states
                .into_iter()
                .map(|state| state.name)
                .collect();
            let is_wanted = wanted.as_ref().is_none_or(|wanted| {
                states.iter().any(|state| wanted.is_match(state))
                    || states.is_empty() && choice.empty_provider_state
            });
            if !is_wanted {
                continue;
            }
            let request = if command.ignore_request_headers {
                without_headers(exchange.request)
            } else {
                exchange.request
            };
            let plan = RequestPlan::compile(&request).map_err(|source| CliError::Compile {
                interaction: interaction.description.clone(),
                source: Box::new(source),
            })?;
            let mut response = exchange.response;
            if !command.cors_referer {
                allow_everyone(&mut response.headers);
            }
            plans.push(plan);
            entries.push(Entry {
                description: interaction.description,
                states,
                answer: Answer::new(response),
            });
        }
        Ok(Self {
            index: InteractionIndex::new(plans),
            entries,
            pacts: count,
        })
    }

    /// Returns whether there is nothing to answer with.
    pub(super) const fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Returns how many pacts there were.
    pub(super) const fn pacts(&self) -> usize {
        self.pacts
    }

    /// Chooses the interaction a request belongs to, of those in a state when one is asked for.
    pub(super) fn find(&self, request: &ActualRequest<'_>, state: Option<&Regex>) -> Found<'_> {
        let eligible = |at: usize| {
            state.is_none_or(|state| {
                self.entries[at]
                    .states
                    .iter()
                    .any(|name| state.is_match(name))
            })
        };
        match self.index.select_among(request, eligible) {
            Selection::Match(at) => Found::Entry(&self.entries[at]),
            Selection::NoMatch { nearest } => Found::Nothing(
                nearest.map(|nearest| (&self.entries[nearest.index], nearest.mismatches)),
            ),
        }
    }
}

/// Lets pages of every origin read the answer, unless the contract says who may.
fn allow_everyone(headers: &mut Headers) {
    let name = ACCESS_CONTROL_ALLOW_ORIGIN.as_str();
    if headers.get(name).is_none() {
        headers.push(name, "*");
    }
}

/// Takes the headers from a request, and leaves the type that one of them gives its body.
fn without_headers(mut request: Request) -> Request {
    if let Body::Present(content) = &mut request.body
        && content.content_type.is_none()
    {
        let named = request.headers.first("content-type");
        content.content_type = named.and_then(|named| named.parse().ok());
    }
    request.headers = Headers::default();
    request.matching_rules.header = Category::default();
    request
}

/// Compiles a pattern that is looked for anywhere in the name of a state.
pub(super) fn pattern(text: &str) -> Result<Regex, CliError> {
    Regex::new(text).map_err(|error| {
        CliError::usage(format!(
            "`{text}` is no pattern for provider states: {error}"
        ))
    })
}

impl fmt::Display for Catalogue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = |count: usize| if count == 1 { "" } else { "s" };
        let (interactions, pacts) = (self.entries.len(), self.pacts);
        write!(
            f,
            "Serving {interactions} interaction{} of {pacts} pact{}",
            plural(interactions),
            plural(pacts)
        )
    }
}
