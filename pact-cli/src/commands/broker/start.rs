//! `pact broker start`: the broker itself.

use std::net::{IpAddr, SocketAddr};

use clap::Args;
use pact_broker::{BaseUrl, Broker, BrokerConfig, StartError};

use super::access::AccessOptions;
use crate::commands::Verdict;
use crate::error::CliError;
use crate::output::{Console, DIM, STRONG};

/// Where the data lives when nothing else is said.
pub(super) const DATABASE_URL: &str = "sqlite://pact-broker.sqlite";

/// Where to listen and where the data lives.
#[derive(Args)]
pub(crate) struct Start {
    /// Address to listen on
    #[arg(
        long,
        value_name = "HOST",
        env = "PACT_BROKER_HOST",
        default_value = "127.0.0.1"
    )]
    host: String,
    /// Port to listen on; 0 takes any free one
    #[arg(
        short,
        long,
        value_name = "PORT",
        env = "PACT_BROKER_PORT",
        default_value_t = 9292
    )]
    port: u16,
    /// Where the data lives: `sqlite://FILE` or `postgres://USER:PASSWORD@HOST/DATABASE`
    #[arg(
        long,
        value_name = "URL",
        env = "PACT_BROKER_DATABASE_URL",
        default_value = DATABASE_URL,
        hide_env_values = true
    )]
    database_url: String,
    /// URL at which clients reach this broker, when a proxy stands before it; may be repeated
    #[arg(long = "base-url", value_name = "URL")]
    base_urls: Vec<String>,
    /// Allow a published version to get other content, which makes earlier answers about it wrong
    #[arg(long)]
    allow_dangerous_contract_modification: bool,
    /// Host that webhooks may call, wherever it stands (a name, an address, or `*.domain`); without
    /// any, webhooks call public addresses only. May be repeated
    #[arg(
        long = "webhook-host",
        value_name = "HOST",
        env = "PACT_BROKER_WEBHOOK_HOST_WHITELIST",
        value_delimiter = ' '
    )]
    webhook_hosts: Vec<String>,
    /// Scheme that the URLs of webhooks may have; may be repeated
    #[arg(
        long = "webhook-scheme",
        value_name = "SCHEME",
        env = "PACT_BROKER_WEBHOOK_SCHEME_WHITELIST",
        value_delimiter = ' ',
        default_value = "https"
    )]
    webhook_schemes: Vec<String>,
    #[command(flatten)]
    access: AccessOptions,
}

impl Start {
    /// Serves until it is told to stop.
    pub(crate) async fn run(self, console: &mut Console) -> Result<Verdict, CliError> {
        let database = without_credentials(&self.database_url);
        let broker = Broker::start(self.config().await?).await.map_err(|error| {
            if let StartError::Database(_) = error {
                console.note(format_args!("the database is `{database}`"));
            }
            CliError::from(error)
        })?;
        console.say(format_args!("broker at {STRONG}{}{STRONG:#}", broker.url()))?;
        console.say(format_args!(
            "{DIM}data in {database}; stop with Ctrl-C{DIM:#}"
        ))?;
        asked_to_stop().await?;
        console.say("stopping")?;
        broker.shutdown().await;
        Ok(Verdict::Yes)
    }

    async fn config(self) -> Result<BrokerConfig, CliError> {
        let address = address(&self.host, self.port).await?;
        let mut config = BrokerConfig::new(self.database_url, address);
        config.access = self.access.access()?;
        config.allow_dangerous_contract_modification = self.allow_dangerous_contract_modification;
        config.webhook_hosts = self.webhook_hosts;
        config.webhook_schemes = self.webhook_schemes;
        config.base_urls = self
            .base_urls
            .iter()
            .map(|url| BaseUrl::parse(url).map_err(|error| CliError::usage(error.to_string())))
            .collect::<Result<_, _>>()?;
        Ok(config)
    }
}

async fn address(host: &str, port: u16) -> Result<SocketAddr, CliError> {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    if let Ok(ip) = bare.parse::<IpAddr>() {
        return Ok(SocketAddr::new(ip, port));
    }
    let found = tokio::net::lookup_host((host, port)).await;
    let first = found.ok().and_then(|mut addresses| addresses.next());
    first.ok_or_else(|| {
        CliError::usage_with_hint(
            format!("`{host}` is not an address of this machine"),
            "listen on 127.0.0.1 for this machine alone, on 0.0.0.0 for all that can reach it",
        )
    })
}

/// Takes user name and password out of a database URL.
pub(super) fn without_credentials(url: &str) -> String {
    match (url.split_once("://"), url.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, rest))) => format!("{scheme}://{rest}"),
        _ => url.to_owned(),
    }
}

/// Waits for Ctrl-C, or for the system to ask for an end.
pub(crate) async fn asked_to_stop() -> Result<(), CliError> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate()).map_err(CliError::Runtime)?;
        tokio::select! {
            interrupted = tokio::signal::ctrl_c() => interrupted.map_err(CliError::Runtime),
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await.map_err(CliError::Runtime)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_url_is_shown_without_its_password() {
        assert_eq!(
            without_credentials("postgres://me:s@crt@db/pact"),
            "postgres://db/pact"
        );
        assert_eq!(
            without_credentials("sqlite://a.sqlite"),
            "sqlite://a.sqlite"
        );
    }
}
