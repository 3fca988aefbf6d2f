use pact_consumer::prelude::*;

#[pact_test(consumer = "web", provider = "api")]
const ORDERS: u8 = 1;

fn main() {}
