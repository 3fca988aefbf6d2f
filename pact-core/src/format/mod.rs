//! Pact files of every version, read into the one model and written from it.
//!
//! This is the only place that knows specification versions.
