//! The report for code scanners: SARIF 2.1.0, a result for each interaction that failed.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use url::Url;

use super::github::reasons;
use super::problems::{ProblemKind, problems};
use super::result::{InteractionReport, Outcome, PactReport, Report, Verdict};
use super::words::title;

/// What can be wrong.
struct Rule {
    id: &'static str,
    short: &'static str,
    full: &'static str,
    help: &'static str,
}

const RULES: [Rule; 4] = [
    Rule {
        id: "contract-broken",
        short: "The provider's answer differs from what a consumer relies on.",
        full: "A pact holds an answer or message that its consumer was tested with; what the provider gave is not like it.",
        help: "Change the provider, or agree on the change with the consumer and let it publish a new pact.",
    },
    Rule {
        id: "not-verified",
        short: "An interaction could not be verified.",
        full: "Nothing was there to be compared with the contract: a provider state could not be set up, the provider gave no answer, a hook failed, or there was no pact.",
        help: "The message says what stood in the way; the text report of the same run says what to do about it.",
    },
    Rule {
        id: "not-loaded",
        short: "A pact could not be loaded.",
        full: "A file, an address or a broker that was named gave no pact that can be read.",
        help: "Check where the pact is said to be, and the credentials for it.",
    },
    Rule {
        id: "not-published",
        short: "Results could not be published.",
        full: "The broker a pact came from did not take the results of its verification.",
        help: "Check that the credentials for the broker may write, and that it still has the pact.",
    },
];

pub(super) fn render(report: &Report) -> String {
    let mut results: Vec<Value> = { report.interactions() }
        .filter(|(_, interaction)| interaction.verdict() != Verdict::Passed)
        .map(|(pact, interaction)| result(pact, interaction))
        .collect();
    results.extend({ problems(report).into_iter() }.map(|problem| {
        let origin = problem.origin.as_deref().unwrap_or(&report.provider);
        json!({
            "ruleId": rule(problem.kind),
            "level": "error",
            "message": { "text": problem.line() },
            "locations": [{ "physicalLocation": place(origin) }],
        })
    }));
    let rules: Vec<Value> = { RULES.iter() }
        .map(|rule| {
            json!({
                "id": rule.id,
                "shortDescription": { "text": rule.short },
                "fullDescription": { "text": rule.full },
                "help": { "text": rule.help },
            })
        })
        .collect();
    let document = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": env!("CARGO_PKG_NAME"),
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            } },
            "invocations": [{ "executionSuccessful": report.passed(), "exitCode": report.exit_code() }],
            "results": results,
        }],
    });
    format!("{document:#}\n")
}

fn rule(kind: ProblemKind) -> &'static str {
    match kind {
        ProblemKind::Loading => "not-loaded",
        ProblemKind::Hook | ProblemKind::Nothing => "not-verified",
        ProblemKind::Publishing => "not-published",
    }
}

fn result(pact: &PactReport, interaction: &InteractionReport) -> Value {
    let rule = match interaction.outcome {
        Outcome::Error(_) => "not-verified",
        Outcome::Failed(_) | Outcome::Passed => "contract-broken",
    };
    let level = match interaction.verdict() {
        Verdict::Failed => "error",
        Verdict::Passed | Verdict::Pending => "warning",
    };
    let name = format!("{}: {}", pact.consumer, title(interaction));
    json!({
        "ruleId": rule,
        "level": level,
        "message": { "text": format!("{name}\n{}", reasons(interaction)) },
        "locations": [{
            "physicalLocation": place(&pact.origin),
            "logicalLocations": [{ "fullyQualifiedName": name, "kind": "member" }],
        }],
    })
}

/// Returns the whole of what is at the origin (SARIF 2.1.0 §3.29); GitHub takes no result without a
/// place and a line in it.
fn place(origin: &str) -> Value {
    json!({ "artifactLocation": { "uri": uri(origin) }, "region": { "startLine": 1 } })
}

/// Returns a reference to where a pact came from (SARIF 2.1.0 §3.4.3). As there has to be one, words
/// are made into one, too.
fn uri(origin: &str) -> String {
    match Url::parse(origin) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => url.into(),
        _ => utf8_percent_encode(origin.trim_matches('`'), OF_PATHS).to_string(),
    }
}

/// What may not stand in the path of a relative reference (RFC 3986 §4.2): all but unreserved and
/// sub-delims, `@` and `/`; a colon would make a scheme of what stands before it.
const OF_PATHS: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'(')
    .remove(b')')
    .remove(b'+')
    .remove(b',')
    .remove(b';')
    .remove(b'=')
    .remove(b'@')
    .remove(b'/');
