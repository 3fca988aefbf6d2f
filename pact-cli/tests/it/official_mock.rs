//! The official mock server and ours, told the same and asked the same.
//!
//! `PACT_OFFICIAL_CLI` is the path of the official `pact` program. Without it this test says that
//! it was left out.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::panic::catch_unwind;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::mock::{JSON, PACT, ask};

/// What was done, and what came of it.
type Seen = (String, Value);

/// A master server and the program it was started with.
struct Side {
    program: String,
    child: Child,
    port: u16,
    folder: tempfile::TempDir,
}

impl Side {
    fn start(program: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("p.json"), PACT).unwrap();
        std::fs::write(folder.path().join("bad.json"), "{").unwrap();
        // The official program tells its port in a log line.
        let line =
            "exec \"$0\" mock start -h 127.0.0.1 -p 0 --server-key K -o . --no-file-log 2>&1";
        let mut child = command("sh", folder.path())
            .args(["-c", line, program])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let said = BufReader::new(child.stdout.take().unwrap());
        let mut said = said.lines().map_while(Result::ok);
        let port = said.find_map(|line| {
            let (_, port) = line.split_once("started on port ")?;
            port.trim().parse().ok()
        });
        // What else it says is read by nobody, but may be said.
        std::thread::spawn(move || said.for_each(drop));
        Self {
            program: program.to_owned(),
            child,
            port: port.expect("it says its port"),
            folder,
        }
    }

    fn exit_code(&self, words: &str) -> Option<i32> {
        let port = self.port.to_string();
        let status = command(&self.program, self.folder.path())
            .arg("mock")
            .args(words.split(' '))
            .args(["-h", "127.0.0.1", "-p", &port])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        status.unwrap().code()
    }

    /// Creates a mock server; returns its id and port.
    fn create(&self, query: &str) -> (String, u16) {
        let told = ask(self.port, &format!("POST /{query}"), JSON, PACT);
        assert_eq!(told.status, 200, "{}", told.body);
        let server = &told.json()["mockServer"];
        let id = server["id"].as_str().unwrap().to_owned();
        assert!(
            told.head.contains(&format!("location: /mockserver/{id}")),
            "{}",
            told.head
        );
        (id, server["port"].as_u64().unwrap().try_into().unwrap())
    }

    /// Plays everything, and returns what was seen of it.
    fn play(&self) -> Vec<Seen> {
        let mut seen = Vec::new();
        self.misuse_a_server(&mut seen);
        self.use_a_server(&mut seen);
        self.ask_for_what_is_not_there(&mut seen);
        seen
    }

    fn misuse_a_server(&self, seen: &mut Vec<Seen>) {
        seen.push(("no server".into(), ask(self.port, "GET /", "", "").json()));
        let (id, port) = self.create("");
        let path = format!("/mockserver/{id}");
        let status = ask(self.port, &format!("GET {path}"), "", "").body;
        let status = status.replace(&id, "ID").replace(&port.to_string(), "1");
        seen.push(("status".into(), serde_json::from_str(&status).unwrap()));
        let verify = format!("POST {path}/verify");
        let unused = ask(self.port, &verify, "", "").json();
        seen.push(("unused".into(), mismatches(&unused)));
        for (line, headers, body) in [
            ("GET /a?q=2", "", ""),
            ("GET /zz", "", ""),
            ("POST /b", JSON, r#"{"k":"w"}"#),
            ("GET /a?q=1", "", ""),
        ] {
            let told = ask(port, line, headers, body);
            let kind = { told.head.lines() }.find(|line| line.starts_with("x-pact"));
            let any = told.head.contains("access-control-allow-origin: *");
            seen.push((line.into(), json!([told.status, kind, any])));
        }
        let metrics = self.metrics_of(&path, 4);
        let told = ask(self.port, &verify, "", "");
        let wrongly = json!([told.status, mismatches(&told.json())]);
        seen.push(("used wrongly".into(), wrongly));
        seen.push(("metrics".into(), metrics));
    }

    /// Returns what a mock server counted. The official one counts a request after it has answered
    /// it, so that it may be a moment late.
    fn metrics_of(&self, path: &str, requests: u64) -> Value {
        let asked = Instant::now();
        loop {
            let status = ask(self.port, &format!("GET {path}"), "", "").json();
            let metrics = &status["metrics"];
            let is_whole = metrics["requests"].as_u64() >= Some(requests);
            if is_whole || asked.elapsed() > Duration::from_secs(10) {
                return metrics.clone();
            }
            std::thread::yield_now();
        }
    }

    /// Has a mock server verified whose requests were all made, and returns the answer. The official
    /// one may not have noted the last request yet and then misses it, and writes nothing.
    fn verified(&self, port: u16) -> Value {
        let asked = Instant::now();
        loop {
            let told = ask(
                self.port,
                &format!("POST /mockserver/{port}/verify"),
                "",
                "",
            );
            if told.status < 300 || asked.elapsed() > Duration::from_secs(10) {
                return json!([told.status, told.body]);
            }
            std::thread::yield_now();
        }
    }

    /// Returns the contract that was written. The official server may answer before its file is
    /// there and whole.
    fn written(&self) -> Value {
        let path = self.folder.path().join("web-api.json");
        let asked = Instant::now();
        loop {
            let text = std::fs::read_to_string(&path).unwrap_or_default();
            match serde_json::from_str(&text) {
                Ok(contract) => return contract,
                Err(error) => assert!(asked.elapsed() < Duration::from_secs(10), "{error}: {text}"),
            }
            std::thread::yield_now();
        }
    }

    fn use_a_server(&self, seen: &mut Vec<Seen>) {
        let (id, port) = self.create("?cors=true&specification=V3");
        let headers = "Origin: http://x\r\nAccess-Control-Request-Headers: x-q\r\n";
        let preflight = ask(port, "OPTIONS /a", headers, "").status;
        seen.push(("preflight".into(), preflight.into()));
        ask(port, "GET /a?q=1", "", "");
        ask(port, "POST /b", JSON, r#"{"k":"v"}"#);
        seen.push(("verified".into(), self.verified(port)));
        let mut written = self.written();
        written["metadata"]
            .as_object_mut()
            .unwrap()
            .remove("pactRust");
        seen.push(("written".into(), written));
        for _ in 0..2 {
            let told = ask(self.port, &format!("DELETE /mockserver/{id}"), "", "");
            seen.push(("ended".into(), told.status.into()));
        }
    }

    fn ask_for_what_is_not_there(&self, seen: &mut Vec<Seen>) {
        for (line, headers, body) in [
            ("POST /", "", PACT),
            ("POST /", JSON, "{"),
            ("PUT /", "", ""),
            ("OPTIONS /", "", ""),
            ("GET /mockserver/00000000", "", ""),
            ("POST /mockserver/00000000/verify", "", ""),
            ("GET /mockserver/00000000/verify", "", ""),
            ("DELETE /mockserver/00000000", "", ""),
            ("GET /other", "", ""),
            ("POST /shutdown", "", ""),
        ] {
            let status = ask(self.port, line, headers, body).status;
            seen.push((line.into(), status.into()));
        }
        for words in [
            "list",
            "create -f p.json",
            "create -f missing.json",
            "create -f bad.json",
            "verify -i 00000000",
            "verify -i NOPE",
            "verify -m x",
            "verify",
            "shutdown -m 9",
            "shutdown-master -k wrong",
            "shutdown-master -k K",
        ] {
            seen.push((words.into(), self.exit_code(words).into()));
        }
        while TcpStream::connect(("127.0.0.1", self.port)).is_ok() {
            std::thread::yield_now();
        }
        let code = self.exit_code("list");
        seen.push(("list without a master".into(), code.into()));
    }
}

impl Drop for Side {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn command(program: &str, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .current_dir(folder)
        .stdin(Stdio::null())
        .env("PACT_DO_NOT_TRACK", "true")
        .env_remove("PACT_BROKER_BASE_URL");
    command
}

/// Returns the mismatches without the words they are told in.
fn mismatches(told: &Value) -> Value {
    let mut found = told["mismatches"].clone();
    for entry in found.as_array_mut().unwrap() {
        let entry = entry.as_object_mut().unwrap();
        for name in ["content-length", "connection"] {
            let headers = entry
                .get_mut("request")
                .and_then(|request| request.get_mut("headers"));
            if let Some(headers) = headers.and_then(Value::as_object_mut) {
                headers.remove(name);
            }
        }
        for mismatch in entry
            .get_mut("mismatches")
            .and_then(Value::as_array_mut)
            .into_iter()
            .flatten()
        {
            mismatch.as_object_mut().unwrap().remove("mismatch");
            for side in ["expected", "actual"] {
                // The official one shows strings of bodies as JSON.
                let text = mismatch[side]
                    .as_str()
                    .map(|text| text.trim_matches('"').to_owned());
                mismatch[side] = text.into();
            }
        }
    }
    found
}

#[test]
fn both_mock_servers_say_the_same() {
    let Some(official) = std::env::var("PACT_OFFICIAL_CLI")
        .ok()
        .filter(|path| !path.is_empty())
    else {
        // The test runner swallows what `eprintln!` says in a test that passes.
        let _ = writeln!(
            std::io::stderr(),
            "LEFT OUT: a test with the official mock server: PACT_OFFICIAL_CLI does not name it"
        );
        return;
    };
    let ours = Side::start(env!("CARGO_BIN_EXE_pact")).play();
    let known = [
        // Any page may send a body without a type; one of JSON it may not.
        json!(["POST /", 200, 415]),
        // The path is there, the method is wrong.
        json!(["GET /mockserver/00000000/verify", 404, 405]),
    ];
    // Where the machine is busy the official server hangs up now and then, or is late with what it notes.
    let theirs = || catch_unwind(|| Side::start(&official).play()).ok();
    let mut found = None;
    for _ in 0..5 {
        found = theirs().map(|theirs| different(&theirs, &ours)).or(found);
        if found.as_deref() == Some(known.as_slice()) {
            return;
        }
    }
    panic!("what was done, the official answer, ours: {found:#?}, expected {known:#?}");
}

/// Returns what is answered differently: what was done, the official answer, and ours.
fn different(theirs: &[Seen], ours: &[Seen]) -> Vec<Value> {
    assert_eq!(theirs.len(), ours.len());
    let both = theirs.iter().zip(ours);
    both.filter(|(theirs, ours)| theirs != ours)
        .map(|((what, theirs), (_, ours))| json!([what, theirs, ours]))
        .collect()
}
