//! Verification of real services: over real sockets, and in this process.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on fails, also in its helpers"
)]

mod broker;
mod faults;
mod hooks;
mod http;
mod injection;
mod messages;
mod pasted;
mod redirects;
mod reports;
mod schema;
mod secrets;
mod service;
mod states;
mod support;
mod verdict;
