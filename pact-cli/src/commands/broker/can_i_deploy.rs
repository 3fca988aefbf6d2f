//! `pact broker can-i-deploy`: may this version go there?

use std::time::Duration;

use clap::Args;
use clap::builder::FalseyValueParser;
use pact_broker_client::{BrokerClient, MatrixAnswer, MatrixQuery, VersionSelector};
use serde_json::Value;

use crate::args::{Connection, Format, Selectors};
use crate::commands::Verdict;
use crate::error::CliError;
use crate::output::{BAD, CAUTION, Console, DIM, GOOD};
use crate::table;

/// May these versions go there?
#[derive(Args)]
pub(crate) struct CanIDeploy {
    #[command(flatten)]
    selectors: Selectors,
    /// The environment to deploy to
    #[arg(long, value_name = "ENVIRONMENT", conflicts_with = "to")]
    to_environment: Option<String>,
    /// The tag that stands for an environment or branch
    #[arg(long, value_name = "TAG")]
    to: Option<String>,
    #[arg(long, hide = true)]
    limit: Option<u32>,
    /// Answer, but always exit with 0
    #[arg(long, env = "PACT_BROKER_CAN_I_DEPLOY_DRY_RUN", value_parser = FalseyValueParser::new())]
    dry_run: bool,
    #[arg(
        long,
        hide = true,
        env = "PACT_BROKER_CAN_I_DEPLOY_IGNORE",
        value_delimiter = ','
    )]
    ignore_from_environment: Vec<String>,
    #[command(flatten)]
    patience: Patience,
    #[command(flatten)]
    connection: Connection,
}

/// Do these versions work with the main branches of all they are integrated with?
#[derive(Args)]
pub(crate) struct CanIMerge {
    #[command(flatten)]
    selectors: Selectors,
    /// Answer, but always exit with 0
    #[arg(long, env = "PACT_BROKER_CAN_I_MERGE_DRY_RUN", value_parser = FalseyValueParser::new())]
    dry_run: bool,
    #[arg(
        long,
        hide = true,
        env = "PACT_BROKER_CAN_I_MERGE_IGNORE",
        value_delimiter = ','
    )]
    ignore_from_environment: Vec<String>,
    #[command(flatten)]
    patience: Patience,
    #[command(flatten)]
    connection: Connection,
}

/// How long to wait for results, and how to write the answer.
#[derive(Args)]
struct Patience {
    /// How often to ask again while results are missing
    #[arg(long, value_name = "TIMES", default_value_t = 0)]
    retry_while_unknown: u32,
    /// Seconds between two questions
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    retry_interval: u32,
    /// How to write the answer
    #[arg(short, long, value_enum, default_value = "text")]
    output: Format,
}

impl CanIDeploy {
    /// Asks, and answers with the verdict.
    pub(crate) async fn run(self, console: &mut Console) -> Result<Verdict, CliError> {
        self.selectors.each_with_version()?;
        let mut query = question(&self.selectors, &self.ignore_from_environment);
        if let Some(environment) = self.to_environment {
            query = query.to_environment(environment);
        }
        if let Some(tag) = self.to {
            query = query.to_tag(tag);
        }
        if let Some(limit) = self.limit {
            query = query.limit(limit);
        }
        let client = self.connection.client()?;
        self.patience
            .ask(&client, &query, console)
            .await
            .and_then(|answer| show(console, &answer, (self.patience.output, self.dry_run)))
    }
}

impl CanIMerge {
    /// Asks, and answers with the verdict.
    pub(crate) async fn run(self, console: &mut Console) -> Result<Verdict, CliError> {
        let query = question(&self.selectors, &self.ignore_from_environment).to_main_branch();
        let client = self.connection.client()?;
        self.patience
            .ask(&client, &query, console)
            .await
            .and_then(|answer| show(console, &answer, (self.patience.output, self.dry_run)))
    }
}

