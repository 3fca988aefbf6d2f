//! Whom a webhook may call.
//!
//! Whoever can create a webhook chooses an address that the broker then calls from inside the
//! network it stands in. So only public addresses are called, unless the operator lists hosts; then
//! those are, wherever they stand, and no others. Names are judged by what they resolve to at the
//! moment of the call, in the resolver of the connection itself, so that a name cannot mean one
//! thing when it is judged and another when it is called.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

/// Judges hosts.
#[derive(Debug, Clone)]
pub(crate) struct Guard {
    listed: Arc<[String]>,
}

/// An address that is not called.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refused {
    #[error("the address `{0}` is not public, and its host is not one of those listed")]
    NotPublic(String),
    #[error("the host `{0}` is not one of those listed")]
    Unlisted(String),
    #[error("the address has no host")]
    NoHost,
}

impl Guard {
    /// Takes the hosts that may be called: names, addresses, or all below a domain as `*.domain`.
    pub(crate) fn new(listed: &[String]) -> Self {
        Self {
            listed: listed.iter().map(|host| host.to_lowercase()).collect(),
        }
    }

    /// Tells whether the operator listed whom to call.
    pub(crate) fn has_list(&self) -> bool {
        !self.listed.is_empty()
    }

    /// Judges an address as far as it can be without resolving a name.
    pub(crate) fn check(&self, url: &Url) -> Result<(), Refused> {
        let host = url.host_str().ok_or(Refused::NoHost)?.to_lowercase();
        if self.has_list() {
            return match self.lists(&host) {
                true => Ok(()),
                false => Err(Refused::Unlisted(host)),
            };
        }
        let literal = match url.host() {
            Some(Host::Ipv4(ip)) => Some(IpAddr::V4(ip)),
            Some(Host::Ipv6(ip)) => Some(IpAddr::V6(ip)),
            Some(Host::Domain(_)) | None => None,
        };
        match literal {
            Some(ip) if !is_public(ip) => Err(Refused::NotPublic(host)),
            _ => Ok(()),
        }
    }

    fn lists(&self, host: &str) -> bool {
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        self.listed
            .iter()
            .any(|listed| match listed.strip_prefix("*.") {
                // As in certificates, the star stands for one label.
                Some(domain) => host
                    .split_once('.')
                    .is_some_and(|(label, rest)| !label.is_empty() && rest == domain),
                None => listed == bare,
            })
    }
}

/// Resolves names to the addresses that may be called.
impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let trusted = self.has_list();
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let allowed: Vec<SocketAddr> = found
                .filter(|address| trusted || is_public(address.ip()))
                .collect();
            if allowed.is_empty() {
                let refused = Refused::NotPublic(name.as_str().to_owned());
                return Err(io::Error::other(refused).into());
            }
            let allowed: Addrs = Box::new(allowed.into_iter());
            Ok(allowed)
        })
    }
}

/// Tells whether an address is one of the public internet.
fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let special = ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_multicast()
        || ip.is_documentation()
        || a == 0
        || a >= 240
        || (a, b & 0b1100_0000) == (100, 64)
        || (a, b, c) == (192, 0, 0)
        || (a, b, c) == (192, 88, 99)
        || (a, b & 0b1111_1110) == (198, 18);
    !special
}

/// Of IPv6 only what is routed at all is public, without documentation and without the ranges that
/// carry an address of IPv4: where those lead is another's decision.
fn is_public_v6(ip: Ipv6Addr) -> bool {
    if let Some(mapped) = ip.to_ipv4_mapped() {
        return is_public_v4(mapped);
    }
    let [a, b, ..] = ip.segments();
    let routed = a & 0xe000 == 0x2000;
    let tunnel = a == 0x2002 || (a, b) == (0x2001, 0);
    let documentation = (a, b) == (0x2001, 0xdb8) || a == 0x3fff;
    routed && !tunnel && !documentation
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(listed: &[&str], url: &str, allowed: bool) {
        let listed: Vec<String> = listed.iter().map(|host| (*host).to_owned()).collect();
        let judged = Guard::new(&listed).check(&Url::parse(url).unwrap());
        assert_eq!(judged.is_ok(), allowed, "{url} with {listed:?}: {judged:?}");
    }

    #[test]
    fn no_spelling_of_an_address_that_is_not_public_is_called() {
        for url in [
            "https://127.0.0.1/",
            "https://127.1/",
            "https://2130706433/",
            "https://0x7f000001/",
            "https://0177.0.0.1/",
            "https://0/",
            "https://10.1.2.3/",
            "https://172.16.0.1/",
            "https://192.168.0.1/",
            "https://100.64.0.1/",
            "https://169.254.169.254/",
            "https://192.0.0.1/",
            "https://198.19.0.1/",
            "https://224.0.0.1/",
            "https://255.255.255.255/",
            "https://[::]/",
            "https://[::1]/",
            "https://[::ffff:127.0.0.1]/",
            "https://[::ffff:10.0.0.1]/",
            "https://[64:ff9b::7f00:1]/",
            "https://[2002:7f00:1::]/",
            "https://[fe80::1]/",
            "https://[fc00::1]/",
            "https://[ff02::1]/",
            "https://[2001:db8::1]/",
            "https://user@127.0.0.1:8443/x",
        ] {
            check(&[], url, false);
        }
        for url in ["https://93.184.216.34/", "https://[2606:4700::1111]/"] {
            check(&[], url, true);
        }
    }

    #[test]
    fn a_list_names_whom_alone_to_call() {
        let listed = ["ci.internal", "*.example.org", "10.0.0.7", "::1"];
        check(&listed, "https://ci.internal/build", true);
        check(&listed, "https://CI.Internal/build", true);
        check(&listed, "https://hooks.example.org/", true);
        check(&listed, "https://10.0.0.7/", true);
        check(&listed, "https://[::1]/", true);
        check(&listed, "https://example.org/", false);
        check(&listed, "https://a.hooks.example.org/", false);
        check(&listed, "https://ci.internal.evil.org/", false);
        check(&listed, "https://93.184.216.34/", false);
    }

    #[tokio::test]
    async fn a_name_that_means_this_machine_is_not_called() {
        let name: Name = "localhost".parse().unwrap();
        let resolved = Guard::new(&[]).resolve(name).await;
        let refused = resolved.err().map(|error| error.to_string());
        insta::assert_snapshot!(refused.unwrap(), @"the address `localhost` is not public, and its host is not one of those listed");
    }
}
