//! The content of a contract: its text as published, and the SHA of what matters in it.
//!
//! Two contents are equal when they would be verified alike: same interactions in any order, same
//! messages, same specification version. Names of the parties and other metadata do not count.

use std::fmt::Write as _;

use sha1::{Digest, Sha1};

use crate::domain::json::{Json, JsonError, write_string};
use crate::domain::text::PactSha;

/// A contract's text with the facts the broker keeps about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    text: String,
    sha: PactSha,
    consumer: Option<String>,
    provider: Option<String>,
    interactions: usize,
    messages: usize,
}

impl Content {
    /// Reads a contract: any JSON document, though only objects with `interactions` or `messages`
    /// can be verified.
    ///
    /// # Errors
    /// When the text is not JSON or nested too deeply.
    pub fn read(text: impl Into<String>) -> Result<Self, JsonError> {
        let text = text.into();
        let json = Json::read(&text)?;
        let name = |side: &str| {
            let name = json.get(side).and_then(|party| party.get("name"));
            name.and_then(Json::as_str).map(str::to_owned)
        };
        let count = |key: &str| json.get(key).and_then(Json::as_array).map_or(0, <[_]>::len);
        let (consumer, provider) = (name("consumer"), name("provider"));
        let v4_messages = count_v4_messages(&json);
        let interactions = count("interactions") - v4_messages;
        let messages = count("messages") + v4_messages;
        let sha = sha_of(json);
        Ok(Self {
            text,
            sha,
            consumer,
            provider,
            interactions,
            messages,
        })
    }

    /// The text as published.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The SHA of what matters.
    pub fn sha(&self) -> &PactSha {
        &self.sha
    }

    /// The consumer the contract names.
    pub fn consumer(&self) -> Option<&str> {
        self.consumer.as_deref()
    }

    /// The provider the contract names.
    pub fn provider(&self) -> Option<&str> {
        self.provider.as_deref()
    }

    /// How many HTTP interactions it has.
    pub fn interaction_count(&self) -> usize {
        self.interactions
    }

    /// How many messages it has.
    pub fn message_count(&self) -> usize {
        self.messages
    }
}

fn count_v4_messages(json: &Json<'_>) -> usize {
    let interactions = json
        .get("interactions")
        .and_then(Json::as_array)
        .unwrap_or_default();
    let kinds = interactions
        .iter()
        .filter_map(|one| one.get("type").and_then(Json::as_str));
    kinds.filter(|kind| kind.ends_with("/Messages")).count()
}

/// Hashes `{interactions, messages, pact_specification_version}` with all keys sorted and the
/// first of the two arrays sorted by its elements' text.
fn sha_of(json: Json<'_>) -> PactSha {
    let version = specification_version(&json);
    let sorted_array = ["interactions", "messages"]
        .into_iter()
        .find(|key| json.get(key).is_some_and(Json::is_truthy));
    let mut json = json;
    if let Some(key) = sorted_array {
        json.sort_keys();
        if let Json::Object(members) = &mut json {
            for (name, value) in members {
                if let (true, Json::Array(elements)) = (name == key, value) {
                    elements.sort_by_cached_key(compact);
                }
            }
        }
    }
    let has_array = |key: &str| {
        json.get(key)
            .is_some_and(|value| value.as_array().is_some())
    };
    let text = if has_array("interactions") || has_array("messages") {
        reduced(&json, version)
    } else {
        compact(&json)
    };
    hex_sha(&text)
}

fn reduced(json: &Json<'_>, version: Option<String>) -> String {
    let mut out = String::from("{");
    for key in ["interactions", "messages"] {
        if let Some(value @ Json::Array(_)) = json.get(key) {
            separate(&mut out);
            write_string(key, &mut out);
            out.push(':');
            value.write_with(&mut out, &write_number);
        }
    }
    if let Some(version) = version {
        separate(&mut out);
        out.push_str("\"pact_specification_version\":");
        out.push_str(&version);
    }
    out.push('}');
    out
}

