//! Taking over what another broker holds; another broker of ours is the source.

mod answers;
mod hostile;
mod proxy;
mod source;

use pact_broker::{Import, ImportError, ImportReport};
use pact_broker_client::{BrokerClient, BrokerOptions, Limits};

/// A client of the other broker that asks once and does not wait long.
fn client(url: &str) -> BrokerClient {
    let limits = Limits {
        attempts: 1,
        timeout: std::time::Duration::from_secs(20),
        max_answer: 1 << 20,
    };
    BrokerClient::new(BrokerOptions::new(url).limits(limits)).unwrap()
}

/// Runs one import from its beginning to whatever end it has.
async fn import(source: &str, database: &str) -> (Result<(), ImportError>, ImportReport) {
    let mut import = Import::open(client(source), database).await.unwrap();
    let end = import.run(&mut |_| {}).await;
    let report = import.report().clone();
    import.close().await;
    (end, report)
}

#[path = "."]
mod on_sqlite {
    use crate::support::database::on_sqlite as empty_store;

    mod resuming;
    mod same_answers;
}

#[path = "."]
mod on_postgres {
    use crate::support::database::on_postgres as empty_store;

    mod resuming;
    mod same_answers;
}
