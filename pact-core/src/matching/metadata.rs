//! What stands beside the contents of a message.

use super::body::json::{self, Unexpected};
use super::headers::parameters_match;
use super::render::{compact, spoken};
use super::report::Report;
use super::{Mismatch, MismatchKind, Part};
use crate::json::{Json, Object};
use crate::path::DocPath;
use crate::plan::CompileError;
use crate::plan::json::{JsonPlan, Shape};
use crate::rules::Category;

/// The metadata a message must have; more of it is allowed.
#[derive(Clone, Debug)]
pub(crate) struct MetadataPlan(JsonPlan);

impl MetadataPlan {
    pub(crate) fn compile(
        metadata: &Object<'static>,
        rules: &Category<DocPath>,
    ) -> Result<Self, CompileError> {
        JsonPlan::compile(&Json::Object(metadata.clone()), rules, "metadata").map(Self)
    }

    pub(crate) fn compare(&self, actual: &Object<'_>, report: &mut Report) {
        let Shape::Object(expected) = &self.0.node(self.0.root()).shape else {
            return;
        };
        for (name, node) in &expected.members {
            let example = self.0.example(*node);
            let Some(value) = actual.get(name) else {
                report.fail(|| missing(name, &example));
                continue;
            };
            let governed = self.0.rules(self.0.node(*node)).is_some();
            if is_content_type(name)
                && !governed
                && let (Json::String(expected), Json::String(found)) = (&example, value)
                && parameters_match(expected, found)
            {
                continue;
            }
            let mut inner = Report::default();
            json::compare_at(&self.0, *node, Unexpected::Allowed, value, &mut inner);
            for mismatch in inner.into_mismatches() {
                report.fail(|| in_metadata(name, &example, value, mismatch));
            }
        }
    }

    /// Returns whether a rule stands at the content type and holds for what arrived.
    pub(crate) fn rule_accepts_type(&self, actual: &Object<'_>) -> bool {
        let Shape::Object(expected) = &self.0.node(self.0.root()).shape else {
            return false;
        };
        expected.members.iter().any(|(name, node)| {
            is_content_type(name)
                && self.0.rules(self.0.node(*node)).is_some()
                && actual.get(name).is_some_and(|value| {
                    let mut report = Report::probe();
                    json::compare_at(&self.0, *node, Unexpected::Allowed, value, &mut report);
                    !report.has_failed()
                })
        })
    }
}

/// Returns the media type that metadata names.
pub(crate) fn content_type<'a>(metadata: &'a Object<'_>) -> Option<&'a str> {
    metadata
        .iter()
        .find(|(name, _)| is_content_type(name))
        .and_then(|(_, value)| value.as_str())
}

fn is_content_type(name: &str) -> bool {
    name.eq_ignore_ascii_case("contentType") || name.eq_ignore_ascii_case("content-type")
}

fn missing(name: &str, example: &Json<'_>) -> Mismatch {
    Mismatch {
        part: Part::Metadata,
        path: name.to_owned(),
        kind: MismatchKind {
            expected: Some(compact(example)),
            actual: None,
            rule: None,
            description: format!("Expected message metadata '{name}' but was missing"),
            sentence: format!("expected {}, got no such entry", spoken(example)),
        },
    }
}

/// Puts a difference found inside a metadata value in the words for metadata.
fn in_metadata(name: &str, example: &Json<'_>, value: &Json<'_>, found: Mismatch) -> Mismatch {
    Mismatch {
        part: Part::Metadata,
        path: match found.path.as_str() {
            "$" => name.to_owned(),
            deeper => format!("{name}{}", &deeper[1..]),
        },
        kind: MismatchKind {
            description: format!(
                "Expected metadata key '{name}' to have value '{}' but was '{}' - {}",
                compact(example),
                compact(value),
                found.kind.description
            ),
            ..found.kind
        },
    }
}
