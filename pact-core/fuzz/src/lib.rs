//! The doors of `pact-core` that foreign bytes come through, each as one function to fuzz.
//!
//! Nothing here may panic, whatever the bytes are; beyond that each function checks what must hold
//! of everything that was accepted. The seeds in `seeds/<function>/` are run through the same
//! functions by the tests of `pact-core`.

use std::time::SystemTime;

use pact_core::datetime::{self, Base, Pattern};
use pact_core::format::{self, integration};
use pact_core::generators::{self, GenerationContext, Mode};
use pact_core::json::{Json, Object};
use pact_core::lint;
use pact_core::matching::{ActualMessage, ActualRequest, ActualResponse};
use pact_core::model::{Body, ContentType, InteractionKind, Request, Response};
use pact_core::path::DocPath;
use pact_core::plan::{MessagePlan, RequestPlan, ResponsePlan};
use pact_core::rules::expression::Definition;
use pact_core::{explain, merge};

/// Stands between the parts of an input that has several.
const SEPARATOR: &str = "\n%%\n";

/// A door and the name of its folder of seeds.
pub type Door = (&'static str, fn(&[u8]));

/// All doors.
pub const DOORS: &[Door] = &[
    ("date_expression", date_expression),
    ("form", form),
    ("header", header),
    ("integration_json", integration_json),
    ("json", json),
    ("matching_definition", matching_definition),
    ("multipart", multipart),
    ("pact_file", pact_file),
    ("path", path),
    ("xml", xml),
];

/// Reads a pact, lints it, compiles and runs its plans, applies its generators, and writes it;
/// what was written is read again and written the same.
pub fn pact_file(bytes: &[u8]) {
    let Ok(read) = format::read(bytes) else {
        return;
    };
    let _ = lint::lint(bytes);
    for interaction in &read.pact.interactions {
        run_kind(&interaction.kind);
    }
    let _ = merge::merge(read.pact.clone(), read.pact.clone());
    let Ok(written) = format::write(&read.pact) else {
        return;
    };
    let again = format::read(written.as_bytes()).expect("what was written can be read");
    let second = format::write(&again.pact).expect("what was read can be written");
    assert_eq!(written, second, "writing is stable");
}

/// Parses a path and prints it; what was printed is the same path.
pub fn path(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    if let Ok(path) = text.parse::<DocPath>() {
        let printed = path.to_string();
        assert_eq!(printed.parse(), Ok(path), "`{printed}` is the same path");
    }
}

/// Parses a matching definition and prints it; what was printed is the same definition.
pub fn matching_definition(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    if let Ok(definition) = text.parse::<Definition>() {
        let _ = definition.meaning();
        let printed = definition.to_string();
        assert_eq!(printed.parse(), Ok(definition), "`{printed}`");
    }
}

/// Moves a date by an expression, and formats and checks it with a pattern.
pub fn date_expression(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let (expression, pattern) = text.split_once(SEPARATOR).unwrap_or((text, text));
    let now = context(Mode::Consumer).now;
    let pattern = Pattern::parse(pattern).ok();
    for base in [Base::Date, Base::DateTime, Base::Time] {
        let Ok(moved) = datetime::evaluate(expression, base, now) else {
            continue;
        };
        if let Some(pattern) = &pattern {
            let _ = pattern.check(&pattern.format(moved));
        }
    }
    if let Some(pattern) = &pattern {
        let _ = pattern.check(expression);
        let _ = pattern.check(&pattern.format(now));
    }
}

/// Compares JSON bodies.
pub fn json(bytes: &[u8]) {
    bodies(bytes, "application/json");
}

/// Compares XML bodies.
pub fn xml(bytes: &[u8]) {
    bodies(bytes, "application/xml");
}

/// Compares forms.
pub fn form(bytes: &[u8]) {
    bodies(bytes, "application/x-www-form-urlencoded");
}

/// Compares multipart bodies.
pub fn multipart(bytes: &[u8]) {
    bodies(bytes, "multipart/form-data; boundary=b");
}

/// Compares headers, paths and queries: rules, then the expected value, then the actual one.
pub fn header(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let mut parts = text.splitn(3, SEPARATOR);
    let (Some(rules), Some(expected), Some(actual)) = (parts.next(), parts.next(), parts.next())
    else {
        return;
    };
    let Some(base) = request_with(rules) else {
        return;
    };
    let mut request = Request {
        path: expected.to_owned(),
        ..base
    };
    for name in ["Accept", "Content-Type", "X"] {
        request.headers.push(name, expected);
    }
    request.query.push("q", Some(expected.to_owned()));
    let headers = [("accept", actual), ("content-type", actual), ("x", actual)];
    let came = ActualRequest {
        method: "GET",
        path: actual,
        query: Some(actual),
        headers: &headers,
        body: b"",
    };
    if let Ok(plan) = RequestPlan::compile(&request) {
        let mismatches = plan.compare(&came);
        assert_eq!(plan.matches(&came), mismatches.is_empty());
        show(&mismatches);
    }
    let _ = explain::request(&request, Some(&came));
    let mut context = context(Mode::Provider);
    let _ = generators::apply_to_request(&request, &mut context);
}

/// Reads a document with matchers in it; its rules hold for its example, or cannot be compiled.
pub fn integration_json(bytes: &[u8]) {
    if let Ok(text) = std::str::from_utf8(bytes)
        && let Ok(value) = integration::value(text)
    {
        let _ = value.texts();
    }
    let Ok(template) = integration::body(bytes) else {
        return;
    };
    let example = template.value.to_compact();
    let mut response = Response {
        body: Body::present(example.as_str(), Some(ContentType::json())),
        ..Response::default()
    };
    response.matching_rules.body = template.rules;
    response.generators.body = template.generators;
    run_response(&response);
}

/// Compares bodies: the members of `matchingRules`, then the expected body, then the actual one.
fn bodies(bytes: &[u8], media_type: &'static str) {
    let Some((rules, expected, actual)) = three(bytes) else {
        return;
    };
    let Ok(rules) = std::str::from_utf8(rules) else {
        return;
    };
    let Some(base) = request_with(rules) else {
        return;
    };
    let media_type: ContentType = media_type.parse().expect("a media type");
    let without_rules = base.matching_rules.is_empty();
    let response = Response {
        body: Body::present(expected, Some(media_type.clone())),
        matching_rules: base.matching_rules,
        generators: base.generators,
        ..Response::default()
    };
    let media_type = media_type.to_string();
    let headers = [("Content-Type", media_type.as_str())];
    let came = |body| ActualResponse {
        status: 200,
        headers: &headers,
        body,
    };
    let Ok(plan) = ResponsePlan::compile(&response) else {
        return;
    };
    show(&plan.compare(&came(actual)));
    let itself = plan.compare(&came(expected));
    if without_rules {
        assert_eq!(itself, [], "without rules a body matches itself");
    }
    let _ = explain::response(&response, Some(&came(actual)));
    if let Ok(made) = generators::apply_to_response(&response, &mut context(Mode::Consumer)) {
        let compiled = ResponsePlan::compile(&made);
        assert!(
            compiled.is_ok(),
            "a body with made values is of its type: {compiled:?}"
        );
    }
}

fn three(bytes: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let separator = SEPARATOR.as_bytes();
    let find = |bytes: &[u8]| {
        bytes
            .windows(separator.len())
            .position(|window| window == separator)
    };
    let first = find(bytes)?;
    let rest = &bytes[first + separator.len()..];
    let second = find(rest)?;
    Some((
        &bytes[..first],
        &rest[..second],
        &rest[second + separator.len()..],
    ))
}

/// Returns a request with the rules and generators that stand in the text; none in an empty one.
fn request_with(rules: &str) -> Option<Request> {
    let members = if rules.is_empty() { "" } else { "," };
    let file = format!(
        r#"{{"consumer":{{"name":"c"}},"provider":{{"name":"p"}},"interactions":[{{
        "type":"Synchronous/HTTP","description":"d",
        "request":{{"method":"GET","path":"/"{members}{rules}}},"response":{{"status":200}}}}],
        "metadata":{{"pactSpecification":{{"version":"4.0"}}}}}}"#
    );
    let pact = format::read(file.as_bytes()).ok()?.pact;
    match pact.interactions.into_iter().next()?.kind {
        InteractionKind::Http(exchange) => Some(exchange.request),
        _ => None,
    }
}

