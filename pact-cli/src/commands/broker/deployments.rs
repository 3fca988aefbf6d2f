//! What runs where.

use clap::Args;
use pact_broker_client::Document;
use serde_json::json;

use crate::args::{Connection, Format};
use crate::commands::Verdict;
use crate::error::CliError;
use crate::output::{Console, GOOD};

/// Records a deployment.
#[derive(Args)]
pub(crate) struct Deployment {
    /// The application
    #[arg(short = 'a', long)]
    pacticipant: String,
    /// The version that was deployed
    #[arg(short = 'e', long)]
    version: String,
    /// The environment it was deployed to
    #[arg(long)]
    environment: String,
    /// Which of several instances of the application in the environment
    #[arg(long, alias = "target", value_name = "INSTANCE")]
    application_instance: Option<String>,
    /// How to write the answer
    #[arg(short, long, value_enum, default_value = "text")]
    output: Format,
    #[command(flatten)]
    connection: Connection,
}

/// Records that an application no longer runs in an environment.
#[derive(Args)]
pub(crate) struct Undeployment {
    /// The application
    #[arg(short = 'a', long)]
    pacticipant: String,
    /// The environment it no longer runs in
    #[arg(long)]
    environment: String,
    /// Which of several instances of the application in the environment
    #[arg(long, alias = "target", value_name = "INSTANCE")]
    application_instance: Option<String>,
    /// How to write the answer
    #[arg(short, long, value_enum, default_value = "text")]
    output: Format,
    #[command(flatten)]
    connection: Connection,
}

/// Records a release.
#[derive(Args)]
pub(crate) struct Release {
    #[command(flatten)]
    released: Released,
}

/// Records that a release is no longer supported.
#[derive(Args)]
pub(crate) struct SupportEnded {
    #[command(flatten)]
    released: Released,
}

/// A version and where it is released to.
#[derive(Args)]
struct Released {
    /// The application
    #[arg(short = 'a', long)]
    pacticipant: String,
    /// The version
    #[arg(short = 'e', long)]
    version: String,
    /// The environment
    #[arg(long)]
    environment: String,
    /// How to write the answer
    #[arg(short, long, value_enum, default_value = "text")]
    output: Format,
    #[command(flatten)]
    connection: Connection,
}

impl Deployment {
    /// Records it.
    pub(crate) async fn run(self, console: &mut Console) -> Result<Verdict, CliError> {
        let instance = self.application_instance.as_deref();
        let recorded = self
            .connection
            .client()?
            .record_deployment(
                &self.pacticipant,
                &self.version,
                &self.environment,
                instance,
            )
            .await?;
        let text = format!(
            "deployment of {} version {} to {}{}",
            self.pacticipant,
            self.version,
            self.environment,
            of_instance(instance)
        );
        say_recorded(console, self.output, &text, &recorded)
    }
}

impl Release {
    /// Records it.
    pub(crate) async fn run(self, console: &mut Console) -> Result<Verdict, CliError> {
        let asked = self.released;
        let recorded = asked
            .connection
            .client()?
            .record_release(&asked.pacticipant, &asked.version, &asked.environment)
            .await?;
        let text = format!(
            "release of {} version {} to {}",
            asked.pacticipant, asked.version, asked.environment
        );
        say_recorded(console, asked.output, &text, &recorded)
    }
}

fn say_recorded(
    console: &mut Console,
    output: Format,
    text: &str,
    recorded: &Document,
) -> Result<Verdict, CliError> {
    match output {
        Format::Text => console.say(format_args!("{GOOD}Recorded{GOOD:#} {text}"))?,
        Format::Json => console.json(recorded.json())?,
    }
    Ok(Verdict::Yes)
}

impl Undeployment {
    /// Records it.
    pub(crate) async fn run(self, console: &mut Console) -> Result<Verdict, CliError> {
        let client = self.connection.client()?;
        let instance = self.application_instance.as_deref();
        let ended = client
            .record_undeployment(&self.pacticipant, &self.environment, instance)
            .await?;
        if ended == 0 {
            let deployed = client
                .deployed_versions(&self.pacticipant, &self.environment)
                .await?;
            return Err(self.nothing_ended(&deployed));
        }
        let what = format!(
            "undeployment of {} from {}{}",
            self.pacticipant,
            self.environment,
            of_instance(instance)
        );
        say_ended(console, self.output, (&what, ended))
    }

    fn nothing_ended(&self, deployed: &[Document]) -> CliError {
        let mut instances: Vec<String> = deployed
            .iter()
            .map(|deployed| {
                deployed.text("/applicationInstance").map_or_else(
                    || "no --application-instance".to_owned(),
                    |instance| format!("--application-instance {instance}"),
                )
            })
            .collect();
        instances.sort_unstable();
        instances.dedup();
        CliError::Refused {
            what: format!(
                "{} is not deployed to {}{}",
                self.pacticipant,
                self.environment,
                of_instance(self.application_instance.as_deref())
            ),
            hint: (!instances.is_empty())
                .then(|| format!("it is deployed there with {}", instances.join(" and with "))),
        }
    }
}

impl SupportEnded {
    /// Records it.
    pub(crate) async fn run(self, console: &mut Console) -> Result<Verdict, CliError> {
        let asked = self.released;
        let ended = asked
            .connection
            .client()?
            .record_support_ended(&asked.pacticipant, &asked.version, &asked.environment)
            .await?;
        if ended == 0 {
            return Err(CliError::Refused {
                what: format!(
                    "{} version {} is not released to {}, or no longer supported there",
                    asked.pacticipant, asked.version, asked.environment
                ),
                hint: None,
            });
        }
        let what = format!(
            "end of support of {} version {} in {}",
            asked.pacticipant, asked.version, asked.environment
        );
        say_ended(console, asked.output, (&what, ended))
    }
}

fn say_ended(
    console: &mut Console,
    output: Format,
    (what, ended): (&str, usize),
) -> Result<Verdict, CliError> {
    match output {
        Format::Text => console.say(format_args!("{GOOD}Recorded{GOOD:#} {what}"))?,
        Format::Json => console.json(&json!({ "ended": ended }))?,
    }
    Ok(Verdict::Yes)
}

fn of_instance(instance: Option<&str>) -> String {
    instance.map_or_else(String::new, |instance| {
        format!(" (application instance {instance})")
    })
}
