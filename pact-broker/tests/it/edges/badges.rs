//! What a badge says, in every state.

use serde_json::json;

use super::Told;

const PAIR: &str = "/pacts/provider/Bar/consumer/Foo";
const BROWSER: &str = "text/html,application/xhtml+xml,image/*,*/*;q=0.8";

/// The words of a badge, and the colour of the second.
async fn said(broker: &Told, path: &str) -> String {
    let path = format!("{path}/badge");
    let answer = broker
        .send("GET", &path, &[("accept", "image/svg+xml")], "")
        .await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.text);
    assert_eq!(
        answer.header("content-type"),
        Some("image/svg+xml;charset=utf-8")
    );
    let after = |mark: &str| answer.text.split(mark).nth(1).unwrap().split('"').next();
    let words = after("aria-label=\"").unwrap();
    let colour = match answer.text.split("fill=\"").nth(2).map(|rest| &rest[..7]) {
        Some("#3a7d1c") => "green",
        Some("#6b6b6b") => "grey",
        Some("#b25800") => "orange",
        Some("#c1361c") => "red",
        other => panic!("{other:?}: {}", answer.text),
    };
    format!("{words}, {colour}")
}

/// A broker where Foo 1 has a pact with Bar.
async fn with_a_pact() -> Told {
    let broker = Told::new().await;
    broker
        .publish(("Foo", "1"), "a", json!({ "branch": "main" }))
        .await;
    broker
}

#[tokio::test]
async fn a_badge_tells_how_a_pact_stands() {
    let broker = with_a_pact().await;
    let latest = format!("{PAIR}/latest");
    let check = async |expected: &str| assert_eq!(said(&broker, &latest).await, expected);
    check("foo/bar pact: unknown, grey").await;
    broker.verify(("Foo", "1"), "p1", true).await;
    check("foo/bar pact: verified, green").await;
    broker
        .publish(("Foo", "2"), "b", json!({ "branch": "main" }))
        .await;
    check("foo/bar pact: changed, orange").await;
    let page = broker
        .send("GET", "/", &[("accept", "text/html")], "")
        .await;
    assert!(
        page.text.contains("changed since it was verified"),
        "{}",
        page.text
    );
    broker.verify(("Foo", "2"), "p1", false).await;
    check("foo/bar pact: failed, red").await;
    broker
        .publish(("Foo", "3"), "c", json!({ "branch": "main" }))
        .await;
    let asked = json!({
        "consumerVersionSelectors": [{ "mainBranch": true }], "includePendingStatus": true, "providerVersionBranch": "main",
    });
    let asked = broker.post("/pacts/provider/Bar/for-verification", asked);
    let pact = asked.await.json()["_embedded"]["pacts"][0].clone();
    let fetched = broker.path(pact["_links"]["self"]["href"].as_str().unwrap());
    broker.verify_at(&fetched, "p2", false).await;
    check("foo/bar pact: failed (pending), red").await;
}

#[tokio::test]
async fn a_badge_is_about_the_pact_at_its_address() {
    let broker = with_a_pact().await;
    broker.verify(("Foo", "1"), "p1", true).await;
    broker
        .publish(("Foo", "2"), "b", json!({ "tags": ["prod"] }))
        .await;
    broker.verify(("Foo", "2"), "p1", false).await;
    broker.mark("/pacticipants/Bar/versions/p1/tags/live").await;
    let matrix = "/matrix/provider/Bar/latest/live/consumer/Foo/latest";
    for (path, expected) in [
        (format!("{PAIR}/latest/prod"), "foo/bar pact: failed, red"),
        (
            format!("{PAIR}/latest/nope"),
            "pact not found: unknown, grey",
        ),
        (
            format!("{PAIR}/latest-untagged"),
            "foo/bar pact: verified, green",
        ),
        (
            format!("{matrix}/prod"),
            "foo (prod)/bar (live) pact: failed, red",
        ),
        (
            format!("{matrix}/nope"),
            "foo (nope)/bar (live) pact: unknown, grey",
        ),
    ] {
        assert_eq!(said(&broker, &path).await, expected, "{path}");
    }
}

