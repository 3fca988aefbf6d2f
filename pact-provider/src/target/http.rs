//! A provider over HTTP: one client for the whole run, so that connections are used again.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::header::{AUTHORIZATION, COOKIE, HOST, HeaderMap, LOCATION};
use http::{Method, StatusCode};
use pact_broker_client::{TlsOptions, client_config, shown_address};
use url::Url;

use super::silence::Silence;
use super::{Answer, Fault, header_lines};
use crate::error::{InteractionError, VerifyError, chain};

/// How the client behaves.
#[derive(Clone)]
pub(crate) struct HttpSettings {
    pub(crate) tls: TlsOptions,
    pub(crate) timeout: Duration,
    pub(crate) max_answer: usize,
    pub(crate) follow_redirects: bool,
}

/// The client every request of a run goes through.
pub(crate) struct HttpClient {
    client: reqwest::Client,
    settings: HttpSettings,
    silence: Silence,
}

/// Where a provider is; its path stands before that of each request.
#[derive(Clone, Debug)]
pub(crate) struct BaseUrl(Url);

/// A place over HTTP with the client that reaches it.
#[derive(Clone)]
pub(crate) struct Endpoint {
    pub(crate) base: BaseUrl,
    pub(crate) client: Arc<HttpClient>,
}

/// How many redirects are followed when they are at all.
const MOST_REDIRECTS: usize = 10;

/// How long a connection may lie idle and be used again.
const LONGEST_IDLE: Duration = Duration::from_secs(1);

impl BaseUrl {
    pub(crate) fn parse(text: &str, what: &'static str) -> Result<Self, VerifyError> {
        let invalid = |reason: String| VerifyError::Url {
            url: shown_address(text),
            what,
            reason,
        };
        let url = Url::parse(text).map_err(|error| invalid(error.to_string()))?;
        if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
            return Err(invalid(
                "expected http:// or https:// and a host".to_owned(),
            ));
        }
        Ok(Self(url))
    }

    /// Reads the address that stands before the paths of requests, so it has no end of its own.
    pub(crate) fn of_provider(text: &str) -> Result<Self, VerifyError> {
        let base = Self::parse(text, "a provider")?;
        if base.0.query().is_none() && base.0.fragment().is_none() {
            return Ok(base);
        }
        Err(VerifyError::Url {
            url: shown_address(text),
            what: "a provider",
            reason: "after its path stands a query or fragment, which no request could keep"
                .to_owned(),
        })
    }

    /// Returns the path, which stands before the path of each request.
    pub(crate) fn path(&self) -> &str {
        self.0.path()
    }

    pub(crate) fn url(&self) -> &Url {
        &self.0
    }

    /// Returns the address of a target such as `/orders?page=2`, which has the base's path already.
    pub(crate) fn join(&self, target: &str) -> Result<Url, InteractionError> {
        let (path, query) = match target.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (target, None),
        };
        let mut url = self.0.clone();
        url.set_path(path);
        url.set_query(query);
        url.set_fragment(None);
        if url.path() == path {
            Ok(url)
        } else {
            Err(InteractionError::Request {
                reason: format!(
                    "the path `{path}` would arrive as `{}`; `.` and `..` cannot be sent as segments",
                    url.path()
                ),
            })
        }
    }
}

impl Endpoint {
    /// Sends the request, whose target has the base's path already.
    pub(crate) async fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> Result<Answer, InteractionError> {
        let url = self.base.join(&request.uri().to_string())?;
        let deadline = self.client.settings.timeout;
        Ok(self.client.send(url, request, deadline).await?)
    }
}

