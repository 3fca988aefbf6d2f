//! Contracts in the broker.

use clap::Args;
use pact_broker_client::Document;

use crate::args::{Connection, Format};
use crate::commands::Verdict;
use crate::error::CliError;
use crate::output::Console;
use crate::table;

/// Lists the latest pact of each integration.
#[derive(Args)]
pub(crate) struct ListLatest {
    /// How to write the answer
    #[arg(short, long, value_enum, default_value = "text")]
    output: Format,
    #[command(flatten)]
    connection: Connection,
}

impl ListLatest {
    /// Lists them.
    pub(crate) async fn run(self, console: &mut Console) -> Result<Verdict, CliError> {
        let list = self.connection.client()?.latest_pacts().await?;
        match self.output {
            Format::Text => console.say(rows(&list.embedded("pacts")))?,
            Format::Json => console.json(list.json())?,
        }
        Ok(Verdict::Yes)
    }
}

fn rows(pacts: &[Document]) -> String {
    let row = |pact: &Document| {
        let text = |pointer| pact.text(pointer).unwrap_or_default().to_owned();
        vec![
            text("/_embedded/consumer/name"),
            text("/_embedded/consumer/_embedded/version/number"),
            text("/_embedded/provider/name"),
            text("/createdAt"),
        ]
    };
    table::render(
        &["CONSUMER", "CONSUMER VERSION", "PROVIDER", "CREATED AT"],
        pacts.iter().map(row),
    )
}
