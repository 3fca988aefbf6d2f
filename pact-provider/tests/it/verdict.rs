//! When a run passes and with which code it ends: no false green.

use std::path::Path;

use axum::Router;
use axum::routing::get as route;
use pact_core::format;
use pact_provider::{BrokerOptions, Report, Verifier, VerifyError};

use crate::support::{get, pact, stable, verifier};

fn app() -> Router {
    Router::new().route(
        "/ok",
        route(|| async { axum::Json(serde_json::json!({ "ok": true })) }),
    )
}

fn ok() -> pact_core::model::Interaction {
    get("ok", "/ok", r#"{"ok":true}"#)
}

fn not_ok() -> pact_core::model::Interaction {
    get("not ok", "/ok", r#"{"ok":false}"#)
}

async fn run(verifier: Verifier) -> Report {
    verifier.service(app()).run().await.unwrap()
}

fn write(folder: &Path, name: &str, text: &str) {
    std::fs::write(folder.join(name), text).unwrap();
}

#[tokio::test]
async fn no_pacts_is_a_failure_unless_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let of = |folder: &Path| Verifier::new("api").pacts_from_dir(folder);
    let report = run(of(folder.path())).await;
    assert_eq!(report.exit_code(), 1);
    assert!(
        report
            .to_string()
            .ends_with("FAILED: nothing was verified, no pacts were found\n")
    );
    assert_eq!(
        run(of(folder.path()).allow_no_pacts(true))
            .await
            .exit_code(),
        0
    );

    let mut other = pact([ok()]);
    other.provider = "other".to_owned();
    write(folder.path(), "a.json", &format::write(&other).unwrap());
    let report = run(of(folder.path())).await;
    assert_eq!(report.exit_code(), 1);
    assert!(
        report
            .to_string()
            .contains("has pacts with `other`, which are not `api`"),
        "{report}"
    );
}

#[tokio::test]
async fn a_malformed_file_does_not_keep_the_good_ones_and_does_not_pass() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "a.json", "{\"consumer\": ");
    write(
        folder.path(),
        "b.json",
        &format::write(&pact([ok()])).unwrap(),
    );
    write(folder.path(), "notes.txt", "not a pact");
    let report = run(Verifier::new("api").pacts_from_dir(folder.path())).await;
    assert_eq!(report.exit_code(), 3);
    let text = stable(&report).replace(&folder.path().display().to_string(), "pacts");
    insta::assert_snapshot!(text, @r"
    web -> api  `pacts/b.json`
      ok  ok

    error: cannot read pact `pacts/a.json`: the pact is not JSON: line 1, column 14: expected a value, found the end of the text
    hint: the file stops too early: was the test that writes it stopped before its end?

    FAILED: 1 of 1 interaction holds, 1 source not loaded (0 ms)
    ");
}

#[tokio::test]
async fn a_missing_file_is_named() {
    let report = run(Verifier::new("api").pact_file("no/such/file.json")).await;
    assert_eq!(report.exit_code(), 3);
    assert!(
        report
            .to_string()
            .contains("error: cannot read `no/such/file.json`: "),
        "{report}"
    );
}

#[tokio::test]
async fn a_file_of_any_size_is_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large.json");
    let file = std::fs::File::create(&path).unwrap();
    // It takes no room on the disk.
    file.set_len((256 << 20) + 1).unwrap();
    let report = run(Verifier::new("api").pact_file(&path)).await;
    assert_eq!(report.exit_code(), 3);
    let text = report.to_string();
    assert!(text.contains("it is larger than 268435456 bytes"), "{text}");
}

#[tokio::test]
async fn a_filter_that_leaves_nothing_fails() {
    let report = run(verifier([ok()]).filter_description("^nothing$")).await;
    assert_eq!(report.exit_code(), 1);
    assert!(
        report
            .to_string()
            .ends_with("FAILED: nothing was verified, the filter leaves no interaction\n")
    );
    let report = run(verifier([ok()]).filter_consumers(["nobody"])).await;
    assert_eq!(report.exit_code(), 1);
    let report = run(verifier([ok()]).filter_consumers(["web", "wbe"])).await;
    assert_eq!(report.exit_code(), 1);
    let text = report.to_string();
    assert!(text.contains("note: no pact of `wbe` was found"), "{text}");
    assert!(
        text.contains("FAILED: 1 of 1 interaction holds, 1 consumer without a pact"),
        "{text}"
    );
    let json = report.to_json();
    assert!(json.contains("nothing was verified"), "{json}");
    let mut of_app = pact([not_ok()]);
    of_app.consumer = "app".to_owned();
    let report = run(verifier([ok()]).pact(of_app).filter_consumers(["web"])).await;
    assert_eq!((report.exit_code(), report.pacts.len()), (0, 1), "{report}");
    let both = verifier([ok()]).filter_consumers(["web", "wbe"]);
    let report = run(both.allow_no_pacts(true)).await;
    assert_eq!(report.exit_code(), 0, "{report}");
}

#[tokio::test]
async fn a_pact_without_interactions_fails() {
    let report = run(verifier([])).await;
    assert_eq!(report.exit_code(), 1);
}

