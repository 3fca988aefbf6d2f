//! Generators of V3 and V4.

use super::interaction::Members;
use super::{EMPTY, Writer, sorted};
use crate::format::place::At;
use crate::generators::{Generator, Generators, UuidFormat};
use crate::json::{Json, OwnedJson};
use crate::model::SpecVersion;
use crate::path::DocPath;

impl Writer {
    pub(super) fn generators<'p>(
        &mut self,
        generators: &'p Generators,
        members: &mut Members<'p>,
        at: &At<'_>,
    ) {
        if generators.is_empty() {
            return;
        }
        if self.version < SpecVersion::V3 {
            self.lose(&at.name("generators"), "the generators");
            return;
        }
        members.push(("generators", by_category(generators)));
    }
}

fn by_category(generators: &Generators) -> Json<'_> {
    let mut members = Vec::new();
    if !generators.body.is_empty() {
        members.push(("body", by_path(&generators.body)));
    }
    for (name, named) in [
        ("header", &generators.header),
        ("metadata", &generators.metadata),
        ("query", &generators.query),
    ] {
        if !named.is_empty() {
            let named = named
                .iter()
                .map(|(name, generator)| (name.clone(), generator_json(generator)));
            members.push((name, sorted(named.collect(), EMPTY)));
        }
    }
    for (name, single) in [
        ("method", &generators.method),
        ("path", &generators.path),
        ("status", &generators.status),
    ] {
        if let Some(generator) = single {
            members.push((name, generator_json(generator)));
        }
    }
    sorted(members, EMPTY)
}

/// Writes generators by path into a body.
pub(super) fn by_path(generators: &[(DocPath, Generator)]) -> OwnedJson {
    let members = generators
        .iter()
        .map(|(path, generator)| (path.to_string(), generator_json(generator)));
    sorted(members.collect(), EMPTY)
}

pub(super) fn generator_json(generator: &Generator) -> OwnedJson {
    let mut members = attributes(generator);
    members.push((
        "type".to_owned(),
        Json::from(type_name(generator).to_owned()),
    ));
    sorted(members, EMPTY)
}

fn attributes(generator: &Generator) -> Vec<(String, OwnedJson)> {
    let some = |name: &str, value: OwnedJson| Some((name.to_owned(), value));
    let text = |name: &str, text: &String| some(name, Json::from(text.clone()));
    let optional = |name: &str, value: &Option<String>| text(name, value.as_ref()?);
    let attributes = match generator {
        Generator::Date { format, expression }
        | Generator::DateTime { format, expression }
        | Generator::Time { format, expression } => [
            optional("format", format),
            optional("expression", expression),
        ],
        Generator::MockServerUrl { example, regex } => {
            [text("example", example), text("regex", regex)]
        }
        Generator::Other { attributes, .. } => {
            return attributes
                .iter()
                .map(|(name, value)| (name.to_owned(), value.clone()))
                .collect();
        }
        Generator::ProviderState {
            expression,
            data_type,
        } => [
            text("expression", expression),
            optional("dataType", data_type),
        ],
        Generator::RandomBoolean => [None, None],
        Generator::RandomDecimal { digits } | Generator::RandomHexadecimal { digits } => {
            [some("digits", Json::from(*digits)), None]
        }
        Generator::RandomInt { min, max } => {
            [some("min", Json::from(*min)), some("max", Json::from(*max))]
        }
        Generator::RandomString { size } => [some("size", Json::from(*size)), None],
        Generator::Regex { regex } => [text("regex", regex), None],
        Generator::Uuid { format } => {
            let format = format.map(uuid_format).map(Json::from);
            [format.and_then(|format| some("format", format)), None]
        }
    };
    attributes.into_iter().flatten().collect()
}

fn type_name(generator: &Generator) -> &str {
    match generator {
        Generator::Date { .. } => "Date",
        Generator::DateTime { .. } => "DateTime",
        Generator::MockServerUrl { .. } => "MockServerURL",
        Generator::Other { name, .. } => name,
        Generator::ProviderState { .. } => "ProviderState",
        Generator::RandomBoolean => "RandomBoolean",
        Generator::RandomDecimal { .. } => "RandomDecimal",
        Generator::RandomHexadecimal { .. } => "RandomHexadecimal",
        Generator::RandomInt { .. } => "RandomInt",
        Generator::RandomString { .. } => "RandomString",
        Generator::Regex { .. } => "Regex",
        Generator::Time { .. } => "Time",
        Generator::Uuid { .. } => "Uuid",
    }
}

fn uuid_format(format: UuidFormat) -> &'static str {
    match format {
        UuidFormat::LowerCaseHyphenated => "lower-case-hyphenated",
        UuidFormat::Simple => "simple",
        UuidFormat::UpperCaseHyphenated => "upper-case-hyphenated",
        UuidFormat::Urn => "URN",
    }
}
