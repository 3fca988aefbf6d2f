//! What a test for each interaction needs: the pacts without a run, and a run of one interaction.

use pact_core::model::Pact;

use super::Verifier;
use crate::error::VerifyError;
use crate::source::{self, Loaded, LoadedPact, Source};

/// The pacts with the interactions that are to be tested.
pub(crate) struct ToTest {
    pub(crate) loaded: Loaded,
    /// Consumers whose pacts have no interactions.
    pub(crate) empty: Vec<String>,
    /// Consumers that were named and have no pact.
    pub(crate) unknown: Vec<String>,
    /// Whether it is fine that there are no pacts.
    pub(crate) nothing_is_fine: bool,
}

impl Verifier {
    /// Loads the pacts with the interactions that are to be verified, and does nothing with them.
    pub(crate) async fn load(mut self) -> Result<ToTest, VerifyError> {
        let sources: Vec<Source> = self.sources.drain(..).collect::<Result<_, _>>()?;
        let filter = self.take_filter()?;
        let mut loaded = source::load(sources, &self.identity()).await;
        loaded.pacts.retain(|pact| filter.takes_pact(&pact.pact));
        let empty = { loaded.pacts.iter() }
            .filter(|loaded| loaded.pact.interactions.is_empty() && !loaded.pending)
            .map(|loaded| loaded.pact.consumer.clone())
            .collect();
        let pacts: Vec<_> = loaded.pacts.iter().map(|loaded| &loaded.pact).collect();
        let unknown = match self.allow_no_pacts {
            true => Vec::new(),
            false => { filter.without_pact(&pacts).into_iter() }
                .map(str::to_owned)
                .collect(),
        };
        for LoadedPact { pact, .. } in &mut loaded.pacts {
            let consumer = pact.consumer.as_str();
            { &mut pact.interactions }.retain(|interaction| filter.takes(consumer, interaction));
        }
        Ok(ToTest {
            nothing_is_fine: self.allow_no_pacts && loaded.pacts.is_empty(),
            loaded,
            empty,
            unknown,
        })
    }

    /// Verifies this pact of one interaction in place of those of the sources, for the test of that
    /// name, and publishes nothing.
    ///
    /// Of the consumers that were named, the others have their own tests: here they are not missed.
    pub(crate) fn only(mut self, pact: Pact, test: &str) -> Self {
        self.filter.consumers.retain(|name| *name == pact.consumer);
        self.rerun = self.rerun.of_trial(test);
        self.sources = vec![Ok(Source::Given(Box::new(pact)))];
        self.publish = None;
        self
    }
}
