//! Publishing pact files, right and wrong ones.

use crate::support::{OneAnswer, Pact, TestBroker, pact_file, pact_with_status};

#[test]
fn a_pact_is_published_and_the_brokers_words_are_shown() {
    let broker = TestBroker::start();
    broker.file("pacts/web-api.json", &pact_file("web", "api"));
    let outcome = broker.sh("publish pacts -a 1 --branch main -t a,b");
    insta::assert_snapshot!(outcome, @r"
    exit 0
    --- stdout
    Created web version 1 with branch main and tags a, b
    Published the pact between web 1 and api.
      View it at http://broker/pacts/provider/api/consumer/web/version/1
      Events detected: contract_published, contract_content_changed (first pact with tag a, first pact with tag b)
      Next steps:
        * Verify this pact in the build of api.
        * Add a webhook that starts a verification by api when the content changes.
    ");
    let pact = broker
        .sh("list-latest-pact-versions -o json")
        .exits_with(0)
        .json();
    assert_eq!(pact["pacts"][0]["_embedded"]["consumer"]["name"], "web");
    let version = broker
        .sh("describe-version -a web -e 1 -o json")
        .exits_with(0);
    assert_eq!(
        version.json()["_embedded"]["tags"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
}

#[test]
fn other_content_for_a_published_version_is_refused_with_what_differs() {
    let broker = TestBroker::start();
    broker.publish(&pact_file("web", "api"), "1");
    broker.file("changed.json", &pact_with_status("web", "api", 201));
    insta::assert_snapshot!(broker.sh("publish changed.json -a 1"), @r#"
    exit 1
    --- stderr
    error: publishing contracts of web 1: the broker has something else there already (409)
      The pact between web 1 and api is published with other content. Content cannot change under a version: every answer about 1 so far would become untrue. Publish each build under a version of its own; if this is the same build, look for values in the consumer tests that are random or made anew on each run and give them fixed examples.
      @@ -10,7 +10,7 @@
             "path": "/orders/42"
           },
           "response": {
    -        "status": 200
    +        "status": 201
           }
         }
       ],
    "#);
}

#[test]
fn files_of_one_pair_are_merged_before_they_are_published() {
    let broker = TestBroker::start();
    broker.file("pacts/1.json", &pact_file("web", "api"));
    let other = pact_file("web", "api")
        .replace("order 42", "order 43")
        .replace("orders/42", "orders/43");
    broker.file("pacts/2.json", &other);
    broker.sh("publish pacts/*.json -a 1 -o json").exits_with(0);
    broker.file(
        "pacts/2.json",
        &pact_file("web", "api").replace("orders/42", "orders/43"),
    );
    insta::assert_snapshot!(broker.sh("publish pacts -a 2"), @r"
    exit 1
    --- stderr
    error: cannot merge `pacts/2.json` with the pact files before it
    caused by: `a request for order 42` is described twice with different requests: request path: is `/orders/43`, was `/orders/42`
    hint: give one of the two another description or another provider state
    ");
}

#[test]
fn a_file_that_is_no_pact_is_refused_with_the_position() {
    let broker = TestBroker::start();
    broker.file("good.json", &pact_file("web", "api"));
    broker.file("cut.json", r#"{"consumer": {"name": "web"},"#);
    insta::assert_snapshot!(broker.sh("publish good.json cut.json -a 1"), @r"
    exit 3
    --- stderr
    error: cannot read pact file `cut.json`
    caused by: the pact is not JSON: line 1, column 30: expected a name in double quotes, found the end of the text
    hint: the file stops too early: was the test that writes it stopped before its end?
    ");
    broker.file("other.json", r#"{"a": 1}"#);
    insta::assert_snapshot!(broker.sh("publish other.json -a 1"), @r#"
    exit 3
    --- stderr
    error: cannot read pact file `other.json`
    caused by: `/consumer`: expected an object with a `name`, found nothing
    hint: a pact names both sides: "consumer": {"name": …}, "provider": {"name": …}
    "#);
    insta::assert_snapshot!(broker.sh("publish missing.json -a 1"), @r"
    exit 3
    --- stderr
    error: cannot read `missing.json`
    caused by: No such file or directory (os error 2)
    ");
    insta::assert_snapshot!(broker.sh("publish none/*.json -a 1"), @r"
    exit 1
    --- stderr
    error: no file matches `none/*.json`
    hint: consumer tests write pact files when they pass; did they run?
    ");
    let pacts = broker.sh("list-latest-pact-versions -o json").json();
    assert_eq!(
        pacts["pacts"].as_array().unwrap().len(),
        0,
        "nothing may be published by halves"
    );
}

#[test]
fn version_branch_and_address_come_from_the_build_server() {
    let broker = TestBroker::start();
    let file = broker.file("web-api.json", &pact_file("web", "api"));
    Pact::broker(broker.url(), ["publish", file.to_str().unwrap(), "-r"])
        .env("GITHUB_SHA", "abc")
        .env("GITHUB_REF", "refs/heads/feat/x")
        .env("GITHUB_SERVER_URL", "https://github.example")
        .env("GITHUB_REPOSITORY", "o/r")
        .env("GITHUB_RUN_ID", "7")
        .run()
        .exits_with(0);
    let version = broker
        .sh("describe-version -a web -e abc -o json")
        .exits_with(0)
        .json();
    assert_eq!(version["_embedded"]["branchVersions"][0]["name"], "feat/x");
    assert_eq!(
        version["buildUrl"],
        "https://github.example/o/r/actions/runs/7"
    );
}

#[test]
fn names_with_anything_in_them_stay_whole() {
    let broker = TestBroker::start();
    for (consumer, version) in [
        ("a/b c", "1/2"),
        ("grüße ☂", "v ü"),
        ("a%2Fb", "50%"),
        ("q?x=1#y", "1#2"),
    ] {
        broker.publish(&pact_file(consumer, "api/ä"), version);
        let described = broker.run([
            "describe-version",
            "-a",
            consumer,
            "-e",
            version,
            "-o",
            "json",
        ]);
        assert_eq!(described.exits_with(0).json()["number"], version);
    }
    insta::assert_snapshot!(broker.sh("describe-version -a .. -e 1"), @r"
    exit 2
    --- stderr
    error: reading .. 1: `.` and `..` cannot be names in a broker
    ");
}

#[test]
fn a_secret_is_never_shown() {
    let server = OneAnswer::answering("401 Unauthorized", "application/json", "{}");
    let url = server.url.replace("http://", "http://me:s3cret@");
    let outcome = Pact::broker(
        &url,
        [
            "list-environments",
            "--log-level",
            "trace",
            "--custom-header",
            "X-Key: k3y",
            "--broker-token",
            "t0ken",
        ],
    )
    .run();
    assert_eq!(outcome.code, 3);
    for secret in ["s3cret", "k3y", "t0ken"] {
        assert!(
            !outcome.stderr.contains(secret) && !outcome.stdout.contains(secret),
            "{outcome}"
        );
    }
}

#[test]
fn pacts_are_listed_and_saved_as_they_were_published() {
    let broker = TestBroker::start();
    let pact = pact_file("web", "api").replace(
        "\"description\"",
        "\"providerState\": \"order 42 exists\", \"description\"",
    );
    broker.publish(&pact, "1");
    let listed = broker
        .sh("get-pacts --provider api --latest -o json")
        .exits_with(0)
        .json();
    assert_eq!(listed[0]["name"], "web");
    insta::assert_snapshot!(broker.sh("get-pacts --provider api --consumer web --download"), @r"
    exit 0
    --- stdout
    Saved ./pacts/Pact_between_web__1__and_api.json
    ");
    let saved = broker
        .folder()
        .join("pacts/Pact_between_web__1__and_api.json");
    let saved: serde_json::Value = serde_json::from_slice(&std::fs::read(saved).unwrap()).unwrap();
    assert_eq!(saved["interactions"][0]["request"]["path"], "/orders/42");
    insta::assert_snapshot!(broker.sh("get-pacts --provider api --consumer app"), @r"
    exit 1
    --- stdout
    CONSUMER  TITLE  LINK
    --- stderr
    error: the broker has no such pact of api
    ");
    insta::assert_snapshot!(broker.sh("provider-states list -r api"), @r"
    exit 0
    --- stdout
    STATE            PARAMETERS  CONSUMERS
    order 42 exists              web
    ");
}

#[test]
fn a_uuid_is_made() {
    let uuid = Pact::new(["broker", "generate-uuid"])
        .run()
        .exits_with(0)
        .stdout;
    let parts: Vec<usize> = uuid.trim().split('-').map(str::len).collect();
    assert_eq!(parts, [8, 4, 4, 4, 12]);
    assert_eq!(uuid.as_bytes()[14], b'4');
    assert!(b"89ab".contains(&uuid.as_bytes()[19]));
}
