//! The client against servers that misbehave, on real sockets.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::http::{HeaderMap, StatusCode, header};
use axum::routing::{get, post};
use pact_broker_client::{
    Auth, BrokerClient, BrokerError, BrokerOptions, ConsumerVersionSelector, CustomHeader, Limits,
    MatrixQuery, PactsForVerificationQuery, Secret, TransportFault, VersionSelector,
};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

const HAL: &str = "application/hal+json;charset=utf-8";

async fn serve(app: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    address
}

/// Serves the same bytes to whoever connects, then closes; without bytes it stays silent.
async fn serve_bytes(answer: Option<&'static [u8]>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let mut silent = Vec::new();
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            match answer {
                Some(bytes) => {
                    let mut request = [0; 4096];
                    let _ = stream.read(&mut request).await;
                    let _ = stream.write_all(bytes).await;
                }
                None => silent.push(stream),
            }
        }
    });
    address
}

fn client(address: SocketAddr) -> BrokerClient {
    let limits = Limits {
        timeout: Duration::from_millis(300),
        attempts: 1,
        max_answer: 4096,
    };
    let auth = Auth::Bearer(Secret::new("s3cret-token"));
    BrokerClient::new(
        BrokerOptions::new(format!("http://{address}"))
            .auth(auth)
            .limits(limits),
    )
    .unwrap()
}

async fn index_error(address: SocketAddr) -> BrokerError {
    let error = client(address).index().await.unwrap_err();
    assert!(
        !format!("{error:?}{error}").contains("s3cret"),
        "the token is in {error:?}"
    );
    error
}

#[tokio::test]
async fn a_refused_connection_is_named() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let error = index_error(address).await;
    assert!(
        matches!(
            error,
            BrokerError::Transport {
                fault: TransportFault::Connect,
                ..
            }
        ),
        "{error:?}"
    );
    assert_eq!(
        error.to_string(),
        format!("reading the broker's index: cannot connect to http://{address}")
    );
    insta::assert_snapshot!(error.hint().unwrap(), @"check that the broker runs and that host and port are right");
}

#[tokio::test]
async fn silence_ends_at_the_deadline() {
    let address = serve_bytes(None).await;
    let error = index_error(address).await;
    assert_eq!(
        error.to_string(),
        format!("reading the broker's index: no answer within 0.3 s from http://{address}")
    );
}

