use pact_consumer::prelude::*;

#[pact_test(consumer = "web", provider = "api")]
fn test<const N: usize, F: Fn(u8) -> u8>(pact: &mut PactBuilder) {}

fn main() {}
