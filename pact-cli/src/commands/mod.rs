//! What each command does.

pub(crate) mod broker;

use std::process::ExitCode;

/// The answer of a command that came to one.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Verdict {
    /// Done, or yes.
    Yes,
    /// No, or not known.
    No,
}

impl Verdict {
    /// Returns `Yes` if it holds.
    pub(crate) const fn of(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }

    /// Returns 0 or 1.
    pub(crate) fn exit_code(self) -> ExitCode {
        match self {
            Self::Yes => ExitCode::SUCCESS,
            Self::No => ExitCode::from(1),
        }
    }
}
