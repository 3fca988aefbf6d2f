//! Putting made values in the places of examples.

mod form;
mod json;
#[cfg(test)]
mod tests;
mod xml;

use std::cmp::Reverse;

use super::provider_state::text_of;
use super::{GenerateError, GenerationContext, Generator, Generators, Mode};
use crate::json::{Json, OwnedJson};
use crate::model::{Body, ContentType, Headers, Message, Query, Request, Response};
use crate::path::{DocPath, PathToken};
use crate::rules::Category;

/// Returns the request with fresh values.
///
/// # Errors
///
/// When a value cannot be made or has no place; the error names the generator and the place.
pub fn apply_to_request(
    request: &Request,
    context: &mut GenerationContext,
) -> Result<Request, GenerateError> {
    let mut made = request.clone();
    let generators = &request.generators;
    if let Some(text) = scalar(
        generators.method.as_ref(),
        "method",
        &request.method,
        context,
    )? {
        made.method = text;
    }
    if let Some(text) = scalar(generators.path.as_ref(), "path", &request.path, context)? {
        made.path = text;
    }
    apply_to_headers(generators, &mut made.headers, context)?;
    apply_to_query(generators, &mut made.query, context)?;
    apply_to_body(
        generators,
        &request.matching_rules.body,
        &mut made.body,
        context,
    )?;
    Ok(made)
}

/// Returns the response with fresh values.
///
/// # Errors
///
/// When a value cannot be made or has no place; the error names the generator and the place.
pub fn apply_to_response(
    response: &Response,
    context: &mut GenerationContext,
) -> Result<Response, GenerateError> {
    let mut made = response.clone();
    let generators = &response.generators;
    let example = response.status.to_string();
    if let Some(text) = scalar(generators.status.as_ref(), "status", &example, context)? {
        made.status = text.parse().map_err(|_| GenerateError {
            generator: generators
                .status
                .as_ref()
                .map(Generator::name)
                .unwrap_or_default()
                .to_owned(),
            place: "status".to_owned(),
            reason: format!("`{text}` is no status code"),
        })?;
    }
    apply_to_headers(generators, &mut made.headers, context)?;
    apply_to_body(
        generators,
        &response.matching_rules.body,
        &mut made.body,
        context,
    )?;
    Ok(made)
}

/// Returns the message with fresh values.
///
/// # Errors
///
/// When a value cannot be made or has no place; the error names the generator and the place.
pub fn apply_to_message(
    message: &Message,
    context: &mut GenerationContext,
) -> Result<Message, GenerateError> {
    let mut made = message.clone();
    for (name, generator) in &message.generators.metadata {
        if generator.acts_in(context.mode) {
            let example = message.metadata.get(name).cloned().unwrap_or_default();
            let value = make(generator, &example, &format!("metadata `{name}`"), context)?;
            made.metadata.insert(name.clone(), value);
        }
    }
    apply_to_body(
        &message.generators,
        &message.matching_rules.body,
        &mut made.contents,
        context,
    )?;
    Ok(made)
}

fn scalar(
    generator: Option<&Generator>,
    place: &str,
    example: &str,
    context: &mut GenerationContext,
) -> Result<Option<String>, GenerateError> {
    let Some(generator) = generator.filter(|generator| generator.acts_in(context.mode)) else {
        return Ok(None);
    };
    make(generator, &Json::from(example), place, context).map(|value| Some(text_of(&value)))
}

fn apply_to_headers(
    generators: &Generators,
    headers: &mut Headers,
    context: &mut GenerationContext,
) -> Result<(), GenerateError> {
    for (key, generator) in &generators.header {
        let (name, index) = split_index(key);
        let known = headers
            .get(name)
            .map(<[String]>::to_vec)
            .unwrap_or_default();
        let example = known
            .get(index.unwrap_or(0))
            .map(String::as_str)
            .unwrap_or_default();
        let Some(text) = scalar(
            Some(generator),
            &format!("header `{name}`"),
            example,
            context,
        )?
        else {
            continue;
        };
        headers.set(name, replaced(known, index, text));
    }
    Ok(())
}

