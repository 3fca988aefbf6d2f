//! Publishers who never hear the answer, and publish again.
//!
//! `BROKER_LOST_REPLIES` sets how many.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use super::broker;
use crate::support::{TestBroker, contract};

/// How many replies are lost when nothing else is said.
const LOST: usize = 20;

fn request(version: usize) -> Value {
    let contract = contract("web", "api", &format!("M{version}"));
    json!({
        "pacticipantName": "web", "pacticipantVersionNumber": version.to_string(),
        "branch": "main", "tags": ["dev"],
        "contracts": [{
            "consumerName": "web", "providerName": "api", "specification": "pact",
            "contentType": "application/json", "content": STANDARD.encode(contract.to_string()),
        }],
    })
}

/// Publishes, and hangs up when the publication is there to be seen, without having read a byte.
async fn publish_and_hang_up(broker: &TestBroker, version: usize) {
    let body = request(version).to_string();
    let mut stream = TcpStream::connect(broker.addr()).await.unwrap();
    let request = format!(
        "POST /contracts/publish HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n\r\n{body}",
        broker.addr(),
        body.len()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let pact = format!("/pacts/provider/api/consumer/web/version/{version}");
    while broker.get(&pact).await.status != 200 {}
}

/// The events of the calls owed for the pact of a version.
async fn owed(broker: &TestBroker, version: usize) -> Vec<String> {
    let path = format!("/pacts/provider/api/consumer/web/version/{version}/triggered-webhooks");
    let answer = broker.get(&path).await;
    let calls = &answer.json()["_embedded"]["triggeredWebhooks"];
    let event = |call: &Value| call["eventName"].as_str().unwrap().to_owned();
    let mut events: Vec<_> = calls.as_array().unwrap().iter().map(event).collect();
    events.sort();
    events
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_publishes_again_is_answered_alike_and_no_call_is_owed_twice() {
    let Some(crowd) = broker().await else {
        return;
    };
    let broker = &crowd.broker;
    let webhook = json!({
        "events": [{ "name": "contract_published" }, { "name": "contract_content_changed" }],
        "request": { "method": "POST", "url": "https://ci.example/build" },
    });
    assert_eq!(broker.post("/webhooks", webhook).await.status, 201);
    let lost = std::env::var("BROKER_LOST_REPLIES").map_or(LOST, |count| count.parse().unwrap());
    for version in 0..lost {
        publish_and_hang_up(broker, version).await;
        let again = broker.post("/contracts/publish", request(version)).await;
        let once_more = broker.post("/contracts/publish", request(version)).await;
        assert_eq!(again.status, 200, "{}", again.text);
        assert_eq!(again.text, once_more.text);
        assert_eq!(
            owed(broker, version).await,
            ["contract_content_changed", "contract_published"]
        );
    }
    let versions = broker
        .get(&format!(
            "/pacticipants/web/versions?pageSize={}&pageNumber=1",
            lost + 1
        ))
        .await
        .json();
    let versions = versions["_embedded"]["versions"].as_array().unwrap();
    assert_eq!(versions.len(), lost);
    crowd.ends_without_deadlock().await;
}
