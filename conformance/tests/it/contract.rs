//! The interactions and messages of a scenario, as pact files hold them.

use std::collections::BTreeMap;
use std::path::Path;

use pact_core::json::{Json, Object, OwnedJson};
use pact_core::model::{Body, Headers, HttpExchange, Interaction, InteractionKind, Pact};

use crate::fixture::{Content, headers, json, query};
use crate::support::interaction;

pub(crate) type Row = BTreeMap<String, String>;

/// Reads a row of interactions as the version has them.
pub(crate) fn exchange(row: &Row, version: &str, fixtures: &Path) -> Result<Interaction, String> {
    let cell = |name: &str| row.get(name).filter(|cell| !cell.is_empty());
    let mut request = Object::new();
    for (column, member) in [("method", "method"), ("path", "path")] {
        if let Some(text) = cell(column) {
            request.insert(member, text.clone());
        }
    }
    if let Some(text) = cell("query") {
        let value = if version.starts_with('3') {
            query(text)
        } else {
            Json::from(text.clone())
        };
        request.insert("query", value);
    }
    if let Some(file) = cell("matching rules") {
        request.insert("matchingRules", json(file, fixtures)?);
    }
    let mut response = Object::new();
    let status: i64 = cell("response")
        .map_or(Ok(200), |text| text.parse())
        .map_err(|_| "no status")?;
    response.insert("status", status);
    if let Some(file) = cell("response matching rules") {
        response.insert("matchingRules", json(file, fixtures)?);
    }
    let whole = Object::from_iter([
        (
            "description".to_owned(),
            Json::from(format!("interaction {}", row["No"])),
        ),
        ("request".to_owned(), request.into()),
        ("response".to_owned(), response.into()),
    ]);
    let mut read = interaction("interactions", &whole.into(), version)?;
    let exchange = http(&mut read);
    if let Some(text) = cell("headers") {
        push(&mut exchange.request.headers, text);
    }
    if let Some(text) = cell("body") {
        expect_body(exchange, text, fixtures)?;
    }
    change(exchange, row, fixtures)?;
    Ok(read)
}

/// Gives the request of an exchange the body a cell stands for.
pub(crate) fn expect_body(
    exchange: &mut HttpExchange,
    cell: &str,
    fixtures: &Path,
) -> Result<(), String> {
    let content = Content::read(cell, fixtures)?;
    let request = &mut exchange.request;
    request.body = body(content, None, &mut request.headers);
    Ok(())
}

/// Gives the response of an exchange what a row says of it.
pub(crate) fn change(
    exchange: &mut HttpExchange,
    row: &Row,
    fixtures: &Path,
) -> Result<(), String> {
    let cell = |name: &str| row.get(name).filter(|cell| !cell.is_empty());
    let response = &mut exchange.response;
    if let Some(text) = cell("response") {
        response.status = text.parse().map_err(|_| "no status")?;
    }
    if let Some(text) = cell("response headers") {
        push(&mut response.headers, text);
    }
    if let Some(text) = cell("response body") {
        let named = cell("response content").cloned().or_else(|| {
            let known = response.body.content()?.content_type.as_ref()?;
            (!text.starts_with("file: ")).then(|| known.to_string())
        });
        let content = Content::read(text, fixtures)?;
        response.body = body(content, named, &mut response.headers);
    }
    Ok(())
}

/// Returns a body of its type, with the header that names it.
fn body(content: Content, named: Option<String>, headers: &mut Headers) -> Body {
    let content_type = named.or(content.content_type);
    if let Some(content_type) = &content_type {
        headers.set("Content-Type", vec![content_type.clone()]);
    }
    let content_type = content_type.and_then(|text| text.parse().ok());
    Body::present(content.bytes, content_type)
}

fn push(to: &mut Headers, cell: &str) {
    for (name, value) in headers(cell) {
        to.set(name.as_str(), vec![value]);
    }
}

/// Returns the exchange of an interaction over HTTP.
pub(crate) fn http(interaction: &mut Interaction) -> &mut HttpExchange {
    match &mut interaction.kind {
        InteractionKind::Http(exchange) => exchange,
        _ => panic!("an exchange over HTTP"),
    }
}

/// What a message holds: contents, metadata and the rules for both.
#[derive(Default)]
pub(crate) struct MessageParts<'a> {
    pub(crate) body: &'a str,
    pub(crate) metadata: Vec<(String, OwnedJson)>,
    pub(crate) rules: Option<&'a str>,
}

/// Returns a message as V3 has it.
pub(crate) fn message(
    name: &str,
    parts: MessageParts<'_>,
    fixtures: &Path,
) -> Result<Interaction, String> {
    let mut whole = Object::new();
    whole.insert("description", name.to_owned());
    if let Some(file) = parts.rules {
        whole.insert("matchingRules", json(file, fixtures)?);
    }
    let mut read = interaction("messages", &whole.into(), "3.0.0")?;
    let InteractionKind::AsyncMessage(message) = &mut read.kind else {
        return Err("not a message".to_owned());
    };
    let content = Content::read(parts.body, fixtures)?;
    if let Some(content_type) = &content.content_type {
        message.metadata.insert("contentType", content_type.clone());
    }
    let content_type = content.content_type.and_then(|text| text.parse().ok());
    message.contents = Body::present(content.bytes, content_type);
    for (name, value) in parts.metadata {
        message.metadata.insert(name, value);
    }
    Ok(read)
}

/// Reads a value of metadata: JSON, or a text.
pub(crate) fn metadata_value(cell: &str) -> Result<OwnedJson, String> {
    match cell.strip_prefix("JSON: ") {
        Some(text) => Json::parse(text.trim().as_bytes())
            .map(Json::into_owned)
            .map_err(|error| error.to_string()),
        None => Ok(Json::from(cell.to_owned())),
    }
}

/// Returns a pact of one interaction, of a consumer of its own.
pub(crate) fn pact(consumer: String, interaction: Interaction) -> Pact {
    let mut pact = Pact::new(consumer, "p");
    pact.interactions.push(interaction);
    pact
}
