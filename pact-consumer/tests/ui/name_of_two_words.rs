use pact_consumer::prelude::*;

#[pact_test(consumer = order web, provider = "api")]
fn test(pact: &mut PactBuilder) {}

fn main() {}
