//! The pages in a real browser, headless.
//!
//! `PACT_CHROMIUM` names the browser. Without it the tests pass and say that they were left out.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use crate::{
    pages::crawl::{Found, crawl},
    support::{TestBroker, filled::fill},
};

/// Opens the address and returns the document as the browser holds it after running what it may.
fn open(chromium: &str, profile: &Path, url: &str) -> String {
    let output = Command::new(chromium)
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
        ])
        .args([
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ])
        .args([
            "--disable-dev-shm-usage",
            "--virtual-time-budget=2000",
            "--dump-dom",
        ])
        .arg(format!("--user-data-dir={}", profile.display()))
        .arg(url)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

/// Returns the browser, or says on standard error what is left out without one.
fn browser() -> Option<String> {
    let chromium = std::env::var("PACT_CHROMIUM").ok();
    if chromium.is_none() {
        // The test runner swallows what `eprintln!` says in a test that passes.
        let _ = writeln!(
            std::io::stderr(),
            "LEFT OUT: the broker's pages in a browser: PACT_CHROMIUM names none"
        );
    }
    chromium
}

/// Something that is markup wherever a text is put without escaping, and that branches may be called.
const HOSTILE: &str = "\"'></pre></title><svg/onload=document.title='OWNED'><img/src=x/onerror=document.title='OWNED'>";

/// One page of each kind: pages whose addresses differ in names, keys and numbers only are of a kind.
fn of_each_kind(pages: &Found) -> Vec<(String, String)> {
    let kind = |path: &str| {
        let path = path.split('?').next().unwrap_or_default().to_owned();
        let fixed = |part: &&str| {
            part.chars()
                .all(|letter| letter.is_ascii_lowercase() || letter == '-')
        };
        let parts = path
            .split('/')
            .map(|part| Some(part).filter(fixed).unwrap_or("*"));
        parts.collect::<Vec<_>>().join("/")
    };
    let kinds: BTreeMap<String, (String, String)> = pages
        .iter()
        .map(|(path, page)| (kind(path), (path.clone(), page.clone())))
        .collect();
    kinds.into_values().collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_shows_hostile_texts_on_every_kind_of_page_and_runs_nothing_of_them() {
    let Some(chromium) = browser() else { return };
    let broker = TestBroker::start().await;
    fill(&broker, HOSTILE).await;
    let pages = of_each_kind(&crawl(&broker, "").await);
    assert!(pages.len() > 30, "{pages:?}");
    let profile = tempfile::tempdir().unwrap();
    for (path, page) in pages {
        let url = format!("{}{path}", broker.url());
        let (chromium, profile) = (chromium.clone(), profile.path().to_owned());
        let opening = tokio::task::spawn_blocking(move || open(&chromium, &profile, &url));
        let document = opening.await.unwrap();
        let title = document
            .split("<title>")
            .nth(1)
            .and_then(|rest| rest.split('<').next());
        assert!(
            title.is_some_and(|title| title.ends_with("Pact broker")),
            "{path} is not the page or ran a script: {document}"
        );
        for live in ["<script", "<img", "<svg"] {
            assert!(!document.contains(live), "{path} has {live}: {document}");
        }
        let named = page.contains("OWNED");
        assert_eq!(
            document.contains("&lt;svg/onload"),
            named,
            "{path} hides a text: {document}"
        );
    }
}
