//! Every command of the official command line against our broker, with what it says and how it ends.
//!
//! The words are those a build writes; nothing about them is changed for this broker. Names have no
//! slashes: that program does not escape them, so no broker understands it.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use serde_json::{Value, json};

use crate::official::Official;
use crate::support::TestBroker;

/// Commands that are about something else than a broker's API.
const NOT_OURS: [&str; 3] = ["docker", "help", "ruby"];

/// Words of a command, its exit code, and a text it prints.
type Case = (&'static str, i32, &'static str);

const UUID: &str = "3b7ac8d8-5a05-4d1c-9b5a-3b7ac8d85a05";

const ENVIRONMENTS: &[Case] = &[
    (
        "create-environment --name uat --display-name UAT --production --contact-name Team --contact-email-address t@example.org",
        0,
        "Created uat environment",
    ),
    (
        "create-environment --name uat",
        1,
        "already the name of another environment",
    ),
    ("create-environment --name gone -o id", 0, "-"),
    ("list-environments", 0, "UAT"),
    ("describe-environment --uuid {uat}", 0, "Name: uat"),
    (
        "update-environment --uuid {uat} --name uat --display-name Acceptance",
        0,
        "Updated uat environment",
    ),
    (
        "describe-environment --uuid {uat} -o json",
        0,
        "\"displayName\":\"Acceptance\"",
    ),
    (
        "delete-environment --uuid {gone}",
        0,
        "deleted successfully",
    ),
    ("describe-environment --uuid {gone}", 1, "404"),
];

const PUBLISHED: &[Case] = &[
    (
        "publish pacts -a 1 --branch main -t dev",
        0,
        "contract_content_changed",
    ),
    (
        "publish pacts -a 1 --branch main -o json",
        0,
        "contract_content_unchanged",
    ),
    (
        "publish pacts -a 1 --branch main --merge",
        0,
        "contract_content_unchanged",
    ),
    ("publish other -a 1 --branch main", 1, "other content"),
    ("list-latest-pact-versions", 0, "\"web\""),
    (
        "list-latest-pact-versions -o json",
        0,
        "/pacts/provider/api/consumer/web/version/1",
    ),
    (
        "get-pacts --provider api",
        0,
        "Pact between web (1) and api",
    ),
    ("provider-states list -r api", 0, "order 42 exists"),
    (
        "provider-states list -r api --branch main",
        0,
        "order 42 exists",
    ),
    (
        "provider-states list -r api --branch nowhere --json",
        0,
        "\"providerStates\": []",
    ),
];

const DECIDED: &[Case] = &[
    (
        "can-i-deploy -a web -e 1 --to-environment uat",
        1,
        "There is no verified pact",
    ),
    (
        "can-i-deploy -a web -e 1 --to-environment uat --retry-while-unknown 1 --retry-interval 1",
        1,
        "There is no verified pact",
    ),
    (
        "can-i-deploy -a web -e 1 --to-environment uat --dry-run",
        0,
        "Computer says no",
    ),
    (
        "can-i-deploy -a web -e 1 --to-environment uat --ignore api",
        0,
        "Computer says yes",
    ),
    (
        "can-i-deploy -a web -e 99 --to-environment uat",
        1,
        "No pacts or verifications have been published for version 99",
    ),
    (
        "can-i-deploy -a nobody -e 1 --to-environment uat",
        1,
        "there is no pacticipant named 'nobody'",
    ),
    (
        "can-i-deploy -a web -e 1 --to-environment nowhere",
        1,
        "nowhere",
    ),
];

const DECIDED_AFTER_VERIFICATION: &[Case] = &[
    (
        "record-deployment -a api -e 7 --environment uat",
        0,
        "Recorded deployment of api version 7 to uat",
    ),
    (
        "can-i-deploy -a web -e 1 --to-environment uat",
        0,
        "Computer says yes",
    ),
    (
        "can-i-deploy -a web -e 1 --to-environment uat --retry-while-unknown 3",
        0,
        "Computer says yes",
    ),
    (
        "can-i-deploy -a web -e 1 -a api -e 7",
        0,
        "Computer says yes",
    ),
    (
        "can-i-deploy -a web --branch main --to-environment uat",
        0,
        "Computer says yes",
    ),
    (
        "can-i-deploy -a web --main-branch --to-environment uat",
        0,
        "Computer says yes",
    ),
    (
        "can-i-deploy -a web --latest --to-environment uat",
        0,
        "Computer says yes",
    ),
    (
        "can-i-deploy -a web -l dev --to-environment uat",
        0,
        "Computer says yes",
    ),
    ("can-i-deploy -a web -e 1", 0, "Computer says yes"),
    ("can-i-deploy -a web -e 1 --to dev", 1, "with tag dev"),
    ("create-version-tag -a api -e 7 -t dev", 0, "Success"),
    ("can-i-deploy -a web -e 1 --to dev", 0, "Computer says yes"),
    ("can-i-merge -a web -e 1", 1, "main branch"),
    (
        "create-or-update-version -a api -e 7 --branch main",
        0,
        "main",
    ),
    ("can-i-merge -a web -e 1", 0, "Computer says yes"),
    ("can-i-merge -a web -e 99", 1, "Computer says no"),
];

