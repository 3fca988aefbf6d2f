//! Redirects to elsewhere, in circles, to files, to addresses inside: not followed unless asked to,
//! and then without credentials.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::{any, get as route};
use pact_core::model::{Interaction, InteractionKind};
use pact_provider::Verifier;
use serde_json::json;

use crate::support::{get, serve, verifier};

/// A provider that answers each path with a redirect to where it leads.
async fn leading_to(places: Vec<(&'static str, String)>) -> String {
    let mut router = Router::new();
    for (path, place) in places {
        let away = move || {
            let place = HeaderValue::from_str(&place).unwrap();
            async move { (StatusCode::FOUND, [(header::LOCATION, place)]) }
        };
        router = router.route(path, any(away));
    }
    serve(router).await
}

/// A server that counts how often it is asked, and says what it was told.
async fn elsewhere() -> (String, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&asked);
    let tell = move |request: Request| {
        seen.fetch_add(1, Ordering::SeqCst);
        async move {
            let headers = request.headers();
            let known = ["accept", "host", "user-agent"];
            let mut others: Vec<_> = { headers.keys() }
                .map(|name| name.as_str().to_owned())
                .filter(|name| !known.contains(&name.as_str()))
                .collect();
            others.sort();
            axum::Json(json!({ "method": request.method().as_str(), "headers": others }))
        }
    };
    (serve(Router::new().fallback(tell)).await, asked)
}

fn with_headers(mut interaction: Interaction) -> Interaction {
    if let InteractionKind::Http(exchange) = &mut interaction.kind {
        let headers = &mut exchange.request.headers;
        headers.push("Authorization", "Bearer example");
        headers.push("Cookie", "session=example");
        headers.push("X-Contract", "public");
    }
    interaction
}

fn with_secrets(verifier: Verifier) -> Verifier {
    verifier
        .header("X-Custom", "secret")
        .request_filter_sync(|mut request| {
            let signature = HeaderValue::from_static("secret");
            request.headers_mut().insert("x-signature", signature);
            Ok::<_, String>(request)
        })
}

#[tokio::test]
async fn no_redirect_is_followed_by_default() {
    let (other, asked) = elsewhere().await;
    let base = leading_to(vec![
        ("/other", format!("{other}/")),
        ("/circle", "/circle".to_owned()),
        ("/file", "file:///etc/hostname".to_owned()),
        ("/inside", other.replace("127.0.0.1", "localhost")),
    ])
    .await;
    let paths = ["/other", "/circle", "/file", "/inside"];
    let report = with_secrets(verifier(paths.map(|path| get(path, path, "{}"))))
        .url(base)
        .run()
        .await
        .unwrap();
    assert_eq!(report.exit_code(), 1);
    let text = report.to_string();
    assert_eq!(
        text.matches("status: expected 200, got 302").count(),
        4,
        "{text}"
    );
    assert_eq!(asked.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn to_another_origin_no_secret_goes_along_and_none_comes_back() {
    let (other, asked) = elsewhere().await;
    let base = leading_to(vec![
        ("/other", format!("{other}/")),
        ("/inside", other.replace("127.0.0.1", "localhost")),
    ])
    .await;
    let expected = r#"{"method":"GET","headers":["x-contract"]}"#;
    let interactions = ["/other", "/inside"].map(|path| with_headers(get(path, path, expected)));
    with_secrets(verifier(interactions))
        .url(base)
        .follow_redirects(true)
        .run()
        .await
        .unwrap()
        .assert();
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn secrets_stay_away_when_a_redirect_leads_back() {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0))
        .await
        .unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let other = leading_to(vec![("/back", format!("{base}/end"))]).await;
    let there = move || {
        let place = HeaderValue::from_str(&format!("{other}/back")).unwrap();
        async move { (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, place)]) }
    };
    let end = |headers: HeaderMap| async move {
        let secret = headers.contains_key("x-custom") || headers.contains_key("authorization");
        axum::Json(json!({ "secret": secret })).into_response()
    };
    let router = Router::new()
        .route("/start", route(there))
        .route("/end", route(end));
    tokio::spawn(axum::serve(listener, router).into_future());
    let interaction = with_headers(get("back", "/start", r#"{"secret":false}"#));
    with_secrets(verifier([interaction]))
        .url(base)
        .follow_redirects(true)
        .run()
        .await
        .unwrap()
        .assert();
}

#[tokio::test]
async fn within_the_provider_everything_goes_along() {
    let end = |headers: HeaderMap| async move {
        let all = ["x-custom", "x-signature", "x-contract", "authorization"];
        axum::Json(json!({ "all": all.iter().all(|name| headers.contains_key(*name)) }))
    };
    let start = || async { (StatusCode::FOUND, [(header::LOCATION, "/end")]) };
    let base = serve(
        Router::new()
            .route("/start", route(start))
            .route("/end", route(end)),
    )
    .await;
    let interaction = with_headers(get("within", "/start", r#"{"all":true}"#));
    with_secrets(verifier([interaction]))
        .url(base)
        .follow_redirects(true)
        .run()
        .await
        .unwrap()
        .assert();
}

#[tokio::test]
async fn a_redirect_that_leads_nowhere_is_named() {
    let base = leading_to(vec![
        ("/circle", "/circle".to_owned()),
        ("/file", "file:///etc/hostname".to_owned()),
        ("/script", "javascript:alert(1)".to_owned()),
        ("/nobody", "http://127.0.0.1:1/".to_owned()),
    ])
    .await;
    let paths = ["/circle", "/file", "/script", "/nobody"];
    let report = verifier(paths.map(|path| get(path, path, "{}")))
        .url(base)
        .follow_redirects(true)
        .run()
        .await
        .unwrap();
    let text = report.to_string();
    for reason in [
        "a redirect of the provider cannot be followed: more than 10 redirects",
        "a redirect of the provider cannot be followed: `file:///etc/hostname` is no address to go to",
        "a redirect of the provider cannot be followed: `javascript:alert(1)` is no address to go to",
        "cannot connect to the provider at 127.0.0.1:1: ",
    ] {
        assert!(text.contains(reason), "{reason}\n{text}");
    }
}

#[tokio::test]
async fn no_more_than_ten_redirects_are_followed() {
    let steps = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&steps);
    let step = move || {
        let next = seen.fetch_add(1, Ordering::SeqCst) + 1;
        let place = HeaderValue::from_str(&format!("/{next}")).unwrap();
        async move { (StatusCode::SEE_OTHER, [(header::LOCATION, place)]) }
    };
    let base = serve(Router::new().fallback(step)).await;
    let report = verifier([get("further and further", "/", "{}")])
        .url(base)
        .follow_redirects(true)
        .run()
        .await
        .unwrap();
    assert_eq!(report.exit_code(), 1);
    assert_eq!(steps.load(Ordering::SeqCst), 11);
}
