//! What runs around a test: give it a builder, judge it, write the contract.

use std::fmt::Debug;
use std::path::PathBuf;

use crate::builder::PactBuilder;
use crate::message::{caught, caught_async};
use crate::report::Failure;
use crate::variants::Runs;

/// Whose contract a test makes, and where it goes.
#[derive(Clone, Debug)]
pub struct TestOptions {
    consumer: String,
    provider: String,
    output_dir: Option<PathBuf>,
    test: Option<String>,
}

impl TestOptions {
    /// Returns options for a contract between the two applications.
    pub fn new(consumer: impl Into<String>, provider: impl Into<String>) -> Self {
        Self {
            consumer: consumer.into(),
            provider: provider.into(),
            output_dir: None,
            test: None,
        }
    }

    /// Sets the folder of the pact file.
    #[must_use]
    pub fn output_dir(self, folder: impl Into<PathBuf>) -> Self {
        Self {
            output_dir: Some(folder.into()),
            ..self
        }
    }

    /// Sets the name by which the test is run again.
    #[must_use]
    pub fn test_name(self, name: impl Into<String>) -> Self {
        Self {
            test: Some(name.into()),
            ..self
        }
    }

    /// Tells a failure how the test is run again.
    pub(crate) fn name_in(&self, failure: &mut Failure) {
        failure.test.clone_from(&self.test);
    }

    pub(crate) fn builder(&self) -> PactBuilder {
        let mut builder = PactBuilder::new(self.consumer.clone(), self.provider.clone());
        if let Some(folder) = &self.output_dir {
            builder.output_dir(folder);
        }
        if let Some(name) = &self.test {
            builder.test_name(name.clone());
        }
        builder
    }
}

/// What a test may return; an `Err` is a failed test, and a failed test writes no contract.
pub trait TestOutcome {
    /// Returns what the test failed with, if it did.
    fn failure(&self) -> Option<String>;
}

impl TestOutcome for () {
    fn failure(&self) -> Option<String> {
        None
    }
}

impl<T: TestOutcome, E: Debug> TestOutcome for Result<T, E> {
    fn failure(&self) -> Option<String> {
        match self {
            Ok(inner) => inner.failure(),
            Err(error) => Some(format!("{error:?}")),
        }
    }
}

/// Runs a test with a builder, then judges what its client did and writes the contract.
///
/// The contract is written only when the test passed, every interaction was used and no request
/// was unexpected. A test with optional, nullable or one-of values is run again for each variant.
///
/// ```
/// use pact_consumer::prelude::*;
/// # let folder = std::env::temp_dir().join(format!("pact-doc-{}", std::process::id()));
/// # use std::io::{Read, Write};
/// # let call = |mock: &MockServer| {
/// #     let mut stream = std::net::TcpStream::connect(mock.addr()).unwrap();
/// #     stream.write_all(b"GET /ping HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
/// #     let mut text = String::new();
/// #     stream.read_to_string(&mut text).unwrap();
/// #     text
/// # };
/// pact_test(TestOptions::new("web", "api").output_dir(&folder), |pact| {
///     pact.upon_receiving("a ping").get("/ping").will_respond_with(204);
///     let mock = pact.start();
///     assert!(call(&mock).starts_with("HTTP/1.1 204"));
/// });
/// assert!(folder.join("web-api.json").exists());
/// # std::fs::remove_dir_all(folder).unwrap();
/// ```
///
/// # Panics
///
/// When the test does, when its client does not hold to the contract, or when the contract cannot
/// be written.
#[track_caller]
pub fn pact_test<R: TestOutcome>(
    options: TestOptions,
    mut test: impl FnMut(&mut PactBuilder) -> R,
) -> R {
    let mut runs = Runs::new(options, true);
    while let Some(mut builder) = runs.next() {
        let outcome = caught(|| test(&mut builder));
        if let Some(failed) = runs.judge(builder, outcome) {
            return failed;
        }
    }
    runs.conclude()
}

/// Does as [`pact_test`] for a test that can be run only once, because it uses up what it was given;
/// its interactions can have no variants.
///
/// # Panics
///
/// As [`pact_test`].
#[track_caller]
pub fn pact_test_once<R: TestOutcome>(
    options: TestOptions,
    test: impl FnOnce(&mut PactBuilder) -> R,
) -> R {
    let mut runs = Runs::new(options, false);
    if let Some(mut builder) = runs.next() {
        let outcome = caught(|| test(&mut builder));
        if let Some(failed) = runs.judge(builder, outcome) {
            return failed;
        }
    }
    runs.conclude()
}

/// Does as [`pact_test`] for an asynchronous test; needs no particular runtime.
///
/// # Panics
///
/// As [`pact_test`].
pub async fn pact_test_async<R: TestOutcome>(
    options: TestOptions,
    mut test: impl AsyncFnMut(&mut PactBuilder) -> R,
) -> R {
    let mut runs = Runs::new(options, true);
    while let Some(mut builder) = runs.next() {
        let outcome = caught_async(test(&mut builder)).await;
        if let Some(failed) = runs.judge(builder, outcome) {
            return failed;
        }
    }
    runs.conclude()
}

/// Does as [`pact_test_once`] for an asynchronous test.
///
/// # Panics
///
/// As [`pact_test`].
pub async fn pact_test_once_async<R: TestOutcome>(
    options: TestOptions,
    test: impl AsyncFnOnce(&mut PactBuilder) -> R,
) -> R {
    let mut runs = Runs::new(options, false);
    if let Some(mut builder) = runs.next() {
        let outcome = caught_async(test(&mut builder)).await;
        if let Some(failed) = runs.judge(builder, outcome) {
            return failed;
        }
    }
    runs.conclude()
}
