//! Pacticipants, versions, branches, tags, labels, environments, deployments.

use serde_json::json;

use super::start;

#[tokio::test]
async fn a_pacticipant_is_created_changed_found_and_deleted() {
    let broker = start().await;
    let created = broker
        .post(
            "/pacticipants",
            json!({ "name": "web/shop é", "mainBranch": "main" }),
        )
        .await;
    assert_eq!(created.status, 201);
    let place = created.header("location").unwrap().to_owned();
    assert_eq!(
        place,
        format!("{}/pacticipants/web%2Fshop%20%C3%A9", broker.url())
    );
    let path = broker.path(&place);
    assert_eq!(broker.get(&path).await.json()["name"], "web/shop é");
    let merge = [("content-type", "application/merge-patch+json")];
    let patched = broker
        .send("PATCH", &path, &merge, r#"{"repositoryUrl":"https://h/r"}"#)
        .await;
    assert_eq!(patched.json()["mainBranch"], "main");
    assert_eq!(patched.json()["repositoryUrl"], "https://h/r");
    assert_eq!(
        broker
            .put(&path, json!({ "displayName": "Shop" }))
            .await
            .json()["mainBranch"],
        json!(null)
    );
    assert_eq!(broker.send("DELETE", &path, &[], "").await.status, 204);
    let missing = broker.get(&path).await;
    assert_eq!(missing.status, 404);
    insta::assert_snapshot!(missing.text, @r#"{"error":"No pacticipant with name 'web/shop é' found"}"#);
}

#[tokio::test]
async fn wrong_attributes_are_named_one_by_one_in_both_formats() {
    let broker = start().await;
    let body = json!({ "name": " ", "mainBranch": "a b", "displayName": 5 });
    let plain = broker.post("/pacticipants", body.clone()).await;
    assert_eq!(plain.status, 400);
    insta::assert_snapshot!(plain.text, @r#"{"errors":{"displayName":["must be a string"],"mainBranch":["cannot contain spaces"],"name":["cannot be blank"]}}"#);
    let headers = [
        ("content-type", "application/json"),
        ("accept", "application/problem+json"),
    ];
    let problem = broker
        .send("POST", "/pacticipants", &headers, &body.to_string())
        .await
        .json();
    assert_eq!(problem["errors"][0]["pointer"], "/name");
    assert_eq!(
        problem["type"],
        format!("{}/problems/validation-error", broker.url())
    );
}

#[tokio::test]
async fn a_branch_named_with_a_slash_is_one_segment_and_its_head_is_the_version_added_last() {
    let broker = start().await;
    assert_eq!(
        broker
            .put("/pacticipants/Foo/branches/feat%2Fx/versions/2", json!({}))
            .await
            .status,
        201
    );
    assert_eq!(
        broker
            .put("/pacticipants/Foo/branches/feat%2Fx/versions/2", json!({}))
            .await
            .status,
        200
    );
    assert_eq!(
        broker
            .put(
                "/pacticipants/Foo/branches/feat%2Fx/versions/1+b",
                json!({})
            )
            .await
            .status,
        201
    );
    let head = broker
        .get("/pacticipants/Foo/branches/feat%2Fx/latest-version")
        .await
        .json();
    assert_eq!(head["number"], "1+b");
    assert_eq!(head["_embedded"]["branchVersions"][0]["name"], "feat/x");
}

#[tokio::test]
async fn a_deployment_replaces_the_one_before_it_in_its_slot_only() {
    let broker = start().await;
    let environment = broker
        .post(
            "/environments",
            json!({ "name": "test", "production": false }),
        )
        .await
        .json();
    let uuid = environment["uuid"].as_str().unwrap().to_owned();
    for number in ["1", "2"] {
        broker
            .put(&format!("/pacticipants/Foo/versions/{number}"), json!({}))
            .await;
    }
    let record = |number: &str| {
        format!("/pacticipants/Foo/versions/{number}/deployed-versions/environment/{uuid}")
    };
    let first = broker.post(&record("1"), json!({})).await;
    let again = broker.post(&record("1"), json!({})).await;
    assert_eq!((first.status.as_u16(), again.status.as_u16()), (201, 201));
    assert_eq!(first.json()["uuid"], again.json()["uuid"]);
    broker
        .post(&record("1"), json!({ "applicationInstance": "blue" }))
        .await;
    broker.post(&record("2"), json!({})).await;
    let current = broker
        .get(&format!(
            "/environments/{uuid}/deployed-versions/currently-deployed"
        ))
        .await
        .json();
    let slots: Vec<_> = current["_embedded"]["deployedVersions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            (
                one["_embedded"]["version"]["number"].clone(),
                one["target"].clone(),
            )
        })
        .collect();
    assert_eq!(
        slots,
        [(json!("2"), json!(null)), (json!("1"), json!("blue"))]
    );
    let place = broker.path(first.header("location").unwrap());
    assert_eq!(broker.get(&place).await.json()["currentlyDeployed"], false);
    let merge = [("content-type", "application/merge-patch+json")];
    assert_eq!(
        broker
            .send("PATCH", &place, &merge, r#"{"currentlyDeployed":true}"#)
            .await
            .status,
        422
    );
    assert_eq!(
        broker
            .send(
                "PATCH",
                &place,
                &[("content-type", "application/json")],
                "{}"
            )
            .await
            .status,
        415
    );
    assert_eq!(broker.send("PUT", &place, &merge, "{}").await.status, 405);
}