fn question(selectors: &Selectors, ignored: &[String]) -> MatrixQuery {
    let mut asked = selectors.asked.iter().cloned();
    let query = MatrixQuery::new(asked.next().unwrap_or_default());
    let query = asked.fold(query, MatrixQuery::and);
    let by_environment = ignored
        .iter()
        .map(|name| name.trim())
        .filter(|name| !name.is_empty())
        .map(|name| VersionSelector {
            pacticipant: name.to_owned(),
            ..VersionSelector::default()
        });
    selectors
        .ignored
        .iter()
        .cloned()
        .chain(by_environment)
        .fold(query, MatrixQuery::ignoring)
}

impl Patience {
    /// Asks again while the answer is neither yes nor no.
    async fn ask(
        &self,
        client: &BrokerClient,
        query: &MatrixQuery,
        console: &mut Console,
    ) -> Result<MatrixAnswer, CliError> {
        let mut left = self.retry_while_unknown;
        loop {
            let answer = client.matrix(query).await?;
            if answer.deployable().is_some() || left == 0 {
                return Ok(answer);
            }
            let (interval, total) = (self.retry_interval, self.retry_while_unknown);
            console.note(format_args!(
                "results are missing; asking again in {interval} s ({} of {total})",
                total - left + 1
            ));
            left -= 1;
            tokio::time::sleep(Duration::from_secs(interval.into())).await;
        }
    }
}

fn show(
    console: &mut Console,
    answer: &MatrixAnswer,
    (output, dry_run): (Format, bool),
) -> Result<Verdict, CliError> {
    let verdict = Verdict::of(answer.deployable() == Some(true));
    match output {
        Format::Json => console.json(answer.json())?,
        Format::Text => {
            say_rows(console, answer.rows())?;
            console.notices(&answer.notices())?;
            if answer.notices().is_empty() && !answer.reason().is_empty() {
                console.say(answer.reason())?;
            }
            console.say("")?;
            match answer.deployable() {
                Some(true) => console.say(format_args!("{GOOD}Computer says yes \\o/{GOOD:#}"))?,
                Some(false) => {
                    console.say(format_args!("{BAD}Computer says no ¯\\_(ツ)_/¯{BAD:#}"))?;
                }
                None => console.say(format_args!(
                    "{CAUTION}Computer does not know yet{CAUTION:#}: verification results are missing"
                ))?,
            }
        }
    }
    if dry_run && verdict == Verdict::No {
        console.note(format_args!(
            "{DIM}dry run: exiting with 0 all the same{DIM:#}"
        ));
        return Ok(Verdict::Yes);
    }
    Ok(verdict)
}

/// Prints the table, and below it where each result can be looked at.
fn say_rows(console: &mut Console, rows: &[Value]) -> Result<(), CliError> {
    if rows.is_empty() {
        return Ok(());
    }
    let text = |row: &Value, pointer: &str| {
        row.pointer(pointer)
            .and_then(Value::as_str)
            .map(str::to_owned)
    };
    let mut results = Vec::new();
    let mut lines = Vec::new();
    for row in rows {
        let success = row
            .pointer("/verificationResult/success")
            .and_then(Value::as_bool);
        let result = text(row, "/verificationResult/_links/self/href").map(|href| {
            let outcome = if success == Some(true) {
                "success"
            } else {
                "failure"
            };
            results.push(format!("{}. {href} ({outcome})", results.len() + 1));
            results.len().to_string()
        });
        let ignored = row.pointer("/ignored") == Some(&Value::Bool(true));
        lines.push(vec![
            text(row, "/consumer/name").unwrap_or_default(),
            text(row, "/consumer/version/number").unwrap_or_default(),
            text(row, "/provider/name").unwrap_or_default(),
            text(row, "/provider/version/number").unwrap_or_else(|| "???".to_owned()),
            format!(
                "{}{}",
                success.map_or_else(|| "???".to_owned(), |success| success.to_string()),
                if ignored { " [ignored]" } else { "" }
            ),
            result.unwrap_or_default(),
        ]);
    }
    console.say(table::render(
        &[
            "CONSUMER",
            "C.VERSION",
            "PROVIDER",
            "P.VERSION",
            "SUCCESS?",
            "RESULT#",
        ],
        lines,
    ))?;
    console.say("")?;
    if !results.is_empty() {
        console.say("VERIFICATION RESULTS")?;
        console.say(results.join("\n"))?;
        console.say("")?;
    }
    Ok(())
}
