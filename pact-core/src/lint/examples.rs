//! Examples against their own contract: compiled, and compared with themselves.

use super::Findings;
use crate::format::{At, query_text};
use crate::generators::{Generator, Generators};
use crate::matching::{ActualMessage, ActualRequest, ActualResponse, Mismatch, Part};
use crate::model::{Body, Headers, Interaction, InteractionKind, Message, Request, Response};
use crate::plan::{CompileError, MessagePlan, RequestPlan, ResponsePlan};

/// What comparing an example with itself came to.
type Outcome = Result<Vec<Mismatch>, CompileError>;

pub(super) fn check(interaction: &Interaction, at: &At<'_>, findings: &mut Findings) {
    match &interaction.kind {
        InteractionKind::AsyncMessage(found) => report(message(found), at, findings),
        InteractionKind::Http(http) => {
            report(request(&http.request), &at.name("request"), findings);
            report(response(&http.response), &at.name("response"), findings);
        }
        InteractionKind::Other { .. } => {}
        InteractionKind::SyncMessage(exchange) => {
            report(message(&exchange.request), &at.name("request"), findings);
            let at = at.name("response");
            for (index, found) in exchange.responses.iter().enumerate() {
                report(message(found), &at.index(index), findings);
            }
        }
    }
}

fn report((outcome, generators): (Outcome, &Generators), at: &At<'_>, findings: &mut Findings) {
    match outcome {
        Err(error) => findings.error("not-comparable", at, error.to_string()),
        Ok(mismatches) => {
            for mismatch in mismatches
                .iter()
                .filter(|found| !is_generated(generators, found))
            {
                let message = format!("the example breaks its own contract: {mismatch}");
                findings.warning("example-mismatch", at, message);
            }
        }
    }
}

/// Returns whether the value is made afresh each time, so that the example only holds its place.
fn is_generated(generators: &Generators, mismatch: &Mismatch) -> bool {
    let named = |generators: &[(String, Generator)]| {
        generators
            .iter()
            .any(|(name, _)| name.eq_ignore_ascii_case(&mismatch.path))
    };
    match mismatch.part {
        Part::Body => generators
            .body
            .iter()
            .any(|(path, _)| path.to_string() == mismatch.path),
        Part::BodyType => false,
        Part::Header => named(&generators.header),
        Part::Metadata => named(&generators.metadata),
        Part::Method => generators.method.is_some(),
        Part::Path => generators.path.is_some(),
        Part::Query => named(&generators.query),
        Part::Status => generators.status.is_some(),
    }
}

fn request(request: &Request) -> (Outcome, &Generators) {
    let (query, _) = query_text(&request.query);
    let actual = ActualRequest {
        method: &request.method,
        path: &request.path,
        query: (!query.is_empty()).then_some(query.as_str()),
        headers: &lines(&request.headers),
        body: bytes(&request.body),
    };
    let outcome = RequestPlan::compile(request).map(|plan| plan.compare(&actual));
    (outcome, &request.generators)
}

fn response(response: &Response) -> (Outcome, &Generators) {
    let actual = ActualResponse {
        status: response.status,
        headers: &lines(&response.headers),
        body: bytes(&response.body),
    };
    let outcome = ResponsePlan::compile(response).map(|plan| plan.compare(&actual));
    (outcome, &response.generators)
}

fn message(message: &Message) -> (Outcome, &Generators) {
    let content_type = message
        .contents
        .content()
        .and_then(|content| content.content_type.as_ref())
        .map(ToString::to_string);
    let actual = ActualMessage {
        contents: bytes(&message.contents),
        content_type: content_type.as_deref(),
        metadata: &message.metadata,
    };
    let outcome = MessagePlan::compile(message).map(|plan| plan.compare(&actual));
    (outcome, &message.generators)
}

fn bytes(body: &Body) -> &[u8] {
    body.content().map_or(&[], |content| &content.bytes)
}

fn lines(headers: &Headers) -> Vec<(&str, &str)> {
    headers
        .iter()
        .flat_map(|(name, values)| values.iter().map(move |value| (name, value.as_str())))
        .collect()
}
