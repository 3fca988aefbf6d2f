//! What was published under a version stays, unless the broker is told otherwise.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::{JSON, Told, pact, start_with};
use crate::support::Answer;

const PACT: &str = "/pacts/provider/Bar/consumer/Foo/version/1";

async fn broker(may_change: bool) -> Told {
    let started = start_with(|config| {
        assert!(!config.allow_dangerous_contract_modification, "it is off");
        config.allow_dangerous_contract_modification = may_change;
    });
    Told(started.await)
}

/// Publishes a contract by `/contracts/publish`, whatever becomes of it.
async fn publish(broker: &Told, word: &str, on_conflict: &str) -> Answer {
    publish_pact(broker, &pact(("Foo", "Bar"), word), (word, on_conflict)).await
}

async fn publish_pact(broker: &Told, pact: &Value, (word, on_conflict): (&str, &str)) -> Answer {
    let content = STANDARD.encode(pact.to_string());
    let body = json!({
        "pacticipantName": "Foo", "pacticipantVersionNumber": "1", "branch": format!("on-{word}"), "tags": [word],
        "contracts": [{
            "consumerName": "Foo", "providerName": "Bar", "content": content, "onConflict": on_conflict,
            "contentType": "application/json", "specification": "pact",
        }],
    });
    broker.post("/contracts/publish", body).await
}

#[tokio::test]
async fn a_merge_by_publishing_adds_and_replaces_where_changes_are_allowed() {
    let broker = broker(true).await;
    assert_eq!(publish(&broker, "before", "merge").await.status, 200);
    let merged = publish(&broker, "after", "merge").await;
    assert_eq!(merged.status, 200, "{}", merged.text);
    let interactions = async || {
        let pact = broker.get(PACT).await.json();
        let interactions = pact["interactions"].as_array().unwrap().clone();
        let told = |one: &Value| {
            let (description, path) = (&one["description"], &one["request"]["path"]);
            format!(
                "{}: {}",
                description.as_str().unwrap(),
                path.as_str().unwrap()
            )
        };
        interactions.iter().map(told).collect::<Vec<_>>()
    };
    assert_eq!(interactions().await, ["before: /before", "after: /after"]);
    // By PATCH another request of the same description is a conflict; here it wins.
    let mut changed = pact(("Foo", "Bar"), "after");
    changed["interactions"][0]["request"]["path"] = json!("/elsewhere");
    let patched = broker
        .send("PATCH", PACT, &JSON, &changed.to_string())
        .await;
    assert_eq!(patched.status, 409, "{}", patched.text);
    let published = publish_pact(&broker, &changed, ("after", "merge")).await;
    assert_eq!(published.status, 200, "{}", published.text);
    assert_eq!(
        interactions().await,
        ["before: /before", "after: /elsewhere"]
    );
}

/// The description of the one interaction that stands.
async fn standing(broker: &Told) -> Value {
    broker.get(PACT).await.json()["interactions"][0]["description"].clone()
}

#[tokio::test]
async fn other_content_is_refused_by_either_way_with_what_differs() {
    let broker = broker(false).await;
    assert_eq!(publish(&broker, "before", "overwrite").await.status, 200);
    let put = broker.put(PACT, pact(("Foo", "Bar"), "after")).await;
    assert_eq!(put.status, 409);
    let told = put.json()["error"].as_str().unwrap().to_owned();
    for on_conflict in ["overwrite", "merge"] {
        let refused = publish(&broker, "after", on_conflict).await;
        assert_eq!(refused.status, 409, "{on_conflict}: {}", refused.text);
        let body = refused.json();
        assert_eq!(body["notices"][0]["type"], "error");
        assert_eq!(body["errors"]["contracts"][0], body["notices"][0]["text"]);
        let difference = body["notices"][1]["text"].as_str().unwrap();
        let lines = [
            r#"-      "description": "before","#,
            r#"+      "description": "after","#,
        ];
        for line in lines {
            assert!(difference.contains(line), "{difference}");
            assert!(told.contains(line), "{told}");
        }
    }
    assert_eq!(standing(&broker).await, "before");
    // Nothing of a refused request stays, be it a branch or a tag.
    assert_eq!(
        broker.status("/pacticipants/Foo/branches/on-after").await,
        404
    );
    assert_eq!(
        broker
            .status("/pacticipants/Foo/versions/1/tags/after")
            .await,
        404
    );
    // The same content is no change.
    assert_eq!(publish(&broker, "before", "overwrite").await.status, 200);
    assert_eq!(
        broker
            .put(PACT, pact(("Foo", "Bar"), "before"))
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn other_content_is_a_new_revision_by_either_way_where_it_is_allowed() {
    let broker = broker(true).await;
    assert_eq!(publish(&broker, "first", "overwrite").await.status, 200);
    let put = broker.put(PACT, pact(("Foo", "Bar"), "second")).await;
    assert_eq!(put.status, 200, "{}", put.text);
    assert_eq!(standing(&broker).await, "second");
    let published = publish(&broker, "third", "overwrite").await;
    assert_eq!(published.status, 200, "{}", published.text);
    let notices = published.json()["notices"].clone();
    let warned = notices
        .as_array()
        .unwrap()
        .iter()
        .any(|one| one["type"] == "warning");
    assert!(warned, "{notices}");
    assert_eq!(standing(&broker).await, "third");
    let version = broker.get("/pacticipants/Foo/versions/1").await.json();
    let revisions = version["_links"]["pb:pact-versions"]
        .as_array()
        .unwrap()
        .len();
    assert_eq!(revisions, 3);
}

/// A comparison that has no time left is told as a whole: it never keeps the answer from coming.
#[tokio::test]
async fn a_difference_that_takes_too_long_is_told_coarsely() {
    let broker =
        Told(start_with(|config| config.limits.diff_timeout = std::time::Duration::ZERO).await);
    let contract = |from: usize| {
        let mut contract = pact(("Foo", "Bar"), "many");
        let values: Vec<_> = (from..from + 4_000).collect();
        contract["interactions"][0]["response"]["body"] = json!(values);
        contract
    };
    let second = "/pacts/provider/Bar/consumer/Foo/version/2";
    assert_eq!(broker.put(PACT, contract(0)).await.status, 201);
    assert_eq!(broker.put(second, contract(2_000)).await.status, 201);
    let path = format!("{second}/diff/previous-distinct");
    let told = broker
        .send("GET", &path, &[("accept", "text/plain")], "")
        .await;
    assert_eq!(told.status, 200);
    let count = |sign: char| {
        told.text
            .lines()
            .filter(|line| line.starts_with(sign))
            .count()
    };
    assert!(
        count('-') >= 2_000 && count('+') >= 2_000,
        "{}",
        told.text.len()
    );
    let refused = broker.put(PACT, contract(2_000)).await;
    assert_eq!(refused.status, 409);
}
