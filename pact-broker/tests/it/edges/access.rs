//! Who may do what, when the broker knows a writer and a reader.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use pact_broker::Credentials;
use serde_json::json;

use super::{Told, pact, start_with};
use crate::support::Answer;

const PACT: &str = "/pacts/provider/Bar/consumer/Foo/version/1";
const SELECT: &str = "/pacts/provider/Bar/for-verification";
const BADGE: &str = "/pacts/provider/Bar/consumer/Foo/latest/badge";
const HEARTBEAT: &str = "/diagnostic/status/heartbeat";

/// A broker with a writer and a reader, and what everybody may do.
async fn broker(public: impl FnOnce(&mut pact_broker::Access)) -> Told {
    let started = start_with(|config| {
        config.access.writer = Some(Credentials::new("writer", "wr1te"));
        config.access.reader = Some(Credentials::new("reader", "re:ad"));
        public(&mut config.access);
    });
    Told(started.await)
}

async fn ask(broker: &Told, who: Option<&str>, method: &str, path: &str) -> Answer {
    let authorization = who.map(|who| format!("Basic {}", STANDARD.encode(who)));
    let mut headers = vec![("accept", "application/hal+json, image/svg+xml;q=0.5")];
    headers.extend(
        authorization
            .as_deref()
            .map(|value| ("authorization", value)),
    );
    let mut body = String::new();
    if matches!(method, "PUT" | "POST") {
        headers.push(("content-type", "application/json"));
        body = if method == "PUT" {
            pact(("Foo", "Bar"), "a")
        } else {
            json!({})
        }
        .to_string();
    }
    broker.send(method, path, &headers, &body).await
}

const WRITER: Option<&str> = Some("writer:wr1te");
const READER: Option<&str> = Some("reader:re:ad");

#[tokio::test]
async fn a_reader_reads_and_asks_for_pacts_to_verify_and_a_writer_does_everything() {
    let broker = broker(|_| {}).await;
    for who in [None, READER, Some("writer:wrong"), Some("nobody:wr1te")] {
        let refused = ask(&broker, who, "PUT", PACT).await;
        assert_eq!(refused.status, 401, "{who:?}");
        let challenge = refused.header("www-authenticate");
        assert_eq!(challenge, Some("Basic realm=\"Restricted area\""));
        assert!(refused.json()["error"].is_string(), "{}", refused.text);
    }
    assert_eq!(
        ask(&broker, WRITER, "GET", PACT).await.status,
        404,
        "nothing was written"
    );
    assert_eq!(ask(&broker, WRITER, "PUT", PACT).await.status, 201);
    for (method, path) in [
        ("GET", PACT),
        ("HEAD", PACT),
        ("OPTIONS", PACT),
        ("POST", SELECT),
        ("GET", "/"),
    ] {
        for who in [READER, WRITER] {
            assert_eq!(
                ask(&broker, who, method, path).await.status,
                200,
                "{who:?} {method} {path}"
            );
        }
        assert_eq!(
            ask(&broker, None, method, path).await.status,
            401,
            "{method} {path}"
        );
    }
    for (method, path) in [
        ("POST", "/contracts/publish"),
        ("DELETE", PACT),
        ("POST", "/pacticipants/x/for-verification"),
    ] {
        assert_eq!(
            ask(&broker, READER, method, path).await.status,
            401,
            "{method} {path}"
        );
    }
    // What is no address is not told to those who may not ask.
    assert_eq!(ask(&broker, None, "GET", "/nope").await.status, 401);
    assert_eq!(
        ask(&broker, None, "GET", "/assets/style.css").await.status,
        401
    );
    let other = [("authorization", "Bearer abc"), ("accept", "*/*")];
    assert_eq!(broker.send("GET", "/", &other, "").await.status, 401);
}

#[tokio::test]
async fn badges_and_the_heartbeat_can_be_open_while_the_rest_is_not() {
    for (badges, heartbeat) in [(false, false), (true, false), (false, true)] {
        let broker = broker(|access| {
            access.public_badges = badges;
            access.public_heartbeat = heartbeat;
        })
        .await;
        assert_eq!(ask(&broker, WRITER, "PUT", PACT).await.status, 201);
        let status = |open: bool| if open { 200 } else { 401 };
        for path in [BADGE.to_owned(), format!("{BADGE}.svg")] {
            assert_eq!(
                ask(&broker, None, "GET", &path).await.status,
                status(badges),
                "{path}"
            );
        }
        // What is called `badge` is none.
        for path in [
            "/pacticipants/Foo/versions/badge",
            "/pacts/provider/Bar/consumer/Foo/version/badge",
            "/pacts/provider/Bar/consumer/Foo/tag/badge.svg",
        ] {
            assert_eq!(ask(&broker, None, "GET", path).await.status, 401, "{path}");
        }
        assert_eq!(
            ask(&broker, None, "GET", HEARTBEAT).await.status,
            status(heartbeat)
        );
        assert_eq!(ask(&broker, None, "POST", BADGE).await.status, 401);
        assert_eq!(ask(&broker, None, "GET", PACT).await.status, 401);
        assert_eq!(
            ask(&broker, None, "GET", "/diagnostic/status/dependencies")
                .await
                .status,
            401
        );
    }
}

#[tokio::test]
async fn everybody_may_read_where_that_is_allowed_and_none_may_write() {
    let broker = broker(|access| access.public_read = true).await;
    assert_eq!(ask(&broker, None, "PUT", PACT).await.status, 401);
    assert_eq!(ask(&broker, WRITER, "PUT", PACT).await.status, 201);
    for (method, path) in [
        ("GET", PACT),
        ("POST", SELECT),
        ("GET", BADGE),
        ("GET", HEARTBEAT),
    ] {
        assert_eq!(
            ask(&broker, None, method, path).await.status,
            200,
            "{method} {path}"
        );
    }
}

/// A browser that is not let in is asked by a page, and told to ask its user.
#[tokio::test]
async fn a_browser_is_asked_for_credentials() {
    let broker = broker(|_| {}).await;
    let refused = broker
        .send("GET", "/", &[("accept", "text/html")], "")
        .await;
    assert_eq!(refused.status, 401);
    assert!(refused.header("www-authenticate").is_some());
    assert!(
        refused
            .header("content-type")
            .unwrap()
            .starts_with("text/html")
    );
}
