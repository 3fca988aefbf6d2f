//! The index, the heartbeat, and what happens before a route is found.

use crate::support::TestBroker;

#[tokio::test]
async fn the_index_links_from_the_address_it_was_asked_at() {
    let broker = TestBroker::start().await;
    let index = broker.get("/").await;
    assert_eq!(index.status, 200);
    assert_eq!(
        index.header("content-type"),
        Some("application/hal+json;charset=utf-8")
    );
    let pacticipant = &index.json()["_links"]["pb:pacticipant"];
    assert_eq!(
        pacticipant["href"],
        format!("{}/pacticipants/{{pacticipant}}", broker.url())
    );
    assert_eq!(pacticipant["templated"], true);
}

#[tokio::test]
async fn the_heartbeat_beats_and_a_shutdown_ends_it() {
    let broker = TestBroker::start().await;
    let beat = broker.get("/diagnostic/status/heartbeat").await;
    assert_eq!(beat.json()["ok"], true);
    let addr = broker.addr();
    broker.shutdown().await;
    assert!(tokio::net::TcpStream::connect(addr).await.is_err());
}

#[tokio::test]
async fn a_host_nobody_listed_gets_relative_links() {
    let broker = TestBroker::start().await;
    let index = broker
        .send("GET", "/", &[("host", "evil.example")], "")
        .await;
    assert!(!index.text.contains("evil.example"));
    assert_eq!(
        index.json()["_links"]["pb:pacticipants"]["href"],
        "/pacticipants"
    );
}

#[tokio::test]
async fn requests_that_reach_no_resource_are_answered_in_the_format_asked_for() {
    let broker = TestBroker::start().await;
    for (method, path, accept, status, media) in [
        ("GET", "/nothing", "hal", 404, "json"),
        ("GET", "/nothing", "problem", 404, "problem"),
        ("GET", "/pacts//x", "hal", 404, "problem"),
        ("GET", "/a%zz", "hal", 404, "problem"),
        ("GET", "/a%FF", "hal", 404, "problem"),
        ("GET", "/a%00", "hal", 422, "problem"),
        ("GET", "/a%0Ab", "hal", 422, "problem"),
        ("GET", "/a?x=%zz", "hal", 404, "problem"),
        ("DELETE", "/", "hal", 405, "json"),
    ] {
        let accept = format!("application/{accept}+json");
        let answer = broker.send(method, path, &[("accept", &accept)], "").await;
        let expected = match media {
            "json" => "application/json;charset=utf-8",
            _ => "application/problem+json;charset=utf-8",
        };
        assert_eq!(
            (answer.status.as_u16(), answer.header("content-type")),
            (status, Some(expected)),
            "{method} {path}"
        );
    }
}

#[tokio::test]
async fn methods_a_resource_lacks_are_refused_with_those_it_has() {
    let broker = TestBroker::start().await;
    let hal = [("accept", "application/hal+json")];
    assert_eq!(
        broker.send("DELETE", "/", &hal, "").await.header("allow"),
        Some("GET, OPTIONS")
    );
    let options = broker.send("OPTIONS", "/", &hal, "").await;
    assert_eq!(
        options.header("access-control-allow-methods"),
        Some("GET, OPTIONS")
    );
    assert_eq!(
        broker
            .send("GET", "/", &[("accept", "text/csv")], "")
            .await
            .status,
        406
    );
    assert_eq!(broker.send("FOO", "/", &hal, "").await.status, 501);
    assert_eq!(broker.send("HEAD", "/", &hal, "").await.text, "");
}

#[tokio::test]
async fn a_body_that_announces_too_much_is_refused_before_it_is_read() {
    let broker = TestBroker::start().await;
    let length = (33 * 1024 * 1024).to_string();
    let mut stream = tokio::net::TcpStream::connect(broker.addr()).await.unwrap();
    let request = format!(
        "POST /contracts/publish HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
    );
    let mut answer = [0; 12];
    tokio::io::AsyncWriteExt::write_all(&mut stream, request.as_bytes())
        .await
        .unwrap();
    tokio::io::AsyncReadExt::read_exact(&mut stream, &mut answer)
        .await
        .unwrap();
    assert_eq!(&answer, b"HTTP/1.1 413");
}
