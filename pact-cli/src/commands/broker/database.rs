//! Where the data lives, told as one URL or in the parts the Ruby broker knows.

use clap::Args;

use crate::error::CliError;

/// The address of a database, whole or in parts, for environments that have them apart.
#[derive(Args, Default)]
pub(super) struct Database {
    /// Where the data lives: `sqlite://FILE` or `postgres://USER:PASSWORD@HOST/DATABASE`; without it
    /// and the settings of its parts, `sqlite://pact-broker.sqlite`
    #[arg(
        long,
        value_name = "URL",
        env = "PACT_BROKER_DATABASE_URL",
        hide_env_values = true
    )]
    database_url: Option<String>,
    #[arg(long, hide = true, env = "PACT_BROKER_DATABASE_ADAPTER")]
    database_adapter: Option<String>,
    #[arg(long, hide = true, env = "PACT_BROKER_DATABASE_HOST")]
    database_host: Option<String>,
    #[arg(long, hide = true, env = "PACT_BROKER_DATABASE_PORT")]
    database_port: Option<String>,
    #[arg(long, hide = true, env = "PACT_BROKER_DATABASE_NAME")]
    database_name: Option<String>,
    #[arg(long, hide = true, env = "PACT_BROKER_DATABASE_USERNAME")]
    database_username: Option<String>,
    #[arg(
        long,
        hide = true,
        env = "PACT_BROKER_DATABASE_PASSWORD",
        hide_env_values = true
    )]
    database_password: Option<String>,
    #[arg(long, hide = true, env = "PACT_BROKER_DATABASE_SSLMODE")]
    database_sslmode: Option<String>,
}

/// Where the data lives when nothing is said.
const DATABASE_URL: &str = "sqlite://pact-broker.sqlite";

impl Database {
    /// Returns the URL when there is one, else what the parts make, else that of a file in the current
    /// folder.
    pub(super) fn url(self) -> Result<String, CliError> {
        if let Some(url) = said(self.database_url) {
            return Ok(url);
        }
        let name = said(self.database_name);
        let host = said(self.database_host);
        let adapter = said(self.database_adapter);
        if name.is_none() && host.is_none() && adapter.is_none() {
            return Ok(DATABASE_URL.to_owned());
        }
        let name = name.ok_or_else(|| {
            CliError::usage_with_hint(
                "the database has no name",
                "set PACT_BROKER_DATABASE_NAME, or all of it as PACT_BROKER_DATABASE_URL",
            )
        })?;
        match adapter.as_deref() {
            Some("sqlite" | "sqlite3") => Ok(format!("sqlite://{name}")),
            None | Some("postgres" | "postgresql") => {
                let user = said(self.database_username).map(|user| encoded(&user));
                let password = said(self.database_password).map(|word| encoded(&word));
                let login = match (user, password) {
                    (Some(user), Some(password)) => format!("{user}:{password}@"),
                    (Some(user), None) => format!("{user}@"),
                    (None, _) => String::new(),
                };
                let host = host.unwrap_or_else(|| "localhost".to_owned());
                let port = said(self.database_port).map(|port| format!(":{port}"));
                let mode = said(self.database_sslmode).map(|mode| format!("?sslmode={mode}"));
                Ok(format!(
                    "postgres://{login}{host}{}/{}{}",
                    port.unwrap_or_default(),
                    encoded(&name),
                    mode.unwrap_or_default()
                ))
            }
            Some(other) => Err(CliError::usage_with_hint(
                format!("`{other}` is no database the broker knows"),
                "PACT_BROKER_DATABASE_ADAPTER is `postgres` or `sqlite`",
            )),
        }
    }
}

/// A variable that is set to nothing says nothing.
fn said(value: Option<String>) -> Option<String> {
    value.filter(|value| !value.is_empty())
}

/// Escapes what would end a part of a URL.
fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out + &char::from(byte).to_string()
        } else {
            format!("{out}%{byte:02X}")
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn parts_make_a_url_and_a_url_stands_above_them() {
        let parts = |url| Database {
            database_url: url,
            database_host: some("db"),
            database_name: some("pacts"),
            database_username: some("me"),
            database_password: some("p@ss/word"),
            database_port: some("5433"),
            database_sslmode: some("require"),
            database_adapter: None,
        };
        assert_eq!(
            parts(None).url().unwrap(),
            "postgres://me:p%40ss%2Fword@db:5433/pacts?sslmode=require"
        );
        assert_eq!(parts(some("sqlite://a")).url().unwrap(), "sqlite://a");
        let file = Database {
            database_url: some(""),
            database_adapter: some("sqlite"),
            database_name: some("/tmp/a.sqlite"),
            ..Database::default()
        };
        assert_eq!(file.url().unwrap(), "sqlite:///tmp/a.sqlite");
        assert_eq!(Database::default().url().unwrap(), DATABASE_URL);
        let nameless = Database {
            database_host: some("db"),
            ..Database::default()
        };
        assert!(nameless.url().is_err());
    }
}
