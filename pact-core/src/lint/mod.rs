//! What is doubtful in a pact, though it can be read: rules that govern nothing, examples that break
//! their own rules, interactions nobody can tell apart, spellings of older versions.
//!
//! ```
//! let findings = pact_core::lint::lint(br#"{
//!   "consumer": {"name": "web"},
//!   "provider": {"name": "shop"},
//!   "interactions": [{
//!     "description": "an order",
//!     "request": {"method": "GET", "path": "/orders/42"},
//!     "response": {"status": 200, "body": {"id": 42}, "matchingRules": {"$.body.total": {"match": "type"}}}
//!   }],
//!   "metadata": {"pactSpecification": {"version": "2.0.0"}}
//! }"#)?;
//! assert_eq!(
//!     findings[0].to_string(),
//!     "warning: interaction 1 (`an order`), `/response/matchingRules`: \
//!      the rule for the body at $.total governs nothing: the example has no such place"
//! );
//! # Ok::<(), pact_core::format::ReadError>(())
//! ```

mod examples;
mod generators;
mod identity;
mod rules;
mod structure;

#[cfg(test)]
mod tests;

use std::fmt;

use crate::format::{self, At, Place, ReadError};
use crate::json::Json;
use crate::model::{Interaction, InteractionKind, Pact};

/// Something doubtful.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Finding {
    /// How much it matters.
    pub severity: Severity,
    /// What kind of doubt it is, as a word for tools: `unused-rule`, `example-mismatch`, …
    pub code: &'static str,
    /// Where it stands.
    pub place: Place,
    /// What is doubtful about it.
    pub message: String,
}

/// How much a finding matters.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Severity {
    /// The contract cannot be verified, or says something other than its author meant.
    Error,
    /// It is probably not what its author meant.
    Warning,
    /// Other tools may read it differently.
    Notice,
}

/// Reads a pact file and returns what is doubtful in it, what matters most first.
///
/// # Errors
///
/// Refuses what [`format::read`] refuses.
pub fn lint(bytes: &[u8]) -> Result<Vec<Finding>, ReadError> {
    let read = format::read(bytes)?;
    let mut findings = Findings::default();
    for warning in read.warnings {
        findings.found.push(Finding {
            severity: Severity::Warning,
            code: "oddity",
            place: warning.place,
            message: warning.message,
        });
    }
    if let Ok(file) = Json::parse(bytes) {
        structure::check_file(&file, read.pact.spec_version, &mut findings);
    }
    structure::check_model(&read.pact, &mut findings);
    meaning(&read.pact, &mut findings);
    Ok(findings.sorted())
}

/// Returns what is doubtful about the meaning of a pact, however its file was written.
pub fn lint_pact(pact: &Pact) -> Vec<Finding> {
    let mut findings = Findings::default();
    meaning(pact, &mut findings);
    findings.sorted()
}

fn meaning(pact: &Pact, findings: &mut Findings) {
    identity::check(pact, findings);
    for_each(pact, |interaction, at| {
        examples::check(interaction, at, findings);
        halves(interaction, at, findings);
    });
}

/// Checks the rules and generators of every half of an interaction.
fn halves(interaction: &Interaction, at: &At<'_>, findings: &mut Findings) {
    let mut check = |half: &rules::Half<'_>, at: &At<'_>| {
        rules::check(half, at, findings);
        generators::check(half.generators, at, findings);
    };
    match &interaction.kind {
        InteractionKind::AsyncMessage(message) => check(&rules::Half::message(message), at),
        InteractionKind::Http(http) => {
            check(&rules::Half::request(&http.request), &at.name("request"));
            check(&rules::Half::response(&http.response), &at.name("response"));
        }
        InteractionKind::Other { .. } => {}
        InteractionKind::SyncMessage(exchange) => {
            let request = rules::Half::message(&exchange.request);
            check(&request, &at.name("request"));
            let at = at.name("response");
            for (index, response) in exchange.responses.iter().enumerate() {
                check(&rules::Half::message(response), &at.index(index));
            }
        }
    }
}

/// Calls a function with every interaction and its place.
fn for_each(pact: &Pact, mut check: impl FnMut(&Interaction, &At<'_>)) {
    for (index, interaction) in pact.interactions.iter().enumerate() {
        check(
            interaction,
            &At::interaction(index, &interaction.description),
        );
    }
}

/// The findings while they are collected.
#[derive(Default)]
struct Findings {
    found: Vec<Finding>,
}

impl Findings {
    fn error(&mut self, code: &'static str, at: &At<'_>, message: String) {
        self.push(Severity::Error, code, at, message);
    }

    fn warning(&mut self, code: &'static str, at: &At<'_>, message: String) {
        self.push(Severity::Warning, code, at, message);
    }

    fn notice(&mut self, code: &'static str, at: &At<'_>, message: String) {
        self.push(Severity::Notice, code, at, message);
    }

    fn push(&mut self, severity: Severity, code: &'static str, at: &At<'_>, message: String) {
        self.found.push(Finding {
            severity,
            code,
            place: at.place(),
            message,
        });
    }

    fn sorted(mut self) -> Vec<Finding> {
        self.found.sort_by_key(|finding| finding.severity);
        self.found
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.severity, self.place, self.message)
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Notice => "notice",
            Self::Warning => "warning",
        })
    }
}
