//! What can keep a contract from being made.

use std::io;

use pact_core::plan::CompileError;

use crate::pact_file::PactFileError;
use crate::report::Failure;

/// A consumer test could not make its contract.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConsumerError {
    /// An interaction has a rule that means nothing.
    #[error("interaction `{interaction}` cannot be compiled")]
    Compile {
        /// The description of the interaction.
        interaction: String,
        /// What is wrong with it.
        #[source]
        source: CompileError,
    },
    /// The test describes nothing.
    #[error(
        "the test describes no interaction, so there is no contract to write; begin one with `.upon_receiving(…)`"
    )]
    NoInteractions,
    /// The pact file could not be written.
    #[error(transparent)]
    File(#[from] PactFileError),
    /// The mock server could not be started.
    #[error("cannot start a mock server on {address}")]
    Start {
        /// Where it was to listen.
        address: String,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// An interaction is of a kind no server can play, so the test cannot have used it.
    #[error(
        "interaction `{interaction}` is of type `{kind}`: a mock server plays `Synchronous/HTTP` only, so this test cannot have used it"
    )]
    Unserved {
        /// The description of the interaction.
        interaction: String,
        /// Its type, as pact files name it.
        kind: String,
    },
    /// The client and the contract do not agree.
    #[error("{0}")]
    Verification(Box<Failure>),
}
