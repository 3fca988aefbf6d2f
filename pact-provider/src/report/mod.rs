//! What a run found, as data, and the forms it is shown in.

mod result;
mod text;

use std::fmt;

pub use result::{
    InteractionReport, Outcome, PactReport, Publication, Report, SentRequest, Verdict,
};
pub use text::Style;

impl Report {
    /// Returns the report for people, in the style asked for.
    pub fn to_text(&self, style: Style) -> String {
        text::render(self, style)
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
