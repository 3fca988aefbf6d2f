//! What runs around a test: give it a builder, judge it, write the contract.

use std::fmt::Debug;
use std::path::PathBuf;

use pact_core::model::SpecVersion;

use crate::builder::{PactBuilder, WriteMode};
use crate::error::ConsumerError;
use crate::message::{caught, caught_async};
use crate::report::Failure;
use crate::settings::Settings;
use crate::variants::Runs;

/// Whose contract a test makes, and where it goes.
///
/// What the options do not say is taken from the environment or from `pact.toml`, as [`Settings`]
/// tells.
///
/// ```
/// use pact_consumer::prelude::*;
/// use pact_consumer::{SpecVersion, WriteMode};
/// # let folder = std::env::temp_dir().join(format!("pact-doc-options-{}", std::process::id()));
/// # let pacts = folder.join("pacts");
///
/// let options = TestOptions::new("mailer", "order-api")
///     .output_dir(&pacts)
///     .spec_version(SpecVersion::V3)
///     .write_mode(WriteMode::Overwrite);
/// pact_test(options, |pact| {
///     pact.expects_to_receive("an order was placed").json_body(json_pattern!({ "id": 42 }));
///     pact.handle_messages(|message: &ReceivedMessage| {
///         message.json::<serde_json::Value>().map(drop)
///     });
/// });
/// let contract = std::fs::read_to_string(pacts.join("mailer-order-api.json"))?;
/// assert!(contract.contains(r#""version": "3.0.0""#));
/// # std::fs::remove_dir_all(folder)?;
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct TestOptions {
    said: Settings,
    test: Option<String>,
}

impl TestOptions {
    /// Returns options for a contract between the two applications.
    pub fn new(consumer: impl Into<String>, provider: impl Into<String>) -> Self {
        Self::from_settings().consumer(consumer).provider(provider)
    }

    /// Returns options that say nothing themselves.
    pub fn from_settings() -> Self {
        Self::default()
    }

    /// Names the application under test.
    #[must_use]
    pub fn consumer(mut self, name: impl Into<String>) -> Self {
        self.said.consumer = Some(name.into());
        self
    }

    /// Names the application it asks.
    #[must_use]
    pub fn provider(mut self, name: impl Into<String>) -> Self {
        self.said.provider = Some(name.into());
        self
    }

    /// Sets the folder of the pact file.
    #[must_use]
    pub fn output_dir(mut self, folder: impl Into<PathBuf>) -> Self {
        self.said.output_dir = Some(folder.into());
        self
    }

    /// Sets the version of the specification the contract is written in.
    #[must_use]
    pub const fn spec_version(mut self, version: SpecVersion) -> Self {
        self.said.spec_version = Some(version);
        self
    }

    /// Sets whether what earlier runs wrote is forgotten.
    #[must_use]
    pub const fn write_mode(mut self, mode: WriteMode) -> Self {
        self.said.write_mode = Some(mode);
        self
    }

    /// Sets the name by which the test is run again.
    #[must_use]
    pub fn test_name(mut self, name: impl Into<String>) -> Self {
        self.test = Some(name.into());
        self
    }

    /// Sets the name by which the test is run again from the module it stands in, as
    /// `module_path!()` gives it, and its function.
    #[must_use]
    pub fn test_in(self, module: &str, function: &str) -> Self {
        let function = function.trim_start_matches("r#");
        match module.split_once("::") {
            Some((_, inner)) => self.test_name(format!("{inner}::{function}")),
            None => self.test_name(function),
        }
    }

    /// Tells a failure how the test is run again.
    pub(crate) fn name_in(&self, failure: &mut Failure) {
        failure.test = self.run_by();
    }

    fn builder(&self) -> Result<PactBuilder, ConsumerError> {
        let mut settings = self.said.clone().or(Settings::find()?);
        let unnamed = |role| ConsumerError::Unnamed { role };
        let consumer = settings.consumer.take().ok_or(unnamed("consumer"))?;
        let provider = settings.provider.take().ok_or(unnamed("provider"))?;
        let mut builder = PactBuilder::with((consumer, provider), settings);
        if let Some(name) = &self.test {
            builder.test_name(name.clone());
        }
        Ok(builder)
    }

    /// Returns a builder for a run of the test.
    #[track_caller]
    pub(crate) fn begin(&self) -> PactBuilder {
        match self.builder() {
            Ok(builder) => builder,
            Err(error) => panic!("{}", error.story()),
        }
    }

