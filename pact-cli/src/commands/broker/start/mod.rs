//! `pact broker start`: the broker itself.
//!
//! Settings have the names they have in the Ruby broker wherever they mean the same, so that its environment can be
//! taken over as it stands.

mod access;
mod memory;
mod settings;
mod unmet;

use pact_broker::store::shown_address;
use pact_broker::{Broker, BrokerConfig, StartError};

pub(crate) use self::memory::keep_little;
pub(crate) use self::settings::Start;
use crate::commands::Verdict;
use crate::error::CliError;
use crate::output::{Console, DIM, STRONG};

impl Start {
    /// Serves until it is told to stop.
    pub(crate) async fn run(self, console: &mut Console) -> Result<Verdict, CliError> {
        for note in unmet::notes(|name| std::env::var(name).ok()) {
            console.note(note);
        }
        let config = self.config().await?;
        for note in exposed(&config) {
            console.note(note);
        }
        let database = shown_address(&config.database_url);
        let broker = Broker::start(config).await.map_err(|error| {
            if let StartError::Database(_) = error {
                console.note(format_args!("the database is `{database}`"));
            }
            CliError::from(error)
        })?;
        // Whoever reads that it serves may ask for its end.
        let asked = asked_to_stop();
        console.say(format_args!("broker at {STRONG}{}{STRONG:#}", broker.url()))?;
        if !broker.url().ends_with(&broker.addr().to_string()) {
            console.say(format_args!("{DIM}listening on {}{DIM:#}", broker.addr()))?;
        }
        console.say(format_args!(
            "{DIM}data in {database}; stop with Ctrl-C{DIM:#}"
        ))?;
        asked.await?;
        console.say("stopping")?;
        broker.shutdown().await;
        Ok(Verdict::Yes)
    }
}

/// Returns what whoever serves other machines should know.
fn exposed(config: &BrokerConfig) -> Vec<&'static str> {
    if config.bind.ip().is_loopback() {
        return Vec::new();
    }
    let mut notes = Vec::new();
    if config.base_urls.is_empty() {
        notes.push(
            "clients on other machines get links without a host; say how they reach the broker with --base-url",
        );
    }
    if config.access.writer.is_none() {
        notes.push(
            "whoever reaches the broker may change everything; --basic-auth-username and --basic-auth-password ask who it is",
        );
    }
    notes
}

/// Listens from now on for Ctrl-C, or for the system to ask for an end, and returns what waits for
/// either.
#[cfg(unix)]
pub(crate) fn asked_to_stop() -> impl Future<Output = Result<(), CliError>> + Send {
    use tokio::signal::unix::{SignalKind, signal};

    let interrupt = signal(SignalKind::interrupt());
    let terminate = signal(SignalKind::terminate());
    async {
        let mut interrupt = interrupt.map_err(CliError::Runtime)?;
        let mut terminate = terminate.map_err(CliError::Runtime)?;
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        Ok(())
    }
}

/// Waits for Ctrl-C.
#[cfg(not(unix))]
pub(crate) async fn asked_to_stop() -> Result<(), CliError> {
    tokio::signal::ctrl_c().await.map_err(CliError::Runtime)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_serves_other_machines_is_told_what_is_missing() {
        let mut config = BrokerConfig::new("sqlite://broker.sqlite", ([127, 0, 0, 1], 0).into());
        assert!(config.bind.ip().is_loopback());
        assert_eq!(exposed(&config), Vec::<&str>::new());
        config.bind.set_ip([0, 0, 0, 0].into());
        let notes = exposed(&config);
        assert!(notes[0].contains("--base-url") && notes[1].contains("--basic-auth-username"));
        config.base_urls = vec![pact_broker::BaseUrl::parse("https://pact.example").unwrap()];
        config.access.writer = Some(pact_broker::Credentials::new("ann", "secret"));
        assert_eq!(exposed(&config), Vec::<&str>::new());
    }
}