fn separate(out: &mut String) {
    if out.len() > 1 {
        out.push(',');
    }
}

/// The JSON text of the specification version, looked up where each generation of clients wrote it.
fn specification_version(json: &Json<'_>) -> Option<String> {
    let metadata = json.get("metadata")?;
    let nested = |key: &str| metadata.get(key).and_then(|member| member.get("version"));
    nested("pactSpecification")
        .or_else(|| nested("pact-specification"))
        .or_else(|| metadata.get("pactSpecificationVersion"))
        .filter(|version| version.is_truthy())
        .map(compact)
}

fn compact(json: &Json<'_>) -> String {
    let mut out = String::new();
    json.write_with(&mut out, &write_number);
    out
}

fn hex_sha(text: &str) -> PactSha {
    let mut hex = String::with_capacity(40);
    for byte in Sha1::digest(text.as_bytes()) {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
    }
    PactSha::parse(hex).expect("forty hexadecimal digits are one word")
}

/// Prints a number as Ruby does after reading it, so that hashes agree with those of databases
/// written by the Ruby broker: integers in full, floats in their shortest form.
fn write_number(text: &str, out: &mut String) {
    if !text.contains(['.', 'e', 'E']) {
        out.push_str(if text == "-0" { "0" } else { text });
        return;
    }
    let Some(value) = text.parse::<f64>().ok().filter(|value| value.is_finite()) else {
        out.push_str(text);
        return;
    };
    let scientific = format!("{value:e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..16).contains(&exponent) {
        let plain = format!("{value}");
        out.push_str(&plain);
        if !plain.contains('.') {
            out.push_str(".0");
        }
        return;
    }
    let point = if mantissa.contains('.') { "" } else { ".0" };
    let sign = if exponent < 0 { '-' } else { '+' };
    // Writing to a String cannot fail.
    let _ = write!(out, "{mantissa}{point}e{sign}{:02}", exponent.abs());
}

/// Returns the text with an `_id` first in every interaction and message that has none: the SHA-1
/// of the interaction with its keys sorted. Nothing else of the text changes but whitespace.
pub fn with_interaction_ids(text: &str) -> String {
    let Ok(mut json) = Json::read(text) else {
        return text.to_owned();
    };
    if let Json::Object(members) = &mut json {
        for (name, value) in members {
            if let ("interactions" | "messages", Json::Array(elements)) = (name.as_str(), value) {
                elements.iter_mut().for_each(add_id);
            }
        }
    }
    let mut out = String::with_capacity(text.len() + 128);
    json.write(&mut out);
    out
}

fn add_id(interaction: &mut Json<'_>) {
    let mut sorted = interaction.clone();
    sorted.sort_keys();
    if let Json::Object(members) = interaction
        && members.iter().all(|(name, _)| name != "_id")
    {
        let id = hex_sha(&compact(&sorted));
        members.insert(0, ("_id".to_owned(), Json::String(id.to_string())));
    }
}

/// Takes the `_id`s out again that [`with_interaction_ids`] puts into a text; others stay.
pub(crate) fn without_interaction_ids(text: &str) -> String {
    let Ok(mut json) = Json::read(text) else {
        return text.to_owned();
    };
    if let Json::Object(members) = &mut json {
        for (name, value) in members {
            if let ("interactions" | "messages", Json::Array(elements)) = (name.as_str(), value) {
                elements.iter_mut().for_each(remove_id);
            }
        }
    }
    let mut out = String::with_capacity(text.len());
    json.write(&mut out);
    out
}

