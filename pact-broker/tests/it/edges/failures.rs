//! A database that fails is told as such, and never as something that is not there.

use serde_json::json;

use super::Told;

const SVG: &str = "image/svg+xml";
const TEXT: &str = "text/plain";
const HTML: &str = "text/html";

#[tokio::test]
async fn a_failing_database_is_no_fact() {
    let broker = Told::new().await;
    for (number, word) in [("1", "a"), ("2", "b")] {
        let main = json!({ "branch": "main" });
        broker.publish(("Foo", number), word, main).await;
    }
    broker.environment("prod").await;
    let pact = |number: &str| format!("/pacts/provider/Bar/consumer/Foo/version/{number}");
    let badge =
        "/pacticipants/Foo/branches/main/latest-version/can-i-deploy/to-environment/prod/badge";
    let matrix = "/matrix?q[][pacticipant]=Foo&q[][version]=1&latestby=cvpv";
    for (table, path, accept) in [
        ("pacticipants", badge.to_owned(), SVG),
        ("branches", badge.to_owned(), SVG),
        ("environments", badge.to_owned(), SVG),
        ("current_publications", badge.to_owned(), SVG),
        (
            "contents",
            format!("{}/diff/previous-distinct", pact("2")),
            TEXT,
        ),
        (
            "current_publications",
            format!("{}/diff/previous-distinct", pact("2")),
            TEXT,
        ),
        ("contents", format!("{}/diff/version/2", pact("1")), TEXT),
        ("environments", matrix.to_owned(), HTML),
        ("contents", matrix.to_owned(), HTML),
    ] {
        let status = async || {
            let answer = broker.send("GET", &path, &[("accept", accept)], "").await;
            answer.status.as_u16()
        };
        assert_eq!(status().await, 200, "{path}");
        for (from, to, expected) in [(table, "gone", 500), ("gone", table, 200)] {
            let rename = format!("ALTER TABLE {from} RENAME TO {to}");
            broker.ask::<(i64,)>(rename).await;
            assert_eq!(status().await, expected, "{path}, {from} renamed to {to}");
        }
    }
}
