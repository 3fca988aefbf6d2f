//! One exchange with the broker: deadline, retries, size, and what the status means.

use std::time::Duration;

use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, LOCATION, RETRY_AFTER};
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde_json::Value;
use url::Url;

use crate::address::shown_address;
use crate::answer::{content_type, failure, is_json};
use crate::auth::{Auth, CustomHeader};
use crate::error::{BrokerError, TransportFault};
use crate::hal::Document;

/// How long to wait, how often to try, how much to read.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Limits {
    /// Deadline of one exchange, from connecting to the last byte.
    pub timeout: Duration,
    /// How often a request is sent in all when the broker is overloaded or between restarts
    /// (408, 429, 502, 503, 504; 500 for requests that change nothing).
    pub attempts: u32,
    /// Largest answer that is read, in bytes.
    pub max_answer: usize,
}

impl Limits {
    /// Thirty seconds, four attempts, 256 MiB.
    pub const STANDARD: Self = Self {
        timeout: Duration::from_secs(30),
        attempts: 4,
        max_answer: 256 << 20,
    };
}

/// Longest pause a broker may ask for with `Retry-After`.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// How many redirects are followed on the way to a pact.
const MOST_REDIRECTS: usize = 10;

pub(crate) struct Transport {
    pub(crate) client: reqwest::Client,
    pub(crate) base: Url,
    pub(crate) auth: Auth,
    pub(crate) headers: Vec<CustomHeader>,
    pub(crate) limits: Limits,
}

/// A request in the making: what for, how, where to, with what.
pub(crate) struct Call<'a> {
    pub(crate) action: &'a str,
    pub(crate) method: Method,
    pub(crate) href: &'a str,
    pub(crate) body: Option<&'a Value>,
}

impl Transport {
    /// Returns the document at `href`, which is absolute or relative to the broker.
    pub(crate) async fn get(&self, action: &str, href: &str) -> Result<Document, BrokerError> {
        self.send(Call {
            action,
            method: Method::GET,
            href,
            body: None,
        })
        .await
    }

    /// Sends the call and reads the document that answers it; `null` when the answer is empty.
    pub(crate) async fn send(&self, call: Call<'_>) -> Result<Document, BrokerError> {
        let url = self.resolve(&call)?;
        let response = self.exchange(&call, &url).await?;
        let status = response.status();
        let is_json = is_json(response.headers());
        let content_type = content_type(response.headers());
        let bytes = self.read(&call, &url, response).await?;
        if !status.is_success() {
            return Err(failure(&call, &url, status, &bytes));
        }
        if bytes.is_empty() {
            return Ok(Document {
                url: shown(&url),
                json: Value::Null,
            });
        }
        if !is_json {
            return Err(BrokerError::NotHal {
                action: call.action.to_owned(),
                url: shown(&url),
                content_type,
            });
        }
        let json = serde_json::from_slice(&bytes).map_err(|source| BrokerError::Json {
            action: call.action.to_owned(),
            url: shown(&url),
            line: source.line(),
            column: source.column(),
            source,
        })?;
        Ok(Document {
            url: shown(&url),
            json,
        })
    }

    /// Returns the bytes at `href`, as they were sent. Redirects are followed; what only the broker may
    /// know stays with the broker.
    pub(crate) async fn get_bytes(&self, action: &str, href: &str) -> Result<Vec<u8>, BrokerError> {
        let call = Call {
            action,
            method: Method::GET,
            href,
            body: None,
        };
        let mut url = self.resolve(&call)?;
        let mut response = self.exchange(&call, &url).await?;
        for _ in 0..MOST_REDIRECTS {
            let Some(next) = redirection(&url, &response) else {
                break;
            };
            url = next;
            response = self.exchange(&call, &url).await?;
        }
        let status = response.status();
        let bytes = self.read(&call, &url, response).await?;
        if status.is_success() {
            Ok(bytes)
        } else {
            Err(failure(&call, &url, status, &bytes))
        }
    }

    /// Resolves a link. Links that name another host are taken to mean this broker: it may stand
    /// behind a proxy that it does not know, and credentials never leave for elsewhere.
    fn resolve(&self, call: &Call<'_>) -> Result<Url, BrokerError> {
        let path = call.href.split(['?', '#']).next().unwrap_or_default();
        if path.split('/').any(|segment| matches!(segment, "." | "..")) {
            return Err(BrokerError::InvalidName {
                action: call.action.to_owned(),
            });
        }
        let invalid = |reason: String| BrokerError::InvalidBaseUrl {
            url: shown_address(call.href),
            reason,
        };
        let mut url = self
            .base
            .join(call.href)
            .map_err(|error| invalid(error.to_string()))?;
        if url.origin() != self.base.origin() {
            let host = self.base.host_str();
            url.set_scheme(self.base.scheme())
                .map_err(|()| invalid("its scheme cannot be changed".to_owned()))?;
            url.set_host(host)
                .map_err(|error| invalid(error.to_string()))?;
            url.set_port(self.base.port())
                .map_err(|()| invalid("its port cannot be changed".to_owned()))?;
        }
        Ok(url)
    }

