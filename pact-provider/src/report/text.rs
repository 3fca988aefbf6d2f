//! The report for people.

use std::fmt::Write;

use super::{InteractionResult, PactResult, Report, Verdict};

/// How many differences of one interaction are shown.
const MOST_MISMATCHES: usize = 50;

pub(super) fn render(report: &Report, colour: bool) -> String {
    let paint = Paint(colour);
    let mut text = String::new();
    for warning in &report.warnings {
        line(
            &mut text,
            &format!("{} {warning}", paint.pending("warning:")),
        );
    }
    for pact in &report.pacts {
        write_pact(&mut text, report, pact, paint);
    }
    for error in &report.load_errors {
        line(
            &mut text,
            &format!("{} {}", paint.bad("error:"), with_causes(error)),
        );
        if let Some(hint) = error.hint() {
            line(&mut text, &format!("  hint: {hint}"));
        }
    }
    for error in &report.publish_errors {
        line(&mut text, &format!("{} {error}", paint.bad("error:")));
    }
    write_last_line(&mut text, report, paint);
    text
}

fn write_pact(text: &mut String, report: &Report, pact: &PactResult, paint: Paint) {
    line(
        text,
        &format!(
            "pact of `{}` with `{}` ({})",
            pact.consumer, report.provider, pact.origin
        ),
    );
    write_notices(text, pact, |when| when == "before_verification");
    for interaction in &pact.interactions {
        write_interaction(text, interaction, paint);
    }
    if pact.interactions.is_empty() {
        let reason = if pact.filtered_out > 0 {
            "the filter leaves no interaction"
        } else {
            "it has no interactions"
        };
        line(text, &format!("  {reason}"));
    }
    let after = format!(
        "after_verification:success_{}_published_{}",
        pact.is_success(),
        pact.published
    );
    write_notices(text, pact, |when| {
        when == after || when == "after_verification"
    });
    text.push('\n');
}

fn write_notices(text: &mut String, pact: &PactResult, is_due: impl Fn(&str) -> bool) {
    for notice in pact
        .notices
        .iter()
        .filter(|notice| notice.when.as_deref().is_some_and(&is_due))
    {
        for row in notice.text.lines() {
            line(text, &format!("  {row}"));
        }
    }
}

fn write_interaction(text: &mut String, interaction: &InteractionResult, paint: Paint) {
    let title = interaction.title();
    let heading = match (&interaction.verdict, interaction.pending) {
        (Verdict::Passed, _) => format!("  {}  {title}", paint.good("PASSED")),
        (Verdict::Failed(_) | Verdict::Error(_), false) => {
            format!("  {}  {title}", paint.bad("FAILED"))
        }
        (Verdict::Failed(_) | Verdict::Error(_), true) => {
            format!(
                "  {} {title} (it has never held, so it does not fail this build)",
                paint.pending("PENDING")
            )
        }
    };
    line(text, &heading);
    if let (Some(exchanged), Verdict::Failed(_) | Verdict::Error(_)) =
        (&interaction.exchanged, &interaction.verdict)
    {
        let answered = exchanged
            .status
            .map(|status| format!(", answered {status}"))
            .unwrap_or_default();
        line(text, &format!("    {}{answered}", exchanged.request));
    }
    match &interaction.verdict {
        Verdict::Passed => {}
        Verdict::Error(reason) => line(text, &format!("    {}", reason.replace('\n', "\n    "))),
        Verdict::Failed(mismatches) => {
            for mismatch in mismatches.iter().take(MOST_MISMATCHES) {
                line(text, &format!("    {mismatch}"));
            }
            if let more @ 1.. = mismatches.len().saturating_sub(MOST_MISMATCHES) {
                line(text, &format!("    … and {more} more differences"));
            }
        }
    }
}

/// The last line says it all: what was verified, and how it ended.
fn write_last_line(text: &mut String, report: &Report, paint: Paint) {
    let counts = report.counts();
    let total = counts.passed + counts.failed + counts.pending;
    let pacts = report.pacts.len();
    let summary = if pacts == 0 {
        if report.load_errors.is_empty() {
            "no pacts were found".to_owned()
        } else {
            "no pact could be loaded".to_owned()
        }
    } else {
        let plural = |count: usize, word: &str| {
            if count == 1 {
                format!("1 {word}")
            } else {
                format!("{count} {word}s")
            }
        };
        let mut parts = vec![format!("{} held", counts.passed)];
        parts.extend((counts.failed > 0).then(|| format!("{} failed", counts.failed)));
        parts.extend((counts.pending > 0).then(|| format!("{} pending", counts.pending)));
        format!(
            "{} of {}: {}",
            plural(total, "interaction"),
            plural(pacts, "pact"),
            parts.join(", ")
        )
    };
    let verdict = if report.is_success() {
        paint.good("verified")
    } else {
        paint.bad("not verified")
    };
    line(text, &format!("`{}` {verdict}: {summary}", report.provider));
    if report.pacts.is_empty() && report.load_errors.is_empty() && !report.ignore_no_pacts {
        line(
            text,
            "  hint: a run that verifies nothing fails; check provider name, selectors and folder",
        );
    }
}

fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        // Writing to a `String` cannot fail.
        let _ = write!(text, "\n  caused by: {cause}");
        source = cause.source();
    }
    text
}

fn line(text: &mut String, row: &str) {
    text.push_str(row);
    text.push('\n');
}

#[derive(Clone, Copy)]
struct Paint(bool);

impl Paint {
    fn good(self, text: &str) -> String {
        self.code("32", text)
    }

    fn bad(self, text: &str) -> String {
        self.code("31;1", text)
    }

    fn pending(self, text: &str) -> String {
        self.code("33", text)
    }

    fn code(self, code: &str, text: &str) -> String {
        if self.0 {
            format!("\u{1b}[{code}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }
}
