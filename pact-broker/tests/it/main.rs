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
mod import;
mod index;
mod model;
mod openapi;
mod outages;
mod pages;
mod store;
mod support;
mod webhooks;

#[path = "."]
mod on_sqlite {
    use crate::support::brokers::start_on_sqlite as start;
    use crate::support::brokers::start_on_sqlite_with as start_with;

    mod decisions;
    mod edges;
    mod pacticipants;
    mod publish;
    mod refusals;
}

#[path = "."]
mod on_postgres {
    use crate::support::brokers::start_on_postgres as start;
    use crate::support::brokers::start_on_postgres_with as start_with;

    mod decisions;
    mod edges;
    mod pacticipants;
    mod publish;
    mod refusals;
}
