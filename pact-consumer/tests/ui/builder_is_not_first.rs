use pact_consumer::prelude::*;

#[pact_test(consumer = "web", provider = "api")]
fn test(id: u32, pact: &mut PactBuilder) {}

fn main() {}
