//! The report for people. All text of a run is made here.

use pact_broker_client::Notice;

use super::problems::{Problem, ProblemKind, problems};
use super::result::{
    InteractionReport, Outcome, PactReport, Publication, Report, SentRequest, Verdict,
};
use super::summary::summary;
use super::words::{clean, on_one_line, plural, printable, title};
use crate::target::Answer;

/// Whether text is coloured; decided by whoever knows where it goes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Style {
    /// With ANSI escapes.
    Ansi,
    /// Without.
    Plain,
}

#[derive(Clone, Copy)]
enum Colour {
    Bold,
    Dim,
    Green,
    Red,
    Yellow,
}

/// When notices about the beginning of a verification apply.
pub(super) const BEFORE: &str = "before_verification";

/// What stands beside a part of the request that may hold a secret now.
const CHANGED: &str = " (changed by the request filter, not shown)";

pub(super) fn render(report: &Report, style: Style) -> String {
    let mut out = Page {
        text: String::new(),
        style,
    };
    for pact in &report.pacts {
        out.pact(pact);
    }
    let problems = problems(report);
    out.problems(&problems, &[ProblemKind::Loading, ProblemKind::Hook]);
    out.failures(report, Verdict::Failed, "Failures");
    out.failures(
        report,
        Verdict::Pending,
        "Pending failures, which leave the build green",
    );
    out.problems(&problems, &[ProblemKind::Publishing]);
    out.publications(report);
    out.summary(report);
    out.text
}

/// Returns one failure without colour, as the report shows it but without its number.
pub(super) fn failure(pact: &PactReport, interaction: &InteractionReport) -> String {
    let mut out = Page {
        text: String::new(),
        style: Style::Plain,
    };
    out.failure("", pact, interaction);
    out.text
}

/// Returns what was sent and answered, as far as there was anything.
pub(super) fn exchange(interaction: &InteractionReport) -> String {
    let mut out = Page {
        text: String::new(),
        style: Style::Plain,
    };
    out.exchange(interaction);
    out.text
}

struct Page {
    text: String,
    style: Style,
}

impl Page {
    fn paint(&self, colour: Colour, text: &str) -> String {
        let code = match colour {
            Colour::Bold => 1,
            Colour::Dim => 2,
            Colour::Green => 32,
            Colour::Red => 31,
            Colour::Yellow => 33,
        };
        match self.style {
            Style::Ansi => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
            Style::Plain => text.to_owned(),
        }
    }

    fn line(&mut self, indent: usize, text: &str) {
        for line in text.lines() {
            let padding = if line.is_empty() { 0 } else { indent };
            self.text.push_str(&" ".repeat(padding));
            self.text.push_str(line);
            self.text.push('\n');
        }
        if text.is_empty() {
            self.text.push('\n');
        }
    }

    fn pact(&mut self, pact: &PactReport) {
        let parties = on_one_line(&format!("{} -> {}", pact.consumer, pact.provider));
        let wip = if pact.wip { ", work in progress" } else { "" };
        let heading = format!(
            "{}  {}",
            self.paint(Colour::Bold, &parties),
            self.paint(Colour::Dim, &format!("{}{wip}", on_one_line(&pact.origin)))
        );
        self.line(0, &heading);
        self.notices(pact, BEFORE);
        for warning in &pact.warnings {
            self.line(2, &on_one_line(&format!("warning: {warning}")));
        }
        for interaction in &pact.interactions {
            self.interaction(interaction);
        }
        if pact.interactions.is_empty() && pact.left_out == 0 {
            self.line(2, "the pact has no interactions");
        }
        if pact.left_out > 0 {
            let left_out = plural(pact.left_out, "interaction");
            let text = self.paint(Colour::Dim, &format!("{left_out} left out"));
            self.line(2, &text);
        }
        self.notices(pact, &after(pact));
        self.line(0, "");
    }

    fn notices(&mut self, pact: &PactReport, when: &str) {
        for notice in notices(pact, when) {
            self.line(2, &printable(&notice.text));
        }
    }

    fn interaction(&mut self, interaction: &InteractionReport) {
        let word = match interaction.verdict() {
            Verdict::Failed => self.paint(Colour::Red, "FAILED"),
            Verdict::Passed => self.paint(Colour::Green, "ok"),
            Verdict::Pending => self.paint(Colour::Yellow, "PENDING"),
        };
        self.line(2, &format!("{word}  {}", title(interaction)));
        if let Some(same) = &interaction.same_as {
            let same = format!("the same as {}, run once", on_one_line(same));
            let same = self.paint(Colour::Dim, &same);
            self.line(6, &same);
        }
        for comment in &interaction.comments {
            let comment = self.paint(Colour::Dim, &printable(comment));
            self.line(6, &comment);
        }
        for warning in &interaction.warnings {
            self.line(6, &printable(&format!("warning: {warning}")));
        }
    }

