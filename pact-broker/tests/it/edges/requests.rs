//! What holds for every request: addresses, methods, media types, formats of errors, pages.

use serde_json::json;

use super::{JSON, Told};

const PROBLEM: (&str, &str) = ("accept", "application/problem+json");

#[tokio::test]
async fn addresses_that_lead_nowhere_are_told_apart() {
    let broker = Told::new().await;
    for (path, status, media) in [
        ("/nope", 404, "application/json;charset=utf-8"),
        (
            "/pacticipants/Nope",
            404,
            "application/hal+json;charset=utf-8",
        ),
        ("/webhooks/nope", 404, "application/json;charset=utf-8"),
        ("/environments/nope", 404, "application/json;charset=utf-8"),
        (
            "/pacticipants//versions",
            404,
            "application/problem+json;charset=utf-8",
        ),
        (
            "/pacticipants/a%zz",
            404,
            "application/problem+json;charset=utf-8",
        ),
        (
            "/pacticipants/a%ff",
            404,
            "application/problem+json;charset=utf-8",
        ),
        (
            "/pacticipants/a%0Ab",
            422,
            "application/problem+json;charset=utf-8",
        ),
        (
            "/pacticipants/a%09b",
            422,
            "application/problem+json;charset=utf-8",
        ),
        (
            "/pacticipants/a%00b",
            422,
            "application/problem+json;charset=utf-8",
        ),
    ] {
        let answer = broker.get(path).await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("content-type")),
            (status, Some(media)),
            "{path}"
        );
        assert!(
            answer.header("x-pact-broker-version").is_some(),
            "{path}: the version of the broker is told"
        );
    }
    assert_eq!(
        broker.mark("/pacticipants/Foo/versions/svc%2Ejson").await,
        201
    );
    assert_eq!(
        broker
            .get("/pacticipants/Foo/versions/svc%2Ejson")
            .await
            .json()["number"],
        "svc.json"
    );
}

#[tokio::test]
async fn a_method_that_is_not_there_is_told_those_that_are() {
    let broker = Told::new().await;
    let refused = broker.put("/contracts/publish", json!({})).await;
    assert_eq!(
        (refused.status.as_u16(), refused.header("allow")),
        (405, Some("POST, OPTIONS"))
    );
    for (method, path) in [
        ("PATCH", "/"),
        ("DELETE", "/pacticipants"),
        ("POST", "/matrix"),
        ("TRACE", "/"),
    ] {
        assert_eq!(
            broker.send(method, path, &[], "").await.status,
            405,
            "{method} {path}"
        );
    }
    assert_eq!(broker.send("BREW", "/", &[], "").await.status, 501);
    let options = broker.send("OPTIONS", "/pacticipants", &[], "").await;
    let allowed = options.header("access-control-allow-methods");
    assert_eq!(
        (options.status.as_u16(), allowed),
        (200, Some("GET, POST, OPTIONS"))
    );
}

#[tokio::test]
async fn media_types_are_agreed_on_before_anything_is_read() {
    let broker = Told::new().await;
    for media in [
        "text/plain",
        "application/hal+json",
        "application/x-www-form-urlencoded",
    ] {
        let headers = [("content-type", media)];
        for (method, path) in [
            ("POST", "/pacticipants"),
            ("POST", "/contracts/publish"),
            ("PUT", "/pacticipants/Foo/versions/1"),
        ] {
            let refused = broker.send(method, path, &headers, "{").await;
            assert_eq!(refused.status, 415, "{method} {path} {media}");
        }
    }
    assert_eq!(
        broker
            .send("PUT", "/pacticipants/Foo/versions/1", &[], "{}")
            .await
            .status,
        415
    );
    let parameters = [("content-type", "application/json; charset=utf-8")];
    assert_eq!(
        broker
            .send("PUT", "/pacticipants/Foo/versions/1", &parameters, "{}")
            .await
            .status,
        201
    );
    let accept = |media| [("accept", media)];
    assert_eq!(
        broker
            .send("GET", "/pacticipants", &accept("text/csv"), "")
            .await
            .status,
        406
    );
    let graph = broker
        .send("GET", "/integrations", &accept("*/*"), "")
        .await;
    assert_eq!(
        graph.header("content-type"),
        Some("text/vnd.graphviz;charset=utf-8")
    );
}

#[tokio::test]
async fn every_refusal_is_told_as_problem_details_to_those_who_ask() {
    let broker = Told::new().await;
    let headers = [PROBLEM, ("content-type", "application/json")];
    for (method, path, body, status) in [
        ("POST", "/pacticipants", "{}", 400),
        ("POST", "/pacticipants", "{", 400),
        ("POST", "/contracts/publish", "{}", 400),
        ("POST", "/environments", "[]", 400),
        ("POST", "/webhooks", "{}", 400),
        ("GET", "/matrix", "", 400),
        ("GET", "/can-i-deploy", "", 400),
        ("GET", "/pacticipants?size=0", "", 400),
        ("GET", "/pacticipants/Nope", "", 404),
        ("GET", "/nope", "", 404),
        ("PUT", "/contracts/publish", "{}", 405),
    ] {
        let refused = broker.send(method, path, &headers, body).await;
        assert_eq!(refused.status, status, "{method} {path}: {}", refused.text);
        assert_eq!(
            refused.header("content-type"),
            Some("application/problem+json;charset=utf-8"),
            "{method} {path}"
        );
        let problem = refused.json();
        assert_eq!(problem["status"], status, "{method} {path}");
        assert!(
            problem["type"].as_str().unwrap().starts_with(broker.url()),
            "{problem}"
        );
        assert!(problem["title"].is_string(), "{problem}");
    }
    let refused = broker
        .send(
            "POST",
            "/environments",
            &headers,
            r#"{"name":"a b","contacts":[{}]}"#,
        )
        .await;
    let errors = refused.json()["errors"].clone();
    let pointers: Vec<_> = errors
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["pointer"].as_str().unwrap())
        .collect();
    assert_eq!(pointers, ["/name", "/production", "/contacts/0/name"]);
}

