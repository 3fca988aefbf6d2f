//! The contract: one model of a pact, the file formats V1 to V4, matching rules, generators,
//! comparison and merge.
//!
//! Data goes one way: bytes → [`mod@format`] → [`model`] → [`plan`] → [`matching::Mismatch`].
//! The crate does no I/O, has no async, no clock and no hidden randomness.

pub mod datetime;
pub mod detect;
pub mod diff;
pub mod explain;
pub mod format;
pub mod generators;
mod identity;
pub mod json;
pub mod lint;
pub mod matching;
pub mod merge;
pub mod model;
pub mod path;
pub mod plan;
pub mod rules;
mod xml;