fn remove_id(interaction: &mut Json<'_>) {
    let Json::Object(members) = interaction else {
        return;
    };
    let Some(("_id", Json::String(id))) = members.first().map(|(name, id)| (name.as_str(), id))
    else {
        return;
    };
    let id = id.clone();
    let shown = members.remove(0);
    let mut sorted = interaction.clone();
    sorted.sort_keys();
    if hex_sha(&compact(&sorted)).as_str() != id
        && let Json::Object(members) = interaction
    {
        members.insert(0, shown);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sha(text: &str) -> String {
        Content::read(text).unwrap().sha().to_string()
    }

    #[test]
    fn what_does_not_change_a_verification_does_not_change_the_sha() {
        let base = r#"{"interactions":[{"description":"a","request":{"path":"/a","method":"GET"}},{"description":"b"}],"metadata":{"pactSpecification":{"version":"2.0.0"}}}"#;
        let reordered = r#"{"metadata":{"x":1,"pact-specification":{"version":"2.0.0"}},"provider":{"name":"P"},
            "interactions":[{"description":"b"},{"request":{"method":"GET","path":"/a"},"description":"a"}]}"#;
        assert_eq!(sha(base), sha(reordered));
        assert_ne!(sha(base), sha(&base.replace("2.0.0", "3.0.0")));
        assert_ne!(sha(base), sha(&base.replace("/a", "/c")));
    }

    #[test]
    fn one_and_one_point_nought_differ_but_spellings_of_a_float_do_not() {
        let with = |number: &str| sha(&format!(r#"{{"interactions":[{{"body":{number}}}]}}"#));
        assert_ne!(with("1"), with("1.0"));
        assert_eq!(with("1.10"), with("1.1"));
        assert_eq!(with("1e2"), with("100.0"));
        assert_ne!(
            with("123456789012345678901234567890"),
            with("123456789012345678901234567891")
        );
    }

    #[test]
    fn floats_are_printed_in_their_shortest_form() {
        for (text, expected) in [
            ("1e2", "100.0"),
            ("1.50", "1.5"),
            ("1e16", "1.0e+16"),
            ("0.00001", "1.0e-05"),
            ("0.0001", "0.0001"),
            ("-2.5E-7", "-2.5e-07"),
            ("-0", "0"),
            ("12", "12"),
        ] {
            let mut out = String::new();
            write_number(text, &mut out);
            assert_eq!(out, expected, "{text}");
        }
    }

    #[test]
    fn only_the_first_array_is_sorted() {
        let both = r#"{"interactions":[1,2],"messages":[1,2]}"#;
        assert_eq!(sha(both), sha(r#"{"interactions":[2,1],"messages":[1,2]}"#));
        assert_ne!(sha(both), sha(r#"{"interactions":[1,2],"messages":[2,1]}"#));
    }

    #[test]
    fn interactions_get_an_id_first_and_keep_their_text() {
        let shown = with_interaction_ids(r#"{"interactions": [{"b": 1.0, "a": 1}, {"_id": "x"}]}"#);
        let id = hex_sha(r#"{"a":1,"b":1.0}"#);
        assert_eq!(
            shown,
            format!(r#"{{"interactions":[{{"_id":"{id}","b":1.0,"a":1}},{{"_id":"x"}}]}}"#)
        );
    }

    #[test]
    fn ids_that_were_put_in_are_taken_out_and_no_others() {
        let text = r#"{"interactions":[{"b":1.0,"a":1},{"_id":"own"}],"messages":[{}],"x":[{}]}"#;
        let shown = with_interaction_ids(text);
        assert_ne!(shown, text);
        assert_eq!(without_interaction_ids(&shown), text);
        assert_eq!(without_interaction_ids(text), text);
    }

    #[test]
    fn counts_and_names_are_read() {
        let content = Content::read(
            r#"{"consumer":{"name":"C"},"provider":{"name":"P"},
                "interactions":[{"type":"Synchronous/HTTP"},{"type":"Asynchronous/Messages"}]}"#,
        )
        .unwrap();
        assert_eq!(
            (content.consumer(), content.provider()),
            (Some("C"), Some("P"))
        );
        assert_eq!(
            (content.interaction_count(), content.message_count()),
            (1, 1)
        );
    }
}
