//! `pact demo`: the whole loop on real servers, from a consumer's test to a refused deployment.
//!
//! Every command shown is run as it is shown, by the code that runs it when it is typed.

mod client;
mod service;
mod stage;

use std::error::Error;
use std::path::Path;

use clap::Args;
use pact_broker::{Broker, BrokerConfig};
use pact_consumer::prelude::*;
use serde_json::Value;

use self::client::OrderClient;
use self::service::{OrderApi, OrderService};
use self::stage::Stage;
use super::Verdict;
use crate::error::CliError;
use crate::output::{BAD, Console, DIM, GOOD, STRONG};

/// The state the contract needs the provider to be in.
const STATE: &str = "order 42 exists";

/// See the whole loop in a few seconds.
#[derive(Args)]
pub(crate) struct Demo {
    /// Leave the broker running at the end, until Ctrl-C
    #[arg(long)]
    keep: bool,
}

impl Demo {
    /// Tells the story; it is only told well when every command answers as it must.
    pub(crate) async fn run(self, console: &mut Console) -> Result<Verdict, CliError> {
        let folder = tempfile::Builder::new()
            .prefix("pact-demo-")
            .tempdir()
            .map_err(story("no temporary folder"))?;
        let database = format!("sqlite://{}", folder.path().join("broker.sqlite").display());
        let address = ([127, 0, 0, 1], 0).into();
        let broker = Broker::start(BrokerConfig::new(database, address)).await?;
        let url = broker.url().to_owned();
        let pacts = folder.path().join("pacts");
        let mut stage = Stage::new(console, &url);
        stage.line(format_args!(
            "{STRONG}order-web{STRONG:#} shows orders that {STRONG}order-api{STRONG:#} keeps. \
             A broker runs at {STRONG}{url}{STRONG:#}"
        ))?;
        first_contract(&mut stage, &pacts).await?;
        kept_contract(&mut stage).await?;
        broken_contract(&mut stage).await?;
        end(&mut stage, &url, self.keep)?;
        if self.keep {
            super::broker::asked_to_stop().await?;
        }
        broker.shutdown().await;
        Ok(Verdict::Yes)
    }
}

/// The consumer's side: a test, its contract, the broker.
async fn first_contract(stage: &mut Stage<'_>, pacts: &Path) -> Result<(), CliError> {
    stage.scene("order-web tests its client against a mock server, which leaves a contract")?;
    let file = consumer_test(pacts)
        .await
        .map_err(|source| CliError::Story {
            what: "the consumer test failed",
            source,
        })?;
    show_contract(stage, &file)?;
    stage.scene("its build publishes the contract")?;
    let pacts = pacts.display().to_string();
    let words = [
        "broker", "publish", &pacts, "-a", "web-1", "--branch", "main",
    ];
    stage.command(&words, Verdict::Yes).await
}

/// What stands in a `#[pact_test]` of order-web; returns the pact file.
async fn consumer_test(pacts: &Path) -> Result<std::path::PathBuf, Box<dyn Error + Send + Sync>> {
    let mut pact = PactBuilder::new("order-web", "order-api");
    pact.output_dir(pacts);
    pact.upon_receiving("a request for order 42")
        .given(STATE)
        .get("/orders/42")
        .will_respond_with(200)
        .json_body(json_pattern!({
            "id": integer(42),
            "status": regex("^(open|paid)$", "open"),
            "total": decimal(9.99),
        }));
    let mock = pact.try_start()?;
    let understood = understood_order(mock.url()).await;
    // The client's own error says more than the verdict about what it asked for.
    let verdict = pact.finish();
    understood?;
    Ok(verdict?)
}

/// Lets the client ask for an order and looks at what it makes of the answer.
async fn understood_order(url: &str) -> Result<(), Box<dyn Error + Send + Sync>> {
    let order = OrderClient::new(url)?.order(42).await?;
    if order.to_string() != "order 42 is open, 9.99 in all" {
        return Err(format!("the client understood: {order}").into());
    }
    Ok(())
}

