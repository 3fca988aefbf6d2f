//! Tests that end in other ways than they should: nothing is written, and what they failed with is
//! what is seen.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

use pact_consumer::prelude::*;

use crate::support::{failure_of, failure_text, files_in, get};

fn ping(pact: &mut PactBuilder) {
    pact.upon_receiving("a ping")
        .get("/ping")
        .will_respond_with(204);
}

#[test]
fn a_panic_while_a_server_runs_stays_the_panic_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let text = failure_text(|| {
        let mut pact = PactBuilder::new("web", "api");
        pact.output_dir(folder.path());
        ping(&mut pact);
        let mock = pact.start();
        // Unused and unexpected: the server has much to say, and says none of it now.
        assert_eq!(get(mock.addr(), "/pong").0, 500);
        panic!("the client got it wrong");
    });
    assert_eq!(text, "the client got it wrong");
    assert_eq!(files_in(folder.path()), Vec::<String>::new());
}

#[test]
fn a_test_that_fails_after_all_was_used_fails_with_its_own_words() {
    let folder = tempfile::tempdir().unwrap();
    let text = failure_of(folder.path(), |pact| {
        ping(pact);
        let mock = pact.start();
        assert_eq!(get(mock.addr(), "/ping").0, 204);
        panic!("the answer was misread");
    });
    assert_eq!(text, "the answer was misread");
    assert_eq!(files_in(folder.path()), Vec::<String>::new());
}

#[test]
fn a_panic_that_is_no_text_goes_on_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let options = TestOptions::new("web", "api").output_dir(folder.path());
    let test = AssertUnwindSafe(|| {
        pact_test(options, |pact| -> () {
            ping(pact);
            let mock = pact.start();
            get(mock.addr(), "/ping");
            std::panic::panic_any(42_u8);
        });
    });
    let panic = catch_unwind(test).unwrap_err();
    assert_eq!(panic.downcast_ref::<u8>(), Some(&42));
    assert_eq!(files_in(folder.path()), Vec::<String>::new());
}

