//! What a run found, as data, and the forms it is shown in.

mod github;
mod html;
mod json;
mod junit;
mod problems;
mod result;
mod sarif;
mod summary;
mod text;
mod words;

use std::fmt;

pub use result::{
    InteractionReport, Outcome, PactReport, Publication, Report, SentRequest, Verdict,
};
pub use text::Style;
pub(crate) use words::steers;

impl Report {
    /// Returns the report for people, in the style asked for.
    pub fn to_text(&self, style: Style) -> String {
        text::render(self, style)
    }

    /// Returns the report as JSON: the keys of the ecosystem's verifier, and ours beside them.
    pub fn to_json(&self) -> String {
        json::render(self)
    }

    /// Returns the report as JUnit XML, with a case for each interaction.
    pub fn to_junit(&self) -> String {
        junit::render(self)
    }

    /// Returns the report as one self-contained page of HTML.
    pub fn to_html(&self) -> String {
        html::render(self)
    }

    /// Returns GitHub's workflow commands, which annotate a run with what failed.
    pub fn to_github(&self) -> String {
        github::annotations(self)
    }

    /// Returns a summary in Markdown, such as a step summary on GitHub.
    pub fn to_markdown(&self) -> String {
        github::markdown(self)
    }

    /// Returns what failed as SARIF 2.1.0.
    pub fn to_sarif(&self) -> String {
        sarif::render(self)
    }

    /// Panics with the report unless everything held.
    ///
    /// # Panics
    ///
    /// When [`Report::passed`] is false.
    #[track_caller]
    pub fn assert(&self) {
        assert!(self.passed(), "\n{self}");
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_text(Style::Plain))
    }
}
