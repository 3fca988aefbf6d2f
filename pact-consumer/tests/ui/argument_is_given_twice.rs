use pact_consumer::prelude::*;

#[pact_test(consumer = "web", consumer = "shop")]
fn test(pact: &mut PactBuilder) {}

fn main() {}
