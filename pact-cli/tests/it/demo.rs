//! The demo, as a newcomer runs it.

use std::io::{BufRead, BufReader};

use crate::support::Pact;

#[test]
fn the_demo_ends_with_a_refused_deployment_and_says_what_to_type_next() {
    let outcome = Pact::new(["demo"]).run().exits_with(0);
    let told = [
        "$ pact broker publish",
        "passed: 1 of 1 interaction holds",
        "Computer says yes",
        "body at $: expected the key `total`, got none",
        "Computer says no",
        "exit code 1",
        "pact demo --keep",
    ];
    let mut rest = outcome.stdout.as_str();
    for text in told {
        let Some((_, after)) = rest.split_once(text) else {
            panic!("`{text}` is missing, or in the wrong place:\n{outcome}");
        };
        rest = after;
    }
    assert!(
        !outcome.stdout.contains('\u{1b}'),
        "a log is not coloured:\n{outcome}"
    );
    assert_eq!(outcome.stderr, "");
}

#[test]
fn a_kept_demo_leaves_its_broker_running_until_it_is_told_to_stop() {
    let mut child = Pact::new(["demo", "--keep"]).spawn();
    let lines = BufReader::new(child.stdout.take().unwrap())
        .lines()
        .map(Result::unwrap);
    let mut said = Vec::new();
    for line in lines {
        let last = line.contains("next: ");
        said.push(line);
        if last {
            break;
        }
    }
    let open = said
        .iter()
        .find(|line| line.contains("in a browser"))
        .unwrap();
    let url = open.split_whitespace().nth(1).unwrap();
    let listed = Pact::broker(url, ["list-pacticipants"]).run().exits_with(0);
    assert!(listed.stdout.contains("order-web"), "{listed}");
    let asked = std::process::Command::new("kill")
        .arg(child.id().to_string())
        .status()
        .unwrap();
    assert!(asked.success());
    assert!(child.wait().unwrap().success());
}
