use pact_consumer::prelude::*;
// Keeps the function where nothing is tested.
use tokio::main as keeps_test;

const WEB: u8 = 1;

#[pact_test(consumer = WEB, provider = "api")]
#[keeps_test(flavor = "current_thread")]
async fn test(_pact: &mut PactBuilder) {}

fn main() {}
