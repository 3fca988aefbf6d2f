use pact_consumer::prelude::*;

#[pact_test(consumer = "web", provider = "api")]
#[pact_test(consumer = "web", provider = "billing")]
fn test(pact: &mut PactBuilder) {}

fn main() {}
