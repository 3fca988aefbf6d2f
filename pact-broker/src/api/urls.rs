//! Every address of the broker, built in one place.

use std::sync::Arc;

use axum::http::{HeaderMap, header};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::config::BaseUrl;

/// What stays as it is in a path segment: the unreserved characters of RFC 3986.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Encodes a name as one path segment. `.` and `..` are escaped: as they stand they would mean a folder.
fn seg(name: &str) -> String {
    match name {
        "." => "%2E".to_owned(),
        ".." => "%2E%2E".to_owned(),
        name => utf8_percent_encode(name, SEGMENT).to_string(),
    }
}

/// Builds addresses that start with one base URL.
#[derive(Debug, Clone)]
pub(crate) struct Urls {
    base: Arc<str>,
}

/// A pact's consumer and provider.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pair<'a> {
    pub(crate) consumer: &'a str,
    pub(crate) provider: &'a str,
}

impl Urls {
    pub(crate) fn new(base: &str) -> Self {
        Self { base: base.into() }
    }

    /// Returns the base itself.
    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    /// The same addresses without scheme and host: they lead to wherever the reader came from.
    pub(crate) fn on_any_host(&self) -> Self {
        Self::new(self.base_path())
    }

    /// The path below which the broker stands; empty where that is the root.
    fn base_path(&self) -> &str {
        let host = self.base.split_once("://").map(|(_, host)| host);
        host.and_then(|host| host.find('/').map(|at| &host[at..]))
            .unwrap_or_default()
    }

    /// Puts the base before a path that is already encoded, or holds template variables.
    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    pub(crate) fn pacticipants(&self) -> String {
        self.at("/pacticipants")
    }

    pub(crate) fn pacticipant(&self, name: &str) -> String {
        self.at(&format!("/pacticipants/{}", seg(name)))
    }

    pub(crate) fn pacticipants_with_label(&self, label: &str) -> String {
        self.at(&format!("/pacticipants/label/{}", seg(label)))
    }

    pub(crate) fn labels(&self) -> String {
        self.at("/labels")
    }

    /// Whom a pacticipant is connected with.
    pub(crate) fn group(&self, pacticipant: &str) -> String {
        self.at(&format!("/groups/{}", seg(pacticipant)))
    }

    pub(crate) fn label(&self, pacticipant: &str, label: &str) -> String {
        format!("{}/labels/{}", self.pacticipant(pacticipant), seg(label))
    }

    pub(crate) fn versions(&self, pacticipant: &str) -> String {
        format!("{}/versions", self.pacticipant(pacticipant))
    }

    pub(crate) fn version(&self, pacticipant: &str, number: &str) -> String {
        format!("{}/{}", self.versions(pacticipant), seg(number))
    }

    pub(crate) fn tag(&self, pacticipant: &str, number: &str, tag: &str) -> String {
        format!("{}/tags/{}", self.version(pacticipant, number), seg(tag))
    }

    pub(crate) fn versions_with_tag(&self, pacticipant: &str, tag: &str) -> String {
        format!(
            "{}/tags/{}/versions",
            self.pacticipant(pacticipant),
            seg(tag)
        )
    }

    pub(crate) fn branches(&self, pacticipant: &str) -> String {
        format!("{}/branches", self.pacticipant(pacticipant))
    }

    pub(crate) fn branch(&self, pacticipant: &str, branch: &str) -> String {
        format!("{}/{}", self.branches(pacticipant), seg(branch))
    }

    pub(crate) fn branch_version(&self, pacticipant: &str, branch: &str, number: &str) -> String {
        format!(
            "{}/versions/{}",
            self.branch(pacticipant, branch),
            seg(number)
        )
    }

    pub(crate) fn environments(&self) -> String {
        self.at("/environments")
    }

    pub(crate) fn environment(&self, uuid: &str) -> String {
        self.at(&format!("/environments/{}", seg(uuid)))
    }

    pub(crate) fn record_deployment(
        &self,
        pacticipant: &str,
        number: &str,
        environment: &str,
    ) -> String {
        format!(
            "{}/deployed-versions/environment/{}",
            self.version(pacticipant, number),
            seg(environment)
        )
    }

    pub(crate) fn record_release(
        &self,
        pacticipant: &str,
        number: &str,
        environment: &str,
    ) -> String {
        format!(
            "{}/released-versions/environment/{}",
            self.version(pacticipant, number),
            seg(environment)
        )
    }

    pub(crate) fn deployed_version(&self, uuid: &str) -> String {
        self.at(&format!("/deployed-versions/{}", seg(uuid)))
    }

    pub(crate) fn released_version(&self, uuid: &str) -> String {
        self.at(&format!("/released-versions/{}", seg(uuid)))
    }

    /// Everything between two pacticipants lies under this.
    pub(crate) fn pair(&self, pair: Pair<'_>) -> String {
        format!(
            "{}/consumer/{}",
            self.provider_pacts(pair.provider),
            seg(pair.consumer)
        )
    }

