//! A test binary with one test for each interaction, so that `cargo test <part of a name>` and
//! nextest see them by name.
//!
//! ```toml
//! [[test]]
//! name = "interactions"
//! harness = false
//! ```
//!
//! ```no_run
//! use std::process::ExitCode;
//!
//! use pact_provider::{Verifier, harness};
//!
//! fn main() -> ExitCode {
//!     harness::main(|| async {
//!         Verifier::new("order-api")
//!             .service(axum::Router::new())
//!             .pacts_from_dir("../pacts")
//!     })
//! }
//! ```

use std::collections::HashMap;
use std::future::Future;
use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::{Arguments, Failed, Trial};
use pact_core::model::{Interaction, Pact};
use tokio::runtime::{Builder, Runtime};

use crate::error::chain;
use crate::report::{Report, Style};
use crate::verifier::{ToTest, Verifier};

/// Runs a test for each interaction of the verifier's pacts and returns the code to exit with.
///
/// The verifier is made once to find the pacts, and afresh for each test. Tests run one after the
/// other unless `--test-threads` says otherwise. Nothing is published.
pub fn main<F, Fut>(make: F) -> ExitCode
where
    F: Fn() -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Verifier> + Send + 'static,
{
    let mut arguments = Arguments::from_args();
    arguments.test_threads = arguments.test_threads.or(Some(1));
    let runtime = match Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => Arc::new(runtime),
        Err(error) => {
            let trial = failing("a runtime can be started", error.to_string());
            return libtest_mimic::run(&arguments, vec![trial]).exit_code();
        }
    };
    let trials = trials(&Arc::new(make), &runtime);
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn trials<F, Fut>(make: &Arc<F>, runtime: &Arc<Runtime>) -> Vec<Trial>
where
    F: Fn() -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Verifier> + Send + 'static,
{
    let to_test = match runtime.block_on(async { make().await.load().await }) {
        Ok(to_test) => to_test,
        Err(error) => return vec![failing("the verifier is set up", chain(&error))],
    };
    let ToTest {
        loaded,
        empty,
        nothing_is_fine,
    } = to_test;
    let mut trials: Vec<Trial> = { loaded.failures.iter() }
        .map(|failure| failing("all pacts can be loaded", failure.chain()))
        .collect();
    trials.extend(empty.into_iter().map(|consumer| {
        let name = format!("{consumer}: there is something to verify");
        failing(&name, "the pact has no interactions".to_owned())
    }));
    let mut names = HashMap::new();
    for loaded in loaded.pacts {
        let (pending, mut pact) = (loaded.pending, loaded.pact);
        for mut interaction in std::mem::take(&mut pact.interactions) {
            interaction.pending |= pending;
            let name = unlike(&mut names, name(&pact, &interaction));
            let mut alone = pact.clone();
            alone.interactions.push(interaction);
            let (make, runtime) = (Arc::clone(make), Arc::clone(runtime));
            trials.push(Trial::test(name, move || {
                let run = async { make().await.only(alone).run().await };
                verdict(&runtime.block_on(run).map_err(|error| chain(&error))?)
            }));
        }
    }
    if trials.is_empty() && !nothing_is_fine {
        let remarks = loaded.remarks.join("; ");
        trials.push(failing("there is something to verify", remarks));
    }
    trials
}

fn verdict(report: &Report) -> Result<(), Failed> {
    if report.passed() {
        Ok(())
    } else {
        Err(report.to_text(Style::Plain).into())
    }
}

fn failing(name: &str, reason: String) -> Trial {
    Trial::test(name, || Err(reason.into()))
}

/// Returns the name of an interaction's test. A line break would make two names of it.
fn name(pact: &Pact, interaction: &Interaction) -> String {
    let states: Vec<&str> = { interaction.provider_states.iter() }
        .map(|state| state.name.as_str())
        .collect();
    let given = if states.is_empty() { "" } else { ", given " };
    let name = format!(
        "{}: {}{given}{}",
        pact.consumer,
        interaction.description,
        states.join(" and ")
    );
    name.replace(char::is_control, " ").trim().to_owned()
}

/// Returns the name with a number when it was there before: runners such as nextest run tests by
/// their names, each by its own.
fn unlike(names: &mut HashMap<String, usize>, name: String) -> String {
    let times = names.entry(name.clone()).or_default();
    *times += 1;
    match *times {
        1 => name,
        times => format!("{name} ({times})"),
    }
}

#[cfg(test)]
mod tests {
    use pact_core::model::{InteractionKind, ProviderState};

    use super::*;

    #[test]
    fn names_are_lines_and_no_two_are_alike() {
        let pact = Pact::new("web", "api");
        let kind = InteractionKind::Http(Box::default());
        let mut interaction = Interaction::new("a request\r\nfor an order\n", kind);
        interaction.provider_states = ["a", "b"].map(ProviderState::new).into();
        let mut names = HashMap::new();
        let mut next = || unlike(&mut names, name(&pact, &interaction));
        assert_eq!(next(), "web: a request  for an order , given a and b");
        assert_eq!(next(), "web: a request  for an order , given a and b (2)");
    }
}
