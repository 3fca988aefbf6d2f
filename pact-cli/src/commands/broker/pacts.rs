//! Contracts in the broker.

use clap::Args;
use serde_json::Value;

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
            Format::Text => console.say(rows(list.json().get("pacts")))?,
            Format::Json => console.json(list.json())?,
        }
        Ok(Verdict::Yes)
    }
}

fn rows(pacts: Option<&Value>) -> String {
    let row = |pact: &Value| {
        let text = |pointer| {
            let text = pact.pointer(pointer).and_then(Value::as_str);
            text.unwrap_or_default().to_owned()
        };
        vec![
            text("/_embedded/consumer/name"),
            text("/_embedded/consumer/_embedded/version/number"),
            text("/_embedded/provider/name"),
            text("/createdAt"),
        ]
    };
    let pacts = pacts.and_then(Value::as_array);
    table::render(
        &["CONSUMER", "CONSUMER VERSION", "PROVIDER", "CREATED AT"],
        pacts.into_iter().flatten().map(row),
    )
}
