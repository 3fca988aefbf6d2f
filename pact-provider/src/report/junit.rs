//! The report for build servers: JUnit XML, a suite for each pact and a case for each interaction.

use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};

use super::result::{InteractionReport, Outcome, PactReport, Publication, Report, Verdict};
use super::text::{self, title};

pub(super) fn render(report: &Report) -> String {
    let mut document = quick_junit::Report::new(report.provider.as_str());
    document.set_time(report.duration);
    for pact in &report.pacts {
        let mut suite = TestSuite::new(format!("{} -> {}", pact.consumer, pact.provider));
        for interaction in &pact.interactions {
            suite.add_test_case(case(pact, interaction));
        }
        document.add_test_suite(suite);
    }
    let loading = { report.load_failures.iter() }.map(|one| (one.to_string(), one.chain()));
    errors(&mut document, "loading pacts", loading);
    let hooks = { report.hook_failures.iter() }.map(|one| (one.to_string(), one.reason.clone()));
    errors(&mut document, "hooks", hooks);
    let publishing = report
        .pacts
        .iter()
        .filter_map(|pact| match &pact.publication {
            Publication::Failed { reason, .. } => Some((pact.consumer.clone(), reason.clone())),
            Publication::NotAsked | Publication::Published => None,
        });
    errors(&mut document, "publishing results", publishing);
    if report.count(|_| true) == 0 && !report.passed() {
        let nothing = ("something is verified".to_owned(), text::summary(report));
        errors(&mut document, &report.provider, std::iter::once(nothing));
    }
    // Writing to memory fails only for texts XML cannot hold, and the library drops those.
    document
        .to_string()
        .unwrap_or_else(|error| format!("<!-- {} -->", error.to_string().replace("--", "- -")))
}

/// Adds a suite of cases that could not come to a verdict, each with its name and the reason; none
/// when there are no such cases.
fn errors(
    document: &mut quick_junit::Report,
    name: &str,
    cases: impl Iterator<Item = (String, String)>,
) {
    let mut suite = TestSuite::new(name);
    for (case, reason) in cases {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
        status.set_message(reason);
        suite.add_test_case(TestCase::new(case, status));
    }
    if !suite.test_cases.is_empty() {
        document.add_test_suite(suite);
    }
}

fn case(pact: &PactReport, interaction: &InteractionReport) -> TestCase {
    let status = match (interaction.verdict(), &interaction.outcome) {
        (Verdict::Passed, _) => TestCaseStatus::success(),
        (Verdict::Pending, _) => {
            let mut status = TestCaseStatus::skipped();
            status.set_message("pending: it fails, which leaves the build green");
            status.set_description(text::failure(pact, interaction));
            status
        }
        (Verdict::Failed, outcome) => {
            let (kind, message) = match outcome {
                Outcome::Error(error) => (NonSuccessKind::Error, error.to_string()),
                Outcome::Failed(mismatches) => {
                    let first = mismatches.first().map(ToString::to_string);
                    (NonSuccessKind::Failure, first.unwrap_or_default())
                }
                Outcome::Passed => (NonSuccessKind::Error, String::new()),
            };
            let mut status = TestCaseStatus::non_success(kind);
            status.set_message(message);
            status.set_description(text::failure(pact, interaction));
            status
        }
    };
    let mut case = TestCase::new(title(interaction), status);
    case.set_classname(format!("{}.{}", pact.provider, pact.consumer));
    case.set_time(interaction.duration + interaction.state_duration);
    case
}
