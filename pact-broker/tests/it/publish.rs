//! Publishing contracts and results, and reading them again.

use serde_json::json;

use super::start;
use crate::support::contract;

const PACT: &str = "/pacts/provider/Bar/consumer/Foo/version/1";

#[tokio::test]
async fn a_published_contract_is_read_back_with_its_numbers_and_key_order_as_they_were() {
    let broker = start().await;
    let pact = r#"{"provider":{"name":"Bar"},"consumer":{"name":"Foo"},"interactions":[{"description":"a","request":{"method":"GET","path":"/"},"response":{"status":200,"body":{"z":1.0,"a":123456789012345678901234567890}}}]}"#;
    let put = broker
        .send("PUT", PACT, &[("content-type", "application/json")], pact)
        .await;
    assert_eq!(put.status, 201);
    let read = broker.get(PACT).await;
    assert!(
        read.text
            .contains(r#""body":{"z":1.0,"a":123456789012345678901234567890}"#),
        "{}",
        read.text
    );
    assert_eq!(
        read.json()["_links"]["self"]["href"],
        format!("{}{PACT}", broker.url())
    );
}

#[tokio::test]
async fn the_same_content_is_published_again_and_other_content_is_refused_with_what_differs() {
    let broker = start().await;
    let first = contract("Foo", "Bar", "GET");
    assert_eq!(broker.publish("Foo", "1", &first).await.status, 200);
    assert_eq!(broker.publish("Foo", "1", &first).await.status, 200);
    let refused = broker
        .publish("Foo", "1", &contract("Foo", "Bar", "POST"))
        .await;
    assert_eq!(refused.status, 409);
    assert_eq!(
        refused.header("content-type"),
        Some("application/json;charset=utf-8")
    );
    let notices = &refused.json()["notices"];
    assert_eq!(
        (&notices[0]["type"], &notices[1]["type"]),
        (&json!("error"), &json!("info"))
    );
    assert!(
        notices[1]["text"]
            .as_str()
            .unwrap()
            .contains("+        \"method\": \"POST\""),
        "{notices}"
    );
    assert_eq!(
        broker.put(PACT, contract("Foo", "Bar", "PUT")).await.status,
        409
    );
}

#[tokio::test]
async fn everything_wrong_with_a_publish_request_is_named_at_once() {
    let broker = start().await;
    let body = json!({ "pacticipantName": "", "branch": " ", "tags": ["ok", 5], "contracts": [{ "contentType": "x" }, 1] });
    let refused = broker.post("/contracts/publish", body).await;
    assert_eq!(refused.status, 400);
    insta::assert_snapshot!(refused.text, @r#"{"errors":{"branch":["cannot be blank"],"contracts":["consumerName is missing (at index 0)","providerName is missing (at index 0)","content is missing (at index 0)","contentType must be one of: application/json (at index 0)","specification is missing (at index 0)","must be an object (at index 1)"],"pacticipantName":["must be filled"],"pacticipantVersionNumber":["is missing"],"tags":["must be a string (at index 1)"]}}"#);
    assert_eq!(
        broker.get("/pacticipants").await.json()["_embedded"]["pacticipants"],
        json!([])
    );
}

#[tokio::test]
async fn bodies_that_are_no_pact_are_refused_and_nothing_is_kept() {
    let broker = start().await;
    let json = [("content-type", "application/json")];
    for body in [
        "",
        "{",
        "[1]",
        "\"x\"",
        r#"{"consumer":"Foo"}"#,
        r#"{"consumer":{"name":"Other"}}"#,
    ] {
        assert_eq!(
            broker.send("PUT", PACT, &json, body).await.status,
            400,
            "{body}"
        );
    }
    assert_eq!(
        broker
            .send("PUT", PACT, &[("content-type", "text/plain")], "{}")
            .await
            .status,
        415
    );
    assert_eq!(
        broker
            .send(
                "PUT",
                "/pacts/provider/%20/consumer/Foo/version/1",
                &json,
                "{}"
            )
            .await
            .status,
        400
    );
    assert_eq!(broker.get(PACT).await.status, 404);
}

#[tokio::test]
async fn a_result_is_published_where_the_pact_says_and_counts_as_its_latest() {
    let broker = start().await;
    broker
        .publish("Foo", "1", &contract("Foo", "Bar", "GET"))
        .await;
    let pact = broker.get("/pacts/provider/Bar/consumer/Foo/latest").await;
    assert_eq!(pact.header("x-pact-consumer-version"), Some("1"));
    let place = broker.path(
        pact.json()["_links"]["pb:publish-verification-results"]["href"]
            .as_str()
            .unwrap(),
    );
    let result = json!({ "success": true, "providerApplicationVersion": "7", "testResults": [{ "interactionId": "x" }] });
    let created = broker.post(&place, result).await;
    assert_eq!(created.status, 201);
    let own = broker.path(created.header("location").unwrap());
    assert_eq!(
        broker.get(&own).await.json()["testResults"][0]["interactionId"],
        "x"
    );
    let latest = broker
        .get("/pacts/provider/Bar/consumer/Foo/latest/verification-results/latest")
        .await
        .json();
    assert_eq!(latest["providerApplicationVersion"], "7");
    let refused = broker
        .post(
            &place,
            json!({ "success": "yes", "providerApplicationVersion": " " }),
        )
        .await;
    insta::assert_snapshot!(refused.text, @r#"{"errors":{"providerApplicationVersion":["cannot be blank"],"success":["must be one of: true, false"]}}"#);
    let unknown = "/pacts/provider/Bar/consumer/Foo/pact-version/0000/verification-results";
    assert_eq!(
        broker
            .post(
                unknown,
                json!({ "success": true, "providerApplicationVersion": "7" })
            )
            .await
            .status,
        404
    );
}
