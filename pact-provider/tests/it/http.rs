//! Providers on real sockets.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, Request};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::{get as route, post};
use axum::serve::ListenerExt;
use pact_core::model::{Interaction, InteractionKind, ProviderState};
use tokio::net::TcpListener;

use crate::support::{get, given, serve, verifier};

/// Changes the request of an HTTP interaction.
fn request(
    mut interaction: Interaction,
    change: impl FnOnce(&mut pact_core::model::Request),
) -> Interaction {
    if let InteractionKind::Http(exchange) = &mut interaction.kind {
        change(&mut exchange.request);
    }
    interaction
}

async fn echo(request: Request) -> impl IntoResponse {
    let target = request.uri().to_string();
    axum::Json(serde_json::json!({ "target": target, "method": request.method().as_str() }))
}

#[tokio::test]
async fn the_base_path_stands_before_the_path_and_the_query_is_escaped() {
    let base = serve(Router::new().fallback(echo)).await;
    let expected = r#"{"target":"/base/a%20b?q=x%20%26%20y&flag"}"#;
    let interaction = request(get("a search", "/a b", expected), |request| {
        request.query.push("q", Some("x & y".to_owned()));
        request.query.push("flag", None);
    });
    verifier([interaction])
        .url(format!("{base}/base/"))
        .run()
        .await
        .unwrap()
        .assert();
}

#[tokio::test]
async fn a_custom_header_replaces_that_of_the_contract_and_is_never_shown() {
    let check = |headers: HeaderMap| async move {
        assert_eq!(headers.get_all(header::AUTHORIZATION).iter().count(), 1);
        let right = headers[header::AUTHORIZATION] == "Bearer canary-secret";
        axum::Json(serde_json::json!({ "right": right }))
    };
    let base = serve(Router::new().route("/", route(check))).await;
    let interaction = |expected| {
        request(get("a secret", "/", expected), |request| {
            request.headers.push("authorization", "Bearer example");
            request.headers.push("X-Shown", "yes");
        })
    };
    let report = verifier([
        interaction(r#"{"right":true}"#),
        interaction(r#"{"right":1}"#),
    ])
    .url(base)
    .header("Authorization", "Bearer canary-secret")
    .run()
    .await
    .unwrap();
    let text = format!("{report}{report:?}");
    assert!(text.contains("authorization: (not shown)"), "{text}");
    assert!(text.contains("x-shown: yes"), "{text}");
    assert!(!text.contains("canary"), "{text}");
    assert!(text.contains("1 of 2 interactions hold"), "{text}");
}

#[tokio::test]
async fn a_redirect_is_an_answer_like_any_other() {
    let moved = || async { (StatusCode::FOUND, [(header::LOCATION, "/new")]) };
    let arrived = || async { axum::Json(serde_json::json!({ "new": true })) };
    let base = serve(
        Router::new()
            .route("/old", route(moved))
            .route("/new", route(arrived)),
    )
    .await;
    let interaction = get("an old address", "/old", r#"{"new":true}"#);
    let report = verifier([interaction.clone()])
        .url(&base)
        .run()
        .await
        .unwrap();
    assert!(
        report.to_string().contains("status: expected 200, got 302"),
        "{report}"
    );
    verifier([interaction])
        .url(&base)
        .follow_redirects(true)
        .run()
        .await
        .unwrap()
        .assert();
}

#[tokio::test]
async fn a_request_filter_signs_requests() {
    let base = serve(Router::new().fallback(|headers: HeaderMap| async move {
        axum::Json(serde_json::json!({ "signed": headers.contains_key("x-signature") }))
    }))
    .await;
    verifier([get("signed", "/", r#"{"signed":true}"#)])
        .url(base)
        .request_filter(|mut request| async move {
            let signature = HeaderValue::from_static("abc");
            request.headers_mut().insert("x-signature", signature);
            Ok::<_, String>(request)
        })
        .run()
        .await
        .unwrap()
        .assert();
}

#[tokio::test]
async fn a_thousand_interactions_share_a_connection_and_keep_their_order() {
    let accepted = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&accepted);
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let listener = listener.tap_io(move |_| {
        count.fetch_add(1, Ordering::SeqCst);
    });
    let echo = |Path(id): Path<usize>| async move { axum::Json(serde_json::json!({ "id": id })) };
    let state = || async { axum::Json(serde_json::json!({})) };
    let router = Router::new()
        .route("/orders/{id}", route(echo))
        .route("/_states", post(state));
    tokio::spawn(axum::serve(listener, router).into_future());
    let interactions: Vec<_> = { 0..1_000 }
        .map(|id| {
            get(
                &format!("order {id}"),
                &format!("/orders/{id}"),
                &format!(r#"{{"id":{id}}}"#),
            )
        })
        .collect();
    for (jobs, connections) in [(1, 1), (8, 16)] {
        accepted.store(0, Ordering::SeqCst);
        let report = verifier(interactions.clone())
            .url(&base)
            .state_change_url(format!("{base}/_states"))
            .jobs(jobs)
            .run()
            .await
            .unwrap();
        report.assert();
        assert!(
            accepted.load(Ordering::SeqCst) <= connections,
            "{accepted:?}"
        );
        let in_order = { report.pacts[0].interactions.iter() }
            .enumerate()
            .all(|(position, one)| one.description == format!("order {position}"));
        assert!(in_order);
    }
}

#[tokio::test]
async fn answers_are_compared_as_they_are_whatever_the_build_can_decode() {
    for encoding in ["br", "deflate", "gzip", "zstd"] {
        let answer = move |headers: HeaderMap| async move {
            let asked = headers.contains_key(header::ACCEPT_ENCODING);
            let body = axum::Json(serde_json::json!({ "asked": asked }));
            ([(header::CONTENT_ENCODING, encoding)], body)
        };
        let base = serve(Router::new().fallback(answer)).await;
        let mut interaction = get(encoding, "/", r#"{"asked":false}"#);
        // Without it, an answer that cannot be what it says it is would fail.
        if let InteractionKind::Http(exchange) = &mut interaction.kind {
            exchange.response.headers.push("Content-Encoding", encoding);
        }
        let report = verifier([interaction]).url(base).run().await.unwrap();
        report.assert();
    }
}

#[tokio::test]
async fn a_connection_that_lay_idle_is_not_used_again() {
    let connections = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&connections);
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let counting = listener.tap_io(move |_| {
        count.fetch_add(1, Ordering::SeqCst);
    });
    let answer = || async { axum::Json(serde_json::json!({})) };
    tokio::spawn(async move { axum::serve(counting, Router::new().fallback(answer)).await });
    let slow = given(get("b", "/", "{}"), ProviderState::new("a slow state"));
    verifier([get("a", "/", "{}"), slow])
        .url(base)
        // Longer than a connection may lie idle, and than some servers wait for the next request.
        .state("a slow state", |_| {
            tokio::time::sleep(Duration::from_millis(1_700))
        })
        .run()
        .await
        .unwrap()
        .assert();
    assert_eq!(connections.load(Ordering::SeqCst), 2);
}
