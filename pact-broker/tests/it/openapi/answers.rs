//! Whether a broker with something of everything in it answers as the description says.

use std::collections::{BTreeSet, VecDeque};

use serde_json::{Value, json};

use super::{
    Operation, at, described,
    relations::{are_explained, relations},
    schema::problems,
};
use crate::support::{Answer, TestBroker, filled::fill};

/// What is reached neither by a link nor by the addresses below.
const NOT_ASKED: [&str; 1] = ["/test/error"];

/// What is not read because it fails on purpose, or only takes what is posted to it.
const NOT_READ: [&str; 2] = ["/test/error", "/webhooks/execute"];

/// Names to put into the addresses that documents leave open.
const NAMES: [(&str, &str); 13] = [
    ("{pacticipant}", "aconsumer"),
    ("{consumer}", "aconsumer"),
    ("{provider}", "aprovider"),
    ("{version}", "a2"),
    ("{other}", "a1"),
    ("{tag}", "atag"),
    ("{provider_tag}", "atag"),
    ("{to}", "atag"),
    ("{branch}", "abranch"),
    ("{label}", "alabel"),
    ("{environment}", "aenvironment"),
    ("{rel}", "pact-version"),
    ("{relation}", "pact-version"),
];

struct Checker<'a> {
    broker: &'a TestBroker,
    document: Value,
    operations: Vec<Operation>,
    exercised: BTreeSet<String>,
    relations: BTreeSet<String>,
}

impl Checker<'_> {
    /// Holds an answer against what is said of its operation.
    fn check(&mut self, (method, path): (&str, &str), answer: &Answer) {
        let status = answer.status.as_u16().to_string();
        let Some(operation) = at(&self.operations, method, path) else {
            panic!("{method} {path} is not described")
        };
        let response = &operation.described["responses"][&status];
        assert!(
            response.is_object(),
            "{method} {path}: {status} is not described: {}",
            answer.text
        );
        self.exercised
            .insert(format!("{method} {}", operation.path));
        let Some(content) = response["content"].as_object() else {
            assert_eq!(
                answer.text, "",
                "{method} {path} {status} has a body nobody described"
            );
            return;
        };
        let media = answer.header("content-type").unwrap();
        let media = media.split(';').next().unwrap();
        let Some(described) = content.get(media) else {
            panic!(
                "{method} {path} {status} is {media}, not one of {:?}",
                content.keys()
            )
        };
        if media.ends_with("json") {
            let answered = answer.json();
            relations(&answered, &mut self.relations);
            let wrong = problems(&self.document, &described["schema"], &answered);
            assert_eq!(
                wrong,
                Vec::<String>::new(),
                "{method} {path} {status}: {}",
                answer.text
            );
        }
    }

    async fn send(&mut self, method: &str, path: &str, media: &str, body: Value) -> Answer {
        let headers = [("content-type", media), ("accept", "application/hal+json")];
        let answer = self
            .broker
            .send(method, path, &headers, &body.to_string())
            .await;
        self.check((method, path), &answer);
        answer
    }

    /// Reads an address in every form that is described for it.
    async fn read(&mut self, path: &str) -> Vec<Value> {
        let Some(operation) = at(&self.operations, "GET", path) else {
            return Vec::new();
        };
        let content = operation.described["responses"]["200"]["content"].as_object();
        let media: Vec<String> = content
            .into_iter()
            .flatten()
            .map(|(media, _)| media.clone())
            .collect();
        let mut read = Vec::new();
        for media in media {
            let answer = self
                .broker
                .send("GET", path, &[("accept", &media)], "")
                .await;
            self.check(("GET", path), &answer);
            if media.ends_with("json") {
                read.push(answer.json());
            }
        }
        read
    }
}

/// The addresses in a document, names put in where it leaves them open.
fn links(document: &Value, base: &str, found: &mut Vec<String>) {
    match document {
        Value::Array(elements) => elements.iter().for_each(|one| links(one, base, found)),
        Value::Object(members) => {
            for (key, member) in members {
                match member {
                    Value::String(address) if key == "href" => {
                        let path = address.strip_prefix(base).unwrap_or(address);
                        let path = NAMES.iter().fold(path.to_owned(), |path, (open, name)| {
                            path.replace(open, name)
                        });
                        if !path.contains('{') && path.starts_with('/') {
                            found.push(path);
                        }
                    }
                    member => links(member, base, found),
                }
            }
        }
        _ => {}
    }
}

