//! What is owed to webhooks for what happened, and who must exist to be waited for.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::Told;

/// A broker whose one webhook waits for an event.
async fn waiting_for(event: &str) -> Told {
    let broker = Told::new().await;
    let webhook = json!({
        "events": [{ "name": event }],
        "request": { "method": "POST", "url": "https://ci.example/build" },
    });
    assert_eq!(broker.post("/webhooks", webhook).await.status, 201);
    broker
}

/// How many calls are owed for the pact of a version of Foo with Bar.
async fn owed(broker: &Told, number: &str) -> usize {
    let path = format!("/pacts/provider/Bar/consumer/Foo/version/{number}/triggered-webhooks");
    let answer = broker.get(&path).await.json();
    answer["_embedded"]["triggeredWebhooks"]
        .as_array()
        .unwrap()
        .len()
}

#[tokio::test]
async fn each_provider_version_in_use_is_owed_a_verification_until_it_has_any_result() {
    let broker = waiting_for("contract_requiring_verification_published").await;
    let uuid = broker.environment("prod").await;
    broker.publish(("Foo", "0"), "first", json!({})).await;
    assert_eq!(owed(&broker, "0").await, 0, "no version of Bar is in use");
    for (number, branch) in [("deployed", "old"), ("head", "main")] {
        let path = format!("/pacticipants/Bar/branches/{branch}/versions/{number}");
        assert_eq!(broker.mark(&path).await, 201);
    }
    broker.place("deployed", ("Bar", "deployed"), &uuid).await;
    broker.publish(("Foo", "1"), "a", json!({})).await;
    assert_eq!(owed(&broker, "1").await, 2);
    broker.verify(("Foo", "1"), "deployed", false).await;
    broker.publish(("Foo", "2"), "a", json!({})).await;
    assert_eq!(owed(&broker, "2").await, 1, "a failure is a result");
    broker.verify(("Foo", "1"), "head", true).await;
    broker.publish(("Foo", "3"), "a", json!({})).await;
    assert_eq!(owed(&broker, "3").await, 0);
}

#[tokio::test]
async fn a_result_is_told_for_each_consumer_version_that_the_pact_was_fetched_for() {
    let broker = waiting_for("provider_verification_published").await;
    for (number, branch) in [("1", "main"), ("2", "feat"), ("3", "other")] {
        let more = json!({ "branch": branch });
        broker.publish(("Foo", number), "a", more).await;
    }
    let selectors = json!([{ "branch": "main" }, { "branch": "feat" }]);
    let path = "/pacts/provider/Bar/for-verification";
    let body = json!({ "consumerVersionSelectors": selectors });
    let found = broker.post(path, body).await.json();
    let pacts = found["_embedded"]["pacts"].as_array().unwrap();
    assert_eq!(pacts.len(), 1, "{found}");
    let href = pacts[0]["_links"]["self"]["href"].as_str().unwrap();
    let result = broker.verify_at(&broker.path(href), "7", true).await;
    let own = broker.path(result.header("location").unwrap());
    let calls = broker
        .get(&format!("{own}/triggered-webhooks"))
        .await
        .json();
    let calls = calls["_embedded"]["triggeredWebhooks"].as_array().unwrap();
    // It was fetched for two of the three versions that have this content.
    assert_eq!(calls.len(), 2, "{calls:?}");
}

#[tokio::test]
async fn a_result_for_the_pact_that_a_webhook_named_is_one_of_work_in_progress() {
    let broker = Told::new().await;
    assert_eq!(
        broker
            .mark("/pacticipants/Bar/branches/main/versions/0")
            .await,
        201
    );
    broker
        .publish(("Foo", "1"), "a", json!({ "branch": "feat" }))
        .await;
    let wip = async || -> usize {
        let body = json!({
            "providerVersionBranch": "main", "includeWipPactsSince": "2020-01-01",
            "consumerVersionSelectors": [{ "tag": "none", "latest": true }],
        });
        let found = broker
            .post("/pacts/provider/Bar/for-verification", body)
            .await
            .json();
        found["_embedded"]["pacts"].as_array().unwrap().len()
    };
    assert_eq!(wip().await, 1);
    let pact = broker
        .get("/pacts/provider/Bar/consumer/Foo/version/1")
        .await
        .json();
    let content = pact["_links"]["pb:pact-version"]["href"].as_str().unwrap();
    let token = URL_SAFE_NO_PAD.encode("cvn=1&w=true");
    let path = format!("{}/metadata/{token}", broker.path(content));
    assert_eq!(
        broker
            .mark("/pacticipants/Bar/branches/main/versions/7")
            .await,
        201
    );
    broker.verify_at(&path, "7", true).await;
    assert_eq!(wip().await, 1, "it was not verified for itself");
    broker.verify(("Foo", "1"), "7", true).await;
    assert_eq!(wip().await, 0);
}

#[tokio::test]
async fn a_webhook_of_a_pacticipant_that_is_not_there_is_not_found() {
    let broker = Told::new().await;
    broker.publish(("Foo", "1"), "a", json!({})).await;
    let webhook = json!({ "request": { "method": "POST", "url": "https://ci.example/build" } });
    for path in [
        "/webhooks/provider/Nope/consumer/Foo",
        "/webhooks/provider/Bar/consumer/Nope",
        "/webhooks/provider/Nope",
        "/webhooks/consumer/Nope",
    ] {
        let answer = broker.post(path, webhook.clone()).await;
        let media = answer.header("content-type");
        let expected = (404, Some("application/hal+json;charset=utf-8"));
        assert_eq!((answer.status.as_u16(), media), expected, "{path}");
        let said: Value = answer.json();
        assert!(said["error"].as_str().unwrap().contains("Nope"), "{said}");
    }
}
