//! One HTTP interaction: first the request, then the response.

use pact_core::generators::Generator;
use pact_core::json::{Json, Object};
use pact_core::model::{Body, ProviderState, Request};
use pact_core::path::DocPath;
use pact_core::rules::RuleList;

use super::body::Content;
use super::draft::{Carrier, Draft, Slot};
use super::methods::{body_methods, interaction_methods};
use crate::pattern::{Compiled, Pattern};

/// The request of an interaction in the making.
#[derive(Debug)]
#[must_use = "an interaction without `.will_respond_with(…)` answers 200 with nothing"]
pub struct RequestBuilder<'a> {
    draft: &'a mut Draft,
    slot: Slot,
}

/// The response of an interaction in the making.
#[derive(Debug)]
pub struct ResponseBuilder<'a> {
    draft: &'a mut Draft,
    slot: Slot,
}

impl<'a> RequestBuilder<'a> {
    pub(super) const fn new(draft: &'a mut Draft) -> Self {
        Self {
            draft,
            slot: Slot::Request,
        }
    }

    interaction_methods!();
    body_methods!("Expects");

    /// Expects `GET` of the path.
    pub fn get(self, path: impl Into<Pattern>) -> Self {
        self.method("GET", path)
    }

    /// Expects `POST` to the path.
    pub fn post(self, path: impl Into<Pattern>) -> Self {
        self.method("POST", path)
    }

    /// Expects `PUT` to the path.
    pub fn put(self, path: impl Into<Pattern>) -> Self {
        self.method("PUT", path)
    }

    /// Expects `PATCH` of the path.
    pub fn patch(self, path: impl Into<Pattern>) -> Self {
        self.method("PATCH", path)
    }

    /// Expects `DELETE` of the path.
    pub fn delete(self, path: impl Into<Pattern>) -> Self {
        self.method("DELETE", path)
    }

    /// Expects `HEAD` of the path.
    pub fn head(self, path: impl Into<Pattern>) -> Self {
        self.method("HEAD", path)
    }

    /// Expects `OPTIONS` of the path.
    pub fn options(self, path: impl Into<Pattern>) -> Self {
        self.method("OPTIONS", path)
    }

    /// Expects the method on the path.
    pub fn method(mut self, method: &str, path: impl Into<Pattern>) -> Self {
        let compiled = self.draft.compile(&path.into(), "request path");
        let request = self.request();
        request.method = method.to_ascii_uppercase();
        request.path = compiled.example_text();
        (request.matching_rules.path, request.generators.path) = scalar(compiled);
        self
    }

    /// Expects a query parameter; a list stands for several values of the same name.
    pub fn query(mut self, name: &str, value: impl Into<Pattern>) -> Self {
        let place = format!("request query parameter `{name}`");
        let compiled = self.draft.compile(&value.into(), &place);
        let request = self.request();
        match &compiled.example {
            Json::Array(values) => values
                .iter()
                .for_each(|value| request.query.push(name, Some(text_of(value)))),
            single => request.query.push(name, Some(text_of(single))),
        }
        let (rules, generator) = scalar(compiled);
        if !rules.is_empty() {
            request.matching_rules.query.set(name.to_owned(), rules);
        }
        request
            .generators
            .query
            .extend(generator.map(|generator| (name.to_owned(), generator)));
        self
    }

    /// Expects a query parameter without `=`.
    pub fn query_flag(mut self, name: &str) -> Self {
        self.request().query.push(name, None);
        self
    }

    /// Expects a header; called again with the same name it expects one value more.
    pub fn header(self, name: &str, value: impl Into<Pattern>) -> Self {
        add_header(self.draft, self.slot, name, &value.into());
        self
    }

    /// Goes on to the response.
    pub fn will_respond_with(self, status: u16) -> ResponseBuilder<'a> {
        self.draft.exchange().response.status = status;
        ResponseBuilder {
            draft: self.draft,
            slot: Slot::Response,
        }
    }

    fn request(&mut self) -> &mut Request {
        &mut self.draft.exchange().request
    }
}

#[expect(
    clippy::return_self_not_must_use,
    reason = "the interaction is in the contract already"
)]
impl ResponseBuilder<'_> {
    body_methods!("Answers with");

    /// Answers with a header; called again with the same name it adds one value more.
    pub fn header(self, name: &str, value: impl Into<Pattern>) -> Self {
        add_header(self.draft, self.slot, name, &value.into());
        self
    }
}

/// Returns the rules and the generator a pattern has for a single text.
fn scalar(compiled: Compiled) -> (RuleList, Option<Generator>) {
    let rules = compiled
        .rules
        .get(&DocPath::root())
        .cloned()
        .unwrap_or_default();
    let generator = compiled
        .generators
        .into_iter()
        .find(|(path, _)| path.is_root());
    (rules, generator.map(|(_, generator)| generator))
}

fn text_of(value: &Json<'_>) -> String {
    match value {
        Json::String(text) => text.clone().into_owned(),
        other => other.to_compact(),
    }
}

fn add_header(draft: &mut Draft, slot: Slot, name: &str, value: &Pattern) {
    let compiled = draft.compile(value, &format!("{} header `{name}`", slot.words()));
    let half = draft.half(slot);
    let Carrier::Headers(headers) = half.carrier else {
        return;
    };
    let text = compiled.example_text();
    if name.eq_ignore_ascii_case("content-type") {
        // There is one type, and the body is of it.
        if let (Body::Present(content), Ok(named)) = (half.body, text.parse()) {
            content.content_type = Some(named);
        }
        headers.set(name, vec![text]);
    } else {
        headers.push(name, text);
    }
    let (list, generator) = scalar(compiled);
    if !list.is_empty() {
        half.rules.header.set(name.to_owned(), list);
    }
    half.generators
        .header
        .extend(generator.map(|generator| (name.to_owned(), generator)));
}
