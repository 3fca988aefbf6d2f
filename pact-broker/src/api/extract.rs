//! What handlers take out of a request: names from the path, JSON bodies, paging.

use std::{str::FromStr, sync::Arc};

use axum::{
    body::Body,
    extract::{FromRequest, FromRequestParts, RawPathParams, Request},
    http::{HeaderMap, Method, StatusCode, header, request::Parts},
};
use http_body_util::BodyExt as _;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use super::{
    error::{ApiError, FieldError},
    media::MediaType,
    nested::Nested,
    turns::Turn,
    urls::Urls,
};
use crate::{domain::text::InvalidText, state::AppState, store::Page};

/// The names in the path of a request, decoded and checked, in the order they stand in the route.
pub(crate) struct Names<T>(pub(crate) T);

macro_rules! names {
    ($($kind:ident),+) => {
        impl<$($kind: FromStr<Err = InvalidText>),+> FromRequestParts<AppState> for Names<($($kind,)+)> {
            type Rejection = ApiError;

            async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
                let raw = RawPathParams::from_request_parts(parts, state).await.map_err(|_| ApiError::not_found())?;
                let mut texts = raw.iter().map(|(_, text)| text);
                Ok(Self(($(name::<$kind>(texts.next(), &parts.method)?,)+)))
            }
        }
    };
}

names!(A);
names!(A, B);
names!(A, B, C);
names!(A, B, C, D);
names!(A, B, C, D, E);

/// Checks one name. Nothing can be stored under an impossible one, so reading it finds nothing.
fn name<T: FromStr<Err = InvalidText>>(text: Option<&str>, method: &Method) -> Result<T, ApiError> {
    let text = text.ok_or_else(ApiError::not_found)?;
    text.parse().map_err(|error: InvalidText| match *method {
        Method::PUT | Method::POST | Method::PATCH => ApiError::malformed(format!(
            "the path names `{}`, which {error}",
            text.escape_debug()
        )),
        _ => ApiError::not_found(),
    })
}

/// Where links of this request's answer start.
impl FromRequestParts<AppState> for Urls {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, ApiError> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or_else(ApiError::not_found)
    }
}

/// The representation the client and the resource agreed on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Negotiated(pub(crate) MediaType);

impl FromRequestParts<AppState> for Negotiated {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, ApiError> {
        Ok(parts
            .extensions
            .get::<Self>()
            .copied()
            .unwrap_or(Self(MediaType::Hal)))
    }
}

/// The query string, nested.
pub(crate) struct Query(pub(crate) Nested);

impl FromRequestParts<AppState> for Query {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, ApiError> {
        let nested = Nested::parse(parts.uri.query().unwrap_or_default());
        nested
            .map(Self)
            .map_err(|error| ApiError::list(vec![error.to_string()]))
    }
}

/// A JSON body as it was sent: UTF-8 text of an object or array.
pub(crate) struct JsonText(pub(crate) String);

/// A JSON object; empty when nothing was sent.
pub(crate) struct JsonObject(pub(crate) Map<String, Value>);

impl JsonText {
    /// Reads the text as an object.
    pub(crate) fn object(&self) -> Result<Map<String, Value>, ApiError> {
        object(&self.0)
    }
}

impl FromRequest<AppState> for JsonText {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, ApiError> {
        let text = utf8(read_body(request, state.config().limits.body).await?)?;
        if text.trim().is_empty() {
            return Err(ApiError::malformed(
                "the request has no body; a JSON document is expected",
            ));
        }
        Ok(Self(text))
    }
}

impl FromRequest<AppState> for JsonObject {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, ApiError> {
        let text = utf8(read_body(request, state.config().limits.body).await?)?;
        if text.trim().is_empty() {
            return Ok(Self(Map::new()));
        }
        object(&text).map(Self)
    }
}

fn object(text: &str) -> Result<Map<String, Value>, ApiError> {
    match parse(text)? {
        Value::Object(members) => Ok(members),
        other => Err(ApiError::malformed(format!(
            "the body is {}; a JSON object is expected",
            kind_of(&other)
        ))),
    }
}

/// Reads JSON text, saying where it stops being JSON.
pub(crate) fn parse(text: &str) -> Result<Value, ApiError> {
    serde_json::from_str(text)
        .map_err(|error| ApiError::malformed(format!("the body is not JSON: {error}")))
}

/// Names what kind of JSON a value is.
pub(crate) fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

