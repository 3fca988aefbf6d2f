//! Webhooks: requests the broker sends when something happens.

use std::fs;
use std::path::Path;

use clap::Args;
use pact_broker_client::Document;
use serde_json::{Map, Value, json};

use crate::args::{Connection, Format, given};
use crate::commands::Verdict;
use crate::error::CliError;
use crate::output::{Console, GOOD};

/// What is sent, and when.
#[derive(Args)]
struct Properties {
    /// Where the request goes
    url: String,
    /// The HTTP method
    #[arg(short = 'X', long, value_name = "METHOD", default_value = "POST")]
    request: String,
    /// Header of the request, as `Name: value`; may be repeated
    #[arg(short = 'H', long = "header", value_name = "HEADER", num_args = 1..)]
    headers: Vec<String>,
    /// Body of the request, or `@FILE` to read it from a file
    #[arg(short, long)]
    data: Option<String>,
    /// Basic authentication, as `NAME:PASSWORD`
    #[arg(long)]
    user: Option<String>,
    /// Only for pacts of this consumer
    #[arg(long, conflicts_with = "consumer_label")]
    consumer: Option<String>,
    /// Only for pacts of consumers with this label
    #[arg(long)]
    consumer_label: Option<String>,
    /// Only for pacts with this provider
    #[arg(long, conflicts_with = "provider_label")]
    provider: Option<String>,
    /// Only for pacts with providers of this label
    #[arg(long)]
    provider_label: Option<String>,
    /// What it is for
    #[arg(long)]
    description: Option<String>,
    #[command(flatten)]
    events: Events,
    /// The team it belongs to, in brokers that have teams
    #[arg(long, value_name = "UUID")]
    team_uuid: Option<String>,
}

/// What has to happen.
#[derive(Args)]
#[group(required = true, multiple = true)]
struct Events {
    /// When the content of a contract changed
    #[arg(long)]
    contract_content_changed: bool,
    /// When a contract was published
    #[arg(long)]
    contract_published: bool,
    /// When a verification result was published
    #[arg(long)]
    provider_verification_published: bool,
    /// When a failed verification result was published
    #[arg(long)]
    provider_verification_failed: bool,
    /// When a successful verification result was published
    #[arg(long)]
    provider_verification_succeeded: bool,
    /// When a contract was published that a provider version must verify
    #[arg(long)]
    contract_requiring_verification_published: bool,
}

/// Creates a webhook.
#[derive(Args)]
pub(crate) struct Create {
    #[command(flatten)]
    properties: Properties,
    /// How to write the answer
    #[arg(short, long, value_enum, default_value = "text")]
    output: Format,
    #[command(flatten)]
    connection: Connection,
}

/// Creates a webhook or replaces it.
#[derive(Args)]
pub(crate) struct CreateOrUpdate {
    /// The UUID of the webhook
    #[arg(long)]
    uuid: String,
    #[command(flatten)]
    properties: Properties,
    /// How to write the answer
    #[arg(short, long, value_enum, default_value = "text")]
    output: Format,
    #[command(flatten)]
    connection: Connection,
}

/// Deletes a webhook.
#[derive(Args)]
pub(crate) struct Delete {
    /// The UUID of the webhook
    #[arg(long)]
    uuid: String,
    #[command(flatten)]
    connection: Connection,
}

/// Has the broker send a webhook's request once.
#[derive(Args)]
pub(crate) struct Test {
    /// The UUID of the webhook
    #[arg(long)]
    uuid: String,
    #[command(flatten)]
    connection: Connection,
}

/// Prints a random UUID (version 4 of RFC 9562).
pub(crate) fn generate_uuid(console: &mut Console) -> Result<Verdict, CliError> {
    let random: u128 = rand::random();
    let bits = random & !(0xf << 76) & !(0b11 << 62) | (4 << 76) | (0b10 << 62);
    let hex = format!("{bits:032x}");
    let (parts, last) = hex.split_at(20);
    let (a, rest) = parts.split_at(8);
    console.say(format_args!(
        "{a}-{}-{}-{}-{last}",
        &rest[..4],
        &rest[4..8],
        &rest[8..]
    ))?;
    Ok(Verdict::Yes)
}

impl Create {
    /// Creates it.
    pub(crate) async fn run(self, console: &mut Console) -> Result<Verdict, CliError> {
        let body = self.properties.body()?;
        let webhook = self.connection.client()?.create_webhook(&body).await?;
        say_written(console, self.output, ("Created", &webhook))
    }
}

