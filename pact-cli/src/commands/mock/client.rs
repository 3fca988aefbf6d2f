//! The other side of the master server's API.

use std::error::Error;
use std::net::Ipv6Addr;
use std::time::Duration;

use pact_broker_client::{TlsOptions, client_config};
use pact_core::format;
use pact_core::model::Pact;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE};
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};

use super::options::Create;
use crate::error::CliError;

/// The exit codes of the official program.
const UNREACHABLE: u8 = 10;
const NOT_LOADED: u8 = 20;
const REFUSED: u8 = 30;
const NOT_FOUND: u8 = 3;

/// How long the master server may take to answer: longer than it waits for a pact file, so that it can
/// say who holds that.
const DEADLINE: Duration = Duration::from_secs(60);

/// Asks a master server.
pub(super) struct MasterClient {
    base: String,
    http: reqwest::Client,
}

/// What was said about one mock server.
pub(super) enum Answer {
    Done,
    NotFound,
    /// No, and why.
    Refused(Value),
}

impl MasterClient {
    pub(super) fn new(host: &str, port: u16) -> Result<Self, CliError> {
        let tls = client_config(&TlsOptions::default());
        let tls = tls.map_err(|error| failed(UNREACHABLE, error.to_string(), None))?;
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .timeout(DEADLINE)
            .no_proxy()
            .build();
        Ok(Self {
            base: base(host, port),
            http: http.map_err(|error| failed(UNREACHABLE, "cannot ask anyone", Some(&error)))?,
        })
    }

    pub(super) async fn list(&self) -> Result<Value, CliError> {
        let answer = self.send(self.request(Method::GET, "/")).await?;
        json_of(answer, "listing the mock servers").await
    }

    pub(super) async fn create(&self, pact: &Pact, options: &Create) -> Result<Value, CliError> {
        let (text, _) =
            format::write_as(pact, pact.spec_version).map_err(|source| CliError::WritePact {
                consumer: pact.consumer.clone(),
                provider: pact.provider.clone(),
                source,
            })?;
        let mut path = format!("/?specification={}", options.specification.name());
        for (name, is_asked) in [("cors", options.cors_preflight), ("tls", options.tls)] {
            if is_asked {
                path.push_str(&format!("&{name}=true"));
            }
        }
        let request = self.request(Method::POST, &path);
        let request = request.header(CONTENT_TYPE, "application/json").body(text);
        json_of(self.send(request).await?, "creating the mock server").await
    }

    pub(super) async fn verify(&self, server: &str) -> Result<Answer, CliError> {
        let path = format!("/mockserver/{server}/verify");
        let answer = self.send(self.request(Method::POST, &path)).await?;
        match answer.status() {
            StatusCode::NOT_FOUND => Ok(Answer::NotFound),
            StatusCode::UNPROCESSABLE_ENTITY => {
                let bytes = answer.bytes().await.unwrap_or_default();
                let said = serde_json::from_slice(&bytes).unwrap_or_default();
                Ok(Answer::Refused(said))
            }
            status if status.is_success() => Ok(Answer::Done),
            status => Err(unexpected(status, "verifying the mock server")),
        }
    }

    /// Ends a mock server; returns whether there was one.
    pub(super) async fn shut_down(&self, server: &str) -> Result<bool, CliError> {
        let path = format!("/mockserver/{server}");
        let answer = self.send(self.request(Method::DELETE, &path)).await?;
        match answer.status() {
            StatusCode::NOT_FOUND => Ok(false),
            status if status.is_success() => Ok(true),
            status => Err(unexpected(status, "ending the mock server")),
        }
    }

    pub(super) async fn shut_down_master(&self, key: &str, period: u64) -> Result<(), CliError> {
        let request = { self.request(Method::POST, "/shutdown") }
            .header(AUTHORIZATION, format!("Bearer {key}"))
            .header(CONTENT_TYPE, "application/json")
            .body(json!({ "period": period }).to_string());
        let answer = self.send(request).await?;
        match answer.status() {
            StatusCode::FORBIDDEN => {
                Err(failed(REFUSED, "the master server has another key", None))
            }
            status if status.is_success() => Ok(()),
            status => Err(unexpected(status, "ending the master server")),
        }
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.base))
    }

    async fn send(&self, request: RequestBuilder) -> Result<Response, CliError> {
        request.send().await.map_err(|error| {
            let what = format!("cannot reach the master server at {}", self.base);
            failed(UNREACHABLE, what, Some(&error))
        })
    }
}

/// Returns the URL of a host, which may be an IPv6 address.
fn base(host: &str, port: u16) -> String {
    match host.parse::<Ipv6Addr>() {
        Ok(address) => format!("http://[{address}]:{port}"),
        Err(_) => format!("http://{host}:{port}"),
    }
}

/// Returns the error for a mock server nobody knows.
pub(super) fn not_found(which: &str) -> CliError {
    CliError::Mock {
        what: format!("there is no mock server with {which}"),
        hint: Some("`pact mock list` shows those there are".to_owned()),
        code: NOT_FOUND,
    }
}

/// Returns the error for sources without a pact of the names that are asked for.
pub(super) fn nothing_found() -> CliError {
    CliError::Mock {
        what: "no mock server was created: there is no such pact".to_owned(),
        hint: Some("look at the folder, --consumer-name and --provider-name".to_owned()),
        code: NOT_LOADED,
    }
}

/// Returns the error for a pact that cannot be loaded.
pub(super) fn not_loaded(error: CliError) -> CliError {
    CliError::Coded {
        code: NOT_LOADED,
        error: Box::new(error),
    }
}

async fn json_of(answer: Response, doing: &str) -> Result<Value, CliError> {
    let status = answer.status();
    let bytes = answer.bytes().await.unwrap_or_default();
    let said: Value = serde_json::from_slice(&bytes).unwrap_or_default();
    if status.is_success() {
        return Ok(said);
    }
    match said["error"].as_str() {
        Some(reason) => Err(failed(REFUSED, reason, None)),
        None => Err(unexpected(status, doing)),
    }
}

fn unexpected(status: StatusCode, doing: &str) -> CliError {
    let what = format!("{doing}: the master server answered {status}");
    failed(REFUSED, what, None)
}

fn failed(code: u8, what: impl Into<String>, error: Option<&dyn Error>) -> CliError {
    let mut what = what.into();
    // Of an HTTP library's chain only the last line is telling.
    let mut cause = error.and_then(|error| error.source());
    while let Some(deeper) = cause.and_then(|cause| cause.source()) {
        cause = Some(deeper);
    }
    if let Some(cause) = cause {
        what.push_str(&format!(": {cause}"));
    }
    CliError::Mock {
        what,
        hint: (code == UNREACHABLE).then(|| "`pact mock start` starts one".to_owned()),
        code,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ipv6_address_stands_in_brackets() {
        assert_eq!(base("::1", 8080), "http://[::1]:8080");
        assert_eq!(base("127.0.0.1", 1), "http://127.0.0.1:1");
        assert_eq!(base("localhost", 1), "http://localhost:1");
    }
}
