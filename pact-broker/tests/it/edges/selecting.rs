//! Pacts for verification: which are found, which are pending, which are work in progress.

use serde_json::{Value, json};

use super::{JSON, Told};

const FOR_VERIFICATION: &str = "/pacts/provider/Bar/for-verification";

impl Told {
    async fn select(&self, body: &Value) -> Vec<Value> {
        let answer = self.post(FOR_VERIFICATION, body.clone()).await;
        assert_eq!(answer.status, 200, "{body}: {}", answer.text);
        let pacts = answer.json()["_embedded"]["pacts"].clone();
        pacts.as_array().unwrap().clone()
    }

    /// The pacts as `Foo 1: short description`.
    async fn found(&self, selectors: Value) -> Vec<String> {
        let body = json!({ "consumerVersionSelectors": selectors });
        let line = |pact: &Value| {
            let name = pact["_links"]["self"]["name"].as_str().unwrap();
            let name = name
                .trim_start_matches("Pact between ")
                .trim_end_matches(" and Bar");
            format!("{name}: {}", pact["shortDescription"].as_str().unwrap())
        };
        self.select(&body).await.iter().map(line).collect()
    }
}

#[tokio::test]
async fn no_body_an_empty_one_and_no_selectors_mean_the_same() {
    let broker = Told::new().await;
    broker
        .publish(("Foo", "1"), "a", json!({ "branch": "main" }))
        .await;
    let empty = broker.send("POST", FOR_VERIFICATION, &JSON, "").await;
    for body in [json!({}), json!({ "consumerVersionSelectors": [] })] {
        assert_eq!(
            broker.post(FOR_VERIFICATION, body).await.json(),
            empty.json()
        );
    }
    assert_eq!(
        broker.found(json!([])).await,
        ["Foo (1): latest from main branch"]
    );
    let unknown = broker
        .post("/pacts/provider/Nope/for-verification", json!({}))
        .await;
    assert_eq!(
        (unknown.status.as_u16(), unknown.header("content-type")),
        (404, Some("application/hal+json;charset=utf-8"))
    );
}

#[tokio::test]
async fn a_head_without_a_pact_is_nothing_and_the_latest_is_the_newest_with_one() {
    let broker = Told::new().await;
    broker
        .publish(
            ("Foo", "1"),
            "a",
            json!({ "branch": "main", "tags": ["t"] }),
        )
        .await;
    broker
        .publish_for(
            ("Foo", "Baz"),
            "2",
            "a",
            json!({ "branch": "main", "tags": ["t"] }),
        )
        .await;
    let none: [&str; 0] = [];
    assert_eq!(broker.found(json!([{ "mainBranch": true }])).await, none);
    assert_eq!(
        broker.found(json!([{ "tag": "t", "latest": true }])).await,
        none
    );
    assert_eq!(
        broker.found(json!([{ "tag": "t" }])).await,
        ["Foo (1): one of t"]
    );
    assert_eq!(
        broker.found(json!([{ "latest": true }])).await,
        ["Foo (1): latest"]
    );
}

#[tokio::test]
async fn selectors_find_what_is_on_branches_and_in_environments() {
    let broker = Told::new().await;
    let uuid = broker.environment("prod").await;
    broker
        .publish(("Foo", "1"), "a", json!({ "branch": "main" }))
        .await;
    broker
        .publish(("Zoo", "1"), "b", json!({ "branch": "main" }))
        .await;
    broker
        .publish(("Foo", "2"), "c", json!({ "branch": "feat" }))
        .await;
    for (what, number) in [("deployed", "1"), ("released", "1"), ("released", "2")] {
        broker.place(what, ("Foo", number), &uuid).await;
    }
    assert_eq!(
        broker.found(json!([{ "branch": "main" }])).await,
        [
            "Foo (1): latest from branch main",
            "Zoo (1): latest from branch main"
        ]
    );
    for selector in [
        json!({ "deployedOrReleased": true }),
        json!({ "environment": "prod" }),
    ] {
        assert_eq!(
            broker.found(json!([selector])).await,
            [
                "Foo (1): deployed to prod, released in prod",
                "Foo (2): released in prod"
            ]
        );
    }
    assert_eq!(
        broker
            .found(json!([{ "deployed": true, "consumer": "Zoo" }]))
            .await,
        Vec::<String>::new()
    );
    let fallback = json!([{ "branch": "feat", "fallbackBranch": "main" }]);
    assert_eq!(
        broker.found(fallback).await,
        [
            "Foo (2): latest from branch feat",
            "Zoo (1): latest from branch main"
        ]
    );
}

