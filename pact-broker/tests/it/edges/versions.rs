//! Versions, branches, tags, labels and the pacticipants they belong to.

use serde_json::json;

use super::{JSON, Told};

#[tokio::test]
async fn a_slash_in_a_branch_is_escaped_and_a_plus_is_a_plus() {
    let broker = Told::new().await;
    assert_eq!(
        broker
            .mark("/pacticipants/Foo/branches/feat%2Fx+y/versions/1")
            .await,
        201
    );
    let branch = broker
        .get("/pacticipants/Foo/branches/feat%2Fx+y")
        .await
        .json();
    assert_eq!(branch["name"], "feat/x+y");
    let href = branch["_links"]["self"]["href"].as_str().unwrap();
    assert!(href.ends_with("/branches/feat%2Fx%2By"), "{href}");
    assert_eq!(broker.status(&broker.path(href)).await, 200);
}

#[tokio::test]
async fn a_tag_is_created_once_and_put_again_at_will() {
    let broker = Told::new().await;
    let tag = "/pacticipants/Foo/versions/1/tags/dev";
    assert_eq!([broker.mark(tag).await, broker.mark(tag).await], [201, 200]);
    assert_eq!(broker.send("PUT", tag, &JSON, "").await.status, 200);
    assert_eq!(broker.delete(tag).await.status, 204);
    assert_eq!(broker.delete(tag).await.status, 404);
}

#[tokio::test]
async fn the_head_of_a_branch_is_the_version_added_last_that_is_left() {
    let broker = Told::new().await;
    let head = async || {
        let latest = broker
            .get("/pacticipants/Foo/branches/b/latest-version")
            .await;
        latest.json()["number"].as_str().map(str::to_owned)
    };
    let add = async |number: &str| {
        broker
            .mark(&format!("/pacticipants/Foo/branches/b/versions/{number}"))
            .await
    };
    broker.mark("/pacticipants/Foo/versions/0").await;
    assert_eq!([add("1").await, add("2").await], [201, 201]);
    assert_eq!(head().await.as_deref(), Some("2"));
    assert_eq!(add("1").await, 200, "it is on the branch already");
    assert_eq!(head().await.as_deref(), Some("2"));
    assert_eq!(
        add("0").await,
        201,
        "an old version that is new to the branch"
    );
    assert_eq!(head().await.as_deref(), Some("0"));
    assert_eq!(
        broker.delete("/pacticipants/Foo/versions/0").await.status,
        204
    );
    assert_eq!(head().await.as_deref(), Some("2"));
    assert_eq!(
        broker
            .delete("/pacticipants/Foo/branches/b/versions/2")
            .await
            .status,
        204
    );
    assert_eq!(head().await.as_deref(), Some("1"));
}

#[tokio::test]
async fn the_latest_version_is_the_one_that_appeared_last() {
    let broker = Told::new().await;
    for number in ["10.0.0", "2.0.0", "9.0.0-rc.1"] {
        broker
            .mark(&format!("/pacticipants/Foo/versions/{number}"))
            .await;
    }
    broker.mark("/pacticipants/Foo/versions/10.0.0").await;
    let latest = broker.get("/pacticipants/Foo/latest-version").await.json();
    assert_eq!(latest["number"], "9.0.0-rc.1");
    let own = format!("{}/pacticipants/Foo/latest-version", broker.url());
    assert_eq!(latest["_links"]["self"]["href"], own);
}

#[tokio::test]
async fn a_deleted_branch_leaves_its_pacts_and_finds_them_no_more() {
    let broker = Told::new().await;
    broker
        .publish(("Foo", "1"), "a", json!({ "branch": "feat" }))
        .await;
    assert_eq!(
        broker
            .delete("/pacticipants/Foo/branches/feat")
            .await
            .status,
        204
    );
    assert_eq!(
        broker
            .status("/pacts/provider/Bar/consumer/Foo/latest")
            .await,
        200
    );
    let wanted = json!({ "consumerVersionSelectors": [{ "branch": "feat" }] });
    let found = broker
        .post("/pacts/provider/Bar/for-verification", wanted)
        .await;
    assert_eq!(found.json()["_embedded"]["pacts"], json!([]));
}

