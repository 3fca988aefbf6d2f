//! What can keep a contract from being made.

use std::error::Error;
use std::fmt;
use std::io;

use pact_core::generators::GenerateError;
use pact_core::model::SpecVersion;
use pact_core::plan::CompileError;

use crate::answer::Unsendable;
use crate::pact_file::PactFileError;
use crate::report::{Failure, chain};
use crate::settings::SettingsError;

/// A consumer test could not make its contract.
///
/// Its `Debug` is what a test that unwraps a result fails with: the whole story, with what caused
/// it and what can be done about it.
///
/// ```
/// use pact_consumer::ConsumerError;
/// use pact_consumer::prelude::*;
///
/// let mut pact = PactBuilder::new("order-web", "order-api");
/// pact.upon_receiving("an order")
///     .get("/orders/42")
///     .will_respond_with(200)
///     .json_body(json_pattern!({ "status": regex("^(open|paid)$", "lost") }));
/// let error = pact.try_start().unwrap_err();
/// assert!(matches!(error, ConsumerError::Example { .. }));
/// assert_eq!(
///     error.hint().as_deref(),
///     Some("give an example that satisfies its rule, or another rule")
/// );
/// ```
#[non_exhaustive]
pub enum ConsumerError {
    /// The response of an interaction is none that a mock server could answer with.
    Answer {
        /// The description of the interaction.
        interaction: String,
        /// What is wrong with it.
        source: Unsendable,
    },
    /// An interaction has a rule that means nothing.
    Compile {
        /// The description of the interaction.
        interaction: String,
        /// What is wrong with it.
        source: CompileError,
    },
    /// An example does not satisfy the rules that stand beside it.
    Example {
        /// The description of the interaction.
        interaction: String,
        /// Where, and what is wrong; never empty.
        problems: Vec<String>,
    },
    /// A value of a message cannot be made.
    Generate {
        /// The description of the interaction.
        interaction: String,
        /// Which, and why.
        source: GenerateError,
    },
    /// An interaction is to be used never, or more often at least than at most.
    NeverCalled {
        /// The description of the interaction.
        interaction: String,
    },
    /// The test describes nothing.
    NoInteractions,
    /// The pact file could not be written.
    File(PactFileError),
    /// A pattern says something that no contract can hold.
    Pattern {
        /// The description of the interaction.
        interaction: String,
        /// Where, and what is wrong.
        fault: String,
    },
    /// Two interactions of one server have the same request, so the later one is never used.
    SameRequest {
        /// The description of the later one.
        interaction: String,
        /// That of the earlier one.
        earlier: String,
    },
    /// The environment or `pact.toml` says something that means nothing.
    Settings(SettingsError),
    /// The mock server could not be started.
    Start {
        /// Where it was to listen.
        address: String,
        /// What the system says.
        source: io::Error,
    },
    /// Nobody says whose contract the test makes.
    Unnamed {
        /// The application: `consumer` or `provider`.
        role: &'static str,
    },
    /// An interaction is of a kind nobody here can play, so the test cannot have used it.
    Unserved {
        /// The description of the interaction.
        interaction: String,
        /// Its type, as pact files name it.
        kind: String,
    },
    /// Interactions have variants that nobody ran.
    Variants {
        /// A variant that was not run.
        variant: String,
    },
    /// The client and the contract do not agree.
    Verification(Box<Failure>),
    /// The version of the contract has no words for something.
    Version {
        /// The description of the interaction.
        interaction: String,
        /// The version asked for.
        version: SpecVersion,
        /// What it cannot hold; never empty.
        things: Vec<String>,
    },
}

