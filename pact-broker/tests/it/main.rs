//! The broker over HTTP: a real server on a free port, a real database file.

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
