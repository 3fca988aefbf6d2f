//! The report as one page of HTML: nothing to load, no script.

use std::fmt::Write;

use super::problems::problems;
use super::result::{InteractionReport, Outcome, PactReport, Publication, Report, Verdict};
use super::summary::summary;
use super::text;
use super::words::{clean, plural, title};

const STYLE: &str = include_str!("report.css");

pub(super) fn render(report: &Report) -> String {
    let provider = escaped(&report.provider);
    let verdict = if report.passed() { "passed" } else { "failed" };
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n\
         <title>{provider}: {verdict}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
         <h1>{provider}</h1>\n<p class=\"{verdict}\">{}</p>\n<p class=\"origin\">{}</p>\n",
        escaped(&summary(report)),
        report.started.strftime("%Y-%m-%d %H:%M:%S UTC"),
    );
    for problem in problems(report) {
        let line = escaped(&problem.line());
        let _ = writeln!(out, "<p class=\"failed\">{line}</p>");
    }
    for remark in &report.remarks {
        let _ = writeln!(out, "<p>{}</p>", escaped(remark));
    }
    for pact in &report.pacts {
        section(&mut out, pact);
    }
    out.push_str("</body>\n</html>\n");
    out
}

fn section(out: &mut String, pact: &PactReport) {
    let _ = writeln!(
        out,
        "<section>\n<h2>{} → {}</h2>\n<p class=\"origin\">{}</p>",
        escaped(&pact.consumer),
        escaped(&pact.provider),
        escaped(pact.origin.trim_matches('`'))
    );
    for line in about(pact) {
        let _ = writeln!(out, "<p class=\"notice\">{}</p>", escaped(&line));
    }
    let before = text::notices(pact, text::BEFORE);
    for notice in before.chain(text::notices(pact, &text::after(pact))) {
        let _ = writeln!(out, "<p class=\"notice\">{}</p>", escaped(&notice.text));
    }
    out.push_str(
        "<table>\n<thead><tr><th>Verdict</th><th>Interaction</th><th>Time</th></tr></thead>\n<tbody>\n",
    );
    for interaction in &pact.interactions {
        row(out, interaction);
    }
    out.push_str("</tbody>\n</table>\n</section>\n");
}

/// Returns what is to be known of the pact besides its interactions.
fn about(pact: &PactReport) -> Vec<String> {
    let mut lines: Vec<String> = { pact.warnings.iter() }
        .map(|warning| format!("warning: {warning}"))
        .collect();
    if pact.wip {
        lines.push("work in progress: a failure leaves the build green".to_owned());
    } else if pact.pending {
        lines.push("pending: a failure leaves the build green".to_owned());
    }
    if pact.left_out > 0 {
        lines.push(format!("{} left out", plural(pact.left_out, "interaction")));
    }
    match &pact.publication {
        // A failure stands among the problems of the run.
        Publication::Failed { .. } | Publication::NotAsked => {}
        Publication::NoBroker => {
            lines.push("not published: the pact came from no broker".to_owned());
        }
        Publication::Published => lines.push("results published".to_owned()),
    }
    lines
}

fn row(out: &mut String, interaction: &InteractionReport) {
    let verdict = interaction.verdict().word();
    let _ = write!(
        out,
        "<tr><td class=\"{verdict}\">{verdict}</td><td>{}",
        escaped(&title(interaction))
    );
    let same = { interaction.same_as.as_ref() }.map(|same| format!("the same as {same}, run once"));
    for line in { same.iter() }
        .chain(&interaction.comments)
        .chain(&interaction.warnings)
    {
        let _ = write!(out, "<p class=\"notice\">{}</p>", escaped(line));
    }
    if interaction.verdict() != Verdict::Passed {
        failure(out, interaction);
    }
    let time = interaction.duration + interaction.state_duration;
    let _ = writeln!(out, "</td><td>{} ms</td></tr>", time.as_millis());
}

/// What differs comes first, then what was said, then what to type.
fn failure(out: &mut String, interaction: &InteractionReport) {
    out.push_str("<ul class=\"differs\">");
    match &interaction.outcome {
        Outcome::Passed => {}
        Outcome::Error(error) => {
            let _ = write!(out, "<li>{}</li>", escaped(&error.to_string()));
            if let Some(hint) = error.hint() {
                let _ = write!(out, "<li><pre>{}</pre></li>", escaped(&hint));
            }
        }
        Outcome::Failed(mismatches) => {
            for mismatch in mismatches {
                let _ = write!(out, "<li>{}</li>", escaped(&mismatch.to_string()));
            }
        }
    }
    out.push_str("</ul>");
    let exchange = text::exchange(interaction);
    if !exchange.is_empty() {
        let exchange = escaped(&exchange);
        let _ = write!(
            out,
            "<details open><summary>request and answer</summary><pre>{exchange}</pre></details>"
        );
    }
    if let Some(rerun) = &interaction.rerun {
        let rerun = escaped(rerun);
        let _ = write!(out, "<p>run it again</p><pre>{rerun}</pre>");
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in clean(text).chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}
