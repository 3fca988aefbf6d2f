use pact_consumer::prelude::*;

#[pact_test(consumer = "web", provider = "api", spec_version = "5")]
fn test(pact: &mut PactBuilder) {}

fn main() {}
