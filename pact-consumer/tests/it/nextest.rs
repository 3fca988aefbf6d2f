//! Two hundred tests of a crate of its own, run by the real nextest, sixteen at a time, of which
//! some end by SIGKILL at any moment.
//!
//! `PACT_NEXTEST_ROUNDS` asks for it, because the crate has to be built first; `crowd` does the same
//! in every build, without nextest.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::support::{descriptions_in, files_in};

const TESTS: usize = 200;
const FILE: &str = "crowd-web-crowd-api.json";

/// What each test of the crate does.
const COMMON: &str = r#"
use std::io::{Read, Write};
use std::time::Duration;

use pact_consumer::prelude::*;

/// Ends the process after so many microseconds, as nobody can prevent.
fn doomed(name: &str) {
    let round: u64 = std::env::var("CROWD_ROUND").unwrap().parse().unwrap();
    let number: u64 = name[1..].parse().unwrap();
    let mut drawn = (round * 1000 + number + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    drawn = (drawn ^ (drawn >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    if round == 0 || drawn % 4 != 0 {
        return;
    }
    std::thread::spawn(move || {
        std::thread::sleep(Duration::from_micros(drawn / 4 % 30_000));
        let own = std::process::id().to_string();
        let _ = std::process::Command::new("kill").args(["-KILL", &own]).status();
    });
}

fn crowd(pact: &mut PactBuilder, name: &str) {
    doomed(name);
    let path = format!("/items/{name}");
    pact.upon_receiving(name)
        .get(path.as_str())
        .will_respond_with(200)
        .json_body(json_pattern!({ "name": like(name) }));
    let mock = pact.start();
    let mut stream = std::net::TcpStream::connect(mock.addr()).unwrap();
    write!(stream, "GET {path} HTTP/1.0\r\nHost: x\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.contains(" 200 "), "{answer}");
}
"#;

/// Writes the crate; its dependencies are those of this workspace, in the same versions.
fn write_crate(folder: &Path) {
    let own = env!("CARGO_MANIFEST_DIR");
    let manifest = format!(
        "[package]\nname = \"crowd\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n[dev-dependencies]\npact-consumer = {{ path = {own:?} }}\n"
    );
    let mut source = COMMON.to_owned();
    for number in 0..TESTS {
        let name = format!("t{number:03}");
        let _ = writeln!(
            source,
            "#[pact_test(consumer = \"crowd-web\", provider = \"crowd-api\")]\nfn {name}(pact: &mut PactBuilder) {{ crowd(pact, {name:?}) }}"
        );
    }
    fs::create_dir_all(folder.join("src")).unwrap();
    fs::create_dir_all(folder.join("tests")).unwrap();
    fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    fs::write(folder.join("src/lib.rs"), "").unwrap();
    fs::write(folder.join("tests/crowd.rs"), source).unwrap();
    let lock = Path::new(own).parent().unwrap().join("Cargo.lock");
    fs::copy(lock, folder.join("Cargo.lock")).unwrap();
}

fn nextest(folder: &Path, pacts: &Path, round: usize) -> Output {
    let target = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("nextest");
    Command::new("cargo")
        .args(["nextest", "run", "--offline", "-j", "16", "--no-fail-fast"])
        .args(["--status-level", "all", "--color", "never"])
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", target)
        .env("PACT_OUTPUT_DIR", pacts)
        .env("CROWD_ROUND", round.to_string())
        .env_remove("NEXTEST_RUN_ID")
        .output()
        .unwrap()
}

/// Returns the tests that passed.
fn passed(output: &Output) -> BTreeSet<String> {
    let said = String::from_utf8_lossy(&output.stderr);
    let lines = said
        .lines()
        .filter(|line| line.trim_start().starts_with("PASS ["));
    let names = lines.filter_map(|line| line.split_whitespace().next_back());
    names.map(str::to_owned).collect()
}

#[test]
fn a_crate_of_two_hundred_tests_leaves_what_passed_under_nextest() {
    let has_nextest = || {
        let version = Command::new("cargo")
            .args(["nextest", "--version"])
            .output();
        version.is_ok_and(|output| output.status.success())
    };
    let rounds = std::env::var("PACT_NEXTEST_ROUNDS");
    let rounds = rounds.ok().filter(|_| has_nextest());
    let Some(rounds) = rounds.map(|rounds| rounds.parse::<usize>().unwrap()) else {
        let _ = writeln!(
            std::io::stderr(),
            "LEFT OUT: tests under cargo nextest: `PACT_NEXTEST_ROUNDS=10` asks for them, and it has to be installed"
        );
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    write_crate(folder.path());
    let (mut killed, mut bytes) = (0, None);
    for round in 1..=rounds {
        let pacts = folder.path().join(format!("pacts{round}"));
        let output = nextest(folder.path(), &pacts, round);
        let passed = passed(&output);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(passed.len() > TESTS / 2, "{said}");
        killed += TESTS - passed.len();
        let present: BTreeSet<String> = descriptions_in(&pacts.join(FILE)).into_iter().collect();
        let lost: Vec<_> = passed.difference(&present).collect();
        assert!(lost.is_empty(), "round {round} lost {lost:?}");
        // Nobody is killed now, so that the contract becomes whole.
        let again = nextest(folder.path(), &pacts, 0);
        let said = String::from_utf8_lossy(&again.stderr);
        assert!(again.status.success(), "{said}");
        assert_eq!(descriptions_in(&pacts.join(FILE)).len(), TESTS);
        assert_eq!(files_in(&pacts), [FILE]);
        let now = fs::read(pacts.join(FILE)).unwrap();
        assert!(
            *bytes.get_or_insert_with(|| now.clone()) == now,
            "round {round}"
        );
    }
    assert!(killed > 0);
    let _ = writeln!(
        std::io::stdout(),
        "{rounds} rounds of {TESTS} tests under nextest: {killed} killed, 0 lost, one text"
    );
}
