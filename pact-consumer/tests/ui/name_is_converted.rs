use pact_consumer::prelude::*;

#[pact_test(consumer = "web".to_owned(), provider = "api")]
fn test(pact: &mut PactBuilder) {}

fn main() {}
