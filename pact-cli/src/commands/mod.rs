//! What each command does.

pub(crate) mod broker;
pub(crate) mod demo;
pub(crate) mod files;
pub(crate) mod mock;
pub(crate) mod stub;
pub(crate) mod verifier;

use std::process::ExitCode;

/// The answer of a command that came to one.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Verdict {
    /// Not everything needed for an answer could be asked.
    CouldNotAsk,
    /// No, or not known.
    No,
    /// No, said by an exit code that scripts know from the official program.
    Other(u8),
    /// Done, or yes.
    Yes,
}

impl Verdict {
    /// Returns `Yes` if it holds.
    pub(crate) const fn of(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }

    /// Returns 0, 1 or 3, or the code that was chosen.
    pub(crate) fn exit_code(self) -> ExitCode {
        match self {
            Self::Yes => ExitCode::SUCCESS,
            Self::No => ExitCode::from(1),
            Self::Other(code) => ExitCode::from(code),
            Self::CouldNotAsk => ExitCode::from(3),
        }
    }
}
