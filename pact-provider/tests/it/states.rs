//! Provider states by closures and by address.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::routing::post;
use pact_provider::{StateUrl, Verdict, Verifier};

use crate::support::{orders, pact, serve, write};

type Calls = Arc<Mutex<Vec<String>>>;

fn record(calls: &Calls, text: String) {
    calls.lock().unwrap().push(text);
}

#[tokio::test]
async fn closures_get_name_and_parameters_and_teardown_follows() {
    let calls = Calls::default();
    let folder = tempfile::tempdir().unwrap();
    let path = write(folder.path(), "pact.json", &pact(&[7]));
    let (setup, teardown) = (Arc::clone(&calls), Arc::clone(&calls));
    let report = Verifier::new("order-api")
        .service(orders())
        .state("order 7 exists", move |context| {
            let calls = Arc::clone(&setup);
            async move {
                record(
                    &calls,
                    format!("setup {} {}", context.name, context.params["id"]),
                );
                Ok::<(), String>(())
            }
        })
        .state_teardown("order 7 exists", move |_| {
            let calls = Arc::clone(&teardown);
            async move { record(&calls, "teardown".to_owned()) }
        })
        .pact_file(path)
        .run()
        .await
        .unwrap();
    report.assert();
    assert_eq!(
        *calls.lock().unwrap(),
        ["setup order 7 exists 7", "teardown"]
    );
}

#[tokio::test]
async fn a_missing_handler_is_an_error_with_code_to_paste() {
    let folder = tempfile::tempdir().unwrap();
    let path = write(folder.path(), "pact.json", &pact(&[1, 2]));
    let verifier = Verifier::new("order-api")
        .service(orders())
        .state("order 1 exists", |_| async {});
    let report = verifier.pact_file(path).run().await.unwrap();
    assert_eq!(
        (
            report.counts().passed,
            report.counts().failed,
            report.exit_code()
        ),
        (1, 1, 1)
    );
    let Verdict::Error(text) = &report.pacts[0].interactions[1].verdict else {
        panic!("an error is expected")
    };
    insta::assert_snapshot!(text, @r#"
    no handler for state `order 2 exists`; add one:
        .state("order 2 exists", |context| async move { // context.params: id
            Ok::<(), String>(())
        })
    "#);
}

#[tokio::test]
async fn a_handler_that_fails_or_panics_fails_its_interaction() {
    let folder = tempfile::tempdir().unwrap();
    let path = write(folder.path(), "pact.json", &pact(&[1, 2, 3]));
    let report = Verifier::new("order-api")
        .service(orders())
        .state("order 1 exists", |_| async {
            Err::<(), _>("the database is away")
        })
        .state("order 2 exists", |_| async {
            if true {
                panic!("out of ids");
            }
        })
        .state("order 3 exists", |_| async {})
        .pact_file(path)
        .run()
        .await
        .unwrap();
    let texts: Vec<_> = report.pacts[0]
        .interactions
        .iter()
        .map(|one| format!("{:?}", one.verdict))
        .collect();
    assert!(
        texts[0].contains("setup of state `order 1 exists` failed: the database is away"),
        "{}",
        texts[0]
    );
    assert!(texts[1].contains("the handler panicked"), "{}", texts[1]);
    assert_eq!(texts[2], "Passed");
}

#[tokio::test]
async fn an_address_is_called_in_both_modes() {
    let calls = Calls::default();
    let seen = Arc::clone(&calls);
    let states = Router::new().route(
        "/states",
        post(move |RawQuery(query): RawQuery, body: String| async move {
            record(&seen, format!("{}{body}", query.unwrap_or_default()));
        }),
    );
    let address = serve(states).await;
    let folder = tempfile::tempdir().unwrap();
    let path = write(folder.path(), "pact.json", &pact(&[3]));
    let url = || StateUrl::new(format!("http://{address}/states")).with_teardown();
    for url in [url(), url().as_query()] {
        let verifier = Verifier::new("order-api")
            .service(orders())
            .state_change_url(url);
        verifier.pact_file(&path).run().await.unwrap().assert();
    }
    assert_eq!(
        *calls.lock().unwrap(),
        [
            r#"{"action":"setup","params":{"id":3},"state":"order 3 exists"}"#,
            r#"{"action":"teardown","params":{"id":3},"state":"order 3 exists"}"#,
            "action=setup&id=3&state=order+3+exists",
            "action=teardown&id=3&state=order+3+exists",
        ]
    );
}

#[tokio::test]
async fn an_address_that_refuses_fails_the_interaction_at_once() {
    let states = Router::new().route(
        "/states",
        post(|| async { (StatusCode::INTERNAL_SERVER_ERROR, "no such order") }),
    );
    let address = serve(states).await;
    let folder = tempfile::tempdir().unwrap();
    let path = write(folder.path(), "pact.json", &pact(&[3]));
    let url = StateUrl::new(format!("http://secret@{address}/states"));
    let verifier = Verifier::new("order-api")
        .service(orders())
        .state_change_url(url);
    let report = verifier.pact_file(&path).run().await.unwrap();
    let text = report.to_text(false);
    assert_eq!(report.exit_code(), 1);
    assert!(
        text.contains(&format!(
            "http://{address}/states answered 500 no such order"
        )),
        "{text}"
    );
    assert!(!text.contains("secret"), "{text}");
}

#[tokio::test]
async fn states_nobody_handles_are_passed_over_with_a_warning() {
    let folder = tempfile::tempdir().unwrap();
    let path = write(folder.path(), "pact.json", &pact(&[3]));
    let report = Verifier::new("order-api")
        .service(orders())
        .pact_file(&path)
        .run()
        .await
        .unwrap();
    report.assert();
    assert!(
        report.warnings[0].contains("nothing sets them up"),
        "{:?}",
        report.warnings
    );
}
