//! How `pact verifier` runs: again for one interaction, again for every change, until it is told to
//! stop; and what it tells a build on GitHub.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command};

use crate::support::{OneAnswer, Pact, pact_file, pact_with_status};

/// A folder with one pact file, which expects the status.
fn folder_with_pact(status: u16) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let pact = pact_with_status("web", "api", status);
    fs::write(folder.path().join("web-api.json"), pact).unwrap();
    folder
}

fn provider() -> OneAnswer {
    OneAnswer::answering("200 OK", "application/json", "{}")
}

fn verifier(folder: &Path, words: &str) -> Pact {
    Pact::new(["verifier"].into_iter().chain(words.split_whitespace())).within(folder)
}

fn interrupt(child: &Child) {
    let id = child.id().to_string();
    let sent = Command::new("kill").args(["-INT", &id]).status().unwrap();
    assert!(sent.success());
}

#[test]
fn the_command_of_a_failure_verifies_that_interaction_alone() {
    let folder = folder_with_pact(201);
    let good = pact_file("app", "api").replace("a request for order 42", "it's a request (2)");
    fs::write(folder.path().join("app-api.json"), good).unwrap();
    let provider = provider();
    let words = format!("-d . -n api -p {} --no-colour", provider.port());
    let first = verifier(folder.path(), &words).run().exits_with(1);
    assert!(first.stdout.contains("1 of 2 interactions"), "{first}");
    let again = { first.stdout.lines() }
        .find_map(|line| line.trim().strip_prefix("pact "))
        .unwrap();
    let program = env!("CARGO_BIN_EXE_pact");
    let output = Command::new("sh")
        .args(["-c", &format!("'{program}' {again}")])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("FAILED: 0 of 1 interaction holds"), "{text}");
}

