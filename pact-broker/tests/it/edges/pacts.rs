//! Publishing, changing and reading pacts.

use serde_json::json;

use super::{JSON, Told, pact};

const PACT: &str = "/pacts/provider/Bar/consumer/Foo/version/1";

#[tokio::test]
async fn keys_in_another_order_are_the_same_content() {
    let broker = Told::new().await;
    let sha =
        |answer: crate::support::Answer| answer.json()["_links"]["pb:pact-version"]["name"].clone();
    let first = broker.put(PACT, pact(("Foo", "Bar"), "a")).await;
    assert_eq!(first.status, 201);
    let turned = r#"{"metadata":{"pactSpecification":{"version":"2.0.0"}},"interactions":[{"response":{"status":200},"request":{"path":"/a","method":"GET"},"description":"a"}],"provider":{"name":"Bar"},"consumer":{"name":"Foo"}}"#;
    let second = broker.send("PUT", PACT, &JSON, turned).await;
    assert_eq!(second.status, 200);
    assert_eq!(sha(first), sha(second));
}

#[tokio::test]
async fn other_content_under_a_version_is_a_conflict_and_changes_nothing() {
    let broker = Told::new().await;
    broker.put(PACT, pact(("Foo", "Bar"), "a")).await;
    let before = broker.get(PACT).await.text;
    let refused = broker.put(PACT, pact(("Foo", "Bar"), "b")).await;
    assert_eq!(refused.status, 409);
    assert!(refused.json()["error"].is_string(), "{}", refused.text);
    assert_eq!(broker.get(PACT).await.text, before);
}

#[tokio::test]
async fn a_pact_is_refused_with_the_place_of_its_fault() {
    let broker = Told::new().await;
    let names = broker.put(PACT, pact(("X", "Y"), "a")).await;
    assert_eq!(names.status, 400);
    let errors = names.json()["errors"].clone();
    assert!(errors["consumer.name"].is_array() && errors["provider.name"].is_array());
    for (body, text) in [
        ("", "the request has no body"),
        (
            "{",
            "the text is not valid JSON: EOF while parsing an object at line 1 column 1",
        ),
        ("[]", "the body is an array"),
        ("\"x\"", "the body is a string"),
    ] {
        let refused = broker.send("PUT", PACT, &JSON, body).await;
        assert_eq!(refused.status, 400, "{body}: {}", refused.text);
        assert!(refused.text.contains(text), "{body}: {}", refused.text);
    }
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(60), "]".repeat(60));
    assert_eq!(broker.send("PUT", PACT, &JSON, &deep).await.status, 400);
    let consumer = json!({ "consumer": "Foo", "interactions": [] });
    let refused = broker.put(PACT, consumer).await;
    assert!(refused.json()["errors"]["consumer"].is_array());
    assert_eq!(
        broker.status("/pacticipants/Foo").await,
        404,
        "half written"
    );
}

