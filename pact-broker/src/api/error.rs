//! What a client is told when a request cannot be served, in the two formats clients read.
//!
//! A handler returns an [`ApiError`]; the door renders it once it knows what the client accepts and where the broker
//! stands, so no handler builds an error body.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value, json};

pub(crate) use super::field_error::{FieldError, Segment};
use super::media::{Accept, MediaType};
use crate::store::StoreError;

/// A request that cannot be served.
#[derive(Debug, Clone)]
pub(crate) struct ApiError {
    status: StatusCode,
    kind: Kind,
}

#[derive(Debug, Clone)]
enum Kind {
    /// Members of the body (or query) that are wrong.
    Fields(Vec<FieldError>),
    /// Several things wrong with the request as a whole.
    List(Vec<String>),
    /// One thing to say; `media` is the type of the plain form.
    Message { text: String, media: MediaType },
    /// A document of its own, the same in both formats.
    Document(Value),
    /// A body no format changes: a bare status.
    Bare { allow: Option<String> },
    /// Something of ours failed; the text is in the log under this reference.
    Internal { reference: String },
}

impl ApiError {
    /// A body or a query with wrong members.
    pub(crate) fn fields(errors: Vec<FieldError>) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            kind: Kind::Fields(errors),
        }
    }

    /// One wrong member.
    pub(crate) fn field(path: &str, message: impl Into<String>) -> Self {
        Self::fields(vec![FieldError::at(path, message)])
    }

    /// A request wrong in ways that belong to no single member.
    pub(crate) fn list(errors: Vec<String>) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            kind: Kind::List(errors),
        }
    }

    /// A body that cannot be read.
    pub(crate) fn malformed(text: impl Into<String>) -> Self {
        Self::message(StatusCode::BAD_REQUEST, text)
    }

    /// Something that is not there.
    pub(crate) fn not_found() -> Self {
        let text = "nothing is stored at this address".to_owned();
        Self {
            status: StatusCode::NOT_FOUND,
            kind: Kind::Message {
                text,
                media: MediaType::Json,
            },
        }
    }

    /// A pacticipant named in the address that does not exist; `role` is what it was named as.
    pub(crate) fn no_such(role: &str, name: &str) -> Self {
        Self::message(
            StatusCode::NOT_FOUND,
            format!("No {role} with name '{name}' found"),
        )
    }

    /// One sentence under a status.
    pub(crate) fn message(status: StatusCode, text: impl Into<String>) -> Self {
        Self {
            status,
            kind: Kind::Message {
                text: text.into(),
                media: MediaType::Hal,
            },
        }
    }

    /// One sentence under a status, as plain text unless problem details are asked for.
    pub(crate) fn plain(status: StatusCode, text: impl Into<String>) -> Self {
        Self {
            status,
            kind: Kind::Message {
                text: text.into(),
                media: MediaType::Text,
            },
        }
    }

    /// A document that explains a refusal.
    pub(crate) fn document(status: StatusCode, body: Value) -> Self {
        Self {
            status,
            kind: Kind::Document(body),
        }
    }

    /// A method the resource does not have; `allow` lists those it has.
    pub(crate) fn method_not_allowed(allow: &str) -> Self {
        Self {
            status: StatusCode::METHOD_NOT_ALLOWED,
            kind: Kind::Bare {
                allow: Some(allow.to_owned()),
            },
        }
    }

    /// A status that says everything.
    pub(crate) fn status(status: StatusCode) -> Self {
        Self {
            status,
            kind: Kind::Bare { allow: None },
        }
    }

    /// A failure of ours: logged here, once, under a reference the client is given.
    pub(crate) fn internal(error: &(dyn std::error::Error + 'static)) -> Self {
        let reference = reference();
        let mut text = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            text.push_str(": ");
            text.push_str(&cause.to_string());
            source = cause.source();
        }
        tracing::error!(reference, error = text, "a request failed");
        Self {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            kind: Kind::Internal { reference },
        }
    }

    /// Whether it says that something is not there.
    pub(crate) fn is_not_found(&self) -> bool {
        self.status == StatusCode::NOT_FOUND
    }

    /// Whether it says that the request is wrong, and not that something of ours failed.
    pub(crate) fn is_bad_request(&self) -> bool {
        self.status == StatusCode::BAD_REQUEST
    }

    /// Exchanges the status.
    #[must_use]
    pub(crate) fn with_status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// Returns the status.
    pub(crate) fn http_status(&self) -> StatusCode {
        self.status
    }

    /// Says what is wrong in one text.
    pub(crate) fn text(&self) -> String {
        match &self.kind {
            Kind::Fields(errors) => {
                let lines: Vec<String> = errors
                    .iter()
                    .map(|error| {
                        let (key, text) = error.legacy();
                        format!("{key} {text}").trim().to_owned()
                    })
                    .collect();
                lines.join("\n")
            }
            Kind::List(errors) => errors.join("\n"),
            Kind::Message { text, .. } => text.clone(),
            Kind::Document(body) => body.to_string(),
            Kind::Bare { .. } => self.bare_text().to_owned(),
            Kind::Internal { reference } => internal_text(reference),
        }
    }

    /// Renders the error for what the client accepts.
    pub(crate) fn render(&self, accept: &Accept, base: &str) -> Response {
        let (media, body) =
            if accept.names(MediaType::Problem) && !matches!(self.kind, Kind::Document(_)) {
                (MediaType::Problem, self.problem(base).to_string())
            } else {
                self.plain_form()
            };
        let mut response = (self.status, body).into_response();
        response
            .headers_mut()
            .insert(header::CONTENT_TYPE, media.header());
        self.with_allow(response)
    }

    /// Names the methods the resource has, where the one asked for is not among them.
    pub(crate) fn allowed_methods(&self) -> Option<&str> {
        match &self.kind {
            Kind::Bare { allow } => allow.as_deref(),
            _ => None,
        }
    }

    /// Adds the header that goes with [`Self::allowed_methods`].
    pub(crate) fn with_allow(&self, mut response: Response) -> Response {
        let allow = self.allowed_methods().map(HeaderValue::try_from);
        if let Some(Ok(allow)) = allow {
            response.headers_mut().insert(header::ALLOW, allow);
        }
        response
    }

    fn plain_form(&self) -> (MediaType, String) {
        let document = match &self.kind {
            Kind::Fields(errors) => {
                let mut by_key: Map<String, Value> = Map::new();
                for (key, text) in errors.iter().map(FieldError::legacy) {
                    match by_key.entry(key).or_insert_with(|| json!([])) {
                        Value::Array(texts) => texts.push(text.into()),
                        other => *other = json!([text]),
                    }
                }
                json!({ "errors": by_key })
            }
            Kind::List(errors) => json!({ "errors": errors }),
            Kind::Message {
                text,
                media: MediaType::Text,
            } => return (MediaType::Text, text.clone()),
            Kind::Message { text, media } => return (*media, json!({ "error": text }).to_string()),
            Kind::Document(body) => return (MediaType::Json, body.to_string()),
            Kind::Bare { .. } => {
                return (
                    self.bare_media(),
                    json!({ "error": self.bare_text() }).to_string(),
                );
            }
            Kind::Internal { reference } => {
                json!({ "error": { "message": internal_text(reference), "reference": reference } })
            }
        };
        (MediaType::Hal, document.to_string())
    }

    fn problem(&self, base: &str) -> Value {
        let status = self.status.as_u16();
        let invalid = |errors: Vec<Value>| {
            json!({
                "title": "Validation errors",
                "type": format!("{base}/problems/validation-error"),
                "status": status,
                "instance": "/",
                "errors": errors,
            })
        };
        let single = |detail: &str| {
            let (title, kind) = title(self.status);
            json!({ "title": title, "type": format!("{base}/problem/{kind}"), "detail": detail, "status": status })
        };
        match &self.kind {
            Kind::Fields(errors) => {
                invalid(errors.iter().map(|error| error.problem(base)).collect())
            }
            Kind::List(errors) => {
                let kind = format!("{base}/problems/invalid-body-property-value");
                let item = |text: &String| json!({ "type": kind, "title": "Validation error", "detail": text });
                invalid(errors.iter().map(item).collect())
            }
            Kind::Message { text, .. } => single(text),
            Kind::Document(body) => body.clone(),
            Kind::Bare { .. } => single(self.bare_text()),
            Kind::Internal { reference } => json!({
                "title": "Server error",
                "type": format!("{base}/problems/server-error"),
                "detail": internal_text(reference),
                "status": status,
            }),
        }
    }

    fn bare_media(&self) -> MediaType {
        if self.status == StatusCode::UNSUPPORTED_MEDIA_TYPE {
            MediaType::Hal
        } else {
            MediaType::Json
        }
    }

    fn bare_text(&self) -> &'static str {
        match self.status {
            StatusCode::METHOD_NOT_ALLOWED => {
                "this resource does not have this method; `Allow` lists those it has"
            }
            StatusCode::NOT_ACCEPTABLE => {
                "this resource has no representation of a type named in `Accept`"
            }
            StatusCode::UNSUPPORTED_MEDIA_TYPE => {
                "this resource does not take a body of this `Content-Type`"
            }
            StatusCode::PAYLOAD_TOO_LARGE => "the body is larger than this broker takes",
            StatusCode::NOT_IMPLEMENTED => "this broker does not know this method",
            status => status
                .canonical_reason()
                .unwrap_or("the request cannot be served"),
        }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        if error.is_full() {
            tracing::error!(%error, "the disk of the database is full");
            return Self::message(
                StatusCode::INSUFFICIENT_STORAGE,
                "the disk of the broker's database is full: what was sent is not stored",
            );
        }
        if error.is_unavailable() {
            tracing::warn!(%error, "the database is not available");
            return Self::message(
                StatusCode::SERVICE_UNAVAILABLE,
                "the database is not available; try again",
            );
        }
        Self::internal(&error)
    }
}

