//! What the Pact Broker's own client asks and reads, told from the contract it has with its broker.

use serde_json::{Value, json};

use super::{JSON, Told, pact};
use crate::support::Answer;

/// Asserts that an answer has the status, and in its body what the client reads.
#[track_caller]
fn check(answer: &Answer, status: u16, read: &[&str]) {
    assert_eq!(answer.status, status, "{}", answer.text);
    let media = answer.header("content-type").unwrap_or_default();
    if status != 204 {
        assert_eq!(
            media, "application/hal+json;charset=utf-8",
            "{}",
            answer.text
        );
    }
    for pointer in read {
        let body = answer.json();
        assert!(
            body.pointer(pointer).is_some_and(|found| !found.is_null()),
            "{pointer} in {body}"
        );
    }
}

/// Where a row of a matrix is read.
const ROW: [&str; 8] = [
    "/matrix/0/consumer/name",
    "/matrix/0/consumer/version/number",
    "/matrix/0/provider/name",
    "/matrix/0/provider/version/number",
    "/matrix/0/pact/createdAt",
    "/matrix/0/verificationResult/success",
    "/matrix/0/verificationResult/verifiedAt",
    "/matrix/0/verificationResult/_links/self/href",
];

fn webhook(more: &Value) -> Value {
    let mut body = json!({
        "description": "a webhook",
        "events": [{ "name": "contract_content_changed" }],
        "request": {
            "url": "https://webhook", "method": "POST", "headers": { "Foo": "bar", "Bar": "foo" },
            "body": { "some": "body" }, "username": "foo", "password": "pass",
        },
    });
    for (key, value) in more.as_object().unwrap() {
        body[key] = value.clone();
    }
    body
}

/// Condor has published a pact with the Pricing Service as 1.3.0, tagged `prod`.
async fn condor() -> Told {
    let broker = Told::new().await;
    broker
        .mark("/pacticipants/Condor/versions/1.3.0/tags/prod")
        .await;
    let path = "/pacts/provider/Pricing%20Service/consumer/Condor/version/1.3.0";
    let mut body = pact(("Condor", "Pricing Service"), "a");
    body["interactions"] = json!([]);
    assert_eq!(broker.put(path, body).await.status, 201);
    broker
}

#[tokio::test]
async fn the_index_has_every_relation_the_client_follows() {
    let broker = Told::new().await;
    let index = broker.get("/").await;
    check(&index, 200, &[]);
    for relation in [
        "pb:pacticipant",
        "pb:pacticipants",
        "pb:webhooks",
        "pb:webhook",
        "pb:environments",
        "pb:environment",
        "pb:latest-version",
        "pb:latest-tagged-version",
        "pb:pacticipant-branch",
        "pb:pacticipant-version",
        "pb:pacticipant-version-tag",
        "pb:pacticipant-branch-version",
        "pb:publish-contracts",
        "pb:publish-pact",
        "pb:latest-pact-versions",
        "pb:latest-provider-pacts",
        "pb:latest-provider-pacts-with-tag",
        "pb:provider-pacts-for-verification",
        "beta:provider-pacts-for-verification",
        "pb:metrics",
    ] {
        check(&index, 200, &[&format!("/_links/{relation}/href")]);
    }
    assert_eq!(index.json()["_links"]["pb:webhook"]["templated"], true);
}

#[tokio::test]
async fn the_matrix_is_read_row_by_row() {
    let broker = Told::new().await;
    broker
        .publish(("Foo", "1.2.3"), "a", json!({ "tags": ["prod"] }))
        .await;
    broker.publish(("Foo", "1.2.4"), "b", json!({})).await;
    broker.verify(("Foo", "1.2.3"), "4.5.6", true).await;
    broker.verify(("Foo", "1.2.4"), "9.9.9", false).await;
    broker
        .mark("/pacticipants/Bar/versions/4.5.6/tags/prod")
        .await;
    let summary = [
        "/summary/reason",
        "/summary/unknown",
        "/notices/0/text",
        "/notices/0/type",
    ];
    for query in [
        "latestby=cvpv&q[][pacticipant]=Foo&q[][version]=1.2.3&q[][pacticipant]=Bar&q[][version]=4.5.6",
        "latestby=cvpv&q[][pacticipant]=Foo&q[][version]=1.2.3&q[][pacticipant]=Bar&q[][latest]=true&q[][tag]=prod",
        "latestby=cvp&latest=true&tag=prod&q[][pacticipant]=Foo&q[][version]=1.2.3",
        "latestby=cvpv&q[][pacticipant]=Foo&q[][version]=1.2.4&q[][pacticipant]=Bar&q[][latest]=true",
        "latestby=cvp&latest=true&q[][pacticipant]=Foo&q[][version]=1.2.4",
        "latestby=cvpv&q[][pacticipant]=Foo&q[][pacticipant]=Bar&success[]=true",
    ] {
        let answer = broker.get(&format!("/matrix?{query}")).await;
        check(&answer, 200, &ROW);
        check(&answer, 200, &summary);
        assert!(
            answer.json()["summary"]["deployable"].is_boolean(),
            "{query}"
        );
        assert_eq!(
            answer.json()["matrix"].as_array().unwrap().len(),
            1,
            "{query}"
        );
    }
    let all = broker
        .get("/matrix?latestby=cvpv&q[][pacticipant]=Foo&q[][pacticipant]=Bar")
        .await;
    assert_eq!(all.json()["matrix"].as_array().unwrap().len(), 2);
    let unknown = broker.get("/matrix?latestby=cvpv&q[][pacticipant]=Wiffle&q[][version]=1&q[][pacticipant]=Meep&q[][version]=2").await;
    check(&unknown, 400, &["/errors/0"]);
    let missing = broker.get("/matrix?latestby=cvpv&q[][pacticipant]=Foo&q[][version]=1.2.3&q[][pacticipant]=Bar&q[][version]=7").await;
    check(&missing, 200, &["/summary/reason"]);
}

