//! Verifying providers that keep their contracts, break them, or are not there.

use crate::support::{OneAnswer, Outcome, Pact, TestBroker, pact_file, pact_with_status};

/// Runs `pact verifier` in the broker's folder.
fn verify(broker: &TestBroker, words: &str) -> Outcome {
    Pact::new(["verifier"].into_iter().chain(words.split_whitespace()))
        .within(broker.folder())
        .run()
        .hiding(broker.url(), "http://broker")
}

/// A provider that answers everything with 200.
fn provider() -> OneAnswer {
    OneAnswer::answering("200 OK", "application/json", "{}")
}

#[test]
fn a_provider_that_keeps_the_contract_of_a_file_passes() {
    let broker = TestBroker::start();
    broker.file("web-api.json", &pact_file("web", "api"));
    let provider = provider();
    let port = provider.port();
    let outcome = verify(&broker, &format!("-f web-api.json -p {port}")).exits_with(0);
    assert!(
        outcome.stdout.contains("ok  a request for order 42"),
        "{outcome}"
    );
    verify(
        &broker,
        &format!("-d . -n api --transports http:{port} --base-path v1/"),
    )
    .exits_with(0);
}

#[test]
fn a_provider_that_breaks_it_fails_with_the_part_that_differs() {
    let broker = TestBroker::start();
    broker.file("web-api.json", &pact_with_status("web", "api", 201));
    let provider = provider();
    let outcome = verify(
        &broker,
        &format!("-f web-api.json -p {} --no-colour", provider.port()),
    );
    assert_eq!(outcome.code, 1, "{outcome}");
    let differs = outcome.stdout.split_once("differs\n").unwrap().1;
    let differs = differs.replace(provider.port(), "1");
    insta::assert_snapshot!(differs.lines().take(3).collect::<Vec<_>>().join("\n"), @r"
      status: expected 201, got 200
    run it again
      pact verifier --file web-api.json --port 1 --no-colour --filter-consumer web --filter-description '^a request for order 42$' --filter-no-state
    ");
}

#[test]
fn results_are_written_for_other_programs() {
    let broker = TestBroker::start();
    broker.file("web-api.json", &pact_with_status("web", "api", 201));
    let provider = provider();
    let words = "--json r.json --junit r.xml --html r.html";
    verify(
        &broker,
        &format!("-f web-api.json -p {} {words}", provider.port()),
    )
    .exits_with(1);
    let read = |name: &str| std::fs::read_to_string(broker.folder().join(name)).unwrap();
    let json: serde_json::Value = serde_json::from_str(&read("r.json")).unwrap();
    assert!(json.is_object());
    assert!(read("r.xml").contains("<testsuite"));
    assert!(read("r.html").to_lowercase().contains("<html"));
    let outcome = verify(
        &broker,
        &format!("-f web-api.json -p {} --json no/r.json", provider.port()),
    );
    insta::assert_snapshot!(outcome.exits_with(1).stderr, @r"
    error: cannot write `no/r.json`
    caused by: No such file or directory (os error 2)
    ");
}

#[test]
fn a_provider_that_is_not_there_fails_with_the_cause() {
    let broker = TestBroker::start();
    broker.file("web-api.json", &pact_file("web", "api"));
    let nobody = OneAnswer::nobody();
    let port = nobody.rsplit(':').next().unwrap();
    let outcome = verify(&broker, &format!("-f web-api.json -h 127.0.0.1 -p {port}")).exits_with(1);
    assert!(outcome.stdout.contains("refused"), "{outcome}");
}

#[test]
fn nothing_to_verify_is_a_failure_unless_it_is_fine() {
    let broker = TestBroker::start();
    let source = format!("-b {} -n api -p 1", broker.url());
    verify(&broker, &source).exits_with(1);
    verify(&broker, &format!("{source} --ignore-no-pacts-error")).exits_with(0);
}

#[test]
fn pacts_that_cannot_be_read_or_fetched_are_no_verdict() {
    let broker = TestBroker::start();
    broker.file("cut.json", "{");
    let outcome = verify(&broker, "-f cut.json -p 1").exits_with(3);
    assert!(outcome.stdout.contains("cut.json"), "{outcome}");
    verify(&broker, "-f missing.json -p 1").exits_with(3);
    let nobody = OneAnswer::nobody();
    verify(&broker, &format!("-b {nobody} -n api -p 1")).exits_with(3);
}

#[test]
fn what_cannot_mean_anything_is_wrong_usage() {
    let broker = TestBroker::start();
    insta::assert_snapshot!(verify(&broker, "-p 1"), @r"
    exit 2
    --- stderr
    error: no source of pacts
    hint: give --file, --dir, --url or --broker-url
    ");
    insta::assert_snapshot!(verify(&broker, "-d . -p 1"), @r"
    exit 2
    --- stderr
    error: whose pacts are to be verified?
    hint: name the provider with --provider-name
    ");
    insta::assert_snapshot!(verify(&broker, "-f x.json --transports message"), @r"
    exit 2
    --- stderr
    error: `message` is not a transport
    hint: a transport is written PROTOCOL:PORT or PROTOCOL:PORT/PATH, such as message:8081/messages
    ");
    insta::assert_snapshot!(verify(&broker, "-b http://b -n api -p 1 --consumer-version-selectors latest"), @r"
    exit 2
    --- stderr
    error: consumer version selector `latest` is not JSON
    caused by: expected value at line 1 column 1
    ");
    insta::assert_snapshot!(verify(&broker, "-f x.json -p 1 --filter-description ("), @r"
    exit 2
    --- stderr
    error: the description filter `(` is not a regular expression
    caused by: regex parse error:
        (
        ^
    error: unclosed group
    ");
    insta::assert_snapshot!(verify(&broker, "-f x.json -h http://localhost -p 1"), @r"
    exit 2
    --- stderr
    error: --hostname takes a host alone, without protocol and path
    hint: name the others with --transport, --port and --base-path
    ");
    insta::assert_snapshot!(verify(&broker, "-b nowhere -n api -p 1"), @r"
    exit 2
    --- stderr
    error: `nowhere` is not the URL of a broker: relative URL without a base
    hint: a base URL looks like http://127.0.0.1:9292 or https://broker.example/path
    ");
    let outcome = verify(&broker, "-f x.json -p 1 --publish").exits_with(2);
    assert!(outcome.stderr.contains("--provider-version"), "{outcome}");
}

#[test]
fn results_from_a_broker_are_published_and_decide() {
    let broker = TestBroker::start();
    broker.publish(&pact_file("web", "api"), "1");
    broker.sh("create-environment --name uat").exits_with(0);
    let provider = provider();
    let run = format!(
        "-b {} -n api -p {} --provider-version 7 --provider-branch main --provider-tags a,b --publish",
        broker.url(),
        provider.port()
    );
    verify(&broker, &run).exits_with(0);
    broker
        .sh("record-deployment -a api -e 7 --environment uat")
        .exits_with(0);
    broker
        .sh("can-i-deploy -a web -e 1 --to-environment uat")
        .exits_with(0);

    broker.publish(&pact_with_status("web", "api", 201), "2");
    let run = run.replace("version 7", "version 8");
    let selectors = r#"{"latest":true}"#;
    verify(
        &broker,
        &format!("{run} --consumer-version-selectors {selectors}"),
    )
    .exits_with(1);
    verify(
        &broker,
        &format!("{run} --enable-pending --include-wip-pacts-since 2020-01-01"),
    )
    .exits_with(0);
    insta::assert_snapshot!(broker.sh("can-i-deploy -a web -e 2 --to-environment uat").exits_with(1).stdout.lines().last().unwrap(), @"Computer does not know yet: verification results are missing");
    let refused = broker
        .sh("can-i-deploy -a web -e 2 -a api -e 8")
        .exits_with(1);
    let told = refused
        .stdout
        .lines()
        .filter(|line| !line.contains("/verification-results/"));
    insta::assert_snapshot!(told.collect::<Vec<_>>().join("\n"), @r"
    CONSUMER  C.VERSION  PROVIDER  P.VERSION  SUCCESS?  RESULT#
    web       2          api       8          false     1

    VERIFICATION RESULTS

    The verification for the pact between version 2 of web and version 8 of api failed

    Computer says no ¯\_(ツ)_/¯
    ");
}

#[test]
fn only_what_failed_last_time_is_verified_again() {
    let broker = TestBroker::start();
    let good = pact_file("web", "api").replace("a request for order 42", "a request that holds");
    broker.file("good.json", &good);
    broker.file("bad.json", &pact_with_status("app", "api", 201));
    let provider = provider();
    let words = format!(
        "-f good.json -f bad.json -p {} --json r.json --no-colour",
        provider.port()
    );
    let again = format!("{words} --last-failed --loglevel warn --compact-log");
    let first = verify(&broker, &again).exits_with(1);
    assert!(first.stderr.contains("everything is verified"), "{first}");
    assert!(first.stdout.contains("1 of 2 interactions"), "{first}");
    let second = verify(&broker, &again).exits_with(1);
    assert!(!second.stdout.contains("a request that holds"), "{second}");
    verify(
        &broker,
        &format!("-f good.json -p {} --last-failed", provider.port()),
    )
    .exits_with(2);
}

#[test]
fn options_without_a_use_here_are_taken_and_the_user_told() {
    let broker = TestBroker::start();
    broker.file("web-api.json", &pact_file("web", "api"));
    let provider = provider();
    let words = "--xslt page.xslt --enable-otel --enable-otel-logs --enable-otel-traces \
                 --otel-exporter stdout --otel-exporter-endpoint http://e --otel-exporter-protocol http";
    let words = format!("-f web-api.json -p {} {words}", provider.port());
    insta::assert_snapshot!(verify(&broker, &words).exits_with(0).stderr, @r"
    --xslt has no effect: the page of --html needs no transformation
    --enable-otel has no effect: this program sends no telemetry
    --enable-otel-logs has no effect: this program sends no telemetry
    --enable-otel-traces has no effect: this program sends no telemetry
    --otel-exporter has no effect: this program sends no telemetry
    --otel-exporter-endpoint has no effect: this program sends no telemetry
    --otel-exporter-protocol has no effect: this program sends no telemetry
    ");
}

#[test]
fn several_transports_are_typed_as_the_ecosystem_documents_it() {
    let broker = TestBroker::start();
    broker.file("web-api.json", &pact_file("web", "api"));
    let port = provider().port().to_owned();
    for words in [
        format!("--transports http:{port} message:1 -f web-api.json"),
        format!("--transports http:{port} --transports message:1/m -f web-api.json"),
    ] {
        verify(&broker, &words).exits_with(0);
    }
    let one_word = format!("http:{port} message:1");
    let words = ["verifier", "-f", "web-api.json", "--transports", &one_word];
    { Pact::new(words).within(broker.folder()).run() }.exits_with(0);
}

#[test]
fn one_report_that_cannot_be_written_keeps_no_other_from_it() {
    let broker = TestBroker::start();
    broker.file("web-api.json", &pact_file("web", "api"));
    let port = provider().port().to_owned();
    let words = format!("-f web-api.json -p {port} --json no/r.json --junit r.xml");
    verify(&broker, &words).exits_with(3);
    assert!(broker.folder().join("r.xml").exists());
}
