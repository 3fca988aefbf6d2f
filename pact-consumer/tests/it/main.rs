//! Tests as users write them, on real sockets.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod attribute;
mod bodies;
mod crowd;
mod ending;
mod file;
mod messages;
mod names;
mod official;
mod patterns;
mod processes;
mod report;
mod server;
mod settings;
mod stacked;
mod support;
mod torture;
mod variants;

#[test]
fn mistakes_in_the_attribute_are_explained() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
