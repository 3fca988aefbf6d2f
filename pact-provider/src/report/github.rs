//! The report for GitHub: an annotation for each failure, and a summary in Markdown.

use std::fmt::Write;

use super::problems::problems;
use super::result::{InteractionReport, Outcome, PactReport, Report, Verdict};
use super::summary::summary;
use super::words::{clean, on_one_line, steers, title};

/// How many interactions a summary lists when it lists all.
const MOST_ROWS: usize = 500;

/// How long a summary may be, in bytes, before no more is listed; GitHub takes a mebibyte.
const LONGEST_SUMMARY: usize = 700_000;

/// How many characters of a name, or of what differs, are shown; GitHub cuts an annotation off soon
/// after.
const LONGEST_TEXT: usize = 4_000;

/// Returns workflow commands, one a line; GitHub shows them beside the run.
pub(super) fn annotations(report: &Report) -> String {
    let mut out = String::new();
    for (pact, interaction) in report.interactions() {
        let level = match interaction.verdict() {
            Verdict::Failed => "error",
            Verdict::Passed => continue,
            Verdict::Pending => "warning",
        };
        let name = format!("{}: {}", on_one_line(&pact.consumer), title(interaction));
        command(
            &mut out,
            level,
            &short(&name),
            &short(&reasons(interaction)),
        );
    }
    for problem in problems(report) {
        command(
            &mut out,
            "error",
            &short(&problem.title),
            &short(&problem.reason),
        );
    }
    if !report.passed() && out.is_empty() {
        command(&mut out, "error", &report.provider, &summary(report));
    }
    out
}

/// Returns the summary of the run in Markdown. GitHub refuses one that is too long, so of a large run
/// only what failed is listed, and that not without end.
pub(super) fn markdown(report: &Report) -> String {
    let mut out = format!("## {}\n\n{}\n", cell(&report.provider), summary(report));
    let all = report.count(|_| true) <= MOST_ROWS;
    for pact in &report.pacts {
        if out.len() > LONGEST_SUMMARY {
            out.push_str("\nThis summary is cut short; the report of the run has the rest.\n");
            return out;
        }
        section(&mut out, pact, all);
    }
    for problem in problems(report) {
        let _ = write!(out, "\n❌ {}\n", cell(&problem.line()));
    }
    for remark in &report.remarks {
        let _ = write!(out, "\n{}\n", cell(remark));
    }
    out
}

fn section(out: &mut String, pact: &PactReport, all: bool) {
    let _ = write!(
        out,
        "\n### {} → {}\n\n",
        cell(&pact.consumer),
        cell(&pact.provider)
    );
    let listed = |one: &&InteractionReport| all || one.verdict() != Verdict::Passed;
    let mut rows = pact.interactions.iter().filter(listed).peekable();
    if rows.peek().is_some() {
        out.push_str("| verdict | interaction | differs |\n|---|---|---|\n");
    }
    for interaction in rows {
        if out.len() > LONGEST_SUMMARY {
            return;
        }
        let verdict = interaction.verdict();
        let mark = match verdict {
            Verdict::Failed => "❌",
            Verdict::Passed => "✅",
            Verdict::Pending => "🟡",
        };
        let _ = writeln!(
            out,
            "| {mark} {} | {} | {} |",
            verdict.word(),
            cell(&short(&title(interaction))),
            cell(&short(&reasons(interaction)))
        );
    }
    rerun_commands(out, pact);
}

fn rerun_commands(out: &mut String, pact: &PactReport) {
    let mut room = LONGEST_SUMMARY.saturating_sub(out.len());
    let commands: Vec<&str> = { pact.interactions.iter() }
        .filter_map(|interaction| interaction.rerun.as_deref())
        .take(MOST_ROWS)
        .take_while(|command| {
            room = room.saturating_sub(command.len());
            room > 0
        })
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

/// Returns the beginning of the text, as much as is of use on a page that shows many.
fn short(text: &str) -> String {
    match text.char_indices().nth(LONGEST_TEXT) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
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
    let data = |text: &str| clean(text).replace('%', "%25").replace('\n', "%0A");
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
            other if steers(other) => out.push(' '),
            other => out.push(other),
        }
    }
    out
}
