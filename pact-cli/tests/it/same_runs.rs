//! Whole runs of the official verifier and of ours: provider states, pending interactions, messages,
//! every version of the format. Both end alike, and ask the provider for the same.
//!
//! Without `PACT_OFFICIAL_CLI` the runs of ours are held against the table alone.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::official::Official;
use crate::support::{Pact, Recorder, Reply, Routes};

/// A pact, and how its verification ends.
struct Case {
    name: &'static str,
    version: &'static str,
    interactions: Value,
    /// What is typed besides pact and provider; `STATES` is the address that sets up states.
    words: &'static str,
    holds: bool,
}

/// An order that is there.
fn order() -> Value {
    json!({ "description": "an order", "request": { "method": "GET", "path": "/order" },
            "response": { "status": 200, "body": { "id": 42 } } })
}

/// The interaction with more members.
fn with(mut interaction: Value, members: Value) -> Value {
    let Value::Object(members) = members else {
        panic!("{members} has no members");
    };
    interaction.as_object_mut().unwrap().extend(members);
    interaction
}

/// The interaction in the words of V4.
fn v4(interaction: Value) -> Value {
    let mut interaction = with(interaction, json!({ "type": "Synchronous/HTTP" }));
    let content = interaction["response"]["body"].take();
    interaction["response"]["body"] =
        json!({ "content": content, "contentType": "application/json", "encoded": false });
    interaction
}

fn message(id: u32) -> Value {
    json!([{ "type": "Asynchronous/Messages", "description": "a message",
             "contents": { "content": { "id": id }, "contentType": "application/json", "encoded": false } }])
}

#[expect(clippy::too_many_lines, reason = "it is a table")]
fn cases() -> Vec<Case> {
    let given =
        |name: &str| json!({ "providerStates": [{ "name": name, "params": { "id": 42 } }] });
    let gone = || with(order(), json!({ "response": { "status": 410 } }));
    let pending = || json!({ "pending": true });
    let case = |name, version, interactions, words, holds| Case {
        name,
        version,
        interactions,
        words,
        holds,
    };
    let from_state = json!({ "path": { "type": "ProviderState", "expression": "/${place}" } });
    let asked = json!({ "method": "GET", "path": "/example", "generators": from_state });
    let query = json!({ "request": { "method": "GET", "path": "/order", "query": "a=1&b=x%20y&a=2",
                                     "headers": { "X-A": "b" } } });
    let old = json!([with(order(), json!({ "providerState": "there is one" }))]);
    let set_up = json!([with(order(), given("there is one"))]);
    vec![
        case("version 1", "1.0.0", json!([order()]), "", true),
        case(
            "version 1 that differs",
            "1.0.0",
            json!([gone()]),
            "",
            false,
        ),
        case(
            "version 2 with a query",
            "2.0.0",
            json!([with(order(), query)]),
            "",
            true,
        ),
        case("a state of version 2", "2.0.0", old, "-s STATES", true),
        case("a state", "3.0.0", set_up.clone(), "-s STATES", true),
        case(
            "a state that is undone",
            "3.0.0",
            set_up.clone(),
            "-s STATES --state-change-teardown",
            true,
        ),
        case(
            "a state in the query",
            "3.0.0",
            set_up,
            "-s STATES --state-change-as-query",
            true,
        ),
        case(
            "a state whose value is asked for",
            "4.0",
            json!([v4(with(
                with(order(), given("there is one")),
                json!({ "request": asked })
            ))]),
            "-s STATES",
            true,
        ),
        case(
            "a state that was set up for nothing",
            "3.0.0",
            json!([with(gone(), given("there is one"))]),
            "-s STATES",
            false,
        ),
        case(
            "a pending failure",
            "4.0",
            json!([v4(with(gone(), pending()))]),
            "",
            true,
        ),
        case(
            "a failure beside a pending one",
            "4.0",
            json!([
                v4(with(gone(), pending())),
                v4(with(gone(), json!({ "description": "b" })))
            ]),
            "",
            false,
        ),
        case(
            "a message",
            "4.0",
            message(42),
            "--transports message:PORT/order",
            true,
        ),
        case(
            "another message",
            "4.0",
            message(43),
            "--transports message:PORT/order",
            false,
        ),
    ]
}