#[tokio::test]
async fn every_answer_is_as_described() {
    let broker = TestBroker::start().await;
    fill(&broker, "a").await;
    let (document, operations) = described(&broker).await;
    let open: Vec<String> = operations.iter().map(|one| one.path.clone()).collect();
    let mut checker = Checker {
        broker: &broker,
        document,
        operations,
        exercised: BTreeSet::new(),
        relations: BTreeSet::new(),
    };
    let mut waiting: VecDeque<String> = open
        .iter()
        .map(|path| {
            NAMES
                .iter()
                .fold(path.clone(), |path, (open, name)| path.replace(open, name))
        })
        .filter(|path| !path.contains('{') && !NOT_READ.contains(&path.as_str()))
        .collect();
    let mut seen: BTreeSet<String> = waiting.iter().cloned().collect();
    seen.extend(NOT_READ.map(str::to_owned));
    while let Some(path) = waiting.pop_front() {
        for read in checker.read(&path).await {
            let mut found = Vec::new();
            links(&read, broker.url(), &mut found);
            found.retain(|path| seen.insert(path.clone()));
            waiting.extend(found);
        }
    }
    for path in without_links(&seen) {
        checker.read(&path).await;
    }
    writes(&mut checker).await;
    are_explained(&broker, &checker.relations).await;
    let described = checker
        .operations
        .iter()
        .map(|one| (&one.method, &one.path));
    let missed: Vec<String> = described
        .filter(|(_, path)| !NOT_ASKED.contains(&path.as_str()))
        .map(|(method, path)| format!("{method} {path}"))
        .filter(|one| !checker.exercised.contains(one))
        .collect();
    assert_eq!(missed, Vec::<String>::new());
}

/// Addresses that no document links to, made of those that some do.
fn without_links(seen: &BTreeSet<String>) -> Vec<String> {
    let contents: BTreeSet<(&str, &str)> = seen
        .iter()
        .filter_map(|path| path.split_once("/pact-version/"))
        .map(|(pair, rest)| (pair, rest.split('/').next().unwrap_or_default()))
        .collect();
    let contents: Vec<(&str, &str)> = contents.into_iter().collect();
    let [(pair, one), (_, other), ..] = contents.as_slice() else {
        panic!("two contents are needed: {contents:?}")
    };
    let mut made = vec![format!(
        "{pair}/pact-version/{one}/diff/pact-version/{other}"
    )];
    let results = seen
        .iter()
        .filter_map(|path| path.split_once("/verification-results/"))
        .filter(|(front, number)| front.contains("/pact-version/") && !number.contains('/'));
    made.extend(
        results
            .map(|(front, number)| format!("{front}/metadata/YT1i/verification-results/{number}")),
    );
    made
}

const JSON: &str = "application/json";
const MERGE: &str = "application/merge-patch+json";

/// Writes once by every operation that writes.
async fn writes(checker: &mut Checker<'_>) {
    let webhook = json!({ "events": [{ "name": "contract_published" }], "request": { "method": "POST", "url": "https://localhost/" } });
    posts(checker, &webhook).await;
    publish(checker).await;
    puts(checker, &webhook).await;
    environments(checker).await;
    let results = results(checker).await;
    executions(checker, webhook).await;
    deletions(checker, results).await;
}

/// Makes what is made by POST, and tries to with what is no such thing.
async fn posts(checker: &mut Checker<'_>, webhook: &Value) {
    for (path, body) in [
        ("/pacticipants", json!({ "name": "wc" })),
        ("/pacticipants", json!({ "name": "wp" })),
        ("/webhooks", webhook.clone()),
        ("/webhooks/provider/wp", webhook.clone()),
        ("/webhooks/consumer/wc", webhook.clone()),
        ("/webhooks/provider/wp/consumer/wc", webhook.clone()),
        ("/pacts/provider/wp/consumer/wc/webhooks", webhook.clone()),
        ("/webhooks", json!({})),
        ("/environments", json!({})),
        ("/contracts/publish", json!({})),
        ("/pacts/provider/wp/for-verification", json!({})),
        ("/pacts/provider/nobody/for-verification", json!([])),
    ] {
        checker.send("POST", path, JSON, body).await;
    }
}

/// A contract of the pair that is written.
fn pact(method: &str) -> Value {
    crate::support::contract("wc", "wp", method)
}

/// Publishes a contract.
async fn publish(checker: &mut Checker<'_>) {
    let content = base64::Engine::encode(
        &base64::engine::general_purpose::STANDARD,
        pact("PUT").to_string(),
    );
    let publish = json!({
        "pacticipantName": "wc", "pacticipantVersionNumber": "1", "branch": "b", "tags": ["t"],
        "contracts": [{ "consumerName": "wc", "providerName": "wp", "content": content, "contentType": JSON, "specification": "pact" }],
    });
    let published = checker
        .send("POST", "/contracts/publish", JSON, publish)
        .await;
    assert_eq!(published.status, 200);
}

