//! `pact broker start` and the switch that lets published contracts change.

use std::fs;

use crate::support::{Started, pact_with_status};

const PACT: &str = "/pacts/provider/api/consumer/web/version/1";

/// Publishes two contracts under one version by either way, and returns how the second fared: the
/// exit code of the command and the status of the request.
fn published_twice(options: &[&str]) -> (i32, u16, String) {
    let folder = tempfile::tempdir().unwrap();
    let broker = Started::on(folder.path(), options);
    let file = |name: &str, status: u16| {
        let pact = pact_with_status("web", "api", status);
        fs::write(folder.path().join(name), &pact).unwrap();
        pact
    };
    let first = file("first.json", 200);
    file("second.json", 201);
    let third = file("third.json", 202);
    broker
        .sh(folder.path(), "publish first.json -a 1")
        .exits_with(0);
    let published = broker.sh(folder.path(), "publish second.json -a 1");
    let json = [("Content-Type", "application/json")];
    let (put, answer) = broker.send("PUT", PACT, &json, &third);
    assert_eq!(
        broker
            .send(
                "PUT",
                "/pacts/provider/api/consumer/web/version/2",
                &json,
                &first
            )
            .0,
        201
    );
    (published.code, put, format!("{published}\n{answer}"))
}

#[test]
fn a_published_contract_is_not_exchanged_unless_the_broker_was_told_so() {
    let (published, put, said) = published_twice(&[]);
    assert_eq!((published, put), (1, 409), "{said}");
    assert!(
        said.contains("-        \"status\": 200\n") && said.contains("+        \"status\": 201\n"),
        "{said}"
    );
    assert!(said.contains(r#"+        \"status\": 202"#), "{said}");
    let (published, put, said) = published_twice(&["--allow-dangerous-contract-modification"]);
    assert_eq!((published, put), (0, 200), "{said}");
}
