//! Requests and responses.

use super::body::{Named, plain_body};
use super::{ReadError, Reader, carried, object_or_none, text_of};
use crate::format::place::At;
use crate::format::{header_value, query_string};
use crate::json::{Json, Object};
use crate::model::{Body, Headers, Query, Request, Response, SpecVersion};

impl Reader {
    pub(super) fn request(
        &mut self,
        mut members: Object<'_>,
        at: &At<'_>,
    ) -> Result<Request, ReadError> {
        let method = self.text(&mut members, "method", at).map(in_upper_case);
        let path = self.text(&mut members, "path", at);
        let query = match members.remove("query") {
            Some(query) => self.query(query, &at.name("query"))?,
            None => Query::default(),
        };
        let headers = self.headers(members.remove("headers"), &at.name("headers"))?;
        Ok(Request {
            method: method.unwrap_or_else(|| "GET".to_owned()),
            path: path.unwrap_or_else(|| "/".to_owned()),
            query,
            body: self.http_body(&mut members, &headers, at)?,
            headers,
            matching_rules: self.rules(&mut members, "requestMatchingRules", at)?,
            generators: self.generators(&mut members, at)?,
            extra: carried(members),
        })
    }

    pub(super) fn response(
        &mut self,
        mut members: Object<'_>,
        at: &At<'_>,
    ) -> Result<Response, ReadError> {
        let status = match members.remove("status") {
            None | Some(Json::Null) => 200,
            Some(status) => status
                .as_number()
                .and_then(|number| u16::try_from(number.as_u64()?).ok())
                .ok_or_else(|| at.name("status").wrong("a status code like 200", &status))?,
        };
        let headers = self.headers(members.remove("headers"), &at.name("headers"))?;
        Ok(Response {
            status,
            body: self.http_body(&mut members, &headers, at)?,
            headers,
            matching_rules: self.rules(&mut members, "responseMatchingRules", at)?,
            generators: self.generators(&mut members, at)?,
            extra: carried(members),
        })
    }

    fn http_body(
        &mut self,
        members: &mut Object<'_>,
        headers: &Headers,
        at: &At<'_>,
    ) -> Result<Body, ReadError> {
        let named = Named(
            headers
                .first("content-type")
                .and_then(|text| text.parse().ok()),
        );
        let at = at.name("body");
        match members.remove("body") {
            None => Ok(Body::Missing),
            Some(value) if self.version == SpecVersion::V4 => self.v4_body(value, named, &at),
            Some(value) => Ok(plain_body(value, named)),
        }
    }

    fn query(&mut self, value: Json<'_>, at: &At<'_>) -> Result<Query, ReadError> {
        match value {
            Json::Null => Ok(Query::default()),
            Json::String(text) => Ok(query_string::decode(&text)),
            Json::Object(parameters) => {
                if self.version < SpecVersion::V3 && !parameters.is_empty() {
                    self.warn(
                        at,
                        "expected a string before 3.0.0, found an object; read all the same",
                    );
                }
                Ok(parameters
                    .into_iter()
                    .map(|(name, values)| (name.into_owned(), query_values(values)))
                    .collect())
            }
            other => Err(at.wrong("an object or a string", &other)),
        }
    }

    /// Takes a member that should be a text; `None` when it is not there.
    pub(super) fn text(
        &mut self,
        members: &mut Object<'_>,
        name: &str,
        at: &At<'_>,
    ) -> Option<String> {
        match members.remove(name)? {
            Json::Null => None,
            Json::String(text) => Some(text.into_owned()),
            other => {
                let kind = other.kind();
                let message = format!("expected a string, found {kind}; its text is taken");
                self.warn(&at.name(name), message);
                Some(other.to_compact())
            }
        }
    }

    fn headers(&mut self, value: Option<Json<'_>>, at: &At<'_>) -> Result<Headers, ReadError> {
        let named = object_or_none(value, at)?.into_iter();
        let headers = named.map(|(name, values)| {
            let values = match values {
                Json::Array(values) => values.into_iter().map(text_of).collect(),
                Json::String(text) => header_value::split(&name, &text),
                other => {
                    if let Json::Null | Json::Object(_) = other {
                        let message = "expected a text or a list of texts; its JSON is taken";
                        self.warn(&at.name(&name), message);
                    }
                    vec![other.to_compact()]
                }
            };
            (name.into_owned(), values)
        });
        Ok(headers.collect())
    }
}

fn in_upper_case(method: String) -> String {
    if method.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return method;
    }
    method.to_uppercase()
}

fn query_values(values: Json<'_>) -> Vec<Option<String>> {
    let value = |value: Json<'_>| match value {
        Json::Null => None,
        other => Some(text_of(other)),
    };
    match values {
        Json::Array(values) => values.into_iter().map(value).collect(),
        single => vec![value(single)],
    }
}
