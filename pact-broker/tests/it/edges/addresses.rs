//! Where the links of a broker behind a proxy lead.

use pact_broker::BaseUrl;
use serde_json::{Value, json};

use super::{Told, pact, start_with};

/// Every address in a document.
fn addresses(document: &Value, found: &mut Vec<String>) {
    match document {
        Value::Object(members) => {
            for (name, value) in members {
                match value.as_str().filter(|_| name == "href") {
                    Some(href) => found.push(href.to_owned()),
                    None => addresses(value, found),
                }
            }
        }
        Value::Array(elements) => elements.iter().for_each(|one| addresses(one, found)),
        Value::Bool(_) | Value::Null | Value::Number(_) | Value::String(_) => {}
    }
}

/// With a base URL, every link of every answer starts with it, whatever the proxy says: its scheme,
/// its port and the path that the proxy takes off.
#[tokio::test]
async fn every_link_starts_with_the_base_url_path_and_port_included() {
    let base = "https://pact.example:8443/broker";
    let broker = start_with(|config| config.base_urls = vec![BaseUrl::parse(base).unwrap()]);
    let broker = Told(broker.await);
    let made = broker
        .put(
            "/pacts/provider/Bar/consumer/Foo/version/1",
            pact(("Foo", "Bar"), "a"),
        )
        .await;
    let place = made.header("location").unwrap();
    assert!(
        place.starts_with("https://pact.example:8443/broker/pacts/"),
        "{place}"
    );
    let environment = broker.environment("prod").await;
    broker.place("deployed", ("Foo", "1"), &environment).await;
    let headers = [
        ("accept", "application/hal+json"),
        ("host", "inner:80"),
        ("x-forwarded-host", "elsewhere.example"),
        ("x-forwarded-port", "9999"),
        ("x-forwarded-proto", "http"),
    ];
    for path in [
        "/",
        "/pacticipants?page=1&size=1",
        "/pacticipants/Foo",
        "/pacticipants/Foo/versions",
        "/pacticipants/Foo/versions/1",
        "/pacts/latest",
        "/pacts/provider/Bar/consumer/Foo/latest",
        "/pacts/provider/Bar/consumer/Foo/versions",
        "/matrix/provider/Bar/consumer/Foo",
        "/environments",
        "/integrations",
        "/dashboard",
        "/webhooks",
        &format!("/environments/{environment}/deployed-versions/currently-deployed"),
    ] {
        let answer = broker.send("GET", path, &headers, "").await;
        assert_eq!(answer.status, 200, "{path}");
        let mut found = Vec::new();
        addresses(&answer.json(), &mut found);
        assert!(!found.is_empty(), "{path}");
        for href in found {
            let rest = href.strip_prefix(base);
            let whole = rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
            assert!(whole, "{path}: {href}");
        }
    }
    let found = broker
        .post("/pacts/provider/Bar/for-verification", json!({}))
        .await
        .json();
    assert_eq!(
        found["_links"]["self"]["href"],
        format!("{base}/pacts/provider/Bar/for-verification")
    );
}