    pub(crate) fn provider_pacts(&self, provider: &str) -> String {
        self.at(&format!("/pacts/provider/{}", seg(provider)))
    }

    pub(crate) fn pact(&self, pair: Pair<'_>, number: &str) -> String {
        format!("{}/version/{}", self.pair(pair), seg(number))
    }

    pub(crate) fn pact_version(&self, pair: Pair<'_>, sha: &str) -> String {
        format!("{}/pact-version/{}", self.pair(pair), seg(sha))
    }

    /// The address of a pact's content, with what is to be remembered about why it was fetched.
    pub(crate) fn pact_version_with_metadata(
        &self,
        pair: Pair<'_>,
        sha: &str,
        metadata: &str,
    ) -> String {
        let plain = self.pact_version(pair, sha);
        if metadata.is_empty() {
            plain
        } else {
            format!("{plain}/metadata/{metadata}")
        }
    }

    pub(crate) fn verification(&self, pair: Pair<'_>, sha: &str, number: i64) -> String {
        format!(
            "{}/verification-results/{number}",
            self.pact_version(pair, sha)
        )
    }

    pub(crate) fn matrix(&self, pair: Pair<'_>) -> String {
        self.at(&format!(
            "/matrix/provider/{}/consumer/{}",
            seg(pair.provider),
            seg(pair.consumer)
        ))
    }

    /// The matrix of a version and whatever it was verified with.
    pub(crate) fn matrix_of_version(&self, pacticipant: &str, number: &str) -> String {
        self.at(&format!(
            "/matrix?q[][pacticipant]={}&q[][version]={}&latestby=cvpv",
            seg(pacticipant),
            seg(number)
        ))
    }

    /// Whether a version may be deployed to an environment.
    pub(crate) fn can_i_deploy(
        &self,
        pacticipant: &str,
        number: &str,
        environment: &str,
    ) -> String {
        self.at(&format!(
            "/can-i-deploy?pacticipant={}&version={}&environment={}",
            seg(pacticipant),
            seg(number),
            seg(environment)
        ))
    }

    /// The matrix of a pair, from the root of the host where the broker stands there.
    ///
    /// DIFFERENCE: the Ruby broker leaves the base out always, which breaks under a path.
    pub(crate) fn matrix_from_root(&self, pair: Pair<'_>) -> String {
        if self.base_path().is_empty() {
            self.on_any_host().matrix(pair)
        } else {
            self.matrix(pair)
        }
    }

    pub(crate) fn dashboard(&self, pair: Pair<'_>) -> String {
        self.at(&format!(
            "/dashboard/provider/{}/consumer/{}",
            seg(pair.provider),
            seg(pair.consumer)
        ))
    }

    pub(crate) fn integrations(&self) -> String {
        self.at("/integrations")
    }

    pub(crate) fn integration(&self, pair: Pair<'_>) -> String {
        self.at(&format!(
            "/integrations/provider/{}/consumer/{}",
            seg(pair.provider),
            seg(pair.consumer)
        ))
    }

    pub(crate) fn webhooks(&self) -> String {
        self.at("/webhooks")
    }

    pub(crate) fn webhook(&self, uuid: &str) -> String {
        self.at(&format!("/webhooks/{}", seg(uuid)))
    }

    pub(crate) fn webhooks_of(&self, pair: Pair<'_>) -> String {
        self.at(&format!(
            "/webhooks/provider/{}/consumer/{}",
            seg(pair.provider),
            seg(pair.consumer)
        ))
    }

    pub(crate) fn consumer_webhooks(&self, consumer: &str) -> String {
        self.at(&format!("/webhooks/consumer/{}", seg(consumer)))
    }

    pub(crate) fn triggered_webhook_logs(&self, uuid: &str) -> String {
        self.at(&format!("/triggered-webhooks/{}/logs", seg(uuid)))
    }

    pub(crate) fn latest_verifications_of_consumer(&self, consumer: &str, number: &str) -> String {
        self.at(&format!(
            "/verification-results/consumer/{}/version/{}/latest",
            seg(consumer),
            seg(number)
        ))
    }

    /// The prefix that shortens the names of relations, and where they are explained.
    pub(crate) fn curies(&self, context: &str) -> serde_json::Value {
        let href = self.at(&format!("/doc/{{rel}}?context={context}"));
        serde_json::json!([{ "name": "pb", "href": href, "templated": true }])
    }
}

/// Decides with what the links of an answer start.
#[derive(Debug, Clone)]
pub(crate) struct BaseUrls {
    configured: Vec<BaseUrl>,
    /// Authorities that stand for this broker while nothing is configured: the bound address and `localhost`.
    implied: Vec<String>,
}

