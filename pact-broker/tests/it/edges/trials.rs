//! Trying webhooks: one call, now, to nobody who may not be called.

use std::sync::Arc;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::sync::Mutex;
use tokio::task::JoinHandle;

use super::{Told, start_with};

/// Somebody who is called, and what was said to them.
struct Receiver {
    port: u16,
    heard: Arc<Mutex<Vec<String>>>,
    listening: JoinHandle<()>,
}

impl Receiver {
    /// Answers every call alike.
    async fn answering(answer: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let hearing = Arc::clone(&heard);
        let listening = tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut bytes = vec![0; 64 * 1024];
                let mut length = 0;
                while !bytes[..length].ends_with(b"end\"}") {
                    match stream.read(&mut bytes[length..]).await {
                        Ok(read) if read > 0 => length += read,
                        _ => break,
                    }
                }
                let said = String::from_utf8_lossy(&bytes[..length]).into_owned();
                hearing.lock().await.push(said);
                let _ = stream.write_all(answer.as_bytes()).await;
            }
        });
        Self {
            port,
            heard,
            listening,
        }
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

fn webhook(url: &str) -> Value {
    json!({
        "events": [{ "name": "provider_verification_published" }],
        "request": {
            "method": "POST",
            "url": url,
            "headers": { "Authorization": "Bearer s3cret", "X-From": "${pactbroker.consumerName}" },
            "body": { "result": "${pactbroker.githubVerificationStatus}", "to": "${TOKEN} end" },
            "username": "u",
            "password": "p4ss",
        },
    })
}

async fn calling(hosts: &[&str]) -> Told {
    let broker = start_with(|config| {
        config.webhook_schemes = vec!["http".to_owned()];
        config.webhook_hosts = hosts.iter().map(|host| (*host).to_owned()).collect();
    });
    Told(broker.await)
}

#[tokio::test]
async fn a_listed_host_is_called_with_the_newest_pact_and_its_answer_is_shown() {
    let receiver = Receiver::answering("HTTP/1.1 201 Created\r\nContent-Length: 9\r\nX-Token: t0ken\r\nConnection: close\r\n\r\n{\"ok\":1} ").await;
    let broker = calling(&["localhost"]).await;
    broker.publish(("Foo", "1"), "a", json!({})).await;
    broker.verify(("Foo", "1"), "p1", true).await;
    let url = format!(
        "http://localhost:{}/hook/${{pactbroker.consumerName}}?v=${{pactbroker.consumerVersionNumber}}",
        receiver.port
    );
    let made = broker.post("/webhooks", webhook(&url)).await;
    let place = broker.path(made.header("location").unwrap());
    let tried = broker
        .send("POST", &format!("{place}/execute"), &[], "")
        .await;
    assert_eq!(tried.status, 200, "{}", tried.text);
    let told = tried.json();
    assert_eq!(told["success"], true, "{told}");
    assert_eq!(told["response"]["status"], 201);
    assert_eq!(told["response"]["body"], json!({ "ok": 1 }));
    assert_eq!(told["request"]["url"], "/hook/Foo?v=1");
    assert_eq!(
        told["_links"]["try-again"]["href"],
        format!("{}{place}/execute", broker.url())
    );
    for secret in ["s3cret", "p4ss", "t0ken"] {
        assert!(!tried.text.contains(secret), "{secret} in {}", tried.text);
    }
    let heard = receiver.heard.lock().await.clone();
    assert_eq!(heard.len(), 1);
    for part in [
        "POST /hook/Foo?v=1 HTTP/1.1\r\n",
        "x-from: Foo\r\n",
        "content-type: application/json\r\n",
        "\"result\":\"success\"",
        "\"to\":\"${TOKEN} end\"",
    ] {
        assert!(heard[0].contains(part), "{part} in {}", heard[0]);
    }
    let triggered = broker
        .get("/pacts/provider/Bar/consumer/Foo/webhooks/status")
        .await
        .json();
    let statuses = &triggered["_embedded"]["triggeredWebhooks"];
    assert_eq!(*statuses, json!([]), "a trial is not recorded");
}

#[tokio::test]
async fn nobody_within_the_network_is_called_unless_listed() {
    let receiver = Receiver::answering(
        "HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\nwithin",
    )
    .await;
    let port = receiver.port;
    for (hosts, urls) in [
        (
            &[][..],
            ["127.0.0.1", "localhost", "2130706433", "[::ffff:127.0.0.1]"],
        ),
        (
            &["ci.example"][..],
            ["127.0.0.1", "localhost", "0x7f000001", "[::1]"],
        ),
    ] {
        let broker = calling(hosts).await;
        for host in urls {
            let tried = broker
                .post(
                    "/webhooks/execute",
                    webhook(&format!("http://{host}:{port}/")),
                )
                .await;
            assert_eq!(tried.status, 200, "{host}: {}", tried.text);
            assert_eq!(tried.json()["success"], false, "{host}");
            assert!(!tried.text.contains("within\""), "{host}: {}", tried.text);
        }
    }
    assert!(receiver.heard.lock().await.is_empty());
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_not_followed() {
    let receiver = Receiver::answering("HTTP/1.1 302 Found\r\nLocation: http://localhost/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").await;
    let broker = calling(&["127.0.0.1"]).await;
    let tried = broker
        .post(
            "/webhooks/execute",
            webhook(&format!("http://127.0.0.1:{}/", receiver.port)),
        )
        .await
        .json();
    assert_eq!(
        (&tried["success"], &tried["response"]["status"]),
        (&json!(false), &json!(302))
    );
    assert_eq!(receiver.heard.lock().await.len(), 1);
}

#[tokio::test]
async fn what_is_no_webhook_is_not_tried() {
    let broker = Told::new().await;
    let refused = broker.post("/webhooks/execute", json!({})).await;
    assert_eq!(refused.status, 400);
    assert!(refused.json()["errors"]["request"].is_array());
    let unknown = broker.send("POST", "/webhooks/nope/execute", &[], "").await;
    assert_eq!(
        (unknown.status.as_u16(), unknown.header("content-type")),
        (404, Some("application/json;charset=utf-8"))
    );
}

#[tokio::test]
async fn events_are_told_in_the_order_they_were_given() {
    let broker = Told::new().await;
    let names = [
        "provider_verification_succeeded",
        "contract_published",
        "contract_content_changed",
    ];
    let events: Vec<_> = names.iter().map(|name| json!({ "name": name })).collect();
    let body =
        json!({ "events": events, "request": { "method": "POST", "url": "https://ci.example/" } });
    let made = broker.post("/webhooks", body).await;
    assert_eq!(made.json()["events"], json!(events));
}
