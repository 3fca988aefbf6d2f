//! With what the links of an answer start, whatever the request says of itself.

use pact_broker::{BaseUrl, BrokerConfig};
use serde_json::json;

use crate::support::{Answer, TestBroker, contract};

const BROWSER: (&str, &str) = ("accept", "text/html");

async fn at(texts: &[&str], change: impl FnOnce(&mut BrokerConfig)) -> TestBroker {
    let urls = texts.iter().map(|text| BaseUrl::parse(text).unwrap());
    let urls = urls.collect();
    TestBroker::with(|config| {
        config.base_urls = urls;
        change(config);
    })
    .await
}

/// Where the index says that it stands.
async fn own(broker: &TestBroker, headers: &[(&str, &str)]) -> String {
    let index = broker.send("GET", "/", headers, "").await.json();
    let other = index["_links"]["pb:pacticipants"]["href"].as_str().unwrap();
    let base = index["_links"]["self"]["href"].as_str().unwrap();
    assert_eq!(other, format!("{base}/pacticipants"));
    base.to_owned()
}

#[tokio::test]
async fn without_a_setting_no_name_but_those_of_this_machine_makes_a_link() {
    let broker = TestBroker::start().await;
    let port = broker.addr().port();
    for host in [
        format!("127.0.0.1:{port}"),
        format!("localhost:{port}"),
        format!("LocalHost:{port}"),
        format!("[::1]:{port}"),
    ] {
        assert_eq!(
            own(&broker, &[("host", &host)]).await,
            format!("http://{host}")
        );
    }
    for host in [
        "evil.example",
        "localhost",
        "localhost:1",
        "127.0.0.1:1@evil.example",
        "localhost.evil.example",
    ] {
        let spoofed = [
            ("host", host),
            ("x-forwarded-host", "evil.example"),
            ("x-forwarded-proto", "https"),
        ];
        assert_eq!(own(&broker, &spoofed).await, "", "{host}");
        let page = broker
            .send("GET", "/", &[BROWSER, spoofed[0], spoofed[1]], "")
            .await;
        assert!(!page.text.contains("evil"), "{}", page.text);
    }
}

#[tokio::test]
async fn one_setting_starts_every_link_whoever_asks() {
    let broker = at(&["https://pacts.example:8443/deep/"], |_| {}).await;
    for headers in [
        vec![],
        vec![("host", "evil.example")],
        vec![
            ("host", "other"),
            ("x-forwarded-host", "evil.example"),
            ("x-forwarded-port", "1"),
        ],
    ] {
        assert_eq!(
            own(&broker, &headers).await,
            "https://pacts.example:8443/deep"
        );
    }
}

/// A broker with four base URLs.
async fn at_four() -> TestBroker {
    at(
        &[
            "http://broker:9292",
            "https://pacts.example/deep",
            "https://[2001:db8::1]:8443",
            "http://plain.example",
        ],
        |_| {},
    )
    .await
}

/// What a proxy says of a request that came to `host`.
fn forwarded(host: &'static str, proto: &'static str) -> Vec<(&'static str, &'static str)> {
    vec![
        ("host", "inside"),
        ("x-forwarded-host", host),
        ("x-forwarded-proto", proto),
    ]
}

#[tokio::test]
async fn of_several_settings_the_one_a_request_came_by_counts() {
    let broker = at_four().await;
    for (headers, expected) in [
        (vec![("host", "broker:9292")], "http://broker:9292"),
        (vec![("host", "plain.example")], "http://plain.example"),
        (vec![("host", "PLAIN.example:80")], "http://plain.example"),
        // The proxy passes the name on and says nothing of the scheme.
        (
            vec![("host", "pacts.example")],
            "https://pacts.example/deep",
        ),
        (
            vec![("host", "pacts.example:443")],
            "https://pacts.example/deep",
        ),
        (
            forwarded("pacts.example", "https"),
            "https://pacts.example/deep",
        ),
        (
            forwarded("pacts.example:443", "https"),
            "https://pacts.example/deep",
        ),
        (
            forwarded("pacts.example, inner", "https, http"),
            "https://pacts.example/deep",
        ),
        (
            forwarded("[2001:db8::1]:8443", "https"),
            "https://[2001:db8::1]:8443",
        ),
        (
            forwarded("[2001:DB8:0::1]:8443", "https"),
            "https://[2001:db8::1]:8443",
        ),
        (
            vec![
                ("host", "x"),
                ("x-forwarded-host", "[2001:db8::1]"),
                ("x-forwarded-port", "8443"),
                ("x-forwarded-ssl", "on"),
            ],
            "https://[2001:db8::1]:8443",
        ),
    ] {
        assert_eq!(own(&broker, &headers).await, expected, "{headers:?}");
    }
}

