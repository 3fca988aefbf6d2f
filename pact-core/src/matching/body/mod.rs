//! Bodies: the states they can be in, and each format with its own comparison.

mod binary;
mod charset;
mod form;
pub(crate) mod json;
mod text;
mod xml;

use self::binary::BinaryBody;
use self::charset::decode;
use self::form::FormBody;
use self::json::Unexpected;
use self::text::TextBody;
use self::xml::XmlBody;
use super::render::shortened;
use super::report::Report;
use super::{Mismatch, MismatchKind, Part};
use crate::detect;
use crate::json::Json;
use crate::model::{Body, ContentType};
use crate::path::DocPath;
use crate::plan::CompileError;
use crate::plan::json::{JsonPlan, expanded};
use crate::plan::rule::{Rule, RuleSet};
use crate::plan::select::Selector;
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
    content_type: Option<ContentType>,
    format: Format,
}

#[derive(Clone, Debug)]
enum Format {
    Binary(BinaryBody),
    Form(FormBody),
    Json(JsonPlan),
    Text(TextBody),
    Xml(XmlBody),
}

/// A body that arrived.
#[derive(Clone, Copy)]
pub(crate) struct ActualBody<'a> {
    pub(crate) bytes: &'a [u8],
    /// Its type as the sender named it.
    pub(crate) content_type: Option<&'a str>,
    /// Whether a rule on the `Content-Type` header takes that type for good.
    pub(crate) type_is_accepted: bool,
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
        let content_type = content
            .content_type
            .clone()
            .or_else(|| named_type?.parse().ok())
            .or_else(|| detect::content_type(&content.bytes));
        let root = root_rules(rules)?;
        let format = format(&content.bytes, content_type.as_ref(), rules, root)?;
        Ok(Self::Present(Box::new(PresentPlan {
            length: content.bytes.len(),
            content_type,
            format,
        })))
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

impl PresentPlan {
    fn compare(&self, actual: ActualBody<'_>, report: &mut Report) {
        if actual.bytes.is_empty() {
            return report.fail(|| self.absent(actual));
        }
        if !self.accepts_type(actual) {
            return report.fail(|| self.wrong_type(actual));
        }
        let charset = actual
            .content_type
            .and_then(|text| text.parse::<ContentType>().ok())
            .and_then(|found| found.attribute("charset").map(str::to_owned));
        match &self.format {
            Format::Binary(plan) => plan.compare(actual, report),
            Format::Json(plan) => {
                let decoded = decode(actual.bytes, charset.as_deref());
                match Json::parse(&decoded) {
                    Ok(json) => json::compare(plan, actual.unexpected, &json, report),
                    Err(error) => report.fail(|| unreadable(&error.to_string(), actual)),
                }
            }
            Format::Form(plan) => plan.compare(&decode(actual.bytes, charset.as_deref()), report),
            Format::Text(plan) => plan.compare(&decode(actual.bytes, charset.as_deref()), report),
            Format::Xml(plan) => {
                let decoded = decode(actual.bytes, charset.as_deref());
                if let Err(reason) = plan.compare(&decoded, actual.unexpected, report) {
                    report.fail(|| unreadable(&reason, actual));
                }
            }
        }
    }

    fn accepts_type(&self, actual: ActualBody<'_>) -> bool {
        let Some(expected) = self.content_type.as_ref() else {
            return true;
        };
        let Some(found) = actual
            .content_type
            .and_then(|text| text.parse::<ContentType>().ok())
        else {
            return true;
        };
        // The boundary is each side's own affair.
        let expected = if expected.is_multipart() {
            &expected.without_attributes()
        } else {
            expected
        };
        actual.type_is_accepted
            || expected.is_unknown()
            || found.is_unknown()
            || expected.accepts(&found)
            || actual.carrier == Carrier::Http && *expected == found.base()
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
            self.content_type
                .as_ref()
                .map(ContentType::to_string)
                .as_deref(),
        );
        let state = if actual.content_type.is_some() {
            "empty"
        } else {
            "missing"
        };
        if actual.content_type.is_some() && self.wants_something() {
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

    /// Returns whether a `notEmpty` rule stands at the body of a binary format.
    fn wants_something(&self) -> bool {
        match &self.format {
            Format::Binary(plan) => plan.has_rule(|rule| matches!(rule, Rule::NotEmpty)),
            Format::Form(_) | Format::Json(_) | Format::Text(_) | Format::Xml(_) => false,
        }
    }

    fn type_name(&self) -> String {
        self.content_type
            .as_ref()
            .map_or_else(|| "*/*".to_owned(), ContentType::to_string)
    }
}

fn format(
    bytes: &[u8],
    content_type: Option<&ContentType>,
    rules: &Category<DocPath>,
    root: Option<RuleSet>,
) -> Result<Format, CompileError> {
    let by_signature = root.as_ref().is_some_and(|set| {
        set.rules
            .iter()
            .any(|rule| matches!(rule, Rule::ContentType(_)))
    });
    let charset = content_type.and_then(|known| known.attribute("charset"));
    match content_type {
        Some(json) if json.is_json() && !by_signature => {
            let decoded = decode(bytes, charset);
            let example = Json::parse(&decoded).map_err(|error| CompileError::Body {
                format: "JSON",
                reason: error.to_string(),
            })?;
            JsonPlan::compile(&example, rules, "body").map(Format::Json)
        }
        Some(xml) if xml.is_xml() && !by_signature => {
            XmlBody::compile(&decode(bytes, charset), rules).map(Format::Xml)
        }
        Some(form) if form.is_form() && !by_signature => {
            FormBody::compile(&decode(bytes, charset), rules).map(Format::Form)
        }
        Some(other) if !other.is_text() || by_signature => {
            Ok(Format::Binary(BinaryBody::new(bytes, other, root)))
        }
        None => Ok(Format::Binary(BinaryBody::new(
            bytes,
            &ContentType::binary(),
            root,
        ))),
        Some(_) => Ok(Format::Text(TextBody::new(&decode(bytes, charset), root))),
    }
}

/// Returns the rules that govern the body as a whole.
fn root_rules(rules: &Category<DocPath>) -> Result<Option<RuleSet>, CompileError> {
    let rules = expanded(rules);
    let paths: Vec<&DocPath> = rules.iter().map(|(path, _)| path).collect();
    let selector =
        Selector::new(&paths).map_err(|_| CompileError::TooManyCombinations { part: "body" })?;
    selector
        .choice(Selector::root())
        .and_then(|choice| rules.iter().nth(choice.rule))
        .map(|(path, list)| RuleSet::compile(list, &format_args!("body at `{path}`")))
        .transpose()
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

fn unreadable(reason: &str, actual: ActualBody<'_>) -> Mismatch {
    Mismatch {
        part: Part::Body,
        path: "$".to_owned(),
        kind: MismatchKind {
            expected: None,
            actual: Some(shortened(&String::from_utf8_lossy(actual.bytes), 200)),
            rule: None,
            description: format!("Failed to parse the actual body: '{reason}'"),
            sentence: format!("expected a body that can be read: {reason}"),
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
