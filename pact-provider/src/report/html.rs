//! The report as one page of HTML: nothing to load, no script.

use std::fmt::Write;

use super::result::{InteractionReport, PactReport, Publication, Report, Verdict};
use super::text::{self, title};

const STYLE: &str = include_str!("report.css");

pub(super) fn render(report: &Report) -> String {
    let provider = escaped(&report.provider);
    let verdict = if report.passed() { "passed" } else { "failed" };
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n\
         <title>{provider}: {verdict}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
         <h1>{provider}</h1>\n<p class=\"{verdict}\">{}</p>\n<p>{}</p>\n",
        escaped(&text::summary(report)),
        escaped(&report.started.to_string()),
    );
    for failure in &report.load_failures {
        let _ = writeln!(out, "<p class=\"failed\">{}</p>", escaped(&failure.chain()));
    }
    for failure in &report.hook_failures {
        let text = escaped(&failure.to_string());
        let _ = writeln!(out, "<p class=\"failed\">{text}</p>");
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
        escaped(&pact.origin)
    );
    if let Publication::Failed { reason, .. } = &pact.publication {
        let reason = escaped(reason);
        let _ = writeln!(
            out,
            "<p class=\"failed\">results not published: {reason}</p>"
        );
    }
    let before = text::notices(pact, text::BEFORE);
    for notice in before.chain(text::notices(pact, &text::after(pact))) {
        let _ = writeln!(out, "<p class=\"notice\">{}</p>", escaped(&notice.text));
    }
    out.push_str(
        "<table>\n<thead><tr><th>Verdict</th><th>Interaction</th><th>Time</th></tr></thead>\n<tbody>\n",
    );
    for interaction in &pact.interactions {
        row(out, pact, interaction);
    }
    out.push_str("</tbody>\n</table>\n</section>\n");
}

fn row(out: &mut String, pact: &PactReport, interaction: &InteractionReport) {
    let verdict = match interaction.verdict() {
        Verdict::Failed => "failed",
        Verdict::Passed => "passed",
        Verdict::Pending => "pending",
    };
    let _ = write!(
        out,
        "<tr><td class=\"{verdict}\">{verdict}</td><td>{}",
        escaped(&title(interaction))
    );
    if interaction.verdict() != Verdict::Passed {
        let _ = write!(
            out,
            "<pre>{}</pre>",
            escaped(&text::failure(pact, interaction))
        );
    }
    let time = interaction.duration + interaction.state_duration;
    let _ = writeln!(out, "</td><td>{} ms</td></tr>", time.as_millis());
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
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
