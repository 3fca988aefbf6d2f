//! Generators that can make no value.

use std::time::SystemTime;

use super::Findings;
use crate::format::At;
use crate::generators::{GenerationContext, Generator, Generators, Mode};

pub(super) fn check(generators: &Generators, at: &At<'_>, findings: &mut Findings) {
    let at = at.name("generators");
    let named = |part: &str, name: &str| format!("{part} `{name}`");
    let single = [
        ("method", &generators.method),
        ("path", &generators.path),
        ("status", &generators.status),
    ];
    let places = generators
        .body
        .iter()
        .map(|(path, generator)| (format!("body at {path}"), generator))
        .chain(
            generators
                .header
                .iter()
                .map(|(name, generator)| (named("header", name), generator)),
        )
        .chain(
            generators
                .metadata
                .iter()
                .map(|(name, generator)| (named("metadata", name), generator)),
        )
        .chain(
            generators
                .query
                .iter()
                .map(|(name, generator)| (named("query parameter", name), generator)),
        )
        .chain(single.iter().filter_map(|(part, generator)| {
            let generator = generator.as_ref()?;
            Some(((*part).to_owned(), generator))
        }));
    for (place, generator) in places {
        if let Err(reason) = try_once(generator) {
            let name = generator.name();
            let message =
                format!("the generator `{name}` for the {place} makes no value: {reason}");
            findings.error("wrong-generator", &at, message);
        }
    }
}

/// Makes one value; generators whose values come from elsewhere are taken at their word.
fn try_once(generator: &Generator) -> Result<(), String> {
    if let Generator::Other { .. } | Generator::ProviderState { .. } = generator {
        return Ok(());
    }
    let mut context = GenerationContext::utc(Mode::Consumer, SystemTime::UNIX_EPOCH, 0);
    context.mock_server = Some("http://localhost".to_owned());
    let example = crate::json::Json::from("1");
    generator.make(&example, &mut context).map(drop)
}
