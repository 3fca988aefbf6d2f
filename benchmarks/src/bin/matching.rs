//! Compares an 87 KB JSON response with its expectation: pact_matching beside pact-core.
//!
//! The actual body is parsed inside the measurement on both sides.

use std::hint::black_box;
use std::time::{Duration, Instant};

use pact_core::matching::ActualResponse;
use pact_core::model::InteractionKind;
use pact_core::plan::ResponsePlan;
use pact_matching::match_response;
use pact_models::bodies::OptionalBody;
use pact_models::pact::load_pact_from_json;
use serde_json::{Value, json};

fn main() {
    let body = body(816);
    let text = body.to_string();
    println!("JSON response of {} bytes, best of the runs, actual body parsed inside", text.len());
    compare("exact", &pact(&body, &json!({})), &text);
    let rules = json!({ "body": {
        "$.items": { "matchers": [{ "match": "type", "min": 1 }] },
        "$.items[*].id": { "matchers": [{ "match": "integer" }] },
        "$.items[*].status": { "matchers": [{ "match": "regex", "regex": "^(open|paid)$" }] }
    } });
    compare("type, integer, regex", &pact(&body, &rules), &text);
    for items in [10_000, 100_000, 400_000] {
        let body = self::body(items);
        let text = body.to_string();
        let ours = ours(&pact(&body, &json!({})), &text, 3);
        let rate = text.len() as f64 / ours.as_secs_f64() / 1e6;
        println!("{:<24}{:>12.3} ms ours {:>36.0} MB/s", format!("exact, {} MB", text.len() / 1_000_000), millis(ours), rate);
    }
}

fn compare(name: &str, pact: &Value, actual: &str) {
    let ours = ours(pact, actual, 200);
    let peer = peer(pact, actual, 10);
    println!(
        "{name:<24}{:>12.3} ms ours {:>12.3} ms pact_matching {:>8.1} x",
        millis(ours),
        millis(peer),
        peer.as_secs_f64() / ours.as_secs_f64()
    );
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn ours(pact: &Value, actual: &str, runs: usize) -> Duration {
    let pact = pact_core::format::read(pact.to_string().as_bytes()).expect("the pact is read").pact;
    let InteractionKind::Http(exchange) = &pact.interactions[0].kind else { unreachable!("an HTTP interaction") };
    let plan = ResponsePlan::compile(&exchange.response).expect("the plan compiles");
    let headers = [("content-type", "application/json")];
    let actual = ActualResponse { status: 200, headers: &headers, body: actual.as_bytes() };
    best(runs, || {
        let mismatches = plan.compare(black_box(&actual));
        assert!(mismatches.is_empty(), "{mismatches:?}");
    })
}

fn peer(pact: &Value, actual: &str, runs: usize) -> Duration {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let pact = load_pact_from_json("benchmark", pact).expect("the pact is read");
    let interaction = pact.interactions().remove(0);
    let expected = interaction.as_v4_http().expect("an HTTP interaction").response;
    let mut response = expected.clone();
    response.body = OptionalBody::Present(actual.to_owned().into(), Some("application/json".into()), None);
    best(runs, || {
        let compared = match_response(expected.clone(), response.clone(), &pact, &interaction);
        let mismatches = runtime.block_on(compared).expect("they are compared");
        assert!(mismatches.is_empty(), "{mismatches:?}");
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

fn pact(body: &Value, rules: &Value) -> Value {
    json!({
        "consumer": { "name": "c" },
        "provider": { "name": "p" },
        "interactions": [{
            "type": "Synchronous/HTTP",
            "description": "a list",
            "request": { "method": "GET", "path": "/items" },
            "response": {
                "status": 200,
                "headers": { "Content-Type": ["application/json"] },
                "body": { "content": body, "contentType": "application/json", "encoded": false },
                "matchingRules": rules
            }
        }],
        "metadata": { "pactSpecification": { "version": "4.0" } }
    })
}

fn body(items: usize) -> Value {
    let item = |id: usize| {
        json!({
            "id": id,
            "name": format!("item number {id}"),
            "status": if id % 2 == 0 { "open" } else { "paid" },
            "price": f64::from(u32::try_from(id % 1000).expect("small")) + 0.5,
            "tags": ["alpha", "beta"],
            "available": true
        })
    };
    json!({ "items": (0..items).map(item).collect::<Vec<_>>() })
}
