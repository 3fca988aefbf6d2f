//! Pact files of every version, read into the one model and written from it.
//!
//! This is the only place that knows specification versions. Reading accepts every spelling that
//! the tools of ten years have left behind; writing has one canonical form for each version.
//!
//! ```
//! let file = br#"{
//!   "consumer": {"name": "web"},
//!   "provider": {"name": "shop"},
//!   "interactions": [{
//!     "description": "an order",
//!     "request": {"method": "get", "path": "/orders/42"},
//!     "response": {"status": 200, "body": {"total": 10.50}}
//!   }],
//!   "metadata": {"pactSpecification": {"version": "2.0.0"}}
//! }"#;
//! let read = pact_core::format::read(file)?;
//! assert_eq!(read.pact.interactions[0].description, "an order");
//! assert!(read.warnings.is_empty());
//! assert!(pact_core::format::write(&read.pact)?.contains("10.50"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod header_value;
pub mod integration;
mod place;
mod query_string;
mod read;
mod version;
mod write;

#[cfg(test)]
mod tests;

pub(crate) use place::At;
pub use place::{InteractionPlace, Place};
pub(crate) use query_string::{decode as query_of, encode as query_text};
pub use read::{Problem, ReadError, ReadPact, Warning, read};
pub use version::ParseSpecVersionError;
pub use write::{Loss, WriteError, write, write_as};
