//! What the options of `pact verifier` do, seen by whom they are about: provider, broker, user.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::support::{
    OneAnswer, Outcome, Pact, Recorder, Reply, Routes, pact_file, pact_with_status,
};

fn verifier(folder: &Path, words: &str) -> Pact {
    Pact::new(["verifier"].into_iter().chain(words.split_whitespace())).within(folder)
}

fn run(folder: &Path, words: &str) -> Outcome {
    verifier(folder, words).run()
}

fn folder_with(files: &[(&str, String)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

/// A broker with one pact that holds.
fn broker() -> Routes {
    let index = r#"{"_links":{"pb:provider-pacts-for-verification":{"href":"/find"}}}"#;
    let found = r#"{"_embedded":{"pacts":[{"_links":{"self":{"href":"/pact","name":"a pact"}}}]}}"#;
    let links = r#"{"_links":{"pb:publish-verification-results":{"href":"/results"}},"#;
    Routes::serve(vec![
        ("/", Reply::ok(index)),
        ("/find", Reply::ok(found)),
        (
            "/pact",
            Reply::ok(pact_file("web", "api").replacen('{', links, 1)),
        ),
        ("/results", Reply::json("201 Created", "{}")),
    ])
}

fn provider() -> OneAnswer {
    OneAnswer::answering("200 OK", "application/json", "{}")
}

#[test]
fn headers_go_to_the_provider() {
    let folder = folder_with(&[("p.json", pact_file("web", "api"))]);
    let provider = Recorder::answering_together(1);
    let words = format!("-f p.json -p {} -H X-A=b=c --header X-B=d", provider.port());
    run(folder.path(), &words).exits_with(0);
    let heard = provider.heard().join("\n").to_ascii_lowercase();
    assert!(
        heard.contains("x-a: b=c\r\n") && heard.contains("x-b: d\r\n"),
        "{heard}"
    );
}

#[test]
fn as_many_interactions_run_at_a_time_as_are_allowed_whosever_they_are() {
    let folder = folder_with(&[
        ("a.json", pact_file("a", "api")),
        ("b.json", pact_file("b", "api")),
        ("c.json", pact_file("c", "api")),
    ]);
    // It answers nobody before all three are there, and gets no fourth.
    let provider = Recorder::answering_together(3);
    let words = format!("-d . -n api -p {} --jobs 3", provider.port());
    run(folder.path(), &words).exits_with(0);
    assert_eq!(provider.heard().len(), 3);
}

#[test]
fn the_first_failure_ends_the_run_when_asked_to_and_what_is_left_is_verified_next_time() {
    let folder = folder_with(&[
        ("a.json", pact_with_status("a", "api", 201)),
        ("b.json", pact_with_status("b", "api", 201)),
        ("c.json", pact_file("c", "api")),
    ]);
    let words = format!("-d . -n api -p {} --json r.txt", provider().port());
    let first = run(folder.path(), &format!("{words} --exit-on-first-error")).exits_with(1);
    assert!(first.stdout.contains("0 of 1 interaction holds"), "{first}");
    let json = fs::read_to_string(folder.path().join("r.txt")).unwrap();
    assert!(json.contains(r#""stoppedEarly": true"#), "{json}");
    // The first one is mended; what was not looked at is no success.
    fs::write(folder.path().join("a.json"), pact_file("a", "api")).unwrap();
    let second = run(folder.path(), &format!("{words} --last-failed")).exits_with(1);
    assert!(
        second.stdout.contains("2 of 3 interactions hold"),
        "{second}"
    );
    assert!(
        second
            .stderr
            .contains("the last run did not come to its end: everything is verified"),
        "{second}"
    );
    let third = run(folder.path(), &format!("{words} --last-failed")).exits_with(1);
    assert!(third.stdout.contains("0 of 1 interaction holds"), "{third}");
}

#[test]
fn what_pacts_have_in_common_is_run_once_when_asked_to() {
    let folder = folder_with(&[
        ("a.json", pact_file("a", "api")),
        ("b.json", pact_file("b", "api")),
    ]);
    let provider = Recorder::answering_together(1);
    let words = format!("-d . -n api -p {} --run-identical-once", provider.port());
    run(folder.path(), &words).exits_with(0);
    assert_eq!(provider.heard().len(), 1);
}

#[test]
fn an_answer_may_be_as_large_as_is_said() {
    let folder = folder_with(&[("p.json", pact_file("web", "api"))]);
    let words = format!("-f p.json -p {} --max-answer", provider().port());
    let small = run(folder.path(), &format!("{words} 1")).exits_with(1);
    assert!(small.stdout.contains("larger than 1 bytes"), "{small}");
    run(folder.path(), &format!("{words} 2")).exits_with(0);
}

#[test]
fn the_broker_gets_the_credentials_that_were_typed_or_set() {
    let folder = tempfile::tempdir().unwrap();
    let typed = |words: &str, variables: &[(&str, &str)]| {
        let broker = Recorder::answering_together(1);
        let words = format!("-b {} -n api -p 1 --retries 1 {words}", broker.url);
        let run = { variables.iter() }
            .fold(verifier(folder.path(), &words), |run, (name, value)| {
                run.env(name, value)
            });
        // What it answers is no index of a broker.
        run.run().exits_with(3);
        let request = broker.heard().remove(0);
        { request.lines() }
            .find_map(|line| line.strip_prefix("authorization: "))
            .map(str::to_owned)
    };
    let basic = Some("Basic bWU6cHc=".to_owned());
    let bearer = Some("Bearer t0ken".to_owned());
    assert_eq!(typed("", &[]), None);
    assert_eq!(typed("--user me --password pw", &[]), basic);
    assert_eq!(typed("--token t0ken", &[]), bearer);
    assert_eq!(typed("-t t0ken --user me", &[]), bearer);
    let set = [
        ("PACT_BROKER_USERNAME", "me"),
        ("PACT_BROKER_PASSWORD", "pw"),
    ];
    assert_eq!(typed("", &set), basic);
    assert_eq!(typed("", &[("PACT_BROKER_TOKEN", "t0ken")]), bearer);
}

#[test]
fn a_build_that_publishes_nothing_is_told_so() {
    let folder = tempfile::tempdir().unwrap();
    let told = |ci: &str, words: &str| {
        let broker = broker();
        let words = format!("-b {} -n api -p {} {words}", broker.url, provider().port());
        let outcome = verifier(folder.path(), &words).env("CI", ci).run();
        let outcome = outcome.exits_with(0);
        outcome
            .stdout
            .contains("note: this build publishes no results")
    };
    assert!(told("true", ""));
    assert!(!told("true", "--publish --provider-version 1"));
    assert!(!told("false", "") && !told("", ""));
    // A file is nobody's to be told about.
    fs::write(folder.path().join("p.json"), pact_file("web", "api")).unwrap();
    let words = format!("-f p.json -p {}", provider().port());
    let outcome = verifier(folder.path(), &words).env("CI", "true").run();
    assert!(!outcome.stdout.contains("note:"), "{outcome}");
}

#[test]
fn variables_that_are_set_to_nothing_count_as_not_set() {
    let folder = folder_with(&[("p.json", pact_file("web", "api"))]);
    let words = format!("-f p.json --transports http:{}", provider().port());
    let nothing = |run: Pact, names: &[&str], value: &str| {
        { names.iter() }.fold(run, |run, name| run.env(name, value))
    };
    let texts = [
        "PACT_PROVIDER_PORT",
        "PACT_PROVIDER_REQUEST_TIMEOUT",
        "PACT_PROVIDER_STATE",
        "PACT_BROKER_HTTP_RETRIES",
        "PACT_BROKER_BASE_URL",
        "PACT_VERIFIER_JSON_REPORT",
        "PACT_VERIFIER_JUNIT_REPORT",
        "PACT_VERIFIER_HTML_REPORT",
    ];
    nothing(verifier(folder.path(), &words), &texts, "")
        .run()
        .exits_with(0);
    // A switch that is off is in the way of nothing.
    for off in ["false", "0", "no", ""] {
        let words = format!("{words} --filter-state x --filter-description order");
        let run = nothing(
            verifier(folder.path(), &words),
            &["PACT_PROVIDER_NO_STATE"],
            off,
        );
        let outcome = run.run().exits_with(1);
        assert!(
            outcome.stdout.contains("the filter leaves no interaction"),
            "{outcome}"
        );
    }
    // What cannot be understood is still wrong usage.
    let run = verifier(folder.path(), &words).env("PACT_PROVIDER_PORT", "eighty");
    run.run().exits_with(2);
    // The command of a failure is made all the same.
    fs::write(
        folder.path().join("p.json"),
        pact_with_status("web", "api", 201),
    )
    .unwrap();
    let run = nothing(verifier(folder.path(), &words), &texts, "");
    let outcome = run.run().exits_with(1);
    assert!(
        outcome.stdout.contains("pact verifier --file p.json"),
        "{outcome}"
    );
}

#[test]
fn the_command_of_a_failure_has_the_whole_address_of_a_pact() {
    let folder = tempfile::tempdir().unwrap();
    let path = "/pacts/provider/api/consumer/@org%2Fweb/latest";
    let pact = pact_with_status("@org/web", "api", 201);
    let broker = Routes::serve(vec![(path, Reply::ok(pact))]);
    let url = format!("{}{path}", broker.url);
    let words = format!("-u {url} -p {} --no-colour", provider().port());
    let outcome = run(folder.path(), &words).exits_with(1);
    assert!(
        outcome
            .stdout
            .contains(&format!("@org/web -> api  {url}\n")),
        "{outcome}"
    );
    let again = format!("pact verifier --url {url} --port");
    assert!(outcome.stdout.contains(&again), "{outcome}");
}

#[test]
fn tags_are_told_to_the_broker_one_by_one() {
    let folder = tempfile::tempdir().unwrap();
    let index = r#"{"_links":{"pb:provider-pacts-for-verification":{"href":"/find"}}}"#;
    let broker = Recorder::answering_with(index);
    let words = format!(
        "-b {} -n api -p 1 --consumer-version-tags a,b --provider-tags c,d --retries 1",
        broker.url
    );
    run(folder.path(), &words).exits_with(3);
    let heard = broker.heard();
    let (_, body) = heard[1].split_once("\r\n\r\n").unwrap();
    let body: serde_json::Value = serde_json::from_str(body).unwrap();
    let selectors = r#"[{"latest":true,"tag":"a"},{"latest":true,"tag":"b"}]"#;
    let mut told = String::new();
    write!(
        told,
        "{} {}",
        body["consumerVersionSelectors"], body["providerVersionTags"]
    )
    .unwrap();
    assert_eq!(told, format!(r#"{selectors} ["c","d"]"#));
}

#[test]
fn only_what_has_no_effect_is_listed_as_having_none() {
    let help = Pact::new(["verifier", "--help"]).run().stdout;
    let (_, rest) = help.split_once("Taken without effect:").unwrap();
    let listed: Vec<_> = { rest.lines() }
        .filter_map(|line| line.trim().strip_prefix("--"))
        .filter_map(|line| line.split(' ').next())
        .collect();
    assert!(listed.contains(&"xslt"), "{help}");
    let known = |name: &&str| name.starts_with("otel-") || name.starts_with("enable-otel");
    assert!(
        { listed.iter() }.all(|name| *name == "xslt" || known(name)),
        "{listed:?}"
    );
}
