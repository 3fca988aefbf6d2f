//! The report as JUnit XML, which every CI server reads.

use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};

use super::{InteractionResult, Report, Verdict};

pub(super) fn render(report: &Report) -> Result<String, quick_junit::SerializeError> {
    let mut document = quick_junit::Report::new(&report.provider);
    for pact in &report.pacts {
        let mut suite = TestSuite::new(format!("{} with {}", pact.consumer, report.provider));
        suite.add_test_cases(pact.interactions.iter().map(test_case));
        document.add_test_suite(suite);
    }
    if !report.load_errors.is_empty() {
        let mut suite = TestSuite::new("pacts that could not be loaded");
        suite.add_test_cases(report.load_errors.iter().map(|error| {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
            status.set_message(error.to_string());
            TestCase::new("load", status)
        }));
        document.add_test_suite(suite);
    }
    document.to_string()
}

fn test_case(interaction: &InteractionResult) -> TestCase {
    let status = match (&interaction.verdict, interaction.pending) {
        (Verdict::Passed, _) => TestCaseStatus::success(),
        (Verdict::Failed(_) | Verdict::Error(_), true) => TestCaseStatus::skipped(),
        (Verdict::Error(reason), false) => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
            status.set_message(reason.clone());
            status
        }
        (Verdict::Failed(mismatches), false) => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            let lines: Vec<String> = mismatches.iter().map(ToString::to_string).collect();
            status.set_message(lines.first().cloned().unwrap_or_default());
            status.set_description(lines.join("\n"));
            status
        }
    };
    let mut case = TestCase::new(interaction.title(), status);
    case.set_time(interaction.duration);
    case
}
