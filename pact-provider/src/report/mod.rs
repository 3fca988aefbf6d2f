//! What a run found out, and the ways to tell it.

mod json;
mod junit;
mod text;

use std::time::Duration;

use pact_broker_client::Notice;
use pact_core::matching::Mismatch;

use crate::error::LoadError;

/// Everything a run found out. It is a failure until it is proved otherwise.
#[derive(Debug)]
#[must_use = "a report that nobody looks at fails nothing: call `.assert()` or use its exit code"]
pub struct Report {
    /// The provider.
    pub provider: String,
    /// Where it was asked.
    pub target: String,
    /// A result for each pact, in the order of the sources.
    pub pacts: Vec<PactResult>,
    /// Pacts that could not be loaded.
    pub load_errors: Vec<LoadError>,
    /// Results that could not be published, in words.
    pub publish_errors: Vec<String>,
    /// What the user should know, in words.
    pub warnings: Vec<String>,
    /// Whether finding no pacts is a success.
    pub ignore_no_pacts: bool,
}

/// The result of one pact.
#[derive(Clone, Debug)]
pub struct PactResult {
    /// The consumer.
    pub consumer: String,
    /// The file or address of the pact.
    pub origin: String,
    /// Whether the broker says that failures leave the build green.
    pub pending: bool,
    /// Whether it is work in progress that nobody asked for.
    pub wip: bool,
    /// Texts of the broker to be shown.
    pub notices: Vec<Notice>,
    /// Whether the result was published.
    pub published: bool,
    /// How many interactions were left out by the filter.
    pub filtered_out: usize,
    /// A result for each interaction, in the order of the pact.
    pub interactions: Vec<InteractionResult>,
}

/// The result of one interaction.
#[derive(Clone, Debug)]
pub struct InteractionResult {
    /// Its description.
    pub description: String,
    /// The names of its provider states.
    pub states: Vec<String>,
    /// The id the broker gave it.
    pub id: Option<String>,
    /// Its key.
    pub key: Option<String>,
    /// Whether a failure leaves the build green.
    pub pending: bool,
    /// How it ended.
    pub verdict: Verdict,
    /// What was sent, once it was.
    pub exchanged: Option<Exchanged>,
    /// How long it took, states included.
    pub duration: Duration,
}

/// What was sent and answered.
#[derive(Clone, Debug)]
pub struct Exchanged {
    /// Method and address.
    pub request: String,
    /// The status of the answer, when there was one.
    pub status: Option<u16>,
}

/// How an interaction ended.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// It could not be verified; the text says why.
    Error(String),
    /// The provider answered something else.
    Failed(Vec<Mismatch>),
    /// The provider answered as the contract says.
    Passed,
}

/// How many interactions ended how.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Counts {
    /// Those that held.
    pub passed: usize,
    /// Those that did not, or could not be verified.
    pub failed: usize,
    /// Failures that leave the build green.
    pub pending: usize,
}

impl Report {
    /// Returns whether everything was verified and held.
    pub fn is_success(&self) -> bool {
        let counts = self.counts();
        let verified_something = counts.passed + counts.pending > 0;
        let nothing_to_verify = self.pacts.is_empty() && self.ignore_no_pacts;
        self.load_errors.is_empty()
            && self.publish_errors.is_empty()
            && counts.failed == 0
            && (verified_something || nothing_to_verify)
    }

    /// Returns the exit code of the run: 0 for success, 1 for a failure, 3 when pacts could not be
    /// loaded or results not be published and nothing else failed.
    pub fn exit_code(&self) -> u8 {
        let could_not_ask = !self.load_errors.is_empty() || !self.publish_errors.is_empty();
        match (self.is_success(), self.counts().failed, could_not_ask) {
            (true, _, _) => 0,
            (false, 0, true) => 3,
            (false, _, _) => 1,
        }
    }

    /// Counts the interactions by how they ended.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for interaction in self.pacts.iter().flat_map(|pact| &pact.interactions) {
            match (&interaction.verdict, interaction.pending) {
                (Verdict::Passed, _) => counts.passed += 1,
                (Verdict::Failed(_) | Verdict::Error(_), true) => counts.pending += 1,
                (Verdict::Failed(_) | Verdict::Error(_), false) => counts.failed += 1,
            }
        }
        counts
    }

    /// Passes when the run was a success.
    ///
    /// # Panics
    ///
    /// With the whole report when it was not.
    #[track_caller]
    pub fn assert(&self) {
        assert!(self.is_success(), "{}", self.to_text(false));
    }

    /// Returns the report for people, with colours for a terminal or without.
    pub fn to_text(&self, colour: bool) -> String {
        text::render(self, colour)
    }

    /// Returns the report for machines: the members the ecosystem's verifier has, and ours.
    pub fn to_json(&self) -> serde_json::Value {
        json::render(self)
    }

    /// Returns the report as one JUnit document, a test case for each interaction.
    ///
    /// # Errors
    ///
    /// When the XML cannot be written, which is a defect.
    pub fn to_junit(&self) -> Result<String, quick_junit::SerializeError> {
        junit::render(self)
    }
}

impl PactResult {
    /// Returns whether every interaction held.
    pub fn is_success(&self) -> bool {
        self.interactions
            .iter()
            .all(|interaction| matches!(interaction.verdict, Verdict::Passed))
    }
}

impl InteractionResult {
    /// Returns the description with the states it stands under.
    pub fn title(&self) -> String {
        if self.states.is_empty() {
            return self.description.clone();
        }
        format!("{}, given {}", self.description, self.states.join(" and "))
    }
}
