//! The content of a contract: its text as published, and the SHA of what matters in it.
//!
//! Two contents are equal when they would be verified alike: same interactions in any order, same
//! messages, same specification version. Names of the parties and other metadata do not count.

use std::fmt::Write as _;
use std::ops::Range;
use std::sync::Arc;

use sha1::{Digest, Sha1};

use crate::domain::json::{Json, JsonError, Kind, Members, elements};
use crate::domain::text::PactSha;

/// A contract's text with the facts the broker keeps about it. Cloning shares the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    text: Arc<str>,
    sha: PactSha,
    kind: Kind,
    consumer: Side,
    provider: Side,
    interactions: usize,
    messages: usize,
}

/// What a contract says of one of its parties.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Side {
    kind: Option<Kind>,
    name: Option<String>,
}

impl Content {
    /// Reads a contract: any JSON document, though only objects with `interactions` or `messages`
    /// can be verified.
    ///
    /// A contract may be large, so no tree is made of more than one interaction at a time.
    ///
    /// # Errors
    /// When the text is not JSON or nested too deeply.
    pub fn read(text: impl Into<Arc<str>>) -> Result<Self, JsonError> {
        let text = text.into();
        let kind = Kind::of(&text);
        let outline = match Members::read(&text)? {
            Some(members) => Outline::of(&text, &members)?,
            None => Outline {
                sha: hex_sha(&[&compact(&Json::read(&text)?)]),
                consumer: Side::default(),
                provider: Side::default(),
                lengths: [0, 0],
                v4_messages: 0,
            },
        };
        let [interactions, messages] = outline.lengths;
        Ok(Self {
            sha: outline.sha,
            kind,
            consumer: outline.consumer,
            provider: outline.provider,
            interactions: interactions - outline.v4_messages,
            messages: messages + outline.v4_messages,
            text,
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

    /// The text as published, to be shared.
    pub fn shared_text(&self) -> Arc<str> {
        Arc::clone(&self.text)
    }

    /// What kind of value the contract is.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// What kind of value stands for the consumer.
    pub fn consumer_kind(&self) -> Option<Kind> {
        self.consumer.kind
    }

    /// The consumer the contract names.
    pub fn consumer(&self) -> Option<&str> {
        self.consumer.name.as_deref()
    }

    /// What kind of value stands for the provider.
    pub fn provider_kind(&self) -> Option<Kind> {
        self.provider.kind
    }

    /// The provider the contract names.
    pub fn provider(&self) -> Option<&str> {
        self.provider.name.as_deref()
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

/// The two arrays of a contract, of which the first that is there is sorted to be hashed.
pub(super) const ARRAYS: [&str; 2] = ["interactions", "messages"];

/// What is found out about an object without making a tree of it.
struct Outline {
    sha: PactSha,
    consumer: Side,
    provider: Side,
    /// Of the two arrays.
    lengths: [usize; 2],
    /// How many of the interactions are messages.
    v4_messages: usize,
}

impl Outline {
    fn of(text: &str, members: &Members<'_>) -> Result<Self, JsonError> {
        let listed = ARRAYS.map(|name| members.get(name));
        let arrays = listed.map(|value| value.and_then(elements));
        for (name, value) in members.iter() {
            // The elements are looked at one by one; everything else is checked for its depth.
            let apart = ARRAYS.contains(&name) && Kind::of(value) == Kind::Array;
            if !(apart && members.get(name) == Some(value)) {
                Json::read_part(value, 1)?;
            }
        }
        let counts = listed.map(|value| value.is_some_and(is_truthy));
        let sorted = counts.iter().position(|counts| *counts);
        let mut pieces: [Canonical; 2] = Default::default();
        for (place, elements) in arrays.iter().enumerate() {
            if let Some(elements) = elements {
                pieces[place] = Canonical::of(elements, sorted == Some(place))?;
            }
        }
        let sha = if arrays.iter().any(Option::is_some) {
            let version = specification_version(members)?;
            sha_of_pieces(
                &arrays.each_ref().map(Option::is_some),
                &pieces,
                version.as_deref(),
            )
        } else {
            let mut whole = Json::read(text)?;
            if sorted.is_some() {
                whole.sort_keys();
            }
            hex_sha(&[&compact(&whole)])
        };
        Ok(Self {
            sha,
            consumer: side(members, "consumer")?,
            provider: side(members, "provider")?,
            lengths: arrays.map(|elements| elements.map_or(0, |elements| elements.len())),
            v4_messages: pieces[0].v4_messages,
        })
    }
}

fn is_truthy(text: &str) -> bool {
    !matches!(text, "null" | "false")
}

fn side(members: &Members<'_>, role: &str) -> Result<Side, JsonError> {
    let Some(text) = members.get(role) else {
        return Ok(Side::default());
    };
    let party = Json::read_part(text, 1)?;
    let name = party.get("name").and_then(Json::as_str);
    Ok(Side {
        kind: Some(Kind::of(text)),
        name: name.map(str::to_owned),
    })
}

/// The elements of an array as they are hashed: keys sorted, numbers as Ruby prints them.
#[derive(Default)]
struct Canonical {
    text: String,
    elements: Vec<Range<usize>>,
    v4_messages: usize,
}

impl Canonical {
    fn of(elements: &[&str], sorted: bool) -> Result<Self, JsonError> {
        let mut canonical = Self {
            text: String::with_capacity(elements.iter().map(|text| text.len()).sum()),
            elements: Vec::with_capacity(elements.len()),
            v4_messages: 0,
        };
        for element in elements {
            let mut json = Json::read_part(element, 2)?;
            let kind = json.get("type").and_then(Json::as_str);
            canonical.v4_messages +=
                usize::from(kind.is_some_and(|kind| kind.ends_with("/Messages")));
            json.sort_keys();
            let start = canonical.text.len();
            json.write_with(&mut canonical.text, &write_number);
            canonical.elements.push(start..canonical.text.len());
        }
        if sorted {
            let text = &canonical.text;
            canonical
                .elements
                .sort_by(|left, right| text[left.clone()].cmp(&text[right.clone()]));
        }
        Ok(canonical)
    }

    fn elements(&self) -> impl Iterator<Item = &str> {
        self.elements.iter().map(|place| &self.text[place.clone()])
    }
}

/// Hashes `{interactions, messages, pact_specification_version}`, leaving out what is not there.
fn sha_of_pieces(present: &[bool; 2], pieces: &[Canonical; 2], version: Option<&str>) -> PactSha {
    let mut parts = Vec::new();
    for (place, name) in ARRAYS.iter().enumerate() {
        if !present[place] {
            continue;
        }
        parts.extend([if parts.is_empty() { "{\"" } else { ",\"" }, name, "\":["]);
        for (at, element) in pieces[place].elements().enumerate() {
            parts.extend((at > 0).then_some(","));
            parts.push(element);
        }
        parts.push("]");
    }
    if let Some(version) = version {
        parts.extend([",\"pact_specification_version\":", version]);
    }
    parts.push("}");
    hex_sha(&parts)
}

/// The JSON text of the specification version, looked up where each generation of clients wrote it.
fn specification_version(members: &Members<'_>) -> Result<Option<String>, JsonError> {
    let Some(text) = members.get("metadata") else {
        return Ok(None);
    };
    let metadata = Json::read_part(text, 1)?;
    let nested = |key: &str| metadata.get(key).and_then(|member| member.get("version"));
    Ok(nested("pactSpecification")
        .or_else(|| nested("pact-specification"))
        .or_else(|| metadata.get("pactSpecificationVersion"))
        .filter(|version| version.is_truthy())
        .map(compact))
}

/// JSON as it is hashed.
pub(super) fn compact(json: &Json<'_>) -> String {
    let mut out = String::new();
    json.write_with(&mut out, &write_number);
    out
}

pub(super) fn hex_sha(parts: &[&str]) -> PactSha {
    let mut hash = Sha1::new();
    parts.iter().for_each(|part| hash.update(part));
    let mut hex = String::with_capacity(40);
    for byte in hash.finalize() {
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
