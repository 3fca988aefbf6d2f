//! The same contracts in process and over HTTP.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::routing::any;
use pact_provider::{HttpTarget, Verdict, Verifier};
use serde_json::json;

use crate::support::{orders, pact, serve, verify, write};

#[tokio::test]
async fn a_service_is_verified_without_a_port() {
    let report = verify(orders(), &pact(&[1, 2])).await;
    report.assert();
    assert_eq!(
        (
            report.counts().passed,
            report.exit_code(),
            report.target.as_str()
        ),
        (2, 0, "in process")
    );
}

#[tokio::test]
async fn a_server_is_verified_at_its_address_with_its_base_path() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "a.json", &pact(&[1]));
    let address = serve(Router::new().nest("/v1", orders())).await;
    let verifier = || Verifier::new("order-api").pacts_from_dir(folder.path());
    verifier()
        .url(format!("http://{address}/v1/"))
        .run()
        .await
        .unwrap()
        .assert();
    assert_eq!(
        verifier()
            .url(format!("http://{address}"))
            .run()
            .await
            .unwrap()
            .exit_code(),
        1
    );
}

#[tokio::test]
async fn requests_arrive_as_the_contract_says() {
    let app = Router::new().fallback(any(
        |uri: Uri, headers: HeaderMap, body: String| async move {
            let seen = format!(
                "{uri} {} {} {body}",
                headers["x-a"].to_str().unwrap(),
                headers["authorization"].to_str().unwrap()
            );
            (StatusCode::OK, seen)
        },
    ));
    let contract = json!({
        "consumer": { "name": "web" }, "provider": { "name": "order-api" },
        "interactions": [{
            "description": "everything at once",
            "request": { "method": "POST", "path": "/a b/%2F", "query": { "q": ["x y", "&"], "flag": [null] },
                "headers": { "X-A": "1", "Authorization": "from the contract" }, "body": "text" },
            "response": { "status": 200, "body": "/a%20b/%2F?q=x%20y&q=%26&flag 1 Bearer fresh text" }
        }],
        "metadata": { "pactSpecification": { "version": "3.0.0" } }
    });
    let folder = tempfile::tempdir().unwrap();
    let path = write(folder.path(), "pact.json", &contract);
    let address = serve(app).await;
    let verifier = Verifier::new("order-api")
        .url(format!("http://{address}"))
        .pact_file(path);
    let report = verifier
        .header("AUTHORIZATION", "Bearer fresh")
        .unwrap()
        .run()
        .await
        .unwrap();
    let query_order_aside = report
        .to_text(false)
        .replace("flag&q=x%20y&q=%26", "q=x%20y&q=%26&flag");
    assert!(
        report.is_success()
            || query_order_aside.contains("?q=x%20y&q=%26&flag 1 Bearer fresh text"),
        "{query_order_aside}"
    );
}

#[tokio::test]
async fn redirects_are_answers_unless_they_are_to_be_followed() {
    let app = orders().route(
        "/moved",
        any(|| async { (StatusCode::FOUND, [("location", "/orders/1")]) }),
    );
    let address = serve(app).await;
    let contract = json!({
        "consumer": { "name": "web" }, "provider": { "name": "order-api" },
        "interactions": [{ "description": "moved", "request": { "path": "/moved" }, "response": { "status": 302 } }],
        "metadata": { "pactSpecification": { "version": "3.0.0" } }
    });
    let folder = tempfile::tempdir().unwrap();
    let path = write(folder.path(), "pact.json", &contract);
    let url = format!("http://{address}");
    Verifier::new("order-api")
        .url(&url)
        .pact_file(&path)
        .run()
        .await
        .unwrap()
        .assert();
    let following = HttpTarget::new(&url).follow_redirects();
    let report = Verifier::new("order-api")
        .http(following)
        .pact_file(&path)
        .run()
        .await
        .unwrap();
    assert!(matches!(
        report.pacts[0].interactions[0].verdict,
        Verdict::Failed(_)
    ));
}

#[tokio::test]
async fn many_jobs_report_in_the_order_of_the_pact() {
    let ids: Vec<u64> = (1..=50).collect();
    let running = Arc::new(AtomicUsize::new(0));
    let most = Arc::new(AtomicUsize::new(0));
    let (now, peak) = (Arc::clone(&running), Arc::clone(&most));
    let folder = tempfile::tempdir().unwrap();
    let path = write(folder.path(), "pact.json", &pact(&ids));
    let barrier = Arc::new(tokio::sync::Barrier::new(2));
    let mut verifier = Verifier::new("order-api")
        .service(orders())
        .pact_file(path)
        .jobs(8);
    for id in &ids {
        let (now, peak, barrier) = (Arc::clone(&now), Arc::clone(&peak), Arc::clone(&barrier));
        verifier = verifier.state(format!("order {id} exists"), move |_| {
            let (now, peak, barrier) = (Arc::clone(&now), Arc::clone(&peak), Arc::clone(&barrier));
            async move {
                peak.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                barrier.wait().await;
                now.fetch_sub(1, Ordering::SeqCst);
            }
        });
    }
    let report = verifier.run().await.unwrap();
    report.assert();
    let order: Vec<_> = report.pacts[0]
        .interactions
        .iter()
        .map(|one| one.description.clone())
        .collect();
    assert_eq!(
        order,
        ids.iter()
            .map(|id| format!("a request for order {id}"))
            .collect::<Vec<_>>()
    );
    assert!(
        most.load(Ordering::SeqCst) >= 2,
        "at least two ran at a time"
    );
}
