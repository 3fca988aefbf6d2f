//! More requests than the broker works on at a time.

use std::sync::Arc;

use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use super::{hold_writers, start_with};
use crate::support::{TestBroker, contract};

/// How many requests the broker works on at a time.
const REQUESTS: usize = 3;

/// Publishes a version, again where that is turned away, and returns how it ended.
async fn publish(broker: Arc<TestBroker>, version: String) -> u16 {
    let pact = contract("web", "api", "GET");
    loop {
        let answer = broker.publish("web", &version, &pact).await;
        if answer.status != 503 {
            return answer.status.as_u16();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_is_too_much_is_turned_away_at_once_and_nothing_that_was_let_in_is_lost() {
    let broker = Arc::new(start_with(|config| config.limits.requests = REQUESTS).await);
    let pact = contract("web", "api", "GET");
    assert_eq!(broker.publish("web", "0", &pact).await.status, 200);
    // Publications that have to wait take all turns, and one more request finds none.
    let held = hold_writers(&broker).await;
    let mut publishing = JoinSet::new();
    for version in 1..=REQUESTS {
        publishing.spawn(publish(Arc::clone(&broker), version.to_string()));
    }
    let mut turned_away = broker.get("/pacticipants/web").await;
    while turned_away.status == 200 {
        turned_away = broker.get("/pacticipants/web").await;
    }
    assert_eq!(turned_away.status, 503, "{}", turned_away.text);
    assert_eq!(turned_away.header("retry-after"), Some("1"));
    assert!(
        turned_away.text.contains("try again"),
        "{}",
        turned_away.text
    );
    let refused = broker.publish("web", "refused", &pact).await;
    assert_eq!(refused.status, 503, "{}", refused.text);
    let alive = broker.get("/diagnostic/status/heartbeat").await;
    assert_eq!(alive.status, 200, "{}", alive.text);
    held.release().await;
    assert_eq!(publishing.join_all().await, [200; REQUESTS]);
    let versions = broker
        .get("/pacts/provider/api/consumer/web/versions")
        .await;
    let versions = versions.json()["_embedded"]["pacts"].clone();
    assert_eq!(versions.as_array().map(Vec::len), Some(REQUESTS + 1));
    assert_eq!(broker.publish("web", "refused", &pact).await.status, 200);
}

#[tokio::test]
async fn bodies_that_are_still_on_their_way_take_nobodys_turn() {
    let broker = start_with(|config| config.limits.requests = 1).await;
    let body = json!({ "name": "web" }).to_string();
    let mut slow = TcpStream::connect(broker.addr()).await.unwrap();
    let head = format!(
        "POST /pacticipants HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n{}",
        broker.addr(),
        body.len(),
        &body[..1]
    );
    slow.write_all(head.as_bytes()).await.unwrap();
    for _ in 0..10 {
        assert_eq!(broker.get("/pacticipants").await.status, 200);
    }
    slow.write_all(&body.as_bytes()[1..]).await.unwrap();
    let mut answer = String::new();
    slow.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 201 "), "{answer}");
}
