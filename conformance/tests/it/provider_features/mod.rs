//! The compatibility suite's features about providers, played with the verifier against real
//! servers and a real broker.

mod outcome;
mod server;

use std::path::{Path, PathBuf};

use axum::http::{HeaderName, HeaderValue, StatusCode};
use pact_broker::{Broker, BrokerConfig, RunningBroker};
use pact_broker_client::{BrokerClient, BrokerOptions, ContractToPublish, PublishRequest};
use pact_core::format;
use pact_core::json::{Json, OwnedJson};
use pact_core::model::{Interaction, Pact, ProviderState};
use pact_provider::{MissingStates, ProducedMessage, Report, Verifier};

use self::server::{Log, Route};
use crate::contract::{self, MessageParts, Row};
use crate::feature::{Scenario, Step, play};
use crate::fixture::{Content, headers};

#[test]
fn version_1_http_provider() {
    play("V1/http_provider.feature", 26, |root, scenario| {
        run(root, scenario, "1.0.0")
    });
}

#[test]
fn version_2_http_provider() {
    play("V2/http_provider.feature", 4, |root, scenario| {
        run(root, scenario, "2.0.0")
    });
}

#[test]
fn version_3_http_provider() {
    play("V3/http_provider.feature", 2, |root, scenario| {
        run(root, scenario, "3.0.0")
    });
}

#[test]
fn version_3_message_provider() {
    play("V3/message_provider.feature", 18, |root, scenario| {
        run(root, scenario, "3.0.0")
    });
}

fn run(root: &Path, scenario: &Scenario, version: &'static str) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let mut world = World::new(root.join("fixtures"), version);
        for step in &scenario.steps {
            world
                .step(step)
                .await
                .map_err(|why| format!("{}: {why}", step.text))?;
        }
        Ok(())
    })
}

/// What a scenario has set up so far.
struct World {
    fixtures: PathBuf,
    version: &'static str,
    folder: tempfile::TempDir,
    defined: Vec<Interaction>,
    routes: Vec<Route>,
    messages: Vec<(String, ProducedMessage)>,
    files: Vec<PathBuf>,
    broker: Option<RunningBroker>,
    publishes: bool,
    /// How the state callback answers, when there is one.
    callback: Option<StatusCode>,
    added: Vec<(String, String)>,
    log: Log,
    report: Option<Report>,
}

impl World {
    fn new(fixtures: PathBuf, version: &'static str) -> Self {
        Self {
            fixtures,
            version,
            folder: tempfile::tempdir().expect("a folder"),
            defined: Vec::new(),
            routes: Vec::new(),
            messages: Vec::new(),
            files: Vec::new(),
            broker: None,
            publishes: false,
            callback: None,
            added: Vec::new(),
            log: Log::default(),
            report: None,
        }
    }

    async fn step(&mut self, step: &Step) -> Result<(), String> {
        let text = step.text.as_str();
        if text.starts_with("the following HTTP interactions have been defined") {
            for row in &step.rows {
                self.defined
                    .push(contract::exchange(row, self.version, &self.fixtures)?);
            }
            Ok(())
        } else if text.contains("that returns the response") {
            self.answer_as(step)
        } else if text.starts_with("a provider is started that can generate") {
            self.produce(step)
        } else if text.starts_with("a Pact file for \"") {
            self.message_file(step).await
        } else if text.starts_with("a Pact file for interaction") {
            self.exchange_file(step).await
        } else if text.starts_with("publishing of verification results is enabled") {
            self.publishes = true;
            Ok(())
        } else if text.starts_with("a provider state callback is configured") {
            let fails = text.contains("failure");
            self.callback = Some(if fails {
                StatusCode::INTERNAL_SERVER_ERROR
            } else {
                StatusCode::OK
            });
            Ok(())
        } else if text.starts_with("a request filter is configured") {
            self.added = headers(&step.rows[0]["headers"]);
            Ok(())
        } else if text == "the verification is run" {
            self.verify().await
        } else {
            self.check(step).await
        }
    }

