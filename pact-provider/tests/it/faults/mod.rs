//! Providers that do not behave: each fault is named, within its deadline.

use std::time::Duration;

use pact_provider::Report;
use tokio::io::AsyncWriteExt;

use crate::support::{get, nobody, serve_raw, verifier, write_and_close};

async fn verified(base: String) -> Report {
    verifier([get("anything", "/", "{}")])
        .url(base)
        .request_timeout(Duration::from_millis(100))
        .max_answer(1_000)
        .run()
        .await
        .unwrap()
}

#[track_caller]
fn check(report: &Report, reason: &str) {
    assert_eq!(report.exit_code(), 1, "{report}");
    let text = report.to_string();
    assert!(text.contains(reason), "{text}");
    assert!(
        text.contains("FAILED: 0 of 1 interaction holds, 1 failed"),
        "{text}"
    );
}

async fn answering(bytes: &'static [u8]) -> Report {
    verified(serve_raw(move |stream| write_and_close(stream, bytes)).await).await
}

#[tokio::test]
async fn nobody_listens() {
    let address = nobody().await;
    let report = verified(format!("http://{address}")).await;
    check(
        &report,
        &format!("cannot connect to the provider at {address}: "),
    );
    check(&report, "refused");
}

#[tokio::test]
async fn the_provider_never_answers() {
    let report = verified(
        serve_raw(|stream| async move {
            std::future::pending::<()>().await;
            drop(stream);
        })
        .await,
    )
    .await;
    check(&report, "the provider gave no complete answer within 0.1 s");
}

#[tokio::test]
async fn the_body_never_ends() {
    let report = answering(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc").await;
    check(&report, "the provider gave no complete HTTP answer");
}

#[tokio::test]
async fn the_answer_is_garbage() {
    check(
        &answering(b"\x16\x03\x01 what is this\r\n\r\n").await,
        "no complete HTTP answer",
    );
    check(&answering(b"").await, "no complete HTTP answer");
    check(
        &answering(b"HTTP/1.1 abc OK\r\n\r\n").await,
        "no complete HTTP answer",
    );
    check(
        &answering(b"HTTP/1.1 200 OK\r\nConte").await,
        "no complete HTTP answer",
    );
}

#[tokio::test]
async fn the_answer_is_too_large() {
    let report = answering(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\
          400\r\n................................................................................................................................................................................................................................................................................................................................................................................................................................................................................................................................................................................................................................................................................................................................................................................................................................................................................................................................................................................................................................................................................................................................\r\n0\r\n\r\n",
    )
    .await;
    check(
        &report,
        "the answer of the provider is larger than 1000 bytes",
    );
}

#[tokio::test]
async fn a_name_that_does_not_resolve_is_named() {
    let report = verifier([get("anything", "/", "{}")])
        .url("http://provider.invalid:1234")
        .run()
        .await
        .unwrap();
    check(
        &report,
        "cannot connect to the provider at provider.invalid:1234",
    );
}

#[tokio::test]
async fn plain_text_on_a_tls_port_is_a_tls_fault() {
    let base =
        serve_raw(|stream| write_and_close(stream, b"HTTP/1.1 400 Bad Request\r\n\r\n")).await;
    let listener = base.replace("http://", "https://");
    let report = verified(listener).await;
    assert_eq!(report.exit_code(), 1, "{report}");
}

#[tokio::test]
async fn headers_without_end_or_of_any_size_are_refused() {
    let many = |count: usize, size: usize| {
        serve_raw(move |mut stream| async move {
            let line = format!("X: {}\r\n", "a".repeat(size));
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n").await;
            for _ in 0..count {
                if stream.write_all(line.as_bytes()).await.is_err() {
                    return;
                }
            }
            let _ = stream.write_all(b"\r\n").await;
        })
    };
    let report = verified(many(100_000, 1).await).await;
    check(&report, "the provider gave no complete");
    let report = verified(many(1, 1 << 20).await).await;
    check(&report, "the provider gave no complete");
}

#[tokio::test]
async fn an_answer_that_drips_ends_at_the_deadline() {
    let report = verified(
        serve_raw(|mut stream| async move {
            let _ = stream
                .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
                .await;
            let mut pause = tokio::time::interval(Duration::from_millis(10));
            while stream.write_all(b"a").await.is_ok() {
                pause.tick().await;
            }
        })
        .await,
    )
    .await;
    check(&report, "the provider gave no complete answer within 0.1 s");
}

#[tokio::test]
async fn what_comes_before_the_answer_is_passed_over() {
    let mut bytes = b"HTTP/1.1 102 Processing\r\n\r\n".repeat(100);
    bytes.extend(
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
    );
    let bytes: &'static [u8] = bytes.leak();
    let report = verified(serve_raw(move |stream| write_and_close(stream, bytes)).await).await;
    report.assert();
}

#[tokio::test]
async fn a_body_that_lies_about_its_encoding_is_compared_as_it_came() {
    let report = answering(
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n[]",
    )
    .await;
    check(&report, "body at $: ");
}

#[tokio::test]
async fn a_provider_that_closes_each_connection_is_asked_on_a_new_one() {
    let base = serve_raw(|stream| {
        write_and_close(
            stream,
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
        )
    })
    .await;
    verifier((0..5).map(|_| get("anything", "/", "{}")))
        .url(base)
        .run()
        .await
        .unwrap()
        .assert();
}
