use pact_consumer::prelude::*;

#[pact_test(consumer = "web", provdier = "api")]
fn test(pact: &mut PactBuilder) {}

fn main() {}
