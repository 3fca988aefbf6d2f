//! The provider's stand-in: a server on a thread of its own.

mod handler;
mod journal;
mod listener;

pub use journal::{RecordedRequest, Verdict};
pub use listener::MockServer;

pub(crate) use journal::ServerState;