impl IntoResponse for ApiError {
    /// Carries the error to the door, which renders it.
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

fn internal_text(reference: &str) -> String {
    format!(
        "the broker could not serve this request; its log says why under the reference {reference}"
    )
}

fn title(status: StatusCode) -> (&'static str, &'static str) {
    match status {
        StatusCode::NOT_FOUND => ("Not Found", "not-found"),
        StatusCode::UNPROCESSABLE_ENTITY => ("Unprocessable", "invalid-request-parameter-value"),
        StatusCode::CONFLICT => ("Conflict", "conflict"),
        StatusCode::METHOD_NOT_ALLOWED => ("Method Not Allowed", "method-not-allowed"),
        StatusCode::NOT_ACCEPTABLE => ("Not Acceptable", "not-acceptable"),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => ("Unsupported Media Type", "unsupported-media-type"),
        StatusCode::PAYLOAD_TOO_LARGE => ("Payload Too Large", "payload-too-large"),
        status if status.is_client_error() => ("Bad Request", "bad-request"),
        _ => ("Server error", "server-error"),
    }
}

/// Returns ten random letters that tie an answer to a line of the log.
fn reference() -> String {
    use rand::RngExt as _;
    let mut rng = rand::rng();
    (0..10)
        .map(|_| char::from(rng.random_range(b'a'..=b'z')))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problem_details_point_into_the_body() {
        let error = ApiError::fields(vec![FieldError::new(
            vec![
                Segment::Key("a".to_owned()),
                Segment::Index(0),
                Segment::Key("b".to_owned()),
            ],
            "is missing",
        )]);
        insta::assert_snapshot!(error.problem("http://h"), @r#"{"errors":[{"detail":"is missing","pointer":"/a/0/b","title":"Invalid body parameter","type":"http://h/problems/missing-body-property"}],"instance":"/","status":400,"title":"Validation errors","type":"http://h/problems/validation-error"}"#);
    }
}