#[test]
fn a_builder_that_is_forgotten_fails_the_test_and_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let forgotten = |path: &str| {
        let mut pact = PactBuilder::new("web", "api");
        pact.output_dir(folder.path());
        ping(&mut pact);
        let mock = pact.start();
        get(mock.addr(), path);
        let text = failure_text(|| drop(pact));
        // Who still asks is still answered.
        assert_eq!(get(mock.addr(), "/ping").0, 204);
        text
    };
    insta::assert_snapshot!(forgotten("/ping"), @"
    contract of `web` with `api`: the test ended without `finish()`, so the contract was not written
      hint: end it with `pact.finish()?`, or let `#[pact_test]` or `pact_test(…)` do so; a server without a contract is started by `MockServer::serve(…)`; an error that the test returned before is not seen here
    ");
    insta::assert_snapshot!(forgotten("/pong"), @r#"
    contract of `web` with `api`: the test does not hold to it

    unexpected request GET /pong, answered with 500
      nearest interaction: `a ping`, but
        path: expected "/ping", got "/pong"

    0 of 1 interaction was used; never requested:
      `a ping` (GET /ping)

    the contract was not written
    "#);
    let text = failure_text(|| {
        let mut pact = PactBuilder::new("web", "api");
        pact.output_dir(folder.path());
        pact.expects_to_receive("a ping");
        pact.handle_messages(|_: &ReceivedMessage| ());
    });
    assert!(text.contains("the test ended without `finish()`"), "{text}");
    assert_eq!(files_in(folder.path()), Vec::<String>::new());
}

#[test]
fn a_builder_that_was_judged_or_never_used_may_go() {
    drop(PactBuilder::new("web", "api"));
    let mut pact = PactBuilder::new("web", "api");
    ping(&mut pact);
    drop(pact);
    let mut pact = PactBuilder::new("web", "api");
    ping(&mut pact);
    let _mock = pact.start();
    assert!(pact.failure().is_some());
    drop(pact);
    let mut pact = PactBuilder::new("web", "api");
    ping(&mut pact);
    let mock = pact.start();
    mock.finish().unwrap_err();
    drop(pact);
}

#[test]
fn a_server_that_nobody_kept_is_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let not_kept = failure_of(folder.path(), |pact| {
        ping(pact);
        // The server is gone at the end of the line.
        let url = pact.start().url().to_owned();
        assert!(url.starts_with("http://"));
    });
    insta::assert_snapshot!(not_kept, @"
    contract of `order-web` with `order-api`: the test does not hold to it

    0 of 1 interaction was used; never requested:
      `a ping` (GET /ping)
    no client connected to their mock server before it ended: let the client ask `mock.url()`, and keep what `pact.start()` returns in a variable until it has

    the contract was not written; run this test again with
      cargo test -p pact-consumer shows_an_order
    or
      cargo nextest run -p pact-consumer shows_an_order
    ");
    let two = failure_of(folder.path(), |pact| {
        ping(pact);
        drop(pact.start());
        pact.upon_receiving("a pong")
            .get("/pong")
            .will_respond_with(204);
        drop(pact.start());
    });
    assert!(
        two.contains("\nno client connected to their mock servers before they ended: "),
        "{two}"
    );
    let refused = failure_of(folder.path(), |pact| {
        ping(pact);
        drop(pact.start());
        panic!("{}", io::Error::from(io::ErrorKind::ConnectionRefused));
    });
    assert!(refused.contains("no client connected"), "{refused}");
    // The test failed before it came to its client, with the server or before it went.
    let options = TestOptions::new("order-web", "order-api").output_dir(folder.path());
    let early = failure_text(|| {
        let ended = pact_test(options, |pact| {
            ping(pact);
            let _mock = pact.start();
            Err::<(), _>("no configuration")
        });
        ended.unwrap();
    });
    assert!(!early.contains("no client connected"), "{early}");
    let kept = failure_of(folder.path(), |pact| {
        ping(pact);
        let _mock = pact.start();
        panic!("no client was made");
    });
    assert!(!kept.contains("no client connected"), "{kept}");
    assert!(kept.contains("never requested"), "{kept}");
}

#[test]
fn what_no_server_was_started_for_is_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    insta::assert_snapshot!(failure_of(folder.path(), ping), @"
    contract of `order-web` with `order-api`: the test does not hold to it

    0 of 1 interaction was used; never requested:
      `a ping` (GET /ping), for which no mock server was started: `pact.start()` comes after it

    the contract was not written; run this test again with
      cargo test -p pact-consumer shows_an_order
    or
      cargo nextest run -p pact-consumer shows_an_order
    ");
    let too_late = failure_of(folder.path(), |pact| {
        let mock = pact.start();
        ping(pact);
        get(mock.addr(), "/ping");
    });
    insta::assert_snapshot!(too_late, @"
    contract of `order-web` with `order-api`: the test does not hold to it

    unexpected request GET /ping, answered with 500; the test expects no request at all

    0 of 1 interaction was used; never requested:
      `a ping` (GET /ping), for which no mock server was started: `pact.start()` comes after it

    the contract was not written; run this test again with
      cargo test -p pact-consumer shows_an_order
    or
      cargo nextest run -p pact-consumer shows_an_order
    ");
    let mut both = PactBuilder::new("web", "api");
    both.upon_receiving("a pong")
        .get("/pong")
        .will_respond_with(204);
    let _mock = both.start();
    ping(&mut both);
    assert_eq!(both.failure().unwrap().never_served, ["a ping"]);
    assert_eq!(files_in(folder.path()), Vec::<String>::new());
}

#[test]
fn tests_that_panic_side_by_side_harm_no_other() {
    let folder = tempfile::tempdir().unwrap();
    std::thread::scope(|scope| {
        for number in 0..16 {
            let folder = folder.path();
            scope.spawn(move || {
                let description = format!("ping {number}");
                let test = |pact: &mut PactBuilder| {
                    pact.upon_receiving(description.as_str())
                        .get("/ping")
                        .will_respond_with(204);
                    let mock = pact.start();
                    assert_eq!(get(mock.addr(), "/ping").0, 204);
                    assert!(number % 2 == 0, "number {number} fails");
                };
                let options = TestOptions::new("order-web", "order-api").output_dir(folder);
                let outcome = catch_unwind(AssertUnwindSafe(|| pact_test(options, test)));
                assert_eq!(outcome.is_ok(), number % 2 == 0);
            });
        }
    });
    let written = crate::support::descriptions_in(&folder.path().join("order-web-order-api.json"));
    let mut expected: Vec<_> = (0..16)
        .step_by(2)
        .map(|number| format!("ping {number}"))
        .collect();
    expected.sort();
    assert_eq!(written, expected);
}
