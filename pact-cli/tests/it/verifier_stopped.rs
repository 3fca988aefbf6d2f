//! Runs of `pact verifier` that are stopped before their end.

use std::fs;
use std::io::Read;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command};

use crate::support::{Pact, Recorder, Reply, Routes, pact_file, pact_with_status};

fn verifier(folder: &Path, words: &str) -> Child {
    let words = ["verifier"].into_iter().chain(words.split_whitespace());
    Pact::new(words).within(folder).spawn()
}

fn ask_to_stop(child: &Child, signal: &str) {
    let id = child.id().to_string();
    let sent = Command::new("kill").args([signal, &id]).status().unwrap();
    assert!(sent.success());
}

/// A provider that takes a request and answers it never.
struct Hanging(TcpListener);

impl Hanging {
    fn start() -> Self {
        Self(TcpListener::bind("127.0.0.1:0").unwrap())
    }

    fn port(&self) -> u16 {
        self.0.local_addr().unwrap().port()
    }

    /// Waits for a request; the connection stays open as long as what is returned.
    fn asked(&self) -> TcpStream {
        let (mut connection, _) = self.0.accept().unwrap();
        assert_ne!(connection.read(&mut [0; 16]).unwrap(), 0);
        connection
    }
}

#[test]
fn a_stopped_run_tears_states_down_publishes_nothing_and_is_no_verdict() {
    for signal in ["-INT", "-TERM"] {
        let folder = tempfile::tempdir().unwrap();
        let states = Recorder::answering_together(1);
        let index = r#"{"_links":{"pb:provider-pacts-for-verification":{"href":"/find"}}}"#;
        let found =
            r#"{"_embedded":{"pacts":[{"_links":{"self":{"href":"/pact","name":"a pact"}}}]}}"#;
        let links = r#"{"_links":{"pb:publish-verification-results":{"href":"/results"}},"#;
        let broker = Routes::serve(vec![
            ("/", Reply::ok(index)),
            ("/find", Reply::ok(found)),
            (
                "/pact",
                Reply::ok(pact_file("web", "api").replacen('{', links, 1)),
            ),
            ("/results", Reply::json("201 Created", "{}")),
        ]);
        let provider = Hanging::start();
        let words = format!(
            "-b {} -n api -p {} -s {} --state-change-teardown --request-timeout 60000 \
             --publish --provider-version 1 --json r.json",
            broker.url,
            provider.port(),
            states.url
        );
        let child = verifier(folder.path(), &words);
        let _connection = provider.asked();
        ask_to_stop(&child, signal);
        let output = child.wait_with_output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(3), "{text}");
        assert!(
            text.ends_with("CANCELLED: nothing was verified, the run was cancelled\n"),
            "{text}"
        );
        let json = fs::read_to_string(folder.path().join("r.json")).unwrap();
        assert!(json.contains(r#""cancelled": true"#), "{json}");
        let told = states.heard();
        let told: Vec<_> = { told.iter() }
            .map(|request| request.contains(r#""action":"teardown""#))
            .collect();
        assert_eq!(told, [false, true]);
        let heard = broker.heard();
        assert!(
            !heard.iter().any(|line| line.contains("/results")),
            "{heard:?}"
        );
    }
}

#[test]
fn who_asks_twice_does_not_wait_for_states_to_be_torn_down() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("p.json"), pact_file("web", "api")).unwrap();
    let states = Hanging::start();
    let words = format!("-f p.json -p 1 -s http://127.0.0.1:{}", states.port());
    let words = format!("{words} --state-change-teardown --request-timeout 600000");
    let child = verifier(folder.path(), &words);
    let _setting_up = states.asked();
    ask_to_stop(&child, "-INT");
    let _tearing_down = states.asked();
    ask_to_stop(&child, "-INT");
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(
        told.contains("stopped before provider states were torn down"),
        "{told}"
    );
}

#[test]
fn who_waits_for_a_pact_that_nobody_writes_can_be_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let made = Command::new("mkfifo")
        .arg(folder.path().join("pipe"))
        .status()
        .unwrap();
    assert!(made.success());
    fs::write(
        folder.path().join("bad.json"),
        pact_with_status("web", "api", 201),
    )
    .unwrap();
    let child = verifier(folder.path(), "-f bad.json -f pipe -p 1");
    // This waits until the pipe is opened for reading, and by then it listens to signals.
    let mut options = fs::OpenOptions::new();
    let _writer = options
        .write(true)
        .open(folder.path().join("pipe"))
        .unwrap();
    ask_to_stop(&child, "-INT");
    let output = child.wait_with_output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(3), "{text}");
}