    /// Returns the name by which the test is run again: the one that was given, but for a test of
    /// several cases that of the case, which only the test runner knows.
    pub(crate) fn run_by(&self) -> Option<String> {
        let thread = std::thread::current();
        let runner = thread.name().filter(|name| *name != "main");
        match (&self.test, runner) {
            (Some(test), Some(runner)) if runner.starts_with(&format!("{test}::")) => {
                Some(runner.to_owned())
            }
            (Some(test), _) => Some(test.clone()),
            (None, runner) => runner.map(str::to_owned),
        }
    }
}

/// What a test may return; an `Err` is a failed test, and a failed test writes no contract.
#[diagnostic::on_unimplemented(
    message = "a contract test returns nothing or a `Result`, not `{Self}`",
    label = "returns `{Self}`",
    note = "nothing looks at what a test returns: compare it inside the test, with `assert_eq!`"
)]
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
/// ```
/// use pact_consumer::prelude::*;
/// use pact_consumer::pact_test_once;
/// # let folder = std::env::temp_dir().join(format!("pact-doc-once-{}", std::process::id()));
///
/// let (sender, orders) = std::sync::mpsc::channel();
/// pact_test_once(TestOptions::new("mailer", "api").output_dir(&folder), |pact| {
///     pact.expects_to_receive("an order was placed").json_body(json_pattern!({ "id": 42 }));
///     // The channel closes when the handler is done, so this cannot be run a second time.
///     let sender = sender;
///     pact.handle_messages(|message: &ReceivedMessage| {
///         sender.send(message.contents().to_vec())
///     });
/// });
/// assert_eq!(orders.iter().count(), 1);
/// # std::fs::remove_dir_all(folder).unwrap();
/// ```
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
/// ```
/// use pact_consumer::prelude::*;
/// # let folder = std::env::temp_dir().join(format!("pact-doc-async-{}", std::process::id()));
/// # let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
/// # runtime.block_on(async {
/// let options = TestOptions::new("mailer", "api").output_dir(&folder);
/// pact_test_async(options, async |pact| {
///     pact.expects_to_receive("an order was placed")
///         .json_body(json_pattern!({ "id": integer(42) }));
///     pact.handle_messages_async(async |message: &ReceivedMessage| {
///         message.json::<serde_json::Value>().map(drop)
///     })
///     .await;
/// })
/// .await;
/// # });
/// assert!(folder.join("mailer-api.json").exists());
/// # std::fs::remove_dir_all(folder).unwrap();
/// ```
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
/// ```
/// use pact_consumer::prelude::*;
/// use pact_consumer::pact_test_once_async;
/// # let folder = std::env::temp_dir().join(format!("pact-doc-last-{}", std::process::id()));
/// # let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
/// # runtime.block_on(async {
///
/// let (sender, order) = tokio::sync::oneshot::channel();
/// let options = TestOptions::new("mailer", "api").output_dir(&folder);
/// pact_test_once_async(options, async |pact| {
///     pact.expects_to_receive("an order was placed").json_body(json_pattern!({ "id": 42 }));
///     // It can send once, so this cannot be run a second time.
///     let mut sender = Some(sender);
///     pact.handle_messages(|message: &ReceivedMessage| {
///         let sender = sender.take().ok_or("a second message")?;
///         sender.send(message.contents().to_vec()).map_err(|_| "nobody waits")
///     });
/// })
/// .await;
/// assert_eq!(order.await.unwrap(), br#"{"id":42}"#);
/// # });
/// # std::fs::remove_dir_all(folder).unwrap();
/// ```
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the name by which a test is run again that runs on a thread of a name.
    fn run_by(options: TestOptions, thread: &str) -> Option<String> {
        let thread = std::thread::Builder::new().name(thread.to_owned());
        thread
            .spawn(move || options.run_by())
            .unwrap()
            .join()
            .unwrap()
    }

    #[test]
    fn a_test_is_run_again_by_its_name_and_a_case_by_that_of_the_case() {
        let stated = || TestOptions::from_settings().test_in("it::orders", "r#match");
        assert_eq!(run_by(stated(), "main").as_deref(), Some("orders::match"));
        let case = "orders::match::case_1_open";
        assert_eq!(run_by(stated(), case).as_deref(), Some(case));
        let other = run_by(stated(), "orders::matched");
        assert_eq!(other.as_deref(), Some("orders::match"));
        let unstated = run_by(TestOptions::from_settings(), "orders::paid");
        assert_eq!(unstated.as_deref(), Some("orders::paid"));
        assert_eq!(run_by(TestOptions::from_settings(), "main"), None);
        let at_the_root = TestOptions::from_settings().test_in("it", "paid");
        assert_eq!(run_by(at_the_root, "main").as_deref(), Some("paid"));
    }
}
