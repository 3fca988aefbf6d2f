//! What a team asks: which pacts to verify, and whether a version may be deployed.

use serde_json::{Value, json};

use super::start;
use crate::support::{Answer, TestBroker, contract};

/// A broker where Foo 1 has a pact with Bar, and Bar 2 runs in production.
async fn with_a_pact_and_a_deployment() -> (TestBroker, String) {
    let broker = start().await;
    broker
        .publish("Foo", "1", &contract("Foo", "Bar", "GET"))
        .await;
    let environment = broker
        .post(
            "/environments",
            json!({ "name": "production", "production": true }),
        )
        .await
        .json();
    let uuid = environment["uuid"].as_str().unwrap();
    broker.put("/pacticipants/Bar/versions/2", json!({})).await;
    broker
        .post(
            &format!("/pacticipants/Bar/versions/2/deployed-versions/environment/{uuid}"),
            json!({}),
        )
        .await;
    let pact = broker
        .get("/pacts/provider/Bar/consumer/Foo/latest")
        .await
        .json();
    let place = broker.path(
        pact["_links"]["pb:publish-verification-results"]["href"]
            .as_str()
            .unwrap(),
    );
    (broker, place)
}

const QUESTION: &str = "/can-i-deploy?pacticipant=Foo&version=1&environment=production";

#[tokio::test]
async fn a_deployment_is_unknown_until_it_is_verified_and_follows_the_newest_result() {
    let (broker, place) = with_a_pact_and_a_deployment().await;
    let deployable = |answer: &Answer| answer.json()["summary"]["deployable"].clone();
    let unknown = broker.get(QUESTION).await;
    assert_eq!(
        (deployable(&unknown), &unknown.json()["summary"]["unknown"]),
        (json!(null), &json!(1))
    );
    broker
        .post(
            &place,
            json!({ "success": false, "providerApplicationVersion": "2" }),
        )
        .await;
    assert_eq!(deployable(&broker.get(QUESTION).await), json!(false));
    broker
        .post(
            &place,
            json!({ "success": true, "providerApplicationVersion": "2" }),
        )
        .await;
    let yes = broker.get(QUESTION).await;
    assert_eq!(deployable(&yes), json!(true));
    let row = &yes.json()["matrix"][0];
    assert_eq!(
        row["provider"]["version"]["environments"][0]["name"],
        "production"
    );
    let result = broker.path(
        row["verificationResult"]["_links"]["self"]["href"]
            .as_str()
            .unwrap(),
    );
    assert_eq!(broker.get(&result).await.json()["success"], true);
}

#[tokio::test]
async fn the_matrix_reads_selectors_in_the_order_they_are_sent() {
    let (broker, place) = with_a_pact_and_a_deployment().await;
    broker
        .post(
            &place,
            json!({ "success": true, "providerApplicationVersion": "2" }),
        )
        .await;
    let matrix = broker.get("/matrix?q[][pacticipant]=Foo&q[][version]=1&q[][pacticipant]=Bar&q[][version]=2&latestby=cvpv").await;
    assert_eq!(matrix.json()["summary"]["success"], 1, "{}", matrix.text);
    let text = broker
        .send(
            "GET",
            "/matrix?q[][pacticipant]=Foo&q[][pacticipant]=Bar",
            &[("accept", "text/plain")],
            "",
        )
        .await;
    let number = place_number(&matrix.json());
    insta::assert_snapshot!(text.text.replace(&number, "<n>").replace("-".repeat(number.len()).as_str(), "-").lines().next().unwrap().split(" | ").next().unwrap(), @"CONSUMER");
    assert!(text.text.contains("Deployable: true"), "{}", text.text);
}

fn place_number(matrix: &Value) -> String {
    let place = matrix["matrix"][0]["verificationResult"]["_links"]["self"]["href"]
        .as_str()
        .unwrap();
    place.rsplit('/').next().unwrap().to_owned()
}

