//! HAL documents: JSON with links.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use crate::error::BrokerError;

/// What may stand unescaped in a path segment: the unreserved characters of RFC 3986.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// An answer of the broker.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    pub(crate) url: String,
    pub(crate) json: Value,
}

/// A message of the broker to the user.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Notice {
    /// `success`, `info`, `warning`, `error`, `prompt`, `debug`, …; empty where the broker gives none.
    pub kind: String,
    /// The text, to be shown as it is.
    pub text: String,
    /// When it is to be shown, for notices about verifications (`before_verification`, …).
    pub when: Option<String>,
}

impl Document {
    /// Returns the whole answer.
    pub fn json(&self) -> &Value {
        &self.json
    }

    /// Returns the whole answer, for those who keep parts of it.
    pub fn into_json(self) -> Value {
        self.json
    }

    /// Returns the text at the JSON pointer.
    pub fn text(&self, pointer: &str) -> Option<&str> {
        self.json.pointer(pointer).and_then(Value::as_str)
    }

    /// Returns the documents embedded under `name`.
    pub fn embedded(&self, name: &str) -> Vec<Self> {
        let list = self
            .json
            .pointer("/_embedded")
            .and_then(|embedded| embedded.get(name));
        let items = list
            .and_then(Value::as_array)
            .map(Vec::as_slice)
            .unwrap_or_default();
        items
            .iter()
            .map(|json| Self {
                url: self.url.clone(),
                json: json.clone(),
            })
            .collect()
    }

    /// Returns the address of the link `rel`, with `{name}` in it replaced by the values given.
    ///
    /// # Errors
    ///
    /// When there is no such link.
    pub fn link(
        &self,
        action: &str,
        rel: &str,
        values: &[(&str, &str)],
    ) -> Result<String, BrokerError> {
        let href = self.optional_link(rel);
        href.map(|href| expand(&href, values))
            .ok_or_else(|| self.missing(action, rel))
    }

    /// Returns the address of the link `rel` as it stands there.
    pub fn optional_link(&self, rel: &str) -> Option<String> {
        let link = self.json.pointer("/_links")?.get(rel)?;
        let link = link.as_array().map_or(Some(link), |list| list.first())?;
        link.get("href").and_then(Value::as_str).map(str::to_owned)
    }

    /// Returns the address of the link `rel` that has the given name.
    pub fn named_link(&self, rel: &str, name: &str) -> Option<String> {
        let links = self.json.pointer("/_links")?.get(rel)?.as_array()?;
        let link = links
            .iter()
            .find(|link| link.get("name").and_then(Value::as_str) == Some(name))?;
        link.get("href").and_then(Value::as_str).map(str::to_owned)
    }

    /// Returns the notices at the JSON pointer.
    pub fn notices(&self, pointer: &str) -> Vec<Notice> {
        let list = self
            .json
            .pointer(pointer)
            .and_then(Value::as_array)
            .map(Vec::as_slice)
            .unwrap_or_default();
        list.iter().filter_map(notice).collect()
    }

    pub(crate) fn missing(&self, action: &str, rel: &str) -> BrokerError {
        BrokerError::MissingLink {
            action: action.to_owned(),
            url: self.url.clone(),
            rel: rel.to_owned(),
        }
    }
}

fn notice(json: &Value) -> Option<Notice> {
    let text = |name| json.get(name).and_then(Value::as_str).map(str::to_owned);
    Some(Notice {
        kind: text("type").unwrap_or_default(),
        text: text("text")?,
        when: text("when"),
    })
}

/// Escapes a name so that it is one segment of a path.
///
/// The names `.` and `..` cannot be made so; the transport refuses them.
pub(crate) fn segment(name: &str) -> String {
    utf8_percent_encode(name, SEGMENT).to_string()
}

fn expand(href: &str, values: &[(&str, &str)]) -> String {
    values.iter().fold(href.to_owned(), |href, (name, value)| {
        href.replace(&format!("{{{name}}}"), &segment(value))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_stay_one_segment_of_the_link() {
        let document = Document {
            url: "http://broker".to_owned(),
            json: json!({ "_links": { "pb:x": { "href": "/p/{name}/v/{version}" } } }),
        };
        let href = document
            .link("asking", "pb:x", &[("name", "a/b ü"), ("version", "1.0")])
            .unwrap();
        assert_eq!(href, "/p/a%2Fb%20%C3%BC/v/1.0");
        insta::assert_snapshot!(document.link("asking", "pb:y", &[]).unwrap_err(), @"asking: http://broker has no link `pb:y`");
    }
}
