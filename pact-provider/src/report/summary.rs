//! The line that counts, at the end of a report.

use std::fmt::Write;

use super::result::{Report, Verdict};
use super::words::plural;

/// Returns the verdict and the counts behind it.
pub(super) fn summary(report: &Report) -> String {
    let total = report.count(|_| true);
    if total == 0 {
        let reason = why_nothing(report);
        return format!("{}: nothing was verified, {reason}", verdict(report));
    }
    let held = report.count(|verdict| verdict == Verdict::Passed);
    let failed = report.count(|verdict| verdict == Verdict::Failed);
    let pending = report.count(|verdict| verdict == Verdict::Pending);
    let left_out: usize = report.pacts.iter().map(|pact| pact.left_out).sum();
    let verb = if total == 1 { "holds" } else { "hold" };
    let mut text = format!("{held} of {} {verb}", plural(total, "interaction"));
    for (count, what) in [
        (failed, "failed"),
        (pending, "pending"),
        (left_out, "left out"),
    ] {
        if count > 0 {
            let _ = write!(text, ", {count} {what}");
        }
    }
    let empty = { report.pacts.iter() }.filter(|pact| pact.holds_nothing());
    for (count, noun, what) in [
        (empty.count(), "pact", "without interactions"),
        (report.unknown_consumers.len(), "consumer", "without a pact"),
        (report.load_failures.len(), "source", "not loaded"),
    ] {
        if count > 0 {
            let _ = write!(text, ", {} {what}", plural(count, noun));
        }
    }
    format!(
        "{}: {text} ({} ms)",
        verdict(report),
        report.duration.as_millis()
    )
}

/// Returns why no interaction has a verdict.
pub(super) fn why_nothing(report: &Report) -> &'static str {
    if report.cancelled {
        return "the run was cancelled";
    }
    if !report.hook_failures.is_empty() {
        return "a hook failed";
    }
    match (
        report.pacts.is_empty(),
        report.load_failures.is_empty(),
        report.filtered,
    ) {
        (true, true, _) => "no pacts were found",
        (true, false, _) => "no pact could be loaded",
        (false, _, true) => "the filter leaves no interaction",
        (false, _, false) => "the pacts have no interactions",
    }
}

fn verdict(report: &Report) -> &'static str {
    match (report.passed(), report.cancelled) {
        (true, _) => "passed",
        (false, true) => "CANCELLED",
        (false, false) => "FAILED",
    }
}
