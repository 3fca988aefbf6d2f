//! Bodies and message contents: JSON in, bytes with a media type out.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{ReadError, Reader, text_of};
use crate::detect;
use crate::format::place::At;
use crate::json::{Json, Object};
use crate::model::{Body, BodyContent, ContentType, ContentTypeHint};

/// The media type that headers or metadata name.
pub(in crate::format) struct Named(pub(in crate::format) Option<ContentType>);

/// How the text in `content` stands for bytes.
enum Encoding {
    Base64,
    /// The text is JSON.
    Json,
    /// By the media type.
    Plain,
    /// The text is the payload, whatever the type.
    Raw,
}

impl Reader {
    /// Reads a body of V4: an object that says what it holds.
    pub(super) fn v4_body(
        &mut self,
        value: Json<'_>,
        named: Named,
        at: &At<'_>,
    ) -> Result<Body, ReadError> {
        let mut members = match value {
            Json::Null => return Ok(Body::Null),
            Json::Object(members) => members,
            other => {
                self.warn(
                    at,
                    format!("expected an object with `content`, found {}; its JSON text is taken as the payload", other.kind()),
                );
                return Ok(present(other.to_compact().into_bytes(), named.0));
            }
        };
        let Some(content) = members.remove("content") else {
            return Ok(self.without_content(members, named, at));
        };
        let own_type = self.content_type(&mut members, at);
        // Only under a type of its own is null a payload; headers say nothing about it.
        let is_json_null = own_type.as_ref().is_some_and(ContentType::is_json);
        let content_type = own_type.or(named.0);
        let hint = self.hint(&mut members, at);
        let encoding = self.encoding(members.remove("encoded"), at);
        self.leave_out(at, &members);
        let is_json = content_type.as_ref().is_some_and(ContentType::is_json);
        let bytes = match (content, encoding) {
            (Json::Null, _) if is_json_null => b"null".to_vec(),
            (Json::Null, _) => return Ok(Body::Null),
            (Json::String(text), Encoding::Base64) => match from_base64(&text) {
                Some(bytes) => bytes,
                None => {
                    self.warn(
                        &at.name("content"),
                        "is not base64; its text is taken as the payload",
                    );
                    text.into_owned().into_bytes()
                }
            },
            (Json::String(text), Encoding::Json) => compacted(text.into_owned().into_bytes()),
            (Json::String(text), Encoding::Plain) if is_json && !text.is_empty() => {
                Json::String(text).to_compact().into_bytes()
            }
            (content, _) => text_of(content).into_bytes(),
        };
        Ok(match present(bytes, content_type) {
            Body::Present(content) => Body::Present(BodyContent { hint, ..content }),
            empty => empty,
        })
    }

    /// An object without `content` says nothing, or is a payload written by hand.
    fn without_content(&mut self, members: Object<'_>, named: Named, at: &At<'_>) -> Body {
        let known = ["contentType", "contentTypeHint", "encoded"];
        if members.iter().all(|(name, _)| known.contains(&name)) {
            return Body::Missing;
        }
        self.warn(
            at,
            "has no `content`; the object itself is taken as the payload",
        );
        let content_type = named.0.or_else(|| Some(ContentType::json()));
        present(
            Json::Object(members).to_compact().into_bytes(),
            content_type,
        )
    }

    fn content_type(&mut self, members: &mut Object<'_>, at: &At<'_>) -> Option<ContentType> {
        let text = match members.remove("contentType")? {
            Json::Null => return None,
            other => text_of(other),
        };
        match text.parse() {
            Ok(content_type) => Some(content_type),
            Err(error) => {
                self.warn(&at.name("contentType"), format!("{error}; left out"));
                None
            }
        }
    }

