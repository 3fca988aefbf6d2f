use pact_consumer::prelude::*;

#[pact_test(consumer = "web", provider = "api")]
#[traced_test]
async fn test(pact: &mut PactBuilder) {}

fn main() {}
