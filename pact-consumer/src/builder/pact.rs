//! The contract a test is about to make.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use pact_core::model::{Interaction, InteractionKind, Pact, SpecVersion};

use super::check::requests_differ;
use super::{Draft, MessageBuilder, QuestionBuilder, RequestBuilder};
use crate::error::ConsumerError;
use crate::pattern::{FoundChoice, Picks};
use crate::server::{MockServer, ServerOptions, ServerState};
use crate::settings::{Settings, SettingsError};

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
/// the same as a function. A test that makes one itself ends with [`finish`](Self::finish): where a
/// client used the contract and nobody asks for the verdict, dropping the builder panics.
#[derive(Debug)]
#[must_use = "the contract is judged and written by `finish()`"]
pub struct PactBuilder {
    pub(super) consumer: String,
    pub(super) provider: String,
    spec_version: SpecVersion,
    pub(super) output_dir: Option<PathBuf>,
    pub(super) mode: WriteMode,
    /// The name of the test, for the contract and its reader.
    test_name: Option<String>,
    pub(super) drafts: Vec<Draft>,
    /// What this run of the test takes where there is a choice.
    picks: Arc<Picks>,
    /// Whether somebody sees to it that the test is run for every variant.
    pub(super) runs_variants: bool,
    /// What other runs of the same test used and no run before had.
    variants: Vec<Interaction>,
    /// One for each server that was started, with the interactions it was started with.
    pub(super) servers: Vec<Arc<ServerState>>,
    /// How many interactions the servers know.
    pub(super) served: usize,
    /// Whether anybody asked if the test held to the contract.
    pub(super) judged: AtomicBool,
    /// Why the environment or `pact.toml` could not be heeded, told when the builder is to be used.
    fault: Option<SettingsError>,
}

impl PactBuilder {
    /// Returns a builder for the contract between the two applications.
    ///
    /// The folder, the version and the mode are those that the environment and `pact.toml` give to
    /// every test, as [`Settings`] tells, until the builder is told others. A setting that means
    /// nothing is an error when a server is started and when the contract is written.
    ///
    /// ```
    /// use pact_consumer::PactBuilder;
    ///
    /// let mut pact = PactBuilder::new("order-web", "order-api");
    /// pact.upon_receiving("a ping").get("/ping").will_respond_with(204);
    /// assert_eq!(pact.build().interactions[0].description, "a ping");
    /// ```
    pub fn new(consumer: impl Into<String>, provider: impl Into<String>) -> Self {
        let parties = (consumer.into(), provider.into());
        match Settings::find() {
            Ok(settings) => Self::with(parties, settings),
            Err(fault) => {
                let mut builder = Self::with(parties, Settings::default());
                builder.fault = Some(fault);
                builder
            }
        }
    }

    /// Returns a builder with settings that were found already.
    pub(crate) fn with((consumer, provider): (String, String), settings: Settings) -> Self {
        Self {
            consumer,
            provider,
            spec_version: settings.spec_version.unwrap_or(SpecVersion::V4),
            output_dir: settings.output_dir,
            mode: settings.write_mode.unwrap_or_default(),
            test_name: None,
            drafts: Vec::new(),
            picks: Arc::default(),
            runs_variants: false,
            variants: Vec::new(),
            servers: Vec::new(),
            served: 0,
            judged: AtomicBool::new(false),
            fault: None,
        }
    }

    /// Sets the version of the specification the file is written in, instead of
    /// `PACT_SPECIFICATION_VERSION`, `pact.toml` or V4.
    pub const fn spec_version(&mut self, version: SpecVersion) -> &mut Self {
        self.spec_version = version;
        self
    }

    /// Sets the folder of the file, instead of `PACT_OUTPUT_DIR`, `pact.toml` or `target/pacts`.
    pub fn output_dir(&mut self, folder: impl Into<PathBuf>) -> &mut Self {
        self.output_dir = Some(folder.into());
        self
    }

    /// Sets whether an existing file is added to or replaced, instead of `PACT_OVERWRITE` or
    /// `pact.toml`.
    pub const fn write_mode(&mut self, mode: WriteMode) -> &mut Self {
        self.mode = mode;
        self
    }

    /// Sets the name of the test, which a V4 contract keeps beside its interactions.
    pub fn test_name(&mut self, name: impl Into<String>) -> &mut Self {
        self.test_name = Some(name.into());
        self
    }

