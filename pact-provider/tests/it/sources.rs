//! Where pacts come from, and what is wrong with some of them.

use pact_provider::{Filter, PublishOptions, Verifier, VerifyError};

use crate::support::{orders, pact, write};

fn verifier() -> Verifier {
    Verifier::new("order-api").service(orders())
}

#[tokio::test]
async fn a_folder_gives_the_providers_own_pacts_only() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "a.json", &pact(&[1]));
    let mut other = pact(&[2]);
    other["provider"]["name"] = "stock-api".into();
    write(folder.path(), "b.json", &other);
    std::fs::write(folder.path().join("notes.txt"), "no pact").unwrap();
    let report = verifier()
        .pacts_from_dir(folder.path())
        .run()
        .await
        .unwrap();
    report.assert();
    assert_eq!(report.pacts.len(), 1);
}

#[tokio::test]
async fn finding_no_pacts_is_a_failure_unless_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let report = verifier()
        .pacts_from_dir(folder.path())
        .run()
        .await
        .unwrap();
    assert_eq!(report.exit_code(), 1);
    insta::assert_snapshot!(report.to_text(false), @"
    `order-api` not verified: no pacts were found
      hint: a run that verifies nothing fails; check provider name, selectors and folder
    ");
    let report = verifier()
        .pacts_from_dir(folder.path())
        .ignore_no_pacts()
        .run()
        .await
        .unwrap();
    assert_eq!(report.exit_code(), 0);
}

#[tokio::test]
async fn a_broken_file_fails_the_run_and_keeps_nothing_else_from_being_verified() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "a.json", &pact(&[1]));
    std::fs::write(folder.path().join("b.json"), "{\n  \"consumer\": oops").unwrap();
    let report = verifier()
        .pacts_from_dir(folder.path())
        .run()
        .await
        .unwrap();
    assert_eq!((report.counts().passed, report.exit_code()), (1, 3));
    let text = report.to_text(false);
    assert!(text.contains("b.json") && text.contains("line 2"), "{text}");
}

#[tokio::test]
async fn a_missing_file_is_named() {
    let report = verifier()
        .pact_file("/nowhere/pact.json")
        .run()
        .await
        .unwrap();
    assert_eq!(report.exit_code(), 3);
    let text = report.to_text(false);
    assert!(
        text.contains("cannot read `/nowhere/pact.json`") && text.contains("caused by"),
        "{text}"
    );
}

#[tokio::test]
async fn filters_leave_out_what_is_not_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "a.json", &pact(&[1, 2, 3]));
    let count = |filter: Filter| {
        let run = verifier()
            .pacts_from_dir(folder.path())
            .filter(filter)
            .run();
        async move { run.await.unwrap().counts().passed }
    };
    assert_eq!(
        count(Filter::default().description("order [12]$").unwrap()).await,
        2
    );
    assert_eq!(count(Filter::default().state("order 3").unwrap()).await, 1);
    assert_eq!(count(Filter::default().without_state()).await, 0);
    assert_eq!(count(Filter::default().consumer("order-web")).await, 3);
    let nothing = Filter::default().description("nothing like it").unwrap();
    let report = verifier()
        .pacts_from_dir(folder.path())
        .filter(nothing)
        .run()
        .await
        .unwrap();
    assert_eq!(
        report.exit_code(),
        1,
        "a filter that leaves nothing is a failure"
    );
    assert!(Filter::default().description("(").is_err());
}

#[tokio::test]
async fn results_of_a_filtered_run_are_not_published() {
    let filter = Filter::default().description("order").unwrap();
    let verifier = verifier()
        .pact_file("x.json")
        .filter(filter)
        .publish(PublishOptions::new("1"));
    assert!(matches!(
        verifier.run().await,
        Err(VerifyError::PublishFiltered)
    ));
}
