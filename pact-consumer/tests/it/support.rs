//! A client without a library: what is sent is what is seen.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::{Command, Stdio};

use pact_consumer::prelude::*;

/// Sends the request line with the headers and body, and returns the whole answer.
pub(crate) fn exchange(
    address: SocketAddr,
    request_line: &str,
    headers: &str,
    body: &str,
) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let length = body.len();
    write!(stream, "{request_line} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n{body}")
        .unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    text
}

/// Does as [`exchange`], and returns status and body of the answer.
pub(crate) fn send(
    address: SocketAddr,
    request_line: &str,
    headers: &str,
    body: &str,
) -> (u16, String) {
    let text = exchange(address, request_line, headers, body);
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    (
        head.split(' ').nth(1).unwrap().parse().unwrap(),
        body.to_owned(),
    )
}

/// Asks for what may be no text, and returns the status.
pub(crate) fn status_of_bytes(address: SocketAddr, path: &str) -> u16 {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let status = String::from_utf8_lossy(&answer[9..12]).into_owned();
    status.parse().unwrap()
}

pub(crate) fn get(address: SocketAddr, path: &str) -> (u16, String) {
    send(address, &format!("GET {path}"), "", "")
}

/// Runs a contract test and returns the text it fails with.
pub(crate) fn failure_of(folder: &Path, test: impl FnMut(&mut PactBuilder)) -> String {
    let options = TestOptions::new("order-web", "order-api")
        .output_dir(folder)
        .test_name("shows_an_order");
    failure_text(|| pact_test(options, test))
}

/// Runs something that panics and returns the text it does so with, without the colour it has where
/// somebody looks at a terminal.
pub(crate) fn failure_text(test: impl FnOnce()) -> String {
    let panic = catch_unwind(AssertUnwindSafe(test)).expect_err("the test fails");
    let text = panic
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
    text.unwrap()
        .replace("\u{1b}[31;1m", "")
        .replace("\u{1b}[0m", "")
}

/// Runs the tests of a module in a process of its own, which all pass, and returns what it said.
#[track_caller]
pub(crate) fn run_cases(module: &str, folder: &Path) -> String {
    let output = Command::new(std::env::current_exe().unwrap())
        .args([module, "--test-threads=4"])
        .env("PACT_OUTPUT_DIR", folder)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}");
    said
}

/// Chance without a clock: the same draws every time (`SplitMix64`).
pub(crate) struct Draws(pub(crate) u64);

impl Draws {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut drawn = self.0;
        drawn = (drawn ^ (drawn >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        drawn = (drawn ^ (drawn >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        drawn ^ (drawn >> 31)
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound as u64).unwrap()
    }
}

/// Returns the descriptions in a pact file, which must be whole; none where there is no file.
pub(crate) fn descriptions_in(path: &Path) -> Vec<String> {
    let Ok(bytes) = std::fs::read(path) else {
        return Vec::new();
    };
    let pact = pact_core::format::read(&bytes).expect("the file is whole at any time");
    let interactions = pact.pact.interactions.into_iter();
    interactions
        .map(|interaction| interaction.description)
        .collect()
}

/// Lists the folder without what is kept beside pact files on purpose.
pub(crate) fn files_in(folder: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names
        .filter(|name| !name.ends_with(".lock") && !name.ends_with(".run"))
        .collect();
    names.sort();
    names
}
