//! The ecosystem's official command line and this one, each on what the other made.
//!
//! `PACT_OFFICIAL_CLI` is the path of the official `pact` program. Without it these tests say that
//! they were left out.

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use pact_consumer::prelude::*;
use serde_json::Value;

use crate::support::{OneAnswer, Outcome, Pact, TestBroker};

/// What the provider of these tests answers to everything.
const ORDER: &str = r#"{"id":42,"status":"paid","lines":[{"sku":"B2"}],"total":123.45}"#;

/// The official program.
pub(crate) struct Official(String);

impl Official {
    /// Returns it, or says that it is not there.
    pub(crate) fn find() -> Option<Self> {
        Self::find_for("a test with the official pact program")
    }

    /// Returns it, or says what is left out without it.
    pub(crate) fn find_for(what: &str) -> Option<Self> {
        let found = std::env::var("PACT_OFFICIAL_CLI")
            .ok()
            .filter(|path| !path.is_empty());
        if found.is_none() {
            // The test runner swallows what `eprintln!` says in a test that passes.
            let _ = writeln!(
                std::io::stderr(),
                "LEFT OUT: {what}: PACT_OFFICIAL_CLI does not name it"
            );
        }
        found.map(Self)
    }

    /// Returns where it is.
    pub(crate) fn path(&self) -> &str {
        &self.0
    }

    fn command(&self, broker: &TestBroker, words: &str) -> Command {
        let mut command = Command::new(&self.0);
        command
            .args(words.split_whitespace())
            .env("PACT_DO_NOT_TRACK", "true")
            .env("PACT_BROKER_BASE_URL", broker.url())
            .current_dir(broker.folder())
            .stdin(Stdio::null());
        command
    }

    pub(crate) fn broker(&self, broker: &TestBroker, words: &str) -> Outcome {
        Outcome::of(
            &self
                .command(broker, &format!("broker {words}"))
                .output()
                .unwrap(),
        )
    }

    /// Runs the official verifier, which asks a broker only when it is told to.
    pub(crate) fn verifier(&self, broker: &TestBroker, words: &str) -> Outcome {
        let mut command = self.command(broker, &format!("verifier {words}"));
        Outcome::of(&command.env_remove("PACT_BROKER_BASE_URL").output().unwrap())
    }
}

fn provider() -> OneAnswer {
    OneAnswer::answering("200 OK", "application/json", ORDER)
}

/// A provider that renamed `total`.
fn changed_provider() -> OneAnswer {
    let body = ORDER.replace("total", "amount");
    OneAnswer::answering("200 OK", "application/json", &body)
}

/// Writes the contract of a consumer test of ours to `pacts/web-api.json` in the broker's folder.
fn our_contract(broker: &TestBroker) {
    let mut pact = PactBuilder::new("web", "api");
    pact.output_dir(broker.folder().join("pacts"));
    pact.upon_receiving("a request for order 42")
        .given("order 42 exists")
        .get("/orders/42")
        .will_respond_with(200)
        .json_body(json_pattern!({
            "id": integer(42),
            "status": regex("^(open|paid)$", "open"),
            "lines": each_like({ "sku": like("A1") }),
            "total": decimal(9.99),
        }));
    let mock = pact.start();
    let answer = call(mock.addr().port(), "GET", "/orders/42", "");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    pact.finish().unwrap();
}