#[tokio::test]
async fn a_badge_tells_whether_a_version_can_be_deployed() {
    let broker = with_a_pact().await;
    let uuid = broker.environment("prod").await;
    broker.mark("/pacticipants/Bar/versions/p1/tags/live").await;
    broker.place("deployed", ("Bar", "p1"), &uuid).await;
    broker.mark("/pacticipants/Foo/versions/1/tags/main").await;
    let tags = |name| format!("/pacticipants/{name}/latest-version/main/can-i-deploy/to/live");
    let places = |branch, place| {
        format!(
            "/pacticipants/Foo/branches/{branch}/latest-version/can-i-deploy/to-environment/{place}"
        )
    };
    for (result, colour) in [(None, "red"), (Some(true), "green"), (Some(false), "red")] {
        if let Some(success) = result {
            broker.verify(("Foo", "1"), "p1", success).await;
        }
        assert_eq!(
            said(&broker, &tags("Foo")).await,
            format!("can-i-deploy: main to live, {colour}")
        );
        assert_eq!(
            said(&broker, &places("main", "prod")).await,
            format!("can-i-deploy: main to prod, {colour}")
        );
    }
    for (path, missing) in [
        (tags("Nope"), "pacticipant"),
        (tags("Bar"), "version"),
        (places("nope", "prod"), "branch"),
        (places("main", "nope"), "environment"),
    ] {
        assert_eq!(
            said(&broker, &path).await,
            format!("{missing}: not found, grey")
        );
    }
}

#[tokio::test]
async fn a_badge_tells_whether_a_main_branch_can_be_merged() {
    let broker = with_a_pact().await;
    let main = |name: &str| format!("/pacticipants/{name}/main-branch/can-i-merge");
    let check = async |name: &str, expected: &str| {
        assert_eq!(said(&broker, &main(name)).await, expected);
    };
    check("Nope", "pacticipant: not found, grey").await;
    check("Bar", "main branch version: not found, grey").await;
    broker
        .mark("/pacticipants/Bar/branches/main/versions/p1")
        .await;
    check("Foo", "can-i-merge: unknown, grey").await;
    broker.verify(("Foo", "1"), "p1", false).await;
    check("Foo", "can-i-merge: failed, red").await;
    broker.verify(("Foo", "1"), "p1", true).await;
    check("Foo", "can-i-merge: success, green").await;
    // A team that tags has no branch of the name, but a version with the tag.
    let tags = json!({ "branch": "other", "tags": ["trunk"] });
    broker.publish_for(("Baz", "Bar"), "1", "z", tags).await;
    broker
        .patch("/pacticipants/Baz", json!({ "mainBranch": "trunk" }))
        .await;
    check("Baz", "can-i-merge: unknown, grey").await;
    broker.verify(("Baz", "1"), "p1", true).await;
    check("Baz", "can-i-merge: success, green").await;
}

#[tokio::test]
async fn a_failing_database_is_no_missing_version() {
    let broker = with_a_pact().await;
    let path = "/pacticipants/Foo/latest-version/main/can-i-deploy/to/live/badge";
    let svg = [("accept", "image/svg+xml")];
    let answer = broker.send("GET", path, &svg, "").await;
    assert!(
        answer.text.contains("version: not found"),
        "{}",
        answer.text
    );
    let broken = "ALTER TABLE tags RENAME TO gone".to_owned();
    broker.ask::<(i64,)>(broken).await;
    assert_eq!(broker.send("GET", path, &svg, "").await.status, 500);
}

#[tokio::test]
async fn a_browser_is_shown_the_badge_and_not_what_is_called_so() {
    let broker = with_a_pact().await;
    for path in [
        format!("{PAIR}/latest/badge"),
        format!("{PAIR}/latest/badge.svg"),
    ] {
        for accept in [BROWSER, "image/*"] {
            let answer = broker.send("GET", &path, &[("accept", accept)], "").await;
            assert_eq!(
                (answer.status.as_u16(), answer.header("content-type")),
                (200, Some("image/svg+xml;charset=utf-8")),
                "{path} {accept}"
            );
        }
    }
}
