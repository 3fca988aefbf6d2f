//! How many interactions run at a time, and that nothing else depends on it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::http::{StatusCode, Uri};
use axum::response::IntoResponse;
use pact_core::model::{Interaction, Pact, ProviderState};
use pact_provider::{Report, StateContext, Verifier};
use tokio::sync::Barrier;

use crate::support::{get, given, pact, serve, stable};

/// A pact of another consumer.
fn of(consumer: &str, interactions: Vec<Interaction>) -> Pact {
    let mut pact = pact(interactions);
    pact.consumer = consumer.to_owned();
    pact
}

/// A provider that counts who is inside at once.
#[derive(Clone, Default)]
struct Counter {
    inside: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
    calls: Arc<AtomicUsize>,
}

impl Counter {
    fn router(&self) -> Router {
        let counter = self.clone();
        Router::new().fallback(move || {
            let counter = counter.clone();
            async move {
                counter.calls.fetch_add(1, Ordering::SeqCst);
                let inside = counter.inside.fetch_add(1, Ordering::SeqCst) + 1;
                counter.most.fetch_max(inside, Ordering::SeqCst);
                // Whoever could come in meanwhile has the time to.
                tokio::time::sleep(Duration::from_millis(5)).await;
                counter.inside.fetch_sub(1, Ordering::SeqCst);
                axum::Json(serde_json::json!({}))
            }
        })
    }
}

fn many(count: usize) -> Vec<Interaction> {
    { 0..count }
        .map(|number| get(&format!("n{number}"), "/", "{}"))
        .collect()
}

#[tokio::test]
async fn a_shared_provider_is_asked_one_thing_at_a_time_unless_more_is_allowed() {
    let counter = Counter::default();
    let base = serve(counter.router()).await;
    let verifier = Verifier::new("api")
        .pact(pact(many(10)))
        .pact(pact(many(10)));
    verifier.url(&base).run().await.unwrap().assert();
    assert_eq!(counter.most.load(Ordering::SeqCst), 1);
    assert_eq!(counter.calls.load(Ordering::SeqCst), 20);
}

#[tokio::test]
async fn interactions_of_several_pacts_run_side_by_side() {
    // Nobody is answered before all are there.
    let together = Arc::new(Barrier::new(4));
    let answer = move || {
        let together = Arc::clone(&together);
        async move {
            together.wait().await;
            axum::Json(serde_json::json!({}))
        }
    };
    let base = serve(Router::new().fallback(answer)).await;
    let mut verifier = Verifier::new("api").url(base).jobs(4);
    for consumer in ["a", "b", "c", "d"] {
        verifier = verifier.pact(of(consumer, many(1)));
    }
    let report = verifier.run().await.unwrap();
    report.assert();
    let consumers: Vec<_> = { report.pacts.iter() }
        .map(|pact| pact.consumer.as_str())
        .collect();
    assert_eq!(consumers, ["a", "b", "c", "d"]);
}

/// Three pacts with all that can happen to an interaction, the slowest first.
fn mixed() -> [Pact; 3] {
    let pending = |mut interaction: Interaction| {
        interaction.pending = true;
        interaction
    };
    [
        of(
            "a",
            vec![
                get("slow", "/slow", "{}"),
                get("wrong", "/", r#"{"id":1}"#),
                pending(get("pending", "/gone", "{}")),
            ],
        ),
        of("b", Vec::new()),
        of(
            "c",
            vec![
                given(get("not set up", "/", "{}"), ProviderState::new("nobody's")),
                given(get("fails", "/", "{}"), ProviderState::new("fails")),
                get("fine", "/", "{}"),
                get("wrong", "/", "[]"),
            ],
        ),
    ]
}

async fn with_jobs(jobs: usize) -> Report {
    let answer = |uri: Uri| async move {
        match uri.path() {
            "/gone" => return StatusCode::GONE.into_response(),
            "/slow" => tokio::time::sleep(Duration::from_millis(50)).await,
            _ => {}
        }
        axum::Json(serde_json::json!({})).into_response()
    };
    let base = serve(Router::new().fallback(answer)).await;
    let [a, b, c] = mixed();
    Verifier::new("api")
        .pact(a)
        .pact(b)
        .pact(c)
        .url(base)
        .state("fails", |_: StateContext| async {
            Err::<(), _>("no database")
        })
        .rerun_command(|_, interaction| format!("verify {:?}", interaction.description))
        .jobs(jobs)
        .run()
        .await
        .unwrap()
}

#[tokio::test]
async fn the_report_does_not_depend_on_how_many_run_at_a_time() {
    let alone = with_jobs(1).await;
    assert_eq!(alone.exit_code(), 1);
    assert_eq!(alone.interactions().count(), 7);
    for jobs in [2, 16] {
        let report = with_jobs(jobs).await;
        assert_eq!(stable(&report), stable(&alone), "{jobs} jobs");
        assert_eq!(report.exit_code(), 1);
    }
}

#[tokio::test]
async fn what_pacts_have_in_common_is_run_once_however_many_run_at_a_time() {
    let counter = Counter::default();
    let base = serve(counter.router()).await;
    let mut verifier = Verifier::new("api")
        .url(base)
        .jobs(8)
        .run_identical_once(true);
    for consumer in ["a", "b", "c"] {
        verifier = verifier.pact(of(consumer, vec![get("the same", "/", "{}")]));
    }
    let report = verifier.run().await.unwrap();
    report.assert();
    assert_eq!(counter.calls.load(Ordering::SeqCst), 1);
    let same: Vec<_> = { report.interactions() }
        .map(|(_, interaction)| interaction.same_as.as_deref())
        .collect();
    assert_eq!(same, [None, Some("a: the same"), Some("a: the same")]);
}

#[tokio::test]
async fn a_run_that_ends_at_its_first_failure_reports_what_was_under_way() {
    let [a, b, c] = mixed();
    let report = Verifier::new("api")
        .pact(of("first", vec![get("wrong", "/", "[]")]))
        .pact(a)
        .pact(b)
        .pact(c)
        .service(Router::new().fallback(|| async { axum::Json(serde_json::json!({})) }))
        .exit_on_first_error(true)
        .jobs(2)
        .run()
        .await
        .unwrap();
    assert_eq!(report.exit_code(), 1);
    assert!(
        report.stopped_early && report.interactions().count() < 7,
        "{report}"
    );
    assert_eq!(report.pacts[0].interactions.len(), 1);
}