#[tokio::test]
async fn a_name_that_nobody_listed_stands_for_the_first() {
    let broker = at_four().await;
    for headers in [
        vec![("host", "evil.example")],
        forwarded("evil.example", "https"),
        forwarded("pacts.example.evil.example", "https"),
        forwarded("pacts.example@evil.example", "https"),
        forwarded("pacts.example/../evil", "https"),
        forwarded("pacts.example:1", "https"),
        forwarded("", ""),
    ] {
        assert_eq!(
            own(&broker, &headers).await,
            "http://broker:9292",
            "{headers:?}"
        );
    }
}

#[tokio::test]
async fn forwarded_headers_count_from_trusted_peers_only() {
    let urls = ["http://first.example", "https://second.example"];
    let headers = [
        ("host", "first.example"),
        ("x-forwarded-host", "second.example"),
        ("x-forwarded-proto", "https"),
    ];
    for (trusted, expected) in [
        (vec!["127.0.0.1"], urls[1]),
        (vec!["10.0.0.0/8", "127.0.0.0/8"], urls[1]),
        (vec!["10.0.0.0/8", "::1"], urls[0]),
        (vec![], urls[0]),
    ] {
        let broker = at(&urls, |config| {
            let networks = trusted.iter().map(|text| text.parse().unwrap());
            config.trusted_proxies = networks.collect();
        })
        .await;
        assert_eq!(own(&broker, &headers).await, expected, "{trusted:?}");
    }
}

fn header(answer: &Answer, name: &str) -> String {
    answer.header(name).unwrap_or_default().to_owned()
}

#[tokio::test]
async fn under_a_path_every_place_that_is_told_lies_below_it() {
    for base in ["https://pacts.example/deep", "https://pacts.example/deep/"] {
        let broker = at(&[base], |_| {}).await;
        let made = broker.post("/pacticipants", json!({ "name": "a b" })).await;
        assert_eq!(
            header(&made, "location"),
            "https://pacts.example/deep/pacticipants/a%20b"
        );
        let published = broker
            .publish("Foo", "1", &contract("Foo", "Bar", "GET"))
            .await;
        let told = published.text.matches("http").count();
        let below = published
            .text
            .matches("https://pacts.example/deep/")
            .count();
        assert!(told == below && told > 0, "{}", published.text);
        let page = broker
            .send("GET", "/pacticipants/Foo", &[BROWSER], "")
            .await;
        assert!(
            page.text.contains("href=\"/deep/assets/style.css\""),
            "{}",
            page.text
        );
        let links = page.text.matches("href=\"").count();
        assert_eq!(
            links,
            page.text.matches("href=\"/deep/").count(),
            "{}",
            page.text
        );
    }
}

#[tokio::test]
async fn a_proxy_may_leave_the_path_on() {
    let broker = at(&["https://pacts.example/deep/broker"], |_| {}).await;
    broker
        .publish("Foo", "1", &contract("Foo", "Bar", "GET"))
        .await;
    for (path, status) in [
        ("/deep/broker", 200),
        ("/deep/broker/", 200),
        ("/deep/broker?q=x", 200),
        ("/deep/broker/pacticipants/Foo", 200),
        ("/pacticipants/Foo", 200),
        ("/deep/brokerpacticipants", 404),
        ("/deep", 404),
    ] {
        assert_eq!(broker.get(path).await.status, status, "{path}");
    }
    let version = broker
        .get("/deep/broker/pacticipants/Foo/latest-version")
        .await;
    assert_eq!(
        version.json()["_links"]["self"]["href"],
        "https://pacts.example/deep/broker/pacticipants/Foo/latest-version"
    );
    // Below a path that is one of the broker's own, only a proxy that takes it off can be understood.
    let broker = at(&["https://pacts.example/pacts"], |_| {}).await;
    assert_eq!(broker.get("/pacts/latest").await.status, 200);
    assert_eq!(broker.get("/pacts/pacticipants").await.status, 404);
}
