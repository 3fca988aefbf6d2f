//! Environments, and what is deployed or released to them.

use serde_json::{Value, json};

use super::{JSON, Told};

#[tokio::test]
async fn deploying_twice_is_one_deployment_and_deploying_back_a_new_one() {
    let broker = Told::new().await;
    let uuid = broker.environment("test").await;
    for number in ["1", "2"] {
        broker
            .mark(&format!("/pacticipants/Foo/versions/{number}"))
            .await;
    }
    let deploy = async |number: &str| {
        let made = broker.place("deployed", ("Foo", number), &uuid).await;
        assert_eq!(made.status, 201, "{}", made.text);
        made.json()["uuid"].as_str().unwrap().to_owned()
    };
    let first = deploy("1").await;
    assert_eq!(deploy("1").await, first);
    let second = deploy("2").await;
    let third = deploy("1").await;
    assert_ne!(third, first);
    for (uuid, running) in [(first, false), (second, false), (third, true)] {
        let one = broker
            .get(&format!("/deployed-versions/{uuid}"))
            .await
            .json();
        assert_eq!(one["currentlyDeployed"], running);
        assert_eq!(one["undeployedAt"].is_string(), !running);
    }
}

#[tokio::test]
async fn instances_stand_beside_each_other_and_beside_none() {
    let broker = Told::new().await;
    let uuid = broker.environment("test").await;
    broker.mark("/pacticipants/Foo/versions/1").await;
    let path = format!("/pacticipants/Foo/versions/1/deployed-versions/environment/{uuid}");
    for body in [
        json!({}),
        json!({ "target": "blue" }),
        json!({ "applicationInstance": "green", "target": "x" }),
    ] {
        assert_eq!(broker.post(&path, body).await.status, 201);
    }
    let list = format!("/environments/{uuid}/deployed-versions/currently-deployed?pacticipant=Foo");
    let instances = async |query: &str| -> Vec<Value> {
        let listed = broker.get(&format!("{list}{query}")).await.json();
        let listed = listed["_embedded"]["deployedVersions"]
            .as_array()
            .unwrap()
            .clone();
        listed
            .iter()
            .map(|one| one["applicationInstance"].clone())
            .collect()
    };
    assert_eq!(
        instances("").await,
        [json!("green"), json!("blue"), json!(null)]
    );
    assert_eq!(instances("&applicationInstance=").await, [json!(null)]);
    assert_eq!(instances("&target=blue").await, [json!("blue")]);
    assert_eq!(
        instances("&applicationInstance=red").await,
        Vec::<Value>::new()
    );
}

#[tokio::test]
async fn a_deployment_is_ended_by_patch_and_brought_back_by_nothing() {
    let broker = Told::new().await;
    let uuid = broker.environment("test").await;
    broker.mark("/pacticipants/Foo/versions/1").await;
    let made = broker.place("deployed", ("Foo", "1"), &uuid).await;
    let place = broker.path(made.header("location").unwrap());
    let refused = broker
        .patch(&place, json!({ "currentlyDeployed": true }))
        .await;
    assert_eq!(refused.status, 422);
    assert!(refused.json()["errors"]["currentlyDeployed"].is_array());
    assert_eq!(broker.mark(&place).await, 405);
    assert_eq!(broker.send("PATCH", &place, &JSON, "{}").await.status, 415);
    let ended = broker
        .patch(&place, json!({ "currentlyDeployed": false }))
        .await;
    assert_eq!(
        (ended.status.as_u16(), &ended.json()["currentlyDeployed"]),
        (200, &json!(false))
    );
    assert_eq!(ended.json()["_embedded"]["version"]["number"], "1");
}

#[tokio::test]
async fn a_release_that_is_over_is_taken_up_again() {
    let broker = Told::new().await;
    let uuid = broker.environment("test").await;
    broker.mark("/pacticipants/Foo/versions/1").await;
    let made = broker.place("released", ("Foo", "1"), &uuid).await;
    assert_eq!(made.status, 201);
    let place = broker.path(made.header("location").unwrap());
    let ended = broker
        .patch(&place, json!({ "currentlySupported": false }))
        .await;
    assert!(ended.json()["supportEndedAt"].is_string(), "{}", ended.text);
    let again = broker.place("released", ("Foo", "1"), &uuid).await;
    assert_eq!(
        (again.status.as_u16(), &again.json()["currentlySupported"]),
        (200, &json!(true))
    );
    assert_eq!(again.json()["uuid"], made.json()["uuid"]);
}

#[tokio::test]
async fn names_of_environments_are_unique_and_one_may_keep_its_own() {
    let broker = Told::new().await;
    let uuid = broker.environment("test").await;
    broker.environment("other").await;
    let body = |name: &str| json!({ "name": name, "production": true });
    assert_eq!(broker.post("/environments", body("test")).await.status, 400);
    let place = format!("/environments/{uuid}");
    assert_eq!(broker.put(&place, body("test")).await.status, 200);
    let taken = broker.put(&place, body("other")).await;
    assert_eq!(taken.status, 400);
    assert!(taken.json()["errors"]["name"].is_array());
    assert_eq!(
        broker.put("/environments/nowhere", json!({})).await.status,
        404
    );
}

#[tokio::test]
async fn a_deleted_environment_takes_its_deployments_along() {
    let broker = Told::new().await;
    let uuid = broker.environment("test").await;
    broker.mark("/pacticipants/Foo/versions/1").await;
    let deployed = broker.place("deployed", ("Foo", "1"), &uuid).await;
    let released = broker.place("released", ("Foo", "1"), &uuid).await;
    assert_eq!(
        broker.delete(&format!("/environments/{uuid}")).await.status,
        204
    );
    for made in [deployed, released] {
        let place = broker.path(made.header("location").unwrap());
        assert_eq!(broker.status(&place).await, 404);
    }
    let unknown = broker.place("deployed", ("Foo", "1"), &uuid).await;
    assert_eq!(unknown.status, 404);
    assert_eq!(broker.status("/pacticipants/Foo/versions/1").await, 200);
}
