//! `pact broker start` for those it knows.

use std::fs;

use crate::support::{Pact, Started, pact_file};

#[test]
fn a_broker_that_knows_a_writer_asks_everybody_for_credentials() {
    let folder = tempfile::tempdir().unwrap();
    let options = [
        "--basic-auth-username",
        "writer",
        "--basic-auth-password",
        "wr1te",
        "--enable-public-badge-access",
    ];
    let broker = Started::on(folder.path(), &options);
    fs::write(folder.path().join("web-api.json"), pact_file("web", "api")).unwrap();
    let refused = broker
        .sh(folder.path(), "publish web-api.json -a 1")
        .exits_with(3);
    assert!(
        refused
            .stderr
            .contains("does not accept the credentials (401)"),
        "{refused}"
    );
    let named = "publish web-api.json -a 1 --broker-username writer --broker-password wr1te";
    broker.sh(folder.path(), named).exits_with(0);
    let pact = "/pacts/provider/api/consumer/web/latest";
    assert_eq!(broker.send("GET", pact, &[], "").0, 401);
    assert_eq!(
        broker.send("GET", &format!("{pact}/badge.svg"), &[], "").0,
        200
    );
}

#[test]
fn credentials_given_by_halves_are_refused() {
    let said = |arguments: &[&str]| {
        let all = ["broker", "start", "--port", "0"].into_iter();
        Pact::new(all.chain(arguments.iter().copied())).run()
    };
    insta::assert_snapshot!(said(&["--basic-auth-username", "me"]), @r"
    exit 2
    --- stderr
    error: --basic-auth-username is given without --basic-auth-password
    ");
    let reader = [
        "--basic-auth-read-only-username",
        "me",
        "--basic-auth-read-only-password",
        "s3cret",
    ];
    let refused = said(&reader).exits_with(2);
    assert!(refused.stderr.contains("none who may write"), "{refused}");
    assert!(!refused.stderr.contains("s3cret"), "{refused}");
}