const DEPLOYED: &[Case] = &[
    (
        "record-deployment -a web -e 1 --environment uat --application-instance blue",
        0,
        "application instance blue",
    ),
    (
        "provider-states list -r api --environment uat",
        0,
        "order 42 exists",
    ),
    (
        "provider-states list -r api --environment {uat}",
        0,
        "order 42 exists",
    ),
    (
        "describe-version -a web --environment uat --deployed",
        0,
        "blue",
    ),
    ("record-undeployment -a web --environment uat", 1, "blue"),
    (
        "record-undeployment -a web --environment uat --application-instance blue",
        0,
        "Undeployed web",
    ),
    (
        "record-undeployment -a web --environment uat --application-instance blue",
        1,
        "not currently deployed",
    ),
    (
        "record-deployment -a web -e 1 --environment nowhere",
        1,
        "nowhere",
    ),
    ("record-deployment -a web -e 99 --environment uat", 1, "404"),
    (
        "record-release -a web -e 1 --environment uat",
        0,
        "Recorded release of web version 1",
    ),
    (
        "record-release -a web -e 1 --environment nowhere",
        1,
        "nowhere",
    ),
    (
        "describe-version -a web --environment uat --released",
        0,
        "uat",
    ),
    (
        "record-support-ended -a web -e 1 --environment uat",
        0,
        "support ended",
    ),
    (
        "record-support-ended -a web -e 1 --environment uat",
        1,
        "No currently released versions",
    ),
];

const KEPT: &[Case] = &[
    (
        "create-or-update-pacticipant --name web --main-branch main --repository-url https://example.org/web --display-name Web",
        0,
        "updated",
    ),
    ("create-or-update-pacticipant --name new/one", 0, "created"),
    ("describe-pacticipant --name new/one", 0, "new/one"),
    (
        "describe-pacticipant --name web",
        0,
        "https://example.org/web",
    ),
    (
        "describe-pacticipant --name web -o json",
        0,
        "\"mainBranch\":\"main\"",
    ),
    ("describe-pacticipant --name nobody", 1, "404"),
    ("list-pacticipants", 0, "new/one"),
    ("list-pacticipants -o json", 0, "\"pacticipants\""),
    (
        "create-or-update-version -a web -e 2 --branch feat-x",
        0,
        "feat-x",
    ),
    ("create-or-update-version -a web -e 2 -t t1", 0, "t1"),
    ("create-version-tag -a web -e 2 -t b.c", 0, "Success"),
    ("create-version-tag -a web -e 77 -t b", 1, "does not exist"),
    (
        "create-version-tag -a web -e 78 -t b --auto-create-version",
        0,
        "Success",
    ),
    ("describe-version -a web", 0, "78"),
    ("describe-version -a web -l t1", 0, "b.c"),
    ("describe-version -a web -e 2 -o json", 0, "\"feat-x\""),
    ("describe-version -a web -e 99", 1, "not found"),
    (
        "delete-version-tag -a web -e 2 -t b.c",
        0,
        "deleted tag 'b.c'",
    ),
    ("delete-version-tag -a web -e 2 -t b.c", 0, "was not found"),
    ("delete-branch -a web --branch feat-x", 0, "deleted"),
    ("delete-branch -a web --branch feat-x", 0, "not found"),
    ("generate-uuid", 0, "-"),
];

const WEBHOOKS: &[Case] = &[
    (
        "create-webhook https://ci.example/build -X POST -H A:b -d {\"a\":1} --user u:p --consumer web --provider api --description build --contract-content-changed --contract-published",
        0,
        "\"description\":\"build\"",
    ),
    (
        "create-webhook https://ci.example/build -X POST --consumer-label ui --provider-verification-failed",
        0,
        "\"label\":\"ui\"",
    ),
    (
        "create-webhook https://ci.example/build -X POST --provider-label ui --provider-verification-published --provider-verification-succeeded",
        0,
        "\"label\":\"ui\"",
    ),
    (
        "create-webhook http://ci.example/build -X POST --contract-published",
        1,
        "request.url",
    ),
    (
        "create-webhook https://ci.example/build -X POST --consumer nobody --contract-published",
        1,
        "consumer.name",
    ),
    (
        "create-or-update-webhook https://ci.example/build --uuid {webhook} -X POST --description one --contract-requiring-verification-published",
        0,
        "\"description\":\"one\"",
    ),
    (
        "create-or-update-webhook https://127.0.0.1:1/other --uuid {webhook} -X POST --description two --contract-published",
        0,
        "\"description\":\"two\"",
    ),
    (
        "test-webhook --uuid {webhook}",
        0,
        "Webhook execution failed",
    ),
    ("test-webhook --uuid nothing-of-that-name", 1, "not found"),
    ("delete-webhook --uuid {webhook}", 0, "successfully deleted"),
    ("delete-webhook --uuid {webhook}", 0, "was not found"),
];

