use pact_consumer::prelude::*;

fn main() {
    pact_test(TestOptions::new("web", "api"), |_: &mut PactBuilder| 42_u32);
}