    fn hint(&mut self, members: &mut Object<'_>, at: &At<'_>) -> Option<ContentTypeHint> {
        let value = members.remove("contentTypeHint")?;
        match value.as_str() {
            Some("BINARY") => Some(ContentTypeHint::Binary),
            Some("DEFAULT") => Some(ContentTypeHint::Default),
            Some("TEXT") => Some(ContentTypeHint::Text),
            Some(_) | None => {
                if !value.is_null() {
                    self.warn(
                        &at.name("contentTypeHint"),
                        "expected `BINARY`, `DEFAULT` or `TEXT`; left out",
                    );
                }
                None
            }
        }
    }

    fn encoding(&mut self, value: Option<Json<'_>>, at: &At<'_>) -> Encoding {
        match value {
            None | Some(Json::Null | Json::Bool(false)) => Encoding::Plain,
            Some(Json::String(name)) if name.eq_ignore_ascii_case("base64") => Encoding::Base64,
            Some(Json::String(name)) if name.eq_ignore_ascii_case("json") => Encoding::Json,
            Some(Json::Bool(true)) => Encoding::Raw,
            Some(_) => {
                self.warn(
                    &at.name("encoded"),
                    "expected false, `base64` or `JSON`; the text is taken as the payload",
                );
                Encoding::Raw
            }
        }
    }
}

/// Reads a body of V1 to V3: the value itself, or a text that stands for it.
pub(in crate::format) fn plain_body(value: Json<'_>, named: Named) -> Body {
    let text = match value {
        Json::Null => return Body::Null,
        Json::String(text) if text.is_empty() => return Body::Empty,
        Json::String(text) => text,
        other => {
            let content_type = named.0.or_else(|| Some(ContentType::json()));
            return present(other.to_compact().into_bytes(), content_type);
        }
    };
    match named.0 {
        Some(named) if named.is_json() => present(json_in_text(&text), Some(named)),
        Some(named) if named.is_text() => present(text.into_owned().into_bytes(), Some(named)),
        Some(named) => {
            let bytes = from_base64(&text).unwrap_or_else(|| text.into_owned().into_bytes());
            present(bytes, Some(named))
        }
        None => untyped_text(&text),
    }
}

/// Makes a body of bytes; a type that is not named is detected.
fn present(mut bytes: Vec<u8>, named: Option<ContentType>) -> Body {
    // Text grows by doubling, and a pact may have thousands of bodies.
    bytes.shrink_to_fit();
    let content_type = named
        .filter(|named| !named.is_unknown())
        .or_else(|| detect::content_type(&bytes));
    Body::present(bytes, content_type)
}

/// Reads a text under a JSON type: JSON that was encoded twice, or a string value.
fn json_in_text(text: &str) -> Vec<u8> {
    match Json::parse(text.as_bytes()) {
        Ok(json @ (Json::Object(_) | Json::String(_))) => json.to_compact(),
        Ok(_) | Err(_) => Json::from(text).to_compact(),
    }
    .into_bytes()
}

/// Reads a text nobody named the type of: only a collection or a quoted string is taken for JSON.
// DIFFERENCE: pact-reference takes any text that begins like JSON for JSON, so that `5 apples`
// does not even match itself.
fn untyped_text(text: &str) -> Body {
    match Json::parse(text.as_bytes()) {
        Ok(json @ (Json::Array(_) | Json::Object(_) | Json::String(_))) => {
            present(json.to_compact().into_bytes(), Some(ContentType::json()))
        }
        Ok(_) => present(text.as_bytes().to_vec(), Some(ContentType::text())),
        Err(_) => present(text.as_bytes().to_vec(), None),
    }
}

/// Takes the white space out of a JSON text; what is not JSON stays as it is.
fn compacted(bytes: Vec<u8>) -> Vec<u8> {
    match Json::parse(&bytes).map(|json| json.to_compact()) {
        Ok(compact) => compact.into_bytes(),
        Err(_) => bytes,
    }
}

/// Decodes base64 of one line or of several.
pub(in crate::format) fn from_base64(text: &str) -> Option<Vec<u8>> {
    if text.bytes().any(|byte| byte.is_ascii_whitespace()) {
        let joined: String = text.split_ascii_whitespace().collect();
        return STANDARD.decode(joined).ok();
    }
    STANDARD.decode(text).ok()
}
