//! One HTTP interaction: first the request, then the response.

use hyper::header::HeaderName;
use pact_core::generators::Generator;
use pact_core::json::{Json, Object};
use pact_core::model::{Body, ProviderState, Request};
use pact_core::path::{DocPath, PathToken};
use pact_core::rules::{MatchingRule, RuleList, StatusClass};

use super::body::{Content, graphql_query};
use super::draft::{Carrier, Draft, Slot};
use super::methods::{body_methods, interaction_methods};
use crate::pattern::{Compiled, Pattern};
use crate::server::Calls;

/// The request of an interaction in the making.
///
/// ```
/// use pact_consumer::prelude::*;
///
/// let mut pact = PactBuilder::new("order-web", "order-api");
/// pact.upon_receiving("the paid orders of a customer")
///     .given_with("orders exist", json_pattern!({ "paid": 2 }))
///     .get(regex("^/customers/[0-9]+/orders$", "/customers/7/orders"))
///     .query("status", ["paid", "sent"])
///     .query_flag("verbose")
///     .header("Accept", "application/json")
///     .will_respond_with(200)
///     .json_body(json_pattern!(each_like({ "id": integer(42) })));
/// let mock = pact.start();
/// assert!(pact.failure().is_some(), "nobody has asked {} yet", mock.url());
/// ```
#[derive(Debug)]
#[must_use = "an interaction without `.will_respond_with(…)` answers 200 with nothing"]
pub struct RequestBuilder<'a> {
    draft: &'a mut Draft,
    slot: Slot,
}

/// The response of an interaction in the making.
///
/// ```
/// use pact_consumer::StatusClass;
/// use pact_consumer::prelude::*;
///
/// let mut pact = PactBuilder::new("order-web", "order-api");
/// pact.upon_receiving("a request for an order that does not exist")
///     .get("/orders/43")
///     .will_respond_with(404)
///     .status_like(StatusClass::ClientError)
///     .header("Retry-After", integer(10))
///     .json_body(json_pattern!({ "error": not_empty("there is no order 43") }));
/// let mock = pact.start();
/// assert!(pact.failure().is_some(), "nobody has asked {} yet", mock.url());
/// ```
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

    /// Expects the request so many times, instead of once or more: `2`, `1..=3`, `2..` or `..=3`.
    ///
    /// The contract does not hold it; the test fails when it is not so.
    pub fn times(self, calls: impl Into<Calls>) -> Self {
        self.draft.calls = calls.into();
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
        let compiled = self.draft.compile_path(&path.into());
        let fault = path_fault(&compiled.example_text());
        self.draft.faults.extend(fault);
        let request = self.request();
        request.method = method.to_ascii_uppercase();
        request.path = compiled.example_text();
        request.generators.path = root_generator(&compiled);
        let rules = compiled.rules.get(&DocPath::root());
        request.matching_rules.path = rules.cloned().unwrap_or_default();
        self
    }

    /// Expects a query parameter; a list stands for several values of the same name.
    pub fn query(mut self, name: &str, value: impl Into<Pattern>) -> Self {
        let place = format!("query parameter `{name}`");
        let Some(compiled) = self.draft.compile_at(self.slot, &place, &value.into()) else {
            return self;
        };
        let list = one_list(&compiled);
        let generator = one_generator(&compiled);
        let request = self.request();
        let earlier = request.query.get(name).map_or(0, <[_]>::len);
        match &compiled.example {
            Json::Array(values) => values
                .iter()
                .for_each(|value| request.query.push(name, Some(text_of(value)))),
            single => request.query.push(name, Some(text_of(single))),
        }
        let values = request.query.get(name).map_or(0, <[_]>::len);
        let made = &mut request.generators.query;
        let made = generator.and_then(|generator| add_generator(made, name, generator, values));
        let known = request.matching_rules.query.get(&name.to_owned());
        match made
            .and(list)
            .and_then(|list| together(known, list, earlier))
        {
            Ok(list) if list.is_empty() => {}
            Ok(list) => request.matching_rules.query.set(name.to_owned(), list),
            Err(reason) => self.draft.faults.push(format!("{place}: {reason}")),
        }
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

    /// Expects a query in `GraphQL`, posted as JSON. What says nothing in the query may differ: white
    /// space, commas, and comments where the example has one. Variables of `()` are none.
    pub fn graphql_body(self, query: &str, variables: impl Into<Pattern>) -> Self {
        self.json_body(graphql_query(query, variables.into()))
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

    /// Lets the provider answer with any status of the class; the mock server answers with the one
    /// that was named.
    pub fn status_like(self, class: StatusClass) -> Self {
        let rule = MatchingRule::StatusCode { status: class };
        self.draft.exchange().response.matching_rules.status = RuleList::one(rule);
        self
    }

    /// Answers with a header; called again with the same name it adds one value more.
    pub fn header(self, name: &str, value: impl Into<Pattern>) -> Self {
        add_header(self.draft, self.slot, name, &value.into());
        self
    }
}

/// Returns why no request has such a path, if none can.
fn path_fault(path: &str) -> Option<String> {
    let said = |what: &str| Some(format!("no request has the path `{path}`: {what}"));
    if path.contains("://") && !path.starts_with('/') {
        return said("leave out what stands before it in a URL");
    }
    if !path.starts_with('/') && path != "*" {
        return said("it begins with `/`");
    }
    if path.contains('?') {
        return said("what comes after `?` is said with `.query(name, value)`");
    }
    if path.contains('#') {
        return said("what comes after `#` stays with the client");
    }
    None
}

/// Returns the rules for every value of a name: those of the list and of its elements, which must
/// be the same, as a contract has one place for them all.
fn one_list(compiled: &Compiled) -> Result<RuleList, &'static str> {
    let mut all = RuleList::default();
    let mut elements: Vec<(usize, &RuleList)> = Vec::new();
    for (path, list) in compiled.rules.iter() {
        match path.tokens() {
            [_] | [_, PathToken::StarIndex] => {
                all.combine = list.combine;
                all.rules.extend(list.rules.iter().cloned());
            }
            [_, PathToken::Index(index)] => elements.push((*index, list)),
            _ => return Err("rules inside a value have no place in a query or a header"),
        }
    }
    let count = compiled.example.as_array().map_or(1, <[_]>::len);
    if let Some((_, first)) = elements.first() {
        if elements.len() < count || elements.iter().any(|(_, list)| list != first) {
            return Err(DIFFERENT);
        }
        all.combine = first.combine;
        all.rules.extend(first.rules.iter().cloned());
    }
    Ok(all)
}

