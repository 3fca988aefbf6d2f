//! Answers that say why there is no better one (RFC 9457).

use hyper::body::Bytes;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::{Response, StatusCode};
use pact_core::matching::{ActualRequest, Mismatch, Part};
use serde_json::{Value, json};

use super::Verdict;
use super::body::AnswerBody;

/// Problem details.
#[derive(Debug)]
pub(super) struct Problem {
    status: StatusCode,
    title: &'static str,
    detail: String,
    nearest: Value,
    /// What the official mock server says of the request.
    kind: Option<&'static str>,
}

impl Problem {
    /// Returns a problem of the server, answered with 500.
    pub(super) fn new(title: &'static str, detail: impl Into<String>) -> Self {
        Self {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            title,
            detail: detail.into(),
            nearest: Value::Null,
            kind: None,
        }
    }

    /// Answers with another status.
    pub(super) const fn status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// Says why no interaction answers a request.
    pub(super) fn unexpected(actual: &ActualRequest<'_>, verdict: &Verdict) -> Self {
        let asked = format!("{} {}", actual.method, actual.path);
        let mut detail = match verdict {
            Verdict::OutsideBasePath { base_path } => {
                format!("{asked} is not below the base path `{base_path}` of this server")
            }
            Verdict::Matched { .. }
            | Verdict::Preflight
            | Verdict::Unanswered { .. }
            | Verdict::Unexpected { .. }
            | Verdict::Unreadable { .. } => format!("no interaction of this test expects {asked}"),
        };
        if actual.method == "OPTIONS" {
            detail.push_str("; if a browser asks here whether it may, start the server with CORS");
        }
        let nearest = match verdict {
            Verdict::Unexpected {
                nearest: Some((interaction, mismatches)),
            } => json!({
                "interaction": interaction,
                "mismatches": mismatches.iter().map(mismatch_json).collect::<Vec<_>>(),
            }),
            Verdict::Matched { .. }
            | Verdict::OutsideBasePath { .. }
            | Verdict::Preflight
            | Verdict::Unanswered { .. }
            | Verdict::Unexpected { nearest: None }
            | Verdict::Unreadable { .. } => Value::Null,
        };
        Self {
            nearest,
            kind: Some(kind(verdict)),
            ..Self::new("unexpected request", detail)
        }
    }

    /// Returns the answer.
    pub(super) fn respond(&self) -> Response<AnswerBody> {
        let body = json!({
            "type": "about:blank",
            "title": self.title,
            "status": self.status.as_u16(),
            "detail": self.detail,
            "nearest": self.nearest,
        });
        let mut answer = Response::new(AnswerBody::whole(Bytes::from(body.to_string())));
        *answer.status_mut() = self.status;
        let named = HeaderValue::from_static("application/problem+json");
        answer.headers_mut().insert(CONTENT_TYPE, named);
        if let Some(kind) = self.kind {
            let kind = HeaderValue::from_static(kind);
            answer.headers_mut().insert("x-pact", kind);
        }
        answer
    }
}

/// Returns whether the request is near enough to an interaction to be one gone wrong.
fn kind(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Unexpected {
            nearest: Some((_, mismatches)),
        } if !{ mismatches.iter() }
            .any(|found| matches!(found.part, Part::Method | Part::Path)) =>
        {
            "Request-Mismatch"
        }
        Verdict::Matched { .. }
        | Verdict::OutsideBasePath { .. }
        | Verdict::Preflight
        | Verdict::Unanswered { .. }
        | Verdict::Unexpected { .. }
        | Verdict::Unreadable { .. } => "Unexpected-Request",
    }
}

fn mismatch_json(mismatch: &Mismatch) -> Value {
    json!({
        "part": mismatch.part.name(),
        "path": mismatch.path,
        "expected": mismatch.kind.expected,
        "actual": mismatch.kind.actual,
        "rule": mismatch.kind.rule,
        "description": mismatch.to_string(),
    })
}
