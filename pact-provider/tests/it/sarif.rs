//! SARIF beside the schema of the standard, and what GitHub asks for besides.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use axum::Router;
use axum::http::StatusCode;
use pact_provider::{Report, Verifier};
use serde_json::Value;

use crate::reports::rich;
use crate::support::{get, pact};

/// Returns what the schema of the standard says against the document; nothing without the modules.
fn against(modules: &str, sarif: &str) -> String {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(sarif.as_bytes()).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sarif/check.cjs");
    let output = Command::new("node")
        .args([script.as_path(), file.path()])
        .env("NODE_PATH", modules)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    String::from_utf8(output.stdout).unwrap()
}

fn modules() -> Option<String> {
    let modules = std::env::var("PACT_SARIF_MODULES").ok();
    let modules = modules.filter(|value| !value.is_empty());
    if modules.is_none() {
        // The test runner swallows what `eprintln!` says in a test that passes.
        let _ = writeln!(
            std::io::stderr(),
            "LEFT OUT: the schema of SARIF: PACT_SARIF_MODULES does not name its modules"
        );
    }
    modules
}

/// A run in which nothing is as it should be, not even where the pacts are.
async fn odd() -> Report {
    let odd = "a]]> <b>&amp; \u{0}\u{1b}[31m\u{fffe}\u{202e}\"'\r\n\t: %zz";
    let mut broken = pact([get(odd, "/", r#"{"id":1}"#)]);
    broken.consumer = odd.to_owned();
    let mut empty = pact([]);
    empty.consumer = "empty".to_owned();
    Verifier::new("api")
        .pact(broken)
        .pact(empty)
        .pact_file("no such: file%.json")
        .pact_url("http://127.0.0.1:1/a pact")
        .before_all(|| async { Ok::<_, String>(()) })
        .after_all(|| async { Err::<(), _>("it was too late") })
        .service(Router::new().fallback(move || async move { (StatusCode::NOT_FOUND, odd) }))
        .run()
        .await
        .unwrap()
}

/// A run of which nothing has to be said.
async fn held() -> Report {
    Verifier::new("api")
        .pact(pact([get("anything", "/", "{}")]))
        .service(Router::new().fallback(|| async { axum::Json(serde_json::json!({})) }))
        .run()
        .await
        .unwrap()
}

#[tokio::test]
async fn sarif_is_what_the_schema_of_the_standard_says() {
    let Some(modules) = modules() else { return };
    for report in [rich().await, odd().await, held().await] {
        let sarif = report.to_sarif();
        assert_eq!(against(&modules, &sarif), "", "{sarif}");
    }
    let wrong = { rich().await.to_sarif() }
        .replace(r#""level": "error""#, r#""level": "fatal""#)
        .replace(r#""ruleId""#, r#""ruleName""#);
    let said = against(&modules, &wrong);
    assert!(
        said.contains(".results[0].level should be equal to one of the allowed values")
            && said.contains(".results[0] should NOT have additional properties"),
        "{said}"
    );
}

#[tokio::test]
async fn every_result_has_the_place_and_every_rule_the_help_that_github_asks_for() {
    let report = odd().await;
    let sarif: Value = serde_json::from_str(&report.to_sarif()).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let kinds: Vec<_> = { results.iter() }
        .map(|result| result["ruleId"].as_str().unwrap())
        .collect();
    assert_eq!(
        kinds,
        [
            "contract-broken",
            "not-loaded",
            "not-loaded",
            "not-verified",
            "not-verified"
        ]
    );
    for result in results {
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["region"]["startLine"], 1, "{result}");
        let uri = place["artifactLocation"]["uri"].as_str().unwrap();
        assert!(!uri.is_empty() && !uri.contains([' ', '"', '<']), "{uri}");
    }
    for rule in sarif["runs"][0]["tool"]["driver"]["rules"]
        .as_array()
        .unwrap()
    {
        for text in ["shortDescription", "fullDescription", "help"] {
            assert!(rule[text]["text"].is_string(), "{rule}");
        }
    }
}
