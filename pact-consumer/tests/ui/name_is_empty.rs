use pact_consumer::prelude::*;

#[pact_test(consumer = "", provider = "order-api")]
fn test(pact: &mut PactBuilder) {}

fn main() {}
