//! The response of an interaction as HTTP sends it: what mock servers and stubs answer with.
//!
//! ```
//! use std::time::UNIX_EPOCH;
//!
//! use pact_consumer::answer::Answer;
//! use pact_core::generators::{GenerationContext, Mode};
//! use pact_core::model::{Body, ContentType, Response};
//!
//! let response = Response {
//!     status: 201,
//!     body: Body::present(*br#"{"id":42}"#, Some(ContentType::json())),
//!     ..Response::default()
//! };
//! let answer = Answer::new(response);
//! let sent = answer.respond(|| GenerationContext::utc(Mode::Consumer, UNIX_EPOCH, 0))?;
//! assert_eq!(sent.status(), 201);
//! assert_eq!(sent.headers()["content-type"], "application/json");
//! # Ok::<(), pact_consumer::answer::Unsendable>(())
//! ```

use std::error::Error;
use std::fmt;

use hyper::body::Bytes;
use hyper::header::{
    CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, TRANSFER_ENCODING,
};
use hyper::{Response, StatusCode};
use pact_core::generators::{GenerateError, GenerationContext, apply_to_response};
use pact_core::model;
use pact_core::rules::MatchingRule;

/// The response of an interaction, made ready once where it is always the same.
#[derive(Debug)]
pub struct Answer(Kind);

#[derive(Debug)]
enum Kind {
    /// Values are made afresh each time.
    Made(Box<model::Response>),
    Ready(Result<Ready, Unsendable>),
}

/// A response as it is sent.
#[derive(Debug)]
struct Ready {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

/// A response that HTTP cannot send.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Unsendable {
    /// A header has a character that may not stand in one.
    Header {
        /// Its name.
        name: String,
        /// Its value.
        value: String,
    },
    /// The status is none.
    Status {
        /// What the contract says.
        status: u16,
    },
    /// A generator makes no value.
    Value(GenerateError),
}

impl fmt::Display for Unsendable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header { name, value } => {
                write!(formatter, "`{name}: {value}` may not stand in a header")
            }
            Self::Status { status } => write!(formatter, "{status} is no HTTP status"),
            Self::Value(source) => source.fmt(formatter),
        }
    }
}

impl Error for Unsendable {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Value(source) => source.source(),
            _ => None,
        }
    }
}

impl From<GenerateError> for Unsendable {
    fn from(source: GenerateError) -> Self {
        Self::Value(source)
    }
}

impl Unsendable {
    /// Returns what cannot be done, in a few words.
    pub const fn title(&self) -> &'static str {
        match self {
            Self::Header { .. } => "header cannot be sent",
            Self::Status { .. } => "status cannot be sent",
            Self::Value(_) => "value cannot be made",
        }
    }
}

impl Answer {
    /// Makes a response ready to be sent, once or many times.
    pub fn new(response: model::Response) -> Self {
        Self(
            if response.generators.is_empty() && !has_variants(&response) {
                Kind::Ready(Ready::new(response))
            } else {
                Kind::Made(Box::new(response))
            },
        )
    }

    /// Returns the response to send; the context is asked for when values are to be made.
    ///
    /// A body names its type, unless the contract has a `Content-Type` of its own. How it is framed,
    /// in `Content-Length` and `Transfer-Encoding`, is left to who sends it.
    ///
    /// # Errors
    ///
    /// When HTTP cannot send what the contract says, or a value cannot be made.
    pub fn respond(
        &self,
        context: impl FnOnce() -> GenerationContext,
    ) -> Result<Response<Bytes>, Unsendable> {
        match &self.0 {
            Kind::Ready(Ok(ready)) => Ok(ready.respond()),
            Kind::Ready(Err(unsendable)) => Err(unsendable.clone()),
            Kind::Made(response) => {
                let made = apply_to_response(response, &mut context())?;
                Ok(Ready::new(made)?.respond())
            }
        }
    }
}

/// Returns whether a rule carries generators of its own, as the variants of `arrayContains` do.
fn has_variants(response: &model::Response) -> bool {
    let mut lists = response.matching_rules.body.iter();
    lists.any(|(_, list)| {
        let mut rules = list.rules.iter();
        rules.any(|rule| matches!(rule, MatchingRule::ArrayContains { .. }))
    })
}

impl Ready {
    fn new(response: model::Response) -> Result<Self, Unsendable> {
        let status = response.status;
        let status = StatusCode::from_u16(status).map_err(|_| Unsendable::Status { status })?;
        let mut headers = headers_of(&response)?;
        // How the body is framed is not the contract's to say, which may hold it in another form.
        headers.remove(TRANSFER_ENCODING);
        let (body, named) = match response.body {
            model::Body::Present(content) => (Bytes::from(content.bytes), content.content_type),
            model::Body::Empty | model::Body::Missing | model::Body::Null => (Bytes::new(), None),
        };
        if let (false, Some(named)) = (headers.contains_key(CONTENT_TYPE), named)
            && let Ok(value) = HeaderValue::from_str(&named.to_string())
        {
            headers.insert(CONTENT_TYPE, value);
        }
        // Without a body it may be that of the answer to HEAD.
        if !body.is_empty() {
            headers.remove(CONTENT_LENGTH);
        }
        Ok(Self {
            status,
            headers,
            body,
        })
    }

    fn respond(&self) -> Response<Bytes> {
        let mut response = Response::new(self.body.clone());
        *response.status_mut() = self.status;
        response.headers_mut().clone_from(&self.headers);
        response
    }
}

fn headers_of(response: &model::Response) -> Result<HeaderMap, Unsendable> {
    let mut headers = HeaderMap::new();
    for (name, values) in response.headers.iter() {
        for value in values {
            let line = HeaderName::from_bytes(name.as_bytes()).ok();
            let line = line.zip(HeaderValue::from_str(value).ok());
            let Some((name, value)) = line else {
                return Err(Unsendable::Header {
                    name: name.to_owned(),
                    value: value.clone(),
                });
            };
            headers.append(name, value);
        }
    }
    Ok(headers)
}
