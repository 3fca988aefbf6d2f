use pact_consumer::prelude::*;

#[pact_test(consumer, provider = "api")]
fn test(pact: &mut PactBuilder) {}

fn main() {}
