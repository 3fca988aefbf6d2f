//! What `pact verifier` takes from the environment, as the ecosystem's verifier does.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::official::Official;
use crate::support::{Outcome, Pact, Reply, Routes, pact_file};

const PACT: &str = r#"{"consumer":{"name":"web"},"provider":{"name":"api"},"interactions":[
    {"description":"an order","providerStates":[{"name":"it exists"}],
     "request":{"method":"GET","path":"/orders/42"},"response":{"status":200}},
    {"description":"an order","providerStates":[{"name":"it was deleted"}],
     "request":{"method":"GET","path":"/orders/42"},"response":{"status":410}},
    {"description":"a customer","providerStates":[{"name":"it exists"}],
     "request":{"method":"GET","path":"/customers/7"},"response":{"status":200}},
    {"description":"an order","request":{"method":"GET","path":"/orders"},"response":{"status":200}}
],"metadata":{"pactSpecification":{"version":"3.0.0"}}}"#;

fn verified(folder: &Path, typed: &[&str], variables: &[(&str, &str)]) -> Outcome {
    let run = Pact::new(["verifier"].iter().chain(typed)).within(folder);
    { variables.iter() }
        .fold(run, |run, (name, value)| run.env(name, value))
        .run()
}

#[test]
fn the_provider_its_states_the_filters_and_the_reports_can_stand_in_the_environment() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("p.json"), PACT).unwrap();
    let provider = Routes::serve(vec![
        ("/base/orders/42", Reply::ok("{}")),
        ("/base/orders", Reply::ok("{}")),
        ("/states", Reply::ok("{}")),
    ]);
    let port = provider.url.rsplit(':').next().unwrap();
    let states = format!("{}/states", provider.url);
    let place = [
        ("PACT_PROVIDER_NAME", "api"),
        ("PACT_PROVIDER_TRANSPORT", "http"),
        ("PACT_PROVIDER_HOSTNAME", "127.0.0.1"),
        ("PACT_PROVIDER_PORT", port),
        ("PACT_PROVIDER_BASE_PATH", "/base"),
        ("PACT_PROVIDER_REQUEST_TIMEOUT", "4000"),
        ("PACT_DESCRIPTION", "order$"),
    ];
    let one = [
        &place[..],
        &[
            ("PACT_PROVIDER_STATE", "exists"),
            ("PACT_PROVIDER_STATE_CHANGE_URL", &states),
            ("PACT_PROVIDER_STATE_CHANGE_AS_QUERY", "true"),
            ("PACT_PROVIDER_STATE_CHANGE_TEARDOWN", "true"),
            ("PACT_VERIFIER_JSON_REPORT", "r.json"),
            ("PACT_VERIFIER_JUNIT_REPORT", "r.xml"),
            ("PACT_VERIFIER_HTML_REPORT", "r.html"),
        ],
    ]
    .concat();
    verified(folder.path(), &["-f", "p.json"], &one).exits_with(0);
    for report in ["r.json", "r.xml", "r.html"] {
        let text = fs::read_to_string(folder.path().join(report)).unwrap();
        assert!(
            text.contains("an order, given it exists") || report == "r.json",
            "{text}"
        );
    }
    let without = [&place[..], &[("PACT_PROVIDER_NO_STATE", "true")]].concat();
    verified(folder.path(), &["-f", "p.json"], &without).exits_with(0);
    // Who speaks TLS to this provider is not understood, and asks it nothing.
    let secure = [&without[..], &[("PACT_PROVIDER_TRANSPORT", "https")]].concat();
    verified(folder.path(), &["-f", "p.json"], &secure).exits_with(1);
    let mut asked = provider.heard();
    asked.retain(|line| line.ends_with("HTTP/1.1"));
    assert_eq!(
        asked,
        [
            "POST /states?action=setup&state=it+exists HTTP/1.1",
            "GET /base/orders/42 HTTP/1.1",
            "POST /states?action=teardown&state=it+exists HTTP/1.1",
            "GET /base/orders HTTP/1.1",
        ]
    );
}

#[test]
fn the_broker_and_the_pact_of_a_webhook_can_stand_in_the_environment() {
    let folder = tempfile::tempdir().unwrap();
    let broker = Routes::serve(vec![
        ("/", Reply::json("503 Service Unavailable", "{}")),
        ("/pact", Reply::ok(pact_file("web", "api"))),
        ("/orders/42", Reply::ok("{}")),
    ]);
    let port = broker.url.rsplit(':').next().unwrap();
    let pact = format!("{}/pact", broker.url);
    let place = [
        ("PACT_PROVIDER_NAME", "api"),
        ("PACT_PROVIDER_HOSTNAME", "127.0.0.1"),
        ("PACT_PROVIDER_PORT", port),
        ("PACT_BROKER_BASE_URL", &broker.url),
        ("PACT_BROKER_HTTP_RETRIES", "1"),
    ];
    let down = verified(folder.path(), &[], &place).exits_with(3);
    assert!(down.stdout.contains("answered 503"), "{down}");
    let webhook = [&place[..], &[("PACT_WEBHOOK_CALLBACK_URL", &pact)]].concat();
    verified(folder.path(), &[], &webhook).exits_with(0);
    assert_eq!(
        broker.heard(),
        [
            "GET / HTTP/1.1",
            "GET /pact HTTP/1.1",
            "GET /orders/42 HTTP/1.1"
        ]
    );
}

/// Returns the options and the variables that a help text names.
fn named(help: &str) -> BTreeSet<String> {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || "-_".contains(letter);
    { help.split(|letter| !is_part(letter)) }
        .filter(|word| {
            let variable = word.len() > 4 && word.contains('_');
            word.starts_with("--") || variable && !word.contains(char::is_lowercase)
        })
        .map(str::to_owned)
        .collect()
}

/// Returns each letter of a help text with the option it is short for.
fn short(help: &str) -> BTreeSet<(&str, &str)> {
    let pairs = { help.lines() }.filter_map(|line| line.trim().split_once(", --"));
    let pairs: BTreeSet<_> = pairs
        .filter(|(letter, _)| letter.len() == 2 && letter.starts_with('-'))
        .filter_map(|(letter, rest)| Some((letter, rest.split([' ', '=']).next()?)))
        .collect();
    assert!(pairs.len() > 8, "{help}");
    pairs
}

#[test]
fn every_option_and_variable_of_the_official_verifier_is_one_of_ours() {
    let Some(official) = Official::find() else {
        return;
    };
    let help = Command::new(official.path())
        .args(["verifier", "--help"])
        .output()
        .unwrap();
    let theirs = String::from_utf8(help.stdout).unwrap();
    let ours = Pact::new(["verifier", "--help"]).run().stdout;
    assert_eq!(
        short(&theirs).difference(&short(&ours)).count(),
        0,
        "{theirs}"
    );
    let (theirs, ours) = (named(&theirs), named(&ours));
    assert!(theirs.len() > 60, "{theirs:?}");
    let missing: Vec<&String> = { theirs.difference(&ours) }
        // Nothing of ours sends telemetry; `--no-color` is taken and not listed; `--json-file` is what
        // the text of another option calls `--json`.
        .filter(|name| !name.starts_with("OTEL_"))
        .filter(|name| !["--no-color", "--json-file"].contains(&name.as_str()))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}
