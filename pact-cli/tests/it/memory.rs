//! How much memory a verification takes: what the pact and its text take, and not a tree of all of it;
//! and what a broker keeps of it.

use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::process::Command;
use std::thread;

use crate::support::{OneAnswer, Pact, Started, pact_file};

/// How many interactions the pact has.
const COUNT: usize = 80;

/// How many numbers stand in the body of each: two bytes of text, and sixteen times that as a tree.
const NUMBERS: usize = 50_000;

/// What the program may take besides the pact: its code, its threads, one interaction at a time.
const BESIDES: usize = 56 << 20;

#[test]
fn a_large_pact_is_verified_in_the_memory_of_its_text_and_its_model() {
    let body = format!("[{}1]", "1,".repeat(NUMBERS - 1));
    let mut pact =
        r#"{"consumer":{"name":"web"},"provider":{"name":"api"},"interactions":["#.to_owned();
    for at in 0..COUNT {
        let comma = if at == 0 { "" } else { "," };
        write!(
            pact,
            r#"{comma}{{"description":"list {at}","request":{{"path":"/"}},"response":{{"status":200,"body":{body}}}}}"#
        )
        .unwrap();
    }
    pact.push_str(r#"],"metadata":{"pactSpecification":{"version":"2.0.0"}}}"#);
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("web-api.json"), &pact).unwrap();
    let provider = OneAnswer::answering("200 OK", "application/json", &body);

    // The text, the bodies, and half as much again for what an allocator wastes.
    let limit = (BESIDES + pact.len() * 5 / 2) / 1024;
    let script = format!(r#"ulimit -d {limit} && exec "$0" verifier -d . -n api -p "$1""#);
    let output = Command::new("sh")
        .args(["-c", &script, env!("CARGO_BIN_EXE_pact"), provider.port()])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}\n{errors}", output.status);
    assert!(
        told.contains(&format!("{COUNT} of {COUNT} interactions hold")),
        "{told}"
    );
}

#[test]
fn an_answer_without_end_takes_no_more_than_is_read_of_it() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("p.json"), pact_file("web", "api")).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        // Who answers before being asked is not understood.
        let mut asked = BufReader::new(stream.try_clone().unwrap()).lines();
        while asked.next().is_some_and(|line| !line.unwrap().is_empty()) {}
        let head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n";
        let mut written = stream.write_all(head);
        while written.is_ok() {
            written = stream.write_all(&[b' '; 1 << 16]);
        }
    });
    let limit = (200 << 20) / 1024;
    let script = format!(
        r#"ulimit -d {limit} && exec "$0" verifier -f p.json -p "$1" --request-timeout 60000"#
    );
    let output = Command::new("sh")
        .args(["-c", &script, env!("CARGO_BIN_EXE_pact"), &port.to_string()])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.contains("larger than 67108864 bytes"), "{told}");
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[test]
fn a_broker_keeps_little_memory_unless_its_environment_tells_the_allocator_otherwise() {
    let folder = tempfile::tempdir().unwrap();
    let told = |run: Pact| {
        let broker = Started::of(run.within(folder.path()));
        let environment = fs::read(format!("/proc/{}/environ", broker.process())).unwrap();
        let mut told: Vec<String> = environment
            .split(|byte| *byte == 0)
            .map(|variable| String::from_utf8_lossy(variable).into_owned())
            .filter(|variable| variable.starts_with("MALLOC_"))
            .collect();
        told.sort();
        told
    };
    let start = || Pact::new(["broker", "start", "--port", "0"]);
    assert_eq!(
        told(start()),
        [
            "MALLOC_MMAP_THRESHOLD_=262144",
            "MALLOC_TRIM_THRESHOLD_=262144"
        ]
    );
    let own = start().env("MALLOC_ARENA_MAX", "3");
    assert_eq!(told(own), ["MALLOC_ARENA_MAX=3"]);
}
