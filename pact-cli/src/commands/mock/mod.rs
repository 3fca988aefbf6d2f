//! `pact mock`: mock servers for tests in any language, managed over HTTP.

mod admin;
mod client;
mod options;
mod registry;
mod shapes;

use std::sync::Arc;
use std::time::Duration;

use rand::random;
use serde_json::Value;
use tokio::net::TcpListener;
use tower::Service;

pub(crate) use self::options::MockCommand;

use self::admin::Admin;
use self::client::MasterClient;
use self::options::{Command, Create, Master, Selector, ShutdownMaster, Start};
use self::registry::Registry;
use crate::cli::LogLevel;
use crate::commands::Verdict;
use crate::commands::broker::asked_to_stop;
use crate::commands::stub::Source;
use crate::error::CliError;
use crate::output::Console;
use crate::serving::serve;
use crate::table;

/// The exit code of the official program for requests that do not hold to the pact.
const NOT_VERIFIED: u8 = 2;

impl MockCommand {
    /// Returns the level that was asked for, if any.
    pub(crate) const fn log_level(&self) -> Option<LogLevel> {
        self.master.loglevel
    }

    /// Does what was typed.
    pub(crate) async fn run(self, console: &mut Console) -> Result<Verdict, CliError> {
        let client = MasterClient::new(&self.master.host, self.master.port)?;
        match self.command {
            Command::Start(start) => start.run(&self.master, console).await,
            Command::List => list(&client, console).await,
            Command::Create(create) => create.run(&client, console).await,
            Command::Verify(selector) => selector.verify(&client, console).await,
            Command::Shutdown(selector) => selector.shut_down(&client, console).await,
            Command::ShutdownMaster(shutdown) => shutdown.run(&client, console).await,
        }
    }
}

impl Start {
    async fn run(self, master: &Master, console: &mut Console) -> Result<Verdict, CliError> {
        let address = format!("{}:{}", master.host, master.port);
        let listen_error = |source| CliError::Listen {
            address: address.clone(),
            source,
        };
        let bound = TcpListener::bind((master.host.as_str(), master.port)).await;
        let listener = bound.map_err(listen_error)?;
        let local = listener.local_addr().map_err(listen_error)?;
        // Whoever reads that it serves may ask for its end.
        let asked_to_stop = asked_to_stop();
        let key = self.server_key;
        let key = key.unwrap_or_else(|| format!("{:032x}", random::<u128>()));
        console.say(format_args!(
            "Master server started on port {}",
            local.port()
        ))?;
        console.say(format_args!("Server key: '{key}'"))?;
        let output = self.output.unwrap_or_else(|| ".".into());
        let registry = Arc::new(Registry::new(output, local.ip(), self.base_port));
        let (admin, mut stopping) = Admin::new(Arc::clone(&registry), key);
        let mut asked = Ok(());
        let stop = async {
            tokio::select! {
                end = asked_to_stop => asked = end,
                period = stopping.recv() => {
                    // Mock servers go on for so long.
                    tokio::time::sleep(period.unwrap_or(Duration::ZERO)).await;
                }
            }
        };
        let router = admin.router();
        let answer = move |request| {
            let answer = router.clone().call(request);
            async move {
                let Ok(answer) = answer.await;
                answer
            }
        };
        serve(listener, answer, stop).await;
        registry.end_all().await;
        asked?;
        Ok(Verdict::Yes)
    }
}

async fn list(client: &MasterClient, console: &mut Console) -> Result<Verdict, CliError> {
    let answer = client.list().await?;
    let text = |server: &Value, name: &str| match &server[name] {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let servers = answer["mockServers"].as_array().into_iter().flatten();
    let rows = servers.map(|server| {
        let columns = ["id", "port", "provider", "status"];
        columns.map(|name| text(server, name)).to_vec()
    });
    let headings = ["Mock Server Id", "Port", "Provider", "Verification State"];
    console.say(table::render(&headings, rows))?;
    Ok(Verdict::Yes)
}

impl Create {
    async fn run(
        mut self,
        client: &MasterClient,
        console: &mut Console,
    ) -> Result<Verdict, CliError> {
        // The variable that names a broker for other commands must not add servers to a file's.
        if self.loading.names_documents() {
            self.loading.broker_url = None;
        }
        let pacts = Source::new(&self.loading)?.load().await;
        let pacts = pacts.map_err(client::not_loaded)?;
        // A script that goes on with no server in place of its server learns of it much later.
        if pacts.is_empty() {
            return Err(client::nothing_found());
        }
        for pact in pacts {
            let created = client.create(&pact, &self).await?;
            let server = &created["mockServer"];
            let id = server["id"].as_str().unwrap_or_default();
            console.say(format_args!(
                "Mock server {id} started on port {}",
                server["port"]
            ))?;
            if let (Some(path), Some(pem)) =
                (&self.ca_certificate, server["caCertificate"].as_str())
            {
                std::fs::write(path, pem).map_err(|source| CliError::Write {
                    path: path.clone(),
                    source,
                })?;
            }
        }
        Ok(Verdict::Yes)
    }
}

impl Selector {
    /// Returns what stands in the address of the server.
    fn name(&self) -> String {
        match (&self.mock_server_id, self.mock_server_port) {
            (Some(id), _) => id.clone(),
            (None, port) => port.unwrap_or_default().to_string(),
        }
    }

    /// Returns which server is meant, in words.
    fn words(&self) -> String {
        let kind = if self.mock_server_id.is_some() {
            "id"
        } else {
            "port"
        };
        format!("{kind} '{}'", self.name())
    }

    async fn verify(
        &self,
        client: &MasterClient,
        console: &mut Console,
    ) -> Result<Verdict, CliError> {
        let refused = client.verify(&self.name()).await?;
        match refused {
            client::Answer::Done => {
                console.say(format_args!(
                    "Mock server with {} verified ok",
                    self.words()
                ))?;
                Ok(Verdict::Yes)
            }
            client::Answer::NotFound => Err(client::not_found(&self.words())),
            client::Answer::Refused(answer) => {
                console.say(shapes::told(&answer))?;
                Ok(Verdict::Other(NOT_VERIFIED))
            }
        }
    }

    async fn shut_down(
        &self,
        client: &MasterClient,
        console: &mut Console,
    ) -> Result<Verdict, CliError> {
        if !client.shut_down(&self.name()).await? {
            return Err(client::not_found(&self.words()));
        }
        console.say(format_args!(
            "Mock server with {} shutdown ok",
            self.words()
        ))?;
        Ok(Verdict::Yes)
    }
}

impl ShutdownMaster {
    async fn run(self, client: &MasterClient, console: &mut Console) -> Result<Verdict, CliError> {
        client
            .shut_down_master(&self.server_key, self.period)
            .await?;
        console.say("Master server shutting down ok")?;
        Ok(Verdict::Yes)
    }
}