    /// Takes the responses of interactions as the provider's, changed as the table says.
    fn answer_as(&mut self, step: &Step) -> Result<(), String> {
        for number in numbers(step.text.split(", with").next().unwrap_or_default()) {
            let mut interaction = self.interaction(number)?;
            let exchange = contract::http(&mut interaction);
            if let Some(row) = step.rows.first() {
                contract::change(exchange, row, &self.fixtures)?;
            }
            self.routes.push(Route {
                method: exchange.request.method.clone(),
                path: exchange.request.path.clone(),
                response: exchange.response.clone(),
            });
        }
        Ok(())
    }

    fn interaction(&self, number: usize) -> Result<Interaction, String> {
        let found = number.checked_sub(1).and_then(|at| self.defined.get(at));
        found
            .cloned()
            .ok_or_else(|| format!("no interaction {number} is defined"))
    }

    fn produce(&mut self, step: &Step) -> Result<(), String> {
        let (name, cell) = name_and_body(&step.text).ok_or("no name and body")?;
        let content = Content::read(cell, &self.fixtures)?;
        let mut message = ProducedMessage::bytes(
            content.bytes,
            content.content_type.as_deref().unwrap_or("text/plain"),
        );
        for row in &step.rows {
            let value = contract::metadata_value(&row["value"])?;
            message = message.metadata(row["key"].clone(), value);
        }
        self.messages.push((name.to_owned(), message));
        Ok(())
    }

    async fn exchange_file(&mut self, step: &Step) -> Result<(), String> {
        let number = numbers(&step.text)[0];
        let mut interaction = self.interaction(number)?;
        if let Some((_, rest)) = step.text.split_once("with a provider state \"") {
            let name = rest.split('"').next().unwrap_or_default();
            interaction.provider_states.push(ProviderState::new(name));
        }
        for row in &step.rows {
            let mut state = ProviderState::new(row["State Name"].clone());
            if let Some(cell) = row.get("Parameters") {
                state.params = object(cell)?;
            }
            interaction.provider_states.push(state);
        }
        let pact = contract::pact(format!("c_{number}"), interaction);
        if step.text.contains("from a Pact broker") {
            self.publish(&pact).await
        } else {
            self.write(&pact)
        }
    }

    async fn message_file(&mut self, step: &Step) -> Result<(), String> {
        let (name, cell) = name_and_body(&step.text).ok_or("no name")?;
        let lines: Vec<(&str, &str)> = [&step.columns]
            .into_iter()
            .filter(|columns| columns.len() == 2 && columns[0] != "key")
            .map(|columns| (columns[0].as_str(), columns[1].as_str()))
            .chain(step.rows.iter().filter_map(|row| two(&step.columns, row)))
            .collect();
        let value = |key: &str| {
            lines
                .iter()
                .find(|(name, _)| *name == key)
                .map(|(_, value)| *value)
        };
        let mut metadata = Vec::new();
        for row in step.rows.iter().filter(|row| row.contains_key("key")) {
            metadata.push((row["key"].clone(), contract::metadata_value(&row["value"])?));
        }
        for pair in value("metadata")
            .into_iter()
            .flat_map(|cell| cell.split("; "))
        {
            let (key, text) = pair.split_once('=').ok_or("no metadata")?;
            metadata.push((key.to_owned(), contract::metadata_value(text)?));
        }
        let parts = MessageParts {
            body: value("body").unwrap_or(cell),
            metadata,
            rules: value("matching rules"),
        };
        let mut interaction = contract::message(name, parts, &self.fixtures)?;
        if let Some((_, rest)) = step.text.split_once("with provider state \"") {
            let state = rest.split('"').next().unwrap_or_default();
            interaction.provider_states.push(ProviderState::new(state));
        }
        self.write(&contract::pact(
            format!("c_{}", self.files.len()),
            interaction,
        ))
    }

    fn write(&mut self, pact: &Pact) -> Result<(), String> {
        let text = format::write(pact).map_err(|error| error.to_string())?;
        let path = self
            .folder
            .path()
            .join(format!("{}.json", self.files.len()));
        std::fs::write(&path, text).map_err(|error| error.to_string())?;
        self.files.push(path);
        Ok(())
    }

