//! Providers that do not answer as a provider should. None of them is a green build.

use std::time::Duration;

use axum::Router;
use axum::routing::get;
use pact_provider::{Report, Verifier, VerifyError};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::support::{orders, pact, verify, write};

/// Verifies against whatever `answer` does with each connection; returns the first error's text.
async fn fault(answer: &'static [u8], stay_silent: bool) -> (Report, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let mut open = Vec::new();
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = [0; 2048];
            let _ = stream.read(&mut request).await;
            let _ = stream.write_all(answer).await;
            if stay_silent {
                open.push(stream);
            }
        }
    });
    let folder = tempfile::tempdir().unwrap();
    let path = write(folder.path(), "pact.json", &pact(&[1]));
    let verifier = Verifier::new("order-api")
        .url(format!("http://{address}"))
        .timeout(Duration::from_millis(400));
    let report = verifier.pact_file(path).run().await.unwrap();
    assert!(
        !report.is_success() && report.exit_code() == 1,
        "{}",
        report.to_text(false)
    );
    let text = format!("{:?}", report.pacts[0].interactions[0].verdict);
    (report, text)
}

#[tokio::test]
async fn a_provider_that_is_not_there_is_named() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let folder = tempfile::tempdir().unwrap();
    let path = write(folder.path(), "pact.json", &pact(&[1]));
    let report = Verifier::new("order-api")
        .url(format!("http://{address}"))
        .pact_file(path)
        .run()
        .await
        .unwrap();
    let text = report.to_text(false);
    assert!(
        text.contains(&format!(
            "cannot connect to the provider at http://{address}"
        )),
        "{text}"
    );
    assert_eq!(report.exit_code(), 1);
}

#[tokio::test]
async fn silence_before_and_within_the_answer_ends_at_the_deadline() {
    for answer in [
        &b""[..],
        b"HTTP/1.1 200 OK\r\nContent-",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{",
    ] {
        let (_, text) = fault(answer, true).await;
        assert!(
            text.contains("no answer from the provider within 0.4 s"),
            "{text}"
        );
    }
}

#[tokio::test]
async fn broken_http_is_told_from_a_mismatch() {
    for answer in [
        &b"SSH-2.0-OpenSSH_9.9\r\n"[..],
        b"HTTP/1.1 2x0 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"id\":1}",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"",
    ] {
        let (_, text) = fault(answer, false).await;
        assert!(
            text.contains("the provider's answer is not complete HTTP"),
            "{text}"
        );
    }
}

#[tokio::test]
async fn a_body_that_is_no_json_is_a_mismatch_with_a_reason() {
    let app = Router::new().route(
        "/orders/{id}",
        get(|| async { ([("content-type", "application/json")], "{\"id\":") }),
    );
    let report = verify(app, &pact(&[1])).await;
    assert_eq!(report.exit_code(), 1);
    assert!(
        report
            .to_text(false)
            .contains("expected a body that can be read: line 1, column 7"),
        "{}",
        report.to_text(false)
    );
}

#[tokio::test]
async fn a_service_that_panics_fails_its_interaction_only() {
    let app = orders().route(
        "/orders/13",
        get(|| async {
            if true {
                panic!("unlucky");
            }
        }),
    );
    let report = verify(app, &pact(&[13, 14])).await;
    assert_eq!((report.counts().failed, report.counts().passed), (1, 1));
    assert!(
        report
            .to_text(false)
            .contains("the provider panicked: unlucky"),
        "{}",
        report.to_text(false)
    );
}

#[tokio::test]
async fn a_verifier_without_provider_or_pacts_says_so() {
    let text = |verifier: Verifier| async move { verifier.run().await.unwrap_err().to_string() };
    assert!(
        text(Verifier::new("p").pact_file("x.json"))
            .await
            .starts_with("no provider is named")
    );
    assert!(
        text(Verifier::new("p").service(orders()))
            .await
            .starts_with("no source of pacts")
    );
    let error = Verifier::new("p")
        .url("order-api:80")
        .pact_file("x.json")
        .run()
        .await
        .unwrap_err();
    assert!(matches!(error, VerifyError::TargetUrl { .. }), "{error}");
}
