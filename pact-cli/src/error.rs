//! Why a command came to no answer, and the exit code that says so.

use std::error::Error;
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use pact_broker::{ImportError, StartError};
use pact_broker_client::{BrokerError, ParseHeaderError, SelectorError};
use pact_consumer::pact_file::PactFileError;
use pact_core::format::{ReadError, WriteError};
use pact_core::merge::Conflict;
use pact_core::plan::CompileError;
use pact_provider::VerifyError;

/// A command could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CliError {
    /// The broker could not be asked, or said no to the request itself.
    #[error(transparent)]
    Broker(#[from] BrokerError),
    /// An interaction cannot be compared with anything.
    #[error("the interaction `{interaction}` cannot be compared")]
    Compile {
        interaction: String,
        #[source]
        source: Box<CompileError>,
    },
    /// Two pact files say different things about one interaction.
    #[error("cannot merge `{}` with the pact files before it", path.display())]
    Conflict {
        path: PathBuf,
        #[source]
        source: Box<Conflict>,
    },
    /// A header of the user's is none.
    #[error(transparent)]
    Header(#[from] ParseHeaderError),
    /// An import could not go on.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// Nobody can be listened to at the address.
    #[error("cannot listen at {address}")]
    Listen {
        address: String,
        #[source]
        source: io::Error,
    },
    /// A mock server, or the master of them, could not do it; the exit code is that of the
    /// official program.
    #[error("{what}")]
    Mock {
        what: String,
        hint: Option<String>,
        code: u8,
    },
    /// Another error, with an exit code that is not its own: the official program has another for
    /// it, or nobody asked for a verdict.
    #[error("{error}")]
    Coded { code: u8, error: Box<Self> },
    /// A line could not be written.
    #[error("cannot write the answer")]
    Output(#[source] io::Error),
    /// A file is there and is no pact.
    #[error("cannot read pact file `{}`", path.display())]
    Pact {
        path: PathBuf,
        #[source]
        source: Box<ReadError>,
    },
    /// A file or folder could not be read.
    #[error("cannot read `{}`", path.display())]
    Read {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    /// There is no such thing, said by the broker or found out from what it said.
    #[error("{what}")]
    Refused { what: String, hint: Option<String> },
    /// A consumer version selector is none.
    #[error(transparent)]
    Selector(#[from] SelectorError),
    /// The runtime could not be set up.
    #[error("cannot start the runtime")]
    Runtime(#[source] io::Error),
    /// The broker could not be started.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The demo did not come out as it must.
    #[error("the demo stopped: {what}")]
    Story {
        what: &'static str,
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// What was typed makes no sense together.
    #[error("{what}")]
    Usage { what: String, hint: Option<String> },
    /// The verifier was set up in a way that cannot mean anything.
    #[error(transparent)]
    Verify(#[from] VerifyError),
    /// A file could not be written.
    #[error("cannot write `{}`", path.display())]
    Write {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    /// A pact file could not be written.
    #[error(transparent)]
    WriteFile(#[from] PactFileError),
    /// A pact cannot be written.
    #[error("cannot write the pact between `{consumer}` and `{provider}`")]
    WritePact {
        consumer: String,
        provider: String,
        #[source]
        source: WriteError,
    },
}

impl CliError {
    /// Returns an error about what was typed.
    pub(crate) fn usage(what: impl Into<String>) -> Self {
        Self::Usage {
            what: what.into(),
            hint: None,
        }
    }

    /// Returns an error about what was typed, with a way out.
    pub(crate) fn usage_with_hint(what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Usage {
            what: what.into(),
            hint: Some(hint.into()),
        }
    }

    /// Returns 1 where the answer is no, 2 for wrong usage, 3 where nobody could be asked.
    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::Coded { code, .. } | Self::Mock { code, .. } => *code,
            Self::Broker(
                BrokerError::BadRequest { .. }
                | BrokerError::Conflict { .. }
                | BrokerError::NotFound { .. },
            )
            | Self::Compile { .. }
            | Self::Conflict { .. }
            | Self::Refused { .. } => 1,
            Self::Broker(BrokerError::InvalidBaseUrl { .. } | BrokerError::InvalidName { .. })
            | Self::Header(_)
            | Self::Selector(_)
            | Self::Usage { .. }
            | Self::Verify(_) => 2,
            Self::Broker(_)
            | Self::Import(_)
            | Self::Output(_)
            | Self::Listen { .. }
            | Self::Pact { .. }
            | Self::Read { .. }
            | Self::Runtime(_)
            | Self::Start(_)
            | Self::Story { .. }
            | Self::Write { .. }
            | Self::WriteFile(_)
            | Self::WritePact { .. } => 3,
        })
    }

    /// Returns whether nobody reads any more what is written.
    pub(crate) fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }

    /// Returns what can be done about it.
    pub(crate) fn hint(&self) -> Option<String> {
        match self {
            Self::Broker(error) => error.hint(),
            Self::Coded { error, .. } => error.hint(),
            Self::Conflict { source, .. } => source.hint(),
            Self::Mock { hint, .. } | Self::Refused { hint, .. } | Self::Usage { hint, .. } => {
                hint.clone()
            }
            Self::Import(error) => error.hint(),
            Self::Start(error) => error.hint(),
            Self::Verify(error) => error.hint(),
            Self::Pact { source, .. } => source.hint().map(str::to_owned),
            Self::WritePact { source, .. } => source.hint(),
            Self::Compile { .. }
            | Self::Header(_)
            | Self::Listen { .. }
            | Self::Output(_)
            | Self::Read { .. }
            | Self::Runtime(_)
            | Self::Selector(_)
            | Self::Story { .. }
            | Self::Write { .. }
            | Self::WriteFile(_) => None,
        }
    }

    /// Returns what lies behind, nearest first.
    pub(crate) fn causes(&self) -> Vec<String> {
        if let Self::Coded { error, .. } = self {
            return error.causes();
        }
        let mut causes = Vec::new();
        let mut source = self.source();
        while let Some(cause) = source {
            let text = cause.to_string();
            if causes
                .last()
                .is_none_or(|last: &String| !last.contains(&text))
            {
                causes.push(text);
            }
            source = cause.source();
        }
        // An HTTP library wraps the one telling line in several that say nothing more.
        if let Self::Broker(BrokerError::Transport { .. })
        | Self::Import(ImportError::Source(BrokerError::Transport { .. })) = self
        {
            causes.drain(..causes.len().saturating_sub(1));
        }
        causes
    }
}

/// Returns what an error says, and what lies behind it, in one line.
pub(crate) fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(deeper) = cause {
        let said = deeper.to_string();
        // Some errors say what lies behind them themselves.
        if !text.contains(&said) {
            text.push_str(&format!(": {said}"));
        }
        cause = deeper.source();
    }
    text
}
