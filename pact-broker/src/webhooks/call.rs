//! One call of a webhook, and the record of it.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Method, redirect};
use rustls::ClientConfig;
use rustls::crypto::ring;
use rustls_platform_verifier::Verifier;
use url::Url;

use super::guard::Guard;
use crate::domain::template::Parameters;
use crate::domain::time::Timestamp;
use crate::domain::webhook::WebhookRequest;

/// How long a call may take, from the name to the last byte.
const DEADLINE: Duration = Duration::from_secs(15);

/// How much of an answer is read.
const ANSWER: usize = 64 * 1024;

/// What calls itself by which name.
const USER_AGENT: &str = concat!("Pact Broker v", env!("CARGO_PKG_VERSION"));

/// How a call went.
pub(crate) struct Attempt {
    pub(crate) success: bool,
    /// What happened, line by line, without secrets.
    pub(crate) logs: String,
    /// The address without its host, as it was called.
    pub(crate) path: String,
    /// The headers as they were sent, secrets among them.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Option<String>,
    /// What came back, or why nothing did.
    pub(crate) outcome: Result<Received, Failure>,
}

/// Why nothing came back.
pub(crate) struct Failure {
    pub(crate) text: String,
    /// Whether nobody was called at all.
    pub(crate) refused: bool,
}

/// What was answered.
pub(crate) struct Received {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

/// What of a call may be written down.
pub(crate) struct Telling<'a> {
    pub(crate) guard: &'a Guard,
    /// Shows a header, or stars in place of a secret.
    pub(crate) shown: fn(&str, &str) -> String,
}

