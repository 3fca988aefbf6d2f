//! Whether a request may be answered, by the credentials it carries and what it asks for.

use std::sync::Arc;

use axum::http::{HeaderMap, HeaderValue, Method, Request, StatusCode, header};
use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::{error::ApiError, routes};
use crate::access::{Access, Credentials};

/// What a client that is not let in is told to do.
pub(super) const CHALLENGE: HeaderValue =
    HeaderValue::from_static("Basic realm=\"Restricted area\"");

/// Tells requests apart by what they may do.
#[derive(Clone)]
pub(super) struct Guard {
    /// The paths of badges, with `{names}` for what varies.
    badges: Arc<[&'static str]>,
}

impl Guard {
    /// Learns from the routes what a badge is.
    pub(super) fn new() -> Self {
        let routes = routes();
        let badges = routes.iter().filter(|route| route.is_badge());
        Self {
            badges: badges.map(|badge| badge.path()).collect(),
        }
    }

    /// Lets a request in, or refuses it. Where no credentials are needed, wrong ones do no harm.
    pub(super) fn check<B>(&self, access: &Access, request: &Request<B>) -> Result<(), ApiError> {
        let asked = self.asked(request.method(), request.uri().path());
        check(access, asked, request.headers())
    }

    fn asked(&self, method: &Method, path: &str) -> Asked {
        let path = path.trim_end_matches('/');
        let reads = matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS);
        let drawn = path.strip_suffix(".svg").unwrap_or(path);
        if reads && self.badges.iter().any(|badge| is_at(badge, drawn)) {
            return Asked::Badge;
        }
        if reads && path == "/diagnostic/status/heartbeat" {
            return Asked::Heartbeat;
        }
        // A provider asks for its pacts with a body, and changes nothing.
        let selects = method == Method::POST
            && path.starts_with("/pacts/provider/")
            && path.ends_with("/for-verification");
        if reads || selects {
            return Asked::Read;
        }
        Asked::Write
    }
}

/// Whether a path is one of those that a route stands for.
fn is_at(route: &str, path: &str) -> bool {
    let (mut expected, mut given) = (route.split('/'), path.split('/'));
    loop {
        match (expected.next(), given.next()) {
            (None, None) => return true,
            (Some(word), Some(part)) if word.starts_with('{') || word == part => {}
            _ => return false,
        }
    }
}

fn check(access: &Access, asked: Asked, headers: &HeaderMap) -> Result<(), ApiError> {
    let Some(writer) = &access.writer else {
        return Ok(());
    };
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
