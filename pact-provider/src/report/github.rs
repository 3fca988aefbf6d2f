//! The report for GitHub: an annotation for each failure, and a summary in Markdown.

use std::fmt::Write;

use super::result::{InteractionReport, Outcome, PactReport, Publication, Report, Verdict};
use super::text::{self, title};

/// Returns workflow commands, one a line; GitHub shows them beside the run.
pub(super) fn annotations(report: &Report) -> String {
    let mut out = String::new();
    for (pact, interaction) in report.interactions() {
        let level = match interaction.verdict() {
            Verdict::Failed => "error",
            Verdict::Passed => continue,
            Verdict::Pending => "warning",
        };
        let name = format!("{}: {}", pact.consumer, title(interaction));
        command(&mut out, level, &name, &reasons(interaction));
    }
    for failure in &report.load_failures {
        command(
            &mut out,
            "error",
            "a pact cannot be loaded",
            &failure.chain(),
        );
    }
    for failure in &report.hook_failures {
        command(&mut out, "error", "a hook failed", &failure.to_string());
    }
    for pact in &report.pacts {
        if let Publication::Failed { reason, .. } = &pact.publication {
            let name = format!("the results for {} are not published", pact.consumer);
            command(&mut out, "error", &name, reason);
        }
    }
    if !report.passed() && out.is_empty() {
        command(
            &mut out,
            "error",
            &report.provider,
            text::summary(report).as_str(),
        );
    }
    out
}

/// Returns the summary of the run in Markdown.
pub(super) fn markdown(report: &Report) -> String {
    let mut out = format!(
        "## {}\n\n{}\n",
        cell(&report.provider),
        text::summary(report)
    );
    for pact in &report.pacts {
        let _ = write!(
            out,
            "\n### {} → {}\n\n| verdict | interaction | differs |\n|---|---|---|\n",
            cell(&pact.consumer),
            cell(&pact.provider)
        );
        for interaction in &pact.interactions {
            let verdict = match interaction.verdict() {
                Verdict::Failed => "❌ failed",
                Verdict::Passed => "✅ holds",
                Verdict::Pending => "🟡 pending",
            };
            let _ = writeln!(
                out,
                "| {verdict} | {} | {} |",
                cell(&title(interaction)),
                cell(&reasons(interaction))
            );
        }
        rerun_commands(&mut out, pact);
    }
    for failure in &report.load_failures {
        let _ = write!(out, "\n❌ {}\n", cell(&failure.chain()));
    }
    for failure in &report.hook_failures {
        let _ = write!(out, "\n❌ {}\n", cell(&failure.to_string()));
    }
    out
}

fn rerun_commands(out: &mut String, pact: &PactReport) {
    let commands: Vec<&str> = { pact.interactions.iter() }
        .filter_map(|interaction| interaction.rerun.as_deref())
        .collect();
    if !commands.is_empty() {
        let commands = commands.join("\n");
        let mut fence = "```".to_owned();
        while commands.contains(&fence) {
            fence.push('`');
        }
        let _ = write!(out, "\nRun again:\n\n{fence}sh\n{commands}\n{fence}\n");
    }
}

pub(super) fn reasons(interaction: &InteractionReport) -> String {
    match &interaction.outcome {
        Outcome::Passed => String::new(),
        Outcome::Error(error) => error.to_string(),
        Outcome::Failed(mismatches) => { mismatches.iter() }
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join("\n"),
    }
}

/// Writes a workflow command; what would end a property or the line is escaped.
fn command(out: &mut String, level: &str, name: &str, message: &str) {
    let data = |text: &str| {
        text.replace('%', "%25")
            .replace('\r', "%0D")
            .replace('\n', "%0A")
    };
    let property = data(name).replace(':', "%3A").replace(',', "%2C");
    let _ = writeln!(out, "::{level} title={property}::{}", data(message));
}

/// Makes a text safe inside a cell of a Markdown table.
fn cell(text: &str) -> String {
    let mut out = String::new();
    for character in text.chars() {
        match character {
            '\n' => out.push_str("<br>"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '|' | '`' | '*' | '_' | '[' | ']' | '\\' => {
                out.push('\\');
                out.push(character);
            }
            other if other.is_control() => out.push(' '),
            other => out.push(other),
        }
    }
    out
}
