//! Values in JSON: at every node a path leads to, and in variants of `arrayContains`.

use super::{acting, fault, make};
use crate::generators::{GenerateError, GenerationContext, Generator, Generators};
use crate::json::{Json, OwnedJson};
use crate::model::BodyContent;
use crate::path::{DocPath, PathToken};
use crate::rules::{Category, MatchingRule};

pub(super) fn apply(
    generators: &Generators,
    rules: &Category<DocPath>,
    content: &mut BodyContent,
    context: &mut GenerationContext,
) -> Result<(), GenerateError> {
    let parsed = Json::parse(&content.bytes).map(Json::into_owned);
    let mut json = parsed.map_err(|error| fault(format!("the example is no JSON: {error}")))?;
    fill(&mut json, &generators.body, "body", context)?;
    for (path, list) in rules.iter() {
        for variant in list.rules.iter().filter_map(variants_of).flatten() {
            let place = path.join(PathToken::Index(variant.index));
            let mut filled = Ok(());
            visit(
                &mut json,
                place.tokens().get(1..).unwrap_or_default(),
                &mut |element| {
                    if filled.is_ok() {
                        filled = fill(
                            element,
                            &variant.generators,
                            &format!("body at {place}"),
                            context,
                        );
                    }
                },
            );
            filled?;
        }
    }
    content.bytes = json.to_compact().into_bytes();
    Ok(())
}

/// Makes the values of all generators.
fn fill(
    json: &mut OwnedJson,
    generators: &[(DocPath, Generator)],
    part: &str,
    context: &mut GenerationContext,
) -> Result<(), GenerateError> {
    for (path, generator) in acting(generators, context.mode) {
        let mut failed = None;
        visit(
            json,
            path.tokens().get(1..).unwrap_or_default(),
            &mut |node| match make(generator, node, &format!("{part} at {path}"), context) {
                Ok(value) => *node = value,
                Err(error) => failed = failed.take().or(Some(error)),
            },
        );
        if let Some(error) = failed {
            return Err(error);
        }
    }
    Ok(())
}

/// Calls `change` with every node the path leads to.
fn visit(node: &mut OwnedJson, path: &[PathToken], change: &mut dyn FnMut(&mut OwnedJson)) {
    let Some((token, rest)) = path.split_first() else {
        return change(node);
    };
    match (token, node) {
        (PathToken::Root, node) => visit(node, rest, change),
        (PathToken::Field(name), Json::Object(members)) => {
            if let Some(member) = members.get_mut(name) {
                visit(member, rest, change);
            }
        }
        (PathToken::Index(index), Json::Object(members)) => {
            if let Some(member) = members.get_mut(&index.to_string()) {
                visit(member, rest, change);
            }
        }
        (PathToken::Index(index), Json::Array(items)) => {
            if let Some(item) = items.get_mut(*index) {
                visit(item, rest, change);
            }
        }
        (PathToken::Star | PathToken::StarIndex, Json::Array(items)) => {
            items.iter_mut().for_each(|item| visit(item, rest, change));
        }
        (PathToken::Star, Json::Object(members)) => {
            let names: Vec<String> = members.iter().map(|(name, _)| name.to_owned()).collect();
            for name in names {
                if let Some(member) = members.get_mut(&name) {
                    visit(member, rest, change);
                }
            }
        }
        // The path leads past what is there; a missing node is not made.
        _ => {}
    }
}

/// Returns whether a rule brings generators of its own.
pub(super) fn has_generators(rule: &MatchingRule) -> bool {
    variants_of(rule).is_some_and(|variants| {
        variants
            .iter()
            .any(|variant| !variant.generators.is_empty())
    })
}

fn variants_of(rule: &MatchingRule) -> Option<&[crate::rules::Variant]> {
    match rule {
        MatchingRule::ArrayContains { variants } => Some(variants),
        _ => None,
    }
}
