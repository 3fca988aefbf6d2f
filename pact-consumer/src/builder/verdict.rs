//! Whether the test held to its contract, and what becomes of the contract.

use std::path::PathBuf;
use std::sync::atomic::Ordering;

use pact_core::model::{Interaction, InteractionKind};

use super::check::kinds_fit;
use super::{Handling, PactBuilder};
use crate::error::ConsumerError;
use crate::pact_file;
use crate::report::Failure;

impl PactBuilder {
    /// Returns what went wrong between the test's client and the contract, if anything did.
    pub fn failure(&self) -> Option<Failure> {
        let unserved: Vec<Interaction> = self.drafts[self.served..]
            .iter()
            .filter(|draft| !draft.is_message())
            .map(|draft| draft.finished())
            .collect();
        self.judged.store(true, Ordering::Relaxed);
        let failure = Failure::collect(&self.consumer, &self.provider, &self.servers, &unserved);
        let messages: Vec<(String, Handling)> = self
            .drafts
            .iter()
            .filter(|draft| draft.is_message())
            .map(|draft| {
                let description = draft.finished().description;
                (description, draft.handling.clone())
            })
            .collect();
        Failure::with_messages(failure, (&self.consumer, &self.provider), messages, || {
            self.servers.iter().map(|server| server.len()).sum()
        })
    }

    /// Writes the contract when everything in it was used; returns the file.
    ///
    /// # Errors
    ///
    /// [`ConsumerError::Verification`] when an interaction was not used, a request matched none or
    /// a message was not handled; [`ConsumerError::Unserved`] when an interaction is of a kind that
    /// no test can use; otherwise when the contract cannot be written. Then no file was changed.
    pub fn finish(self) -> Result<PathBuf, ConsumerError> {
        self.judged.store(true, Ordering::Relaxed);
        self.heed_settings()?;
        if let Some(failure) = self.failure() {
            return Err(ConsumerError::Verification(Box::new(failure)));
        }
        if self.drafts.is_empty() {
            return Err(ConsumerError::NoInteractions);
        }
        if let Some(choice) = self.choices().next()
            && !self.runs_variants
        {
            return Err(ConsumerError::Variants {
                variant: choice.words.last().cloned().unwrap_or_default(),
            });
        }
        let mut interactions = self.drafts.iter().map(|draft| &draft.interaction);
        if let Some(other) = interactions
            .find(|interaction| matches!(interaction.kind, InteractionKind::Other { .. }))
        {
            return Err(ConsumerError::Unserved {
                interaction: other.description.clone(),
                kind: other.kind.name().to_owned(),
            });
        }
        let pact = self.build();
        kinds_fit(&pact)?;
        let folder = self
            .output_dir
            .clone()
            .unwrap_or_else(pact_file::default_folder);
        Ok(pact_file::write(&folder, &pact, self.mode)?)
    }

    /// Returns whether a client used the contract and nobody asked how.
    fn is_forgotten(&self) -> bool {
        let mut drafts = self.drafts.iter();
        let is_used =
            !self.servers.is_empty() || drafts.any(|draft| draft.handling != Handling::Unhandled);
        let is_judged = self.judged.load(Ordering::Relaxed)
            || !self.servers.is_empty() && self.servers.iter().all(|server| server.is_judged());
        // Whoever runs the variants judges every run.
        is_used && !is_judged && !self.runs_variants
    }

    /// Tells a test that panics what its client was refused, which is most often why it does.
    #[expect(
        clippy::print_stderr,
        reason = "a second panic would end the process; the test runner shows this below the first"
    )]
    fn say_what_was_refused(&self) {
        let failure = self.failure();
        if let Some(failure) = failure.filter(|failure| !failure.unexpected.is_empty()) {
            eprintln!("\n{}", failure.report());
        }
    }
}

/// A test that never asks whether its client held to the contract would pass whatever the client
/// did, and leave no contract.
impl Drop for PactBuilder {
    fn drop(&mut self) {
        if !self.is_forgotten() {
            return;
        }
        if std::thread::panicking() {
            self.say_what_was_refused();
            return;
        }
        if let Some(failure) = self.failure() {
            panic!("{}", failure.report());
        }
        let Self {
            consumer, provider, ..
        } = self;
        panic!(
            "contract of `{consumer}` with `{provider}`: the test ended without `finish()`, so the \
             contract was not written\n  hint: end it with `pact.finish()?`, or let `#[pact_test]` \
             or `pact_test(…)` do so; a server without a contract is started by \
             `MockServer::serve(…)`; an error that the test returned before is not seen here"
        );
    }
}
