use pact_consumer::prelude::*;
// Keeps the function where nothing is tested.
use tokio::main as keeps_test;

#[pact_test(consumer = "web", provider = "api")]
#[keeps_test(flavor = "current_thread")]
async fn test(pact: &mut PactBuilder) -> Result<(), Orders> {
    let id: u32 = "42";
    Ok(())
}

fn main() {}
