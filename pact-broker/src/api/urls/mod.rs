//! Every address of the broker, built in one place.

mod base_urls;
mod contracts;
mod parties;

use std::sync::Arc;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

pub(crate) use self::base_urls::BaseUrls;
use crate::domain::text::PacticipantName;

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

impl<'a> Pair<'a> {
    pub(crate) fn of(consumer: &'a PacticipantName, provider: &'a PacticipantName) -> Self {
        Self {
            consumer: consumer.as_str(),
            provider: provider.as_str(),
        }
    }
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
    pub(crate) fn base_path(&self) -> &str {
        let host = self.base.split_once("://").map(|(_, host)| host);
        host.and_then(|host| host.find('/').map(|at| &host[at..]))
            .unwrap_or_default()
    }

    /// Puts the base before a path that is already encoded, or holds template variables.
    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// The prefix that shortens the names of relations, and where they are explained.
    pub(crate) fn curies(&self, context: &str) -> serde_json::Value {
        let href = self.at(&format!("/doc/{{rel}}?context={context}"));
        serde_json::json!([{ "name": "pb", "href": href, "templated": true }])
    }
}

#[cfg(test)]
mod tests {
    use super::Urls;

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
}
