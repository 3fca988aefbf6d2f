use pact_consumer::prelude::*;

#[pact_test(consumer = "web", provider = "api", output_dir = ../pacts)]
fn test(pact: &mut PactBuilder) {}

fn main() {}
