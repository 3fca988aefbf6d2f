//! Bodies: the states they can be in, and each format with its own comparison.

mod binary;
pub(crate) mod charset;
mod form;
mod format;
pub(crate) mod json;
pub(crate) mod multipart;
mod text;
pub(crate) mod xml;

use self::format::Format;
use self::json::Unexpected;
use super::report::Report;
use super::{Mismatch, MismatchKind, Part};
use crate::detect;
use crate::json::Json;
use crate::model::{Body, BodyContent, ContentType};
use crate::path::DocPath;
use crate::plan::CompileError;
use crate::plan::rule::Rule;
use crate::rules::Category;

/// What a body must be.
#[derive(Clone, Debug)]
pub(crate) enum BodyPlan {
    /// Whatever it likes.
    Anything,
    /// Nothing.
    Nothing,
    /// Something of a type.
    Present(Box<PresentPlan>),
}

#[derive(Clone, Debug)]
pub(crate) struct PresentPlan {
    length: usize,
    /// The type as it stands in the contract.
    content_type: Option<ContentType>,
    format: Format,
}

/// A body that arrived.
#[derive(Clone, Copy)]
pub(crate) struct ActualBody<'a> {
    pub(crate) bytes: &'a [u8],
    /// The bytes as JSON, when somebody has parsed them already.
    pub(crate) json: Option<&'a Json<'a>>,
    /// Its type as the sender named it.
    pub(crate) content_type: Option<&'a str>,
    /// Whether a rule on the `Content-Type` header takes that type for good.
    pub(crate) rule_on_type: &'a dyn Fn() -> bool,
    pub(crate) unexpected: Unexpected,
    pub(crate) carrier: Carrier,
}

/// What a body travels in.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Carrier {
    Http,
    Message,
}

impl BodyPlan {
    /// Compiles a body; `named_type` is the type that stands beside it, in a header or metadata.
    pub(crate) fn compile(
        body: &Body,
        named_type: Option<&str>,
        rules: &Category<DocPath>,
    ) -> Result<Self, CompileError> {
        let content = match body {
            Body::Missing => return Ok(Self::Anything),
            Body::Empty | Body::Null => return Ok(Self::Nothing),
            Body::Present(content) => content,
        };
        let content_type = effective_type(content, named_type);
        let format = Format::compile(&content.bytes, content_type.as_ref(), rules)?;
        Ok(Self::Present(Box::new(PresentPlan {
            length: content.bytes.len(),
            content_type,
            format,
        })))
    }

    /// Returns whether the body is compared as JSON.
    pub(crate) fn is_json(&self) -> bool {
        matches!(self, Self::Present(plan) if matches!(plan.format, Format::Json(_)))
    }

    /// Returns whether anything is said about the body.
    pub(crate) fn is_stated(&self) -> bool {
        !matches!(self, Self::Anything)
    }

    pub(crate) fn compare(&self, actual: ActualBody<'_>, report: &mut Report) {
        match self {
            Self::Anything => {}
            Self::Nothing => {
                if !actual.bytes.is_empty() && actual.bytes != b"null" {
                    report.fail(|| not_empty(actual));
                }
            }
            Self::Present(plan) => plan.compare(actual, report),
        }
    }
}

/// Returns the type of an example: its own, else the one named beside it, else what it looks like.
pub(crate) fn effective_type(
    content: &BodyContent,
    named_type: Option<&str>,
) -> Option<ContentType> {
    content
        .content_type
        .clone()
        .or_else(|| named_type?.parse().ok())
        .or_else(|| detect::content_type(&content.bytes))
}

impl PresentPlan {
    fn compare(&self, actual: ActualBody<'_>, report: &mut Report) {
        if actual.bytes.is_empty() {
            return report.fail(|| self.absent(actual));
        }
        if !self.accepts_type(actual) {
            return report.fail(|| self.wrong_type(actual));
        }
        self.format.compare(actual, report);
    }

    /// Returns whether the actual type is the expected one; parameters are the header's affair.
    fn accepts_type(&self, actual: ActualBody<'_>) -> bool {
        let (Some(expected), Some(named)) = (&self.content_type, actual.content_type) else {
            return true;
        };
        let (essence, _) = named.split_once(';').unwrap_or((named, ""));
        if essence.trim().eq_ignore_ascii_case(expected.essence()) {
            return true;
        }
        let Ok(found) = named.parse::<ContentType>() else {
            return true;
        };
        expected.is_unknown()
            || found.is_unknown()
            || expected.accepts_essence(&found)
            || actual.carrier == Carrier::Http && expected.essence() == found.base().essence()
            || (actual.rule_on_type)()
    }

    /// Returns the type as people are told of it.
    fn type_name(&self) -> String {
        { self.content_type.as_ref() }.map_or_else(|| "*/*".to_owned(), ContentType::to_string)
    }

    fn wrong_type(&self, actual: ActualBody<'_>) -> Mismatch {
        let expected = self.type_name();
        let found = actual.content_type.unwrap_or_default();
        Mismatch {
            part: Part::BodyType,
            path: String::new(),
            kind: MismatchKind {
                description: match actual.carrier {
                    Carrier::Http => format!(
                        "Expected a body of '{expected}' but the actual content type was '{found}'"
                    ),
                    Carrier::Message => {
                        format!("Expected message with content type {expected} but was {found}")
                    }
                },
                sentence: format!("expected {expected}, got {found}"),
                expected: Some(expected),
                actual: Some(found.to_owned()),
                rule: None,
            },
        }
    }

    fn absent(&self, actual: ActualBody<'_>) -> Mismatch {
        let shown = present(
            self.length,
            self.content_type.as_ref().map(ContentType::essence),
        );
        let state = if actual.content_type.is_some() {
            "empty"
        } else {
            "missing"
        };
        if actual.content_type.is_some() && self.format.wants_something() {
            return Mismatch {
                part: Part::Body,
                path: "$".to_owned(),
                kind: MismatchKind {
                    expected: Some(shown),
                    actual: Some(String::new()),
                    rule: Some(Rule::NotEmpty.to_string()),
                    description: "Expected [] (0 bytes) to not be empty".to_owned(),
                    sentence: "expected something that is not empty, got nothing".to_owned(),
                },
            };
        }
        Mismatch {
            part: Part::Body,
            path: "/".to_owned(),
            kind: MismatchKind {
                description: format!("Expected body {shown} but was {state}"),
                sentence: format!(
                    "expected {}, got nothing",
                    sized(self.length, &self.type_name())
                ),
                expected: Some(shown),
                actual: None,
                rule: None,
            },
        }
    }
}

fn not_empty(actual: ActualBody<'_>) -> Mismatch {
    let shown = present(actual.bytes.len(), actual.content_type);
    let kind = actual
        .content_type
        .unwrap_or_else(|| detect::name_of(actual.bytes));
    Mismatch {
        part: Part::Body,
        path: "/".to_owned(),
        kind: MismatchKind {
            expected: None,
            description: format!("Expected empty body but received {shown}"),
            sentence: format!("expected no body, got {}", sized(actual.bytes.len(), kind)),
            actual: Some(shown),
            rule: None,
        },
    }
}

fn present(length: usize, content_type: Option<&str>) -> String {
    match content_type {
        Some(content_type) => format!("Present({length} bytes, {content_type})"),
        None => format!("Present({length} bytes)"),
    }
}

fn sized(length: usize, kind: &str) -> String {
    format!("{length} bytes of {kind}")
}
