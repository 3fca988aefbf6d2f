use pact_consumer::prelude::*;

#[pact_test(consumer = "web", provider = "api")]
async fn test(pact: &mut PactBuilder) {}

fn main() {}
