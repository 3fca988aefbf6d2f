//! The matrix: which consumer versions and provider versions go together, and whether that is
//! enough to deploy one.
//!
//! [`answer`] is the whole of it. The store gathers [`Facts`] in the steps that [`resolve`]
//! offers, and a question with all its facts at hand is answered without looking anything up.

pub mod decision;
pub mod facts;
pub mod query;
pub mod reason;
pub mod resolve;
pub mod rows;

pub use decision::{Decision, Verdict};
pub use facts::Facts;
pub use query::{
    Destination, IgnoreSelector, LatestBy, MatrixQuery, MatrixSelector, VersionChoice,
};
pub use reason::{Party, Reason, ReasonLevel};
pub use rows::MatrixRow;

/// The answer to a matrix question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matrix {
    /// The rows that are shown, those set aside last.
    pub rows: Vec<MatrixRow>,
    /// What follows from all rows.
    pub verdict: Verdict,
}

/// Answers a question from facts.
pub fn answer(query: &MatrixQuery, facts: &Facts) -> Matrix {
    let mut entries = resolve::specified(&query.selectors, facts);
    let dependencies = resolve::dependencies(&entries, query.destination.is_some(), facts);
    if let Some(destination) = &query.destination {
        let inferred = resolve::inferred(&entries, &dependencies, destination, facts);
        entries.extend(inferred);
    }
    let mut rows = rows::rows(query, &entries, facts);
    let verdict = decision::decide(query, &entries, &dependencies, &rows, facts);
    rows::cut(query, &mut rows);
    Matrix { rows, verdict }
}
