//! One HTTP interaction: first the request, then the response.

use pact_core::generators::Generator;
use pact_core::json::{Json, Object};
use pact_core::model::{
    Body, ContentType, Headers, HttpExchange, Interaction, InteractionKind, ProviderState, Request,
    Response,
};
use pact_core::path::DocPath;
use pact_core::rules::{Category, RuleList};

use crate::pattern::Pattern;

/// The request of an interaction in the making.
#[derive(Debug)]
#[must_use = "an interaction without `.will_respond_with(…)` answers 200 with nothing"]
pub struct RequestBuilder<'a> {
    interaction: &'a mut Interaction,
}

/// The response of an interaction in the making.
#[derive(Debug)]
pub struct ResponseBuilder<'a> {
    interaction: &'a mut Interaction,
}

impl<'a> RequestBuilder<'a> {
    pub(super) const fn new(interaction: &'a mut Interaction) -> Self {
        Self { interaction }
    }

    /// Names a state the provider must be in.
    pub fn given(self, state: impl Into<String>) -> Self {
        self.interaction
            .provider_states
            .push(ProviderState::new(state));
        self
    }

    /// Names a state the provider must be in, with parameters for its handler.
    pub fn given_with(self, state: impl Into<String>, parameters: impl Into<Pattern>) -> Self {
        let params = match parameters.into().example() {
            Json::Object(members) => members,
            other => Object::from_iter([("value".to_owned(), other)]),
        };
        self.interaction.provider_states.push(ProviderState {
            name: state.into(),
            params,
        });
        self
    }

    /// Gives the interaction a key that identifies it whatever else changes (V4).
    pub fn key(self, key: impl Into<String>) -> Self {
        self.interaction.key = Some(key.into());
        self
    }

    /// Lets a failure of this interaction leave the provider's build green (V4).
    pub const fn pending(self) -> Self {
        self.interaction.pending = true;
        self
    }

    /// Adds a comment for people (V4).
    pub fn comment(self, text: impl Into<String>) -> Self {
        let text: Json<'static> = Json::from(text.into());
        let comments = &mut self.interaction.comments;
        match comments.get_mut("text") {
            Some(Json::Array(texts)) => texts.push(text),
            Some(_) | None => {
                comments.insert("text".to_owned(), Json::Array(vec![text]));
            }
        }
        self
    }

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

    /// Expects the method on the path.
    pub fn method(mut self, method: &str, path: impl Into<Pattern>) -> Self {
        let path = path.into();
        let request = self.request();
        request.method = method.to_ascii_uppercase();
        request.path = path.example_text();
        let (rules, generator) = scalar_rules(&path);
        request.matching_rules.path = rules;
        request.generators.path = generator;
        self
    }

    /// Expects a query parameter; a list stands for several values of the same name.
    pub fn query(mut self, name: &str, value: impl Into<Pattern>) -> Self {
        let value = value.into();
        let request = self.request();
        match &value {
            Pattern::Array(items) => items
                .iter()
                .for_each(|item| request.query.push(name, Some(item.example_text()))),
            Pattern::EachLike { .. } => {
                let values = value
                    .example()
                    .as_array()
                    .map(<[_]>::len)
                    .unwrap_or_default();
                let Pattern::EachLike { element, .. } = &value else {
                    return self;
                };
                (0..values).for_each(|_| request.query.push(name, Some(element.example_text())));
            }
            single => request.query.push(name, Some(single.example_text())),
        }
        let (rules, generator) = scalar_rules(&value);
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
    pub fn header(mut self, name: &str, value: impl Into<Pattern>) -> Self {
        let request = self.request();
        let rules = &mut request.matching_rules.header;
        add_header(
            name,
            &value.into(),
            &mut request.headers,
            rules,
            &mut request.generators.header,
        );
        self
    }

    /// Expects a JSON body, and with it the content type `application/json` unless another is set.
    pub fn json_body(mut self, body: impl Into<Pattern>) -> Self {
        let request = self.request();
        let (rules, generators) = (
            &mut request.matching_rules.body,
            &mut request.generators.body,
        );
        request.body = set_json_body(&body.into(), &mut request.headers, rules, generators);
        self
    }

    /// Expects a body of any type.
    pub fn body(mut self, bytes: impl Into<Vec<u8>>, content_type: &str) -> Self {
        let request = self.request();
        request.body = set_body(bytes.into(), content_type, &mut request.headers);
        self
    }

    /// Goes on to the response.
    pub fn will_respond_with(self, status: u16) -> ResponseBuilder<'a> {
        let mut response = ResponseBuilder {
            interaction: self.interaction,
        };
        response.response().status = status;
        response
    }

