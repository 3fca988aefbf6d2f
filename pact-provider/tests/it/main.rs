//! Verification of real services: over real sockets, and in this process.

mod faults;
mod http;
mod service;
mod states;
mod support;
mod verdict;