    /// Begins an HTTP interaction; with its provider states the description identifies it.
    pub fn upon_receiving(&mut self, description: impl Into<String>) -> RequestBuilder<'_> {
        let kind = InteractionKind::Http(Box::default());
        RequestBuilder::new(self.begin(Interaction::new(description, kind)))
    }

    /// Begins a message that the provider sends and nobody answers (V3 and V4).
    ///
    /// [`handle_messages`](Self::handle_messages) calls the client's handler with it.
    pub fn expects_to_receive(&mut self, description: impl Into<String>) -> MessageBuilder<'_> {
        let kind = InteractionKind::AsyncMessage(Box::default());
        MessageBuilder::new(self.begin(Interaction::new(description, kind)))
    }

    /// Begins a message that the consumer sends and the provider answers by one or several (V4).
    ///
    /// [`handle_exchanges`](Self::handle_exchanges) plays it with the client under test.
    pub fn upon_message(&mut self, description: impl Into<String>) -> QuestionBuilder<'_> {
        let kind = InteractionKind::SyncMessage(Box::default());
        QuestionBuilder::new(self.begin(Interaction::new(description, kind)))
    }

    /// Adds an interaction made elsewhere; its examples are taken as they are. One that was not used
    /// by the test, or is of a kind that no test can use, keeps the contract from being written.
    pub fn interaction(&mut self, interaction: Interaction) -> &mut Self {
        self.begin(interaction).is_given = true;
        self
    }

    fn begin(&mut self, interaction: Interaction) -> &mut Draft {
        let last = self.drafts.len();
        let picks = Arc::clone(&self.picks);
        self.drafts.push(Draft::new(interaction, last, picks));
        &mut self.drafts[last]
    }

    /// Starts a server that answers as the HTTP interactions say; those begun since the last server
    /// was started are its own.
    ///
    /// # Panics
    ///
    /// When an interaction means nothing, when two have the same request, or when no port can be
    /// bound; the text says which and why.
    #[track_caller]
    pub fn start(&mut self) -> MockServer {
        match self.try_start() {
            Ok(server) => server,
            Err(error) => panic!("{}", error.story()),
        }
    }

    /// Does as [`PactBuilder::start`], with a server of another kind: at an address of the test's
    /// choice, under a base path, with CORS or HTTPS.
    ///
    /// # Panics
    ///
    /// As [`PactBuilder::start`].
    #[track_caller]
    pub fn start_with(&mut self, options: ServerOptions) -> MockServer {
        match self.try_start_with(options) {
            Ok(server) => server,
            Err(error) => panic!("{}", error.story()),
        }
    }

    /// Does as [`PactBuilder::start`], without panicking.
    ///
    /// # Errors
    ///
    /// When an interaction means nothing, when two have the same request, or when no port can be
    /// bound.
    pub fn try_start(&mut self) -> Result<MockServer, ConsumerError> {
        self.try_start_with(ServerOptions::new())
    }

    /// Does as [`PactBuilder::start_with`], without panicking.
    ///
    /// # Errors
    ///
    /// As [`PactBuilder::try_start`].
    pub fn try_start_with(&mut self, options: ServerOptions) -> Result<MockServer, ConsumerError> {
        self.heed_settings()?;
        let fresh = &self.drafts[self.served..];
        self.check(fresh.iter().filter(|draft| !draft.is_message()))?;
        requests_differ(fresh)?;
        let expected = fresh.iter().map(Draft::expected).collect();
        let parties = (self.consumer.clone(), self.provider.clone());
        let server = MockServer::start_with(parties, expected, options)?;
        self.served = self.drafts.len();
        self.servers.push(server.state());
        Ok(server)
    }

    pub(super) fn heed_settings(&self) -> Result<(), ConsumerError> {
        self.fault.clone().map_or(Ok(()), |fault| Err(fault.into()))
    }

    /// Returns the contract as it stands.
    pub fn build(&self) -> Pact {
        let mut pact = self.contract_of(&self.drafts);
        pact.interactions.extend(self.variants.iter().cloned());
        pact
    }

    /// Returns which variant of its interactions the test is run with, such as `without $.note`;
    /// none in the first run, in which everything is there.
    pub fn variant(&self) -> Option<String> {
        self.picks.words()
    }

    /// Lets the builder take what a run is to take; whoever calls it runs the others, too.
    pub(crate) fn take(&mut self, picks: Picks) {
        self.picks = Arc::new(picks);
        self.runs_variants = true;
    }

    /// Returns the choices this run came upon.
    pub(crate) fn choices(&self) -> impl Iterator<Item = &FoundChoice> {
        self.drafts.iter().flat_map(|draft| &draft.choices)
    }

    /// Adds what another run of the same test used; what is described alike is there already.
    pub(crate) fn absorb(&mut self, other: &Self) {
        let known = self.build().interactions;
        let others = other.build().interactions.into_iter();
        self.variants
            .extend(others.filter(|interaction| !known.contains(interaction)));
    }

    /// Returns the contract of some interactions, with what the version asks for.
    pub(super) fn contract_of<'d>(&self, drafts: impl IntoIterator<Item = &'d Draft>) -> Pact {
        let mut pact = Pact::new(self.consumer.clone(), self.provider.clone());
        pact.spec_version = self.spec_version;
        let drafts = drafts.into_iter();
        pact.interactions = drafts.map(|draft| draft.finished()).collect();
        for interaction in &mut pact.interactions {
            if self.spec_version == SpecVersion::V4 {
                self.add_v4_members(interaction);
            } else {
                name_types_in_metadata(interaction);
            }
        }
        pact
    }

    fn add_v4_members(&self, interaction: &mut Interaction) {
        if matches!(interaction.kind, InteractionKind::Http(_)) {
            let transport = &mut interaction.transport;
            transport.get_or_insert_with(|| "http".to_owned());
        }
        if let Some(name) = &self.test_name
            && !interaction.comments.contains("testname")
        {
            interaction.comments.insert("testname", name.clone());
        }
    }
}

/// Before V4 only metadata can name the type of a message's contents.
fn name_types_in_metadata(interaction: &mut Interaction) {
    let InteractionKind::AsyncMessage(message) = &mut interaction.kind else {
        return;
    };
    let own = message.contents.content();
    let own = own.and_then(|content| content.content_type.as_ref());
    if let Some(own) = own.map(ToString::to_string)
        && super::type_in(&message.metadata).is_none()
    {
        message.metadata.insert("contentType", own);
    }
}