async fn read_body(request: Request, limit: usize) -> Result<Vec<u8>, ApiError> {
    let too_large = || ApiError::status(StatusCode::PAYLOAD_TOO_LARGE);
    if announced_length(request.headers()).is_some_and(|length| length > limit as u64) {
        return Err(too_large());
    }
    let turn = request.extensions().get::<Turn>().cloned();
    // Put together as it comes: to collect it first would need room for it twice.
    let announced = announced_length(request.headers()).unwrap_or_default();
    let mut whole = Vec::new();
    whole
        .try_reserve_exact(usize::try_from(announced).unwrap_or_default())
        .map_err(|_| ApiError::status(StatusCode::SERVICE_UNAVAILABLE))?;
    let mut body: Body = request.into_body();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| {
            ApiError::malformed(format!("the body did not arrive whole: {error}"))
        })?;
        let Ok(part) = frame.into_data() else {
            continue;
        };
        if part.len() > limit - whole.len() {
            return Err(too_large());
        }
        whole.extend_from_slice(&part);
    }
    turn.map_or(Ok(()), |turn| turn.take())?;
    Ok(whole)
}

/// Returns the length of the body as its header gives it.
pub(crate) fn announced_length(headers: &HeaderMap) -> Option<u64> {
    headers
        .get(header::CONTENT_LENGTH)?
        .to_str()
        .ok()?
        .parse()
        .ok()
}

/// Reads bytes as UTF-8, or says where they stop being so.
pub(crate) fn utf8(bytes: Vec<u8>) -> Result<String, ApiError> {
    String::from_utf8(bytes).map_err(|error| {
        let valid = String::from_utf8_lossy(&error.as_bytes()[..error.utf8_error().valid_up_to()]);
        ApiError::malformed(non_utf8("Request body", &valid))
    })
}

/// Says at which character a text stops being UTF-8, quoting what stands before.
pub(crate) fn non_utf8(what: &str, valid: &str) -> String {
    let count = valid.chars().count();
    let tail: String = valid.chars().skip(count.saturating_sub(100)).collect();
    format!(
        "{what} is not UTF-8 at character {}, after `{tail}`",
        count + 1
    )
}

/// The media type of a request body, without parameters.
pub(crate) fn content_type(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    value
        .split(';')
        .next()
        .map(str::trim)
        .filter(|name| !name.is_empty())
}

/// Reads `page` and `size`, or their older names; `None` when neither is given.
pub(crate) fn page(query: &Nested, default_size: u32) -> Result<Option<Page>, ApiError> {
    let mut errors = Vec::new();
    let mut read = |names: [&str; 2]| -> Option<u32> {
        let (name, text) = names
            .iter()
            .find_map(|name| query.text(name).map(|text| (*name, text)))?;
        match text.parse::<i64>() {
            Ok(number) if number >= 1 => Some(u32::try_from(number).unwrap_or(u32::MAX)),
            Ok(_) => {
                errors.push(FieldError::at(name, "must be greater than or equal to 1"));
                None
            }
            Err(_) => {
                errors.push(FieldError::at(name, "must be an integer"));
                None
            }
        }
    };
    let number = read(["page", "pageNumber"]);
    let size = read(["size", "pageSize"]);
    if !errors.is_empty() {
        return Err(ApiError::fields(errors));
    }
    if number.is_none() && size.is_none() {
        return Ok(None);
    }
    Ok(Some(Page {
        number: number.unwrap_or(1),
        size: size.unwrap_or(default_size),
    }))
}

/// The address a request came to, as the client wrote it.
#[derive(Debug, Clone)]
pub(crate) struct Address {
    /// Path and query, from the slash after the host.
    pub(crate) path_and_query: Arc<str>,
}

impl Address {
    /// Returns the path without the query.
    pub(crate) fn path(&self) -> &str {
        self.path_and_query.split('?').next().unwrap_or_default()
    }
}

impl FromRequestParts<AppState> for Address {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, ApiError> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or_else(ApiError::not_found)
    }
}

/// Tells whether every percent sign of a text starts an escape and the whole decodes to UTF-8.
pub(crate) fn decodes(path: &str) -> bool {
    let bytes = path.as_bytes();
    let hex = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_hexdigit);
    let escapes = (0..bytes.len())
        .filter(|at| bytes[*at] == b'%')
        .all(|at| hex(at + 1) && hex(at + 2));
    escapes && percent_decode_str(path).decode_utf8().is_ok()
}
