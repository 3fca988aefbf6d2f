//! Which comparison a body gets, by its type.

use super::ActualBody;
use super::binary::BinaryBody;
use super::charset::decode;
use super::form::FormBody;
use super::json::{compare, surely_matches};
use super::multipart::MultipartBody;
use super::text::TextBody;
use super::xml::XmlBody;
use crate::json::Json;
use crate::matching::render::shortened;
use crate::matching::report::Report;
use crate::matching::{Mismatch, MismatchKind, Part};
use crate::model::ContentType;
use crate::path::DocPath;
use crate::plan::CompileError;
use crate::plan::json::JsonPlan;
use crate::plan::rule::{Rule, RuleSet};
use crate::rules::{Category, MatchingRule, RuleList};

/// The bytes of a body ready to be compared.
#[derive(Clone, Debug)]
pub(super) enum Format {
    Binary(BinaryBody),
    Form(FormBody),
    Json(JsonPlan),
    Multipart(MultipartBody),
    Text(TextBody),
    Xml(XmlBody),
}

impl Format {
    /// Compiles the bytes of a body of a type.
    pub(super) fn compile(
        bytes: &[u8],
        content_type: Option<&ContentType>,
        rules: &Category<DocPath>,
    ) -> Result<Self, CompileError> {
        match content_type {
            Some(multipart) if multipart.is_multipart() => {
                match MultipartBody::compile(bytes, multipart, rules) {
                    // Tools have written examples that only claim to have parts.
                    Err(CompileError::Body { .. }) => {
                        Self::compile_part(bytes, content_type, rules)
                    }
                    compiled => compiled.map(Self::Multipart),
                }
            }
            other => Self::compile_part(bytes, other, rules),
        }
    }

    /// Compiles bytes that have no parts of their own.
    pub(super) fn compile_part(
        bytes: &[u8],
        content_type: Option<&ContentType>,
        rules: &Category<DocPath>,
    ) -> Result<Self, CompileError> {
        let root = root_list(rules);
        let root_set = || { root.map(|list| RuleSet::compile(list, &"body at `$`")) }.transpose();
        let by_signature = root.is_some_and(|list| {
            let is_type = |rule: &MatchingRule| matches!(rule, MatchingRule::ContentType { .. });
            list.rules.iter().any(is_type)
        });
        let binary = ContentType::binary();
        let content_type = content_type.unwrap_or(&binary);
        if by_signature || !content_type.is_text() {
            let root = root_set()?;
            return Ok(Self::Binary(BinaryBody::new(bytes, content_type, root)));
        }
        let text = decode(bytes, content_type.attribute("charset"));
        if content_type.is_json() {
            let text = unframed(&text, Some(content_type.sub()));
            let example = Json::parse(text).map_err(|error| CompileError::Body {
                format: "JSON",
                reason: error.to_string(),
            })?;
            JsonPlan::compile(&example, rules, "body").map(Self::Json)
        } else if content_type.is_xml() {
            XmlBody::compile(&text, rules).map(Self::Xml)
        } else if content_type.is_form() {
            FormBody::compile(&text, rules).map(Self::Form)
        } else {
            Ok(Self::Text(TextBody::new(&text, root_set()?)))
        }
    }

    /// Compares bytes whose type was found to be right.
    pub(super) fn compare(&self, actual: ActualBody<'_>, report: &mut Report) {
        let named = actual
            .content_type
            .filter(|text| text.contains(';'))
            .and_then(|text| text.parse::<ContentType>().ok());
        let charset = named.as_ref().and_then(|named| named.attribute("charset"));
        let text = || decode(unframed(actual.bytes, actual.content_type), charset);
        let readable = match self {
            Self::Binary(plan) => {
                plan.compare(actual, report);
                Ok(())
            }
            Self::Form(plan) => {
                plan.compare(&text(), report);
                Ok(())
            }
            Self::Json(plan) => match (actual.json, charset) {
                (Some(json), None) => {
                    compare(plan, actual.unexpected, json, report);
                    Ok(())
                }
                _ => {
                    let text = text();
                    let sure = |text: &str| surely_matches(plan, actual.unexpected, text);
                    if str::from_utf8(&text).is_ok_and(sure) {
                        return;
                    }
                    match Json::parse(&text) {
                        Ok(json) => {
                            compare(plan, actual.unexpected, &json, report);
                            Ok(())
                        }
                        Err(error) => Err(error.to_string()),
                    }
                }
            },
            Self::Multipart(plan) => plan.compare(actual, named.as_ref(), report),
            Self::Text(plan) => {
                plan.compare(&text(), report);
                Ok(())
            }
            Self::Xml(plan) => plan.compare(&text(), actual.unexpected, report),
        };
        if let Err(reason) = readable {
            report.fail(|| unreadable(&reason, actual));
        }
    }

    /// Returns whether a `notEmpty` rule stands at the body of a binary format.
    pub(super) fn wants_something(&self) -> bool {
        match self {
            Self::Binary(plan) => plan.has_rule(|rule| matches!(rule, Rule::NotEmpty)),
            Self::Form(_) | Self::Json(_) | Self::Multipart(_) | Self::Text(_) | Self::Xml(_) => {
                false
            }
        }
    }
}

/// Takes away what a schema registry's serializer puts before JSON: a zero and the schema's id.
fn unframed<'a>(bytes: &'a [u8], content_type: Option<&str>) -> &'a [u8] {
    match bytes {
        [0, _, _, _, _, rest @ ..] if content_type.is_some_and(|text| text.contains(REGISTRY)) => {
            rest
        }
        _ => bytes,
    }
}

/// What types of messages with such a prefix have in their names.
const REGISTRY: &str = "vnd.schemaregistry.";

/// Returns the rules that govern the body as a whole: only those at `$` reach it.
fn root_list(rules: &Category<DocPath>) -> Option<&RuleList> {
    let (_, list) = rules.iter().find(|(path, _)| path.is_root())?;
    Some(list)
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
