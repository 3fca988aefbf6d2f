//! Trouble that a test asks for, to see how its client bears it.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Trouble on the way to the client; see [`MockServer::inject`](super::MockServer::inject).
///
/// ```
/// use std::time::Duration;
///
/// use pact_consumer::prelude::*;
/// use pact_consumer::{Fault, ServerOptions};
///
/// let mut pact = PactBuilder::new("order-web", "order-api");
/// pact.upon_receiving("a ping").get("/ping").will_respond_with(204);
/// let mock = MockServer::serve(&pact.build(), ServerOptions::new())?;
/// // The first answer is late, the second comes in pieces, the third breaks off.
/// mock.inject(Fault::Delay(Duration::from_millis(200)));
/// mock.inject(Fault::Slow { chunk: 10, pause: Duration::from_millis(5) });
/// mock.inject(Fault::Truncate);
/// assert!(!Fault::Truncate.delivers(), "so the client has to ask again");
/// # Ok::<(), pact_consumer::ConsumerError>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Fault {
    /// The answer begins after a pause.
    Delay(Duration),
    /// The body comes in pieces, with a pause before each.
    Slow {
        /// Bytes in a piece.
        chunk: usize,
        /// The pause before each.
        pause: Duration,
    },
    /// The connection ends in the middle of the body, or after the head when there is none.
    Truncate,
    /// The connection ends without an answer.
    Close,
    /// The connection is reset without an answer; over HTTP/2, the stream is.
    Reset,
    /// What is answered is not HTTP. Over HTTP/2 the stream is reset.
    Malformed,
}

impl Fault {
    /// Returns whether the client gets its answer in the end.
    pub const fn delivers(self) -> bool {
        match self {
            Self::Delay(_) | Self::Slow { .. } => true,
            Self::Truncate | Self::Close | Self::Reset | Self::Malformed => false,
        }
    }
}

/// The faults that are still to come.
#[derive(Debug, Default)]
pub(super) struct Faults(Mutex<VecDeque<Fault>>);

impl Faults {
    /// Adds one for the first request that has none yet.
    pub(super) fn add(&self, fault: Fault) {
        self.lock().push_back(fault);
    }

    /// Takes the next one.
    pub(super) fn next(&self) -> Option<Fault> {
        self.lock().pop_front()
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Fault>> {
        // Each change is a single push or pop, so a panic elsewhere leaves the queue whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How a connection ends instead of an answer.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Cut {
    Close,
    Malformed,
    Reset,
}

impl fmt::Display for Cut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the test asked for this connection to fail")
    }
}

impl std::error::Error for Cut {}