#[tokio::test]
async fn a_body_that_is_no_utf8_is_told_by_its_position() {
    let broker = Told::new().await;
    let refused = broker
        .send_bytes("PUT", PACT, &JSON, b"{\"a\":\"\xff\"}")
        .await;
    assert_eq!(refused.status, 400);
    insta::assert_snapshot!(refused.text, @r#"{"error":"Request body is not UTF-8 at character 7, after `{\"a\":\"`"}"#);
}

#[tokio::test]
async fn a_new_version_with_known_content_is_verified_before_it_is_tried() {
    let broker = Told::new().await;
    broker.publish(("Foo", "1"), "a", json!({})).await;
    broker.verify(("Foo", "1"), "p1", true).await;
    broker.publish(("Foo", "2"), "a", json!({})).await;
    let asked = "/matrix?q[][pacticipant]=Foo&q[][version]=2&q[][pacticipant]=Bar&q[][version]=p1&latestby=cvpv";
    assert_eq!(
        broker.get(asked).await.json()["summary"]["deployable"],
        true
    );
}

#[tokio::test]
async fn the_version_of_the_newest_pact_is_told_in_a_header_and_of_no_other() {
    let broker = Told::new().await;
    broker
        .publish(("Foo", "1"), "a", json!({ "tags": ["t"] }))
        .await;
    let header = "x-pact-consumer-version";
    for path in ["latest", "latest/t"] {
        let pact = broker
            .get(&format!("/pacts/provider/Bar/consumer/Foo/{path}"))
            .await;
        assert_eq!(pact.header(header), Some("1"), "{path}");
    }
    assert_eq!(broker.get(PACT).await.header(header), None);
}

#[tokio::test]
async fn the_previous_distinct_pact_skips_what_is_alike() {
    let broker = Told::new().await;
    for (number, word) in [("1", "a"), ("2", "b"), ("3", "b")] {
        broker.publish(("Foo", number), word, json!({})).await;
    }
    let of = |number: &str| format!("/pacts/provider/Bar/consumer/Foo/version/{number}");
    let previous = broker.get(&format!("{}/previous-distinct", of("3"))).await;
    let version = &previous.json()["_links"]["pb:consumer-version"]["name"];
    assert_eq!(version, "1");
    assert_eq!(
        broker
            .status(&format!("{}/previous-distinct", of("1")))
            .await,
        404
    );
    for other in ["previous-distinct", "version/1"] {
        let path = format!("{}/diff/{other}", of("3"));
        let diff = broker
            .send("GET", &path, &[("accept", "text/plain")], "")
            .await;
        assert_eq!(
            diff.header("content-type"),
            Some("text/plain;charset=utf-8")
        );
        assert!(
            diff.text.contains("/b") && diff.text.contains("/a"),
            "{}",
            diff.text
        );
    }
}

#[tokio::test]
async fn a_merge_adds_interactions_and_refuses_other_requests_under_one_description() {
    let broker = Told::new().await;
    let merge = |word: &str, method: &str| {
        let mut pact = pact(("Foo", "Bar"), word);
        pact["interactions"][0]["request"]["method"] = method.into();
        pact.to_string()
    };
    for (word, method, status) in [("a", "GET", 201), ("b", "GET", 200), ("a", "POST", 409)] {
        let answer = broker
            .send("PATCH", PACT, &JSON, &merge(word, method))
            .await;
        assert_eq!(answer.status, status, "{word} {method}: {}", answer.text);
    }
    let interactions = broker.get(PACT).await.json()["interactions"].clone();
    assert_eq!(interactions.as_array().unwrap().len(), 2);
    let wrong = broker.patch(PACT, pact(("Foo", "Bar"), "c")).await;
    assert_eq!(wrong.status, 415, "a merge patch is no pact");
}

#[tokio::test]
async fn publishing_refuses_what_it_cannot_file_and_takes_a_version_without_contracts() {
    let broker = Told::new().await;
    let one = |change: serde_json::Value| {
        let mut contract = json!({
            "consumerName": "Foo", "providerName": "Bar", "content": "e30=",
            "contentType": "application/json", "specification": "pact",
        });
        for (key, value) in change.as_object().unwrap() {
            contract[key] = value.clone();
        }
        json!({ "pacticipantName": "Foo", "pacticipantVersionNumber": "1", "branch": "main", "contracts": [contract] })
    };
    for (change, status) in [
        (json!({ "content": "?" }), 400),
        (json!({ "content": "WyI=" }), 400),
        (json!({ "content": "W10=" }), 400),
        (json!({ "content": 5 }), 400),
        (json!({ "consumerName": "Zoo" }), 400),
        (json!({ "specification": "swagger" }), 400),
        (json!({ "onConflict": "explode" }), 400),
    ] {
        let refused = broker.post("/contracts/publish", one(change.clone())).await;
        assert_eq!(refused.status, status, "{change}: {}", refused.text);
        assert!(
            refused.json()["errors"]["contracts"].is_array(),
            "{}",
            refused.text
        );
    }
    assert_eq!(
        broker.status("/pacticipants/Foo").await,
        404,
        "half written"
    );
    let empty = json!({ "pacticipantName": "Foo", "pacticipantVersionNumber": "1", "branch": "main", "contracts": [] });
    assert_eq!(broker.post("/contracts/publish", empty).await.status, 200);
    assert_eq!(
        broker
            .status("/pacticipants/Foo/branches/main/versions/1")
            .await,
        200
    );
}

#[tokio::test]
async fn deleting_an_integration_leaves_the_others_alone() {
    let broker = Told::new().await;
    broker.publish(("Foo", "1"), "a", json!({})).await;
    broker
        .publish_for(("Foo", "Baz"), "1", "a", json!({}))
        .await;
    broker.verify(("Foo", "1"), "p1", true).await;
    let path = "/integrations/provider/Bar/consumer/Foo";
    assert_eq!(broker.delete(path).await.status, 204);
    assert_eq!(broker.status(PACT).await, 404);
    assert_eq!(
        broker
            .status("/pacts/provider/Baz/consumer/Foo/version/1")
            .await,
        200
    );
    assert_eq!(broker.status("/pacticipants/Foo/versions/1").await, 200);
    assert_eq!(
        broker
            .delete("/integrations/provider/Nope/consumer/Foo")
            .await
            .status,
        404
    );
}

#[tokio::test]
async fn provider_states_are_told_by_main_branch_branch_and_environment() {
    let broker = Told::new().await;
    let uuid = broker.environment("prod").await;
    for (number, state) in [("1", "old"), ("2", "new")] {
        let mut with_state = pact(("Foo", "Bar"), state);
        with_state["interactions"][0]["providerState"] = state.into();
        let path = format!("/pacts/provider/Bar/consumer/Foo/version/{number}");
        let branch = format!("/pacticipants/Foo/branches/main/versions/{number}");
        assert_eq!(broker.mark(&branch).await, 201);
        assert_eq!(broker.put(&path, with_state).await.status, 201);
    }
    broker.place("deployed", ("Foo", "1"), &uuid).await;
    let states = "/pacts/provider/Bar/provider-states";
    for (path, expected) in [
        (states.to_owned(), "new"),
        (format!("{states}/branch/main"), "new"),
        (format!("{states}/environment/{uuid}"), "old"),
        (format!("{states}/environment/prod"), "old"),
    ] {
        let told = broker.get(&path).await.json();
        let expected = json!([{ "name": expected, "consumers": ["Foo"] }]);
        assert_eq!(told["providerStates"], expected, "{path}");
    }
    assert_eq!(
        broker
            .status(&format!("{states}/environment/nowhere"))
            .await,
        404
    );
}

#[tokio::test]
async fn the_extended_form_has_the_tags_that_the_version_leads() {
    let broker = Told::new().await;
    for (number, word, tags) in [
        ("1", "a", json!(["old", "prod"])),
        ("2", "b", json!(["prod"])),
    ] {
        broker
            .publish(("Foo", number), word, json!({ "tags": tags }))
            .await;
    }
    for (number, expected) in [("1", "old"), ("2", "prod")] {
        let path = format!("/pacts/provider/Bar/consumer/Foo/version/{number}");
        let accept = [("accept", "application/vnd.pactbrokerextended.v1+json")];
        let shown = broker.send("GET", &path, &accept, "").await.json();
        let place = format!(
            "{}/pacticipants/Foo/versions/{number}/tags/{expected}",
            broker.url()
        );
        let tag =
            json!({ "name": expected, "latest": true, "_links": { "self": { "href": place } } });
        assert_eq!(shown["_embedded"]["tags"], json!([tag]), "{number}");
    }
}

#[tokio::test]
async fn who_calls_whom_is_a_table_with_a_row_for_each() {
    let broker = Told::new().await;
    for (consumer, provider) in [("Web", "api"), ("Web", "Users"), ("api", "Users")] {
        broker
            .publish_for((consumer, provider), "1", "a", json!({}))
            .await;
    }
    broker.post("/pacticipants", json!({ "name": "x" })).await;
    let table = broker
        .send("GET", "/relationships", &[("accept", "text/csv")], "")
        .await;
    let rows: Vec<Vec<&str>> = table
        .text
        .lines()
        .map(|line| line.split(',').collect())
        .collect();
    let [api, users, web] = rows.as_slice() else {
        panic!("{}", table.text)
    };
    // Its key and name, three constants, its place, and the keys of those it calls.
    let row = |key, name, place, called: [&str; 2]| {
        let constant = [key, name, "1", "1", "0", place];
        constant
            .into_iter()
            .chain(called)
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(*api, row(api[0], "api", "1", [users[0], "0"]));
    assert_eq!(*users, row(users[0], "Users", "2", ["0", "0"]));
    let mut called = [api[0], users[0]];
    if web[6] == users[0] {
        called.reverse();
    }
    assert_eq!(*web, row(web[0], "Web", "3", called));
}
