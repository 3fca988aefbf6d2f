//! Verification of real services: over real sockets, and in this process.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on fails, also in its helpers"
)]

mod broker;
mod deadlines;
mod faults;
mod foreign;
mod hooks;
mod http;
mod injection;
mod messages;
mod parallel;
mod pasted;
mod redirects;
mod reports;
mod sarif;
mod schema;
mod secrets;
mod service;
mod states;
mod support;
mod teardown;
mod verdict;
