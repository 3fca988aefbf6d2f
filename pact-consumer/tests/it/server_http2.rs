//! HTTP/2 without TLS, as clients speak it that know it beforehand.

use std::io::{Read, Write};
use std::net::TcpStream;

use http_body_util::{BodyExt, Full};
use hyper::Request;
use hyper::body::Bytes;
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use pact_consumer::prelude::*;

use crate::support::get;

fn orders() -> (PactBuilder, MockServer) {
    let mut pact = PactBuilder::new("web", "api");
    pact.upon_receiving("an order")
        .post("/orders")
        .header("Host", "shop.test")
        .json_body(json_pattern!({ "sku": like("A1") }))
        .will_respond_with(201)
        .json_body(json_pattern!({ "id": integer(7) }));
    pact.upon_receiving("a ping")
        .get("/ping")
        .will_respond_with(204);
    let mock = pact.start();
    (pact, mock)
}

async fn client(mock: &MockServer) -> http2::SendRequest<Full<Bytes>> {
    let stream = tokio::net::TcpStream::connect(mock.addr()).await.unwrap();
    let (client, connection) = http2::handshake(TokioExecutor::new(), TokioIo::new(stream))
        .await
        .unwrap();
    tokio::spawn(connection);
    client
}

#[tokio::test]
async fn many_requests_share_one_connection() {
    let (pact, mock) = orders();
    let client = client(&mock).await;
    let mut asked = Vec::new();
    for _ in 0..20 {
        let mut client = client.clone();
        asked.push(tokio::spawn(async move {
            let request = Request::post("http://shop.test/orders")
                .header("Content-Type", "application/json")
                .body(Full::from(r#"{"sku":"B2"}"#))
                .unwrap();
            let response = client.send_request(request).await.unwrap();
            assert_eq!(response.status(), 201);
            response.into_body().collect().await.unwrap().to_bytes()
        }));
    }
    for body in asked {
        assert_eq!(body.await.unwrap(), r#"{"id":7}"#);
    }
    get(mock.addr(), "/ping");
    assert_eq!(pact.failure(), None, "one port speaks both");
}

#[tokio::test]
async fn a_stream_can_be_reset() {
    let (pact, mock) = orders();
    let mut client = client(&mock).await;
    mock.inject(pact_consumer::Fault::Reset);
    let ping = || Request::get("http://x/ping").body(Full::default()).unwrap();
    assert!(client.send_request(ping()).await.is_err());
    assert_eq!(client.send_request(ping()).await.unwrap().status(), 204);
    assert_eq!(pact.failure().unwrap().never_requested.len(), 1);
}

#[tokio::test]
async fn dropping_the_server_ends_open_streams_and_blocks_no_executor() {
    let (pact, mock) = orders();
    let mut client = client(&mock).await;
    mock.inject(pact_consumer::Fault::Delay(std::time::Duration::from_secs(
        600,
    )));
    let ping = Request::get("http://x/ping").body(Full::default()).unwrap();
    let mut pending = Box::pin(client.send_request(ping));
    // The request is on its way when the server is dropped on the same, only thread.
    while mock.requests().is_empty() {
        let turn = tokio::task::yield_now();
        tokio::select! {
            biased;
            _ = &mut pending => panic!("it is delayed"),
            () = turn => {}
        }
    }
    drop(mock);
    assert!(pending.await.is_err());
    assert_eq!(pact.failure().unwrap().never_requested.len(), 1);
}

#[tokio::test]
async fn servers_that_end_with_open_streams_leave_none_to_the_next_one() {
    for _ in 0..50 {
        let (pact, mock) = orders();
        let client = client(&mock).await;
        mock.inject(pact_consumer::Fault::Delay(std::time::Duration::from_secs(
            600,
        )));
        let ping = || Request::get("http://x/ping").body(Full::default()).unwrap();
        let mut second = client.clone();
        let mut held = client.clone();
        let held = tokio::spawn(async move { held.send_request(ping()).await });
        while mock.requests().is_empty() {
            tokio::task::yield_now().await;
        }
        assert_eq!(second.send_request(ping()).await.unwrap().status(), 204);
        drop(mock);
        assert!(held.await.unwrap().is_err());
        assert!(second.send_request(ping()).await.is_err());
        assert_eq!(pact.failure().unwrap().unexpected, []);
    }
}

#[test]
fn garbage_after_the_preface_harms_nobody() {
    let (pact, mock) = orders();
    let mut stream = TcpStream::connect(mock.addr()).unwrap();
    stream
        .write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\xff\xff\xff\xffgarbage that is no frame")
        .unwrap();
    let mut rest = Vec::new();
    // It is told so or cut off, but never left waiting.
    let _ = stream.read_to_end(&mut rest);
    assert_eq!(get(mock.addr(), "/ping").0, 204);
    let failure = pact.failure().unwrap();
    assert_eq!(failure.unexpected, []);
    assert_eq!(failure.noise.len(), 1);
    assert!(
        failure.noise[0].starts_with("a client broke off HTTP/2: "),
        "{:?}",
        failure.noise
    );
}

#[tokio::test]
async fn a_head_over_the_limit_fails_the_test() {
    let (pact, mock) = orders();
    let mut client = client(&mock).await;
    let request = Request::get("http://x/ping")
        .header("X-Long", "x".repeat(100 << 10))
        .body(Full::default())
        .unwrap();
    assert_eq!(client.send_request(request).await.unwrap().status(), 431);
    let failure = pact.failure().unwrap();
    let verdicts: Vec<_> = { failure.unexpected.iter() }
        .map(|request| &request.verdict)
        .collect();
    let reason = "its head is larger than this server reads".to_owned();
    assert_eq!(verdicts, [&pact_consumer::Verdict::Unreadable { reason }]);
}

#[tokio::test]
async fn answers_can_be_broken_off() {
    use pact_consumer::Fault;

    let (pact, mock) = orders();
    let client = client(&mock).await;
    let order = || {
        Request::post("http://shop.test/orders")
            .header("Content-Type", "application/json")
            .body(Full::from(r#"{"sku":"B2"}"#))
            .unwrap()
    };
    for fault in [Fault::Close, Fault::Malformed, Fault::Reset] {
        mock.inject(fault);
        let answer = client.clone().send_request(order()).await;
        assert!(answer.is_err(), "{fault:?}");
    }
    mock.inject(Fault::Truncate);
    let half = client.clone().send_request(order()).await.unwrap();
    assert_eq!(half.status(), 201);
    assert!(half.into_body().collect().await.is_err());
    mock.inject(Fault::Slow {
        chunk: 1,
        pause: std::time::Duration::from_millis(1),
    });
    let slow = client.clone().send_request(order()).await.unwrap();
    let body = slow.into_body().collect().await.unwrap().to_bytes();
    assert_eq!(body, r#"{"id":7}"#);
    get(mock.addr(), "/ping");
    assert_eq!(pact.failure(), None, "the last answer arrived whole");
}
