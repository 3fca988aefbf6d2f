//! Runs what others wrote about Pact against this project's public API.

mod real_pacts;
mod specification;
mod support;
