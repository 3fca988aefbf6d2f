//! The verifier against real providers.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod faults;
mod reports;
mod sources;
mod states;
mod support;
mod targets;