    fn request(&mut self) -> &mut Request {
        &mut exchange(self.interaction).request
    }
}

impl ResponseBuilder<'_> {
    /// Answers with a header; called again with the same name it adds one value more.
    #[expect(
        clippy::return_self_not_must_use,
        reason = "the interaction is in the contract already"
    )]
    pub fn header(mut self, name: &str, value: impl Into<Pattern>) -> Self {
        let response = self.response();
        let rules = &mut response.matching_rules.header;
        add_header(
            name,
            &value.into(),
            &mut response.headers,
            rules,
            &mut response.generators.header,
        );
        self
    }

    /// Answers with a JSON body of content type `application/json`, unless another is set.
    #[expect(
        clippy::return_self_not_must_use,
        reason = "the interaction is in the contract already"
    )]
    pub fn json_body(mut self, body: impl Into<Pattern>) -> Self {
        let response = self.response();
        let (rules, generators) = (
            &mut response.matching_rules.body,
            &mut response.generators.body,
        );
        response.body = set_json_body(&body.into(), &mut response.headers, rules, generators);
        self
    }

    /// Answers with a body of any type.
    #[expect(
        clippy::return_self_not_must_use,
        reason = "the interaction is in the contract already"
    )]
    pub fn body(mut self, bytes: impl Into<Vec<u8>>, content_type: &str) -> Self {
        let response = self.response();
        response.body = set_body(bytes.into(), content_type, &mut response.headers);
        self
    }

    fn response(&mut self) -> &mut Response {
        &mut exchange(self.interaction).response
    }
}

/// Returns the exchange of an interaction; the builders only ever hold HTTP interactions.
fn exchange(interaction: &mut Interaction) -> &mut HttpExchange {
    if !matches!(interaction.kind, InteractionKind::Http(_)) {
        interaction.kind = InteractionKind::Http(Box::default());
    }
    match &mut interaction.kind {
        InteractionKind::Http(exchange) => exchange,
        InteractionKind::AsyncMessage(_)
        | InteractionKind::Other { .. }
        | InteractionKind::SyncMessage(_) => {
            unreachable!("the kind was set to HTTP above")
        }
    }
}

/// Returns the rules and the generator a pattern has for a single text.
fn scalar_rules(pattern: &Pattern) -> (RuleList, Option<Generator>) {
    let compiled = pattern.compile();
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

fn add_header(
    name: &str,
    value: &Pattern,
    headers: &mut Headers,
    rules: &mut Category<String>,
    generators: &mut Vec<(String, Generator)>,
) {
    headers.push(name, value.example_text());
    let (list, generator) = scalar_rules(value);
    if !list.is_empty() {
        rules.set(name.to_owned(), list);
    }
    generators.extend(generator.map(|generator| (name.to_owned(), generator)));
}

fn set_json_body(
    body: &Pattern,
    headers: &mut Headers,
    rules: &mut Category<DocPath>,
    generators: &mut Vec<(DocPath, Generator)>,
) -> Body {
    let compiled = body.compile();
    *rules = compiled.rules;
    *generators = compiled.generators;
    if headers.get("content-type").is_none() {
        headers.push("Content-Type", "application/json");
    }
    let content_type = headers
        .first("content-type")
        .and_then(|text| text.parse().ok());
    Body::present(compiled.example.to_compact(), content_type)
}

fn set_body(bytes: Vec<u8>, content_type: &str, headers: &mut Headers) -> Body {
    if headers.get("content-type").is_none() {
        headers.push("Content-Type", content_type);
    }
    Body::present(bytes, content_type.parse::<ContentType>().ok())
}
