use pact_consumer::prelude::*;

#[pact_test(consumer = "web", provider = "api", write_mode = "append")]
fn test(pact: &mut PactBuilder) {}

fn main() {}
