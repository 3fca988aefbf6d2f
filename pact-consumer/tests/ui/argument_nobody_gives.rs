use pact_consumer::prelude::*;

#[pact_test(consumer = "web", provider = "api")]
fn test(pact: &mut PactBuilder, id: u32) {}

fn main() {}