fn run_kind(kind: &InteractionKind) {
    match kind {
        InteractionKind::Http(exchange) => {
            run_request(&exchange.request);
            run_response(&exchange.response);
        }
        InteractionKind::AsyncMessage(message) => run_message(message),
        InteractionKind::SyncMessage(exchange) => {
            run_message(&exchange.request);
            exchange.responses.iter().for_each(run_message);
        }
        InteractionKind::Other { .. } => {}
    }
}

fn run_request(request: &Request) {
    for mode in [Mode::Consumer, Mode::Provider] {
        let _ = generators::apply_to_request(request, &mut context(mode));
    }
    let Ok(plan) = RequestPlan::compile(request) else {
        return;
    };
    let came = ActualRequest {
        method: &request.method,
        path: &request.path,
        query: None,
        headers: &[],
        body: body_bytes(&request.body),
    };
    show(&plan.compare(&came));
    let _ = explain::request(request, Some(&came));
}

fn run_response(response: &Response) {
    let _ = generators::apply_to_response(response, &mut context(Mode::Consumer));
    let Ok(plan) = ResponsePlan::compile(response) else {
        return;
    };
    let came = ActualResponse {
        status: response.status,
        headers: &[],
        body: body_bytes(&response.body),
    };
    show(&plan.compare(&came));
    let _ = explain::response(response, Some(&came));
}

fn run_message(message: &pact_core::model::Message) {
    let _ = generators::apply_to_message(message, &mut context(Mode::Consumer));
    let Ok(plan) = MessagePlan::compile(message) else {
        return;
    };
    let metadata = Object::new();
    let came = ActualMessage {
        contents: body_bytes(&message.contents),
        content_type: None,
        metadata: &metadata,
    };
    show(&plan.compare(&came));
    let _ = explain::message(message, Some(&came));
}

fn body_bytes(body: &Body) -> &[u8] {
    body.content().map_or(b"", |content| &content.bytes)
}

/// Renders mismatches, as every report does.
fn show(mismatches: &[pact_core::matching::Mismatch]) {
    for mismatch in mismatches {
        let _ = mismatch.to_string();
    }
}

fn context(mode: Mode) -> GenerationContext {
    let mut context = GenerationContext::utc(mode, SystemTime::UNIX_EPOCH, 7);
    context.mock_server = Some("http://127.0.0.1:1".to_owned());
    context.values.insert("id", Json::from("42"));
    context
}
