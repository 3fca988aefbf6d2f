//! What a failing run looks like.

use axum::routing::get;
use axum::{Json, Router};
use serde_json::json;

use crate::support::{pact, verify};

/// A provider that renamed a field, sends prices as text and has an order less.
fn changed() -> Router {
    Router::new()
        .route(
            "/orders/1",
            get(|| async {
                Json(
                    json!({ "id": 1, "state": "open", "lines": [{ "sku": "A1", "price": "9.5" }] }),
                )
            }),
        )
        .route(
            "/orders/2",
            get(|| async { Json(json!({ "id": 2, "status": "lost", "lines": [] })) }),
        )
}

#[tokio::test]
async fn a_failing_run_says_what_to_change() {
    let report = verify(changed(), &pact(&[1, 2, 3])).await;
    insta::assert_snapshot!(report.to_text(false), @r#"
    warning: pact.json: it names provider states, but nothing sets them up: give `.state(…)` or `--state-change-url`
    pact of `order-web` with `order-api` (pact.json)
      FAILED  a request for order 1, given order 1 exists
        GET /orders/1, answered 200
        body at $.lines[0].price: expected a decimal number like 9.5, got the string "9.5" (rule: decimal)
        body at $: expected the key `status`, got none
      FAILED  a request for order 2, given order 2 exists
        GET /orders/2, answered 200
        body at $.lines: expected at least 1 of them, got an empty list (rule: type, min 1)
        body at $.status: expected a match of ^(open|paid)$ like open, got the string "lost" (rule: regex ^(open|paid)$)
      FAILED  a request for order 3, given order 3 exists
        GET /orders/3, answered 404
        status: expected 200, got 404
        header `Content-Type`: expected "application/json", got no such header
        body at /: expected 59 bytes of application/json, got nothing

    `order-api` not verified: 3 interactions of 1 pact: 0 held, 3 failed
    "#);
}

#[tokio::test]
async fn the_json_report_has_the_members_tools_read() {
    let report = verify(changed(), &pact(&[2])).await.to_json();
    assert_eq!(report["result"], false);
    assert_eq!(report["interactionResults"][0]["result"], "Error");
    let error = &report["errors"][0];
    assert_eq!(
        error["interaction"],
        "Verifying a pact between order-web and order-api Given order 2 exists - a request for order 2"
    );
    assert_eq!(error["mismatch"]["type"], "mismatches");
    assert_eq!(error["mismatch"]["mismatches"][0]["type"], "BodyMismatch");
    assert!(
        report["output"]
            .as_array()
            .unwrap()
            .iter()
            .any(|line| line.as_str().unwrap().contains("FAILED"))
    );
}

#[tokio::test]
async fn the_junit_report_has_a_case_for_each_interaction() {
    let xml = verify(changed(), &pact(&[1, 2])).await.to_junit().unwrap();
    assert!(
        xml.contains(r#"tests="2""#) && xml.contains(r#"failures="2""#),
        "{xml}"
    );
    assert_eq!(xml.matches("<testcase").count(), 2);
}
