//! Requests and responses.

use super::interaction::Members;
use super::{EMPTY, Writer, sorted};
use crate::format::place::At;
use crate::format::{header_value, query_string};
use crate::json::Json;
use crate::model::{Body, Headers, Query, Request, Response, SpecVersion};

impl Writer {
    pub(super) fn request<'p>(&mut self, request: &'p Request, at: &At<'_>) -> Json<'p> {
        let mut members: Members<'p> = vec![
            ("method", Json::from(request.method.as_str())),
            ("path", Json::from(request.path.as_str())),
        ];
        if let Some(query) = self.query(&request.query, &at.name("query")) {
            members.push(("query", query));
        }
        self.headers_and_body(&request.headers, &request.body, &mut members, at);
        self.rules(&request.matching_rules, &mut members, at);
        self.generators(&request.generators, &mut members, at);
        sorted(members, &request.extra)
    }

    pub(super) fn response<'p>(&mut self, response: &'p Response, at: &At<'_>) -> Json<'p> {
        let mut members: Members<'p> = vec![("status", Json::from(u64::from(response.status)))];
        self.headers_and_body(&response.headers, &response.body, &mut members, at);
        self.rules(&response.matching_rules, &mut members, at);
        self.generators(&response.generators, &mut members, at);
        sorted(members, &response.extra)
    }

    fn headers_and_body<'p>(
        &mut self,
        headers: &'p Headers,
        body: &'p Body,
        members: &mut Members<'p>,
        at: &At<'_>,
    ) {
        if !headers.is_empty() {
            members.push(("headers", self.headers(headers)));
        }
        let named = headers
            .first("content-type")
            .and_then(|text| text.parse().ok());
        if let Some(body) = self.body(body, named, &at.name("body")) {
            members.push(("body", body));
        }
    }

    fn query<'p>(&mut self, query: &'p Query, at: &At<'_>) -> Option<Json<'p>> {
        if query.is_empty() {
            return None;
        }
        if self.version < SpecVersion::V3 {
            let (text, is_complete) = query_string::encode(query);
            if is_complete {
                return Some(Json::from(text));
            }
            // A V2 file may have said it in the words of V3, and must get them back.
            if !self.is_own_version {
                self.lose(at, "that a parameter has no value at all");
                return (!text.is_empty()).then(|| Json::from(text));
            }
        }
        let parameters = query.iter().map(|(name, values)| {
            let values = values.iter().map(|value| match value {
                Some(value) => Json::from(value.as_str()),
                None => Json::Null,
            });
            (name, Json::Array(values.collect()))
        });
        Some(sorted(parameters.collect(), EMPTY))
    }

    /// Writes lists in V4 and texts before, unless a text would not be read as the same values.
    fn headers<'p>(&self, headers: &'p Headers) -> Json<'p> {
        let headers = headers.iter().map(|(name, values)| {
            let text = match self.version {
                SpecVersion::V4 => None,
                _ => header_value::join(name, values),
            };
            let value = match text {
                Some(text) => Json::from(text),
                None => Json::Array(
                    values
                        .iter()
                        .map(|value| Json::from(value.as_str()))
                        .collect(),
                ),
            };
            (name, value)
        });
        sorted(headers.collect(), EMPTY)
    }
}