impl fmt::Display for ConsumerError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answer { interaction, .. } => {
                write!(formatter, "the answer of `{interaction}` cannot be sent")
            }
            Self::Compile { interaction, .. } => {
                write!(formatter, "interaction `{interaction}` cannot be compiled")
            }
            Self::Example {
                interaction,
                problems,
            } => write!(formatter, "interaction `{interaction}` {}", told(problems)),
            Self::Generate { interaction, .. } => {
                write!(formatter, "a value of `{interaction}` cannot be made")
            }
            Self::NeverCalled { interaction } => write!(
                formatter,
                "interaction `{interaction}` can never be used as often as the test says"
            ),
            Self::NoInteractions => formatter.write_str("the test describes no interaction, so there is no contract to write; begin one with `.upon_receiving(…)` or `.expects_to_receive(…)`"),
            Self::File(source) => source.fmt(formatter),
            Self::Pattern { interaction, fault } => {
                write!(formatter, "interaction `{interaction}`: {fault}")
            }
            Self::SameRequest {
                interaction,
                earlier,
            } => write!(
                formatter,
                "interaction `{interaction}` has the same request as `{earlier}`, which would answer it each time"
            ),
            Self::Settings(source) => source.fmt(formatter),
            Self::Start { address, .. } => {
                write!(formatter, "cannot start a mock server on {address}")
            }
            Self::Unnamed { role } => write!(formatter, "the {role} of this contract has no name"),
            Self::Unserved { interaction, kind } => write!(
                formatter,
                "interaction `{interaction}` is of the unknown type `{kind}`, so this test cannot have used it"
            ),
            Self::Variants { variant } => write!(
                formatter,
                "the contract has variants, such as `{variant}`, with which the test was not run"
            ),
            Self::Verification(inner) => inner.fmt(formatter),
            Self::Version {
                interaction,
                version,
                things,
            } => write!(
                formatter,
                "interaction `{interaction}` cannot be written in version {version} of the specification, which does not hold {}",
                things.join("; ")
            ),
        }
    }
}

impl Error for ConsumerError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Answer { source, .. } => Some(source),
            Self::Compile { source, .. } => Some(source),
            Self::Generate { source, .. } => Some(source),
            Self::File(source) => source.source(),
            Self::Settings(source) => source.source(),
            Self::Start { source, .. } => Some(source),
            _ => None,
        }
    }
}

impl From<PactFileError> for ConsumerError {
    fn from(source: PactFileError) -> Self {
        Self::File(source)
    }
}

impl From<SettingsError> for ConsumerError {
    fn from(source: SettingsError) -> Self {
        Self::Settings(source)
    }
}

impl ConsumerError {
    /// Returns what can be done about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Example { .. } => {
                Some("give an example that satisfies its rule, or another rule".to_owned())
            }
            Self::NeverCalled { .. } => Some(
                "leave it out: a request that no interaction describes fails the test anyway"
                    .to_owned(),
            ),
            Self::SameRequest { .. } => Some(
                "describe it once, or give each a test of its own, or a mock server of its own: \
                 `pact.start()` serves what was described since the last one"
                    .to_owned(),
            ),
            Self::Version { .. } => Some(
                "leave it out, or write the contract in version 4, which is the one used unless \
                 `.spec_version(…)` says otherwise"
                    .to_owned(),
            ),
            Self::Variants { .. } => Some(
                "let `#[pact_test]` or `pact_test(…)` run the test, which runs it for each \
                 variant, or describe the variants as interactions of their own"
                    .to_owned(),
            ),
            Self::File(error) => error.hint(),
            Self::Unnamed { role } => {
                let key = if *role == "consumer" { "name" } else { role };
                let variable = role.to_ascii_uppercase();
                Some(format!(
                    "say it in the test, `#[pact_test({role} = \"my-app\")]`, for all tests, with \
                     `{key} = \"my-app\"` under `[consumer]` in `pact.toml`, or with \
                     `PACT_{variable}_NAME`"
                ))
            }
            Self::Answer { .. }
            | Self::Compile { .. }
            | Self::Generate { .. }
            | Self::NoInteractions
            | Self::Pattern { .. }
            | Self::Settings(_)
            | Self::Start { .. }
            | Self::Unserved { .. }
            | Self::Verification(_) => None,
        }
    }

    /// Returns the error with what caused it and what can be done about it, a line each.
    pub(crate) fn story(&self) -> String {
        let mut story = chain(self);
        if let Some(hint) = self.hint() {
            story.push_str(&format!("\n  hint: {hint}"));
        }
        story
    }
}

impl fmt::Debug for ConsumerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Verification(failure) => f.write_str(&failure.report()),
            other => f.write_str(&other.story()),
        }
    }
}

fn told(problems: &[String]) -> String {
    match problems {
        [problem] => format!("cannot be used: {problem}"),
        problems => {
            let lines = problems.iter().map(|problem| format!("\n    {problem}"));
            format!("cannot be used:{}", lines.collect::<String>())
        }
    }
}