impl BaseUrls {
    pub(crate) fn new(configured: Vec<BaseUrl>, bound: std::net::SocketAddr) -> Self {
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
                let forwarded = trusted.then(|| forwarded_base(headers)).flatten();
                let plain = host(headers).map(|host| format!("http://{host}"));
                let candidates = [forwarded, plain];
                let listed = candidates
                    .iter()
                    .flatten()
                    .find_map(|base| self.listed(base));
                Urls::new(listed.unwrap_or(first).as_str())
            }
        }
    }

    /// Finds the configured URL with the scheme and authority of `base`.
    fn listed(&self, base: &str) -> Option<&BaseUrl> {
        self.configured.iter().find(|url| {
            let rest = url.as_str().strip_prefix(base);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
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

fn host(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::HOST)?.to_str().ok()
}

/// Returns scheme and authority as the proxy says the client wrote them.
fn forwarded_base(headers: &HeaderMap) -> Option<String> {
    let first = |name: &str| {
        let value = headers.get(name)?.to_str().ok()?;
        value
            .split(',')
            .next()
            .map(str::trim)
            .filter(|value| !value.is_empty())
    };
    let secure = first("x-forwarded-ssl") == Some("on");
    let scheme = first("x-forwarded-proto")
        .or(first("x-forwarded-scheme"))
        .unwrap_or(if secure { "https" } else { "http" });
    let host = first("x-forwarded-host").or_else(|| host(headers))?;
    let port = first("x-forwarded-port").filter(|port| !is_default(scheme, port));
    let bare = !host.contains(':') || host.ends_with(']');
    Some(match port {
        Some(port) if bare => format!("{scheme}://{host}:{port}"),
        _ => format!("{scheme}://{host}"),
    })
}

fn is_default(scheme: &str, port: &str) -> bool {
    matches!((scheme, port), ("http", "80") | ("https", "443"))
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderName, HeaderValue};

    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| {
                (
                    HeaderName::from_static(name),
                    HeaderValue::from_static(value),
                )
            })
            .collect()
    }

    fn bases(texts: &[&str]) -> BaseUrls {
        let urls = texts
            .iter()
            .map(|text| BaseUrl::parse(text).unwrap())
            .collect();
        BaseUrls::new(urls, "127.0.0.1:9292".parse().unwrap())
    }

    #[track_caller]
    fn check(
        bases: &BaseUrls,
        pairs: &[(&'static str, &'static str)],
        trusted: bool,
        expected: &str,
    ) {
        assert_eq!(
            bases.choose(&headers(pairs), trusted).base(),
            expected,
            "{pairs:?}"
        );
    }

    #[test]
    fn names_become_one_segment_whatever_they_hold() {
        let urls = Urls::new("http://h");
        assert_eq!(
            urls.pacticipant("a/b c+é"),
            "http://h/pacticipants/a%2Fb%20c%2B%C3%A9"
        );
        assert_eq!(urls.pacticipant(".."), "http://h/pacticipants/%2E%2E");
        assert_eq!(
            urls.branch("x", "feat/y"),
            "http://h/pacticipants/x/branches/feat%2Fy"
        );
    }

    #[test]
    fn without_configuration_only_the_bound_address_and_localhost_make_links() {
        let bases = bases(&[]);
        check(
            &bases,
            &[("host", "127.0.0.1:9292")],
            false,
            "http://127.0.0.1:9292",
        );
        check(
            &bases,
            &[("host", "localhost:9292")],
            false,
            "http://localhost:9292",
        );
        check(&bases, &[("host", "evil.example")], false, "");
        check(
            &bases,
            &[
                ("host", "localhost:9292"),
                ("x-forwarded-host", "evil.example"),
            ],
            true,
            "http://localhost:9292",
        );
    }

    #[test]
    fn one_configured_url_stands_before_every_link() {
        check(
            &bases(&["https://pacts.example/broker/"]),
            &[("host", "evil.example")],
            true,
            "https://pacts.example/broker",
        );
    }

    #[test]
    fn of_several_the_one_the_request_came_by_is_used_and_an_unlisted_one_never() {
        let bases = bases(&[
            "https://a.example",
            "https://b.example:8443/p",
            "http://c.example",
        ]);
        check(&bases, &[("host", "c.example")], false, "http://c.example");
        check(
            &bases,
            &[("host", "evil.example")],
            false,
            "https://a.example",
        );
        let forwarded = [
            ("host", "c.example"),
            ("x-forwarded-host", "b.example"),
            ("x-forwarded-proto", "https"),
            ("x-forwarded-port", "8443"),
        ];
        check(&bases, &forwarded, true, "https://b.example:8443/p");
        check(&bases, &forwarded, false, "http://c.example");
        check(
            &bases,
            &[
                ("host", "c.example"),
                ("x-forwarded-host", "c.example.evil"),
            ],
            true,
            "http://c.example",
        );
    }
}
