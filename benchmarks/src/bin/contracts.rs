//! Whole contracts: reading a pact of 10 MB, and choosing among many interactions.
//!
//! Reading stands beside serde_json parsing the same bytes into a `Value`, which knows nothing of
//! pacts; choosing stands beside itself with fewer interactions.

use std::hint::black_box;
use std::time::{Duration, Instant};

use pact_core::format;
use pact_core::matching::ActualRequest;
use pact_core::model::InteractionKind;
use pact_core::plan::{InteractionIndex, RequestPlan};
use serde_json::{Value, json};

fn main() {
    reading(9_000);
    for kind in [Paths::Literal, Paths::Regex] {
        for count in [10, 100, 1_000, 10_000] {
            choosing(count, kind);
        }
    }
}

/// How the paths of requests are said.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Paths {
    Literal,
    Regex,
}

fn reading(interactions: usize) {
    let text = pact(interactions, Paths::Literal).to_string();
    let ours = best(10, || {
        black_box(format::read(black_box(text.as_bytes())).expect("the pact is read"));
    });
    let parsing = best(10, || {
        black_box(serde_json::from_str::<Value>(black_box(&text)).expect("JSON"));
    });
    println!(
        "reading {:.1} MB, {interactions} interactions: {:.1} ms, serde_json into a Value {:.1} ms, {:.2} x",
        text.len() as f64 / 1e6,
        millis(ours),
        millis(parsing),
        ours.as_secs_f64() / parsing.as_secs_f64()
    );
}

/// Times one choice, of the last interaction, among as many.
fn choosing(count: usize, paths: Paths) {
    let text = pact(count, paths).to_string();
    let pact = format::read(text.as_bytes()).expect("the pact is read").pact;
    let plans: Vec<RequestPlan> = pact
        .interactions
        .into_iter()
        .map(|interaction| match interaction.kind {
            InteractionKind::Http(exchange) => RequestPlan::compile(&exchange.request).expect("it compiles"),
            _ => unreachable!("an HTTP interaction"),
        })
        .collect();
    let index = InteractionIndex::new(plans);
    let path = format!("/customers/{}/orders", count - 1);
    let body = json!({ "customer": count - 1, "note": "n" }).to_string();
    let headers = [("content-type", "application/json")];
    let came = ActualRequest { method: "POST", path: &path, query: Some("page=1"), headers: &headers, body: body.as_bytes() };
    const ROUNDS: u32 = 200;
    let time = best(50, || {
        for _ in 0..ROUNDS {
            black_box(index.select(black_box(&came)));
        }
    });
    println!("choosing 1 of {count:>6} by {paths:?}: {:>8.2} µs", time.as_secs_f64() * 1e6 / f64::from(ROUNDS));
}

fn pact(interactions: usize, paths: Paths) -> Value {
    let interaction = |index: usize| {
        let mut request_rules = json!({ "body": { "$.note": { "matchers": [{ "match": "type" }] } } });
        if paths == Paths::Regex {
            request_rules["path"] = json!({ "matchers": [{ "match": "regex", "regex": format!(r"/customers/{index}/\w+") }] });
        }
        let lines: Vec<Value> = (0..6)
            .map(|line| json!({ "sku": format!("sku-{line}"), "amount": line + 1, "price": 9.5, "note": null }))
            .collect();
        json!({
            "type": "Synchronous/HTTP",
            "description": format!("an order of customer {index}"),
            "providerStates": [{ "name": "the customer exists", "params": { "id": index } }],
            "request": {
                "method": "POST",
                "path": format!("/customers/{index}/orders"),
                "query": { "page": ["1"] },
                "headers": { "Content-Type": ["application/json"] },
                "body": { "content": { "customer": index, "note": "n" }, "contentType": "application/json", "encoded": false },
                "matchingRules": request_rules
            },
            "response": {
                "status": 201,
                "headers": { "Content-Type": ["application/json"] },
                "body": { "content": { "id": index, "lines": lines }, "contentType": "application/json", "encoded": false },
                "matchingRules": { "body": {
                    "$.id": { "matchers": [{ "match": "integer" }] },
                    "$.lines": { "matchers": [{ "match": "type", "min": 1 }] },
                    "$.lines[*].sku": { "matchers": [{ "match": "regex", "regex": "^sku-\\d+$" }] }
                } }
            }
        })
    };
    json!({
        "consumer": { "name": "c" },
        "provider": { "name": "p" },
        "interactions": (0..interactions).map(interaction).collect::<Vec<_>>(),
        "metadata": { "pactSpecification": { "version": "4.0" } }
    })
}

fn best(runs: usize, mut work: impl FnMut()) -> Duration {
    let once = |work: &mut dyn FnMut()| {
        let started = Instant::now();
        work();
        started.elapsed()
    };
    (0..runs).map(|_| once(&mut work)).min().expect("at least one run")
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
