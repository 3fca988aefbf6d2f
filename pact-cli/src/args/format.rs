//! How an answer is written.

use clap::ValueEnum;

/// For people or for programs.
#[derive(Clone, Copy, Eq, PartialEq, ValueEnum)]
pub(crate) enum Format {
    /// Lines and tables for people
    #[value(aliases = ["table", "pretty"])]
    Text,
    /// What the broker answered, as JSON
    Json,
}

/// For people, for programs, or just the id of what was made.
#[derive(Clone, Copy, Eq, PartialEq, ValueEnum)]
pub(crate) enum FormatOrId {
    /// Lines for people
    #[value(aliases = ["table", "pretty"])]
    Text,
    /// What the broker answered, as JSON
    Json,
    /// The UUID alone
    Id,
}
