//! One value against one rule: whether it holds, and in which words it does not.

mod json;
mod text;
mod words;

pub(crate) use json::{holds as json_holds, words as json_words};
pub(crate) use text::{holds as text_holds, words as text_words};

/// The two texts of a difference.
pub(crate) struct Words {
    /// In the words of the compatibility suite.
    pub(crate) description: String,
    /// In plain words.
    pub(crate) sentence: String,
}

/// Where a rule stands relative to the value it judges.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Reach {
    /// At the very path of the value.
    Exact,
    /// At an ancestor.
    Cascaded,
}

/// Returns whether the text is a semantic version, and if not why.
fn semver(text: &str) -> Result<(), String> {
    semver::Version::parse(text)
        .map(drop)
        .map_err(|error| error.to_string())
}
