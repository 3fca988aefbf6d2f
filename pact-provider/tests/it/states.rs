//! Provider states by closure and by address.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::extract::Query;
use axum::http::StatusCode;
use axum::routing::{get as route, post};
use axum::{Json, Router};
use pact_core::generators::Generator;
use pact_core::model::{InteractionKind, ProviderState};
use pact_provider::{MissingStates, StateAction, StateContext};
use serde_json::{Value, json};

use crate::support::{get, given, serve, verifier};

type Journal = Arc<Mutex<Vec<String>>>;

fn app() -> Router {
    Router::new().route("/ok", route(|| async { Json(json!({ "ok": true })) }))
}

fn with_state() -> pact_core::model::Interaction {
    let mut state = ProviderState::new("order exists");
    state.params.insert("id".to_owned(), 42_i64);
    given(get("ok", "/ok", r#"{"ok":true}"#), state)
}

#[tokio::test]
async fn a_closure_gets_parameters_and_the_teardown_runs_after_a_failure() {
    let journal = Journal::default();
    let (up, down) = (Arc::clone(&journal), Arc::clone(&journal));
    let mut interaction = with_state();
    interaction.description = "not ok".to_owned();
    let differs = given(
        get("not ok", "/ok", r#"{"ok":false}"#),
        interaction.provider_states.remove(0),
    );
    let report = verifier([differs])
        .service(app())
        .state("order exists", move |ctx: StateContext| {
            let journal = Arc::clone(&up);
            async move {
                let id: u64 = ctx.param("id")?;
                journal.lock().unwrap().push(format!("up {id}"));
                Ok::<_, pact_provider::ParamError>(json!({ "token": "t" }))
            }
        })
        .state_teardown("order exists", move |ctx: StateContext| {
            let journal = Arc::clone(&down);
            async move {
                assert_eq!(ctx.action(), StateAction::Teardown);
                journal.lock().unwrap().push("down".to_owned());
            }
        })
        .run()
        .await
        .unwrap();
    assert_eq!(report.exit_code(), 1);
    assert_eq!(*journal.lock().unwrap(), ["up 42", "down"]);
}

#[tokio::test]
async fn a_state_without_handler_fails_and_shows_one_to_paste() {
    let report = verifier([with_state()]).service(app()).run().await.unwrap();
    let text = report.to_string();
    assert_eq!(report.exit_code(), 1);
    assert!(
        text.contains("no handler for provider state `order exists`"),
        "{text}"
    );
    assert!(
        text.contains(r#".state("order exists", |ctx| async move {"#),
        "{text}"
    );
}

#[tokio::test]
async fn a_state_without_handler_can_be_a_warning() {
    let report = verifier([with_state()])
        .service(app())
        .missing_states(MissingStates::Warn)
        .run()
        .await
        .unwrap();
    report.assert();
    assert!(
        report
            .to_string()
            .contains("warning: nobody sets up provider state `order exists`")
    );
}

#[tokio::test]
async fn a_handler_that_fails_panics_or_hangs_fails_its_interaction() {
    type Handling = std::pin::Pin<Box<dyn Future<Output = Result<(), String>> + Send>>;
    let failing = |handler: fn(StateContext) -> Handling| {
        verifier([with_state()])
            .service(app())
            .state("order exists", handler)
            .state_timeout(Duration::from_millis(20))
            .run()
    };
    let text = failing(|_| Box::pin(async { Err("the disk is full".to_owned()) }));
    let text = text.await.unwrap().to_string();
    assert!(
        text.contains("setting up provider state `order exists` failed: the disk is full"),
        "{text}"
    );
    let text = failing(|_| panic!("boom")).await.unwrap().to_string();
    assert!(
        text.contains("failed: the handler panicked: boom"),
        "{text}"
    );
    let text = failing(|_| Box::pin(std::future::pending()))
        .await
        .unwrap()
        .to_string();
    assert!(
        text.contains("setting up provider state `order exists` took longer than 0.02 s"),
        "{text}"
    );
}

#[tokio::test]
async fn the_address_is_called_with_a_body_before_and_after() {
    let journal = Journal::default();
    let calls = Arc::clone(&journal);
    let change = move |Json(body): Json<Value>| {
        calls.lock().unwrap().push(body.to_string());
        async { Json(json!({})) }
    };
    let base = serve(app().route("/_states", post(change))).await;
    verifier([with_state(), get("without", "/ok", r#"{"ok":true}"#)])
        .url(&base)
        .state_change_url(format!("{base}/_states"))
        .state_change_teardown(true)
        .run()
        .await
        .unwrap()
        .assert();
    assert_eq!(
        *journal.lock().unwrap(),
        [
            r#"{"action":"setup","params":{"id":42},"state":"order exists"}"#,
            r#"{"action":"teardown","params":{"id":42},"state":"order exists"}"#,
            r#"{"action":"setup","params":{},"state":""}"#,
            r#"{"action":"teardown","params":{},"state":""}"#,
        ]
    );
}

#[tokio::test]
async fn the_address_is_called_with_a_query() {
    let journal = Journal::default();
    let calls = Arc::clone(&journal);
    let change = move |Query(query): Query<Vec<(String, String)>>| {
        calls.lock().unwrap().push(format!("{query:?}"));
        async {}
    };
    let base = serve(app().route("/_states", post(change))).await;
    verifier([with_state()])
        .url(&base)
        .state_change_url(format!("{base}/_states?k=1"))
        .state_change_as_query(true)
        .run()
        .await
        .unwrap()
        .assert();
    assert_eq!(
        *journal.lock().unwrap(),
        [r#"[("k", "1"), ("action", "setup"), ("id", "42"), ("state", "order exists")]"#]
    );
}

#[tokio::test]
async fn an_address_that_answers_500_fails_the_interaction_at_once_and_is_not_called_again() {
    let journal = Journal::default();
    let calls = Arc::clone(&journal);
    let change = move || {
        calls.lock().unwrap().push("called".to_owned());
        async { (StatusCode::INTERNAL_SERVER_ERROR, "no database") }
    };
    let base = serve(app().route("/_states", post(change))).await;
    let report = verifier([with_state()])
        .url(&base)
        .state_change_url(format!("{base}/_states"))
        .state_change_teardown(true)
        .run()
        .await
        .unwrap();
    let text = report.to_string();
    assert!(text.contains("setting up provider state `order exists` failed: the state change URL answered 500: no database"), "{text}");
    assert_eq!(*journal.lock().unwrap(), ["called"]);
}

#[tokio::test]
async fn what_a_handler_returns_takes_its_place_in_the_request() {
    let order = |axum::extract::Path(id): axum::extract::Path<u32>| async move {
        Json(json!({ "id": id }))
    };
    let mut interaction = given(
        get("an order", "/orders/1", r#"{"id":41}"#),
        ProviderState::new("an order"),
    );
    if let InteractionKind::Http(exchange) = &mut interaction.kind {
        exchange.request.generators.path = Some(Generator::ProviderState {
            expression: "/orders/${id}".to_owned(),
            data_type: None,
        });
    }
    verifier([interaction])
        .service(Router::new().route("/orders/{id}", route(order)))
        .state("an order", |_: StateContext| async { json!({ "id": 41 }) })
        .run()
        .await
        .unwrap()
        .assert();
}

#[derive(serde::Deserialize)]
struct Order {
    id: u64,
    paid: bool,
}

fn ordered() -> ProviderState {
    let mut state = ProviderState::new("an order");
    state.params.insert("id".to_owned(), 7_i64);
    state.params.insert("paid".to_owned(), true);
    state
}

#[tokio::test]
async fn a_closure_gets_its_parameters_as_a_type_of_its_own_and_returns_one() {
    #[derive(serde::Serialize)]
    struct Made {
        key: String,
    }
    let mut interaction = given(get("an order", "/ok", r#"{"ok":true}"#), ordered());
    if let InteractionKind::Http(exchange) = &mut interaction.kind {
        exchange.request.path = "/example".to_owned();
        exchange.request.generators.path = Some(Generator::ProviderState {
            expression: "/${key}".to_owned(),
            data_type: None,
        });
    }
    verifier([interaction])
        .service(app())
        .state_with("an order", |ctx: StateContext, order: Order| async move {
            assert_eq!((ctx.name(), order.id, order.paid), ("an order", 7, true));
            let made = Made {
                key: "ok".to_owned(),
            };
            pact_provider::StateValues::of(&made)
        })
        .run()
        .await
        .unwrap()
        .assert();
}

#[tokio::test]
async fn parameters_of_another_type_fail_the_interaction() {
    let report = verifier([with_state()])
        .service(app())
        .state_with("order exists", |_, _: Order| async {})
        .run()
        .await
        .unwrap();
    let text = report.to_string();
    assert!(
        text.contains(
            "setting up provider state `order exists` failed: provider state `order exists`: \
             the parameter list is `{\"id\":42}`, which is not the type expected: missing field `paid`"
        ),
        "{text}"
    );
}

/// Makes values of provider states take every place a request has.
fn everywhere(request: &mut pact_core::model::Request) {
    let from = |expression: &str| Generator::ProviderState {
        expression: expression.to_owned(),
        data_type: None,
    };
    request.method = "POST".to_owned();
    request.query.push("q", Some("example".to_owned()));
    request.headers.push("X-Token", "example");
    request.body =
        pact_core::model::Body::present(r#"{"id":1}"#, Some(pact_core::model::ContentType::json()));
    let generators = &mut request.generators;
    generators.path = Some(from("/echo/${id}"));
    generators.query.push(("q".to_owned(), from("${text}")));
    generators
        .header
        .push(("X-Token".to_owned(), from("t-${id}")));
    generators.body.push(("$.id".parse().unwrap(), from("id")));
}

#[tokio::test]
async fn values_of_states_take_their_places_in_path_query_headers_and_body() {
    let echo = |request: axum::extract::Request| async move {
        let (head, body) = request.into_parts();
        let body = axum::body::to_bytes(body, 1_000).await.unwrap();
        Json(json!({
            "target": head.uri.to_string(),
            "token": head.headers["x-token"].to_str().unwrap(),
            "body": serde_json::from_slice::<Value>(&body).unwrap(),
        }))
    };
    let expected = r#"{"target":"/echo/41?q=a%20%26%20b","token":"t-41","body":{"id":41}}"#;
    let mut interaction = given(
        get("everywhere", "/example", expected),
        ProviderState::new("an order"),
    );
    if let InteractionKind::Http(exchange) = &mut interaction.kind {
        everywhere(&mut exchange.request);
    }
    verifier([interaction])
        .service(Router::new().fallback(echo))
        .state("an order", |_: StateContext| async {
            json!({ "id": 41, "text": "a & b" })
        })
        .run()
        .await
        .unwrap()
        .assert();
}

#[tokio::test]
async fn values_of_states_take_their_places_in_the_expected_response() {
    let expecting = |expected: &str| {
        let mut interaction = given(
            get("an order", "/order", expected),
            ProviderState::new("an order"),
        );
        if let InteractionKind::Http(exchange) = &mut interaction.kind {
            let from = |expression: &str| Generator::ProviderState {
                expression: expression.to_owned(),
                data_type: None,
            };
            let generators = &mut exchange.response.generators;
            exchange.response.headers.push("X-Order", "example");
            generators
                .header
                .push(("X-Order".to_owned(), from("${id}")));
            generators.body.push(("$.id".parse().unwrap(), from("id")));
            // Nobody gives this one; the example stays.
            generators
                .body
                .push(("$.name".parse().unwrap(), from("name")));
        }
        interaction
    };
    let order = || async { ([("x-order", "41")], Json(json!({ "id": 41, "name": "a" }))) };
    let report = verifier([
        expecting(r#"{"id":1,"name":"a"}"#),
        expecting(r#"{"id":41,"name":"b"}"#),
    ])
    .service(Router::new().route("/order", route(order)))
    .state("an order", |_: StateContext| async { json!({ "id": 41 }) })
    .run()
    .await
    .unwrap();
    let text = report.to_string();
    assert!(text.contains("1 of 2 interactions hold"), "{text}");
    assert!(
        text.contains(
            "differs\n    body at $.name: expected the string \"b\", got the string \"a\"\n  run"
        ),
        "{text}"
    );
}