    fn problems(&mut self, problems: &[Problem], kinds: &[ProblemKind]) {
        let mut told = false;
        for problem in problems {
            if !kinds.contains(&problem.kind) {
                continue;
            }
            told = true;
            let text = format!("error: {}", printable(&problem.line()));
            let text = self.paint(Colour::Red, &text);
            self.line(0, &text);
            if let Some(hint) = &problem.hint {
                self.line(0, &clean(&format!("hint: {hint}")));
            }
        }
        if told {
            self.line(0, "");
        }
    }

    fn failures(&mut self, report: &Report, verdict: Verdict, heading: &str) {
        let failures = report
            .interactions()
            .filter(|(_, interaction)| interaction.verdict() == verdict);
        for (index, (pact, interaction)) in failures.enumerate() {
            if index == 0 {
                let heading = self.paint(Colour::Bold, &format!("{heading}:"));
                self.line(0, &heading);
                self.line(0, "");
            }
            self.failure(&format!("{}) ", index + 1), pact, interaction);
        }
    }

    fn failure(&mut self, number: &str, pact: &PactReport, interaction: &InteractionReport) {
        let consumer = on_one_line(&pact.consumer);
        let heading = format!("{number}{consumer}: {}", title(interaction));
        let heading = self.paint(Colour::Bold, &heading);
        self.line(0, &heading);
        self.exchange(interaction);
        match &interaction.outcome {
            Outcome::Passed => {}
            Outcome::Failed(mismatches) => {
                self.line(2, "differs");
                for mismatch in mismatches {
                    let text = printable(&mismatch.to_string());
                    let text = self.paint(Colour::Red, &text);
                    self.line(4, &text);
                }
            }
            Outcome::Error(error) => {
                let text = self.paint(Colour::Red, &printable(&error.to_string()));
                self.line(2, &text);
                if let Some(hint) = error.hint() {
                    self.line(2, &clean(&format!("hint: {hint}")));
                }
            }
        }
        if let Some(rerun) = &interaction.rerun {
            self.line(2, "run it again");
            self.line(4, &clean(rerun));
        }
        self.line(0, "");
    }

    fn exchange(&mut self, interaction: &InteractionReport) {
        if let Some(sent) = &interaction.sent {
            self.request(sent);
        }
        if let Some(answer) = &interaction.answer {
            self.answer(answer);
        }
    }

    fn request(&mut self, sent: &SentRequest) {
        self.line(2, "sent");
        let changed = |changed| if changed { CHANGED } else { "" };
        let target = printable(&format!("{} {}", sent.method, sent.target));
        self.line(4, &format!("{target}{}", changed(sent.target_changed)));
        for (name, value) in &sent.headers {
            let value = value.as_deref().unwrap_or("(not shown)");
            self.line(4, &printable(&format!("{name}: {value}")));
        }
        self.body(&sent.body);
        if sent.body_changed {
            self.line(4, &format!("body{CHANGED}"));
        }
    }

    fn answer(&mut self, answer: &Answer) {
        self.line(2, "answered");
        let reason = http::StatusCode::from_u16(answer.status)
            .ok()
            .and_then(|status| status.canonical_reason())
            .unwrap_or_default();
        self.line(4, format!("{} {reason}", answer.status).trim_end());
        for (name, value) in &answer.headers {
            self.line(4, &printable(&format!("{name}: {value}")));
        }
        self.body(&answer.body);
    }

    fn body(&mut self, body: &[u8]) {
        if body.is_empty() {
            return;
        }
        let text = match std::str::from_utf8(body) {
            Ok(text) => printable(text),
            Err(_) => format!("({} bytes that are not text)", body.len()),
        };
        self.line(4, &text);
    }

    fn publications(&mut self, report: &Report) {
        let mut published = 0;
        for pact in &report.pacts {
            match &pact.publication {
                Publication::Failed { .. } | Publication::NotAsked => {}
                Publication::NoBroker => self.line(
                    0,
                    &format!(
                        "note: the results for {} are not published, {} came from no broker",
                        on_one_line(&pact.consumer),
                        on_one_line(&pact.origin)
                    ),
                ),
                Publication::Published => published += 1,
            }
        }
        if published > 0 {
            let pacts = plural(published, "pact");
            self.line(0, &format!("results of {pacts} published"));
        }
    }

    fn summary(&mut self, report: &Report) {
        for remark in &report.remarks {
            self.line(0, &on_one_line(&format!("note: {remark}")));
        }
        let text = summary(report);
        let colour = if report.passed() {
            Colour::Green
        } else {
            Colour::Red
        };
        let text = self.paint(colour, &text);
        self.line(0, &text);
    }
}

/// Returns what the broker wants to be shown at that moment.
pub(super) fn notices<'a>(pact: &'a PactReport, when: &str) -> impl Iterator<Item = &'a Notice> {
    let when = when.to_owned();
    { pact.notices.iter() }.filter(move |notice| notice.when.as_ref() == Some(&when))
}

/// Returns when notices about the end of this pact's verification apply.
pub(super) fn after(pact: &PactReport) -> String {
    let published = matches!(pact.publication, Publication::Published);
    format!(
        "after_verification:success_{}_published_{published}",
        pact.held()
    )
}
