//! Environments: places where versions run.

use clap::Args;
use pact_broker_client::{Document, EnvironmentRequest};

use crate::args::{Connection, Format, FormatOrId, given};
use crate::commands::Verdict;
use crate::error::CliError;
use crate::output::{Console, GOOD};
use crate::table;

/// What is said about an environment.
#[derive(Args)]
pub(crate) struct Properties {
    /// The name, as deployment scripts use it
    #[arg(long)]
    name: String,
    /// The name for people
    #[arg(long)]
    display_name: Option<String>,
    /// It is a production environment
    #[arg(long, overrides_with = "no_production")]
    production: bool,
    /// It is not a production environment
    #[arg(long, overrides_with = "production")]
    no_production: bool,
    /// The team or person responsible
    #[arg(long)]
    contact_name: Option<String>,
    /// Their mail address
    #[arg(long)]
    contact_email_address: Option<String>,
}

/// Creates an environment.
#[derive(Args)]
pub(crate) struct Create {
    #[command(flatten)]
    properties: Properties,
    /// How to write the answer
    #[arg(short, long, value_enum, default_value = "text")]
    output: FormatOrId,
    #[command(flatten)]
    connection: Connection,
}

/// Replaces an environment.
#[derive(Args)]
pub(crate) struct Update {
    /// The UUID of the environment
    #[arg(long)]
    uuid: String,
    #[command(flatten)]
    properties: Properties,
    /// How to write the answer
    #[arg(short, long, value_enum, default_value = "text")]
    output: FormatOrId,
    #[command(flatten)]
    connection: Connection,
}

/// Shows an environment.
#[derive(Args)]
pub(crate) struct Describe {
    /// The UUID of the environment
    #[arg(long)]
    uuid: String,
    /// How to write the answer
    #[arg(short, long, value_enum, default_value = "text")]
    output: Format,
    #[command(flatten)]
    connection: Connection,
}

/// Deletes an environment.
#[derive(Args)]
pub(crate) struct Delete {
    /// The UUID of the environment
    #[arg(long)]
    uuid: String,
    /// How to write the answer
    #[arg(short, long, value_enum, default_value = "text")]
    output: Format,
    #[command(flatten)]
    connection: Connection,
}

/// Lists all environments.
#[derive(Args)]
pub(crate) struct List {
    /// How to write the answer
    #[arg(short, long, value_enum, default_value = "text")]
    output: Format,
    #[command(flatten)]
    connection: Connection,
}

impl Properties {
    fn request(&self) -> EnvironmentRequest {
        let owned = |text: &Option<String>| given(text.as_ref()).map(str::to_owned);
        EnvironmentRequest {
            name: self.name.clone(),
            display_name: owned(&self.display_name),
            production: self.production && !self.no_production,
            contact_name: owned(&self.contact_name),
            contact_email: owned(&self.contact_email_address),
        }
    }
}

impl Create {
    /// Creates it.
    pub(crate) async fn run(self, console: &mut Console) -> Result<Verdict, CliError> {
        let environment = self
            .connection
            .client()?
            .create_environment(&self.properties.request())
            .await?;
        say_done(console, &environment, ("Created", self.output))
    }
}

impl Update {
    /// Replaces it, keeping what is not named.
    pub(crate) async fn run(self, console: &mut Console) -> Result<Verdict, CliError> {
        let client = self.connection.client()?;
        let before = client.environment(&self.uuid).await?;
        let mut request = self.properties.request();
        let kept = |pointer: &str| before.text(pointer).map(str::to_owned);
        request.display_name = request.display_name.or_else(|| kept("/displayName"));
        request.contact_name = request.contact_name.or_else(|| kept("/contacts/0/name"));
        request.contact_email = request
            .contact_email
            .or_else(|| kept("/contacts/0/details/emailAddress"));
        if !self.properties.production && !self.properties.no_production {
            request.production = is_production(&before);
        }
        let environment = client.update_environment(&self.uuid, &request).await?;
        say_done(console, &environment, ("Updated", self.output))
    }
}

fn say_done(
    console: &mut Console,
    environment: &Document,
    (done, output): (&str, FormatOrId),
) -> Result<Verdict, CliError> {
    let text = |pointer| environment.text(pointer).unwrap_or_default();
    match output {
        FormatOrId::Text => console.say(format_args!(
            "{GOOD}{done}{GOOD:#} environment {} with UUID {}",
            text("/name"),
            text("/uuid")
        ))?,
        FormatOrId::Json => console.json(environment.json())?,
        FormatOrId::Id => console.say(text("/uuid"))?,
    }
    Ok(Verdict::Yes)
}

impl Describe {
    /// Shows it.
    pub(crate) async fn run(self, console: &mut Console) -> Result<Verdict, CliError> {
        let environment = self.connection.client()?.environment(&self.uuid).await?;
        match self.output {
            Format::Text => console.say(rows(&[environment]))?,
            Format::Json => console.json(environment.json())?,
        }
        Ok(Verdict::Yes)
    }
}

impl Delete {
    /// Deletes it.
    pub(crate) async fn run(self, console: &mut Console) -> Result<Verdict, CliError> {
        let client = self.connection.client()?;
        let environment = client.environment(&self.uuid).await?;
        client.delete_environment(&self.uuid).await?;
        match self.output {
            Format::Text => console.say(format_args!(
                "{GOOD}Deleted{GOOD:#} environment {}",
                environment.text("/name").unwrap_or_default()
            ))?,
            Format::Json => console.json(environment.json())?,
        }
        Ok(Verdict::Yes)
    }
}

impl List {
    /// Lists them.
    pub(crate) async fn run(self, console: &mut Console) -> Result<Verdict, CliError> {
        let list = self.connection.client()?.environments().await?;
        match self.output {
            Format::Text => console.say(rows(&list.embedded("environments")))?,
            Format::Json => console.json(list.json())?,
        }
        Ok(Verdict::Yes)
    }
}

fn is_production(environment: &Document) -> bool {
    environment.json().pointer("/production") == Some(&serde_json::Value::Bool(true))
}

fn rows(environments: &[Document]) -> String {
    let row = |environment: &Document| {
        let text = |pointer| environment.text(pointer).unwrap_or_default().to_owned();
        vec![
            text("/uuid"),
            text("/name"),
            text("/displayName"),
            is_production(environment).to_string(),
        ]
    };
    table::render(
        &["UUID", "NAME", "DISPLAY NAME", "PRODUCTION"],
        environments.iter().map(row),
    )
}
