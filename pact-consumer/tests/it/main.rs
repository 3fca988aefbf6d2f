//! Tests as users write them, on real sockets.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod attribute;
mod bodies;
mod crowd;
mod ending;
mod file;
mod forms;
mod generators;
mod guide;
mod messages;
mod names;
mod nextest;
mod official;
mod patterns;
mod processes;
mod refusals;
mod report;
mod runs;
mod server;
mod server_abuse;
mod server_endurance;
mod server_faults;
mod server_http2;
mod server_options;
#[cfg(feature = "tls")]
mod server_tls;
mod settings;
mod stacked;
mod support;
mod torture;
mod twice;
mod variants;

#[test]
fn mistakes_in_the_attribute_are_explained() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