    /// Publishes a pact to the scenario's broker, which is started for the first.
    async fn publish(&mut self, pact: &Pact) -> Result<(), String> {
        if self.broker.is_none() {
            let database = self.folder.path().join("broker.sqlite");
            let address = "127.0.0.1:0".parse().expect("an address");
            let config = BrokerConfig::new(format!("sqlite://{}", database.display()), address);
            self.broker = Some(
                Broker::start(config)
                    .await
                    .map_err(|error| error.to_string())?,
            );
        }
        let content = format::write(pact)
            .map_err(|error| error.to_string())?
            .into_bytes();
        let request = PublishRequest {
            pacticipant: pact.consumer.clone(),
            version: "1".to_owned(),
            branch: Some("main".to_owned()),
            tags: Vec::new(),
            build_url: None,
            contracts: vec![ContractToPublish {
                consumer: pact.consumer.clone(),
                provider: pact.provider.clone(),
                content,
                merge: false,
            }],
        };
        let published = self.client()?.publish_contracts(&request).await;
        published.map(drop).map_err(|error| error.to_string())
    }

    fn client(&self) -> Result<BrokerClient, String> {
        let broker = self.broker.as_ref().ok_or("no broker was started")?;
        BrokerClient::new(BrokerOptions::new(broker.url())).map_err(|error| error.to_string())
    }

    async fn verify(&mut self) -> Result<(), String> {
        let url = server::provider(self.routes.clone(), self.log.clone()).await;
        let mut verifier = Verifier::new("p")
            .url(url)
            .missing_states(MissingStates::Warn);
        for file in &self.files {
            verifier = verifier.pact_file(file);
        }
        if let Some(broker) = &self.broker {
            verifier = verifier.broker(BrokerOptions::new(broker.url()));
        }
        if self.publishes {
            verifier = verifier.publish("1.2.3");
        }
        if let Some(status) = self.callback {
            let states = server::states(status, self.log.clone()).await;
            verifier = verifier
                .state_change_url(states)
                .state_change_teardown(true);
        }
        for (name, message) in &self.messages {
            let message = message.clone();
            verifier = verifier.message(name, move |_| {
                std::future::ready(Ok::<_, String>(message.clone()))
            });
        }
        let added = self.added.clone();
        if !added.is_empty() {
            verifier = verifier.request_filter_sync(move |mut request| {
                for (name, value) in &added {
                    let name: HeaderName = name.parse().map_err(|_| "no header name")?;
                    let value = HeaderValue::from_str(value).map_err(|_| "no header value")?;
                    request.headers_mut().insert(name, value);
                }
                Ok::<_, &str>(request)
            });
        }
        self.report = Some(verifier.run().await.map_err(|error| error.to_string())?);
        Ok(())
    }
}

/// Returns a line of a table that has no columns of its own: its first cells are names.
fn two<'s>(columns: &[String], row: &'s Row) -> Option<(&'s str, &'s str)> {
    match columns {
        [first, second] if first != "key" => Some((row.get(first)?, row.get(second)?)),
        _ => None,
    }
}

/// Reads the numbers in a text.
fn numbers(text: &str) -> Vec<usize> {
    text.split(|c: char| !c.is_ascii_digit())
        .filter_map(|digits| digits.parse().ok())
        .collect()
}

/// Reads the name of a message and its body: the first text in quotes, and the one after.
fn name_and_body(text: &str) -> Option<(&str, &str)> {
    let (_, rest) = text.split_once('"')?;
    let (name, rest) = rest.split_once('"')?;
    let Some((_, body)) = rest.split_once('"') else {
        return Some((name, ""));
    };
    // A body in JSON has quotes of its own, each behind a backslash.
    let mut end = 0;
    let bytes = body.as_bytes();
    while end < bytes.len() && (bytes[end] != b'"' || end > 0 && bytes[end - 1] == b'\\') {
        end += 1;
    }
    Some((name, &body[..end]))
}

fn object(cell: &str) -> Result<pact_core::json::Object<'static>, String> {
    let json: OwnedJson = Json::parse(cell.as_bytes())
        .map(Json::into_owned)
        .map_err(|error| error.to_string())?;
    match json {
        Json::Object(object) => Ok(object),
        other => Err(format!("expected an object, found {}", other.kind())),
    }
}
