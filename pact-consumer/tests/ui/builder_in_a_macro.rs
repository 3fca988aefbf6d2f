use pact_consumer::prelude::*;

macro_rules! contract {
    ($name:ident, $ty:ty) => {
        #[pact_test(consumer = "web", provider = "api")]
        fn $name(pact: $ty) {}
    };
}

contract!(lent, &PactBuilder);
contract!(taken, PactBuilder);
contract!(other, u8);
contract!(right, &mut PactBuilder);

fn main() {}
