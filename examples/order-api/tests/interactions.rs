//! The same contracts, one test for each interaction: `cargo test -p order-api "order 42"`.

use std::process::ExitCode;

use order_api::{Line, Store, app};
use pact_provider::{StateContext, Verifier, harness};

type Failure = Box<dyn std::error::Error + Send + Sync>;

fn main() -> ExitCode {
    harness::main(|| async {
        Verifier::new("order-api")
            .service_factory(|| async {
                let store = Store::in_memory()
                    .await
                    .expect("SQLite opens a database in memory");
                (app(store.clone()), store)
            })
            .state("there are no orders", |_| async {})
            .state("an order exists", |ctx: StateContext| async move {
                let store = ctx.data::<Store>().ok_or("there is no store")?;
                let line = Line {
                    sku: "B2".to_owned(),
                    quantity: 1,
                };
                let status: String = ctx.param("status")?;
                store
                    .insert(Some(ctx.param("id")?), &status, &[line])
                    .await?;
                Ok::<_, Failure>(())
            })
            .pacts_from_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../pacts"))
    })
}