/// Sends one request and returns all that comes back.
fn call(port: u16, method: &str, path: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let length = body.len();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn the_official_client_takes_a_contract_all_the_way_through_our_broker() {
    let Some(official) = Official::find() else {
        return;
    };
    let broker = TestBroker::start();
    our_contract(&broker);
    let published = official
        .broker(&broker, "publish pacts -a 1 --branch main -t dev -o json")
        .exits_with(0);
    assert!(published.stdout.contains("pb:pacticipant"), "{published}");
    official
        .broker(&broker, "create-environment --name uat --production")
        .exits_with(0);
    let environments = official
        .broker(&broker, "list-environments -o json")
        .exits_with(0)
        .json();
    assert_eq!(
        environments["_embedded"]["environments"][0]["production"],
        true
    );

    let (good, changed) = (provider(), changed_provider());
    let verify = |provider: &OneAnswer, version: &str| {
        let (url, port) = (broker.url(), provider.port());
        let words = format!(
            r#"-b {url} -n api -h 127.0.0.1 -p {port} --provider-branch main --publish --provider-version {version} --consumer-version-selectors {{"mainBranch":true}}"#
        );
        official.verifier(&broker, &words)
    };
    let verified = verify(&good, "7").exits_with(0);
    assert!(
        verified.stdout.contains("has a matching body"),
        "{verified}"
    );
    official
        .broker(&broker, "record-deployment -a api -e 7 --environment uat")
        .exits_with(0);
    let yes = official
        .broker(&broker, "can-i-deploy -a web -e 1 --to-environment uat")
        .exits_with(0);
    assert!(yes.stdout.contains("Computer says yes"), "{yes}");
    let matrix = official
        .broker(
            &broker,
            "can-i-deploy -a web -e 1 --to-environment uat -o json",
        )
        .json();
    assert_eq!(matrix["summary"]["deployable"], true);
    assert_eq!(matrix["matrix"][0]["provider"]["version"]["number"], "7");

    official
        .broker(&broker, "record-deployment -a web -e 1 --environment uat")
        .exits_with(0);
    verify(&changed, "8").exits_with(1);
    let no = official
        .broker(&broker, "can-i-deploy -a api -e 8 --to-environment uat")
        .exits_with(1);
    assert!(
        no.stdout.contains("Computer says no") || no.stderr.contains("Computer says no"),
        "{no}"
    );
    broker
        .sh("can-i-deploy -a api -e 8 --to-environment uat")
        .exits_with(1);
    broker
        .sh("can-i-deploy -a web -e 1 --to-environment uat")
        .exits_with(0);
}

#[test]
fn the_official_client_is_refused_where_it_must_be() {
    let Some(official) = Official::find() else {
        return;
    };
    let broker = TestBroker::start();
    our_contract(&broker);
    official
        .broker(&broker, "publish pacts/web-api.json -a 1")
        .exits_with(0);
    let file = broker.folder().join("pacts/web-api.json");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replace("9.99", "8.88")).unwrap();
    let refused = official
        .broker(&broker, "publish pacts/web-api.json -a 1")
        .exits_with(1);
    let said = format!("{}{}", refused.stdout, refused.stderr);
    assert!(said.contains("8.88"), "what differs is told:\n{refused}");
    official
        .broker(&broker, "can-i-deploy -a nobody -e 1 --to-environment uat")
        .exits_with(1);
    official
        .broker(
            &broker,
            "record-deployment -a web -e 1 --environment nowhere",
        )
        .exits_with(1);
    official
        .broker(&broker, "describe-version -a web -e 9")
        .exits_with(1);
}

#[test]
fn their_verifier_reads_what_our_consumer_tests_write() {
    let Some(official) = Official::find() else {
        return;
    };
    let broker = TestBroker::start();
    our_contract(&broker);
    let (good, changed) = (provider(), changed_provider());
    let run = |port: &str| {
        official.verifier(
            &broker,
            &format!("-f pacts/web-api.json -h 127.0.0.1 -p {port}"),
        )
    };
    run(good.port()).exits_with(0);
    let failed = run(changed.port()).exits_with(1);
    assert!(failed.stdout.contains("total"), "{failed}");
}

#[test]
fn our_verifier_reads_what_their_mock_server_writes() {
    let Some(official) = Official::find() else {
        return;
    };
    let broker = TestBroker::start();
    our_contract(&broker);
    let ours = fs::read_to_string(broker.folder().join("pacts/web-api.json")).unwrap();
    let folder = broker.folder().join("theirs");
    fs::create_dir(&folder).unwrap();
    let mock = MockMaster::start(&official, &broker, &folder);
    let created = call(mock.port, "POST", "/?specification=V4", &ours);
    let (_, body) = created.split_once("\r\n\r\n").unwrap();
    let start = body.find('{').unwrap_or_else(|| panic!("{created}"));
    let end = body.rfind('}').unwrap();
    let made: Value = serde_json::from_str(&body[start..=end]).unwrap();
    let port = made["mockServer"]["port"].as_u64().unwrap();
    let answer = call(u16::try_from(port).unwrap(), "GET", "/orders/42", "");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    // It answers a request before it has counted it.
    let verify = || call(mock.port, "POST", &format!("/mockserver/{port}/verify"), "");
    let written = (0..1_000).any(|_| verify().starts_with("HTTP/1.1 20"));
    assert!(written, "{}", verify());

    let run = |port: &str| {
        Pact::new(["verifier", "-d", "theirs", "-n", "api", "-p", port])
            .within(broker.folder())
            .run()
    };
    let (good, changed) = (provider(), changed_provider());
    run(good.port()).exits_with(0);
    let failed = run(changed.port()).exits_with(1);
    assert!(failed.stdout.contains("total"), "{failed}");
}

/// The official mock server, which makes others on request.
struct MockMaster {
    child: Child,
    port: u16,
}

impl MockMaster {
    /// Starts it on a port that was free a moment ago: it cannot choose one itself.
    fn start(official: &Official, broker: &TestBroker, folder: &Path) -> Self {
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let mut command = official.command(
            broker,
            &format!("mock start -h 127.0.0.1 -p {port} --no-file-log -o"),
        );
        let child = command
            .arg(folder)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut master = Self { child, port };
        master.wait();
        master
    }

    /// Waits until it answers; there is nothing it says when it is ready.
    fn wait(&mut self) {
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            let ended = self.child.try_wait().unwrap();
            assert!(ended.is_none(), "the official mock server ended: {ended:?}");
            std::thread::yield_now();
        }
    }
}

impl Drop for MockMaster {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