/// A broker with contracts in its folder, and the official program to ask it.
struct Asked {
    official: Official,
    broker: TestBroker,
}

impl Asked {
    fn new(official: Official) -> Self {
        let broker = TestBroker::start();
        for (folder, path) in [("pacts", "/orders/42"), ("other", "/orders/43")] {
            let pact = json!({
                "consumer": { "name": "web" },
                "provider": { "name": "api" },
                "interactions": [{
                    "description": "a request for an order",
                    "providerState": "order 42 exists",
                    "request": { "method": "GET", "path": path },
                    "response": { "status": 200 },
                }],
                "metadata": { "pactSpecification": { "version": "2.0.0" } },
            });
            broker.file(&format!("{folder}/web-api.json"), &pact.to_string());
        }
        Self { official, broker }
    }

    /// Runs commands one after another.
    fn check(&self, cases: &[Case]) {
        for (words, code, says) in cases {
            let words = words
                .replace("{webhook}", UUID)
                .replace("{uat}", &self.environment(words, "uat"))
                .replace("{gone}", &self.environment(words, "gone"));
            let outcome = self.official.broker(&self.broker, &words);
            assert_eq!(outcome.code, *code, "{words}\n{outcome}");
            let said = format!("{}{}", outcome.stdout, outcome.stderr);
            assert!(said.contains(says), "{words}: `{says}` in\n{outcome}");
        }
    }

    /// The key of an environment, where the words ask for it. One that is gone keeps none.
    fn environment(&self, words: &str, name: &str) -> String {
        if !words.contains(&format!("{{{name}}}")) {
            return String::new();
        }
        let listed = self.broker.sh("list-environments -o json").json();
        let all = listed["_embedded"]["environments"].as_array().unwrap();
        let found = all.iter().find(|one| one["name"] == name);
        found.map_or_else(
            || UUID.to_owned(),
            |one| one["uuid"].as_str().unwrap().to_owned(),
        )
    }

    /// Has our own client publish a result for the contract.
    fn verified(&self) {
        let provider = crate::support::OneAnswer::answering("200 OK", "application/json", "{}");
        let (url, port) = (self.broker.url(), provider.port());
        let words = format!(
            "-b {url} -n api -h 127.0.0.1 -p {port} --publish --provider-version 7 --state-change-teardown --consumer-version-selectors {{\"latest\":true}}"
        );
        self.official.verifier(&self.broker, &words).exits_with(0);
    }
}

#[test]
fn every_command_of_the_official_program_is_answered_as_it_expects() {
    let Some(official) = Official::find() else {
        return;
    };
    let asked = Asked::new(official);
    asked.check(ENVIRONMENTS);
    asked.check(PUBLISHED);
    asked.check(DECIDED);
    asked.verified();
    asked.check(DECIDED_AFTER_VERIFICATION);
    asked.check(DEPLOYED);
    asked.check(KEPT);
    asked.check(WEBHOOKS);
    let folder = asked.broker.folder().join("saved");
    let saved = asked.official.broker(
        &asked.broker,
        "get-pacts --provider api --download --download-dir saved",
    );
    assert_eq!(saved.code, 0, "{saved}");
    let file = fs::read_dir(&folder)
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    let pact: Value = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
    assert_eq!(pact["interactions"][0]["request"]["path"], "/orders/42");
    let matrix = asked.official.broker(
        &asked.broker,
        "can-i-deploy -a web -e 1 --to-environment uat -o json",
    );
    assert_eq!(matrix.json()["summary"]["deployable"], true);
}

#[test]
fn no_command_of_the_official_program_is_left_out() {
    let Some(official) = Official::find() else {
        return;
    };
    let help = Command::new(official.path())
        .args(["broker", "--help"])
        .output()
        .unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let listed = help
        .split("Commands:")
        .nth(1)
        .unwrap()
        .split("Options:")
        .next()
        .unwrap();
    let there: BTreeSet<&str> = listed
        .lines()
        .filter_map(|line| line.strip_prefix("  ")?.split_whitespace().next())
        .filter(|word| !NOT_OURS.contains(word))
        .collect();
    let all = [
        ENVIRONMENTS,
        PUBLISHED,
        DECIDED,
        DECIDED_AFTER_VERIFICATION,
        DEPLOYED,
        KEPT,
        WEBHOOKS,
    ];
    let tried: BTreeSet<&str> = all
        .into_iter()
        .flatten()
        .filter_map(|(words, ..)| words.split_whitespace().next())
        .collect();
    assert_eq!(there, tried);
}
