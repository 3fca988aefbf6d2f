//! Code of the user's that never comes to its end: each is given up, and named.

use std::future::pending;
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::post;
use bytes::Bytes;
use http_body_util::Full;
use pact_core::model::{Body, ContentType, Interaction, InteractionKind, Message, ProviderState};
use pact_provider::{Answer, ProducedMessage, StateContext, Verifier};
use tower::service_fn;

use crate::support::{get, given, serve, verifier};

/// As short as a deadline can be that a provider which answers at once keeps all the same.
const SOON: Duration = Duration::from_millis(300);

fn ok() -> Interaction {
    get("ok", "/ok", "{}")
}

fn app() -> Router {
    Router::new().fallback(|| async { axum::Json(serde_json::json!({})) })
}

fn message() -> Interaction {
    let contents = Body::present("{}", Some(ContentType::json()));
    let message = Message {
        contents,
        ..Message::default()
    };
    Interaction::new(
        "a message",
        InteractionKind::AsyncMessage(Box::new(message)),
    )
}

#[track_caller]
fn check(what: &str, text: &str, says: &str) {
    assert!(text.contains(says), "{what}\n{text}");
    assert!(text.contains("FAILED"), "{what}\n{text}");
}

async fn text(verifier: Verifier) -> String {
    verifier.run().await.unwrap().to_string()
}

#[tokio::test]
async fn whatever_hangs_is_given_up_and_named() {
    let hanging = service_fn(|_: http::Request<Full<Bytes>>| {
        pending::<Result<http::Response<Full<Bytes>>, std::convert::Infallible>>()
    });
    let answer = "the provider gave no complete answer within 0.3 s";
    let cases = [
        (
            "a service",
            verifier([ok()]).service(hanging).request_timeout(SOON),
            answer,
        ),
        (
            "a maker of services",
            verifier([ok()])
                .service_factory(pending::<(Router, ())>)
                .request_timeout(SOON),
            answer,
        ),
        (
            "a maker of messages",
            verifier([message()])
                .message("a message", |_| {
                    pending::<Result<ProducedMessage, String>>()
                })
                .request_timeout(SOON),
            answer,
        ),
        (
            "a request filter",
            verifier([ok()])
                .service(app())
                .request_filter(|_| pending::<Result<http::Request<Bytes>, String>>())
                .request_timeout(SOON),
            "the request filter failed: it took longer than 0.3 s",
        ),
        (
            "a response hook",
            verifier([ok()])
                .service(app())
                .response_hook(|_| pending::<Result<Answer, String>>())
                .request_timeout(SOON),
            "the response hook failed: it took longer than 0.3 s",
        ),
        (
            "a state handler",
            verifier([given(ok(), ProviderState::new("s"))])
                .service(app())
                .state("s", |_: StateContext| pending::<()>())
                .state_timeout(SOON),
            "setting up provider state `s` took longer than 0.3 s",
        ),
        (
            "the end of a state",
            verifier([given(ok(), ProviderState::new("s"))])
                .service(app())
                .state("s", |_: StateContext| async {})
                .state_teardown("s", |_: StateContext| pending::<()>())
                .state_timeout(SOON),
            "tearing down provider state `s` took longer than 0.3 s",
        ),
    ];
    for (what, verifier, says) in cases {
        check(what, &text(verifier).await, says);
    }
}

#[tokio::test]
async fn the_deadline_of_states_is_that_of_the_state_change_url_too() {
    let states = Router::new().route("/states", post(pending::<()>));
    let base = serve(app().merge(states)).await;
    let with_state = || given(ok(), ProviderState::new("s"));
    let asking = |verifier: Verifier| {
        let verifier = verifier.url(&base);
        verifier.state_change_url(format!("{base}/states"))
    };
    // The deadline of requests is a minute: a run that waited for it would not be over soon.
    let hanging = asking(verifier([with_state()]))
        .request_timeout(Duration::from_secs(60))
        .state_timeout(SOON);
    check(
        "a state change URL",
        &text(hanging).await,
        "setting up provider state `s` took longer than 0.3 s",
    );
}

#[tokio::test]
async fn a_request_filter_that_fails_or_panics_fails_its_interaction() {
    type Filtered = Result<http::Request<Bytes>, String>;
    let filtered = |filter: fn(http::Request<Bytes>) -> Filtered| {
        let asked = || async { StatusCode::IM_A_TEAPOT };
        let verifier = verifier([ok()]).service(Router::new().fallback(asked));
        text(verifier.request_filter_sync(filter))
    };
    let failing = filtered(|_| Err("there is no token".to_owned())).await;
    check(
        "a filter that fails",
        &failing,
        "the request cannot be sent: the request filter failed: there is no token",
    );
    assert!(
        !failing.contains("418"),
        "nothing is sent without it\n{failing}"
    );
    let panicking = filtered(|_| panic!("boom")).await;
    check(
        "a filter that panics",
        &panicking,
        "the request filter failed: it panicked: boom",
    );
}

#[tokio::test]
async fn a_request_without_a_provider_says_so() {
    let verifier = verifier([ok()]).message("a message", |_| async {
        Ok::<_, String>(ProducedMessage::default())
    });
    let text = text(verifier).await;
    check("no provider", &text, "no provider to send the request to");
    assert!(
        text.contains("hint: give the running provider with `.url(..)`"),
        "{text}"
    );
}
