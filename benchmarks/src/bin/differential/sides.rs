//! What each side says of a case.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use pact_core::matching::{ActualRequest, ActualResponse};
use pact_core::model::InteractionKind;
use pact_core::plan::{RequestPlan, ResponsePlan};
use pact_matching::{match_request, match_response};
use pact_models::bodies::OptionalBody;
use pact_models::pact::load_pact_from_json;
use pact_models::query_strings::parse_query_string;
use serde_json::{Map, Value, json};
use tokio::runtime::Runtime;

use crate::case::{Case, Kind};

/// What a side says.
#[derive(Debug, Eq, PartialEq)]
pub enum Verdict {
    Match,
    Mismatch,
    /// The expectation is refused.
    Refused,
    Panicked,
}

impl From<bool> for Verdict {
    fn from(matched: bool) -> Self {
        if matched { Self::Match } else { Self::Mismatch }
    }
}

/// What pact-core says.
pub fn ours(case: &Case) -> Verdict {
    let Ok(read) = pact_core::format::read(pact(case).to_string().as_bytes()) else {
        return Verdict::Refused;
    };
    let InteractionKind::Http(exchange) = &read.pact.interactions[0].kind else {
        unreachable!("an HTTP interaction")
    };
    let headers = [("Content-Type", case.kind.content_type()), (case.header, case.actual.as_str())];
    let headers = if case.kind == Kind::Header { &headers[..] } else { &headers[..1] };
    if matches!(case.kind, Kind::Path | Kind::Query) {
        let query = format!("q={}", escaped(&case.actual));
        let Ok(plan) = RequestPlan::compile(&exchange.request) else {
            return Verdict::Refused;
        };
        let is_path = case.kind == Kind::Path;
        let actual = ActualRequest {
            method: "GET",
            path: if is_path { &case.actual } else { "/" },
            query: (!is_path).then_some(query.as_str()),
            headers: &[],
            body: b"",
        };
        return plan.compare(&actual).is_empty().into();
    }
    let Ok(plan) = ResponsePlan::compile(&exchange.response) else {
        return Verdict::Refused;
    };
    let body = body(case);
    let actual = ActualResponse { status: status(case), headers, body: body.as_bytes() };
    plan.compare(&actual).is_empty().into()
}

/// pact_matching.
pub struct Peer(Runtime);

impl Peer {
    pub fn new() -> Self {
        Self(tokio::runtime::Builder::new_current_thread().build().expect("a runtime"))
    }

    /// What pact_matching says.
    pub fn verdict(&self, case: &Case) -> Verdict {
        catch_unwind(AssertUnwindSafe(|| self.compared(case))).unwrap_or(Verdict::Panicked)
    }

    fn compared(&self, case: &Case) -> Verdict {
        let Ok(pact) = load_pact_from_json("differential", &pact(case)) else {
            return Verdict::Refused;
        };
        let interaction = pact.interactions().remove(0);
        let http = interaction.as_v4_http().expect("an HTTP interaction");
        if matches!(case.kind, Kind::Path | Kind::Query) {
            let mut request = http.request.clone();
            match case.kind {
                Kind::Path => request.path.clone_from(&case.actual),
                _ => request.query = parse_query_string(&format!("q={}", escaped(&case.actual))),
            }
            let result = self.0.block_on(match_request(http.request, request, &pact, &interaction));
            return result.map_or(Verdict::Refused, |result| result.all_matched().into());
        }
        let mut response = http.response.clone();
        let mut headers = HashMap::from([("Content-Type".to_owned(), vec![case.kind.content_type().to_owned()])]);
        if case.kind == Kind::Header {
            headers.insert(case.header.to_owned(), values(case, &case.actual));
        }
        response.headers = Some(headers);
        response.status = status(case);
        let body = body(case);
        if !body.is_empty() {
            response.body = OptionalBody::Present(body.into(), Some(case.kind.content_type().into()), None);
        }
        let result = self.0.block_on(match_response(http.response, response, &pact, &interaction));
        result.map_or(Verdict::Refused, |mismatches| mismatches.is_empty().into())
    }
}

fn status(case: &Case) -> u16 {
    match case.kind {
        Kind::Status => case.actual.parse().expect("a status"),
        _ => 200,
    }
}

/// The values of a header as both sides hold them: `Allow` is a list, others are one text.
fn values(case: &Case, text: &str) -> Vec<String> {
    match case.header {
        "Allow" => text.split(',').map(|value| value.trim().to_owned()).collect(),
        _ => vec![text.to_owned()],
    }
}

fn body(case: &Case) -> String {
    match case.kind {
        Kind::Json | Kind::Text | Kind::Xml => case.actual.clone(),
        Kind::Form => format!("f={}", escaped(&case.actual)),
        Kind::Header | Kind::Path | Kind::Query | Kind::Status => String::new(),
    }
}

fn escaped(text: &str) -> String {
    text.replace(',', "%2C").replace(' ', "%20").replace('=', "%3D")
}

/// The expectation as a pact file.
fn pact(case: &Case) -> Value {
    let rules = |wanted: Kind| match case.kind == wanted {
        true => listed(case),
        false => json!({}),
    };
    let is_body = matches!(case.kind, Kind::Form | Kind::Json | Kind::Text | Kind::Xml);
    let mut response = json!({
        "status": if case.kind == Kind::Status { case.expected.parse().expect("a status") } else { 200 },
        "headers": { "Content-Type": [case.kind.content_type()] },
        "matchingRules": { "header": rules(Kind::Header), "status": single(case, Kind::Status) }
    });
    if case.kind == Kind::Header {
        response["headers"][case.header] = json!(values(case, &case.expected));
    }
    if is_body {
        let content = match &case.json {
            Some((expected, _)) => expected.clone(),
            None if case.kind == Kind::Form => format!("f={}", escaped(&case.expected)).into(),
            None => case.expected.clone().into(),
        };
        response["body"] = json!({ "content": content, "contentType": case.kind.content_type(), "encoded": false });
        response["matchingRules"]["body"] = listed(case);
    }
    let mut request = json!({ "method": "GET", "path": "/" });
    if case.kind == Kind::Path {
        request["path"] = case.expected.clone().into();
        request["matchingRules"] = json!({ "path": single(case, Kind::Path) });
    }
    if case.kind == Kind::Query {
        request["query"] = json!({ "q": [case.expected] });
        request["matchingRules"] = json!({ "query": rules(Kind::Query) });
    }
    json!({
        "consumer": { "name": "c" },
        "provider": { "name": "p" },
        "interactions": [{ "type": "Synchronous/HTTP", "description": "d", "request": request, "response": response }],
        "metadata": { "pactSpecification": { "version": "4.0" } }
    })
}

fn listed(case: &Case) -> Value {
    let entry = |rules: &crate::case::Rules| {
        (rules.at.clone(), json!({ "combine": rules.combine, "matchers": rules.list }))
    };
    Value::Object(case.rules.iter().map(entry).collect::<Map<_, _>>())
}

/// Rules of a part that has no places.
fn single(case: &Case, wanted: Kind) -> Value {
    match case.rules.first() {
        Some(rules) if case.kind == wanted => json!({ "combine": rules.combine, "matchers": rules.list }),
        _ => json!({}),
    }
}
