//! What the address of a pact remembers about why it was fetched, so that a result can be put down to it.

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use url::form_urlencoded::byte_serialize;

use super::{error::ApiError, nested::Nested};
use crate::{
    domain::{
        selector::{PactForVerification, ResolvedKind, ResolvedSelector},
        text::{VersionId, VersionNumber},
    },
    state::AppState,
};

/// The metadata part of a pact's address.
#[derive(Debug, Clone, Default)]
pub(crate) struct Metadata {
    /// Key and value pairs in their order; keys as they stand in a nested query.
    pairs: Vec<(String, String)>,
    numbers: Vec<VersionNumber>,
}

impl Metadata {
    /// Remembers a consumer version by its key.
    pub(crate) fn of_version(id: VersionId) -> Self {
        Self::from_pairs([("cv", id.0.to_string())])
    }

    /// Remembers a tag and the consumer version found by it.
    pub(crate) fn of_tagged_version(tag: &str, id: VersionId) -> Self {
        Self::from_pairs([("cvt[]", tag.to_owned()), ("cv", id.0.to_string())])
    }

    /// Remembers a consumer version by its number.
    pub(crate) fn of_number(number: &str) -> Self {
        Self::from_pairs([("cvn", number.to_owned())])
    }

    /// Remembers why a pact is to be verified; `by_default` tells that no selector was given.
    pub(crate) fn of_selected(pact: &PactForVerification, by_default: bool) -> Self {
        if pact.wip {
            return Self::from_pairs([("w", "true".to_owned())]);
        }
        let mut pairs = Vec::new();
        for selector in &pact.selectors {
            push_selector(&mut pairs, selector, by_default);
        }
        if let Some(pending) = &pact.pending {
            pairs.push(("p".to_owned(), pending.is_pending.to_string()));
        }
        Self {
            pairs,
            numbers: Vec::new(),
        }
    }

    fn from_pairs<const N: usize>(pairs: [(&str, String); N]) -> Self {
        Self {
            pairs: pairs.map(|(key, value)| (key.to_owned(), value)).into(),
            numbers: Vec::new(),
        }
    }

    /// Renders the token for an address; empty when there is nothing to remember.
    pub(crate) fn encode(&self) -> String {
        if self.pairs.is_empty() {
            return String::new();
        }
        let encode = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
        let query: Vec<String> = self
            .pairs
            .iter()
            .map(|(key, value)| format!("{}={}", encode(key), encode(value)))
            .collect();
        URL_SAFE_NO_PAD.encode(query.join("&"))
    }

    /// Reads a token. What cannot be read is taken as no metadata: a result must never be lost for it.
    pub(crate) fn decode(token: &str) -> Self {
        let bytes = URL_SAFE_NO_PAD
            .decode(token.trim_end_matches('='))
            .or_else(|_| STANDARD.decode(token));
        let query = bytes
            .ok()
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .unwrap_or_default();
        let pairs = url::form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect();
        Self {
            pairs,
            numbers: Vec::new(),
        }
    }

    /// Finds the numbers of the versions remembered by key.
    pub(crate) async fn look_up(&mut self, app: &AppState) -> Result<(), ApiError> {
        let ids: Vec<VersionId> = self
            .pairs
            .iter()
            .filter(|(key, _)| key == "cv" || key == "s[][cv]")
            .filter_map(|(_, value)| value.parse().ok().map(VersionId))
            .collect();
        let mut numbers: Vec<VersionNumber> = self
            .value("cvn")
            .and_then(|number| VersionNumber::parse(number).ok())
            .into_iter()
            .collect();
        if !ids.is_empty() {
            let found = app.store().version_numbers(&ids).await?;
            numbers.extend(ids.iter().filter_map(|id| found.get(id).cloned()));
        }
        for number in numbers {
            if !self.numbers.contains(&number) {
                self.numbers.push(number);
            }
        }
        Ok(())
    }

    /// The consumer versions remembered, after [`Self::look_up`].
    pub(crate) fn consumer_versions(&self) -> &[VersionNumber] {
        &self.numbers
    }

    /// The consumer versions that selectors chose, after [`Self::look_up`].
    pub(crate) fn selected_versions(&self) -> &[VersionNumber] {
        if self
            .pairs
            .iter()
            .any(|(key, _)| key == "s[][cv]" || key == "cvn")
        {
            &self.numbers
        } else {
            &[]
        }
    }

    /// Whether the pact was fetched as work in progress.
    pub(crate) fn wip(&self) -> bool {
        self.value("w") == Some("true")
    }

    /// Whether the pact was pending when it was fetched, where that was asked.
    pub(crate) fn pending(&self) -> Option<bool> {
        self.value("p").map(|value| value == "true")
    }

    /// The selectors that chose the pact, as JSON text.
    pub(crate) fn selectors(&self) -> Option<String> {
        let encode = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
        let chosen = self.pairs.iter().filter(|(key, _)| key.starts_with("s["));
        let query: Vec<String> = chosen
            .map(|(key, value)| format!("{}={}", encode(key), encode(value)))
            .collect();
        let nested = Nested::parse(&query.join("&")).ok()?;
        let selectors = nested
            .get("s")?
            .elements()
            .iter()
            .map(to_json)
            .collect::<Vec<_>>();
        Some(serde_json::Value::from(selectors).to_string())
    }

    fn value(&self, key: &str) -> Option<&str> {
        self.pairs
            .iter()
            .find(|(name, _)| name == key)
            .map(|(_, value)| value.as_str())
    }
}

fn to_json(selector: &Nested) -> serde_json::Value {
    let members = selector.members().iter();
    members
        .filter_map(|(key, value)| Some((key.clone(), serde_json::Value::from(value.as_text()?))))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

fn push_selector(pairs: &mut Vec<(String, String)>, selector: &ResolvedSelector, by_default: bool) {
    let mut push = |key: &str, value: String| pairs.push((format!("s[][{key}]"), value));
    match &selector.kind {
        ResolvedKind::Latest => push("l", "true".to_owned()),
        ResolvedKind::MainBranch { .. } if by_default => {}
        ResolvedKind::MainBranch { .. } => push("l", "true".to_owned()),
        ResolvedKind::Branch { branch, .. } => {
            push("b", branch.to_string());
            push("l", "true".to_owned());
        }
        ResolvedKind::LatestTagged { tag, fallback_for } => {
            push("t", fallback_for.as_ref().unwrap_or(tag).to_string());
            push("l", "true".to_owned());
        }
        ResolvedKind::Tagged { tag } => push("t", tag.to_string()),
        ResolvedKind::Deployed(place) | ResolvedKind::Released(place) => {
            push("e", place.environment.to_string());
        }
    }
    push("cv", selector.version_id.0.to_string());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_survives_the_way_through_a_client() {
        let metadata = Metadata::of_tagged_version("a b/ü", VersionId(12));
        let back = Metadata::decode(&metadata.encode());
        assert_eq!(back.pairs, metadata.pairs);
        assert!(Metadata::decode("%%%").pairs.is_empty());
        assert_eq!(Metadata::default().encode(), "");
    }

    #[test]
    fn selectors_come_back_as_json() {
        let query = "s[][b]=main&s[][cv]=1&s[][b]=feat&p=true";
        let metadata = Metadata::decode(&URL_SAFE_NO_PAD.encode(query));
        assert_eq!(
            metadata.selectors().as_deref(),
            Some(r#"[{"b":"main","cv":"1"},{"b":"feat"}]"#)
        );
        assert_eq!(metadata.pending(), Some(true));
        assert!(!metadata.wip());
    }
}
