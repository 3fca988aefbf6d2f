//! The compatibility suite's features about consumers, played as a consumer's test is written:
//! with a builder, against its mock server, over real sockets.

mod client;
mod message;
mod outcome;

use std::path::{Path, PathBuf};

use pact_consumer::{ConsumerError, MockServer, PactBuilder};
use pact_core::json::{Json, OwnedJson};
use pact_core::model::{Interaction, Pact, ProviderState, SpecVersion};

use self::client::{Answer, Sent};
use crate::contract::{self, Row};
use crate::feature::{Scenario, Step, play};

#[test]
fn version_1_http_consumer() {
    play("V1/http_consumer.feature", 24, |root, scenario| {
        run(root, scenario, "1.0.0", SpecVersion::V1)
    });
}

#[test]
fn version_2_http_consumer() {
    play("V2/http_consumer.feature", 14, |root, scenario| {
        run(root, scenario, "2.0.0", SpecVersion::V2)
    });
}

#[test]
fn version_3_http_consumer() {
    play("V3/http_consumer.feature", 2, |root, scenario| {
        run(root, scenario, "3.0.0", SpecVersion::V3)
    });
}

fn run(
    root: &Path,
    scenario: &Scenario,
    version: &'static str,
    spec_version: SpecVersion,
) -> Result<(), String> {
    let mut world = World::new(root.join("fixtures"), version, spec_version);
    let outcome = scenario.steps.iter().try_for_each(|step| {
        world
            .step(step)
            .map_err(|why| format!("{}: {why}", step.text))
    });
    // Some scenarios end before the test does, with a verdict that they do not look at.
    drop(world.builder.as_ref().map(PactBuilder::failure));
    outcome
}

/// What a scenario has set up so far.
struct World {
    fixtures: PathBuf,
    version: &'static str,
    spec_version: SpecVersion,
    folder: tempfile::TempDir,
    /// The interactions of the table, with the requests made for them.
    defined: Vec<Interaction>,
    states: Vec<ProviderState>,
    builder: Option<PactBuilder>,
    server: Option<MockServer>,
    answer: Option<Answer>,
    /// What the end of the test came to: the pact file, or why there is none.
    done: Option<Result<PathBuf, ConsumerError>>,
}

impl World {
    fn new(fixtures: PathBuf, version: &'static str, spec_version: SpecVersion) -> Self {
        Self {
            fixtures,
            version,
            spec_version,
            folder: tempfile::tempdir().expect("a folder"),
            defined: Vec::new(),
            states: Vec::new(),
            builder: None,
            server: None,
            answer: None,
            done: None,
        }
    }

    fn step(&mut self, step: &Step) -> Result<(), String> {
        let text = step.text.as_str();
        if text.starts_with("the following HTTP interactions have been defined") {
            for row in &step.rows {
                self.defined
                    .push(contract::exchange(row, self.version, &self.fixtures)?);
            }
            Ok(())
        } else if text.starts_with("the mock server is started with interaction") {
            self.start(step)
        } else if text.starts_with("request ") && text.contains("is made to the mock server") {
            self.request(step)
        } else if text == "the pact test is done" {
            self.end()
        } else if text == "an integration is being defined for a consumer test" {
            Ok(())
        } else if let Some(rest) = text.strip_prefix("a provider state \"") {
            let name = rest.split('"').next().unwrap_or_default();
            self.states.push(state(name, step.rows.first())?);
            Ok(())
        } else if text == "the Pact file for the test is generated" {
            self.generate()
        } else {
            self.check(step)
        }
    }

    fn builder(&self) -> PactBuilder {
        let mut builder = PactBuilder::new("c", "p");
        builder
            .spec_version(self.spec_version)
            .output_dir(self.folder.path().join("pacts"));
        builder
    }

    /// Starts the server with interactions of the table, changed as the step's own table says.
    fn start(&mut self, step: &Step) -> Result<(), String> {
        let mut builder = self.builder();
        for number in numbers(&step.text) {
            let mut interaction = self.interaction(number)?.clone();
            for cell in step.rows.iter().filter_map(|row| row.get("body")) {
                contract::expect_body(contract::http(&mut interaction), cell, &self.fixtures)?;
            }
            builder.interaction(interaction);
        }
        let server = builder.try_start().map_err(|error| error.to_string())?;
        self.builder = Some(builder);
        self.server = Some(server);
        Ok(())
    }

    /// Makes the request of an interaction of the table, changed as the step's own table says.
    fn request(&mut self, step: &Step) -> Result<(), String> {
        let mut interaction = self.interaction(numbers(&step.text)[0])?.clone();
        let mut sent = Sent::new(&contract::http(&mut interaction).request);
        if let Some(row) = step.rows.first() {
            sent.change(row, &self.fixtures)?;
        }
        let server = self.server.as_ref().ok_or("no server was started")?;
        self.answer = Some(sent.to(server.addr())?);
        Ok(())
    }

    fn end(&mut self) -> Result<(), String> {
        let builder = self.builder.take().ok_or("no test was begun")?;
        self.done = Some(builder.finish());
        Ok(())
    }

    /// Runs a whole test of one interaction with the states of the scenario.
    fn generate(&mut self) -> Result<(), String> {
        let mut builder = self.builder();
        let mut request = builder.upon_receiving("an integration");
        for state in &self.states {
            let name = state.name.clone();
            request = if state.params.is_empty() {
                request.given(name)
            } else {
                request.given_with(name, Json::Object(state.params.clone()))
            };
        }
        let sent = Sent::new(&pact_core::model::Request::default());
        let _response = request.get(sent.path.as_str()).will_respond_with(200);
        let server = builder.try_start().map_err(|error| error.to_string())?;
        sent.to(server.addr())?;
        self.builder = Some(builder);
        self.end()
    }

    fn interaction(&self, number: usize) -> Result<&Interaction, String> {
        let found = number.checked_sub(1).and_then(|at| self.defined.get(at));
        found.ok_or_else(|| format!("no interaction {number} is defined"))
    }

    /// Returns the contract the test wrote.
    fn written(&self) -> Result<Pact, String> {
        read_contract(self.done.as_ref(), self.spec_version)
    }
}

/// Reads the contract a test wrote, which must be of the version.
fn read_contract(
    done: Option<&Result<PathBuf, ConsumerError>>,
    version: SpecVersion,
) -> Result<Pact, String> {
    let path = done.ok_or("the test is not done")?;
    let path = path.as_ref().map_err(ToString::to_string)?;
    let bytes = std::fs::read(path).map_err(|error| error.to_string())?;
    let read = pact_core::format::read(&bytes).map_err(|error| error.to_string())?;
    if read.pact.spec_version == version {
        Ok(read.pact)
    } else {
        Err(format!("written in version {}", read.pact.spec_version))
    }
}

/// Reads a provider state with its parameters, each cell being JSON.
fn state(name: &str, parameters: Option<&Row>) -> Result<ProviderState, String> {
    let mut state = ProviderState::new(name);
    for (name, cell) in parameters.into_iter().flatten() {
        state.params.insert(name.clone(), json(cell)?);
    }
    Ok(state)
}

fn json(text: &str) -> Result<OwnedJson, String> {
    Json::parse(text.as_bytes())
        .map(Json::into_owned)
        .map_err(|error| error.to_string())
}

/// Reads the numbers in a text.
fn numbers(text: &str) -> Vec<usize> {
    text.split(|c: char| !c.is_ascii_digit())
        .filter_map(|digits| digits.parse().ok())
        .collect()
}
