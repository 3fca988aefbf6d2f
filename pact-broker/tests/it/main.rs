//! The broker over HTTP: a real server on a free port, a real database file.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on stops where it stands"
)]
#![expect(
    clippy::duplicate_mod,
    reason = "the suite of the store is included once for each database"
)]

mod browser;
mod content_sha;
mod decisions;
mod index;
mod model;
mod pacticipants;
mod pages;
mod publish;
mod store;
mod support;
mod webhooks;
