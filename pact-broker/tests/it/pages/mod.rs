//! The pages people open: plain, escaped, without script.

pub(crate) mod crawl;

use serde_json::json;

use crate::support::{TestBroker, contract};

/// What a browser says it takes.
const BROWSER: [(&str, &str); 1] = [("accept", "text/html,application/xhtml+xml,*/*;q=0.8")];

#[tokio::test]
async fn every_page_opens_and_shows_hostile_names_as_text() {
    let broker = TestBroker::start().await;
    let hostile = "<script>alert(1)</script>";
    let mut pact = contract(hostile, "Bar", "GET");
    pact["interactions"][0]["description"] = json!("<img src=x onerror=alert(1)>");
    assert_eq!(broker.publish(hostile, "1", &pact).await.status, 200);
    let name = "%3Cscript%3Ealert%281%29%3C%2Fscript%3E";
    for path in [
        "/".to_owned(),
        format!("/pacticipants/{name}"),
        format!("/pacts/provider/Bar/consumer/{name}/latest"),
        format!("/pacts/provider/Bar/consumer/{name}/version/1"),
        "/matrix".to_owned(),
        format!("/matrix/provider/Bar/consumer/{name}"),
        format!("/matrix?q[][pacticipant]={name}&q[][version]=1"),
        format!("/matrix?q[][pacticipant]={name}{name}"),
        format!("/?q={name}"),
    ] {
        let page = broker.send("GET", &path, &BROWSER, "").await;
        assert_eq!(
            (page.status.as_u16(), page.header("content-type")),
            (200, Some("text/html;charset=utf-8")),
            "{path}"
        );
        assert!(
            !page.text.contains("<script") && !page.text.contains("<img"),
            "{path}: {}",
            page.text
        );
        assert!(
            page.header("content-security-policy")
                .unwrap()
                .starts_with("default-src 'none'")
        );
    }
}

#[tokio::test]
async fn the_index_tells_how_each_integration_stands() {
    let broker = TestBroker::start().await;
    let empty = broker.send("GET", "/", &BROWSER, "").await;
    assert!(empty.text.contains("No pact has been published yet"));
    broker
        .publish("Foo", "1", &contract("Foo", "Bar", "GET"))
        .await;
    assert!(
        broker
            .send("GET", "/", &BROWSER, "")
            .await
            .text
            .contains("not verified")
    );
    let pact = broker
        .get("/pacts/provider/Bar/consumer/Foo/latest")
        .await
        .json();
    let place = broker.path(
        pact["_links"]["pb:publish-verification-results"]["href"]
            .as_str()
            .unwrap(),
    );
    broker
        .post(
            &place,
            json!({ "success": true, "providerApplicationVersion": "7" }),
        )
        .await;
    let page = broker.send("GET", "/", &BROWSER, "").await;
    assert!(
        page.text
            .contains(r#"<span class="good">verified by 7</span>"#),
        "{}",
        page.text
    );
}

#[tokio::test]
async fn what_is_missing_is_told_on_a_page_to_whoever_reads_pages() {
    let broker = TestBroker::start().await;
    for (path, status) in [
        ("/nothing", 404),
        ("/pacticipants/Nope", 404),
        ("/contracts/publish", 405),
        ("/can-i-deploy", 400),
    ] {
        let page = broker
            .send("GET", path, &[("accept", "text/html")], "")
            .await;
        assert_eq!(
            (page.status.as_u16(), page.header("content-type")),
            (status, Some("text/html;charset=utf-8")),
            "{path}"
        );
    }
}

#[tokio::test]
async fn of_a_large_contract_a_page_shows_the_beginning() {
    let broker = TestBroker::start().await;
    let mut pact = contract("Foo", "Bar", "GET");
    let one = pact["interactions"][0].clone();
    let many = (0..40).map(|number| {
        let mut one = one.clone();
        one["description"] = json!(format!("request {number}."));
        one["response"]["body"] = json!("x".repeat(64 << 10));
        one
    });
    pact["interactions"] = many.collect();
    assert_eq!(broker.publish("Foo", "1", &pact).await.status, 200);
    let path = "/pacts/provider/Bar/consumer/Foo/latest";
    let page = broker.send("GET", path, &BROWSER, "").await;
    assert_eq!(page.status.as_u16(), 200);
    assert!(page.text.contains("40 interactions"));
    assert!(page.text.contains("request 14.") && !page.text.contains("request 15."));
    assert!(
        page.text
            .contains("These are the first 15. 1.6 MiB more are not shown here")
    );
    let whole = broker
        .send("GET", path, &[("accept", "application/json")], "")
        .await;
    assert!(whole.text.contains("request 39."));

    pact["interactions"] = json!([one]);
    pact["interactions"][0]["response"]["body"] = json!("x".repeat(2 << 20));
    assert_eq!(broker.publish("Foo", "2", &pact).await.status, 200);
    let page = broker.send("GET", path, &BROWSER, "").await;
    assert!(page.text.contains("2.0 MiB more are not shown here"));
}

#[tokio::test]
async fn of_large_changes_a_page_shows_the_beginning() {
    let broker = TestBroker::start().await;
    for version in [1, 2] {
        let mut pact = contract("Foo", "Bar", "GET");
        let one = pact["interactions"][0].clone();
        let many = (0..40).map(|number| {
            let mut one = one.clone();
            let body = format!("{version}{}", "x".repeat(32 << 10));
            one["description"] = json!(format!("request {number}."));
            one["response"]["body"] = json!(body);
            one
        });
        pact["interactions"] = many.collect();
        let number = version.to_string();
        assert_eq!(broker.publish("Foo", &number, &pact).await.status, 200);
    }
    let path = "/pacts/provider/Bar/consumer/Foo/version/2/diff/previous-distinct";
    let page = broker.send("GET", path, &BROWSER, "").await;
    assert_eq!(page.status.as_u16(), 200);
    assert!(page.text.contains("request 14.") && !page.text.contains("request 16."));
    assert!(page.text.contains("There is more that is not shown here"));
    let whole = broker.send("GET", path, &[], "").await;
    let added = whole.text.lines().filter(|line| line.starts_with('+'));
    assert_eq!(added.count(), 40);
}

#[tokio::test]
async fn of_large_results_a_page_shows_the_beginning() {
    let broker = TestBroker::start().await;
    let pact = contract("Foo", "Bar", "GET");
    assert_eq!(broker.publish("Foo", "1", &pact).await.status, 200);
    let latest = broker.get("/pacts/provider/Bar/consumer/Foo/latest").await;
    let links = &latest.json()["_links"];
    let publish = links["pb:publish-verification-results"]["href"].as_str();
    let tests = (0..40).map(|number| {
        let said = "x".repeat(32 << 10);
        json!({ "testDescription": format!("test {number}."), "status": said })
    });
    let results = json!({
        "success": false, "providerApplicationVersion": "7",
        "testResults": { "tests": tests.collect::<Vec<_>>() },
    });
    let path = broker.path(publish.unwrap());
    assert_eq!(broker.post(&path, results).await.status, 201);
    let path = "/pacts/provider/Bar/consumer/Foo/version/1/verification-results/latest";
    let page = broker.send("GET", path, &BROWSER, "").await;
    assert_eq!(page.status.as_u16(), 200);
    assert!(page.text.contains("test 30.") && !page.text.contains("test 32."));
    assert!(page.text.contains("These are the first 31 of 40."));
    assert!(page.text.contains("1.3 MiB more are not shown here"));
    let whole = broker.get(path).await;
    assert!(whole.text.contains("test 39."), "{:.300}", whole.text);
}
