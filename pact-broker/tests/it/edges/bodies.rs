//! What is too large, too long, or does not arrive whole.

use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::{JSON, pact, start, start_with};
use crate::support::TestBroker;

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_before_it_has_come() {
    const HEAD: &str = "POST /contracts/publish HTTP/1.1\r\nHost: b\r\nContent-Type: application/json\r\nConnection: close\r\n";
    let answer = async |broker: &TestBroker, sent: String| {
        let mut stream = TcpStream::connect(broker.addr()).await.unwrap();
        stream.write_all(sent.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    };
    let standard = start().await;
    let announced = format!("{HEAD}Content-Length: {}\r\n\r\n", (32 << 20) + 1);
    let refused = answer(&standard, announced).await;
    assert!(refused.starts_with("HTTP/1.1 413 "), "{refused}");
    let small = start_with(|config| config.limits.body = 1024).await;
    let unannounced = format!(
        "{HEAD}Transfer-Encoding: chunked\r\n\r\n800\r\n{}\r\n",
        " ".repeat(0x800)
    );
    let refused = answer(&small, unannounced).await;
    assert!(refused.starts_with("HTTP/1.1 413 "), "{refused}");
}

#[tokio::test]
async fn a_body_that_does_not_arrive_whole_is_not_called_too_large() {
    let broker = start().await;
    let mut stream = TcpStream::connect(broker.addr()).await.unwrap();
    let sent = "POST /contracts/publish HTTP/1.1\r\nHost: b\r\nContent-Type: application/json\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\nno size\r\n";
    stream.write_all(sent.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    assert!(answer.contains("did not arrive whole"), "{answer}");
}

#[tokio::test]
async fn a_body_of_exactly_the_greatest_size_is_taken() {
    let broker = start().await;
    let mut body = pact(("Foo", "Bar"), "a").to_string();
    body.push_str(&" ".repeat((32 << 20) - body.len()));
    let path = "/pacts/provider/Bar/consumer/Foo/version/1";
    let taken = broker.send("PUT", path, &JSON, &body).await;
    assert_eq!(taken.status, 201, "{}", taken.text);
    let refused = broker.send("PUT", path, &JSON, &(body + " ")).await;
    assert_eq!(refused.status, 413);
}

#[tokio::test]
async fn an_array_is_refused_for_its_length() {
    let broker = start().await;
    let long = vec![json!("x"); 1001];
    for (path, key) in [
        ("/contracts/publish", "contracts"),
        ("/contracts/publish", "tags"),
        (
            "/pacts/provider/Bar/for-verification",
            "consumerVersionSelectors",
        ),
    ] {
        broker.post("/pacticipants", json!({ "name": "Bar" })).await;
        let refused = broker.post(path, json!({ key: long })).await;
        assert_eq!(refused.status, 400, "{key}: {}", refused.text);
        assert_eq!(
            refused.json()["errors"][key],
            json!(["must have at most 1000 elements"])
        );
    }
}
