//! Contracts in the broker.

use std::fs;
use std::path::PathBuf;

use clap::Args;
use pact_broker_client::BrokerClient;
use serde_json::{Value, json};

use crate::args::{Connection, Format, given};
use crate::commands::Verdict;
use crate::error::CliError;
use crate::output::{Console, GOOD};
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

/// Lists the pacts of a provider, or saves them.
#[derive(Args)]
pub(crate) struct Get {
    /// The provider
    #[arg(long)]
    provider: String,
    /// Only those of this consumer
    #[arg(long)]
    consumer: Option<String>,
    /// From the branch of this name, instead of the main branches
    #[arg(long)]
    branch: Option<String>,
    /// Only the latest of each consumer
    #[arg(long)]
    latest: bool,
    /// Save them as files
    #[arg(long)]
    download: bool,
    /// The folder to save them in
    #[arg(long, value_name = "FOLDER", default_value = "./pacts")]
    download_dir: PathBuf,
    /// How to write the answer
    #[arg(short, long, value_enum, default_value = "text")]
    output: Format,
    #[command(flatten)]
    connection: Connection,
}

/// Lists what consumers expect a provider to be set up with.
#[derive(Args)]
pub(crate) struct ProviderStates {
    /// The provider
    #[arg(short = 'r', long, alias = "pacticipant")]
    provider: String,
    /// From the branch of this name, instead of the main branches
    #[arg(long)]
    branch: Option<String>,
    /// Write the answer as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    connection: Connection,
}

impl Get {
    /// Lists or saves them.
    pub(crate) async fn run(self, console: &mut Console) -> Result<Verdict, CliError> {
        let client = self.connection.client()?;
        let branch = given(self.branch.as_ref());
        let list = client
            .branch_pacts(&self.provider, branch, self.latest)
            .await?;
        let links = list
            .json()
            .pointer("/_links/pb:pacts")
            .and_then(Value::as_array);
        let consumer = given(self.consumer.as_ref());
        let wanted: Vec<&Value> = { links.into_iter().flatten() }
            .filter(|link| consumer.is_none_or(|name| link["name"] == name))
            .collect();
        if self.download {
            for link in &wanted {
                self.save(&client, link, console).await?;
            }
        } else if self.output == Format::Json {
            console.json(&json!(wanted))?;
        } else {
            let row = |link: &&Value| {
                ["name", "title", "href"]
                    .map(|key| link[key].as_str().unwrap_or_default().to_owned())
                    .to_vec()
            };
            let headings = ["CONSUMER", "TITLE", "LINK"];
            console.say(table::render(&headings, wanted.iter().map(row)))?;
        }
        if wanted.is_empty() {
            return Err(CliError::Refused {
                what: format!("the broker has no such pact of {}", self.provider),
                hint: None,
            });
        }
        Ok(Verdict::Yes)
    }

    /// Saves a pact under the name its applications and version make.
    async fn save(
        &self,
        client: &BrokerClient,
        link: &Value,
        console: &mut Console,
    ) -> Result<(), CliError> {
        let pact = client
            .fetch_pact(link["href"].as_str().unwrap_or_default())
            .await?;
        let title: String = link["title"]
            .as_str()
            .unwrap_or("pact")
            .chars()
            .map(|c| {
                if c.is_alphanumeric() || matches!(c, '.' | '-' | '_') {
                    c
                } else {
                    '_'
                }
            })
            .collect();
        let path = self.download_dir.join(format!("{title}.json"));
        fs::create_dir_all(&self.download_dir)
            .and_then(|()| fs::write(&path, &pact.content))
            .map_err(|source| CliError::Write {
                path: path.clone(),
                source,
            })?;
        console.say(format_args!("{GOOD}Saved{GOOD:#} {}", path.display()))
    }
}

impl ProviderStates {
    /// Lists them.
    pub(crate) async fn run(self, console: &mut Console) -> Result<Verdict, CliError> {
        let client = self.connection.client()?;
        let branch = given(self.branch.as_ref());
        let list = client.provider_states(&self.provider, branch).await?;
        if self.json {
            console.json(list.json())?;
            return Ok(Verdict::Yes);
        }
        let states = list.json().get("providerStates").and_then(Value::as_array);
        let row = |state: &Value| {
            let consumers = state["consumers"].as_array().into_iter().flatten();
            let consumers: Vec<&str> = consumers.filter_map(Value::as_str).collect();
            let params = state.get("params").map(Value::to_string);
            vec![
                state["name"].as_str().unwrap_or_default().to_owned(),
                params.unwrap_or_default(),
                consumers.join(", "),
            ]
        };
        let headings = ["STATE", "PARAMETERS", "CONSUMERS"];
        console.say(table::render(
            &headings,
            states.into_iter().flatten().map(row),
        ))?;
        Ok(Verdict::Yes)
    }
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
