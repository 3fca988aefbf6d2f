//! Addresses as they may be shown: without what may be secret in them.

use std::ops::Range;

use url::Url;

/// Returns where user name and password stand in the address, with the `@` behind them.
///
/// An `@` in a path is a part of the path. In what is no address, everything before the last `@` may
/// be a password that was not escaped, and is taken for one.
pub fn user_information(address: &str) -> Option<Range<usize>> {
    let start = address.find("://").map_or(0, |at| at + "://".len());
    let rest = &address[start..];
    let in_authority = match Url::parse(address) {
        Ok(url) if url.has_host() && url.username().is_empty() && url.password().is_none() => {
            return None;
        }
        Ok(url) if url.has_host() => {
            let authority = rest.split(['/', '\\', '?', '#']).next();
            authority.and_then(|authority| authority.rfind('@'))
        }
        // A link to another place of the same host.
        Err(_) if address.starts_with('/') => return None,
        Ok(_) | Err(_) => None,
    };
    let end = in_authority.or_else(|| rest.rfind('@'))?;
    Some(start..start + end + '@'.len_utf8())
}

/// Returns the address without user information, query and fragment.
pub fn shown_address(address: &str) -> String {
    let public = match user_information(address) {
        Some(secret) => format!("{}{}", &address[..secret.start], &address[secret.end..]),
        None => address.to_owned(),
    };
    let end = public.find(['?', '#']).unwrap_or(public.len());
    public[..end].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_without_what_may_be_secret() {
        for (address, shown) in [
            ("http://host/p", "http://host/p"),
            ("http://me:s3cr3t@host/p?q=1#f", "http://host/p"),
            ("http://s3cr3t@host", "http://host"),
            ("http://me:s3@cr3t@host/", "http://host/"),
            (
                "http://b/consumer/@org%2Fweb/latest",
                "http://b/consumer/@org%2Fweb/latest",
            ),
            ("http://me:s3cr3t@b/@org/web", "http://b/@org/web"),
            ("http://b/p?mail=a@b", "http://b/p"),
            ("/pacts/@org?x=1", "/pacts/@org"),
            // None of these is what its author meant, and all have a password.
            ("http://me:s3/cr3t@host/p", "http://host/p"),
            ("http://me:s3?cr3t@host/p", "http://host/p"),
            ("http:/me:s3cr3t@host/p", "host/p"),
            ("http:me:s3cr3t@host/p", "host/p"),
            ("http:///me:s3cr3t@host/p", "http://host/p"),
            ("me:s3cr3t@host", "host"),
            ("s3cr3t@host", "host"),
        ] {
            assert_eq!(shown_address(address), shown, "{address}");
        }
    }
}
