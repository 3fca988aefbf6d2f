//! Whether a request may be answered, by the credentials it carries and what it asks for.

use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::error::ApiError;
use crate::access::{Access, Credentials};

/// What a client that is not let in is told to do.
pub(super) const CHALLENGE: HeaderValue =
    HeaderValue::from_static("Basic realm=\"Restricted area\"");

/// Lets a request in, or refuses it. Wrong credentials are refused even where none are needed for
/// what is asked.
pub(super) fn check(
    access: &Access,
    method: &Method,
    path: &str,
    headers: &HeaderMap,
) -> Result<(), ApiError> {
    let Some(writer) = &access.writer else {
        return Ok(());
    };
    let asked = Asked::of(method, path);
    let given = given(headers);
    let is = |credentials: &Credentials| {
        let given = given.as_ref();
        given.is_some_and(|(username, password)| credentials.are(username, password))
    };
    let may = is(writer)
        || asked.is_open(access)
        || asked.is_read() && access.reader.as_ref().is_some_and(is);
    if may {
        return Ok(());
    }
    Err(ApiError::message(
        StatusCode::UNAUTHORIZED,
        match given {
            Some(_) => "these credentials do not allow it",
            None => "credentials are needed",
        },
    ))
}

/// What a request is about, as far as it matters who sends it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asked {
    Badge,
    Heartbeat,
    Read,
    Write,
}

impl Asked {
    fn of(method: &Method, path: &str) -> Self {
        let path = path.trim_end_matches('/');
        let reads = matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS);
        if reads && (path.ends_with("/badge") || path.ends_with("/badge.svg")) {
            return Self::Badge;
        }
        if reads && path == "/diagnostic/status/heartbeat" {
            return Self::Heartbeat;
        }
        // A provider asks for its pacts with a body, and changes nothing.
        let selects = method == Method::POST
            && path.starts_with("/pacts/provider/")
            && path.ends_with("/for-verification");
        if reads || selects {
            return Self::Read;
        }
        Self::Write
    }

    fn is_read(self) -> bool {
        self != Self::Write
    }

    fn is_open(self, access: &Access) -> bool {
        match self {
            Self::Badge => access.public_badges || access.public_read,
            Self::Heartbeat => access.public_heartbeat || access.public_read,
            Self::Read => access.public_read,
            Self::Write => false,
        }
    }
}

/// The user name and the password that a request carries.
fn given(headers: &HeaderMap) -> Option<(String, String)> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = STANDARD.decode(encoded.trim()).ok()?;
    let text = String::from_utf8(decoded).ok()?;
    let (username, password) = text.split_once(':')?;
    Some((username.to_owned(), password.to_owned()))
}