#[tokio::test]
async fn every_body_that_is_no_object_is_the_fault_of_the_client() {
    let broker = Told::new().await;
    broker.publish(("Foo", "1"), "a", json!({})).await;
    let pact = broker
        .get("/pacts/provider/Bar/consumer/Foo/latest")
        .await
        .json();
    let sha = pact["_links"]["pb:pact-version"]["href"]
        .as_str()
        .unwrap()
        .to_owned();
    let results = format!("{}/verification-results", broker.path(&sha));
    for (method, path) in [
        ("POST", "/contracts/publish"),
        ("POST", "/pacticipants"),
        ("PATCH", "/pacticipants/Foo"),
        ("PUT", "/pacticipants/Foo/versions/1"),
        ("POST", "/environments"),
        ("POST", "/webhooks"),
        ("POST", "/webhooks/execute"),
        ("PUT", "/webhooks/aaaaaaaaaaaaaaaa"),
        ("POST", "/pacts/provider/Bar/for-verification"),
        ("PUT", "/pacts/provider/Bar/consumer/Foo/version/9"),
        ("PATCH", "/pacts/provider/Bar/consumer/Foo/version/9"),
        ("POST", results.as_str()),
    ] {
        for body in [
            "[]", "null", "\"x\"", "1", "{", "{\"a\":}", "\u{feff}", "nul",
        ] {
            let refused = broker.send(method, path, &JSON, body).await;
            assert_eq!(
                refused.status, 400,
                "{method} {path} {body}: {}",
                refused.text
            );
            assert!(refused.json()["error"].is_string() || refused.json()["errors"].is_object());
        }
    }
    let pacticipants = broker.get("/pacticipants").await.json();
    assert_eq!(
        pacticipants["_embedded"]["pacticipants"]
            .as_array()
            .unwrap()
            .len(),
        2,
        "half written"
    );
}

#[tokio::test]
async fn names_are_stored_as_they_are_however_they_are_written() {
    let broker = Told::new().await;
    let long = "n".repeat(5_000);
    for name in [
        "a/b",
        "a b",
        "a+b",
        "a%b",
        "é\u{301}\u{1f600}",
        "..",
        "'; DROP TABLE tags; --",
        "<script>",
        "\u{202e}x",
        long.as_str(),
    ] {
        let made = broker.post("/pacticipants", json!({ "name": name })).await;
        assert_eq!(made.status, 201, "{name}: {}", made.text);
        let place = broker.path(made.header("location").unwrap());
        let read = broker.get(&place).await;
        assert_eq!(read.json()["name"], name);
        let tag = format!(
            "{place}/versions/1/tags/{}",
            place.rsplit('/').next().unwrap()
        );
        assert_eq!(broker.mark(&tag).await, 201, "{name}");
        assert_eq!(broker.get(&tag).await.json()["name"], name);
        assert_eq!(broker.delete(&tag).await.status, 204, "{name}");
    }
    for name in ["", " ", "a\nb"] {
        let refused = broker.post("/pacticipants", json!({ "name": name })).await;
        assert!(
            refused.json()["errors"]["name"].is_array(),
            "{name:?}: {}",
            refused.text
        );
    }
}

#[tokio::test]
async fn pages_are_counted_and_linked() {
    let broker = Told::new().await;
    for name in ["a", "b", "c"] {
        broker.post("/pacticipants", json!({ "name": name })).await;
    }
    let page = broker.get("/pacticipants?page=2&size=1").await.json();
    assert_eq!(
        page["page"],
        json!({ "number": 2, "size": 1, "totalElements": 3, "totalPages": 3 })
    );
    assert_eq!(page["_embedded"]["pacticipants"][0]["name"], "b");
    let all = broker.url();
    assert_eq!(
        page["_links"]["next"]["href"],
        format!("{all}/pacticipants?size=1&page=3")
    );
    assert_eq!(
        page["_links"]["previous"]["href"],
        format!("{all}/pacticipants?size=1&page=1")
    );
    let legacy = broker.get("/pacticipants?pageSize=2").await.json();
    assert_eq!(legacy["page"]["totalPages"], 2);
    assert_eq!(
        broker.get("/pacticipants").await.json()["page"],
        json!(null)
    );
    assert_eq!(
        broker.get("/pacticipants?q=B").await.json()["_embedded"]["pacticipants"][0]["name"],
        "b"
    );
    for wrong in ["size=0", "size=x", "page=-1", "pageNumber=0"] {
        let refused = broker.get(&format!("/pacticipants?{wrong}")).await;
        assert_eq!(refused.status, 400, "{wrong}");
        assert!(
            refused.json()["errors"].is_object(),
            "{wrong}: {}",
            refused.text
        );
    }
}

#[tokio::test]
async fn a_failure_is_told_by_a_reference_alone() {
    let broker = Told::new().await;
    for method in ["GET", "POST"] {
        let failed = broker.send(method, "/test/error", &[], "").await;
        assert_eq!(failed.status, 500);
        let error = failed.json()["error"].clone();
        let reference = error["reference"].as_str().unwrap();
        assert_eq!(reference.len(), 10);
        assert!(error["message"].as_str().unwrap().contains(reference));
        assert!(!failed.text.contains("asked for"), "{}", failed.text);
    }
}