#[tokio::test]
async fn pacticipants_are_read_under_their_old_keys_too() {
    let broker = condor().await;
    let one = broker.get("/pacticipants/Condor").await;
    check(
        &one,
        200,
        &[
            "/name",
            "/_links/self/href",
            "/_links/versions/href",
            "/_embedded/latest-version/number",
            "/_embedded/latest-version/_links/self/href",
        ],
    );
    let list = broker.get("/pacticipants").await;
    check(
        &list,
        200,
        &[
            "/_links/self/href",
            "/_links/pacticipants/0/href",
            "/_links/pacticipants/0/title",
            "/pacticipants/0/name",
            "/pacticipants/0/_links/self/href",
            "/pacticipants/0/_embedded/latest-version/number",
        ],
    );
    check(&broker.get("/pacticipants/Nobody").await, 404, &["/error"]);
    let body = json!({ "name": "Foo", "repositoryUrl": "http://foo" });
    check(
        &broker.post("/pacticipants", body.clone()).await,
        201,
        &["/name", "/repositoryUrl", "/_links/self/href"],
    );
    let patched = broker
        .send("PATCH", "/pacticipants/Foo", &JSON, &body.to_string())
        .await;
    check(
        &patched,
        200,
        &["/name", "/repositoryUrl", "/_links/self/href"],
    );
    for path in ["latest-version", "latest-version/prod"] {
        let version = broker.get(&format!("/pacticipants/Condor/{path}")).await;
        check(&version, 200, &["/number", "/_links/self/href"]);
    }
    for (number, status) in [("1.3.0", 200), ("1.4.0", 201)] {
        let tag = format!("/pacticipants/Condor/versions/{number}/tags/prod");
        check(
            &broker.put(&tag, json!({})).await,
            status,
            &["/_links/self/href"],
        );
    }
    broker
        .mark("/pacticipants/Condor/branches/main/versions/1.3.0")
        .await;
    check(
        &broker.delete("/pacticipants/Condor/branches/main").await,
        204,
        &[],
    );
}

#[tokio::test]
async fn pacts_are_read_one_by_one_and_in_lists() {
    let broker = condor().await;
    let pair = "/pacts/provider/Pricing%20Service/consumer/Condor";
    for path in ["version/1.3.0", "latest", "latest/prod"] {
        let pact = broker.get(&format!("{pair}/{path}")).await;
        check(
            &pact,
            200,
            &["/consumer/name", "/provider/name", "/interactions"],
        );
    }
    check(
        &broker.get("/pacts/latest").await,
        200,
        &[
            "/_links/self/href",
            "/pacts/0/_links/self/0/href",
            "/pacts/0/_embedded/consumer/name",
            "/pacts/0/_embedded/consumer/_links/self/href",
            "/pacts/0/_embedded/consumer/_embedded/version/number",
            "/pacts/0/_embedded/provider/name",
            "/pacts/0/_embedded/provider/_links/self/href",
        ],
    );
    for path in ["latest", "latest/prod"] {
        let list = broker
            .get(&format!("/pacts/provider/Pricing%20Service/{path}"))
            .await;
        check(
            &list,
            200,
            &[
                "/_links/provider/href",
                "/_links/provider/title",
                "/_links/pb:pacts/0/href",
                "/_links/pb:pacts/0/title",
                "/_links/pb:pacts/0/name",
            ],
        );
    }
    let nothing = broker
        .get("/pacts/provider/Pricing%20Service/consumer/Condor/latest/none")
        .await;
    assert_eq!(nothing.status, 404);
    let published = broker
        .publish(
            ("Foo", "1"),
            "a",
            json!({ "branch": "main", "tags": ["dev"] }),
        )
        .await;
    check(
        &published,
        200,
        &[
            "/logs/0/level",
            "/logs/0/message",
            "/notices/0/type",
            "/notices/0/text",
            "/_embedded/pacticipant/name",
            "/_embedded/version/number",
            "/_links/pb:pacticipant-version-tags/0/name",
            "/_links/pb:contracts/0/href",
        ],
    );
}

