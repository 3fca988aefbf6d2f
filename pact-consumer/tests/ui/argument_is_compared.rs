use pact_consumer::prelude::*;

#[pact_test(consumer == "web")]
fn test(pact: &mut PactBuilder) {}

fn main() {}
