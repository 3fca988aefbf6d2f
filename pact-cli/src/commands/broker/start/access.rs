//! Who may use the broker, as `pact broker start` is told.

use clap::Args;
use clap::builder::FalseyValueParser;
use pact_broker::{Access, Credentials};

use crate::args::given;
use crate::error::CliError;

/// Who may do what; without any of it everybody may do everything.
#[derive(Args)]
#[command(next_help_heading = "Access")]
pub(super) struct AccessOptions {
    /// User who may read and write; everybody else is then asked for credentials
    #[arg(
        long,
        value_name = "NAME",
        env = "PACT_BROKER_BASIC_AUTH_USERNAME",
        hide_env_values = true
    )]
    basic_auth_username: Option<String>,
    /// Password of that user
    #[arg(
        long,
        value_name = "PASSWORD",
        env = "PACT_BROKER_BASIC_AUTH_PASSWORD",
        hide_env_values = true
    )]
    basic_auth_password: Option<String>,
    /// User who may read, and ask which pacts to verify
    #[arg(
        long,
        value_name = "NAME",
        env = "PACT_BROKER_BASIC_AUTH_READ_ONLY_USERNAME",
        hide_env_values = true
    )]
    basic_auth_read_only_username: Option<String>,
    /// Password of that user
    #[arg(
        long,
        value_name = "PASSWORD",
        env = "PACT_BROKER_BASIC_AUTH_READ_ONLY_PASSWORD",
        hide_env_values = true
    )]
    basic_auth_read_only_password: Option<String>,
    /// Let everybody read
    #[arg(long, env = "PACT_BROKER_ALLOW_PUBLIC_READ", value_parser = FalseyValueParser::new())]
    allow_public_read: bool,
    /// Let everybody ask whether the broker is alive
    #[arg(long, env = "PACT_BROKER_PUBLIC_HEARTBEAT", value_parser = FalseyValueParser::new())]
    public_heartbeat: bool,
    /// Let everybody see badges
    #[arg(long, env = "PACT_BROKER_ENABLE_PUBLIC_BADGE_ACCESS", value_parser = FalseyValueParser::new())]
    enable_public_badge_access: bool,
}

impl AccessOptions {
    /// Returns who may do what. What is told by halves is refused: it would leave a door open.
    pub(super) fn access(&self) -> Result<Access, CliError> {
        let writer = credentials(
            "--basic-auth",
            self.basic_auth_username.as_ref(),
            self.basic_auth_password.as_ref(),
        )?;
        let reader = credentials(
            "--basic-auth-read-only",
            self.basic_auth_read_only_username.as_ref(),
            self.basic_auth_read_only_password.as_ref(),
        )?;
        if reader.is_some() && writer.is_none() {
            return Err(CliError::usage_with_hint(
                "a user who may read is named, and none who may write",
                "add --basic-auth-username and --basic-auth-password: without them everybody may do everything",
            ));
        }
        let mut access = Access::default();
        access.writer = writer;
        access.reader = reader;
        access.public_read = self.allow_public_read;
        access.public_heartbeat = self.public_heartbeat;
        access.public_badges = self.enable_public_badge_access;
        Ok(access)
    }
}

fn credentials(
    option: &str,
    username: Option<&String>,
    password: Option<&String>,
) -> Result<Option<Credentials>, CliError> {
    match (given(username), given(password)) {
        (None, None) => Ok(None),
        (Some(username), Some(password)) => Ok(Some(Credentials::new(username, password))),
        (Some(_), None) => Err(CliError::usage(format!(
            "{option}-username is given without {option}-password"
        ))),
        (None, Some(_)) => Err(CliError::usage(format!(
            "{option}-password is given without {option}-username"
        ))),
    }
}
