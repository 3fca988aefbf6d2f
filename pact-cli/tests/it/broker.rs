//! Environments, deployments and the question whether to deploy.

use crate::support::{Pact, TestBroker, pact_file};

/// Stands for an id, as long as one.
const UUID: &str = "00000000-0000-0000-0000-000000000000";

#[test]
fn an_environment_is_created_listed_changed_and_deleted() {
    let broker = TestBroker::start();
    let id = broker
        .sh("create-environment --name uat --display-name UAT --contact-name Al -o id")
        .exits_with(0);
    let uuid = id.stdout.trim().to_owned();
    broker
        .sh("create-environment --name live --production")
        .exits_with(0);
    let listed = broker.sh("list-environments -o json").exits_with(0).json();
    assert_eq!(
        listed["_embedded"]["environments"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    insta::assert_snapshot!(broker.run(["describe-environment", "--uuid", &uuid]).hiding(&uuid, UUID), @r"
    exit 0
    --- stdout
    UUID                                  NAME  DISPLAY NAME  PRODUCTION
    00000000-0000-0000-0000-000000000000  uat   UAT           false
    ");
    broker
        .run(["update-environment", "--uuid", &uuid, "--name", "test"])
        .exits_with(0);
    let changed = broker
        .run(["describe-environment", "--uuid", &uuid, "-o", "json"])
        .exits_with(0)
        .json();
    assert_eq!(changed["name"], "test");
    assert_eq!(changed["displayName"], "UAT", "what is not named is kept");
    insta::assert_snapshot!(broker.run(["delete-environment", "--uuid", &uuid]).hiding(&uuid, UUID), @r"
    exit 0
    --- stdout
    Deleted environment test
    ");
    insta::assert_snapshot!(broker.run(["describe-environment", "--uuid", &uuid]).hiding(&uuid, UUID), @r"
    exit 1
    --- stderr
    error: reading environment 00000000-0000-0000-0000-000000000000: the broker does not know it (404)
      nothing is stored at this address
    ");
    insta::assert_snapshot!(broker.sh("create-environment --name live"), @r"
    exit 1
    --- stderr
    error: creating environment live: the broker refused it as wrong (400)
      name: 'live' is already the name of another environment
    ");
}

#[test]
fn a_deployment_is_recorded_and_ended() {
    let broker = TestBroker::start();
    broker.publish(&pact_file("web", "api"), "1");
    broker.sh("create-environment --name uat").exits_with(0);
    let deploy = [
        "record-deployment",
        "-a",
        "web",
        "-e",
        "1",
        "--environment",
        "uat",
    ];
    insta::assert_snapshot!(broker.run(deploy), @r"
    exit 0
    --- stdout
    Recorded deployment of web version 1 to uat
    ");
    insta::assert_snapshot!(broker.run(deploy.into_iter().chain(["--application-instance", "blue"])), @r"
    exit 0
    --- stdout
    Recorded deployment of web version 1 to uat (application instance blue)
    ");
    insta::assert_snapshot!(broker.sh("record-undeployment -a web --environment uat --application-instance red"), @r"
    exit 1
    --- stderr
    error: web is not deployed to uat (application instance red)
    hint: it is deployed there with --application-instance blue and with no --application-instance
    ");
    insta::assert_snapshot!(broker.sh("record-undeployment -a web --environment uat"), @r"
    exit 0
    --- stdout
    Recorded undeployment of web from uat
    ");
    let left = broker
        .sh("describe-version -a web --environment uat -o json")
        .exits_with(0)
        .json();
    assert_eq!(left.as_array().unwrap().len(), 1);
    insta::assert_snapshot!(broker.sh("record-deployment -a web -e 1 --environment nowhere"), @r"
    exit 1
    --- stderr
    error: recording the deployment of web 1 to nowhere: the broker does not know it (404)
      environment nowhere does not exist; there are uat
    hint: an environment is made once with `pact broker create-environment --name NAME`, and --production where it is for users
    ");
    insta::assert_snapshot!(broker.sh("record-deployment -a web -e 9 --environment uat"), @r"
    exit 1
    --- stderr
    error: reading web 9: the broker does not know it (404)
      nothing is stored at this address
    ");
}

#[test]
fn a_release_is_recorded_and_its_support_ended() {
    let broker = TestBroker::start();
    broker.publish(&pact_file("web", "api"), "1");
    broker.publish(&pact_file("web", "api"), "2");
    broker.sh("create-environment --name uat").exits_with(0);
    for version in ["1", "2"] {
        broker
            .run([
                "record-release",
                "-a",
                "web",
                "-e",
                version,
                "--environment",
                "uat",
            ])
            .exits_with(0);
    }
    insta::assert_snapshot!(broker.sh("record-support-ended -a web -e 1 --environment uat"), @r"
    exit 0
    --- stdout
    Recorded end of support of web version 1 in uat
    ");
    insta::assert_snapshot!(broker.sh("record-support-ended -a web -e 1 --environment uat"), @r"
    exit 1
    --- stderr
    error: web version 1 is not released to uat, or no longer supported there
    ");
    let left = broker
        .sh("describe-version -a web --environment uat --released -o json")
        .json();
    assert_eq!(left.as_array().unwrap().len(), 1);
}

#[test]
fn an_application_is_created_and_changed() {
    let broker = TestBroker::start();
    let write = [
        "create-or-update-pacticipant",
        "--name",
        "web shop",
        "--main-branch",
        "main",
    ];
    insta::assert_snapshot!(broker.run(write), @r"
    exit 0
    --- stdout
    Created web shop
    ");
    insta::assert_snapshot!(broker.run(write.into_iter().chain(["--repository-url", "https://x/y"])), @r"
    exit 0
    --- stdout
    Updated web shop
    ");
    insta::assert_snapshot!(broker.sh("list-pacticipants"), @r"
    exit 0
    --- stdout
    NAME      DISPLAY NAME  MAIN BRANCH  REPOSITORY URL
    web shop  Web Shop      main         https://x/y
    ");
    insta::assert_snapshot!(broker.sh("describe-pacticipant --name api"), @r"
    exit 1
    --- stderr
    error: reading api: the broker does not know it (404)
      No pacticipant with name 'api' found
    ");
}

#[test]
fn versions_get_branches_and_tags() {
    let broker = TestBroker::start();
    broker
        .sh("create-or-update-version -a web -e 1 --branch main -t a")
        .exits_with(0);
    broker
        .sh("create-version-tag -a web -e 1 -t b -t c/d")
        .exits_with(0);
    broker
        .sh("delete-version-tag -a web -e 1 -t c/d")
        .exits_with(0);
    let version = broker
        .sh("describe-version -a web -o json")
        .exits_with(0)
        .json();
    let tags: Vec<&str> = version["_embedded"]["tags"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tag| tag["name"].as_str().unwrap())
        .collect();
    assert_eq!(tags.len(), 2);
    assert!(tags.contains(&"a") && tags.contains(&"b"));
    insta::assert_snapshot!(broker.sh("create-version-tag -a web -e 9 -t b"), @r"
    exit 1
    --- stderr
    error: reading web 9: the broker does not know it (404)
      nothing is stored at this address
    ");
    broker
        .sh("create-version-tag -a web -e 9 -t b --auto-create-version")
        .exits_with(0);
    insta::assert_snapshot!(broker.sh("delete-branch -a web --branch main"), @r"
    exit 0
    --- stdout
    Deleted branch main of web
    ");
    insta::assert_snapshot!(broker.sh("delete-branch -a web --branch main"), @r"
    exit 1
    --- stderr
    error: deleting branch main of web: the broker does not know it (404)
      nothing is stored at this address
    ");
    insta::assert_snapshot!(broker.sh("delete-branch -a web --branch main --no-error-when-not-found"), @r"
    exit 0
    --- stdout
    web has no branch main
    ");
}

#[test]
fn a_version_without_results_cannot_be_deployed_yet_and_nobody_calls_that_no() {
    let broker = TestBroker::start();
    broker.publish(&pact_file("web", "api"), "1");
    broker.sh("create-environment --name uat").exits_with(0);
    broker
        .sh("create-or-update-version -a api -e 5 --branch main")
        .exits_with(0);
    broker
        .sh("record-deployment -a api -e 5 --environment uat")
        .exits_with(0);
    let ask = [
        "can-i-deploy",
        "-a",
        "web",
        "-e",
        "1",
        "--to-environment",
        "uat",
    ];
    insta::assert_snapshot!(broker.run(ask), @r"
    exit 1
    --- stdout
    CONSUMER  C.VERSION  PROVIDER  P.VERSION  SUCCESS?  RESULT#
    web       1          api       ???        ???

    There is no verified pact between version 1 of web and the version of api currently in uat (5)

    Computer does not know yet: verification results are missing
    ");
    insta::assert_snapshot!(broker.run(ask.into_iter().chain(["--dry-run"])).exits_with(0).stderr, @"dry run: exiting with 0 all the same");
    let again =
        broker.run(
            ask.into_iter()
                .chain(["--retry-while-unknown", "2", "--retry-interval", "0"]),
        );
    insta::assert_snapshot!(again.exits_with(1).stderr, @r"
    results are missing; asking again in 0 s (1 of 2)
    results are missing; asking again in 0 s (2 of 2)
    ");
    let json = broker
        .run(ask.into_iter().chain(["-o", "json"]))
        .exits_with(1)
        .json();
    assert_eq!(json["summary"]["deployable"], serde_json::Value::Null);
}

#[test]
fn a_question_without_a_version_or_about_nobody_is_refused() {
    let broker = TestBroker::start();
    insta::assert_snapshot!(broker.sh("can-i-deploy -a web --to-environment uat"), @r"
    exit 2
    --- stderr
    error: which version of `web` is meant?
    hint: write --version V, --latest [TAG], --branch B or --main-branch after its --pacticipant
    ");
    insta::assert_snapshot!(broker.sh("can-i-deploy -a web -e 1 --to-environment uat"), @r"
    exit 1
    --- stderr
    error: asking whether web can be deployed: the broker refused it as wrong (400)
      there is no pacticipant named 'web'
      there is no environment named 'uat'
    hint: an environment is made once with `pact broker create-environment --name NAME`, and --production where it is for users
    ");
    broker.publish(&pact_file("web", "api"), "1");
    insta::assert_snapshot!(broker.sh("can-i-deploy -a web -e 1 --to-environment nowhere"), @r"
    exit 1
    --- stderr
    error: asking whether web can be deployed: the broker refused it as wrong (400)
      there is no environment named 'nowhere'
    hint: an environment is made once with `pact broker create-environment --name NAME`, and --production where it is for users
    ");
}

#[test]
fn webhooks_are_created_replaced_and_deleted() {
    let broker = TestBroker::start();
    let uuid = "7a3b0b3e-5a6c-4c11-9b1c-0c1c9f0a7f11";
    let write = [
        "create-or-update-webhook",
        "https://ci.example/hook",
        "--uuid",
        uuid,
        "--description",
        "build the provider",
        "-H",
        "X-Key: k",
        "-d",
        r#"{"a":1}"#,
        "--contract-content-changed",
    ];
    insta::assert_snapshot!(broker.run(write).hiding(uuid, UUID), @r"
    exit 0
    --- stdout
    Created or updated webhook build the provider with UUID 00000000-0000-0000-0000-000000000000
    ");
    let written = broker
        .run(write.into_iter().chain(["-o", "json"]))
        .exits_with(0)
        .json();
    assert_eq!(written["request"]["body"]["a"], 1);
    assert_eq!(written["events"][0]["name"], "contract_content_changed");
    let delete = ["delete-webhook", "--uuid", uuid];
    broker.run(delete).exits_with(0);
    broker.run(delete).exits_with(1);
}

#[test]
fn a_webhook_needs_something_that_happens() {
    let outcome = Pact::broker(
        "http://broker",
        ["create-webhook", "https://ci.example/hook"],
    )
    .run()
    .exits_with(2);
    assert!(
        outcome.stderr.contains("--contract-content-changed"),
        "{outcome}"
    );
    assert!(
        outcome.stderr.contains("--provider-verification-published"),
        "{outcome}"
    );
}
