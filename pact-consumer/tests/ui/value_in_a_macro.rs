use pact_consumer::prelude::*;

macro_rules! contract {
    ($name:ident, $value:expr) => {
        #[pact_test(consumer = $value, provider = "api")]
        fn $name(pact: &mut PactBuilder) {}
    };
}

contract!(empty, "");
contract!(called, "web".to_owned());
contract!(right, "web");

fn main() {}