    /// Sends until there is an answer worth reading or the attempts are used up.
    async fn exchange(&self, call: &Call<'_>, url: &Url) -> Result<Response, BrokerError> {
        let mut attempt = 1;
        loop {
            let response = self.once(call, url).await?;
            if attempt >= self.limits.attempts
                || !is_worth_another_try(&call.method, response.status())
            {
                return Ok(response);
            }
            let pause = pause_before(attempt, response.headers());
            tracing::debug!(
                action = call.action,
                status = response.status().as_u16(),
                ?pause,
                "trying again"
            );
            tokio::time::sleep(pause).await;
            attempt += 1;
        }
    }

    async fn once(&self, call: &Call<'_>, url: &Url) -> Result<Response, BrokerError> {
        let mut request = self
            .client
            .request(call.method.clone(), url.clone())
            .timeout(self.limits.timeout)
            .header(ACCEPT, "application/hal+json, application/json");
        if url.origin() == self.base.origin() {
            request = self.with_credentials(request);
        }
        if let Some(body) = call.body {
            let content_type = if call.method == Method::PATCH {
                "application/merge-patch+json"
            } else {
                "application/json"
            };
            request = request
                .header(CONTENT_TYPE, content_type)
                .body(body.to_string());
        }
        request
            .send()
            .await
            .map_err(|error| self.lost(call, url, error))
    }

    fn with_credentials(&self, mut request: RequestBuilder) -> RequestBuilder {
        for header in &self.headers {
            request = request.header(&header.name, &header.value);
        }
        match &self.auth {
            Auth::Basic { username, password } => request.basic_auth(
                username.expose(),
                password.as_ref().map(crate::Secret::expose),
            ),
            Auth::Bearer(token) => request.bearer_auth(token.expose()),
            Auth::None => request,
        }
    }

    /// Reads the answer up to the limit.
    async fn read(
        &self,
        call: &Call<'_>,
        url: &Url,
        mut response: Response,
    ) -> Result<Vec<u8>, BrokerError> {
        let limit = self.limits.max_answer;
        let announced = response.content_length().unwrap_or_default();
        let room = usize::try_from(announced).unwrap_or(limit).min(limit);
        let mut bytes = Vec::with_capacity(room);
        while let Some(chunk) = response
            .chunk()
            .await
            .map_err(|error| self.lost(call, url, error))?
        {
            if bytes.len() + chunk.len() > limit {
                return Err(BrokerError::TooLarge {
                    action: call.action.to_owned(),
                    url: shown(url),
                    limit,
                });
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    }

    fn lost(&self, call: &Call<'_>, url: &Url, error: reqwest::Error) -> BrokerError {
        let fault = if error.is_timeout() {
            TransportFault::Timeout(self.limits.timeout)
        } else if is_tls(&error) {
            TransportFault::Tls
        } else if error.is_connect() {
            TransportFault::Connect
        } else {
            TransportFault::Incomplete
        };
        let source = Box::new(error.without_url());
        BrokerError::Transport {
            action: call.action.to_owned(),
            url: shown(url),
            fault,
            source,
        }
    }
}

/// Returns the address without user information and query, as it may be shown.
pub(crate) fn shown(url: &Url) -> String {
    format!(
        "{}{}",
        url.origin().ascii_serialization(),
        url.path().trim_end_matches('/')
    )
}

/// Returns where the answer sends on to, if it does.
fn redirection(url: &Url, response: &Response) -> Option<Url> {
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let location = response.headers().get(LOCATION)?.to_str().ok()?;
    let next = url.join(location).ok()?;
    let mut next = matches!(next.scheme(), "http" | "https").then_some(next)?;
    // User information in it is nobody's that we know.
    next.set_username("").ok()?;
    next.set_password(None).ok()?;
    Some(next)
}

fn is_tls(error: &reqwest::Error) -> bool {
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        if cause.is::<rustls::Error>() {
            return true;
        }
        // An `io::Error` hides what it wraps from `source`.
        let wrapped = cause
            .downcast_ref::<std::io::Error>()
            .and_then(std::io::Error::get_ref);
        if wrapped.is_some_and(|inner| inner.is::<rustls::Error>()) {
            return true;
        }
        source = cause.source();
    }
    false
}

fn is_worth_another_try(method: &Method, status: StatusCode) -> bool {
    match status.as_u16() {
        408 | 429 | 502 | 503 | 504 => true,
        500 => matches!(*method, Method::GET | Method::PUT | Method::DELETE),
        _ => false,
    }
}

/// Half a second, doubled each time, or what the broker asks for.
fn pause_before(attempt: u32, headers: &HeaderMap) -> Duration {
    let asked = headers
        .get(RETRY_AFTER)
        .and_then(|value| value.to_str().ok())
        .and_then(|text| text.parse().ok());
    let pause = asked.map_or_else(
        || Duration::from_millis(500) * 2_u32.saturating_pow(attempt - 1),
        Duration::from_secs,
    );
    pause.min(LONGEST_PAUSE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_are_bounded() {
        let mut headers = HeaderMap::new();
        assert_eq!(pause_before(1, &headers), Duration::from_millis(500));
        assert_eq!(pause_before(3, &headers), Duration::from_secs(2));
        assert_eq!(pause_before(30, &headers), LONGEST_PAUSE);
        headers.insert(RETRY_AFTER, reqwest::header::HeaderValue::from_static("7"));
        assert_eq!(pause_before(1, &headers), Duration::from_secs(7));
    }
}