impl CreateOrUpdate {
    /// Writes it.
    pub(crate) async fn run(self, console: &mut Console) -> Result<Verdict, CliError> {
        let body = self.properties.body()?;
        let client = self.connection.client()?;
        let webhook = client.put_webhook(&self.uuid, &body).await?;
        say_written(console, self.output, ("Created or updated", &webhook))
    }
}

fn say_written(
    console: &mut Console,
    output: Format,
    (done, webhook): (&str, &Document),
) -> Result<Verdict, CliError> {
    match output {
        Format::Text => console.say(format_args!(
            "{GOOD}{done}{GOOD:#} webhook {} with UUID {}",
            webhook.text("/description").unwrap_or_default(),
            webhook.text("/uuid").unwrap_or_default()
        ))?,
        Format::Json => console.json(webhook.json())?,
    }
    Ok(Verdict::Yes)
}

impl Delete {
    /// Deletes it.
    pub(crate) async fn run(self, console: &mut Console) -> Result<Verdict, CliError> {
        self.connection.client()?.delete_webhook(&self.uuid).await?;
        console.say(format_args!("{GOOD}Deleted{GOOD:#} webhook {}", self.uuid))?;
        Ok(Verdict::Yes)
    }
}

impl Test {
    /// Sends it; what the receiver did decides.
    pub(crate) async fn run(self, console: &mut Console) -> Result<Verdict, CliError> {
        let client = self.connection.client()?;
        let result = client.test_webhook(&self.uuid).await?;
        match result.text("/logs") {
            Some(logs) => console.say(logs.trim_end())?,
            None => console.json(result.json())?,
        }
        let success = result.json().get("success").and_then(Value::as_bool);
        Ok(Verdict::of(success != Some(false)))
    }
}

impl Properties {
    fn body(&self) -> Result<Value, CliError> {
        let mut request = Map::from_iter([
            ("url".to_owned(), json!(self.url)),
            ("method".to_owned(), json!(self.request.to_uppercase())),
            ("headers".to_owned(), Value::Object(self.headers()?)),
            ("body".to_owned(), self.data()?),
        ]);
        if let Some(user) = given(self.user.as_ref()) {
            let (name, password) = user.split_once(':').unwrap_or((user, ""));
            request.insert("username".to_owned(), json!(name));
            request.insert("password".to_owned(), json!(password));
        }
        let mut body = Map::from_iter([
            ("request".to_owned(), Value::Object(request)),
            ("events".to_owned(), self.events.to_json()),
        ]);
        let sides = [
            ("consumer", &self.consumer, &self.consumer_label),
            ("provider", &self.provider, &self.provider_label),
        ];
        for (side, name, label) in sides {
            let named = given(name.as_ref()).map(|name| json!({ "name": name }));
            let labelled = || given(label.as_ref()).map(|label| json!({ "label": label }));
            body.extend(
                named
                    .or_else(labelled)
                    .map(|value| (side.to_owned(), value)),
            );
        }
        let texts = [
            ("description", &self.description),
            ("teamUuid", &self.team_uuid),
        ];
        for (key, text) in texts {
            body.extend(given(text.as_ref()).map(|text| (key.to_owned(), json!(text))));
        }
        Ok(Value::Object(body))
    }

    fn headers(&self) -> Result<Map<String, Value>, CliError> {
        let pair = |header: &String| {
            let (name, value) = header
                .split_once(':')
                .ok_or_else(|| CliError::usage("a header of a webhook is written `Name: value`"))?;
            Ok((name.trim().to_owned(), json!(value.trim())))
        };
        self.headers.iter().map(pair).collect()
    }

    /// Returns the body as JSON if it is some, else as a text.
    fn data(&self) -> Result<Value, CliError> {
        let Some(data) = &self.data else {
            return Ok(Value::Null);
        };
        let text = match data.strip_prefix('@') {
            Some(path) => fs::read_to_string(path).map_err(|source| CliError::Read {
                path: Path::new(path).to_owned(),
                source,
            })?,
            None => data.clone(),
        };
        Ok(serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }
}

impl Events {
    fn to_json(&self) -> Value {
        let names = [
            (self.contract_content_changed, "contract_content_changed"),
            (self.contract_published, "contract_published"),
            (
                self.provider_verification_published,
                "provider_verification_published",
            ),
            (
                self.provider_verification_failed,
                "provider_verification_failed",
            ),
            (
                self.provider_verification_succeeded,
                "provider_verification_succeeded",
            ),
            (
                self.contract_requiring_verification_published,
                "contract_requiring_verification_published",
            ),
        ];
        names
            .into_iter()
            .filter(|(wanted, _)| *wanted)
            .map(|(_, name)| json!({ "name": name }))
            .collect()
    }
}
