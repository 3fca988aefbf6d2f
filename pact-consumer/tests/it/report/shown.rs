//! Where a report is seen, in which colour, and what it keeps to itself.

use std::process::{Command, Stdio};

use pact_consumer::prelude::*;

use super::{order_42, report_of};
use crate::support::{failure_text, send};

/// The token of whoever runs the tests may be among what the client sends.
#[test]
fn what_says_who_the_client_is_stands_in_no_text() {
    let describe = |pact: &mut PactBuilder| {
        pact.upon_receiving("a request for order 42")
            .get("/orders/42")
            .header("Authorization", "Bearer test")
            .will_respond_with(200);
    };
    let headers = "Authorization: Bearer s3cret\r\nCookie: session=s3cret\r\nX-Api-Key: s3cret\r\n";
    insta::assert_snapshot!(report_of(describe, "GET /orders/42", headers, ""), @r#"
    contract of `order-web` with `order-api`: the test does not hold to it

    unexpected request GET /orders/42, answered with 500
      nearest interaction: `a request for order 42`, but
        header `Authorization`: expected "Bearer test", got another value, which is not shown
      what came: GET /orders/42
        authorization: (not shown)
        cookie: (not shown)
        x-api-key: (not shown)
        (headers left out: host, connection, content-length)
        (values that are not shown stand in `mock.requests()`)

    0 of 1 interaction was used; never requested:
      `a request for order 42` (GET /orders/42), which a request above came near

    the contract was not written; run this test again with
      cargo test -p pact-consumer shows_an_order
    or
      cargo nextest run -p pact-consumer shows_an_order
    "#);

    let mut pact = PactBuilder::new("web", "api");
    describe(&mut pact);
    let mock = pact.start();
    let (_, problem) = send(mock.addr(), "GET /orders/42", headers, "");
    let unwrapped = failure_text(|| drop(pact.finish().unwrap()));
    for text in [problem, unwrapped, format!("{:?}", mock.requests())] {
        assert!(!text.contains("s3cret"), "{text}");
        assert!(text.contains("not shown"), "{text}");
    }
    let recorded = mock.requests().remove(0).headers;
    assert!(
        recorded.contains(&("x-api-key".to_owned(), "s3cret".to_owned())),
        "{recorded:?}"
    );
}

#[test]
fn a_result_that_is_unwrapped_fails_with_the_report() {
    let mut pact = PactBuilder::new("order-web", "order-api");
    order_42(&mut pact);
    let mock = pact.start();
    insta::assert_snapshot!(failure_text(|| drop(mock.finish().unwrap())), @"
    called `Result::unwrap()` on an `Err` value: contract of `order-web` with `order-api`: the test does not hold to it

    0 of 1 interaction was used; never requested:
      `a request for order 42` (GET /orders/42)

    the contract was not written
    ");
}

/// Says that the test below is to fail.
const FAILS: &str = "PACT_TEST_REPORT_FAILS";

/// What a process runs whose report is looked at. In any other there is nothing to report.
#[test]
fn a_report_is_made() {
    if std::env::var_os(FAILS).is_some() {
        let folder = tempfile::tempdir().unwrap();
        let options = TestOptions::new("order-web", "order-api").output_dir(folder.path());
        pact_test(options, |pact| {
            order_42(pact);
            let _mock = pact.start();
        });
    }
}

/// What a process runs whose test panics before it judges a builder made by hand.
#[test]
fn a_builder_made_by_hand_is_left_in_a_panic() {
    if let Some(path) = std::env::var_os(FAILS) {
        let mut pact = PactBuilder::new("order-web", "order-api");
        order_42(&mut pact);
        let mock = pact.start();
        let status = send(mock.addr(), &format!("GET {}", path.display()), "", "").0;
        assert_eq!(status, 404, "the client is not content");
        pact.finish().unwrap();
    }
}

#[test]
fn a_panic_before_a_builder_is_judged_is_told_with_what_was_refused() {
    let said = |path: &str| {
        let test = "report::shown::a_builder_made_by_hand_is_left_in_a_panic";
        let output = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", test])
            .env(FAILS, path)
            .env("NO_COLOR", "1")
            .stdin(Stdio::null())
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(101), "it fails and is not ended");
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let refused = said("/orders/43");
    let (panic, report) = refused.split_once("contract of `order-web`").unwrap();
    assert!(panic.contains("the client is not content"), "{refused}");
    assert!(
        report.contains("unexpected request GET /orders/43, answered with 500"),
        "{refused}"
    );
    let answered = said("/orders/42?expand=lines");
    assert!(!answered.contains("contract of"), "{answered}");
}

#[test]
fn the_report_of_a_process_is_coloured_as_its_environment_says() {
    let is_coloured = |variables: &[(&str, &str)]| {
        let output = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "report::shown::a_report_is_made"])
            .env(FAILS, "1")
            .env_remove("NO_COLOR")
            .env_remove("CLICOLOR_FORCE")
            .env_remove("CARGO_TERM_COLOR")
            .envs(variables.iter().copied())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(said.contains("the test does not hold to it"), "{said}");
        said.contains("\u{1b}[31;1mthe test does not hold to it\u{1b}[0m")
    };
    assert!(!is_coloured(&[]), "nobody looks at a terminal");
    assert!(is_coloured(&[("CLICOLOR_FORCE", "1")]));
    assert!(is_coloured(&[("CARGO_TERM_COLOR", "always")]));
    assert!(!is_coloured(&[
        ("CARGO_TERM_COLOR", "always"),
        ("NO_COLOR", "1")
    ]));
    assert!(is_coloured(&[
        ("CARGO_TERM_COLOR", "never"),
        ("CLICOLOR_FORCE", "1")
    ]));
}
