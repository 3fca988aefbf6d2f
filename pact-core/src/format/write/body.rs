//! Bodies and message contents.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::interaction::Members;
use super::{EMPTY, Writer, sorted};
use crate::detect;
use crate::format::place::At;
use crate::format::read::{Named, from_base64, plain_body};
use crate::json::Json;
use crate::model::{Body, BodyContent, ContentType, ContentTypeHint, SpecVersion};

impl Writer {
    /// Writes a body; `named` is the type that headers or metadata name.
    pub(super) fn body<'p>(
        &mut self,
        body: &'p Body,
        named: Option<ContentType>,
        at: &At<'_>,
    ) -> Option<Json<'p>> {
        if self.version == SpecVersion::V4 {
            return v4_body(body);
        }
        let value = plain_value(body, named.as_ref())?;
        if let Body::Present(content) = body {
            if content.hint.is_some() {
                self.lose(at, "how the body is to be written");
            }
            self.lose_unreadable(content, &plain_body(value.clone(), Named(named)), at);
        }
        Some(value)
    }

    /// Names what a reader of the file will not find again.
    fn lose_unreadable(&mut self, content: &BodyContent, read: &Body, at: &At<'_>) {
        let read = match read {
            Body::Present(read) if is_same_payload(&content.bytes, &read.bytes) => read,
            Body::Present(_) | Body::Empty | Body::Missing | Body::Null => {
                self.lose(at, "the bytes of the body, whose type no header names");
                return;
            }
        };
        match &content.content_type {
            Some(content_type) if content.content_type != read.content_type => {
                self.lose(
                    at,
                    format!("the media type `{content_type}` of the body, which no header names"),
                );
            }
            Some(_) | None => {}
        }
    }
}

fn is_same_payload(left: &[u8], right: &[u8]) -> bool {
    left == right
        || match (Json::parse(left), Json::parse(right)) {
            (Ok(left), Ok(right)) => left == right,
            _ => false,
        }
}

/// Writes the object of V4 that says what it holds.
fn v4_body(body: &Body) -> Option<Json<'_>> {
    let content = match body {
        Body::Missing => return None,
        Body::Empty => return Some(content_only(Json::from(""))),
        Body::Null => return Some(content_only(Json::Null)),
        Body::Present(content) => content,
    };
    let content_type = content_type(content);
    let (value, encoded) = v4_content(content, content_type.as_ref());
    let type_name = match &content_type {
        Some(content_type) => content_type.to_string(),
        None => "*/*".to_owned(),
    };
    let mut members: Members<'_> = vec![
        ("content", value),
        ("contentType", Json::from(type_name)),
        ("encoded", encoded),
    ];
    if let Some(hint) = content.hint {
        let hint = match hint {
            ContentTypeHint::Binary => "BINARY",
            ContentTypeHint::Default => "DEFAULT",
            ContentTypeHint::Text => "TEXT",
        };
        members.push(("contentTypeHint", Json::from(hint)));
    }
    Some(sorted(members, EMPTY))
}

fn content_only(value: Json<'_>) -> Json<'_> {
    Json::Object([("content", value)].into_iter().collect())
}

/// Returns what stands in `content` and in `encoded`.
fn v4_content<'p>(
    content: &'p BodyContent,
    content_type: Option<&ContentType>,
) -> (Json<'p>, Json<'p>) {
    let bytes = content.bytes.as_slice();
    let in_base64 = || (base64(bytes), Json::from("base64"));
    let is_binary_type = content_type.is_some_and(|content_type| !content_type.is_text());
    match content.hint {
        Some(ContentTypeHint::Binary) => return in_base64(),
        Some(ContentTypeHint::Default) | None if is_binary_type => return in_base64(),
        Some(ContentTypeHint::Default | ContentTypeHint::Text) | None => {}
    }
    if is_json(content_type) {
        return match Json::parse(bytes) {
            // An empty text would be read as an empty body.
            Ok(Json::String(text)) if text.is_empty() => (Json::from("\"\""), Json::from("JSON")),
            Ok(value) => (value, Json::from(false)),
            Err(_) => in_base64(),
        };
    }
    match str::from_utf8(bytes) {
        Ok(text) => (Json::from(text), Json::from(false)),
        Err(_) => in_base64(),
    }
}

/// Writes the value of V1 to V3 that is the body, or a text for it.
fn plain_value<'p>(body: &'p Body, named: Option<&ContentType>) -> Option<Json<'p>> {
    let content = match body {
        Body::Missing => return None,
        Body::Empty => return Some(Json::from("")),
        Body::Null => return Some(Json::Null),
        Body::Present(content) => content,
    };
    let bytes = content.bytes.as_slice();
    // A reader goes by the type that headers name, whatever the body's own is.
    let own_type = content_type(content);
    if is_json(named.or(own_type.as_ref())) {
        match Json::parse(bytes) {
            Ok(Json::String(text)) => return Some(json_text(text, named)),
            Ok(value) => return Some(value),
            Err(_) => {}
        }
    }
    let is_binary = named.is_some_and(|named| !named.is_text());
    Some(match str::from_utf8(bytes) {
        // What looks like base64 would be decoded by whoever reads it.
        Ok(text) if is_binary && from_base64(text).is_some() => base64(bytes),
        Ok(text) => Json::from(text),
        Err(_) => base64(bytes),
    })
}

/// Writes a JSON text; one that a reader would take for JSON itself is written as JSON in a text.
fn json_text<'p>(text: Cow<'p, str>, named: Option<&ContentType>) -> Json<'p> {
    let is_mistakable = text.is_empty()
        || !is_json(named)
        || matches!(
            Json::parse(text.as_bytes()),
            Ok(Json::Object(_) | Json::String(_))
        );
    let value = Json::String(text);
    if is_mistakable {
        Json::from(value.to_compact())
    } else {
        value
    }
}

/// Returns the type of a body, detected where its author named none.
fn content_type(content: &BodyContent) -> Option<ContentType> {
    let named = content.content_type.clone();
    named.or_else(|| detect::content_type(&content.bytes))
}

fn is_json(content_type: Option<&ContentType>) -> bool {
    content_type.is_some_and(ContentType::is_json)
}

fn base64(bytes: &[u8]) -> Json<'static> {
    Json::from(STANDARD.encode(bytes))
}
