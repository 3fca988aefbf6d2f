//! Services in this process.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::extract::State;
use axum::routing::get as route;
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use pact_core::model::ProviderState;
use pact_provider::{StateContext, Verifier};
use tower::service_fn;

use crate::support::{get, given, pact, stable, verifier};

fn app() -> Router {
    Router::new()
        .route(
            "/orders/42",
            route(|| async { axum::Json(serde_json::json!({ "id": 42, "total": "10" })) }),
        )
        .route("/panic", route(panics))
}

async fn panics() -> String {
    panic!("no such luck")
}

#[tokio::test]
async fn a_service_that_answers_as_expected_passes() {
    let report = verifier([get("order 42", "/orders/42", r#"{"id":42}"#)])
        .service(app())
        .run()
        .await
        .unwrap();
    report.assert();
    assert_eq!(report.exit_code(), 0);
}

#[tokio::test]
async fn any_service_will_do_with_any_body_and_any_error() {
    let answer = |request: http::Request<Full<Bytes>>| async move {
        if request.uri().path() == "/fails" {
            return Err("the disk is full".into());
        }
        let body = Full::new(Bytes::from(r#"{"id":42}"#)).boxed_unsync();
        let json = http::Response::builder().header("content-type", "application/json");
        Ok::<_, Box<dyn std::error::Error + Send + Sync>>(json.body(body).unwrap())
    };
    let report = verifier([
        get("order 42", "/orders/42", r#"{"id":42}"#),
        get("a failure", "/fails", "{}"),
    ])
    .service(service_fn(answer))
    .run()
    .await
    .unwrap();
    let text = report.to_string();
    assert!(text.contains("ok  order 42"), "{text}");
    assert!(
        text.contains("the service failed: the disk is full"),
        "{text}"
    );
}

#[tokio::test]
async fn a_failure_shows_what_was_sent_what_differed_and_how_to_run_it_again() {
    let report = verifier([
        get("order 42", "/orders/42", r#"{"id":42,"total":10}"#),
        get("order 43", "/orders/43", r#"{"id":43}"#),
        get("the order", "/orders/42", r#"{"id":42}"#),
    ])
    .service(app())
    .run()
    .await
    .unwrap();
    assert_eq!(report.exit_code(), 1);
    insta::assert_snapshot!(stable(&report), @r#"
    web -> api  given in code
      FAILED  order 42
      FAILED  order 43
      ok  the order

    Failures:

    1) web: order 42
      sent
        GET /orders/42
      answered
        200 OK
        content-type: application/json
        content-length: 22
        {"id":42,"total":"10"}
      differs
        body at $.total: expected the number 10, got the string "10"
      run it again
        verify "order 42"

    2) web: order 43
      sent
        GET /orders/43
      answered
        404 Not Found
      differs
        status: expected 200, got 404
        body at /: expected 9 bytes of application/json, got nothing
      run it again
        verify "order 43"

    FAILED: 1 of 3 interactions hold, 2 failed (0 ms)
    "#);
}

#[tokio::test]
async fn a_panic_in_the_service_is_a_failure_of_its_interaction() {
    let report = verifier([
        get("a panic", "/panic", "{}"),
        get("order 42", "/orders/42", r#"{"id":42}"#),
    ])
    .service(app())
    .run()
    .await
    .unwrap();
    let text = report.to_string();
    assert!(
        text.contains("the service panicked: no such luck"),
        "{text}"
    );
    assert!(
        text.contains("1 of 2 interactions hold, 1 failed"),
        "{text}"
    );
}

#[tokio::test]
async fn a_factory_gives_each_interaction_a_service_and_data_of_its_own() {
    async fn count(State(count): State<Arc<AtomicUsize>>) -> axum::Json<usize> {
        axum::Json(count.load(Ordering::SeqCst))
    }
    let made = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&made);
    let one = |name: &str| given(get(name, "/count", "1"), ProviderState::new("one more"));
    let report = verifier([one("a"), one("b"), one("c")])
        .service_factory(move || {
            made.fetch_add(1, Ordering::SeqCst);
            async {
                let orders = Arc::new(AtomicUsize::new(0));
                let router = Router::new().route("/count", route(count));
                (router.with_state(Arc::clone(&orders)), orders)
            }
        })
        .state("one more", |ctx: StateContext| async move {
            let orders = ctx.data::<Arc<AtomicUsize>>();
            orders
                .map(|orders| orders.fetch_add(1, Ordering::SeqCst))
                .map(drop)
                .ok_or("no data")
        })
        .jobs(3)
        .run()
        .await
        .unwrap();
    report.assert();
    assert_eq!(seen.load(Ordering::SeqCst), 3);
    let names: Vec<_> = report.pacts[0]
        .interactions
        .iter()
        .map(|one| &one.description)
        .collect();
    assert_eq!(names, ["a", "b", "c"]);
}

#[tokio::test]
async fn interactions_of_one_description_are_told_apart_by_their_reference() {
    let alike = |expected: &str, param: i64| {
        let mut state = ProviderState::new("an order");
        state.params.insert("id".to_owned(), param);
        given(get("an order", "/ok", expected), state)
    };
    let all = || {
        [
            alike(r#"{"id":1}"#, 1),
            alike(r#"{"id":2}"#, 2),
            get("none", "/ok", "[]"),
        ]
    };
    let run = |verifier: Verifier| {
        let app = Router::new().fallback(|| async { axum::Json(serde_json::json!({})) });
        verifier.any_state(|_| async {}).service(app).run()
    };
    let report = run(Verifier::new("api").pact(pact(all()))).await.unwrap();
    let references: Vec<_> = { report.interactions() }
        .map(|(_, interaction)| interaction.reference.clone())
        .collect();
    let [Some(first), Some(second), None] = references.as_slice() else {
        panic!("{references:?}");
    };
    assert_ne!(first, second);
    assert!(
        report
            .to_string()
            .contains(&format!("PACT_INTERACTION={second} cargo test")),
        "{report}"
    );
    let chosen = Verifier::new("api")
        .pact(pact(all()))
        .filter_interactions([second]);
    let report = run(chosen).await.unwrap();
    let chosen: Vec<_> = report.interactions().collect();
    assert_eq!(chosen.len(), 1, "{report}");
    assert!(
        report.to_string().contains(r#"given an order {"id":2}"#),
        "{report}"
    );
}