#[tokio::test]
async fn garbage_and_broken_answers_are_told_from_silence() {
    for answer in [
        &b"SSH-2.0-OpenSSH_9\r\n"[..],
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{",
    ] {
        let error = index_error(serve_bytes(Some(answer)).await).await;
        assert!(
            matches!(
                error,
                BrokerError::Transport {
                    fault: TransportFault::Incomplete,
                    ..
                }
            ),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn what_is_no_broker_is_recognised() {
    let page =
        serve(Router::new().route("/", get(|| async { axum::response::Html("<html>") }))).await;
    let error = index_error(page).await;
    assert!(
        matches!(&error, BrokerError::NotHal { content_type, .. } if content_type.contains("text/html")),
        "{error:?}"
    );

    let empty =
        serve(Router::new().route("/", get(|| async { ([(header::CONTENT_TYPE, HAL)], "{}") })))
            .await;
    assert!(matches!(
        index_error(empty).await,
        BrokerError::MissingLink { .. }
    ));

    let broken = serve(Router::new().route(
        "/",
        get(|| async { ([(header::CONTENT_TYPE, HAL)], "{\n\"a\":") }),
    ))
    .await;
    assert!(matches!(
        index_error(broken).await,
        BrokerError::Json { line: 2, .. }
    ));
}

#[tokio::test]
async fn an_endless_answer_is_cut_off() {
    let large = || async { ([(header::CONTENT_TYPE, HAL)], "x".repeat(10_000)) };
    let error = index_error(serve(Router::new().route("/", get(large))).await).await;
    assert!(
        matches!(error, BrokerError::TooLarge { limit: 4096, .. }),
        "{error:?}"
    );
}

#[tokio::test]
async fn statuses_become_errors_with_the_brokers_words() {
    let answer = |status: u16, body: &'static str| {
        move || async move {
            (
                StatusCode::from_u16(status).unwrap(),
                [(header::CONTENT_TYPE, HAL)],
                body,
            )
        }
    };
    let unauthorized =
        index_error(serve(Router::new().route("/", get(answer(401, "")))).await).await;
    insta::assert_snapshot!(unauthorized, @"reading the broker's index: the broker does not accept the credentials (401)");
    let app = Router::new().route(
        "/matrix",
        get(answer(400, r#"{"errors":["Pacticipant x not found"]}"#)),
    );
    let error = client(serve(app).await)
        .matrix(&MatrixQuery::new(VersionSelector::version("x", "1")))
        .await
        .unwrap_err();
    insta::assert_snapshot!(error, @"
    asking whether x can be deployed: the broker refused it as wrong (400)
      Pacticipant x not found
    ");
}

#[tokio::test]
async fn an_overloaded_broker_is_asked_again() {
    let count = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let seen = std::sync::Arc::clone(&count);
    let app = Router::new().route(
        "/",
        get(move || async move {
            if seen.fetch_add(1, std::sync::atomic::Ordering::SeqCst) == 0 {
                return (
                    StatusCode::SERVICE_UNAVAILABLE,
                    [(header::RETRY_AFTER, "0")],
                    String::new(),
                );
            }
            (
                StatusCode::OK,
                [(header::CONTENT_TYPE, HAL)],
                json!({ "_links": {} }).to_string(),
            )
        }),
    );
    let limits = Limits {
        attempts: 2,
        ..Limits::STANDARD
    };
    let options = BrokerOptions::new(format!("http://{}", serve(app).await)).limits(limits);
    BrokerClient::new(options).unwrap().index().await.unwrap();
    assert_eq!(count.load(std::sync::atomic::Ordering::SeqCst), 2);
}

#[tokio::test]
async fn links_to_another_host_stay_with_the_broker_and_carry_the_credentials() {
    let index = json!({ "_links": { "pb:provider-pacts-for-verification": {
        "href": "http://internal.invalid:1/pacts/provider/{provider}/for-verification" } } })
    .to_string();
    let pacts = |headers: HeaderMap, body: String| async move {
        assert_eq!(headers[header::AUTHORIZATION], "Bearer s3cret-token");
        assert_eq!(headers["x-team"], "orders");
        assert_eq!(
            body,
            r#"{"consumerVersionSelectors":[{"mainBranch":true}],"includePendingStatus":true}"#
        );
        let pact = json!({ "_links": { "self": { "href": "http://internal.invalid:1/pact", "name": "a pact" } },
            "verificationProperties": { "pending": true, "notices": [{ "when": "before_verification", "text": "why" }] } });
        (
            [(header::CONTENT_TYPE, HAL)],
            json!({ "_embedded": { "pacts": [pact] } }).to_string(),
        )
    };
    let app = Router::new()
        .route(
            "/",
            get(|| async { ([(header::CONTENT_TYPE, HAL)], index) }),
        )
        .route("/pacts/provider/{provider}/for-verification", post(pacts));
    let address = serve(app).await;
    let options = BrokerOptions::new(format!("http://{address}"))
        .auth(Auth::Bearer(Secret::new("s3cret-token")))
        .header(CustomHeader::parse("X-Team: orders").unwrap());
    let query = PactsForVerificationQuery {
        selectors: vec![ConsumerVersionSelector::main_branch()],
        include_pending: true,
        ..PactsForVerificationQuery::default()
    };
    let pacts = BrokerClient::new(options)
        .unwrap()
        .pacts_for_verification("order/api", &query)
        .await
        .unwrap();
    assert_eq!(
        (
            pacts.len(),
            pacts[0].pending,
            pacts[0].notices[0].text.as_str()
        ),
        (1, true, "why")
    );
}

#[tokio::test]
async fn names_that_would_leave_the_path_are_refused() {
    let error = client(SocketAddr::from(([127, 0, 0, 1], 9)))
        .pacticipant("..")
        .await
        .unwrap_err();
    insta::assert_snapshot!(error, @"reading ..: `.` and `..` cannot be names in a broker");
}

#[tokio::test]
async fn a_broker_is_not_where_there_is_nothing() {
    let address = serve(Router::new()).await;
    let error = index_error(address).await;
    assert!(!error.is_not_found(), "{error:?}");
    assert_eq!(
        error.to_string(),
        format!("there is no broker at http://{address} (404)")
    );
}

/// Serves a pact at `/pact`, and sends who asks elsewhere on to the address.
async fn serve_moved(to: String) -> SocketAddr {
    let moved = move |headers: HeaderMap| {
        assert!(headers.contains_key(header::AUTHORIZATION));
        std::future::ready((StatusCode::FOUND, [(header::LOCATION, to.clone())]))
    };
    let pact = |headers: HeaderMap| async move {
        let known = headers.contains_key(header::AUTHORIZATION);
        axum::Json(json!({ "known": known }))
    };
    serve(Router::new().route("/pact", get(pact)).fallback(moved)).await
}

#[tokio::test]
async fn a_pact_that_moved_is_followed_without_credentials() {
    let fetched = async |to: String| {
        let old = serve_moved(to).await;
        let href = format!("http://{old}/old");
        client(old).fetch_pact(&href).await.map(|pact| pact.content)
    };
    let new = serve_moved("/pact".to_owned()).await;
    let elsewhere = fetched(format!("http://me:pw@{new}/pact")).await;
    assert_eq!(elsewhere.unwrap(), br#"{"known":false}"#);
    let beside = fetched("/pact".to_owned()).await;
    assert_eq!(beside.unwrap(), br#"{"known":true}"#);
    for nowhere in ["/old", "ftp://host/pact"] {
        let error = fetched(nowhere.to_owned()).await.unwrap_err();
        assert!(
            matches!(error, BrokerError::Status { status: 302, .. }),
            "{error:?}"
        );
        let hint = "the address has moved; give the one it moved to";
        assert_eq!(error.hint().unwrap(), hint);
    }
}
