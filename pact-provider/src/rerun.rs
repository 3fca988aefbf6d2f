//! The command that verifies one interaction again, and what helps to word another
//! ([`Verifier::rerun_command`](crate::Verifier::rerun_command)).

use std::path::Path;
use std::sync::Arc;

use crate::report::{InteractionReport, PactReport};

type Command = Arc<dyn Fn(&PactReport, &InteractionReport) -> String + Send + Sync>;

/// How the command is made.
#[derive(Clone)]
pub(crate) enum Rerun {
    Custom(Command),
    /// `cargo test` of the running test, with the filter in the environment.
    Test(Place),
    /// `cargo test` of a test that is nothing but this interaction.
    #[cfg(feature = "harness")]
    Trial(Place),
}

/// Where the running test is.
#[derive(Clone)]
pub(crate) struct Place {
    package: Option<String>,
    binary: Option<String>,
    test: Option<String>,
}

impl Rerun {
    /// Looks at who runs: the package from Cargo's environment, the test from the thread's name unless
    /// it is one of a runtime's own, which no function could have.
    pub(crate) fn of_this_test() -> Self {
        let thread = std::thread::current();
        let package = std::env::var("CARGO_PKG_NAME").ok();
        Self::Test(Place {
            binary: std::env::current_exe()
                .ok()
                .and_then(|path| test_binary(&path, package.as_deref())),
            package,
            test: thread
                .name()
                .filter(|name| *name != "main" && !name.contains([' ', '-']))
                .map(str::to_owned),
        })
    }

    /// Returns the command for a test of that name, which is nothing but one interaction. What the user
    /// wants instead stays.
    #[cfg(feature = "harness")]
    pub(crate) fn of_trial(self, name: &str) -> Self {
        match self {
            Self::Test(place) | Self::Trial(place) => Self::Trial(Place {
                test: Some(name.to_owned()),
                ..place
            }),
            custom @ Self::Custom(_) => custom,
        }
    }

    pub(crate) fn command(
        &self,
        pact: &PactReport,
        interaction: &InteractionReport,
    ) -> Option<String> {
        match self {
            Self::Custom(command) => Some(command(pact, interaction)),
            Self::Test(place) => Some(format!("{} {}", choice(interaction), place.command())),
            #[cfg(feature = "harness")]
            Self::Trial(place) => Some(place.command()),
        }
    }
}

impl Place {
    fn command(&self) -> String {
        let part = |option: &str, value: &Option<String>| {
            let value = value.as_ref().map(|value| shell_word(value));
            value.map_or_else(String::new, |value| format!(" {option} {value}"))
        };
        format!(
            "cargo test{}{}{}",
            part("-p", &self.package),
            part("--test", &self.binary),
            part("-- --exact", &self.test)
        )
    }
}

/// Returns the name of the integration test that is running: Cargo puts its program beside those of
/// the other targets, with a hash behind the name. One that is called as the package would be may be
/// that of the library.
fn test_binary(path: &Path, package: Option<&str>) -> Option<String> {
    path.parent().filter(|folder| folder.ends_with("deps"))?;
    let (name, _) = path.file_stem()?.to_str()?.rsplit_once('-')?;
    let library = package.map(|package| package.replace('-', "_"));
    (library.as_deref() != Some(name) && package != Some(name)).then(|| name.to_owned())
}

/// Returns the variables that choose the interaction: by its words where they are enough.
fn choice(interaction: &InteractionReport) -> String {
    if let Some(reference) = &interaction.reference {
        return format!("PACT_INTERACTION={reference}");
    }
    let description = shell_word(&exactly(&interaction.description));
    match interaction.states.first() {
        Some(state) => {
            let state = shell_word(&exactly(&state.name));
            format!("PACT_DESCRIPTION={description} PACT_PROVIDER_STATE={state}")
        }
        None => format!("PACT_DESCRIPTION={description} PACT_PROVIDER_NO_STATE=true"),
    }
}

/// Returns the expression that matches the text and nothing else, for `PACT_DESCRIPTION` and
/// `PACT_PROVIDER_STATE`.
pub fn exactly(text: &str) -> String {
    format!("^{}$", regex::escape(text))
}

/// Returns the text as one word of a POSIX shell, quoted where that is needed.
pub fn shell_word(text: &str) -> String {
    let plain =
        |character: char| character.is_ascii_alphanumeric() || "_./:=@%+,-".contains(character);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_is_named_with_its_binary_where_there_is_one() {
        for (path, binary) in [
            ("/w/target/debug/deps/it-0123456789abcdef", Some("it")),
            ("/w/target/debug/deps/a-b-0123456789abcdef", Some("a-b")),
            ("/w/target/debug/deps/my_api-0123456789abcdef", None),
            ("/tmp/rustdoctest/rust_out", None),
            ("/w/target/debug/pact", None),
        ] {
            let found = test_binary(Path::new(path), Some("my-api"));
            assert_eq!(found.as_deref(), binary, "{path}");
        }
        let place = Place {
            package: Some("my-api".to_owned()),
            binary: Some("it".to_owned()),
            test: Some("web: an order, given one".to_owned()),
        };
        assert_eq!(
            place.command(),
            "cargo test -p my-api --test it -- --exact 'web: an order, given one'"
        );
    }
}
