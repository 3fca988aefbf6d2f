//! The command that verifies one interaction again.

use std::sync::Arc;

use crate::report::{InteractionReport, PactReport};

type Command = Arc<dyn Fn(&PactReport, &InteractionReport) -> String + Send + Sync>;

/// How the command is made.
#[derive(Clone)]
pub(crate) enum Rerun {
    Custom(Command),
    /// `cargo test` of the running test, with the filter in the environment.
    Test {
        package: Option<String>,
        test: Option<String>,
    },
}

impl Rerun {
    /// Looks at who runs: the package from Cargo's environment, the test from the thread's name unless
    /// it is one of a runtime's own, which no function could have.
    pub(crate) fn of_this_test() -> Self {
        let thread = std::thread::current();
        Self::Test {
            package: std::env::var("CARGO_PKG_NAME").ok(),
            test: thread
                .name()
                .filter(|name| *name != "main" && !name.contains([' ', '-']))
                .map(str::to_owned),
        }
    }

    pub(crate) fn command(
        &self,
        pact: &PactReport,
        interaction: &InteractionReport,
    ) -> Option<String> {
        match self {
            Self::Custom(command) => Some(command(pact, interaction)),
            Self::Test { package, test } => {
                let choice = choice(interaction);
                let package = package.as_ref().map(|name| format!(" -p {name}"));
                let test = test.as_ref().map(|name| format!(" {name}"));
                Some(format!(
                    "{choice} cargo test{}{}",
                    package.unwrap_or_default(),
                    test.unwrap_or_default()
                ))
            }
        }
    }
}

/// Returns the variables that choose the interaction: by its words where they are enough.
fn choice(interaction: &InteractionReport) -> String {
    if let Some(reference) = &interaction.reference {
        return format!("PACT_INTERACTION={reference}");
    }
    let description = quoted(&exactly(&interaction.description));
    match interaction.states.first() {
        Some(state) => {
            let state = quoted(&exactly(&state.name));
            format!("PACT_DESCRIPTION={description} PACT_PROVIDER_STATE={state}")
        }
        None => format!("PACT_DESCRIPTION={description} PACT_PROVIDER_NO_STATE=true"),
    }
}

/// Returns the expression that matches the text and nothing else.
fn exactly(text: &str) -> String {
    format!("^{}$", regex::escape(text))
}

/// Quotes for a POSIX shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}