impl HttpClient {
    pub(crate) fn new(settings: HttpSettings) -> Result<Self, VerifyError> {
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(client_config(&settings.tls)?)
            .redirect(reqwest::redirect::Policy::none())
            // Less than the deadline of the whole exchange, so that a host that swallows packets is
            // told from a provider that is slow to answer.
            .connect_timeout(settings.timeout.mul_f32(0.9))
            // Less than any server waits for the next request (2 s and more), so that none is sent on a
            // connection that is just being closed.
            .pool_idle_timeout(LONGEST_IDLE)
            .no_proxy()
            // Answers are compared as they are, whatever features others turn on.
            .no_brotli()
            .no_deflate()
            .no_gzip()
            .no_zstd()
            .user_agent(concat!("pact-provider/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(VerifyError::Client)?;
        Ok(Self {
            client,
            settings,
            silence: Silence::default(),
        })
    }

    /// Sends the request to the address and reads the whole answer within the deadline.
    pub(crate) async fn send(
        &self,
        url: Url,
        request: http::Request<Bytes>,
        deadline: Duration,
    ) -> Result<Answer, Fault> {
        tokio::time::timeout(deadline, self.follow(url, request))
            .await
            .unwrap_or(Err(Fault::Timeout { after: deadline }))
    }

    async fn follow(&self, url: Url, request: http::Request<Bytes>) -> Result<Answer, Fault> {
        let (mut parts, mut body) = request.into_parts();
        let (origin, mut url) = (url.origin(), url);
        for _ in 0..=MOST_REDIRECTS {
            let answer = self
                .once(&url, &parts.method, &parts.headers, body.clone())
                .await?;
            let Some(location) = self.redirection(&answer) else {
                return Ok(answer);
            };
            url = url
                .join(location)
                .ok()
                .filter(|url| matches!(url.scheme(), "http" | "https"))
                .ok_or_else(|| Fault::Redirect {
                    reason: format!("`{location}` is no address to go to"),
                })?;
            if url.origin() != origin {
                keep_public(&mut parts.headers);
            }
            if answer.status < 307 && parts.method != Method::HEAD {
                parts.method = Method::GET;
                body = Bytes::new();
            }
        }
        Err(Fault::Redirect {
            reason: format!("more than {MOST_REDIRECTS} redirects"),
        })
    }

    fn redirection<'a>(&self, answer: &'a Answer) -> Option<&'a str> {
        let moved = matches!(answer.status, 301 | 302 | 303 | 307 | 308);
        (self.settings.follow_redirects && moved)
            .then(|| answer.header(LOCATION.as_str()))
            .flatten()
    }

    async fn once(
        &self,
        url: &Url,
        method: &Method,
        headers: &HeaderMap,
        body: Bytes,
    ) -> Result<Answer, Fault> {
        let mut request = self
            .client
            .request(method.clone(), url.clone())
            .headers(headers.clone());
        if !body.is_empty() {
            request = request.body(body);
        }
        let address = address(url);
        if self.silence.is_given_up(&address) {
            let reason = "it swallowed the attempts before, so no more are made".to_owned();
            return Err(Fault::Connect { address, reason });
        }
        let sent = request.send().await;
        match &sent {
            Err(error) if error.is_connect() && error.is_timeout() => {
                self.silence.timed_out(&address);
            }
            Ok(_) | Err(_) => self.silence.heard_of(&address),
        }
        let mut response = sent.map_err(|error| lost(url, &error))?;
        let (status, headers) = (response.status(), header_lines(response.headers()));
        let mut body = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| lost(url, &error))? {
            if body.len() + chunk.len() > self.settings.max_answer {
                return Err(Fault::TooLarge {
                    limit: self.settings.max_answer,
                });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer {
            status: StatusCode::as_u16(&status),
            headers,
            body: body.freeze(),
        })
    }
}

/// Drops what another origin must not see: everything but what any browser would send.
fn keep_public(headers: &mut HeaderMap) {
    let kept: HeaderMap = headers
        .iter()
        .filter(|(name, value)| {
            !value.is_sensitive() && **name != AUTHORIZATION && **name != COOKIE && **name != HOST
        })
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    *headers = kept;
}

fn address(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    let port = url.port_or_known_default().unwrap_or_default();
    format!("{host}:{port}")
}

fn lost(url: &Url, error: &reqwest::Error) -> Fault {
    let address = address(url);
    let reason = root_cause(error);
    if is_tls(error) {
        Fault::Tls { address, reason }
    } else if error.is_connect() {
        Fault::Connect { address, reason }
    } else {
        Fault::Incomplete { reason }
    }
}

/// Returns the words of the deepest cause, where the system or the parser speaks.
fn root_cause(error: &reqwest::Error) -> String {
    let mut cause: &dyn Error = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    let text = cause.to_string();
    if text.is_empty() { chain(error) } else { text }
}

/// Returns whether TLS is what failed. An [`std::io::Error`] does not name what it carries as its
/// source, so that has to be looked for.
fn is_tls(error: &(dyn Error + 'static)) -> bool {
    let carried = error
        .downcast_ref::<std::io::Error>()
        .and_then(std::io::Error::get_ref);
    error.is::<rustls::Error>()
        || carried.is_some_and(|carried| is_tls(carried))
        || error.source().is_some_and(is_tls)
}
