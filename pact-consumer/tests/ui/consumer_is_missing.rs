use pact_consumer::prelude::*;

#[pact_test(provider = "api")]
fn test(pact: &mut PactBuilder) {}

fn main() {}
