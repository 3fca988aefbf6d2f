//! Putting made values in the places of examples.

use super::provider_state::text_of;
use super::{GenerateError, GenerationContext, Generator, Generators};
use crate::json::{Json, OwnedJson};
use crate::model::{Body, BodyContent, Headers, Message, Query, Request, Response};
use crate::path::{DocPath, PathToken};
use crate::rules::{Category, MatchingRule};

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
    let variants = rules
        .iter()
        .any(|(_, list)| list.rules.iter().any(has_generators));
    let acting = generators
        .body
        .iter()
        .find(|(_, generator)| generator.acts_in(context.mode));
    let (Body::Present(content), true) = (&mut *body, acting.is_some() || variants) else {
        return Ok(());
    };
    let is_json = content
        .content_type
        .as_ref()
        .is_none_or(|content_type| content_type.is_json());
    let is_form = content
        .content_type
        .as_ref()
        .is_some_and(|content_type| content_type.is_form());
    match acting {
        Some((path, generator)) if !is_json && !is_form => {
            let reason = "values are made in JSON and form bodies only".to_owned();
            Err(error(generator, &format!("body at {path}"), reason))
        }
        _ if is_form => apply_to_form(generators, content, context),
        _ => apply_to_json(generators, rules, content, context),
    }
}

fn apply_to_json(
    generators: &Generators,
    rules: &Category<DocPath>,
    content: &mut BodyContent,
    context: &mut GenerationContext,
) -> Result<(), GenerateError> {
    let parsed = Json::parse(&content.bytes).map(Json::into_owned);
    let mut json = parsed.map_err(|fault| GenerateError {
        generator: "any".to_owned(),
        place: "body".to_owned(),
        reason: format!("the example is no JSON: {fault}"),
    })?;
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

/// Makes the values of all generators, general paths first, so that a path that says more wins.
fn fill(
    json: &mut OwnedJson,
    generators: &[(DocPath, Generator)],
    part: &str,
    context: &mut GenerationContext,
) -> Result<(), GenerateError> {
    let is_wild = |path: &DocPath| {
        path.tokens()
            .iter()
            .filter(|token| matches!(token, PathToken::Star | PathToken::StarIndex))
            .count()
    };
    let mut ordered: Vec<_> = generators
        .iter()
        .filter(|(_, generator)| generator.acts_in(context.mode))
        .collect();
    ordered.sort_by_key(|(path, _)| std::cmp::Reverse(is_wild(path)));
    for (path, generator) in ordered {
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

fn apply_to_form(
    generators: &Generators,
    content: &mut BodyContent,
    context: &mut GenerationContext,
) -> Result<(), GenerateError> {
    let text = String::from_utf8_lossy(&content.bytes).into_owned();
    let mut form = crate::format::query_of(&text);
    for (path, generator) in &generators.body {
        let [_, PathToken::Field(name), rest @ ..] = path.tokens() else {
            continue;
        };
        let index = rest.iter().find_map(|token| {
            if let PathToken::Index(index) = token {
                Some(*index)
            } else {
                None
            }
        });
        let known = form
            .get(name)
            .map(<[Option<String>]>::to_vec)
            .unwrap_or_default();
        let example = known
            .get(index.unwrap_or(0))
            .and_then(Option::as_deref)
            .unwrap_or_default();
        if let Some(text) = scalar(
            Some(generator),
            &format!("body at {path}"),
            example,
            context,
        )? {
            form.set(name.as_str(), replaced(known, index, Some(text)));
        }
    }
    let (text, _) = crate::format::query_text(&form);
    content.bytes = text.into_bytes();
    Ok(())
}

fn has_generators(rule: &MatchingRule) -> bool {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generators::Mode;
    use crate::json::Object;
    use crate::model::ContentType;

    fn context(mode: Mode) -> GenerationContext {
        let mut context = GenerationContext::new(
            mode,
            "2026-03-31T10:15:00+00:00[+00:00]".parse().unwrap(),
            1,
        );
        context.values = Object::from_iter([("id".to_owned(), Json::from(7_i64))]);
        context
    }

    fn state(expression: &str) -> Generator {
        Generator::ProviderState {
            expression: expression.to_owned(),
            data_type: None,
        }
    }

    fn request(body: &str, content_type: ContentType) -> Request {
        let mut request = Request {
            path: "/orders/1".to_owned(),
            ..Request::default()
        };
        request.headers.push("X-Id", "1");
        request.query.push("id", Some("1".to_owned()));
        request.body = Body::present(body, Some(content_type));
        request.generators.path = Some(state("/orders/${id}"));
        request
            .generators
            .header
            .push(("X-Id".to_owned(), state("id")));
        request
            .generators
            .query
            .push(("$['id'][0]".to_owned(), state("id")));
        request
    }

    fn text(body: &Body) -> String {
        String::from_utf8(body.content().unwrap().bytes.clone()).unwrap()
    }

    #[test]
    fn every_part_of_a_request_gets_its_value() {
        let mut request = request(
            r#"{"lines":[{"id":1.50},{"id":2}],"keep":1.0}"#,
            ContentType::json(),
        );
        request
            .generators
            .body
            .push(("$.lines[*].id".parse().unwrap(), state("id")));
        let made = apply_to_request(&request, &mut context(Mode::Provider)).unwrap();
        assert_eq!(
            (made.path.as_str(), made.headers.first("x-id")),
            ("/orders/7", Some("7"))
        );
        assert_eq!(made.query.get("id"), Some(&[Some("7".to_owned())][..]));
        assert_eq!(
            text(&made.body),
            r#"{"lines":[{"id":7},{"id":7}],"keep":1.0}"#
        );
    }

    #[test]
    fn state_values_are_left_alone_in_a_consumers_test() {
        let request = request("{}", ContentType::json());
        let made = apply_to_request(&request, &mut context(Mode::Consumer)).unwrap();
        assert_eq!(made, request);
    }

    #[test]
    fn forms_get_values_too() {
        let form = "application/x-www-form-urlencoded".parse().unwrap();
        let mut request = request("id=1&name=a+b", form);
        request
            .generators
            .body
            .push(("$.id".parse().unwrap(), state("id")));
        let made = apply_to_request(&request, &mut context(Mode::Provider)).unwrap();
        assert!(text(&made.body).contains("id=7"), "{}", text(&made.body));
    }

    #[test]
    fn a_failure_names_generator_and_place() {
        let mut request = request(r#"{"a":1}"#, ContentType::json());
        request
            .generators
            .body
            .push(("$.a".parse().unwrap(), state("${missing}")));
        let error = apply_to_request(&request, &mut context(Mode::Provider)).unwrap_err();
        insta::assert_snapshot!(error, @"generator `ProviderState` for body at $.a: the provider states give no value `missing`; there are: id");
    }
}
