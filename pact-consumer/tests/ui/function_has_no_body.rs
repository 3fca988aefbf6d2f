use pact_consumer::prelude::*;

trait Orders {
    #[pact_test(consumer = "web", provider = "api")]
    fn test(pact: &mut PactBuilder);
}

fn main() {}