/// Interactions that differ in nothing but their states and bodies, and one of another consumer.
fn alike() -> [(&'static str, String); 2] {
    let pact = |consumer: &str, interactions: &[String]| {
        format!(
            r#"{{"consumer":{{"name":"{consumer}"}},"provider":{{"name":"api"}},"interactions":[{}],"metadata":{{"pactSpecification":{{"version":"3.0.0"}}}}}}"#,
            interactions.join(",")
        )
    };
    let one = |states: &str| {
        format!(
            r#"{{"description":"it's $HOME (1+1)","providerStates":{states},"request":{{"method":"GET","path":"/"}},"response":{{"status":201}}}}"#
        )
    };
    let states = [
        "[]",
        r#"[{"name":"a"}]"#,
        r#"[{"name":"a"},{"name":"b"}]"#,
        r#"[{"name":"a","params":{"id":1}}]"#,
        r#"[{"name":"a","params":{"id":2}}]"#,
    ];
    [
        ("web-api.json", pact("web", &states.map(one))),
        ("app-api.json", pact("app", &[one("[]")])),
    ]
}

#[test]
fn each_command_of_a_failure_runs_one_interaction_however_alike_they_are() {
    let folder = tempfile::tempdir().unwrap();
    for (name, pact) in alike() {
        fs::write(folder.path().join(name), pact).unwrap();
    }
    let words = format!(
        "-d . -n api -p {} --no-colour --json r.json",
        provider().port()
    );
    let first = verifier(folder.path(), &words).run().exits_with(1);
    let commands: Vec<&str> = { first.stdout.lines() }
        .filter_map(|line| line.trim().strip_prefix("pact "))
        .collect();
    assert_eq!(commands.len(), 6, "{first}");
    let heading = |text: &str| {
        text.lines()
            .find(|line| line.starts_with("1) "))
            .map(str::to_owned)
    };
    let mut seen = std::collections::BTreeSet::new();
    for command in &commands {
        let program = env!("CARGO_BIN_EXE_pact");
        let output = Command::new("sh")
            .args(["-c", &format!("'{program}' {command}")])
            .current_dir(folder.path())
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(
            text.contains("FAILED: 0 of 1 interaction holds"),
            "{command}\n{text}"
        );
        seen.insert(heading(&text));
    }
    assert_eq!(seen.len(), 6, "{seen:#?}");

    let again = verifier(
        folder.path(),
        &format!("{words} --last-failed --filter-interaction x"),
    );
    again.run().exits_with(2);
    let again = verifier(folder.path(), &format!("{words} --last-failed")).run();
    assert!(again.stdout.contains("0 of 6 interactions hold"), "{again}");
}

#[test]
fn nobody_reads_what_is_printed_and_the_verdict_stays() {
    for (status, expected) in [(201, 1), (200, 0)] {
        let folder = folder_with_pact(status);
        let words = format!(
            "-f web-api.json -p {} --json r.json --junit r.xml",
            provider().port()
        );
        let summary = folder.path().join("summary.md");
        let mut child = verifier(folder.path(), &words)
            .env("GITHUB_ACTIONS", "true")
            .env("GITHUB_STEP_SUMMARY", &summary)
            .spawn();
        drop(child.stdout.take());
        drop(child.stderr.take());
        assert_eq!(child.wait().unwrap().code(), Some(expected));
        for report in ["r.json", "r.xml", "summary.md"] {
            assert!(folder.path().join(report).exists(), "{report}");
        }
    }
}

#[test]
fn a_report_that_cannot_be_written_makes_no_verdict_of_a_failure() {
    let folder = folder_with_pact(201);
    let words = format!("-f web-api.json -p {} --json no/r.json", provider().port());
    let outcome = verifier(folder.path(), &words)
        .env("GITHUB_ACTIONS", "true")
        .run()
        .exits_with(1);
    assert!(
        outcome.stderr.contains("cannot write `no/r.json`"),
        "{outcome}"
    );
    assert!(outcome.stdout.contains("FAILED: 0 of 1"), "{outcome}");
    assert!(outcome.stdout.contains("::error title="), "{outcome}");
}

#[test]
fn nothing_that_others_say_is_a_command_on_github() {
    let folder = folder_with_pact(200);
    let says = "::add-mask::a\n  ::error::no";
    let provider = OneAnswer::answering("400 Bad Request", "text/plain", says);
    let words = format!("-f web-api.json -p {} --no-colour", provider.port());
    let outcome = verifier(folder.path(), &words)
        .env("GITHUB_ACTIONS", "true")
        .run()
        .exits_with(1);
    let lines: Vec<&str> = outcome.stdout.lines().collect();
    let word = lines[0].strip_prefix("::stop-commands::").unwrap();
    let end = format!("::{word}::");
    let resumed = lines.iter().position(|line| *line == end).unwrap();
    let said = lines
        .iter()
        .rposition(|line| line.contains("::add-mask::"))
        .unwrap();
    assert!(said < resumed && word.len() == 16, "{outcome}");
    assert!(
        lines[resumed + 1].starts_with("::error title="),
        "{outcome}"
    );
}

#[test]
fn a_changed_pact_is_verified_again_until_it_is_told_to_stop() {
    let folder = folder_with_pact(201);
    let provider = provider();
    let words = format!("-d . -n api -p {} --watch --no-colour", provider.port());
    let mut child = verifier(folder.path(), &words).spawn();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut verdict = || loop {
        let line = lines.next().unwrap().unwrap();
        if line.starts_with("passed") || line.starts_with("FAILED") {
            return line;
        }
    };
    assert!(verdict().starts_with("FAILED"));
    let pact = pact_with_status("web", "api", 200);
    let fresh = folder.path().join("fresh");
    fs::write(&fresh, pact).unwrap();
    fs::rename(&fresh, folder.path().join("web-api.json")).unwrap();
    assert!(verdict().starts_with("passed"));
    interrupt(&child);
    assert_eq!(child.wait().unwrap().code(), Some(0));
    let mut notes = String::new();
    { child.stderr.take().unwrap() }
        .read_to_string(&mut notes)
        .unwrap();
    assert!(
        notes.contains("watching 1 file and 1 folder; end with Ctrl-C\nverifying again"),
        "{notes}"
    );
}

#[test]
fn there_must_be_something_to_watch() {
    let folder = tempfile::tempdir().unwrap();
    let outcome = verifier(folder.path(), "-u http://127.0.0.1:1/pact -p 1 --watch").run();
    insta::assert_snapshot!(outcome, @r"
    exit 2
    --- stderr
    error: there is no file to watch
    hint: --watch looks at what --file and --dir name
    ");
}

#[test]
fn a_build_on_github_gets_annotations_and_a_summary() {
    let folder = folder_with_pact(201);
    let provider = provider();
    let words = format!("-f web-api.json -p {} --no-colour", provider.port());
    let summary = folder.path().join("summary.md");
    let outcome = verifier(folder.path(), &words)
        .env("GITHUB_ACTIONS", "true")
        .env("GITHUB_STEP_SUMMARY", &summary)
        .run()
        .exits_with(1);
    insta::assert_snapshot!(outcome.stdout.lines().last().unwrap(), @"::error title=web%3A a request for order 42::status: expected 201, got 200");
    let summary = fs::read_to_string(summary).unwrap();
    assert!(summary.starts_with("## api\n"), "{summary}");
    let elsewhere = verifier(folder.path(), &words).run().exits_with(1);
    assert!(!elsewhere.stdout.contains("::error"), "{elsewhere}");
}

#[test]
fn results_are_written_for_code_scanners() {
    let folder = folder_with_pact(201);
    let provider = provider();
    let words = format!("-f web-api.json -p {} --sarif r.sarif", provider.port());
    verifier(folder.path(), &words).run().exits_with(1);
    let sarif = fs::read_to_string(folder.path().join("r.sarif")).unwrap();
    let sarif: serde_json::Value = serde_json::from_str(&sarif).unwrap();
    assert_eq!(sarif["runs"][0]["results"][0]["ruleId"], "contract-broken");
}

#[test]
fn redirects_are_followed_when_asked_to() {
    let folder = folder_with_pact(200);
    let new = provider();
    let answer = format!(
        "HTTP/1.1 302 Found\r\nLocation: {}/new\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        new.url
    );
    let old = OneAnswer::sending(answer);
    let words = format!("-f web-api.json -p {}", old.port());
    let outcome = verifier(folder.path(), &words).run().exits_with(1);
    assert!(
        outcome.stdout.contains("expected 200, got 302"),
        "{outcome}"
    );
    verifier(folder.path(), &format!("{words} --follow-redirects"))
        .run()
        .exits_with(0);
}

#[test]
fn a_run_that_nobody_watches_shows_no_progress() {
    let folder = folder_with_pact(200);
    let provider = provider();
    let words = format!("-f web-api.json -p {}", provider.port());
    let outcome = verifier(folder.path(), &words).run().exits_with(0);
    assert_eq!(outcome.stderr, "");
    assert!(!outcome.stdout.contains('\u{1b}'), "{outcome}");
}
