//! Provider states are torn down whatever happened.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::http::StatusCode;
use axum::routing::{get as route, post};
use axum::{Json, Router};
use pact_core::model::{Interaction, ProviderState};
use pact_provider::{StateContext, Verifier};
use serde_json::{Value, json};

use crate::support::{get, given, serve, verifier};

type Journal = Arc<Mutex<Vec<String>>>;

fn app() -> Router {
    Router::new()
        .route("/ok", route(|| async { Json(json!({})) }))
        .route("/hangs", route(std::future::pending::<()>))
        .route("/panics", route(panics))
}

async fn panics() -> String {
    panic!("no such luck")
}

fn with_states(path: &str, states: &[&str]) -> Interaction {
    { states.iter() }.fold(get("one", path, "{}"), |interaction, state| {
        given(interaction, ProviderState::new(*state))
    })
}

/// Notes each call, and fails in the way the name of the state says.
fn noting(journal: &Journal, verifier: Verifier) -> Verifier {
    let journal = Arc::clone(journal);
    verifier
        .state_timeout(Duration::from_millis(100))
        .any_state(move |context: StateContext| {
            let (name, action) = (context.name().to_owned(), context.action());
            journal.lock().unwrap().push(format!("{action:?} {name}"));
            let sets_up = action == pact_provider::StateAction::Setup;
            async move {
                match name.as_str() {
                    "fails" if sets_up => return Err("no database"),
                    "panics" if sets_up => panic!("boom"),
                    "hangs" if sets_up => std::future::pending::<()>().await,
                    _ => {}
                }
                Ok(())
            }
        })
}

async fn journal_of(interaction: Interaction) -> Vec<String> {
    let journal = Journal::default();
    let verifier = verifier([interaction])
        .service(app())
        .request_timeout(Duration::from_millis(100));
    let report = noting(&journal, verifier).run().await.unwrap();
    assert_eq!(report.exit_code(), 1, "{report}");
    let calls = journal.lock().unwrap();
    calls.clone()
}

#[tokio::test]
async fn states_are_torn_down_when_the_provider_hangs_or_panics() {
    for path in ["/hangs", "/panics"] {
        assert_eq!(
            journal_of(with_states(path, &["a", "b"])).await,
            ["Setup a", "Setup b", "Teardown b", "Teardown a"],
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_state_that_was_begun_is_torn_down_and_so_are_those_before_it() {
    for state in ["fails", "panics", "hangs"] {
        assert_eq!(
            journal_of(with_states("/ok", &["a", state, "never"])).await,
            [
                "Setup a".to_owned(),
                format!("Setup {state}"),
                format!("Teardown {state}"),
                "Teardown a".to_owned()
            ]
        );
    }
}

#[tokio::test]
async fn an_endpoint_that_says_no_has_nothing_to_tear_down() {
    let journal = Journal::default();
    let calls = Arc::clone(&journal);
    let change = move |Json(body): Json<Value>| {
        let call = format!("{} {}", body["action"], body["state"]).replace('"', "");
        let refused = call == "setup b";
        calls.lock().unwrap().push(call);
        std::future::ready(match refused {
            true => StatusCode::INTERNAL_SERVER_ERROR,
            false => StatusCode::OK,
        })
    };
    let base = serve(app().route("/states", post(change))).await;
    let report = verifier([with_states("/ok", &["a", "b"])])
        .url(&base)
        .state_change_url(format!("{base}/states"))
        .state_change_teardown(true)
        .run()
        .await
        .unwrap();
    assert_eq!(report.exit_code(), 1, "{report}");
    assert_eq!(
        *journal.lock().unwrap(),
        ["setup a", "setup b", "teardown a"]
    );
}
