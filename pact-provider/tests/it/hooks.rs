//! Code around the run and around each exchange, and runs that end early.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::http::HeaderMap;
use axum::routing::get as route;
use bytes::Bytes;
use pact_core::model::ProviderState;
use pact_provider::{Answer, StateContext, Verifier};
use serde_json::json;

use crate::support::{get, given, pact, stable, verifier};

type Journal = Arc<Mutex<Vec<String>>>;

fn app() -> Router {
    Router::new()
        .route("/ok", route(|| async { axum::Json(json!({ "ok": true })) }))
        .route("/hangs", route(std::future::pending::<()>))
}

fn ok() -> pact_core::model::Interaction {
    get("ok", "/ok", r#"{"ok":true}"#)
}

fn noting(
    journal: &Journal,
    word: &str,
) -> impl Fn() -> std::future::Ready<Result<(), String>> + Send + Sync + 'static {
    let (journal, word) = (Arc::clone(journal), word.to_owned());
    move || {
        journal.lock().unwrap().push(word.clone());
        std::future::ready(Ok(()))
    }
}

/// A verifier that notes what happens when.
fn noted(journal: &Journal, interactions: Vec<pact_core::model::Interaction>) -> Verifier {
    let (up, down) = (Arc::clone(journal), Arc::clone(journal));
    verifier(interactions)
        .service(app())
        .before_all(noting(journal, "before"))
        .after_all(noting(journal, "after"))
        .state("s", move |_: StateContext| {
            up.lock().unwrap().push("up".to_owned());
            async {}
        })
        .state_teardown("s", move |_: StateContext| {
            down.lock().unwrap().push("down".to_owned());
            async {}
        })
}

#[tokio::test]
async fn hooks_run_once_before_and_after_all_interactions() {
    let journal = Journal::default();
    let interactions = vec![given(ok(), ProviderState::new("s")), ok()];
    noted(&journal, interactions).run().await.unwrap().assert();
    assert_eq!(*journal.lock().unwrap(), ["before", "up", "down", "after"]);
}

#[tokio::test]
async fn hooks_are_not_called_for_nothing() {
    let journal = Journal::default();
    let report = noted(&journal, Vec::new())
        .filter_consumers(["nobody"])
        .run()
        .await
        .unwrap();
    assert_eq!(report.exit_code(), 1);
    assert_eq!(journal.lock().unwrap().len(), 0);
}

