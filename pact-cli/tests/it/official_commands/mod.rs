//! Every command of the official command line against our broker, with what it says and how it ends.
//!
//! The words are those a build writes; nothing about them is changed for this broker. Names have no
//! slashes: that program does not escape them, so no broker understands it.

mod tables;

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use serde_json::{Value, json};

use self::tables::{
    Case, DECIDED, DECIDED_AFTER_VERIFICATION, DEPLOYED, ENVIRONMENTS, KEPT, PUBLISHED, UUID,
    WEBHOOKS,
};
use crate::official::Official;
use crate::support::TestBroker;

/// Commands that are about something else than a broker's API.
const NOT_OURS: [&str; 3] = ["docker", "help", "ruby"];

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