/// A call that could not be made.
#[derive(Debug, thiserror::Error)]
enum CallError {
    #[error("`{0}` is not an address")]
    Address(String),
    #[error("`{0}` cannot stand in a header")]
    Header(String),
    #[error("`{0}` is not a method")]
    Method(String),
    #[error(transparent)]
    Refused(#[from] super::guard::Refused),
    #[error("TLS cannot be set up: {0}")]
    Tls(#[from] rustls::Error),
    #[error("{}", in_one_line(.0))]
    Transport(#[from] reqwest::Error),
}

/// A request with its parameters filled in.
struct Filled {
    url: String,
    headers: Vec<(String, String)>,
    body: Option<String>,
}

/// Makes the call of a webhook once.
///
/// Success is a status from 200 to 206. Redirects are not followed, proxies not used: both would
/// lead where the guard does not look.
pub(crate) async fn call(
    request: &WebhookRequest,
    parameters: &Parameters,
    telling: &Telling<'_>,
) -> Attempt {
    let filled = Filled::of(request, parameters);
    let mut log = Log(String::new());
    log.line(
        "INFO",
        &format!("HTTP/1.1 {} {}", request.method, without_user(&filled.url)),
    );
    for (name, value) in &filled.headers {
        log.line("INFO", &format!("{name}: {}", (telling.shown)(name, value)));
    }
    if let Some(body) = &filled.body {
        log.line("INFO", body);
    }
    let outcome = exchange(request, parameters, &filled, telling.guard).await;
    let success = matches!(&outcome, Ok(received) if (200..=206).contains(&received.status));
    let hidden = !telling.guard.has_list();
    match &outcome {
        Err(CallError::Refused(refused)) => log.line("ERROR", &refused.to_string()),
        _ if hidden => log.line("INFO", HIDDEN),
        Ok(received) => {
            log.line("INFO", &format!("HTTP/1.1 {}", received.status));
            for (name, value) in &received.headers {
                log.line("INFO", &format!("{name}: {}", (telling.shown)(name, value)));
            }
            log.line("INFO", &received.body);
        }
        Err(error) => log.line("ERROR", &error.to_string()),
    }
    let verdict = if success { "succeeded" } else { "failed" };
    log.line("INFO", &format!("Webhook execution {verdict}"));
    Attempt {
        success,
        logs: log.0,
        path: path_of(&filled.url),
        headers: filled.headers,
        body: filled.body,
        outcome: outcome.map_err(|error| Failure {
            text: error.to_string(),
            refused: matches!(error, CallError::Refused(_)),
        }),
    }
}

/// Why an answer is not shown.
pub(crate) const HIDDEN: &str = "What was answered is not shown: a webhook may be pointed at anything. \
    List the hosts that webhooks may call (webhook_host_whitelist) to see it.";

impl Filled {
    fn of(request: &WebhookRequest, parameters: &Parameters) -> Self {
        let body = request.body.as_deref().map(|body| parameters.fill(body));
        let mut headers = vec![
            ("accept".to_owned(), "*/*".to_owned()),
            ("user-agent".to_owned(), USER_AGENT.to_owned()),
        ];
        for (name, value) in &request.headers {
            headers.retain(|(given, _)| given != name);
            headers.push((name.clone(), parameters.fill(value)));
        }
        if body.is_some() && !headers.iter().any(|(name, _)| name == "content-type") {
            // The Ruby broker sends any body as a form; receivers of text may count on it.
            let media = if request.body_is_json {
                "application/json"
            } else {
                "application/x-www-form-urlencoded"
            };
            headers.push((CONTENT_TYPE.to_string(), media.to_owned()));
        }
        Self {
            url: parameters.fill_url(&request.url),
            headers,
            body,
        }
    }

    fn header_map(&self) -> Result<HeaderMap, CallError> {
        let mut map = HeaderMap::new();
        for (name, value) in &self.headers {
            let refuse = || CallError::Header(name.escape_debug().to_string());
            let value = HeaderValue::try_from(value).map_err(|_| refuse())?;
            map.append(HeaderName::try_from(name).map_err(|_| refuse())?, value);
        }
        Ok(map)
    }
}

async fn exchange(
    request: &WebhookRequest,
    parameters: &Parameters,
    filled: &Filled,
    guard: &Guard,
) -> Result<Received, CallError> {
    let url = Url::parse(&filled.url).map_err(|_| CallError::Address(without_user(&filled.url)))?;
    guard.check(&url)?;
    let method = Method::from_bytes(request.method.as_bytes())
        .map_err(|_| CallError::Method(request.method.clone()))?;
    let mut sending = client(guard)?
        .request(method, url)
        .headers(filled.header_map()?);
    if let Some(username) = &request.username {
        let password = request.password.as_deref();
        let password = password.map(|password| parameters.fill(password));
        sending = sending.basic_auth(parameters.fill(username), password);
    }
    if let Some(body) = &filled.body {
        sending = sending.body(body.clone());
    }
    let mut response = sending.send().await?;
    let headers = response.headers().iter().map(|(name, value)| {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        (name.to_string(), value)
    });
    let (status, headers) = (response.status().as_u16(), headers.collect());
    let mut body = Vec::new();
    while body.len() < ANSWER {
        match response.chunk().await? {
            Some(chunk) => body.extend_from_slice(&chunk),
            None => break,
        }
    }
    body.truncate(ANSWER);
    Ok(Received {
        status,
        headers,
        body: String::from_utf8_lossy(&body).into_owned(),
    })
}

/// Makes a client that can reach nothing the guard forbids.
fn client(guard: &Guard) -> Result<Client, CallError> {
    let provider = Arc::new(ring::default_provider());
    let tls = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()?;
    let tls = tls
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Verifier::new(provider)?))
        .with_no_client_auth();
    let client = Client::builder()
        .tls_backend_preconfigured(tls)
        .dns_resolver(guard.clone())
        .redirect(redirect::Policy::none())
        .no_proxy()
        .no_gzip()
        .timeout(DEADLINE)
        .build()?;
    Ok(client)
}

/// The lines of a call, each with its moment.
struct Log(String);

impl Log {
    fn line(&mut self, level: &str, text: &str) {
        let now = Timestamp::now();
        let seconds = now.as_str().get(..19).unwrap_or_default();
        // Writing to a string cannot fail.
        let _ = writeln!(self.0, "[{seconds}Z] {level}: {text}");
    }
}

/// An error of the client with its causes, without the address: it may hold a token.
fn in_one_line(error: &reqwest::Error) -> String {
    let mut text = String::from("the call could not be made");
    let mut cause = std::error::Error::source(error);
    while let Some(one) = cause {
        let _ = write!(text, ": {one}");
        cause = one.source();
    }
    text
}

fn without_user(url: &str) -> String {
    match Url::parse(url) {
        Ok(mut parsed) => {
            // Addresses that cannot hold credentials hold none.
            let _ = parsed.set_username("");
            let _ = parsed.set_password(None);
            parsed.to_string()
        }
        Err(_) => url.to_owned(),
    }
}

fn path_of(url: &str) -> String {
    Url::parse(url).map_or_else(
        |_| url.to_owned(),
        |url| match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        },
    )
}
