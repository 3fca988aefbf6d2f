use pact_consumer::prelude::*;

const WEB: &str = "web";

#[pact_test(consumer = WEB provider = "api")]
fn test(pact: &mut PactBuilder) {}

fn main() {}
