//! The report for build servers: JUnit XML, a suite for each pact and a case for each interaction.

use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};

use super::problems::{Problem, ProblemKind, problems};
use super::result::{InteractionReport, Outcome, PactReport, Report, Verdict};
use super::text;
use super::words::title;

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
    let problems = problems(report);
    for kind in ProblemKind::ALL {
        let cases = problems.iter().filter(|problem| problem.kind == kind);
        errors(&mut document, kind.doing(), cases);
    }
    // Writing to memory fails only for texts XML cannot hold, and the library drops those: all but two
    // (XML 1.0 §2.2), which are no part of any markup.
    document
        .to_string()
        .map(|xml| xml.replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}"))
        .map(|xml| without_total_of_skipped(&xml, document.skipped))
        .unwrap_or_else(|error| format!("<!-- {} -->", error.to_string().replace("--", "- -")))
}

/// Takes the number of skipped cases out of the root element, where the schema that Jenkins holds such
/// files against (`junit-10.xsd`) has none; each suite has its own. No text before it can hold quotes.
fn without_total_of_skipped(xml: &str, skipped: usize) -> String {
    xml.replacen(&format!(" skipped=\"{skipped}\""), "", 1)
}

/// Adds a suite of what could not be done; none when there is nothing of the kind.
fn errors<'a>(
    document: &mut quick_junit::Report,
    name: &str,
    problems: impl Iterator<Item = &'a Problem>,
) {
    let mut suite = TestSuite::new(name);
    for problem in problems {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
        status.set_message(problem.reason.as_str());
        let mut case = TestCase::new(problem.title.as_str(), status);
        case.set_classname(name);
        suite.add_test_case(case);
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
