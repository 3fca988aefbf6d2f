//! Runs what others wrote about Pact against this project's public API.

mod specification;
mod support;
