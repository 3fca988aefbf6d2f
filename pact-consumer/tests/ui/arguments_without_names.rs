use pact_consumer::prelude::*;

#[pact_test("order-web", "order-api")]
fn test(pact: &mut PactBuilder) {}

fn main() {}