#[tokio::test]
async fn selectors_that_contradict_themselves_are_refused_with_their_position() {
    let broker = Told::new().await;
    broker.publish(("Foo", "1"), "a", json!({})).await;
    for selector in [
        json!({}),
        json!({ "matchingBranch": true }),
        json!({ "matchingBranch": true, "latest": true }),
        json!({ "mainBranch": true, "tag": "t" }),
        json!({ "mainBranch": false }),
        json!({ "tag": "a", "branch": "b" }),
        json!({ "tag": "a", "fallbackTag": "b" }),
        json!({ "tag": "a", "fallbackBranch": "b" }),
        json!({ "branch": "a", "latest": false }),
        json!({ "branch": 1 }),
        json!({ "deployed": true, "branch": "a" }),
        json!({ "deployed": true, "released": true }),
        json!({ "environment": "nowhere" }),
        json!({ "consumer": " ", "tag": "a" }),
        json!("main"),
    ] {
        let body = json!({ "consumerVersionSelectors": [{ "latest": true }, selector] });
        let refused = broker.post(FOR_VERIFICATION, body).await;
        assert_eq!(refused.status, 400, "{selector}: {}", refused.text);
        let text = refused.json()["errors"]["consumerVersionSelectors"][0].clone();
        assert!(
            text.as_str().unwrap().ends_with("(at index 1)"),
            "{selector}: {text}"
        );
    }
}

#[tokio::test]
async fn a_pact_is_pending_until_a_success_from_the_branch_or_before_the_branch() {
    let broker = Told::new().await;
    broker
        .publish(("Foo", "1"), "a", json!({ "branch": "main" }))
        .await;
    let pending = async |branch: &str| {
        let body = json!({ "consumerVersionSelectors": [{ "branch": "main" }], "providerVersionBranch": branch });
        let pact = broker.select(&body).await.remove(0);
        let notices = pact["verificationProperties"]["notices"]
            .as_array()
            .unwrap()
            .len();
        (pact["verificationProperties"]["pending"].clone(), notices)
    };
    assert_eq!(pending("main").await, (json!(true), 6));
    broker
        .mark("/pacticipants/Bar/branches/main/versions/p1")
        .await;
    broker.verify(("Foo", "1"), "p1", false).await;
    assert_eq!(pending("main").await, (json!(true), 6));
    broker.verify(("Foo", "1"), "p1", true).await;
    assert_eq!(pending("main").await, (json!(false), 2));
    assert_eq!(
        pending("new").await.0,
        false,
        "main had succeeded before it"
    );
    let body = json!({ "consumerVersionSelectors": [{ "branch": "main" }], "includePendingStatus": false });
    let pact = broker.select(&body).await.remove(0);
    assert_eq!(pact["verificationProperties"]["pending"], json!(null));
}

