//! The broker over HTTP: a real server on a free port, a real database file.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on stops where it stands"
)]
#![expect(
    clippy::duplicate_mod,
    reason = "what must hold on both databases is included once for each"
)]

mod addresses;
mod browser;
mod content_sha;
mod crowds;
mod decisions;
mod edges;
mod import;
mod index;
mod model;
mod openapi;
mod outages;
mod pacticipants;
mod pages;
mod publish;
mod refusals;
mod store;
mod support;
mod webhooks;
