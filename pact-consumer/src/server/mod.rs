//! The provider's stand-in: a server on a thread of its own.

mod body;
mod calls;
mod connection;
mod cors;
mod door;
mod fault;
mod handler;
mod journal;
mod listener;
mod opening;
mod options;
mod problem;
mod state;
mod threads;
#[cfg(feature = "tls")]
mod tls;

pub use calls::Calls;
pub use fault::Fault;
pub use journal::{RecordedRequest, Verdict};
pub use listener::MockServer;
pub use options::ServerOptions;
pub use state::Miscount;
#[cfg(feature = "tls")]
pub use tls::{Tls, TlsError};

pub(crate) use state::{Expected, ServerState};
