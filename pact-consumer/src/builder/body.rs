//! Bodies of every kind, from what a test says about them.

use pact_core::generators::Generator;
use pact_core::json::Json;
use pact_core::path::DocPath;
use pact_core::rules::{Category, MatchingRule};

use super::graphql;
use crate::pattern::{Compiled, Pattern, regex};

/// A body with what governs it.
pub(super) struct Content {
    pub(super) bytes: Vec<u8>,
    /// The media type unless the test names another.
    pub(super) content_type: String,
    /// A rule for the media type, where it cannot be foreseen.
    pub(super) type_rule: Option<MatchingRule>,
    pub(super) rules: Category<DocPath>,
    pub(super) generators: Vec<(DocPath, Generator)>,
}

impl Content {
    /// Returns a JSON body.
    pub(super) fn json(compiled: Compiled) -> Self {
        let bytes = compiled.example.to_compact().into_bytes();
        Self::governed(bytes, "application/json", compiled)
    }

    /// Returns a text body.
    pub(super) fn text(compiled: Compiled) -> Self {
        let bytes = compiled.example_text().into_bytes();
        Self::governed(bytes, "text/plain", compiled)
    }

    /// Returns the fields of a form, or what is wrong with them.
    pub(super) fn form(compiled: Compiled) -> Result<Self, String> {
        let Json::Object(fields) = &compiled.example else {
            return Err("expected an object with the fields of the form".to_owned());
        };
        let mut text = String::new();
        let mut add = |name: &str, value: &Json<'_>| {
            if !text.is_empty() {
                text.push('&');
            }
            let value = match value {
                Json::String(text) => text.clone().into_owned(),
                other => other.to_compact(),
            };
            text.push_str(&format!("{}={}", encoded(name), encoded(&value)));
        };
        for (name, value) in fields.iter() {
            match value {
                Json::Array(values) => values.iter().for_each(|value| add(name, value)),
                Json::Object(_) => {
                    return Err(format!("field `{name}`: a form has no objects in it"));
                }
                single => add(name, single),
            }
        }
        let content_type = "application/x-www-form-urlencoded";
        Ok(Self::governed(text.into_bytes(), content_type, compiled))
    }

    /// Returns bytes that are compared as their type says.
    pub(super) fn bytes(bytes: Vec<u8>, content_type: &str) -> Self {
        Self::governed(bytes, content_type, Compiled::default())
    }

    /// Returns bytes for which any others of their type will do.
    pub(super) fn file(bytes: Vec<u8>, content_type: &str) -> Self {
        let mut content = Self::bytes(bytes, content_type);
        let value = content_type.to_owned();
        content
            .rules
            .add(DocPath::root(), MatchingRule::ContentType { value });
        content
    }

    fn governed(bytes: Vec<u8>, content_type: &str, compiled: Compiled) -> Self {
        Self {
            bytes,
            content_type: content_type.to_owned(),
            type_rule: None,
            rules: compiled.rules,
            generators: compiled.generators,
        }
    }
}

/// Returns the document that asks a GraphQL query.
pub(super) fn graphql_query(query: &str, variables: Pattern) -> Pattern {
    let pattern = graphql::pattern(query);
    let mut members = vec![("query".to_owned(), regex(pattern, query.trim()))];
    if !matches!(&variables, Pattern::Literal(Json::Null)) {
        members.push(("variables".to_owned(), variables));
    }
    Pattern::Object(members)
}

/// Encodes a name or value of a form.
fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'*' => {
                encoded.push(char::from(byte));
            }
            b' ' => encoded.push('+'),
            other => encoded.push_str(&format!("%{other:02X}")),
        }
    }
    encoded
}
