use pact_consumer::prelude::*;

struct Orders;

impl Orders {
    #[pact_test(consumer = "web", provider = "api")]
    fn test(mut self: Box<Self>, pact: &mut PactBuilder) {}
}

fn main() {}
