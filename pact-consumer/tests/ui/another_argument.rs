use pact_consumer::prelude::*;

#[pact_test(consumer = "web", provider = "api", broker = "http://localhost:9292")]
fn test(pact: &mut PactBuilder) {}

fn main() {}
