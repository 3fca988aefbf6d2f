//! The report for build servers: JUnit XML, a suite for each pact and a case for each interaction.

use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};

use super::result::{InteractionReport, Outcome, PactReport, Report, Verdict};
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
    if !report.load_failures.is_empty() {
        let mut suite = TestSuite::new("loading pacts");
        for failure in &report.load_failures {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
            status.set_message(failure.chain());
            suite.add_test_case(TestCase::new(failure.to_string(), status));
        }
        document.add_test_suite(suite);
    }
    if !report.hook_failures.is_empty() {
        let mut suite = TestSuite::new("hooks");
        for failure in &report.hook_failures {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
            status.set_message(failure.reason.as_str());
            suite.add_test_case(TestCase::new(failure.to_string(), status));
        }
        document.add_test_suite(suite);
    }
    if report.count(|_| true) == 0 && !report.passed() {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
        status.set_message("nothing was verified");
        let mut suite = TestSuite::new(report.provider.as_str());
        suite.add_test_case(TestCase::new("something is verified", status));
        document.add_test_suite(suite);
    }
    // Writing to memory fails only for texts XML cannot hold, and the library drops those.
    document
        .to_string()
        .unwrap_or_else(|error| format!("<!-- {} -->", error.to_string().replace("--", "- -")))
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
