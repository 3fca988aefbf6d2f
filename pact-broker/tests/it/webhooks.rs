//! Webhooks over HTTP: what is refused, what is hidden, what is owed after a publication.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use crate::support::{TestBroker, contract};

fn webhook(url: &str) -> Value {
    json!({
        "description": "build Bar",
        "events": [{ "name": "contract_content_changed" }],
        "request": {
            "method": "POST", "url": url, "headers": { "Authorization": "Bearer s3cret", "X-A": "1" },
            "body": { "sha": "${pactbroker.consumerVersionNumber}" }, "username": "u", "password": "p4ss",
        },
    })
}

#[tokio::test]
async fn secrets_are_shown_as_stars_and_stars_keep_them() {
    let broker = TestBroker::start().await;
    let created = broker
        .post("/webhooks", webhook("https://ci.example/build"))
        .await;
    assert_eq!(created.status, 201, "{}", created.text);
    assert!(
        !created.text.contains("s3cret") && !created.text.contains("p4ss"),
        "{}",
        created.text
    );
    let request = created.json()["request"].clone();
    assert_eq!(
        request["headers"],
        json!({ "authorization": "**********", "x-a": "1" })
    );
    assert_eq!(
        request["body"],
        json!({ "sha": "${pactbroker.consumerVersionNumber}" })
    );
    let place = broker.path(created.header("location").unwrap());
    let mut again = webhook("https://ci.example/other");
    again["request"]["headers"]["Authorization"] = "**********".into();
    again["request"].as_object_mut().unwrap().remove("password");
    let updated = broker.put(&place, again).await;
    assert_eq!(
        (
            updated.status.as_u16(),
            &updated.json()["request"]["password"]
        ),
        (200, &json!("**********"))
    );
    assert_eq!(broker.send("DELETE", &place, &[], "").await.status, 204);
    assert_eq!(
        broker.get(&place).await.header("content-type"),
        Some("application/json;charset=utf-8")
    );
}

#[tokio::test]
async fn secrets_are_returned_by_no_resource() {
    let broker = TestBroker::start().await;
    let mut of_pair = webhook("https://ci.example/build");
    of_pair["events"] = json!([{ "name": "contract_published" }]);
    let created = broker.post("/webhooks", of_pair).await;
    let place = broker.path(created.header("location").unwrap());
    let published = broker
        .publish("Foo", "1", &contract("Foo", "Bar", "GET"))
        .await;
    assert_eq!(published.status, 200, "{}", published.text);
    let mut said = vec![created.text, published.text];
    for path in [
        place.as_str(),
        "/webhooks",
        "/webhooks/provider/Bar/consumer/Foo",
        "/pacts/provider/Bar/consumer/Foo/webhooks",
        "/pacts/provider/Bar/consumer/Foo/latest",
        "/pacts/provider/Bar/consumer/Foo/webhooks/status",
        "/dashboard",
        "/metrics",
    ] {
        said.push(broker.get(path).await.text);
    }
    for text in said {
        for secret in [
            "s3cret",
            "p4ss",
            &STANDARD.encode("p4ss"),
            &STANDARD.encode("u:p4ss"),
        ] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
}

#[tokio::test]
async fn a_webhook_that_could_be_turned_against_others_is_refused() {
    let broker = TestBroker::start().await;
    for (url, expected) in [
        ("http://ci.example/", "scheme must be one of: https"),
        (
            "https://${pactbroker.consumerName}.example/",
            "cannot have a template parameter in its host",
        ),
        ("nonsense", "is not a URL, such as https://ci.example/build"),
    ] {
        let refused = broker.post("/webhooks", webhook(url)).await;
        assert_eq!(
            (
                refused.status.as_u16(),
                &refused.json()["errors"]["request.url"][0]
            ),
            (400, &json!(expected)),
            "{url}"
        );
    }
    let mut wrong = webhook("https://ci.example/");
    wrong["request"]["method"] = "DELETE".into();
    wrong["events"] = json!([{ "name": "nope" }]);
    wrong["consumer"] = json!({ "name": "Nobody" });
    let errors = broker.post("/webhooks", wrong).await.json()["errors"].clone();
    let keys: Vec<&String> = errors.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["consumer.name", "events", "request.method"]);
    let unknown = broker
        .post(
            "/webhooks/provider/Nope/consumer/Nobody",
            webhook("https://ci.example/"),
        )
        .await;
    assert_eq!(
        (unknown.status.as_u16(), unknown.header("content-type")),
        (404, Some("application/hal+json;charset=utf-8"))
    );
}

#[tokio::test]
async fn a_publication_owes_a_call_that_can_be_followed() {
    let broker = TestBroker::start().await;
    assert_eq!(
        broker
            .post("/webhooks", webhook("https://ci.example/build"))
            .await
            .status,
        201
    );
    let published = broker
        .publish("Foo", "1", &contract("Foo", "Bar", "GET"))
        .await;
    assert!(published.text.contains("build Bar"), "{}", published.text);
    let triggered = broker
        .get("/pacts/provider/Bar/consumer/Foo/version/1/triggered-webhooks")
        .await
        .json();
    let one = &triggered["_embedded"]["triggeredWebhooks"][0];
    assert_eq!(
        (&one["status"], &one["eventName"]),
        (&json!("not_run"), &json!("contract_content_changed"))
    );
    let logs = broker.path(one["_links"]["pb:logs"]["href"].as_str().unwrap());
    assert_eq!(broker.get(&logs).await.json()["executions"], json!([]));
    let status = broker
        .get("/pacts/provider/Bar/consumer/Foo/webhooks/status")
        .await
        .json();
    assert_eq!(status["summary"]["notRun"], 1);
}
