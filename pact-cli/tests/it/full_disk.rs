//! A broker whose disk is full: it says so, reads go on, and it writes again once there is room.
//!
//! A limit on the size of files stands in for the disk. `BROKER_SMALL_DISK` names a folder on a
//! small file system to use instead.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use reqwest::Client;
use serde_json::{Value, json};

/// Starts the program with a limit of some megabytes; a write beyond it fails, and does not kill.
const LIMITED: &str = r#"trap "" XFSZ; ulimit -S -f 8192; exec "$0" "$@""#;

/// How large a contract is.
const CONTRACT: usize = 200_000;

/// How many contracts fit at the very most.
const MOST: usize = 1_000;

/// A broker that runs out of room.
struct Cramped {
    child: Child,
    url: String,
    ballast: Option<PathBuf>,
    _output: BufReader<ChildStdout>,
}

impl Cramped {
    /// Starts a broker on a file in the folder; on a small disk a ballast takes half of it.
    fn start(folder: &Path, is_small: bool) -> Self {
        let ballast = is_small.then(|| {
            let ballast = folder.join("ballast");
            std::fs::write(&ballast, vec![0; 4 << 20]).unwrap();
            ballast
        });
        let database = format!("sqlite://{}", folder.join("broker.sqlite").display());
        let program = env!("CARGO_BIN_EXE_pact");
        let start = ["broker", "start", "--port", "0", "--database-url"];
        let mut command = Command::new("sh");
        command.args([
            "-c",
            if is_small {
                r#"exec "$0" "$@""#
            } else {
                LIMITED
            },
            program,
        ]);
        let mut child = command
            .args(start)
            .arg(&database)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut first = String::new();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        output.read_line(&mut first).unwrap();
        let url = first.trim().strip_prefix("broker at ").unwrap().to_owned();
        Self {
            child,
            url,
            ballast,
            _output: output,
        }
    }

    /// Gives it room again.
    fn make_room(&self) {
        match &self.ballast {
            Some(ballast) => std::fs::remove_file(ballast).unwrap(),
            None => {
                let status = Command::new("prlimit")
                    .args(["--pid", &self.child.id().to_string(), "--fsize=unlimited"])
                    .status()
                    .unwrap();
                assert!(status.success());
            }
        }
    }
}

impl Drop for Cramped {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn client() -> Client {
    let tls = pact_broker_client::client_config(&pact_broker_client::TlsOptions::default());
    let client = Client::builder().tls_backend_preconfigured(tls.unwrap());
    client.build().unwrap()
}

/// Publishes a large contract of a version; returns the status and the document.
async fn publish(client: &Client, url: &str, version: usize) -> (u16, Value) {
    let contract = json!({
        "consumer": { "name": "web" }, "provider": { "name": "api" },
        "interactions": [{
            "description": "x".repeat(CONTRACT), "request": { "method": "GET", "path": format!("/{version}") },
            "response": { "status": 200 },
        }],
        "metadata": { "pactSpecification": { "version": "2.0.0" } },
    });
    let body = json!({
        "pacticipantName": "web", "pacticipantVersionNumber": version.to_string(), "branch": "main",
        "contracts": [{
            "consumerName": "web", "providerName": "api", "specification": "pact",
            "contentType": "application/json", "content": STANDARD.encode(contract.to_string()),
        }],
    });
    let request = client
        .post(format!("{url}/contracts/publish"))
        .body(body.to_string());
    let request = request.header("content-type", "application/json");
    let accept = "application/hal+json, application/problem+json";
    let answer = request.header("accept", accept).send().await.unwrap();
    let status = answer.status().as_u16();
    (
        status,
        serde_json::from_str(&answer.text().await.unwrap()).unwrap(),
    )
}

/// The status of a version's pact, and the path that its one request asks for.
async fn read(client: &Client, url: &str, version: usize) -> (u16, Option<String>) {
    let path = format!("{url}/pacts/provider/api/consumer/web/version/{version}");
    let answer = client.get(path).send().await.unwrap();
    let status = answer.status().as_u16();
    let pact: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
    let asked = &pact["interactions"][0]["request"]["path"];
    (status, asked.as_str().map(str::to_owned))
}

async fn all_are_kept(client: &Client, url: &str, stored: usize) {
    for version in 0..stored {
        let kept = read(client, url, version).await;
        assert_eq!(kept, (200, Some(format!("/{version}"))));
    }
}

#[test]
fn a_broker_whose_disk_is_full_says_so_and_goes_on_when_there_is_room() {
    let small = std::env::var_os("BROKER_SMALL_DISK").map(PathBuf::from);
    let folder = tempfile::tempdir().unwrap();
    let place = small.clone().unwrap_or_else(|| folder.path().to_owned());
    let broker = Cramped::start(&place, small.is_some());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let client = client();
        let mut stored = 0;
        let refusal = loop {
            match publish(&client, &broker.url, stored).await {
                (200, _) => stored += 1,
                refusal => break refusal,
            }
            assert!(stored < MOST, "the disk does not get full");
        };
        assert_eq!(refusal.0, 507, "{}", refusal.1);
        insta::assert_snapshot!(refusal.1["detail"].as_str().unwrap(), @"the disk of the broker's database is full: what was sent is not stored");
        assert!(stored > 5, "{stored}");
        for _ in 0..3 {
            let again = publish(&client, &broker.url, stored).await;
            assert_eq!(again.0, 507, "{}", again.1);
            all_are_kept(&client, &broker.url, stored).await;
            assert_eq!(read(&client, &broker.url, stored).await.0, 404);
        }
        broker.make_room();
        for version in stored..stored + 5 {
            let answer = publish(&client, &broker.url, version).await;
            assert_eq!(answer.0, 200, "{}", answer.1);
        }
        all_are_kept(&client, &broker.url, stored + 5).await;
    });
}