/// Makes and changes what is made and changed by PUT and PATCH.
async fn puts(checker: &mut Checker<'_>, webhook: &Value) {
    for path in [
        "versions/2",
        "versions/2/tags/t",
        "labels/l",
        "branches/b/versions/2",
    ] {
        checker
            .send("PUT", &format!("/pacticipants/wc/{path}"), JSON, json!({}))
            .await;
    }
    checker
        .send(
            "PUT",
            "/pacticipants/wc",
            JSON,
            json!({ "displayName": "W" }),
        )
        .await;
    checker
        .send(
            "PATCH",
            "/pacticipants/wc",
            MERGE,
            json!({ "mainBranch": "b" }),
        )
        .await;
    checker
        .send(
            "PATCH",
            "/pacticipants/wc/versions/2",
            MERGE,
            json!({ "buildUrl": "https://ci.example/" }),
        )
        .await;
    checker
        .send(
            "PUT",
            "/webhooks/aaaaaaaaaaaaaaaaaaaa",
            JSON,
            webhook.clone(),
        )
        .await;
    for version in [
        "/pacts/provider/wp/consumer/wc/version/3",
        "/pacts/provider/wp/consumer/wc/versions/4",
        "/pact/provider/wp/consumer/wc/version/5",
    ] {
        checker.send("PUT", version, JSON, pact("GET")).await;
        checker.send("PUT", version, JSON, pact("POST")).await;
        checker.send("PATCH", version, JSON, pact("GET")).await;
    }
}

/// Publishes results, with metadata and without; returns where they stand.
async fn results(checker: &mut Checker<'_>) -> [String; 2] {
    let latest = checker
        .broker
        .get("/pacts/provider/wp/consumer/wc/latest")
        .await
        .json();
    let results = latest["_links"]["pb:publish-verification-results"]["href"]
        .as_str()
        .unwrap();
    let with_metadata = checker.broker.path(results);
    let (content, _) = with_metadata.split_once("/metadata/").unwrap();
    let plain = format!("{content}/verification-results");
    let result = json!({ "success": true, "providerApplicationVersion": "1" });
    let made = checker
        .send("POST", &with_metadata, JSON, result.clone())
        .await;
    let (_, number) = made.header("location").unwrap().rsplit_once('/').unwrap();
    let first = format!("{with_metadata}/{number}");
    let made = checker.send("POST", &plain, JSON, result).await;
    [first, checker.broker.path(made.header("location").unwrap())]
}

/// Calls webhooks, one that is there and one that is not.
async fn executions(checker: &mut Checker<'_>, webhook: Value) {
    checker
        .send(
            "POST",
            "/webhooks/aaaaaaaaaaaaaaaaaaaa/execute",
            JSON,
            json!({}),
        )
        .await;
    checker
        .send("POST", "/webhooks/execute", JSON, webhook)
        .await;
}

/// Deletes what can be deleted, twice.
async fn deletions(checker: &mut Checker<'_>, results: [String; 2]) {
    let mut gone = Vec::from(results);
    gone.push("/webhooks/aaaaaaaaaaaaaaaaaaaa".to_owned());
    for path in [
        "/pacts/provider/wp/consumer/wc/version/3",
        "/pacts/provider/wp/consumer/wc/versions/4",
        "/pact/provider/wp/consumer/wc/version/5",
        "/pacts/provider/wp/consumer/wc/tag/t",
        "/pacts/provider/wp/consumer/wc/branch/b",
        "/pacts/provider/wp/consumer/wc/versions",
        "/pacticipants/wc/versions/2/tags/t",
        "/pacticipants/wc/labels/l",
        "/pacticipants/wc/branches/b/versions/2",
        "/pacticipants/wc/branches",
        "/pacticipants/wc/branches/b",
        "/pacticipants/wc/versions/2",
        "/integrations/provider/wp/consumer/wc",
        "/pacticipants/aprovider",
        "/integrations",
    ] {
        gone.push(path.to_owned());
    }
    for path in gone {
        let answer = checker
            .broker
            .send("DELETE", &path, &[("accept", "*/*")], "")
            .await;
        checker.check(("DELETE", &path), &answer);
        let again = checker
            .broker
            .send("DELETE", &path, &[("accept", "*/*")], "")
            .await;
        checker.check(("DELETE", &path), &again);
    }
}

/// Writes environments and what is in them.
async fn environments(checker: &mut Checker<'_>) {
    let body = json!({ "name": "e", "production": false, "contacts": [{ "name": "c" }] });
    let made = checker
        .send("POST", "/environments", JSON, body.clone())
        .await;
    let environment = checker.broker.path(made.header("location").unwrap());
    let uuid = environment.rsplit('/').next().unwrap().to_owned();
    checker.send("PUT", &environment, JSON, body).await;
    for (what, change) in [
        ("deployed", "currentlyDeployed"),
        ("released", "currentlySupported"),
    ] {
        let path = format!("/pacticipants/wc/versions/2/{what}-versions/environment/{uuid}");
        let made = checker.send("POST", &path, JSON, json!({})).await;
        checker.send("POST", &path, JSON, json!({})).await;
        let place = checker.broker.path(made.header("location").unwrap());
        checker
            .send("PATCH", &place, MERGE, json!({ change: true }))
            .await;
        checker
            .send("PATCH", &place, MERGE, json!({ change: false }))
            .await;
    }
    let answer = checker
        .broker
        .send("DELETE", &environment, &[("accept", "*/*")], "")
        .await;
    checker.check(("DELETE", &environment), &answer);
}