/// A provider with one order, and an address for its states.
fn provider() -> Routes {
    Routes::serve(vec![
        ("/order", Reply::ok(r#"{"id":42}"#)),
        ("/states", Reply::ok(r#"{"place":"order"}"#)),
    ])
}

fn port(url: &str) -> &str {
    url.rsplit(':').next().unwrap()
}

/// What both are given.
fn words(case: &Case, url: &str) -> Vec<String> {
    let port = port(url);
    let more = case.words.replace("STATES", &format!("{url}/states"));
    let words = format!(
        "verifier -f p.json -h 127.0.0.1 -p {port} {}",
        more.replace("PORT", port)
    );
    words.split_whitespace().map(str::to_owned).collect()
}

fn official_run(official: &Official, folder: &Path, words: &[String]) -> (bool, String) {
    let output = Command::new(official.path())
        .args(words)
        .env("PACT_DO_NOT_TRACK", "true")
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    (output.status.success(), said)
}

/// Returns what the provider was asked for, in an order of its own: headers differ, lines may not.
fn asked(provider: &Routes) -> Vec<String> {
    let decoded = |line: String| line.replace("%20", "+");
    provider.heard().into_iter().map(decoded).collect()
}

#[test]
fn whole_runs_end_alike_and_ask_for_the_same() {
    let official = Official::find();
    for case in cases() {
        let folder = tempfile::tempdir().unwrap();
        let pact = json!({
            "consumer": { "name": "web" },
            "provider": { "name": "api" },
            "interactions": case.interactions,
            "metadata": { "pactSpecification": { "version": case.version } },
        });
        fs::write(folder.path().join("p.json"), pact.to_string()).unwrap();
        let of_ours = provider();
        let ours = Pact::new(words(&case, &of_ours.url))
            .within(folder.path())
            .run();
        assert_eq!(ours.code == 0, case.holds, "{}: ours\n{ours}", case.name);
        let Some(official) = &official else {
            continue;
        };
        let of_theirs = provider();
        let (holds, said) = official_run(official, folder.path(), &words(&case, &of_theirs.url));
        assert_eq!(holds, case.holds, "{}: theirs\n{said}", case.name);
        assert_eq!(asked(&of_ours), asked(&of_theirs), "{}", case.name);
    }
}

#[test]
fn null_is_sent_alike() {
    let official = Official::find();
    for media in ["application/json", "text/plain"] {
        let pact = json!({
            "consumer": { "name": "web" },
            "provider": { "name": "api" },
            "interactions": [{ "description": "null",
                "request": { "method": "POST", "path": "/", "headers": { "Content-Type": media }, "body": null },
                "response": { "status": 200 } }],
            "metadata": { "pactSpecification": { "version": "3.0.0" } },
        });
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("p.json"), pact.to_string()).unwrap();
        let body = |run: &dyn Fn(&[String])| {
            let provider = Recorder::answering_together(1);
            let words = format!("verifier -f p.json -h 127.0.0.1 -p {}", provider.port());
            let words: Vec<_> = words.split(' ').map(str::to_owned).collect();
            run(&words);
            let request = provider.heard().remove(0);
            request.split_once("\r\n\r\n").unwrap().1.to_owned()
        };
        let ours = body(&|words| {
            Pact::new(words).within(folder.path()).run().exits_with(0);
        });
        assert_eq!(ours, if media == "text/plain" { "" } else { "null" });
        if let Some(official) = &official {
            let theirs = body(&|words| {
                official_run(official, folder.path(), words);
            });
            assert_eq!(ours, theirs, "{media}");
        }
    }
}
