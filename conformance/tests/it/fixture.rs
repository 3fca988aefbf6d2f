//! Cells of the compatibility suite's tables that stand for bodies, headers and queries.

use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use pact_core::json::{Json, Object, OwnedJson};

/// The bytes a cell stands for, and their type when the cell says it.
pub(crate) struct Content {
    pub(crate) bytes: Vec<u8>,
    pub(crate) content_type: Option<String>,
}

impl Content {
    /// Reads `JSON: …`, `XML: …`, `file: …` or plain text.
    pub(crate) fn read(cell: &str, fixtures: &Path) -> Result<Self, String> {
        let typed = |text: &str, content_type: &str| Self {
            bytes: text.trim().replace("\\\"", "\"").into_bytes(),
            content_type: Some(content_type.to_owned()),
        };
        if let Some(json) = cell.strip_prefix("JSON: ") {
            return Ok(typed(json, "application/json"));
        }
        if let Some(xml) = cell.strip_prefix("XML: ") {
            return Ok(typed(xml, "application/xml"));
        }
        let Some(name) = cell.strip_prefix("file: ") else {
            return Ok(Self {
                bytes: cell.as_bytes().to_vec(),
                content_type: None,
            });
        };
        let name = name.trim();
        let bytes = fs::read(fixtures.join(name)).map_err(|error| format!("{name}: {error}"))?;
        let content_type = match name.rsplit('.').next() {
            Some("xml") => return described(&String::from_utf8_lossy(&bytes)),
            Some("json") => "application/json",
            Some("jpg") => "image/jpeg",
            Some("pdf") => "application/pdf",
            _ => return Err(format!("{name}: a file of an unknown kind")),
        };
        Ok(Self {
            bytes,
            content_type: Some(content_type.to_owned()),
        })
    }
}

/// Reads a body that is described in XML: its type, and its contents with their line ends.
fn described(text: &str) -> Result<Content, String> {
    let between = |start: &str, end: &str| {
        let (_, rest) = text.split_once(start)?;
        rest.rsplit_once(end).map(|(inner, _)| inner)
    };
    let content_type = between("<contentType>", "</contentType>").ok_or("no content type")?;
    let contents = between("<contents", "</contents>").ok_or("no contents")?;
    let (attributes, contents) = contents.split_once('>').ok_or("no contents")?;
    let mut contents = match contents.split_once("<![CDATA[") {
        Some((_, inner)) => inner
            .rsplit_once("]]>")
            .map_or(inner, |(inner, _)| inner)
            .to_owned(),
        None => contents.to_owned(),
    };
    if attributes.contains("CRLF") {
        contents = contents.trim_start().replace('\n', "\r\n");
    }
    let bytes = if attributes.contains("base64") {
        let decoded = BASE64_STANDARD.decode(contents.trim());
        decoded.map_err(|error| error.to_string())?
    } else {
        contents.into_bytes()
    };
    Ok(Content {
        bytes,
        content_type: Some(content_type.to_owned()),
    })
}

/// Reads `'X-A: 1', 'X-B: 2'`.
pub(crate) fn headers(cell: &str) -> Vec<(String, String)> {
    cell.split(", '")
        .filter_map(|header| header.trim_matches('\'').split_once(':'))
        .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
        .collect()
}

/// Reads `a=1&b=2` as a file of V3 has it.
pub(crate) fn query(cell: &str) -> OwnedJson {
    let mut parameters = Object::new();
    for (name, value) in cell.split('&').filter_map(|pair| pair.split_once('=')) {
        let value = Json::from(value.to_owned());
        match parameters.get_mut(name) {
            Some(Json::Array(values)) => values.push(value),
            _ => {
                parameters.insert(name.to_owned(), Json::Array(vec![value]));
            }
        }
    }
    parameters.into()
}

/// Reads the JSON of a fixture.
pub(crate) fn json(file: &str, fixtures: &Path) -> Result<OwnedJson, String> {
    let bytes = fs::read(fixtures.join(file)).map_err(|error| format!("{file}: {error}"))?;
    Json::parse(&bytes)
        .map(Json::into_owned)
        .map_err(|error| format!("{file}: {error}"))
}
