//! How many requests are worked on at a time.
//!
//! One more than can be would only make all others wait longer: it is sent away at once and told to
//! come again. A request whose body is still on its way works on nothing and takes nobody's turn.

use std::sync::{Arc, OnceLock};

use axum::http::StatusCode;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::error::ApiError;

/// The turns there are.
#[derive(Debug, Clone)]
pub(crate) struct Turns(Arc<Semaphore>);

/// That of one request, from when it is taken until the last clone is dropped.
#[derive(Debug, Clone)]
pub(crate) struct Turn {
    turns: Arc<Semaphore>,
    taken: Arc<OnceLock<OwnedSemaphorePermit>>,
}

impl Turns {
    pub(crate) fn new(count: usize) -> Self {
        Self(Arc::new(Semaphore::new(count.min(Semaphore::MAX_PERMITS))))
    }

    /// One that is not taken yet.
    pub(crate) fn one(&self) -> Turn {
        Turn {
            turns: Arc::clone(&self.0),
            taken: Arc::default(),
        }
    }
}

impl Turn {
    /// Takes it, once.
    ///
    /// # Errors
    /// When all are taken.
    pub(crate) fn take(&self) -> Result<(), ApiError> {
        if self.taken.get().is_some() {
            return Ok(());
        }
        let permit = Arc::clone(&self.turns).try_acquire_owned().map_err(|_| {
            ApiError::message(
                StatusCode::SERVICE_UNAVAILABLE,
                "the broker is answering as many requests as it can; try again in a moment",
            )
        })?;
        // Should another clone have been quicker, the permit goes back.
        let _ = self.taken.set(permit);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_turn_is_taken_once_and_given_back_with_its_last_clone() {
        let turns = Turns::new(1);
        let (first, second) = (turns.one(), turns.one());
        let clone = first.clone();
        assert!(first.take().is_ok());
        assert!(clone.take().is_ok());
        assert!(second.take().is_err());
        drop(first);
        assert!(second.take().is_err());
        drop(clone);
        assert!(second.take().is_ok());
    }
}
