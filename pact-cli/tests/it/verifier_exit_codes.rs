//! The exit code of every way a verification can end. Nothing that was not proved is green.

use std::fs;
use std::path::Path;

use crate::support::{OneAnswer, Outcome, Pact, Reply, Routes, pact_file, pact_with_status};

/// One way to end: its name, what is typed besides provider and source, the code the run ends with,
/// and what it says.
type Condition = (&'static str, &'static str, i32, &'static str);

#[rustfmt::skip]
const OF_FILES: [Condition; 31] = [
    ("everything holds", "-f good.json", 0, "passed: 1 of 1"),
    ("a mismatch", "-f bad.json", 1, "expected 201, got 200"),
    ("a mismatch among what holds", "-f good.json -f bad.json", 1, "1 of 2 interactions hold"),
    ("a pending mismatch alone", "-f pending.json", 0, "1 pending"),
    ("no pact in the folder", "-d none", 1, "no pacts were found"),
    ("no pact, which is fine", "-d none --ignore-no-pacts-error", 0, "nothing was verified"),
    ("a folder of others' pacts", "-d others", 1, "has pacts with `other`, which are not `api`"),
    ("a pact without interactions", "-f empty.json", 1, "the pacts have no interactions"),
    ("a pact without interactions beside a good one", "-f good.json -f empty.json", 1, "1 pact without interactions"),
    ("a pact without interactions, no pacts being fine", "-f empty.json --ignore-no-pacts-error", 1, "the pacts have no interactions"),
    ("everything filtered out, no pacts being fine", "-f good.json --filter-description ^no$ --ignore-no-pacts-error", 1, "the filter leaves no interaction"),
    ("no such interaction", "-f good.json --filter-interaction no", 1, "the filter leaves no interaction"),
    ("publishing what came from files", "-f good.json --publish --provider-version 1", 2, "no pact comes from a broker"),
    ("no jobs at all", "-f good.json --jobs 0", 2, "0 is not in 1..=65535"),
    ("no time at all", "-f good.json --request-timeout 0", 2, "0 is not in 1.."),
    ("a base path with a query", "-f good.json --base-path b?x=1", 2, "--base-path takes a path"),
    ("everything filtered out", "-f good.json --filter-description ^no$", 1, "the filter leaves no interaction"),
    ("no such consumer", "-f good.json -c nobody", 1, "no pacts were found"),
    ("no such consumer beside another", "-f good.json -c web -c nobody", 1, "1 consumer without a pact"),
    ("no such consumer, no pacts being fine", "-f good.json -c web -c nobody --ignore-no-pacts-error", 0, "no pact of `nobody` was found"),
    ("half of the pacts unreadable", "-d half", 3, "1 source not loaded"),
    ("half unreadable, no pacts being fine", "-d half --ignore-no-pacts-error", 3, "1 source not loaded"),
    ("an unreadable pact and a mismatch", "-f cut.json -f bad.json", 1, "1 failed, 1 source not loaded"),
    ("a missing file", "-f missing.json", 3, "cannot read `missing.json`"),
    ("a report that cannot be written", "-f good.json --json no/r.json", 3, "cannot write `no/r.json`"),
    ("states nobody can set", "-f good.json -s NOBODY", 1, "Connection refused"),
    ("a pact that cannot be fetched", "-u NOBODY/pact", 3, "Connection refused"),
    ("no source at all", "", 2, "no source of pacts"),
    ("publishing what is filtered", "-u NOBODY/pact --publish --provider-version 1 --filter-no-state", 2, "a filter leaves interactions out"),
    ("publishing as nothing in particular", "-u NOBODY/pact --publish --provider-version=", 2, "cannot be published without a version"),
    ("publishing without a version", "-f good.json --publish", 2, "--provider-version"),
];

/// What is wrong with a broker.
enum Trouble {
    /// One path is answered otherwise.
    At(&'static str, Reply),
    /// The provider does not keep its pact.
    Broken,
    /// Nor does it keep this one, which is pending.
    Pending,
    /// Nor this one, which is work in progress.
    Wip,
    /// Nothing.
    None,
}

const PUBLISH: &str = "--publish --provider-version 1";

const NO: &str = r#"{"error":"no"}"#;

#[rustfmt::skip]
const OF_BROKERS: [(Trouble, Condition); 21] = [
    (Trouble::None, ("its pact holds", PUBLISH, 0, "results of 1 pact published")),
    (Trouble::Broken, ("its pact does not hold", PUBLISH, 1, "results of 1 pact published")),
    (Trouble::Pending, ("pending only", "--enable-pending", 0, "1 pending")),
    (Trouble::Wip, ("work in progress only", "--enable-pending", 0, "work in progress")),
    (Trouble::At("/find", Reply::json("200 OK", EMPTY)), ("it has no pact", "", 1, "no pacts were found")),
    (Trouble::At("/find", Reply::json("200 OK", EMPTY)), ("it has no pact, which is fine", "--ignore-no-pacts-error", 0, "nothing was verified")),
    (Trouble::At("/find", Reply::json("404 Not Found", NO)), ("it does not know the provider", "", 1, "does not know")),
    (Trouble::At("/", Reply::json("404 Not Found", NO)), ("there is none", "", 3, "there is no broker at")),
    (Trouble::At("/", Reply::json("404 Not Found", NO)), ("there is none, no pacts being fine", "--ignore-no-pacts-error", 3, "there is no broker at")),
    (Trouble::At("/pact", Reply::json("404 Not Found", NO)), ("its pact is gone, no pacts being fine", "--ignore-no-pacts-error", 3, "(404)")),
    (Trouble::At("/", Reply::json("401 Unauthorized", NO)), ("it wants credentials", "", 3, "(401)")),
    (Trouble::At("/", Reply::json("401 Unauthorized", NO)), ("it wants credentials, no pacts being fine", "--ignore-no-pacts-error", 3, "(401)")),
    (Trouble::At("/", Reply::json("500 Internal Server Error", NO)), ("it fails", "", 3, "answered 500")),
    (Trouble::At("/find", Reply::json("200 OK", "[]")), ("it answers nonsense", "", 3, "error: ")),
    (Trouble::At("/", Reply::Hangup), ("it hangs up", "", 3, "error: ")),
    (Trouble::At("/pact", Reply::json("502 Bad Gateway", NO)), ("its pact cannot be fetched", "", 3, "answered 502")),
    (Trouble::At("/pact", Reply::json("200 OK", "{}")), ("its pact is none", "", 3, "cannot read pact")),
    (Trouble::At("/results", Reply::json("403 Forbidden", NO)), ("it refuses results", PUBLISH, 3, "are not published")),
    (Trouble::At("/results", Reply::json("500 Internal Server Error", NO)), ("it loses results", PUBLISH, 3, "are not published")),
    (Trouble::At("/results", Reply::Hangup), ("its reply to results is lost", PUBLISH, 3, "are not published")),
    (Trouble::None, ("it cannot set branches", "--publish --provider-version 1 --provider-branch b", 3, "are not published")),
];

const EMPTY: &str = r#"{"_embedded":{"pacts":[]}}"#;

fn files(folder: &Path) {
    let good = pact_file("web", "api");
    let broken = pact_with_status("web", "api", 201);
    let empty = good.replace("\"interactions\": [", "\"interactions\": [], \"others\": [");
    for name in ["half", "none", "others"] {
        fs::create_dir(folder.join(name)).unwrap();
    }
    for (name, content) in [
        ("good.json", &good),
        ("bad.json", &broken),
        ("empty.json", &empty),
        ("cut.json", &"{".to_owned()),
        ("pending.json", &pending(&broken)),
        ("half/a.json", &good),
        ("half/b.json", &"{".to_owned()),
        ("others/a.json", &pact_file("web", "other")),
    ] {
        fs::write(folder.join(name), content).unwrap();
    }
}

/// Makes the interaction pending, as V4 can.
fn pending(pact: &str) -> String {
    let pending = "\"type\": \"Synchronous/HTTP\", \"pending\": true, \"description\"";
    { pact.replace("2.0.0", "4.0") }.replace("\"description\"", pending)
}

/// Starts a broker with one pact.
fn broker(trouble: &Trouble) -> Routes {
    let (status, properties) = match trouble {
        Trouble::At(..) | Trouble::None => (200, "{}"),
        Trouble::Broken => (201, "{}"),
        Trouble::Pending => (201, r#"{"pending":true}"#),
        Trouble::Wip => (201, r#"{"pending":true,"wip":true}"#),
    };
    let found = format!(
        r#"{{"_embedded":{{"pacts":[{{"_links":{{"self":{{"href":"/pact","name":"a pact"}}}},"verificationProperties":{properties}}}]}}}}"#
    );
    let links = r#"{"_links":{"pb:publish-verification-results":{"href":"/results"}},"#;
    let pact = pact_with_status("web", "api", status).replacen('{', links, 1);
    let index = r#"{"_links":{"pb:provider-pacts-for-verification":{"href":"/find"}}}"#;
    let mut routes = vec![
        ("/", Reply::ok(index)),
        ("/find", Reply::ok(found)),
        ("/pact", Reply::ok(pact)),
        ("/results", Reply::json("201 Created", "{}")),
    ];
    if let Trouble::At(path, reply) = trouble {
        routes.insert(0, (path, reply.clone()));
    }
    Routes::serve(routes)
}

/// Runs the verifier with the words in the folder.
fn run(folder: &Path, provider: &str, words: &str) -> Outcome {
    let port = provider.rsplit(':').next().unwrap();
    let words = format!("verifier -n api -h 127.0.0.1 -p {port} --no-colour {words}");
    Pact::new(words.split_whitespace()).within(folder).run()
}

#[track_caller]
fn check(outcome: &Outcome, (name, _, code, says): &Condition) {
    assert_eq!(outcome.code, *code, "{name}\n{outcome}");
    let said = format!("{}{}", outcome.stdout, outcome.stderr);
    assert!(said.contains(says), "{name}\n{outcome}");
    let mut lines = outcome.stdout.lines();
    let green = lines.any(|line| line.starts_with("passed"));
    // A report that cannot be written is found out after the verdict is printed.
    assert!(!green || *code == 0 || *code == 3, "{name}\n{outcome}");
}

#[test]
fn every_end_of_a_run_with_files_has_its_exit_code() {
    let folder = tempfile::tempdir().unwrap();
    files(folder.path());
    let provider = OneAnswer::answering("200 OK", "application/json", "{}");
    let nobody = OneAnswer::nobody();
    for condition in &OF_FILES {
        let words = condition.1.replace("NOBODY", &nobody);
        check(&run(folder.path(), &provider.url, &words), condition);
    }
}

#[test]
fn every_end_of_a_run_with_a_broker_has_its_exit_code() {
    let folder = tempfile::tempdir().unwrap();
    let provider = OneAnswer::answering("200 OK", "application/json", "{}");
    for (trouble, condition) in &OF_BROKERS {
        let broker = broker(trouble);
        let words = format!("-b {} --retries 1 {}", broker.url, condition.1);
        check(&run(folder.path(), &provider.url, &words), condition);
        let heard = broker.heard();
        let published = heard.iter().any(|line| line.contains("/results"));
        assert_eq!(published, condition.1 == PUBLISH, "{}", condition.0);
    }
}

#[test]
fn a_broker_that_never_answers_is_given_up() {
    let folder = tempfile::tempdir().unwrap();
    let broker = broker(&Trouble::At("/", Reply::Silence));
    let words = format!("-b {} --retries 1 --broker-timeout 200", broker.url);
    let outcome = run(folder.path(), "http://127.0.0.1:1", &words);
    check(&outcome, &("it is silent", "", 3, "within 0.2 s"));
    assert_eq!(broker.heard().len(), 1);
}

#[test]
fn a_broker_that_never_answers_to_results_is_given_up() {
    let folder = tempfile::tempdir().unwrap();
    let provider = OneAnswer::answering("200 OK", "application/json", "{}");
    let broker = broker(&Trouble::At("/results", Reply::Silence));
    let timeout = "--retries 1 --broker-timeout 1000";
    let words = format!("-b {} {PUBLISH} {timeout}", broker.url);
    let outcome = run(folder.path(), &provider.url, &words);
    check(&outcome, &("it is silent", "", 3, "within 1 s"));
    assert!(outcome.stdout.contains("are not published"), "{outcome}");
}

#[test]
fn a_provider_that_is_down_fails_and_the_broker_hears_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let broker = broker(&Trouble::None);
    let words = format!("-b {} {PUBLISH}", broker.url);
    let outcome = run(folder.path(), &OneAnswer::nobody(), &words);
    check(
        &outcome,
        &("a provider that is down", "", 1, "Connection refused"),
    );
    let heard = broker.heard();
    assert!(
        heard.last().unwrap().starts_with("POST /results"),
        "{heard:?}"
    );
}
