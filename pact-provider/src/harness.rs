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

use std::future::Future;
use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::{Arguments, Failed, Trial};
use pact_core::model::{Interaction, Pact};
use tokio::runtime::{Builder, Runtime};

use crate::error::chain;
use crate::report::{Report, Style};
use crate::verifier::Verifier;

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
    let loaded = match runtime.block_on(async { make().await.load().await }) {
        Ok(loaded) => loaded,
        Err(error) => return vec![failing("the verifier is set up", chain(&error))],
    };
    let mut trials: Vec<Trial> = { loaded.failures.iter() }
        .map(|failure| failing("all pacts can be loaded", failure.chain()))
        .collect();
    for loaded in loaded.pacts {
        let (pending, mut pact) = (loaded.pending, loaded.pact);
        for mut interaction in std::mem::take(&mut pact.interactions) {
            interaction.pending |= pending;
            let name = name(&pact, &interaction);
            let mut alone = pact.clone();
            alone.interactions.push(interaction);
            let (make, runtime) = (Arc::clone(make), Arc::clone(runtime));
            trials.push(Trial::test(name, move || {
                let run = async { make().await.only(alone).run().await };
                verdict(&runtime.block_on(run).map_err(|error| chain(&error))?)
            }));
        }
    }
    if trials.is_empty() {
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

fn name(pact: &Pact, interaction: &Interaction) -> String {
    let states: Vec<&str> = { interaction.provider_states.iter() }
        .map(|state| state.name.as_str())
        .collect();
    let given = if states.is_empty() { "" } else { ", given " };
    format!(
        "{}: {}{given}{}",
        pact.consumer,
        interaction.description,
        states.join(" and ")
    )
}
