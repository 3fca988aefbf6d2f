//! Every page that can be reached from the first one.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::support::{TestBroker, filled::fill};

use super::BROWSER;

/// The pages of a broker, by address below its base, as a browser gets them.
pub(crate) type Found = BTreeMap<String, String>;

/// Follows every link from the first page on. `prefix` is the path of the base URL, which links start with and a
/// proxy takes off.
pub(crate) async fn crawl(broker: &TestBroker, prefix: &str) -> Found {
    let mut found = Found::new();
    let mut waiting = VecDeque::from(["/".to_owned()]);
    let mut seen = BTreeSet::from(["/".to_owned()]);
    while let Some(path) = waiting.pop_front() {
        let page = broker.send("GET", &path, &BROWSER, "").await;
        assert_eq!(page.status, 200, "{path}: {}", page.text);
        let media = page.header("content-type").unwrap();
        if !media.starts_with("text/html") {
            let deliberate =
                path.ends_with(".csv") || path.ends_with(".json") || path.ends_with(".css");
            assert!(deliberate, "{path} is {media}");
            continue;
        }
        for link in links(&page.text) {
            let below = link
                .strip_prefix(prefix)
                .filter(|rest| rest.starts_with('/'));
            let below = below.unwrap_or_else(|| panic!("{path} leads out: {link}"));
            let place = below.split('#').next().unwrap_or_default().to_owned();
            if seen.insert(place.clone()) {
                waiting.push_back(place);
            }
        }
        found.insert(path, page.text);
        assert!(found.len() < 1_000, "the pages go on without end: {seen:?}");
    }
    found
}

/// The addresses that a page leads to, those marked as leading out apart.
fn links(page: &str) -> Vec<String> {
    let tags = page
        .split('<')
        .filter(|tag| tag.starts_with("a ") || tag.starts_with("link "));
    let inside = tags.filter(|tag| !tag.contains("rel=\"external nofollow noopener noreferrer\""));
    let addresses = inside.filter_map(|tag| tag.split("href=\"").nth(1)?.split('"').next());
    addresses
        .map(|address| {
            address
                .replace("&#38;", "&")
                .replace("&amp;", "&")
                .replace("&#39;", "'")
        })
        .collect()
}

#[tokio::test]
async fn every_link_of_every_page_opens_a_page_below_the_base() {
    let broker = TestBroker::start().await;
    fill(&broker, "a").await;
    let found = crawl(&broker, "").await;
    for part in [
        "/pacticipants/aconsumer/versions/a1",
        "/pacticipants/aconsumer/branches/abranch/latest-version",
        "/pacticipants/aconsumer/versions/a1/tags/atag",
        "/environments/",
        "/deployed-versions/",
        "/released-versions/",
        "/diff/previous-distinct",
        "/verification-results/",
        "/triggered-webhooks/",
        "/webhooks/",
        "/for-verification",
        "/provider-states",
        "/groups/",
        "/dashboard/",
        "/can-i-deploy?",
    ] {
        assert!(
            found.keys().any(|path| path.contains(part)),
            "no page leads to {part}"
        );
    }
    for (path, page) in &found {
        assert!(!page.contains("s3cret"), "{path} shows a secret");
    }
}

#[tokio::test]
async fn pages_link_below_the_path_of_the_base_url_and_name_no_host() {
    let broker = TestBroker::with(|config| {
        config.base_urls =
            vec![pact_broker::BaseUrl::parse("https://pacts.example/deep/broker/").unwrap()];
    })
    .await;
    broker
        .publish("Foo", "1", &crate::support::contract("Foo", "Bar", "GET"))
        .await;
    let found = crawl(&broker, "/deep/broker").await;
    assert!(found.len() > 20, "{:?}", found.keys());
    for (path, page) in &found {
        assert!(!page.contains("pacts.example"), "{path} names a host");
        assert!(
            page.contains("action=\"/deep/broker/") || !page.contains("<form"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn no_page_has_markup_of_a_client_in_it() {
    for mark in [
        "<script>alert(1)</script>",
        "\"><img/src=x/onerror=alert(1)>",
        "'><svg/onload=alert(1)>",
        "</pre></title><iframe/srcdoc=x>",
        "{{7*7}}{%raw%}",
        "&lt;b&gt;&#60;i&#62;",
    ] {
        let broker = TestBroker::start().await;
        fill(&broker, mark).await;
        let found = crawl(&broker, "").await;
        assert!(found.len() > 60, "{:?}", found.keys());
        for (path, page) in &found {
            for tag in [
                "<script",
                "<img",
                "<svg",
                "<iframe",
                "<b>",
                "<i>",
                "javascript:",
            ] {
                let live = page.contains(tag);
                let as_text = tag == "javascript:" && !page.contains("\"javascript:");
                assert!(!live || as_text, "{path} has {tag}: {page}");
            }
            assert!(!page.contains("onerror=alert(1)>"), "{path}: {page}");
        }
    }
}
