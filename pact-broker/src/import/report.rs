//! What an import did, for people and for programs.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

/// How many of those that could not be carried are named for each reason.
const NAMED: usize = 20;

/// What no broker shows, so that no import can bring it.
const NEVER_SHOWN: [&str; 3] = [
    "which webhooks were called for what, and the logs of the calls",
    "which results were of pacts fetched as pending or as work in progress; they count as ordinary ones",
    "users, and settings of the broker itself",
];

/// How far an import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImportProgress {
    /// What is being done.
    pub doing: &'static str,
    /// How many steps of it are done.
    pub done: u64,
    /// How many there are, once that is known.
    pub of: Option<u64>,
}

/// What an import did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ImportReport {
    /// The base URL of the other broker.
    pub source: String,
    /// Whether it came to its end.
    pub complete: bool,
    /// What was carried, by kind.
    pub carried: BTreeMap<&'static str, Counted>,
    /// What could not be carried, by reason.
    pub not_carried: Vec<NotCarried>,
    /// What is worth knowing before this broker is used.
    pub notes: Vec<String>,
    /// What no broker shows, so that it stays behind.
    pub never_shown: Vec<&'static str>,
}

/// How many of a kind there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counted {
    /// Those that were written.
    pub new: u64,
    /// Those that were here already.
    pub known: u64,
    /// Those that were here, and whose end was added.
    pub ended: u64,
}

/// What could not be carried for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NotCarried {
    /// The reason.
    pub why: String,
    /// How many there are.
    pub count: u64,
    /// Some of them; all, where there are few.
    pub what: Vec<String>,
}

impl ImportReport {
    pub(super) fn of(source: String) -> Self {
        Self {
            source,
            complete: false,
            carried: BTreeMap::new(),
            not_carried: Vec::new(),
            notes: Vec::new(),
            never_shown: NEVER_SHOWN.to_vec(),
        }
    }

    pub(super) fn count(&mut self, kind: &'static str) -> &mut Counted {
        self.carried.entry(kind).or_default()
    }

    pub(super) fn lose(&mut self, why: &str, what: impl Into<String>) {
        let reason = self.not_carried.iter_mut().find(|one| one.why == why);
        let reason = match reason {
            Some(reason) => reason,
            None => {
                self.not_carried.push(NotCarried {
                    why: why.to_owned(),
                    count: 0,
                    what: Vec::new(),
                });
                self.not_carried.last_mut().expect("one was just added")
            }
        };
        reason.count += 1;
        if reason.what.len() < NAMED {
            reason.what.push(printable(&what.into()));
        }
    }

    pub(super) fn note(&mut self, note: impl Into<String>) {
        self.notes.push(printable(&note.into()));
    }
}

/// Names come from elsewhere: what would steer a terminal is shown as what it is.
fn printable(text: &str) -> String {
    let shown = |letter: char| match letter.is_control() {
        true => letter.escape_default().to_string(),
        false => letter.to_string(),
    };
    text.chars().map(shown).collect()
}

impl fmt::Display for ImportReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = match self.complete {
            true => "complete",
            false => "not complete: run it again to go on",
        };
        writeln!(f, "import from {}: {end}", self.source)?;
        for (kind, counted) in &self.carried {
            write!(f, "  {kind}: {} new, {} known", counted.new, counted.known)?;
            if counted.ended > 0 {
                write!(f, ", {} ended", counted.ended)?;
            }
            writeln!(f)?;
        }
        for reason in &self.not_carried {
            writeln!(f, "not carried, {}: {}", reason.why, reason.count)?;
            for what in &reason.what {
                writeln!(f, "  {what}")?;
            }
            let more = reason.count.saturating_sub(reason.what.len() as u64);
            if more > 0 {
                writeln!(f, "  and {more} more")?;
            }
        }
        for note in &self.notes {
            writeln!(f, "note: {note}")?;
        }
        write!(f, "no broker shows, and so stays behind:")?;
        for what in &self.never_shown {
            write!(f, "\n  {what}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_counts_by_kind_and_names_what_stays_behind_by_reason() {
        let mut report = ImportReport::of("http://old".to_owned());
        report.count("pacts").new += 2;
        report.count("pacts").known += 1;
        report.count("deployments").ended += 1;
        report.lose("a name is none", "version `a`");
        for number in 0..22 {
            report.lose("its secret is not shown", format!("webhook {number}"));
        }
        report.note("look \u{1b}[1mtwice");
        let text = report.to_string();
        let head: Vec<_> = text.lines().take(7).collect();
        insta::assert_snapshot!(head.join("\n"), @r"
        import from http://old: not complete: run it again to go on
          deployments: 0 new, 0 known, 1 ended
          pacts: 2 new, 1 known
        not carried, a name is none: 1
          version `a`
        not carried, its secret is not shown: 22
          webhook 0
        ");
        assert!(text.contains("  webhook 19\n  and 2 more\nnote: look \\u{1b}[1mtwice\n"));
    }
}
