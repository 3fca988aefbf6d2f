//! Which broker to ask, as whom, how patiently.

use std::path::PathBuf;

use clap::Args;
use clap::builder::FalseyValueParser;
use pact_broker_client::{
    Auth, BrokerClient, BrokerOptions, CustomHeader, Limits, Secret, TlsOptions,
};

use super::given;
use crate::error::CliError;

/// The options of every command that asks a broker.
#[derive(Args)]
#[command(next_help_heading = "Broker")]
pub(crate) struct Connection {
    /// The base URL of the broker
    #[arg(short, long, value_name = "URL", env = "PACT_BROKER_BASE_URL")]
    broker_base_url: Option<String>,
    /// User name
    #[arg(
        short = 'u',
        long,
        value_name = "NAME",
        env = "PACT_BROKER_USERNAME",
        hide_env_values = true
    )]
    broker_username: Option<String>,
    /// Password
    #[arg(
        short = 'p',
        long,
        value_name = "PASSWORD",
        env = "PACT_BROKER_PASSWORD",
        hide_env_values = true
    )]
    broker_password: Option<String>,
    /// Bearer token, used instead of a user name where both are given
    #[arg(
        short = 'k',
        long,
        value_name = "TOKEN",
        env = "PACT_BROKER_TOKEN",
        hide_env_values = true
    )]
    broker_token: Option<String>,
    /// Header for every request, as `Name: value`; may be repeated
    #[arg(long = "custom-header", value_name = "HEADER")]
    custom_headers: Vec<String>,
    /// How often a request is tried in all while the broker is overloaded or restarting
    #[arg(
        long,
        value_name = "TIMES",
        env = "PACT_BROKER_HTTP_RETRIES",
        default_value_t = 8
    )]
    retries: u8,
    /// PEM file of certificates to trust besides those of the system and of `SSL_CERT_FILE`
    #[arg(short = 'c', long, value_name = "FILE")]
    ssl_certificate: Option<PathBuf>,
    /// Accept any certificate
    #[arg(long, env = "SSL_SKIP_VERIFICATION", value_parser = FalseyValueParser::new(), hide_env_values = true)]
    skip_ssl_verification: bool,
    /// Trust the certificates of the system
    #[arg(long, value_name = "BOOL", env = "SSL_TRUST_STORE", default_value_t = true, action = clap::ArgAction::Set)]
    ssl_trust_store: bool,
    #[arg(long, env = "X509_CLIENT_CERT_FILE", hide = true)]
    client_certificate: Option<PathBuf>,
    #[arg(long, env = "X509_CLIENT_KEY_FILE", hide = true)]
    client_key: Option<PathBuf>,
}

impl Connection {
    /// Returns a client of the broker; nothing is sent yet.
    pub(crate) fn client(&self) -> Result<BrokerClient, CliError> {
        self.client_of(None)
    }

    /// Returns a client of the broker at a URL, else of the one that the options name.
    pub(crate) fn client_of(&self, url: Option<&String>) -> Result<BrokerClient, CliError> {
        let named = given(url).or_else(|| given(self.broker_base_url.as_ref()));
        let Some(base_url) = named else {
            return Err(CliError::usage_with_hint(
                "no broker to ask",
                "name it with --broker-base-url URL or PACT_BROKER_BASE_URL",
            ));
        };
        let limits = Limits {
            attempts: self.retries.max(1).into(),
            ..Limits::STANDARD
        };
        let mut options = BrokerOptions::new(base_url)
            .auth(self.auth())
            .limits(limits)
            .tls(self.tls());
        for header in &self.custom_headers {
            options = options.header(CustomHeader::parse(header)?);
        }
        Ok(BrokerClient::new(options)?)
    }

    fn auth(&self) -> Auth {
        if let Some(token) = given(self.broker_token.as_ref()) {
            return Auth::Bearer(Secret::new(token));
        }
        given(self.broker_username.as_ref()).map_or(Auth::None, |username| Auth::Basic {
            username: Secret::new(username),
            password: given(self.broker_password.as_ref()).map(Secret::new),
        })
    }

    fn tls(&self) -> TlsOptions {
        let file =
            |path: &Option<PathBuf>| path.clone().filter(|path| !path.as_os_str().is_empty());
        TlsOptions {
            extra_roots: file(&self.ssl_certificate),
            client_identity: file(&self.client_certificate).zip(file(&self.client_key)),
            skip_verification: self.skip_ssl_verification,
            only_extra_roots: !self.ssl_trust_store,
        }
    }
}
