//! The broker over HTTP: a real server on a free port, a real database file.

mod index;
mod pacticipants;
mod publish;
mod store;
mod support;
