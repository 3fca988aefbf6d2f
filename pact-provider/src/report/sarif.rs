//! The report for code scanners: SARIF 2.1.0, a result for each interaction that failed.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use url::Url;

use super::github::reasons;
use super::problems::{ProblemKind, problems};
use super::result::{InteractionReport, Outcome, PactReport, Report, Verdict};
use super::words::title;

/// What can be wrong, by rule id.
const RULES: [(&str, &str); 4] = [
    (
        "contract-broken",
        "The provider's answer differs from what a consumer relies on.",
    ),
    ("not-verified", "An interaction could not be verified."),
    ("not-loaded", "A pact could not be loaded."),
    ("not-published", "Results could not be published."),
];

pub(super) fn render(report: &Report) -> String {
    let mut results: Vec<Value> = { report.interactions() }
        .filter(|(_, interaction)| interaction.verdict() != Verdict::Passed)
        .map(|(pact, interaction)| result(pact, interaction))
        .collect();
    results.extend({ problems(report).into_iter() }.map(|problem| {
        json!({
            "ruleId": rule(problem.kind),
            "level": "error",
            "message": { "text": problem.line() },
        })
    }));
    let rules: Vec<Value> = { RULES.iter() }
        .map(|(id, text)| json!({ "id": id, "shortDescription": { "text": text } }))
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
            "physicalLocation": { "artifactLocation": { "uri": uri(&pact.origin) } },
            "logicalLocations": [{ "fullyQualifiedName": name, "kind": "member" }],
        }],
    })
}

/// Returns a reference to where a pact came from (SARIF 2.1.0 §3.4.3). GitHub takes no result without
/// one, so words are made into one, too.
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