#[tokio::test]
async fn questions_that_make_no_sense_are_refused_with_what_is_wrong() {
    let (broker, _) = with_a_pact_and_a_deployment().await;
    for (query, expected) in [
        (
            "",
            "name at least one pacticipant, as q[][pacticipant]=NAME",
        ),
        (
            "q=x",
            "each selector needs a pacticipant, as q[][pacticipant]=NAME",
        ),
        (
            "q[][version]=1",
            "each selector needs a pacticipant, as q[][pacticipant]=NAME",
        ),
        (
            "q[][pacticipant]=Nope",
            "there is no pacticipant named 'Nope'",
        ),
        (
            "q[][pacticipant]=Foo&q[][version]=1&q[][latest]=true",
            "name a version of Foo or ask for the latest, not both",
        ),
        (
            "q[][pacticipant]=Foo&environment=moon",
            "there is no environment named 'moon'",
        ),
        (
            "q[][pacticipant]=Foo&tag=a&mainBranch=true",
            "say where to deploy to by one of tag, environment and mainBranch, not by several",
        ),
        (
            "q[][pacticipant]=Foo&limit=0",
            "limit must be a whole number of at least 1",
        ),
        (
            "q[][pacticipant]=Foo&latestby=zzz",
            "latestby is 'zzz', but must be cvp, cvpv or cp",
        ),
        (
            "q[][pacticipant]=Foo&q[a]=1",
            "reading the query: parameter `q[a]` is used both as a value and as a list or map",
        ),
    ] {
        let refused = broker.get(&format!("/matrix?{query}")).await;
        assert_eq!(
            (refused.status.as_u16(), &refused.json()["errors"][0]),
            (400, &json!(expected)),
            "{query}"
        );
    }
}

#[tokio::test]
async fn a_pact_fetched_as_pending_is_no_longer_pending_once_its_branch_verified_it() {
    let (broker, _) = with_a_pact_and_a_deployment().await;
    let request = json!({
        "consumerVersionSelectors": [{ "mainBranch": true }], "providerVersionBranch": "main", "includePendingStatus": true,
    });
    let asked = broker
        .post("/pacts/provider/Bar/for-verification", request.clone())
        .await
        .json();
    let pact = &asked["_embedded"]["pacts"][0];
    assert_eq!(pact["verificationProperties"]["pending"], true);
    let fetched = broker
        .get(&broker.path(pact["_links"]["self"]["href"].as_str().unwrap()))
        .await
        .json();
    assert_eq!(fetched["_links"]["pb:consumer-versions"][0]["name"], "1");
    let place = broker.path(
        fetched["_links"]["pb:publish-verification-results"]["href"]
            .as_str()
            .unwrap(),
    );
    broker
        .put("/pacticipants/Bar/branches/main/versions/3", json!({}))
        .await;
    assert_eq!(
        broker
            .post(
                &place,
                json!({ "success": true, "providerApplicationVersion": "3" })
            )
            .await
            .status,
        201
    );
    let again = broker
        .post("/pacts/provider/Bar/for-verification", request)
        .await
        .json();
    assert_eq!(
        again["_embedded"]["pacts"][0]["verificationProperties"]["pending"],
        false
    );
}

#[tokio::test]
async fn selectors_that_contradict_themselves_are_refused_by_position() {
    let (broker, _) = with_a_pact_and_a_deployment().await;
    let selectors = json!([
        {}, { "mainBranch": true, "tag": "x" }, { "matchingBranch": true }, { "tag": "a", "branch": "b" },
        { "deployed": true, "released": true }, { "environment": "moon" }, { "latest": "x" }, 5,
    ]);
    let refused = broker
        .post(
            "/pacts/provider/Bar/for-verification",
            json!({ "consumerVersionSelectors": selectors }),
        )
        .await;
    assert_eq!(refused.status, 400);
    let errors = refused.json()["errors"]["consumerVersionSelectors"].clone();
    let places: Vec<&str> = errors
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|error| error.as_str()?.split("(at ").nth(1))
        .collect();
    assert_eq!(
        places,
        [
            "index 0)", "index 1)", "index 2)", "index 3)", "index 4)", "index 5)", "index 6)",
            "index 7)"
        ]
    );
}