#[tokio::test]
async fn branches_deleted_together_leave_the_main_branch_and_those_named() {
    let broker = Told::new().await;
    for branch in ["main", "a", "b", "c"] {
        broker
            .mark(&format!("/pacticipants/Foo/branches/{branch}/versions/1"))
            .await;
    }
    let answer = broker
        .delete("/pacticipants/Foo/branches?exclude[]=b")
        .await;
    assert_eq!(answer.status, 202);
    assert_eq!(answer.json()["notices"][0]["type"], "success");
    let left = broker.get("/pacticipants/Foo/branches").await.json();
    let mut names: Vec<_> = left["_embedded"]["branches"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["name"].as_str().unwrap())
        .collect();
    names.sort_unstable();
    assert_eq!(names, ["b", "main"]);
    assert_eq!(
        broker.delete("/pacticipants/Nope/branches").await.status,
        404
    );
}

#[tokio::test]
async fn attributes_are_replaced_by_put_and_kept_by_patch() {
    let broker = Told::new().await;
    let version = "/pacticipants/Foo/versions/1";
    let put = broker
        .put(
            version,
            json!({ "buildUrl": "http://ci/1", "tags": [{ "name": "a" }] }),
        )
        .await;
    assert_eq!(
        (put.status.as_u16(), &put.json()["buildUrl"]),
        (201, &json!("http://ci/1"))
    );
    assert_eq!(
        broker.patch(version, json!({})).await.json()["buildUrl"],
        "http://ci/1"
    );
    let kept = broker.put(version, json!({})).await.json();
    assert_eq!(
        (&kept["buildUrl"], &kept["_embedded"]["tags"][0]["name"]),
        (&json!(null), &json!("a"))
    );
    assert_eq!(broker.send("PATCH", version, &JSON, "{}").await.status, 415);
}

#[tokio::test]
async fn a_pacticipant_is_made_by_patch_and_not_by_put() {
    let broker = Told::new().await;
    assert_eq!(broker.put("/pacticipants/Foo", json!({})).await.status, 404);
    let legacy = r#"{"repository_url":"git@h/r"}"#;
    let made = broker
        .send("PATCH", "/pacticipants/Foo", &JSON, legacy)
        .await;
    assert_eq!(
        (made.status.as_u16(), made.header("location").is_some()),
        (201, true)
    );
    assert_eq!(
        made.json()["repositoryUrl"],
        json!(null),
        "an old key says nothing"
    );
    assert_eq!(
        broker
            .send("PATCH", "/pacticipants/Foo", &JSON, legacy)
            .await
            .status,
        200
    );
    let again = broker
        .post(
            "/pacticipants",
            json!({ "name": "Foo", "repositoryUrl": "x" }),
        )
        .await;
    assert_eq!(
        (again.status.as_u16(), &again.json()["repositoryUrl"]),
        (201, &json!(null))
    );
}

#[tokio::test]
async fn a_deleted_pacticipant_takes_its_webhooks_along() {
    let broker = Told::new().await;
    broker.publish(("Foo", "1"), "a", json!({})).await;
    let webhook = |consumer: &str| json!({ "consumer": { "name": consumer }, "request": { "method": "POST", "url": "https://ci.example/" } });
    let (of_foo, of_bar) = (
        broker.post("/webhooks", webhook("Foo")).await,
        broker.post("/webhooks", webhook("Bar")).await,
    );
    assert_eq!(broker.delete("/pacticipants/Foo").await.status, 204);
    let place = |answer: &crate::support::Answer| broker.path(answer.header("location").unwrap());
    assert_eq!(broker.status(&place(&of_foo)).await, 404);
    assert_eq!(broker.status(&place(&of_bar)).await, 200);
    assert_eq!(
        broker
            .status("/pacts/provider/Bar/consumer/Foo/latest")
            .await,
        404
    );
}
