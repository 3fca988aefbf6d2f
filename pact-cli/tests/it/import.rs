//! `pact broker import`: from a running broker into a database that a broker is then started on.

use crate::support::{OneAnswer, Outcome, Pact, Started, TestBroker, pact_file};

/// A broker with a verified, deployed pact and a webhook that has a secret.
fn source() -> TestBroker {
    let broker = TestBroker::start();
    broker.publish(&pact_file("web", "api"), "1");
    broker
        .sh("create-environment --name live --production")
        .exits_with(0);
    broker
        .sh("record-deployment -a web -e 1 --environment live")
        .exits_with(0);
    broker
        .sh("create-webhook https://ci.example/build --request POST --contract-published --user me:s3cret --description build")
        .exits_with(0);
    broker
}

/// Imports into a file beside the source's own.
fn import(source: &TestBroker, more: &[&str]) -> Outcome {
    let arguments = [
        "import",
        "--from",
        source.url(),
        "--database-url",
        "sqlite://new.sqlite",
    ];
    let all = arguments.into_iter().chain(more.iter().copied());
    Pact::new(["broker"].into_iter().chain(all))
        .within(source.folder())
        .run()
        .hiding(source.url(), "http://old")
}

#[test]
fn what_is_imported_answers_questions_and_what_is_not_is_named() {
    let source = source();
    let first = import(&source, &[]).exits_with(0);
    let report = first.to_string();
    assert!(
        report.contains("import from http://old: complete\n"),
        "{report}"
    );
    for line in [
        "  pacts: 1 new, 0 known\n",
        "  deployments: 1 new, 0 known\n",
        "  environments: 1 new, 0 known\n",
    ] {
        assert!(report.contains(line), "{report}");
    }
    assert!(
        report.contains(
            "not carried, it is secret; the webhook is switched off until it is given: 1\n"
        ),
        "{report}"
    );
    assert!(
        report.contains("carrying over: ") && !report.contains("s3cret"),
        "{report}"
    );
    let again = import(&source, &["-o", "json"]).exits_with(0).json();
    assert_eq!(again["complete"], true);
    assert_eq!(
        again["carried"]["pacts"],
        serde_json::json!({ "new": 0, "known": 1, "ended": 0 })
    );
    let started = Started::on(source.folder(), &["--database-url", "sqlite://new.sqlite"]);
    let ask = |words: &str| started.sh(source.folder(), words);
    let asked = ask("can-i-deploy -a web -e 1 --to-environment live -o json");
    let expected = source.sh("can-i-deploy -a web -e 1 --to-environment live -o json");
    assert_eq!(asked.code, expected.code, "{asked}\n{expected}");
    assert_eq!(asked.json()["summary"], expected.json()["summary"]);
}

/// The variables of a Ruby broker lead an import to the database that a broker started with them has.
#[test]
fn the_parts_of_an_address_lead_to_the_database_too() {
    let source = source();
    let arguments = ["broker", "import", "--from", source.url()];
    let run = Pact::new(arguments)
        .within(source.folder())
        .env("PACT_BROKER_DATABASE_ADAPTER", "sqlite")
        .env("PACT_BROKER_DATABASE_NAME", "parts.sqlite");
    let told = run.run().exits_with(0).to_string();
    assert!(told.contains("writing to sqlite://parts.sqlite;"), "{told}");
    assert!(source.folder().join("parts.sqlite").exists());
}

#[test]
fn an_import_that_cannot_be_made_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let run = |from: &str| {
        let arguments = ["broker", "import", "--from", from, "--retries", "1"];
        Pact::new(arguments).within(folder.path()).run()
    };
    let teapot = OneAnswer::answering("418 I'm a teapot", "text/plain", "short and stout");
    let refused = run(&teapot.url)
        .hiding(&teapot.url, "http://teapot")
        .exits_with(3);
    let text = refused.to_string();
    assert!(
        text.contains("not complete: run it again to go on"),
        "{text}"
    );
    assert!(
        text.contains("error: reading the broker's index: http://teapot answered 418"),
        "{text}"
    );
    insta::assert_snapshot!(run("old.example"), @r"
    exit 2
    --- stderr
    error: `old.example` is not the URL of a broker: relative URL without a base
    hint: a base URL looks like http://127.0.0.1:9292 or https://broker.example/path
    ");
    insta::assert_snapshot!(Pact::new(["broker", "import"]).within(folder.path()).run(), @r"
    exit 2
    --- stderr
    error: no broker to ask
    hint: name it with --broker-base-url URL or PACT_BROKER_BASE_URL
    ");
    let elsewhere = [
        "broker",
        "import",
        "--from",
        "http://127.0.0.1:1",
        "--database-url",
        "mysql://me:s3cret@db/pact",
    ];
    insta::assert_snapshot!(Pact::new(elsewhere).within(folder.path()).run(), @r"
    exit 3
    --- stderr
    error: opening the database to import into
    caused by: cannot open the database `mysql://db/pact`: expected `sqlite://FILE` or `postgres://…`
    ");
}

/// A source that never answers holds nothing up: who stops the import is told how far it came.
#[cfg(unix)]
#[test]
fn an_import_that_is_interrupted_reports_and_can_be_run_again() {
    let folder = tempfile::tempdir().unwrap();
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    let arguments = ["broker", "import", "--from", &url];
    let child = Pact::new(arguments).within(folder.path()).spawn();
    let (_stream, _) = silent.accept().unwrap();
    let killed = std::process::Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(killed.success());
    let stopped = Outcome::of(&child.wait_with_output().unwrap()).exits_with(3);
    let said = stopped.to_string();
    assert!(
        said.contains("not complete: run it again to go on"),
        "{said}"
    );
    assert!(said.contains("stopped; what was written stays"), "{said}");
}
