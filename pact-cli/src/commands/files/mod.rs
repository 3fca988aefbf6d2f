//! Commands that read pact files and ask nobody.

mod diff;
mod explain;
mod lint;
mod merge;

pub(crate) use diff::Diff;
pub(crate) use explain::Explain;
pub(crate) use lint::Lint;
pub(crate) use merge::Merge;
