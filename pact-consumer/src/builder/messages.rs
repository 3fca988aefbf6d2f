//! The messages of a contract and who handles them.

use pact_core::model::InteractionKind;

use super::{Draft, Handling, PactBuilder};
use crate::error::ConsumerError;
use crate::harness::TestOutcome;
use crate::message::{Exchange, ReceivedMessage, caught, caught_async, text_of};

impl PactBuilder {
    /// Calls the handler with each message described by
    /// [`expects_to_receive`](Self::expects_to_receive) that was not handled yet, in order.
    ///
    /// What a handler fails with, by an `Err` or a panic, is told at the end of the test with the
    /// message's name, and no contract is written; the other messages are handled all the same.
    ///
    /// # Panics
    ///
    /// When a message cannot be made; the text says which and why.
    #[track_caller]
    pub fn handle_messages<R: TestOutcome>(
        &mut self,
        mut handler: impl FnMut(&ReceivedMessage) -> R,
    ) {
        let messages = or_panic(self.messages());
        for (at, message) in messages {
            let outcome = caught(|| handler(&message).failure());
            self.note(at, outcome.unwrap_or_else(|panic| Some(panicked(&*panic))));
        }
    }

    /// Does as [`handle_messages`](Self::handle_messages) for an asynchronous handler; needs no
    /// particular runtime.
    ///
    /// # Panics
    ///
    /// As [`handle_messages`](Self::handle_messages).
    pub async fn handle_messages_async<R: TestOutcome>(
        &mut self,
        mut handler: impl AsyncFnMut(&ReceivedMessage) -> R,
    ) {
        let messages = or_panic(self.messages());
        for (at, message) in messages {
            let outcome = caught_async(async { handler(&message).await.failure() }).await;
            self.note(at, outcome.unwrap_or_else(|panic| Some(panicked(&*panic))));
        }
    }

    /// Calls the handler with each message described by [`upon_message`](Self::upon_message) that
    /// was not handled yet, in order: it sends what the client under test sends, and gets the
    /// answers.
    ///
    /// Failures are told as by [`handle_messages`](Self::handle_messages). A message that differs
    /// from the contract is one, and so is a handler that sends nothing.
    ///
    /// # Panics
    ///
    /// When a message cannot be made; the text says which and why.
    #[track_caller]
    pub fn handle_exchanges<R: TestOutcome>(&mut self, mut handler: impl FnMut(&Exchange) -> R) {
        let exchanges = or_panic(self.exchanges());
        for (at, exchange) in exchanges {
            let outcome = caught(|| handler(&exchange).failure());
            let failure = outcome.unwrap_or_else(|panic| Some(panicked(&*panic)));
            self.note(at, exchange.failure().or(failure));
        }
    }

    /// Does as [`handle_exchanges`](Self::handle_exchanges) for an asynchronous handler; needs no
    /// particular runtime.
    ///
    /// # Panics
    ///
    /// As [`handle_exchanges`](Self::handle_exchanges).
    pub async fn handle_exchanges_async<R: TestOutcome>(
        &mut self,
        mut handler: impl AsyncFnMut(&Exchange) -> R,
    ) {
        let exchanges = or_panic(self.exchanges());
        for (at, exchange) in exchanges {
            let outcome = caught_async(async { handler(&exchange).await.failure() }).await;
            let failure = outcome.unwrap_or_else(|panic| Some(panicked(&*panic)));
            self.note(at, exchange.failure().or(failure));
        }
    }

    fn messages(&self) -> Result<Vec<(usize, ReceivedMessage)>, ConsumerError> {
        let mut messages = Vec::new();
        for (at, draft) in self.unhandled() {
            if let InteractionKind::AsyncMessage(message) = &draft.interaction.kind {
                self.check([draft])?;
                messages.push((at, ReceivedMessage::new(&draft.finished(), message)?));
            }
        }
        Ok(messages)
    }

    fn exchanges(&self) -> Result<Vec<(usize, Exchange)>, ConsumerError> {
        let mut exchanges = Vec::new();
        for (at, draft) in self.unhandled() {
            if let InteractionKind::SyncMessage(exchange) = &draft.interaction.kind {
                self.check([draft])?;
                exchanges.push((at, Exchange::new(&draft.finished(), exchange)?));
            }
        }
        Ok(exchanges)
    }

    fn unhandled(&self) -> impl Iterator<Item = (usize, &Draft)> {
        let drafts = self.drafts.iter().enumerate();
        drafts.filter(|(_, draft)| draft.handling == Handling::Unhandled)
    }

    fn note(&mut self, at: usize, failure: Option<String>) {
        if let Some(draft) = self.drafts.get_mut(at) {
            draft.handling = failure.map_or(Handling::Handled, Handling::Failed);
        }
    }
}

fn panicked(panic: &(dyn std::any::Any + Send)) -> String {
    format!("the handler panicked: {}", text_of(panic))
}

#[track_caller]
fn or_panic<T>(made: Result<T, ConsumerError>) -> T {
    made.unwrap_or_else(|error| panic!("{}", error.story()))
}