/// Shows the contract's request, response and rules, as they stand in the file.
fn show_contract(stage: &mut Stage<'_>, file: &Path) -> Result<(), CliError> {
    let text = std::fs::read_to_string(file).map_err(|source| CliError::Read {
        path: file.to_owned(),
        source,
    })?;
    let pact: Value = serde_json::from_str(&text)
        .map_err(|error| story("the contract is unreadable")(error.into()))?;
    let interaction = &pact["interactions"][0];
    let text = |pointer: &str| {
        interaction
            .pointer(pointer)
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    stage.line(format_args!(
        "{STRONG}{}{STRONG:#}, given {}",
        text("/description"),
        text("/providerStates/0/name")
    ))?;
    stage.line(format_args!(
        "  {} {}",
        text("/request/method"),
        text("/request/path")
    ))?;
    let response = &interaction["response"];
    stage.line(format_args!(
        "  {} {}",
        response["status"], response["body"]["content"]
    ))?;
    let rules = response["matchingRules"]["body"].as_object();
    let rules: Vec<String> = { rules.into_iter().flatten() }
        .map(|(path, rule)| {
            let rule = &rule["matchers"][0];
            let name = rule["match"].as_str().unwrap_or_default();
            let detail = rule["regex"].as_str().map(|regex| format!(" {regex}"));
            format!("{path} {name}{}", detail.unwrap_or_default())
        })
        .collect();
    stage.line(format_args!("  {DIM}{}{DIM:#}", rules.join(", ")))
}

/// The provider's side: it keeps the contract, so both can be deployed.
async fn kept_contract(stage: &mut Stage<'_>) -> Result<(), CliError> {
    stage.scene("order-api runs, and its build verifies the contract from the broker")?;
    let service = serve(OrderApi::Total).await?;
    verify(stage, &service, ("api-1", Verdict::Yes)).await?;
    let environment = [
        "broker",
        "create-environment",
        "--name",
        "production",
        "--production",
    ];
    stage.command(&environment, Verdict::Yes).await?;
    stage
        .command(&deployed("order-api", "api-1"), Verdict::Yes)
        .await?;
    stage.scene("can order-web be deployed?")?;
    stage
        .command(&can_i_deploy("order-web", "web-1"), Verdict::Yes)
        .await?;
    stage
        .command(&deployed("order-web", "web-1"), Verdict::Yes)
        .await
}

/// The provider changes on its own, and is not let through.
async fn broken_contract(stage: &mut Stage<'_>) -> Result<(), CliError> {
    stage.scene("order-api renames `total` to `amount` without asking anybody")?;
    let service = serve(OrderApi::Amount).await?;
    verify(stage, &service, ("api-2", Verdict::No)).await?;
    stage.scene("can order-api be deployed?")?;
    stage
        .command(&can_i_deploy("order-api", "api-2"), Verdict::No)
        .await
}

async fn serve(api: OrderApi) -> Result<OrderService, CliError> {
    OrderService::start(api)
        .await
        .map_err(story("order-api does not start"))
}

async fn verify(
    stage: &mut Stage<'_>,
    service: &OrderService,
    (version, expected): (&str, Verdict),
) -> Result<(), CliError> {
    let (port, states) = (service.port(), service.states_url());
    let words = [
        "verifier",
        "-n",
        "order-api",
        "-p",
        &port,
        "-s",
        &states,
        "--provider-version",
        version,
        "--provider-branch",
        "main",
        "--publish",
    ];
    stage.command(&words, expected).await
}

const fn deployed<'a>(name: &'a str, version: &'a str) -> [&'a str; 8] {
    [
        "broker",
        "record-deployment",
        "-a",
        name,
        "-e",
        version,
        "--environment",
        "production",
    ]
}

const fn can_i_deploy<'a>(name: &'a str, version: &'a str) -> [&'a str; 8] {
    [
        "broker",
        "can-i-deploy",
        "-a",
        name,
        "-e",
        version,
        "--to-environment",
        "production",
    ]
}

fn end(stage: &mut Stage<'_>, url: &str, keep: bool) -> Result<(), CliError> {
    stage.scene("that is all: the breaking change stops in its own build")?;
    if keep {
        stage.line(format_args!(
            "{GOOD}open{GOOD:#} {STRONG}{url}{STRONG:#} in a browser; Ctrl-C ends the broker"
        ))?;
    } else {
        stage.line(format_args!(
            "the broker at {url} ends {BAD}now{BAD:#}; {STRONG}pact demo --keep{STRONG:#} leaves it running, to look around in"
        ))?;
    }
    stage.line(format_args!(
        "next: {STRONG}pact broker start{STRONG:#} for a broker of your own, and a consumer test with \
         {STRONG}cargo add --dev pact-consumer{STRONG:#}"
    ))
}

/// Returns what makes an error of the story out of an I/O error.
fn story(what: &'static str) -> impl FnOnce(std::io::Error) -> CliError {
    move |source| CliError::Story {
        what,
        source: Box::new(source),
    }
}
