//! What a broker is told before it starts.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

use url::Url;

use crate::access::Access;

/// How a broker is set up.
///
/// [`BrokerConfig::new`] takes what has no sensible default; every other field starts at the value its documentation
/// names and may be set afterwards.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct BrokerConfig {
    /// Where the data lives: `sqlite://FILE` or `postgres://USER@HOST/DATABASE`.
    pub database_url: String,
    /// The address to listen on; port 0 picks a free one.
    pub bind: SocketAddr,
    /// The addresses clients reach this broker at, each possibly with a path a proxy strips.
    ///
    /// One entry is used for every link. Of several, the one a request came in by is used, else the first. With none,
    /// links start with the bound address when a request names it (or `localhost`), and are relative otherwise: a link
    /// is never made from a `Host` header nobody listed.
    pub base_urls: Vec<BaseUrl>,
    /// Peers whose `X-Forwarded-*` headers may choose among [`Self::base_urls`]. Starts with the loopback addresses.
    pub trusted_proxies: Vec<Network>,
    /// Who may do what. Starts with everybody everything.
    pub access: Access,
    /// Sizes and deadlines.
    pub limits: Limits,
    /// Whether the content of a published version may be exchanged. Off: it makes every earlier answer about that
    /// version unreliable.
    pub allow_dangerous_contract_modification: bool,
    /// Whether a new pacticipant is refused when its name nearly equals an existing one. On.
    pub check_for_potential_duplicate_pacticipant_names: bool,
    /// Whether the first tag of a new version is also taken as its branch. On.
    pub use_first_tag_as_branch: bool,
    /// Whether a tag named like an environment records a deployment. On.
    pub create_deployed_versions_for_tags: bool,
    /// Branches of which the first one seen becomes a pacticipant's main branch; empty turns this off.
    pub main_branch_candidates: Vec<String>,
    /// HTTP methods a webhook may use. Starts with `POST`.
    pub webhook_methods: Vec<String>,
    /// URL schemes a webhook may use. Starts with `https`.
    pub webhook_schemes: Vec<String>,
    /// The hosts that webhooks may call, wherever they stand: names, addresses, or `*.domain`.
    /// With none, webhooks call public addresses only, and what they are answered is not shown.
    pub webhook_hosts: Vec<String>,
}

impl BrokerConfig {
    /// Sets a broker up on a database and a listening address, everything else at its default.
    #[must_use]
    pub fn new(database_url: impl Into<String>, bind: SocketAddr) -> Self {
        Self {
            database_url: database_url.into(),
            bind,
            base_urls: Vec::new(),
            trusted_proxies: vec![
                IpAddr::V4(Ipv4Addr::LOCALHOST).into(),
                IpAddr::V6(Ipv6Addr::LOCALHOST).into(),
            ],
            access: Access::default(),
            limits: Limits::default(),
            allow_dangerous_contract_modification: false,
            check_for_potential_duplicate_pacticipant_names: true,
            use_first_tag_as_branch: true,
            create_deployed_versions_for_tags: true,
            main_branch_candidates: ["develop", "main", "master"].map(str::to_owned).into(),
            webhook_methods: vec!["POST".to_owned()],
            webhook_schemes: vec!["https".to_owned()],
            webhook_hosts: Vec::new(),
        }
    }
}

/// The sizes and deadlines a broker holds its clients to.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Limits {
    /// The largest request body, in bytes. 32 MiB.
    pub body: usize,
    /// How long the headers of a request may take to arrive. 10 seconds.
    pub header_timeout: Duration,
    /// How long one request may take from its headers to its answer. 60 seconds.
    pub request_timeout: Duration,
    /// How long comparing two contracts may take before the rest is told more coarsely. 15 seconds.
    pub diff_timeout: Duration,
    /// How many connections are served at a time; more wait to be accepted. 1,000.
    pub connections: usize,
    /// How many requests are worked on at a time; one more is answered with 503 and told to come again. 256.
    pub requests: usize,
    /// How long running requests may go on after a shutdown was asked for. 10 seconds.
    pub shutdown_grace: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: 32 * 1024 * 1024,
            header_timeout: Duration::from_secs(10),
            request_timeout: Duration::from_secs(60),
            diff_timeout: Duration::from_secs(15),
            connections: 1_000,
            requests: 256,
            shutdown_grace: Duration::from_secs(10),
        }
    }
}

/// Addresses that begin alike, such as `10.0.0.0/8`; a single address is a network of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    /// How many bits of the address all of its members share.
    bits: u32,
}

impl Network {
    /// Tells whether an address belongs to the network. IPv4 addresses written as IPv6 ones are the same.
    #[must_use]
    pub fn contains(&self, peer: IpAddr) -> bool {
        let shared = |one: u128, other: u128, length: u32| {
            let dropped = length - self.bits;
            one.checked_shr(dropped).unwrap_or(0) == other.checked_shr(dropped).unwrap_or(0)
        };
        match (self.address, peer.to_canonical()) {
            (IpAddr::V4(own), IpAddr::V4(peer)) => {
                shared(own.to_bits().into(), peer.to_bits().into(), 32)
            }
            (IpAddr::V6(own), IpAddr::V6(peer)) => shared(own.to_bits(), peer.to_bits(), 128),
            _ => false,
        }
    }
}

