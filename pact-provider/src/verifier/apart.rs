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
        for LoadedPact { pact, .. } in &mut loaded.pacts {
            let consumer = pact.consumer.as_str();
            { &mut pact.interactions }.retain(|interaction| filter.takes(consumer, interaction));
        }
        Ok(ToTest {
            nothing_is_fine: self.allow_no_pacts && loaded.pacts.is_empty(),
            loaded,
            empty,
        })
    }

    /// Verifies this pact in place of those of the sources, and publishes nothing.
    pub(crate) fn only(mut self, pact: Pact) -> Self {
        self.sources = vec![Ok(Source::Given(Box::new(pact)))];
        self.publish = None;
        self
    }
}
