use pact_consumer::prelude::*;

#[pact_test(consumer = "web", provider = "api")]
struct Orders;

fn main() {}
