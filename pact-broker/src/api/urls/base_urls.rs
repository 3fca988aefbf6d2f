//! Deciding with what the links of an answer start.

use std::net::SocketAddr;

use axum::http::{HeaderMap, header};

use super::Urls;
use crate::config::BaseUrl;

/// The base URLs of a broker, one of which a request came by.
#[derive(Debug, Clone)]
pub(crate) struct BaseUrls {
    configured: Vec<BaseUrl>,
    /// Authorities that stand for this broker while nothing is configured: the bound address and `localhost`.
    implied: Vec<String>,
}

/// Scheme, host and port as a request gives them.
struct Origin<'a> {
    scheme: &'a str,
    authority: String,
}

impl BaseUrls {
    pub(crate) fn new(configured: Vec<BaseUrl>, bound: SocketAddr) -> Self {
        let port = bound.port();
        let implied = vec![
            bound.to_string(),
            format!("localhost:{port}"),
            format!("127.0.0.1:{port}"),
            format!("[::1]:{port}"),
        ];
        Self {
            configured,
            implied,
        }
    }

    /// Picks the base for a request; forwarded headers count when the peer is trusted.
    pub(crate) fn choose(&self, headers: &HeaderMap, trusted: bool) -> Urls {
        match self.configured.as_slice() {
            [] => self.implied_base(headers),
            [only] => Urls::new(only.as_str()),
            [first, ..] => {
                let forwarded = trusted.then(|| Origin::forwarded(headers)).flatten();
                let origins = [forwarded, Origin::plain(headers)];
                let listed = origins
                    .iter()
                    .flatten()
                    .find_map(|origin| self.listed(origin));
                Urls::new(listed.unwrap_or(first).as_str())
            }
        }
    }

    /// Finds the configured URL that an origin names: with its scheme, else with another, since a proxy may take
    /// TLS off without a word.
    fn listed(&self, origin: &Origin<'_>) -> Option<&BaseUrl> {
        let mut named = self
            .configured
            .iter()
            .filter(|url| url.is_at(&origin.authority));
        let first = named.clone().next();
        named.find(|url| url.scheme() == origin.scheme).or(first)
    }

    fn implied_base(&self, headers: &HeaderMap) -> Urls {
        let host = host(headers).filter(|host| {
            self.implied
                .iter()
                .any(|implied| implied.eq_ignore_ascii_case(host))
        });
        Urls::new(
            &host
                .map(|host| format!("http://{host}"))
                .unwrap_or_default(),
        )
    }
}

impl<'a> Origin<'a> {
    /// As the request itself gives it.
    fn plain(headers: &'a HeaderMap) -> Option<Self> {
        Some(Self {
            scheme: "http",
            authority: host(headers)?.to_owned(),
        })
    }

    /// As the proxy says the client wrote it; of several values the first, which is the outermost proxy's.
    fn forwarded(headers: &'a HeaderMap) -> Option<Self> {
        let first = |name: &str| {
            let value = headers.get(name)?.to_str().ok()?;
            let first = value.split(',').next().map(str::trim);
            first.filter(|value| !value.is_empty())
        };
        let secure = first("x-forwarded-ssl") == Some("on");
        let scheme = first("x-forwarded-proto")
            .or(first("x-forwarded-scheme"))
            .unwrap_or(if secure { "https" } else { "http" });
        let host = first("x-forwarded-host").or_else(|| host(headers))?;
        let bare = !host.contains(':') || host.ends_with(']');
        let authority = match first("x-forwarded-port") {
            Some(port) if bare => format!("{host}:{port}"),
            _ => host.to_owned(),
        };
        Some(Self { scheme, authority })
    }
}

fn host(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::HOST)?.to_str().ok()
}
