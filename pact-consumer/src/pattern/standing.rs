//! Where a pattern stands: in an interaction, and in the pattern around it.

use pact_core::path::{DocPath, PathToken};

use super::choice::Picks;

/// Which side of an interaction a pattern stands on.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Side {
    /// What the provider sends: a value made afresh must be allowed to differ.
    Received,
    /// What the consumer sends: it sends the example.
    Sent,
}

/// Where a pattern stands in an interaction.
#[derive(Clone, Debug)]
pub(crate) struct Standing<'p> {
    pub(crate) side: Side,
    /// Names the place among all of a test.
    pub(crate) id: String,
    /// What the place is called in texts: a word before the path, or the place itself.
    pub(crate) called: Called,
    /// Whether the whole may be left out.
    pub(crate) may_be_absent: bool,
    pub(crate) picks: &'p Picks,
}

/// What a place is called.
#[derive(Clone, Debug)]
pub(crate) enum Called {
    /// By the path in it, then these words: `$.id in the request`.
    ByPath(String),
    /// By these words: ``header `ETag` ``.
    Whole(String),
}

/// A place in the pattern.
#[derive(Clone)]
pub(super) struct At {
    pub(super) path: DocPath,
    /// The path of the list whose elements are looked for, where paths begin anew.
    pub(super) prefix: String,
    pub(super) may_be_absent: bool,
}

impl At {
    pub(super) fn step(&self, token: PathToken) -> Self {
        Self {
            path: self.path.join(token),
            prefix: self.prefix.clone(),
            may_be_absent: false,
        }
    }

    pub(super) fn shown(&self) -> String {
        match self.prefix.as_str() {
            "" => self.path.to_string(),
            prefix => format!("{prefix}{}", &self.path.to_string()[1..]),
        }
    }
}
