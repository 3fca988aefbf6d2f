//! What went wrong, as data.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use pact_core::model::{Interaction, InteractionKind};

use super::colour::Colour;
use super::text::Text;
use crate::builder::Handling;
use crate::server::{Miscount, RecordedRequest, ServerState};

/// What went wrong between a test's client and the contract.
///
/// Its `Display` is the report of a failing test, without colour. So is its `Debug`: a test that
/// unwraps a result is to fail with the report.
///
/// ```
/// use pact_consumer::prelude::*;
///
/// let mut pact = PactBuilder::new("order-web", "order-api");
/// pact.upon_receiving("a ping").get("/ping").will_respond_with(204);
/// let failure = pact.failure().expect("nobody has asked yet");
/// assert_eq!(failure.never_requested[0].0, "a ping");
/// assert!(failure.to_string().contains("0 of 1 interaction was used"));
/// ```
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Failure {
    /// The consumer.
    pub consumer: String,
    /// The provider.
    pub provider: String,
    /// How many interactions the contract has.
    pub interactions: usize,
    /// Description, method and path of each interaction nobody used.
    pub never_requested: Vec<(String, String, String)>,
    /// Description of each of those for which no mock server was started.
    pub never_served: Vec<String>,
    /// How many mock servers of these interactions went before any client connected to them.
    pub unvisited: usize,
    /// Description of each message nobody handled.
    pub never_handled: Vec<String>,
    /// Description of each message whose handling failed, and with what.
    pub mishandled: Vec<(String, String)>,
    /// Interactions that were used too often or too seldom.
    pub miscounted: Vec<Miscount>,
    /// Requests that are those of no interaction.
    pub unexpected: Vec<RecordedRequest>,
    /// What came on connections that brought no request; it fails no test by itself.
    pub noise: Vec<String>,
    /// What the test itself failed with, when it did.
    pub panic: Option<String>,
    /// The test's name, for running it again.
    pub test: Option<String>,
    /// The variant of the interactions the test was run with, when not with everything in place.
    pub variant: Option<String>,
}

impl Failure {
    /// Asks the servers what happened; `None` when all is well.
    pub(crate) fn collect(
        consumer: &str,
        provider: &str,
        servers: &[Arc<ServerState>],
        unserved: &[Interaction],
    ) -> Option<Self> {
        let mut never_requested: Vec<_> =
            servers.iter().flat_map(|server| server.unused()).collect();
        let served = never_requested.len();
        never_requested.extend(
            unserved
                .iter()
                .filter_map(|interaction| match &interaction.kind {
                    InteractionKind::Http(exchange) => {
                        let request = &exchange.request;
                        Some((
                            interaction.description.clone(),
                            request.method.clone(),
                            request.path.clone(),
                        ))
                    }
                    InteractionKind::AsyncMessage(_)
                    | InteractionKind::Other { .. }
                    | InteractionKind::SyncMessage(_) => None,
                }),
        );
        let never_served = never_requested.iter().skip(served);
        let never_served = never_served.map(|(description, ..)| description.clone());
        let never_served = never_served.collect();
        let unexpected: Vec<_> = { servers.iter() }
            .flat_map(|server| server.refused())
            .collect();
        let miscounted: Vec<_> = { servers.iter() }
            .flat_map(|server| server.miscounts())
            .collect();
        let interactions =
            servers.iter().map(|server| server.len()).sum::<usize>() + unserved.len();
        if never_requested.is_empty() && miscounted.is_empty() && unexpected.is_empty() {
            return None;
        }
        Some(Self {
            consumer: consumer.to_owned(),
            provider: provider.to_owned(),
            interactions,
            never_requested,
            never_served,
            unvisited: { servers.iter() }
                .filter(|server| server.ended_unvisited() && server.len() > 0)
                .count(),
            never_handled: Vec::new(),
            mishandled: Vec::new(),
            miscounted,
            unexpected,
            noise: servers.iter().flat_map(|server| server.noise()).collect(),
            panic: None,
            test: None,
            variant: None,
        })
    }

    /// Adds what became of the messages; `served` counts the interactions of servers where all is
    /// well with them.
    pub(crate) fn with_messages(
        failure: Option<Self>,
        (consumer, provider): (&str, &str),
        messages: Vec<(String, Handling)>,
        served: impl FnOnce() -> usize,
    ) -> Option<Self> {
        let all_well = |(_, handling): &(String, Handling)| *handling == Handling::Handled;
        if failure.is_none() && messages.iter().all(all_well) {
            return None;
        }
        let mut failure = failure.unwrap_or_else(|| Self {
            consumer: consumer.to_owned(),
            provider: provider.to_owned(),
            interactions: served(),
            never_requested: Vec::new(),
            never_served: Vec::new(),
            unvisited: 0,
            never_handled: Vec::new(),
            mishandled: Vec::new(),
            miscounted: Vec::new(),
            unexpected: Vec::new(),
            noise: Vec::new(),
            panic: None,
            test: None,
            variant: None,
        });
        failure.interactions += messages.len();
        for (description, handling) in messages {
            match handling {
                Handling::Failed(text) => failure.mishandled.push((description, text)),
                Handling::Handled => {}
                Handling::Unhandled => failure.never_handled.push(description),
            }
        }
        Some(failure)
    }
}

impl Failure {
    /// Returns the report as it is printed by a test: coloured when the environment asks for it or
    /// somebody looks at a terminal.
    ///
    /// `NO_COLOR` comes before `CLICOLOR_FORCE`, that before `CARGO_TERM_COLOR`. Where none of them
    /// decides, there is colour when standard output and standard error are terminals.
    pub fn report(&self) -> String {
        self.in_colour(Colour::of_environment())
    }

    fn in_colour(&self, colour: Colour) -> String {
        Text {
            failure: self,
            colour,
        }
        .to_string()
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.in_colour(Colour::Plain))
    }
}

impl Error for Failure {}
