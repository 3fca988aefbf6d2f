//! Why an interaction cannot be compiled.

/// What a contract says cannot be compared with anything.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum CompileError {
    /// The expected body is not what its media type says.
    #[error("the expected body is not {format}: {reason}")]
    Body {
        /// The format it should be in.
        format: &'static str,
        /// What is wrong with it, and where.
        reason: String,
    },
    /// A rule is not one.
    #[error("{place}: rule `{rule}`: {reason}")]
    Rule {
        /// The part and the path the rule stands at.
        place: String,
        /// The rule's name.
        rule: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The rules with the example make more cases than a plan may hold.
    #[error(
        "the rules for the {part} make more combinations with the example than a plan can hold"
    )]
    TooManyCombinations {
        /// The part the rules govern.
        part: &'static str,
    },
}
