//! Fills a database with 500 pacticipants, 100,000 versions and 1,000,000 verification results, and
//! times over HTTP the questions that must not grow slower with history.
//!
//! ```text
//! cargo run --release -p pact-broker --example scale -- sqlite:///tmp/scale.sqlite
//! ```
//!
//! A database that is filled already is only asked.

mod ask;
mod fill;

use std::error::Error;
use std::time::Instant;

use pact_broker::store::{Ambient, Store};
use pact_broker::{Broker, BrokerConfig};

use ask::{Asker, Question};
use fill::{Size, fill};

/// The size of the targets.
const SIZE: Size = Size { pacticipants: 500 };

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let url = std::env::args()
        .nth(1)
        .ok_or("give the address of a database")?;
    let store = Store::open(&url, Ambient::system()).await?;
    let is_empty = store.pacticipants(None, None, None).await?.total == 0;
    store.close().await;
    if is_empty {
        let started = Instant::now();
        fill(&url, SIZE).await?;
        report(&format!("filled in {:.1?}", started.elapsed()));
    }
    let broker = Broker::start(BrokerConfig::new(url, "127.0.0.1:0".parse()?)).await?;
    let mut asker = Asker::connect(broker.addr()).await?;
    for question in Question::ALL {
        let mut taken = Vec::new();
        let mut bytes = 0;
        for number in 0..times(question) {
            let request = question.about(number, SIZE)?;
            let started = Instant::now();
            bytes += asker.answer(request).await?;
            taken.push(started.elapsed());
        }
        taken.sort();
        let at = |percent: usize| taken[(taken.len() - 1) * percent / 100];
        report(&format!(
            "{}: p50 {:.2?}, p99 {:.2?}, {} bytes on average",
            name(question),
            at(50),
            at(99),
            bytes / taken.len()
        ));
    }
    drop(asker);
    broker.shutdown().await;
    Ok(())
}

/// What it is called in the report.
fn name(question: Question) -> &'static str {
    match question {
        Question::CanIDeploy => "can-i-deploy to an environment",
        Question::CanIDeployToTag => "can-i-deploy to a tag",
        Question::MatrixOfPair => "matrix of one pair",
        Question::ForVerification => "pacts for verification, with WIP",
        Question::ForVerificationSelected => "pacts for verification, selected",
        Question::Dashboard => "dashboard, 100 lines",
        Question::IndexPage => "index page",
        Question::Versions => "versions of a pacticipant",
        Question::LatestPact => "latest pact",
        Question::Publish => "publish a contract",
        Question::Verify => "publish a result",
        Question::Deploy => "record a deployment",
    }
}

/// How often it is asked.
fn times(question: Question) -> u32 {
    match question {
        Question::Dashboard | Question::IndexPage => 50,
        _ => 500,
    }
}

#[expect(
    clippy::print_stdout,
    reason = "the report is what the program is run for"
)]
fn report(line: &str) {
    println!("{line}");
}