#[tokio::test]
async fn a_run_whose_first_hook_fails_verifies_nothing_and_has_no_verdict() {
    let journal = Journal::default();
    let report = noted(&journal, vec![ok()])
        .before_all(|| async { Err("no database") })
        .run()
        .await
        .unwrap();
    assert_eq!(report.exit_code(), 3);
    assert_eq!(*journal.lock().unwrap(), ["after"]);
    insta::assert_snapshot!(stable(&report), @r"
    error: the hook before all interactions failed: no database

    FAILED: nothing was verified, a hook failed
    ");
    for rendered in [
        report.to_json(),
        report.to_junit(),
        report.to_html(),
        report.to_github(),
        report.to_markdown(),
        report.to_sarif(),
    ] {
        assert!(rendered.contains("no database"), "{rendered}");
    }
}

#[tokio::test]
async fn a_hook_that_fails_panics_or_hangs_after_all_leaves_no_green_run() {
    let run = |verifier: Verifier| async { verifier.run().await.unwrap() };
    let report = run(verifier([ok()])
        .service(app())
        .after_all(|| async { Err("still running") }))
    .await;
    assert_eq!(report.exit_code(), 3, "{report}");
    let report = run(verifier([ok()])
        .service(app())
        .after_all(|| async { panic!("boom") as Result<(), String> }))
    .await;
    assert!(report.to_string().contains("it panicked: boom"), "{report}");
    let report = run(verifier([ok()])
        .service(app())
        .hook_timeout(Duration::from_millis(10))
        .after_all(std::future::pending::<Result<(), String>>))
    .await;
    let text = report.to_string();
    assert!(text.contains("it took longer than 0.01 s"), "{text}");
}

#[tokio::test]
async fn a_filter_that_waits_for_nothing_signs_requests() {
    let signed = |headers: HeaderMap| async move {
        axum::Json(json!({ "signed": headers.contains_key("x-signature") }))
    };
    verifier([get("signed", "/", r#"{"signed":true}"#)])
        .service(Router::new().route("/", route(signed)))
        .request_filter_sync(|mut request| {
            let signature = http::HeaderValue::from_static("abc");
            request.headers_mut().insert("x-signature", signature);
            Ok::<_, String>(request)
        })
        .run()
        .await
        .unwrap()
        .assert();
}

#[tokio::test]
async fn a_response_hook_changes_what_is_compared_and_what_is_shown() {
    let unwrapped = |mut answer: Answer| async {
        answer.body = Bytes::from_static(br#"{"ok":"unwrapped"}"#);
        Ok::<_, String>(answer)
    };
    let report = verifier([get("wrapped", "/ok", r#"{"ok":"unwrapped"}"#), ok()])
        .service(app())
        .response_hook(unwrapped)
        .run()
        .await
        .unwrap();
    let text = report.to_string();
    assert!(text.contains("ok  wrapped"), "{text}");
    assert!(text.contains(r#"got the string "unwrapped""#), "{text}");
}

#[tokio::test]
async fn a_response_hook_that_fails_fails_its_interaction() {
    let report = verifier([ok()])
        .service(app())
        .response_hook(|_| async { Err::<Answer, _>("the signature is wrong") })
        .run()
        .await
        .unwrap();
    assert_eq!(report.exit_code(), 1);
    let text = report.to_string();
    assert!(
        text.contains("the response hook failed: the signature is wrong"),
        "{text}"
    );
}

#[tokio::test]
async fn a_cancelled_run_tears_down_and_has_no_verdict() {
    let journal = Journal::default();
    let (cancel, cancelled) = tokio::sync::oneshot::channel::<()>();
    let cancel = Mutex::new(Some(cancel));
    let hanging = given(get("hangs", "/hangs", "{}"), ProviderState::new("s"));
    let report = noted(&journal, vec![ok(), hanging, ok()])
        .request_filter_sync(move |request| {
            if request.uri().path() == "/hangs" {
                drop(cancel.lock().unwrap().take());
            }
            Ok::<_, String>(request)
        })
        .cancel_on(async {
            let _ = cancelled.await;
        })
        .run()
        .await
        .unwrap();
    assert_eq!(report.exit_code(), 3);
    assert_eq!(*journal.lock().unwrap(), ["before", "up", "down", "after"]);
    insta::assert_snapshot!(stable(&report), @r"
    web -> api  given in code
      ok  ok
      2 interactions left out

    CANCELLED: 1 of 1 interaction holds, 2 left out (0 ms)
    ");
    assert!(report.to_json().contains(r#""cancelled": true"#));
}

#[tokio::test]
async fn a_run_that_is_cancelled_at_once_verifies_nothing() {
    let report = verifier([ok()])
        .service(app())
        .cancel_on(async {})
        .jobs(4)
        .run()
        .await
        .unwrap();
    assert_eq!(report.exit_code(), 3, "{report}");
}

#[tokio::test]
async fn a_state_that_hangs_is_torn_down_when_the_run_is_cancelled() {
    let journal = Journal::default();
    let (cancel, cancelled) = tokio::sync::oneshot::channel::<()>();
    let cancel = Arc::new(Mutex::new(Some(cancel)));
    let mut hanging = given(ok(), ProviderState::new("s"));
    hanging.provider_states.push(ProviderState::new("hangs"));
    hanging.provider_states.push(ProviderState::new("never"));
    let down = Arc::clone(&journal);
    let report = noted(&journal, vec![hanging])
        .state("hangs", move |_: StateContext| {
            drop(cancel.lock().unwrap().take());
            std::future::pending::<()>()
        })
        .state_teardown("hangs", move |_: StateContext| {
            down.lock().unwrap().push("down after all".to_owned());
            async {}
        })
        .state_timeout(Duration::from_secs(600))
        .cancel_on(async {
            let _ = cancelled.await;
        })
        .run()
        .await
        .unwrap();
    assert_eq!(report.exit_code(), 3, "{report}");
    assert_eq!(
        *journal.lock().unwrap(),
        ["before", "up", "down after all", "down", "after"]
    );
}

#[tokio::test]
async fn a_first_hook_that_hangs_is_dropped_when_the_run_is_cancelled() {
    let (cancel, cancelled) = tokio::sync::oneshot::channel::<()>();
    let cancel = Mutex::new(Some(cancel));
    let report = verifier([ok()])
        .service(app())
        .before_all(move || {
            drop(cancel.lock().unwrap().take());
            std::future::pending::<Result<(), String>>()
        })
        .hook_timeout(Duration::from_secs(600))
        .cancel_on(async {
            let _ = cancelled.await;
        })
        .run()
        .await
        .unwrap();
    assert_eq!(report.exit_code(), 3);
    insta::assert_snapshot!(stable(&report), @r"
    web -> api  given in code
      1 interaction left out

    CANCELLED: nothing was verified, the run was cancelled
    ");
}

/// A service that counts how often it is asked.
fn counted() -> (Router, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&asked);
    let answer = move || {
        seen.fetch_add(1, Ordering::SeqCst);
        async { axum::Json(json!({ "ok": true })) }
    };
    (Router::new().fallback(answer), asked)
}

#[tokio::test]
async fn what_several_pacts_have_in_common_is_run_once_when_asked_to() {
    let mut app_pact = pact([get("the same by another name", "/ok", r#"{"ok":true}"#)]);
    app_pact.consumer = "app".to_owned();
    let mut other = ok();
    other
        .provider_states
        .push(ProviderState::new("another state"));
    let run = |once: bool| {
        let (service, asked) = counted();
        let verifier = verifier([ok(), get("no", "/ok", "{\"ok\":false}"), other.clone()])
            .pact(app_pact.clone())
            .state("another state", |_: StateContext| async {})
            .service(service)
            .run_identical_once(once);
        async move { (verifier.run().await.unwrap(), asked.load(Ordering::SeqCst)) }
    };
    let (every, asked) = run(false).await;
    assert_eq!(asked, 4);
    let (once, asked) = run(true).await;
    assert_eq!(asked, 3);
    let verdicts = |report: &pact_provider::Report| -> Vec<_> {
        report
            .interactions()
            .map(|(_, one)| one.verdict())
            .collect()
    };
    assert_eq!(verdicts(&every), verdicts(&once));
    let text = once.to_string();
    assert!(
        text.contains("ok  the same by another name\n      the same as web: ok, run once"),
        "{text}"
    );
    assert!(once.to_json().contains(r#""sameAs": "web: ok""#));
}

#[tokio::test]
async fn what_failed_for_one_pact_is_run_again_for_the_next() {
    let mut app_pact = pact([get("no", "/ok", "{\"ok\":false}")]);
    app_pact.consumer = "app".to_owned();
    let (service, asked) = counted();
    let report = verifier([get("no", "/ok", "{\"ok\":false}")])
        .pact(app_pact)
        .service(service)
        .run_identical_once(true)
        .run()
        .await
        .unwrap();
    assert_eq!(report.exit_code(), 1);
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn services_of_their_own_are_asked_side_by_side_without_being_told_to() {
    if std::thread::available_parallelism().is_ok_and(|processors| processors.get() < 2) {
        return;
    }
    // Two that wait for each other can only be answered side by side.
    let meeting = Arc::new(tokio::sync::Barrier::new(2));
    let meet = move || {
        let meeting = Arc::clone(&meeting);
        async move {
            meeting.wait().await;
            axum::Json(json!({ "ok": true }))
        }
    };
    let router = Router::new().fallback(meet);
    verifier([ok(), ok()])
        .service_factory(move || {
            let router = router.clone();
            async { (router, ()) }
        })
        .run()
        .await
        .unwrap()
        .assert();
}
