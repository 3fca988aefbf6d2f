//! Teams that stay with pact-js or pact-python, and exchange everything else.
//!
//! `PACT_JS_MODULES` is a folder of node modules with pact-js in it, `PACT_PYTHON` a Python with
//! pact-python. Without them these tests say that they were left out. The scripts are in
//! `tests/clients`, written as the users of those libraries write them.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::support::{OneAnswer, Outcome, Pact, TestBroker};

/// What the provider of these tests answers to everything.
const ORDER: &str = r#"{"id":42,"status":"paid","lines":[{"sku":"B2"}],"total":123.45}"#;

/// A library of the ecosystem, in the language it is for.
struct Client {
    /// The name of its consumer.
    consumer: &'static str,
    program: PathBuf,
    extension: &'static str,
    modules: Option<String>,
}

impl Client {
    fn pact_js() -> Option<Self> {
        let modules = variable("PACT_JS_MODULES")?;
        Some(Self {
            consumer: "js-web",
            program: "node".into(),
            extension: "cjs",
            modules: Some(modules),
        })
    }

    fn pact_python() -> Option<Self> {
        let python = variable("PACT_PYTHON")?;
        Some(Self {
            consumer: "py-web",
            program: python.into(),
            extension: "py",
            modules: None,
        })
    }

    /// Runs the script with arguments.
    fn run(&self, script: &str, arguments: &[&str]) -> Outcome {
        let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients");
        let mut command = Command::new(&self.program);
        command
            .arg(scripts.join(script).with_extension(self.extension))
            .args(arguments)
            .env("PACT_DO_NOT_TRACK", "true")
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .stdin(Stdio::null());
        if let Some(modules) = &self.modules {
            command.env("NODE_PATH", modules);
        }
        Outcome::of(&command.output().unwrap())
    }
}

fn variable(name: &str) -> Option<String> {
    let found = std::env::var(name).ok().filter(|value| !value.is_empty());
    if found.is_none() {
        // The test runner swallows what `eprintln!` says in a test that passes.
        let _ = writeln!(
            std::io::stderr(),
            "LEFT OUT: a test with a library of the ecosystem: {name} does not name it"
        );
    }
    found
}

fn provider() -> OneAnswer {
    OneAnswer::answering("200 OK", "application/json", ORDER)
}

/// A provider that renamed `total`.
fn changed_provider() -> OneAnswer {
    let body = ORDER.replace("total", "amount");
    OneAnswer::answering("200 OK", "application/json", &body)
}

/// Takes the contract of their consumer all the way: read and verified by us, published to our
/// broker, verified by them from there, and a deployment allowed or refused by both results.
fn exchange(client: &Client) {
    let broker = TestBroker::start();
    let consumer = client.consumer;
    let folder = broker.folder().join("pacts");
    client
        .run("consumer", &[folder.to_str().unwrap()])
        .exits_with(0);
    let (good, changed) = (provider(), changed_provider());

    let file = format!("pacts/{consumer}-api.json");
    let ours = |words: &str| {
        Pact::new(words.split_whitespace())
            .within(broker.folder())
            .run()
    };
    ours(&format!("lint {file} --strict")).exits_with(0);
    let verify = |port: &str| ours(&format!("verifier -f {file} -p {port}"));
    assert_stubbed(broker.folder(), &file);
    verify(good.port()).exits_with(0);
    let failed = verify(changed.port()).exits_with(1);
    assert!(failed.stdout.contains("`total`"), "{failed}");

    broker.sh("publish pacts -a 1 --branch main").exits_with(0);
    broker
        .sh(&format!(
            "create-or-update-pacticipant --name {consumer} --main-branch main"
        ))
        .exits_with(0);
    broker.sh("create-environment --name uat").exits_with(0);
    let theirs = |provider: &OneAnswer, version: &str| {
        client.run("provider", &[broker.url(), &provider.url, version])
    };
    theirs(&good, "7").exits_with(0);
    let refused = theirs(&changed, "8");
    assert_ne!(refused.code, 0, "{refused}");

    broker
        .sh(&format!(
            "record-deployment -a {consumer} -e 1 --environment uat"
        ))
        .exits_with(0);
    broker
        .sh("can-i-deploy -a api -e 7 --to-environment uat")
        .exits_with(0);
    let no = broker
        .sh("can-i-deploy -a api -e 8 --to-environment uat")
        .exits_with(1);
    assert!(no.stdout.contains(consumer), "{no}");
}

/// Serves the contract as a stub, and asks it for what is in the contract and for what is not.
fn assert_stubbed(folder: &Path, file: &str) {
    let mut stub = Pact::new(["stub", "-f", file]).within(folder).spawn();
    let mut greeting = String::new();
    BufReader::new(stub.stdout.as_mut().unwrap())
        .read_line(&mut greeting)
        .unwrap();
    let address = greeting.trim().rsplit("http://").next().unwrap();
    let call = |path: &str| {
        let mut stream = TcpStream::connect(address).unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    };
    let (known, unknown) = (call("/orders/42"), call("/orders/43"));
    stub.kill().unwrap();
    stub.wait().unwrap();
    assert!(known.starts_with("HTTP/1.1 200"), "{greeting}{known}");
    assert!(known.contains(r#""sku":"A1""#), "{known}");
    assert!(unknown.starts_with("HTTP/1.1 404"), "{unknown}");
}

#[test]
fn pact_js_exchanges_with_us() {
    if let Some(client) = Client::pact_js() {
        exchange(&client);
    }
}

#[test]
fn pact_python_exchanges_with_us() {
    if let Some(client) = Client::pact_python() {
        exchange(&client);
    }
}
