//! The pages in a real browser, headless.
//!
//! `PACT_CHROMIUM` names the browser. Without it the tests pass and say that they were left out.

use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use serde_json::json;

use crate::support::{TestBroker, contract};

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

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_shows_hostile_names_and_runs_nothing_of_them() {
    let Some(chromium) = browser() else { return };
    let broker = TestBroker::start().await;
    let hostile =
        "<img src=x onerror=\"document.title='OWNED'\"><script>document.title='OWNED'</script>";
    let mut pact = contract(hostile, "Bar", "GET");
    pact["interactions"][0]["description"] = json!("</pre><svg onload=\"document.title='OWNED'\">");
    assert_eq!(broker.publish(hostile, "1", &pact).await.status, 200);
    let index = broker.get("/pacts/latest").await.json();
    let link = index["pacts"][0]["_links"]["self"][0]["href"]
        .as_str()
        .map(str::to_owned);
    let profile = tempfile::tempdir().unwrap();
    let mut pages = vec![
        broker.url().to_owned(),
        format!("{}/matrix?q[][pacticipant]=Bar", broker.url()),
    ];
    pages.extend(link);
    assert_eq!(pages.len(), 3, "{index}");
    for url in pages {
        let (chromium, profile, address) =
            (chromium.clone(), profile.path().to_owned(), url.clone());
        let document = tokio::task::spawn_blocking(move || open(&chromium, &profile, &address))
            .await
            .unwrap();
        assert!(document.contains("Bar"), "{url} shows nothing: {document}");
        assert!(
            !document.contains("<title>OWNED"),
            "{url} ran a script: {document}"
        );
        assert!(
            !document.contains("<script") && !document.contains("<img"),
            "{url} has live markup: {document}"
        );
    }
}
