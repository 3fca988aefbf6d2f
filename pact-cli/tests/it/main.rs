//! Runs the real program against real brokers and reads what it prints.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod access;
mod black_box;
mod broker;
mod clients;
mod demo;
mod faults;
mod files;
mod full_disk;
mod immutable;
mod import;
mod kills;
mod memory;
mod mock;
mod official;
mod official_commands;
mod official_mock;
mod our_pacts;
mod publish;
mod same_runs;
mod same_verdicts;
mod secrets;
mod settings;
mod stub;
mod support;
mod verifier;
mod verifier_environment;
mod verifier_exit_codes;
mod verifier_options;
mod verifier_running;
mod verifier_stopped;
mod verifier_tls;