#[tokio::test]
async fn work_in_progress_stays_until_it_is_verified_for_itself() {
    let broker = Told::new().await;
    broker
        .publish(("Foo", "1"), "a", json!({ "branch": "main" }))
        .await;
    broker
        .publish(("Foo", "2"), "b", json!({ "branch": "feat" }))
        .await;
    broker
        .mark("/pacticipants/Bar/branches/main/versions/p1")
        .await;
    let wip = async |since: &str| -> Vec<Value> {
        let body = json!({
            "consumerVersionSelectors": [{ "branch": "main" }], "providerVersionBranch": "main",
            "includeWipPactsSince": since,
        });
        let pacts = broker.select(&body).await.into_iter();
        pacts
            .filter(|pact| pact["verificationProperties"]["wip"] == true)
            .collect()
    };
    assert_eq!(wip("2999-01-01").await, Vec::<Value>::new());
    let found = wip("2020-01-01").await;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["verificationProperties"]["pending"], true);
    let address = broker.path(found[0]["_links"]["self"]["href"].as_str().unwrap());
    broker.verify_at(&address, "p1", true).await;
    assert_eq!(
        wip("2020-01-01").await.len(),
        1,
        "as work in progress it does not count"
    );
    broker.verify(("Foo", "2"), "p1", false).await;
    assert_eq!(wip("2020-01-01").await.len(), 1, "a failure does not count");
    broker.verify(("Foo", "2"), "p1", true).await;
    assert_eq!(wip("2020-01-01").await.len(), 0);
}

#[tokio::test]
async fn the_address_of_a_pact_remembers_why_it_was_fetched() {
    let broker = Told::new().await;
    broker
        .publish(("Foo", "1"), "a", json!({ "branch": "main" }))
        .await;
    let body = json!({ "consumerVersionSelectors": [{ "branch": "main" }] });
    let address = broker.select(&body).await[0]["_links"]["self"]["href"].clone();
    let pact = broker
        .get(&broker.path(address.as_str().unwrap()))
        .await
        .json();
    let versions = &pact["_links"]["pb:consumer-versions"];
    assert_eq!(versions[0]["name"], "1");
    let results = pact["_links"]["pb:publish-verification-results"]["href"]
        .as_str()
        .unwrap();
    assert!(results.contains("/metadata/"), "{results}");
    let result = json!({ "success": true, "providerApplicationVersion": "p1" });
    let made = broker.post(&broker.path(results), result).await;
    assert!(!made.header("location").unwrap().contains("/metadata/"));
    let unreadable = results.replace("/metadata/", "/metadata/!!");
    let result = json!({ "success": true, "providerApplicationVersion": "p2" });
    assert_eq!(
        broker.post(&broker.path(&unreadable), result).await.status,
        201
    );
}

#[tokio::test]
async fn results_are_refused_with_the_place_of_their_fault() {
    let broker = Told::new().await;
    broker.publish(("Foo", "1"), "a", json!({})).await;
    let pact = broker
        .get("/pacts/provider/Bar/consumer/Foo/latest")
        .await
        .json();
    let href = pact["_links"]["pb:publish-verification-results"]["href"].clone();
    let path = broker.path(href.as_str().unwrap());
    for (body, key) in [
        (json!({}), "success"),
        (
            json!({ "success": "yes", "providerApplicationVersion": "1" }),
            "success",
        ),
        (json!({ "success": true }), "providerApplicationVersion"),
        (
            json!({ "success": true, "providerApplicationVersion": "" }),
            "providerApplicationVersion",
        ),
        (
            json!({ "success": true, "providerApplicationVersion": 5 }),
            "providerApplicationVersion",
        ),
        (
            json!({ "success": true, "providerApplicationVersion": "1", "buildUrl": "x y" }),
            "buildUrl",
        ),
    ] {
        let refused = broker.post(&path, body.clone()).await;
        assert_eq!(refused.status, 400, "{body}: {}", refused.text);
        assert!(
            refused.json()["errors"][key].is_array(),
            "{body}: {}",
            refused.text
        );
    }
    assert_eq!(
        broker.status("/pacticipants/Bar/versions/1").await,
        404,
        "half written"
    );
    let result = json!({ "success": true, "providerApplicationVersion": "1" });
    let unknown = "/pacts/provider/Bar/consumer/Foo/pact-version/abc/verification-results";
    assert_eq!(broker.post(unknown, result).await.status, 404);
}