#[tokio::test]
async fn webhooks_are_made_in_every_scope_and_refused_by_place() {
    let broker = condor().await;
    let read = [
        "/description",
        "/events/0/name",
        "/request/body",
        "/_links/self/href",
        "/_links/self/title",
    ];
    let condor = json!({ "name": "Condor" });
    let service = json!({ "name": "Pricing Service" });
    for more in [
        json!({}),
        json!({ "consumer": condor }),
        json!({ "provider": service }),
        json!({ "consumer": { "label": "consumer_label" } }),
        json!({ "provider": { "label": "provider_label" } }),
    ] {
        check(&broker.post("/webhooks", webhook(&more)).await, 201, &read);
    }
    let pair = "/webhooks/provider/Pricing%20Service/consumer/Condor";
    check(&broker.post(pair, webhook(&json!({}))).await, 201, &read);
    let mut text = webhook(&json!({}));
    text["request"]["body"] = "<xml/>".into();
    check(&broker.post(pair, text).await, 201, &read);
    let own = "/webhooks/696c5f93-1b7f-44bc-8d03-59440fcaa9a0";
    let both = json!({ "consumer": condor, "provider": service });
    check(&broker.put(own, webhook(&both)).await, 201, &read);
    check(&broker.put(own, webhook(&both)).await, 200, &read);
    let unknown = broker
        .post(
            "/webhooks/provider/Pricing%20Service/consumer/Nobody",
            webhook(&json!({})),
        )
        .await;
    check(&unknown, 404, &["/error"]);
    let nobody = broker
        .post(
            "/webhooks",
            webhook(&json!({ "consumer": { "name": "Nobody" } })),
        )
        .await;
    check(&nobody, 400, &["/errors/consumer.name/0"]);
    let mut nowhere = webhook(&json!({}));
    nowhere["request"].as_object_mut().unwrap().remove("url");
    check(
        &broker.post(pair, nowhere).await,
        400,
        &["/errors/request.url/0"],
    );
}

/// Creates an environment, reads it in the list, and returns where it is.
async fn environment(broker: &Told) -> String {
    let body = json!({ "name": "test", "displayName": "Test", "production": false, "contacts": [{ "name": "Foo team", "details": { "emailAddress": "foo@example.org" } }] });
    let made = broker.post("/environments", body).await;
    check(
        &made,
        201,
        &[
            "/uuid",
            "/name",
            "/displayName",
            "/production",
            "/contacts/0/name",
            "/contacts/0/details/emailAddress",
        ],
    );
    check(
        &broker.get("/environments").await,
        200,
        &[
            "/_links/pb:environments/0/href",
            "/_links/pb:environments/0/name",
            "/_embedded/environments/0/contacts/0/details/emailAddress",
        ],
    );
    broker.path(made.header("location").unwrap())
}

#[tokio::test]
async fn deployments_are_found_from_the_version_and_from_the_environment() {
    let broker = Told::new().await;
    let place = environment(&broker).await;
    broker.mark("/pacticipants/Foo/versions/1").await;
    let version = broker.get("/pacticipants/Foo/versions/1").await;
    check(
        &version,
        200,
        &[
            "/_links/pb:record-deployment/0/href",
            "/_links/pb:record-release/0/href",
        ],
    );
    let links = version.json()["_links"].clone();
    assert_eq!(links["pb:record-deployment"][0]["name"], "test");
    let href = |relation: &str| broker.path(links[relation][0]["href"].as_str().unwrap());
    let deployed = broker
        .post(
            &href("pb:record-deployment"),
            json!({ "applicationInstance": "blue", "target": "blue" }),
        )
        .await;
    check(&deployed, 201, &["/target", "/applicationInstance"]);
    check(
        &broker.post(&href("pb:record-release"), json!({})).await,
        201,
        &["/uuid"],
    );
    let environment = broker.get(&place).await;
    let current =
        environment.json()["_links"]["pb:currently-deployed-deployed-versions"]["href"].clone();
    let listed = broker
        .get(&format!(
            "{}?pacticipant=Foo",
            broker.path(current.as_str().unwrap())
        ))
        .await;
    check(
        &listed,
        200,
        &[
            "/_embedded/deployedVersions/0/_links/self/href",
            "/_embedded/deployedVersions/0/applicationInstance",
        ],
    );
    let own = listed.json()["_embedded"]["deployedVersions"][0]["_links"]["self"]["href"].clone();
    let ended = broker
        .patch(
            &broker.path(own.as_str().unwrap()),
            json!({ "currentlyDeployed": false }),
        )
        .await;
    check(&ended, 200, &["/_embedded/version/number"]);
    assert_eq!(ended.json()["currentlyDeployed"], false);
}