#[tokio::test]
async fn a_pact_without_interactions_fails_whatever_else_holds() {
    for allow in [false, true] {
        let report = run(verifier([ok()]).pact(pact([])).allow_no_pacts(allow)).await;
        assert_eq!(report.exit_code(), 1);
        assert!(
            report
                .to_string()
                .contains("FAILED: 1 of 1 interaction holds, 1 pact without interactions"),
            "{report}"
        );
        let junit = report.to_junit();
        assert!(
            junit.contains("the pact of `web` has no interactions"),
            "{junit}"
        );
        assert!(report.to_sarif().contains("not-verified"));
        assert!(report.to_github().starts_with("::error "));
        assert!(report.to_markdown().contains("has no interactions"));
        assert!(report.to_html().contains("has no interactions"));
        let json: serde_json::Value = serde_json::from_str(&report.to_json()).unwrap();
        assert_eq!(json["result"], false);
        assert_eq!(json["errors"][0]["interaction"], "nothing was verified");
    }
}

#[tokio::test]
async fn that_no_pacts_are_fine_says_nothing_of_interactions_left_out() {
    let filtered = verifier([ok()]).filter_description("^nothing$");
    assert_eq!(run(filtered.allow_no_pacts(true)).await.exit_code(), 1);
    let of_nobody = verifier([ok()]).filter_consumers(["nobody"]);
    assert_eq!(run(of_nobody.allow_no_pacts(true)).await.exit_code(), 0);
}

#[tokio::test]
async fn a_file_of_another_providers_pact_is_verified_and_named() {
    let folder = tempfile::tempdir().unwrap();
    let mut other = pact([ok()]);
    other.provider = "other".to_owned();
    write(folder.path(), "a.json", &format::write(&other).unwrap());
    let file = folder.path().join("a.json");
    let report = run(Verifier::new("api").pact_file(&file)).await;
    assert_eq!(report.exit_code(), 0);
    let text = report.to_string();
    assert!(
        text.contains("warning: the pact is with `other`, not with `api`"),
        "{text}"
    );
    let unnamed = run(Verifier::new("").pact_file(&file)).await;
    assert_eq!(unnamed.provider, "other");
    assert!(!unnamed.to_string().contains("warning"), "{unnamed}");
}

#[tokio::test]
async fn pending_failures_are_shown_and_pass() {
    let mut pending = not_ok();
    pending.pending = true;
    let report = run(verifier([ok(), pending])).await;
    assert_eq!(report.exit_code(), 0);
    let text = report.to_string();
    assert!(text.contains("PENDING  not ok"), "{text}");
    assert!(
        text.contains("passed: 1 of 2 interactions hold, 1 pending"),
        "{text}"
    );
}

#[tokio::test]
async fn the_first_failure_ends_the_run_when_asked_to() {
    let report = run(verifier([not_ok(), ok(), ok()]).exit_on_first_error(true)).await;
    assert_eq!(report.exit_code(), 1);
    assert!(
        report.to_string().contains("1 failed, 2 left out"),
        "{report}"
    );
}

#[tokio::test]
async fn wrong_usage_is_refused_before_anything_happens() {
    async fn refusal(verifier: Verifier) -> String {
        let error: VerifyError = verifier.run().await.err().unwrap();
        assert_eq!(error.exit_code(), 2);
        error.to_string()
    }
    insta::assert_snapshot!(refusal(verifier([ok()])).await, @"no provider to verify");
    insta::assert_snapshot!(refusal(Verifier::new("api").service(app())).await, @"no source of pacts");
    insta::assert_snapshot!(refusal(verifier([]).url("localhost:80")).await, @"`localhost:80` is not the URL of a provider: expected http:// or https:// and a host");
    insta::assert_snapshot!(refusal(verifier([]).service(app()).header("A B", "c")).await, @"a custom header cannot be sent");
    insta::assert_snapshot!(refusal(verifier([]).service(app()).filter_state("(")).await, @"the state filter `(` is not a regular expression");
    insta::assert_snapshot!(refusal(verifier([]).url("http://me:canary@host/a?b=c")).await, @"`http://host/a` is not the URL of a provider: after its path stands a query or fragment, which no request could keep");
    insta::assert_snapshot!(refusal(verifier([]).service(app()).publish("1")).await, @"results cannot be published: no pact comes from a broker");
    let from_broker = |url: &str| {
        Verifier::new("api")
            .service(app())
            .broker(BrokerOptions::new(url))
    };
    insta::assert_snapshot!(refusal(from_broker("not a url")).await, @"`not a url` is not the URL of a broker: relative URL without a base");
    insta::assert_snapshot!(refusal(from_broker("http://b").filter_no_state().publish("1")).await, @"results cannot be published when a filter leaves interactions out");
    insta::assert_snapshot!(refusal(verifier([]).service(app()).pact_url("x.json")).await, @"`x.json` is not the URL of a pact: relative URL without a base");
}

#[test]
fn assert_panics_with_the_whole_report() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let report = runtime.block_on(run(verifier([not_ok()])));
    let Err(panic) = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| report.assert()))
    else {
        panic!("it did not panic");
    };
    let text = panic.downcast_ref::<String>().unwrap();
    assert!(text.contains("body at $.ok"), "{text}");
}