impl From<IpAddr> for Network {
    fn from(address: IpAddr) -> Self {
        let address = address.to_canonical();
        let bits = if address.is_ipv4() { 32 } else { 128 };
        Self { address, bits }
    }
}

impl std::str::FromStr for Network {
    type Err = ParseNetworkError;

    /// Reads an address, or an address, a slash and the number of bits that count.
    fn from_str(text: &str) -> Result<Self, ParseNetworkError> {
        let refuse = || ParseNetworkError {
            text: text.to_owned(),
        };
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits.parse().map_err(|_| refuse())?)),
            None => (text, None),
        };
        let whole = Self::from(address.parse::<IpAddr>().map_err(|_| refuse())?);
        match bits {
            None => Ok(whole),
            Some(bits) if bits <= whole.bits => Ok(Self { bits, ..whole }),
            Some(_) => Err(refuse()),
        }
    }
}

/// A text that names no network.
#[derive(Debug, thiserror::Error)]
#[error("reading `{text}` as a network: expected an address such as `10.1.2.3`, or `10.0.0.0/8`")]
pub struct ParseNetworkError {
    text: String,
}

/// The front of every link: scheme, host, port and possibly a path, without a slash at its end.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct BaseUrl(String);

impl BaseUrl {
    /// Reads a base URL.
    ///
    /// # Errors
    ///
    /// When the text is not an `http` or `https` URL with a host, or carries a query, a fragment or credentials.
    pub fn parse(text: &str) -> Result<Self, ParseBaseUrlError> {
        let refuse = |reason| ParseBaseUrlError {
            text: text.to_owned(),
            reason,
        };
        let url = Url::parse(text.trim()).map_err(|_| refuse("it is not an absolute URL"))?;
        if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
            return Err(refuse(
                "it must start with `http://` or `https://` and name a host",
            ));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(refuse("it must have neither a query nor a fragment"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(refuse(
                "it must not carry credentials: every link would show them",
            ));
        }
        Ok(Self(url.as_str().trim_end_matches('/').to_owned()))
    }

    /// Returns the URL without a slash at its end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns `http` or `https`.
    pub(crate) fn scheme(&self) -> &str {
        self.0
            .split_once("://")
            .map_or("http", |(scheme, _)| scheme)
    }

    /// Tells whether `authority`, a host and perhaps a port, is this URL's.
    pub(crate) fn is_at(&self, authority: &str) -> bool {
        // What could end the authority within the text would let another host pass for this one.
        if authority.contains(['/', '\\', '?', '#', '@']) {
            return false;
        }
        let theirs = Url::parse(&format!("{}://{authority}", self.scheme()));
        let (Ok(mine), Ok(theirs)) = (Url::parse(&self.0), theirs) else {
            return false;
        };
        mine.host() == theirs.host() && mine.port() == theirs.port()
    }
}

/// A text that cannot stand in front of links.
#[derive(Debug, thiserror::Error)]
#[error("reading `{text}` as a base URL: {reason}")]
pub struct ParseBaseUrlError {
    text: String,
    reason: &'static str,
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::{BaseUrl, Network};

    #[test]
    fn a_network_holds_the_addresses_that_begin_like_it() {
        let holds = |network: &str, address: &str| {
            let network: Network = network.parse().unwrap();
            network.contains(address.parse::<IpAddr>().unwrap())
        };
        for (network, address, expected) in [
            ("10.0.0.0/8", "10.200.1.1", true),
            ("10.0.0.0/8", "11.0.0.1", false),
            ("10.0.0.0/8", "::ffff:10.0.0.1", true),
            ("10.0.0.1", "10.0.0.1", true),
            ("10.0.0.1", "10.0.0.2", false),
            ("0.0.0.0/0", "1.2.3.4", true),
            ("0.0.0.0/0", "2001:db8::1", false),
            ("2001:db8::/32", "2001:db8:1::1", true),
            ("2001:db8::/32", "2001:db9::1", false),
            ("::/0", "2001:db9::1", true),
        ] {
            assert_eq!(holds(network, address), expected, "{address} in {network}");
        }
        for wrong in [
            "10.0.0.0/33",
            "::/129",
            "proxy",
            "10.0.0.0/-1",
            "10.0.0/8",
            "",
        ] {
            assert!(wrong.parse::<Network>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_base_url_loses_the_slash_at_its_end() {
        assert_eq!(
            BaseUrl::parse("https://host:8443/broker/")
                .unwrap()
                .as_str(),
            "https://host:8443/broker"
        );
        assert_eq!(
            BaseUrl::parse("http://host").unwrap().as_str(),
            "http://host"
        );
    }

    #[test]
    fn a_base_url_that_could_mislead_is_refused_with_the_reason() {
        let said = |text: &str| BaseUrl::parse(text).unwrap_err().to_string();
        insta::assert_snapshot!(said("broker:9292"), @"reading `broker:9292` as a base URL: it must start with `http://` or `https://` and name a host");
        insta::assert_snapshot!(said("/broker"), @"reading `/broker` as a base URL: it is not an absolute URL");
        insta::assert_snapshot!(said("http://h?x=1"), @"reading `http://h?x=1` as a base URL: it must have neither a query nor a fragment");
        insta::assert_snapshot!(said("http://u:p@h"), @"reading `http://u:p@h` as a base URL: it must not carry credentials: every link would show them");
    }
}
