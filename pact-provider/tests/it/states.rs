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
    assert!(
        text.contains(r#"let id = ctx.param::<_>("id")?;"#),
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
            .contains("warning: no handler for provider state `order exists`")
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