fn apply_to_query(
    generators: &Generators,
    query: &mut Query,
    context: &mut GenerationContext,
) -> Result<(), GenerateError> {
    for (key, generator) in &generators.query {
        let (name, index) = split_index(key);
        let known = query
            .get(name)
            .map(<[Option<String>]>::to_vec)
            .unwrap_or_default();
        let example = known
            .get(index.unwrap_or(0))
            .and_then(Option::as_deref)
            .unwrap_or_default();
        let place = format!("query parameter `{name}`");
        let Some(text) = scalar(Some(generator), &place, example, context)? else {
            continue;
        };
        query.set(name, replaced(known, index, Some(text)));
    }
    Ok(())
}

/// Reads `name`, `name[1]` and the older `$['name'][1]`.
fn split_index(key: &str) -> (&str, Option<usize>) {
    let Some((name, index)) = key.strip_suffix(']').and_then(|rest| rest.rsplit_once('[')) else {
        return (key, None);
    };
    let Ok(index) = index.parse() else {
        return (key, None);
    };
    let name = name
        .strip_prefix("$['")
        .and_then(|rest| rest.strip_suffix("']"))
        .unwrap_or(name);
    (name, Some(index))
}

/// Puts the value in the place of all, or of the one at the index.
fn replaced<T>(mut known: Vec<T>, index: Option<usize>, value: T) -> Vec<T> {
    match index.and_then(|index| known.get_mut(index)) {
        Some(place) => {
            *place = value;
            known
        }
        None => vec![value],
    }
}

fn apply_to_body(
    generators: &Generators,
    rules: &Category<DocPath>,
    body: &mut Body,
    context: &mut GenerationContext,
) -> Result<(), GenerateError> {
    let Body::Present(content) = body else {
        return Ok(());
    };
    let first = acting(&generators.body, context.mode).into_iter().next();
    let is = |kind: fn(&ContentType) -> bool| content.content_type.as_ref().is_some_and(kind);
    if content.content_type.is_none() || is(ContentType::is_json) {
        let variants = rules
            .iter()
            .any(|(_, list)| list.rules.iter().any(json::has_generators));
        return match (first, variants) {
            (None, false) => Ok(()),
            _ => json::apply(generators, rules, content, context),
        };
    }
    let Some((path, generator)) = first else {
        return Ok(());
    };
    if is(ContentType::is_form) {
        form::apply(generators, content, context)
    } else if is(ContentType::is_xml) {
        xml::apply(generators, content, context)
    } else if is(ContentType::is_text) && path.is_root() {
        let example = String::from_utf8_lossy(&content.bytes).into_owned();
        if let Some(text) = scalar(Some(generator), "body", &example, context)? {
            content.bytes = text.into_bytes();
        }
        Ok(())
    } else {
        let reason = "values are made in JSON, XML, forms and texts only".to_owned();
        Err(error(generator, &format!("body at {path}"), reason))
    }
}

/// Returns the generators that act on this side, general paths first: a path that says more wins.
fn acting(generators: &[(DocPath, Generator)], mode: Mode) -> Vec<(&DocPath, &Generator)> {
    let stars = |path: &DocPath| {
        let is_star = |token: &&PathToken| matches!(token, PathToken::Star | PathToken::StarIndex);
        path.tokens().iter().filter(is_star).count()
    };
    let mut acting: Vec<_> = generators
        .iter()
        .filter(|(_, generator)| generator.acts_in(mode))
        .map(|(path, generator)| (path, generator))
        .collect();
    acting.sort_by_key(|(path, _)| Reverse(stars(path)));
    acting
}

fn make(
    generator: &Generator,
    example: &Json<'_>,
    place: &str,
    context: &mut GenerationContext,
) -> Result<OwnedJson, GenerateError> {
    generator
        .make(example, context)
        .map_err(|reason| error(generator, place, reason))
}

fn error(generator: &Generator, place: &str, reason: String) -> GenerateError {
    GenerateError {
        generator: generator.name().to_owned(),
        place: place.to_owned(),
        reason,
    }
}

/// Returns the error of an example in which no value can be put.
fn fault(reason: String) -> GenerateError {
    GenerateError {
        generator: "any".to_owned(),
        place: "body".to_owned(),
        reason,
    }
}
