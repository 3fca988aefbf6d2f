use pact_consumer::prelude::*;

#[pact_test(consumer = "web", provider = "api")]
fn test<'a, T: Default>(pact: &'a mut PactBuilder) {}

fn main() {}
