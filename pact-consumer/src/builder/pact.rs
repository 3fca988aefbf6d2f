//! The contract a test is about to make.

use std::path::PathBuf;
use std::sync::Arc;

use pact_core::model::{HttpExchange, Interaction, InteractionKind, Pact, SpecVersion};

use super::RequestBuilder;
use crate::error::ConsumerError;
use crate::pact_file;
use crate::report::Failure;
use crate::server::{MockServer, ServerState};

/// Whether an existing pact file is added to or replaced.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum WriteMode {
    /// What other tests wrote stays; the same interaction is replaced.
    #[default]
    Merge,
    /// The first writer of a test run replaces the file, later ones of the same run merge.
    Overwrite,
}

/// Collects what a test relies on, starts the provider's stand-in, and writes the contract.
///
/// `#[pact_test]` gives one to a test. Without the attribute, [`pact_test`](crate::pact_test()) does
/// the same as a function.
#[derive(Debug)]
pub struct PactBuilder {
    consumer: String,
    provider: String,
    spec_version: SpecVersion,
    output_dir: Option<PathBuf>,
    mode: WriteMode,
    interactions: Vec<Interaction>,
    /// One for each server that was started, with the interactions it was started with.
    servers: Vec<Arc<ServerState>>,
    /// How many interactions the servers know.
    served: usize,
}

impl PactBuilder {
    /// Returns a builder for the contract between the two applications.
    pub fn new(consumer: impl Into<String>, provider: impl Into<String>) -> Self {
        let mode = match std::env::var("PACT_OVERWRITE").as_deref() {
            Ok("true" | "1") => WriteMode::Overwrite,
            _ => WriteMode::Merge,
        };
        Self {
            consumer: consumer.into(),
            provider: provider.into(),
            spec_version: SpecVersion::V4,
            output_dir: None,
            mode,
            interactions: Vec::new(),
            servers: Vec::new(),
            served: 0,
        }
    }

    /// Sets the version of the specification the file is written in; V4 unless said otherwise.
    pub const fn spec_version(&mut self, version: SpecVersion) -> &mut Self {
        self.spec_version = version;
        self
    }

    /// Sets the folder of the file, instead of `PACT_OUTPUT_DIR` or `target/pacts`.
    pub fn output_dir(&mut self, folder: impl Into<PathBuf>) -> &mut Self {
        self.output_dir = Some(folder.into());
        self
    }

    /// Sets whether an existing file is added to or replaced, instead of `PACT_OVERWRITE`.
    pub const fn write_mode(&mut self, mode: WriteMode) -> &mut Self {
        self.mode = mode;
        self
    }

    /// Begins an interaction; with its provider states the description identifies it.
    pub fn upon_receiving(&mut self, description: impl Into<String>) -> RequestBuilder<'_> {
        let exchange = Box::new(HttpExchange::default());
        self.interactions.push(Interaction::new(
            description,
            InteractionKind::Http(exchange),
        ));
        let last = self.interactions.len() - 1;
        RequestBuilder::new(&mut self.interactions[last])
    }

    /// Adds an interaction made elsewhere. Only HTTP interactions can be used by a test, and a
    /// contract with one that was not used is not written.
    pub fn interaction(&mut self, interaction: Interaction) -> &mut Self {
        self.interactions.push(interaction);
        self
    }

    /// Starts a server that answers as the interactions say; those begun since the last server was
    /// started are its own.
    ///
    /// # Panics
    ///
    /// When an interaction has a rule that cannot be compiled, or no port can be bound; the text
    /// says which and why.
    #[track_caller]
    pub fn start(&mut self) -> MockServer {
        match self.try_start() {
            Ok(server) => server,
            Err(error) => panic!("{}", crate::report::chain(&error)),
        }
    }

    /// Does as [`PactBuilder::start`], without panicking.
    ///
    /// # Errors
    ///
    /// When an interaction cannot be compiled, or no port can be bound.
    pub fn try_start(&mut self) -> Result<MockServer, ConsumerError> {
        let fresh = self.interactions[self.served..].to_vec();
        let parties = (self.consumer.clone(), self.provider.clone());
        let server = MockServer::start(parties, fresh)?;
        self.served = self.interactions.len();
        self.servers.push(server.state());
        Ok(server)
    }

    /// Returns the contract as it stands.
    pub fn build(&self) -> Pact {
        let mut pact = Pact::new(self.consumer.clone(), self.provider.clone());
        pact.spec_version = self.spec_version;
        pact.interactions.clone_from(&self.interactions);
        for interaction in &mut pact.interactions {
            if self.spec_version == SpecVersion::V4
                && matches!(interaction.kind, InteractionKind::Http(_))
            {
                interaction
                    .transport
                    .get_or_insert_with(|| "http".to_owned());
            }
        }
        pact
    }

    /// Returns what went wrong between the test's client and the servers, if anything did.
    pub fn failure(&self) -> Option<Failure> {
        let unserved = &self.interactions[self.served..];
        Failure::collect(&self.consumer, &self.provider, &self.servers, unserved)
    }

    /// Writes the contract when everything in it was used; returns the file.
    ///
    /// # Errors
    ///
    /// [`ConsumerError::Verification`] when an interaction was not used or a request matched none;
    /// [`ConsumerError::Unserved`] when an interaction is none of HTTP; otherwise when the file
    /// cannot be written. Then no file was changed.
    pub fn finish(self) -> Result<PathBuf, ConsumerError> {
        if let Some(failure) = self.failure() {
            return Err(ConsumerError::Verification(Box::new(failure)));
        }
        if self.interactions.is_empty() {
            return Err(ConsumerError::NoInteractions);
        }
        let mut interactions = self.interactions.iter();
        if let Some(other) =
            interactions.find(|interaction| !matches!(interaction.kind, InteractionKind::Http(_)))
        {
            return Err(ConsumerError::Unserved {
                interaction: other.description.clone(),
                kind: other.kind.name().to_owned(),
            });
        }
        let folder = self
            .output_dir
            .clone()
            .unwrap_or_else(pact_file::default_folder);
        Ok(pact_file::write(&folder, &self.build(), self.mode)?)
    }
}
