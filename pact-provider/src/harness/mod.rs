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

use libtest_mimic::{Arguments, Completion, Failed, Trial};
use pact_core::model::{Interaction, Pact};
use tokio::runtime::{Builder, Runtime};

use crate::error::chain;
use crate::report::{Report, Style, Verdict};
use crate::verifier::{ToTest, Verifier};

/// Runs a test for each interaction of the verifier's pacts and returns the code to exit with.
///
/// The verifier is made once to find the pacts, and afresh for each test: so are its services, and
/// what runs before and after all interactions runs around each. Under nextest, where each test is a
/// process of its own, the pacts are loaded by each of them; take them from a folder there.
///
/// Tests run one after the other unless `--test-threads` says otherwise. A pending failure is shown as
/// ignored, with its report. What is odd about the pacts is told on standard error. Nothing is
/// published.
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
    let (trials, notes) = trials(&Arc::new(make), &runtime);
    if !arguments.list {
        notes.iter().for_each(|text| note(text));
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// Returns the tests, and what the sources of pacts have to say.
fn trials<F, Fut>(make: &Arc<F>, runtime: &Arc<Runtime>) -> (Vec<Trial>, Vec<String>)
where
    F: Fn() -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Verifier> + Send + 'static,
{
    let to_test = match runtime.block_on(async { make().await.load().await }) {
        Ok(to_test) => to_test,
        Err(error) => {
            let trial = failing("the verifier is set up", chain(&error));
            return (vec![trial], Vec::new());
        }
    };
    let ToTest {
        loaded,
        empty,
        unknown,
        nothing_is_fine,
    } = to_test;
    let mut trials: Vec<Trial> = { loaded.failures.iter() }
        .map(|failure| failing("all pacts can be loaded", failure.chain()))
        .collect();
    let nothing = "the pact has no interactions";
    let without = { empty.into_iter() }.map(|consumer| (consumer, nothing));
    let unknown = { unknown.into_iter() }.map(|consumer| (consumer, "no pact was found"));
    trials.extend(without.chain(unknown).map(|(consumer, reason)| {
        let name = format!("{consumer}: there is something to verify");
        failing(&one_line(&name), reason.to_owned())
    }));
    let mut notes: Vec<String> = { loaded.remarks.iter() }
        .map(|remark| format!("note: {remark}"))
        .collect();
    let mut names = HashMap::new();
    for loaded in loaded.pacts {
        let consumer = &loaded.pact.consumer;
        let warnings = loaded.warnings.iter();
        notes.extend(warnings.map(|warning| format!("warning: {consumer}: {warning}")));
        let (pending, mut pact) = (loaded.pending, loaded.pact);
        for mut interaction in std::mem::take(&mut pact.interactions) {
            interaction.pending |= pending;
            let name = unlike(&mut names, name(&pact, &interaction));
            let mut alone = pact.clone();
            alone.interactions.push(interaction);
            let (make, runtime) = (Arc::clone(make), Arc::clone(runtime));
            let test = name.clone();
            trials.push(Trial::ignorable_test(name, move || {
                let run = async { make().await.only(alone, &test).run().await };
                let report = runtime.block_on(run).map_err(|error| chain(&error))?;
                verdict(&report)
            }));
        }
    }
    if trials.is_empty() && !nothing_is_fine {
        let remarks = loaded.remarks.join("; ");
        trials.push(failing("there is something to verify", remarks));
    }
    (trials, notes)
}

/// Tells whoever runs the tests, as the library that runs them does.
#[expect(
    clippy::print_stderr,
    reason = "a test program has nobody else to tell"
)]
fn note(text: &str) {
    eprintln!("{}", one_line(text));
}

/// A pending failure is shown as a test that is ignored: it neither holds nor fails the build.
fn verdict(report: &Report) -> Result<Completion, Failed> {
    if !report.passed() {
        return Err(report.to_text(Style::Plain).into());
    }
    for (_, interaction) in report.interactions() {
        { interaction.warnings.iter() }.for_each(|warning| note(&format!("warning: {warning}")));
    }
    if report.count(|verdict| verdict == Verdict::Pending) > 0 {
        let text = report.to_text(Style::Plain);
        return Ok(Completion::ignored_with(format!("pending:\n{text}")));
    }
    Ok(Completion::Completed)
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
    one_line(&name)
}

fn one_line(text: &str) -> String {
    text.replace(char::is_control, " ").trim().to_owned()
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
mod tests;
