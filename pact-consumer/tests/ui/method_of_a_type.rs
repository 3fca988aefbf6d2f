use pact_consumer::prelude::*;

struct Orders;

impl Orders {
    #[pact_test(consumer = "web", provider = "api")]
    fn test(&self, pact: &mut PactBuilder) {}
}

fn main() {}
