//! Applications.

use clap::Args;
use pact_broker_client::{Document, PacticipantRequest};

use crate::args::{Connection, Format, given};
use crate::commands::Verdict;
use crate::error::CliError;
use crate::output::{Console, GOOD};
use crate::table;

/// Creates an application or changes it.
#[derive(Args)]
pub(crate) struct CreateOrUpdate {
    /// The name
    #[arg(long)]
    name: String,
    /// The name for people
    #[arg(long)]
    display_name: Option<String>,
    /// The branch that is deployed from
    #[arg(long)]
    main_branch: Option<String>,
    /// Where its source is
    #[arg(long)]
    repository_url: Option<String>,
    /// How to write the answer
    #[arg(short, long, value_enum, default_value = "text")]
    output: Format,
    #[command(flatten)]
    connection: Connection,
}

/// Shows an application.
#[derive(Args)]
pub(crate) struct Describe {
    /// The name
    #[arg(long, short = 'a', alias = "pacticipant")]
    name: String,
    /// How to write the answer
    #[arg(short, long, value_enum, default_value = "text")]
    output: Format,
    #[command(flatten)]
    connection: Connection,
}

/// Lists all applications.
#[derive(Args)]
pub(crate) struct List {
    /// How to write the answer
    #[arg(short, long, value_enum, default_value = "text")]
    output: Format,
    #[command(flatten)]
    connection: Connection,
}

impl CreateOrUpdate {
    /// Creates or changes it.
    pub(crate) async fn run(self, console: &mut Console) -> Result<Verdict, CliError> {
        let owned = |text: &Option<String>| given(text.as_ref()).map(str::to_owned);
        let request = PacticipantRequest {
            name: self.name.clone(),
            display_name: owned(&self.display_name),
            main_branch: owned(&self.main_branch),
            repository_url: owned(&self.repository_url),
        };
        let client = self.connection.client()?;
        let (created, pacticipant) = client.create_or_update_pacticipant(&request).await?;
        match self.output {
            Format::Text => {
                let done = if created { "Created" } else { "Updated" };
                console.say(format_args!("{GOOD}{done}{GOOD:#} {}", self.name))?;
            }
            Format::Json => console.json(pacticipant.json())?,
        }
        Ok(Verdict::Yes)
    }
}

impl Describe {
    /// Shows it.
    pub(crate) async fn run(self, console: &mut Console) -> Result<Verdict, CliError> {
        let pacticipant = self.connection.client()?.pacticipant(&self.name).await?;
        match self.output {
            Format::Text => console.say(rows(&[pacticipant]))?,
            Format::Json => console.json(pacticipant.json())?,
        }
        Ok(Verdict::Yes)
    }
}

impl List {
    /// Lists them.
    pub(crate) async fn run(self, console: &mut Console) -> Result<Verdict, CliError> {
        let list = self.connection.client()?.pacticipants().await?;
        match self.output {
            Format::Text => console.say(rows(&list.embedded("pacticipants")))?,
            Format::Json => console.json(list.json())?,
        }
        Ok(Verdict::Yes)
    }
}

fn rows(pacticipants: &[Document]) -> String {
    let row = |pacticipant: &Document| {
        let text = |pointer| pacticipant.text(pointer).unwrap_or_default().to_owned();
        vec![
            text("/name"),
            text("/displayName"),
            text("/mainBranch"),
            text("/repositoryUrl"),
        ]
    };
    table::render(
        &["NAME", "DISPLAY NAME", "MAIN BRANCH", "REPOSITORY URL"],
        pacticipants.iter().map(row),
    )
}