/// What a contract cannot say of several values.
const DIFFERENT: &str =
    "its values have different rules, but a contract has one list of rules for all of them";

/// Puts the rules of a further value with those that stand for the `earlier` ones.
fn together(
    known: Option<&RuleList>,
    list: RuleList,
    earlier: usize,
) -> Result<RuleList, &'static str> {
    match known {
        // Rules that were written by hand stand before their value does.
        Some(known) if earlier == 0 => Ok(known.clone()),
        Some(known) if *known == list => Ok(list),
        Some(_) => Err(DIFFERENT),
        None if earlier > 0 && !list.is_empty() => Err(DIFFERENT),
        None => Ok(list),
    }
}

/// Returns the generator of a value, which makes it as a whole.
fn one_generator(compiled: &Compiled) -> Result<Option<Generator>, &'static str> {
    if compiled.generators.iter().all(|(path, _)| path.is_root()) {
        Ok(root_generator(compiled))
    } else {
        Err(MADE)
    }
}

/// What a contract cannot make of several values.
const MADE: &str =
    "one of several values is made afresh, but a contract can only make one value for all of them";

/// Adds the generator of a name that has so many values by now.
fn add_generator(
    known: &mut Vec<(String, Generator)>,
    name: &str,
    generator: Option<Generator>,
    values: usize,
) -> Result<(), &'static str> {
    known.extend(generator.map(|generator| (name.to_owned(), generator)));
    if values > 1 && known.iter().any(|(known, _)| known == name) {
        return Err(MADE);
    }
    Ok(())
}

fn root_generator(compiled: &Compiled) -> Option<Generator> {
    let mut generators = compiled.generators.iter();
    let found = generators.find(|(path, _)| path.is_root());
    found.map(|(_, generator)| generator.clone())
}

fn text_of(value: &Json<'_>) -> String {
    match value {
        Json::String(text) => text.clone().into_owned(),
        other => other.to_compact(),
    }
}

fn add_header(draft: &mut Draft, slot: Slot, name: &str, value: &Pattern) {
    let Some(compiled) = draft.compile_at(slot, &format!("header `{name}`"), value) else {
        return;
    };
    if matches!(slot, Slot::Request) && name.parse::<HeaderName>().is_err() {
        let fault = format!("request header `{name}`: no header has such a name");
        draft.faults.push(fault);
    }
    let list = one_list(&compiled);
    let generator = one_generator(&compiled);
    let half = draft.half(slot);
    let Carrier::Headers(headers) = half.carrier else {
        return;
    };
    let texts = match &compiled.example {
        Json::Array(values) => values.iter().map(text_of).collect(),
        single => vec![text_of(single)],
    };
    let key = {
        let mut known = headers.iter().map(|(known, _)| known);
        let known = known.find(|known| known.eq_ignore_ascii_case(name));
        known.unwrap_or(name).to_owned()
    };
    let mut earlier = headers.get(name).map_or(0, <[_]>::len);
    if name.eq_ignore_ascii_case("content-type") {
        // There is one type, and the body is of it.
        if let (Body::Present(content), Some(Ok(named))) =
            (half.body, texts.first().map(|text| text.parse()))
        {
            content.content_type = Some(named);
        }
        headers.set(name, texts);
        half.generators.header.retain(|(known, _)| *known != key);
        if half.rules.header.get(&key).is_some() {
            half.rules.header.set(key.clone(), RuleList::default());
        }
        earlier = 0;
    } else {
        texts.into_iter().for_each(|text| headers.push(name, text));
    }
    let values = headers.get(name).map_or(0, <[_]>::len);
    let made = &mut half.generators.header;
    let made = generator.and_then(|generator| add_generator(made, &key, generator, values));
    let known = half.rules.header.get(&key).filter(|list| !list.is_empty());
    match made
        .and(list)
        .and_then(|list| together(known, list, earlier))
    {
        Ok(list) if list.is_empty() => {}
        Ok(list) => half.rules.header.set(key, list),
        Err(reason) => draft
            .faults
            .push(format!("{} header `{name}`: {reason}", slot.words())),
    }
}
