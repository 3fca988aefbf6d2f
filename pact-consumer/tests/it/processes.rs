//! Many processes write one pact file, and some are killed while they do.

use std::collections::BTreeSet;
use std::env;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use pact_consumer::{WriteMode, pact_file};
use pact_core::model::{Interaction, InteractionKind, Pact};

use crate::support::files_in;

/// Tells a writer process its folder; its name and mode stand beside.
const FOLDER: &str = "PACT_TEST_WRITER_FOLDER";
const NAME: &str = "PACT_TEST_WRITER_NAME";
const OVERWRITE: &str = "PACT_TEST_WRITER_OVERWRITES";

const FILE: &str = "order-web-order-api.json";
const ITEMS: usize = 10;
const WRITERS: usize = 6;
const KILLED: usize = 3;
const ROUNDS: usize = 24;

/// When a writer is killed: so long after so many acknowledgements.
#[derive(Clone, Copy)]
struct Death {
    acknowledgements: usize,
    later: Duration,
}

impl Death {
    /// Spreads the deaths over the items and over the steps of one write.
    fn of(round: usize, writer: usize) -> Self {
        let draw = round * WRITERS + writer;
        Self {
            acknowledgements: draw % (ITEMS - 2) + 1,
            later: Duration::from_micros((draw * 379 % 4000) as u64),
        }
    }
}

fn contract(description: &str) -> Pact {
    let mut pact = Pact::new("order-web", "order-api");
    let kind = InteractionKind::Http(Box::default());
    pact.interactions.push(Interaction::new(description, kind));
    pact
}

/// Returns the descriptions in the file, which must be whole, or nothing when there is none.
fn descriptions(folder: &Path) -> Vec<String> {
    let Ok(bytes) = std::fs::read(folder.join(FILE)) else {
        return Vec::new();
    };
    let pact = pact_core::format::read(&bytes)
        .expect("the file is whole at any time")
        .pact;
    let interactions = pact.interactions.into_iter();
    interactions
        .map(|interaction| interaction.description)
        .collect()
}

/// What a writer process runs. Without a folder given it is one writer that nobody disturbs.
#[test]
fn a_writer_acknowledges_what_stands_in_the_file() {
    let own = tempfile::tempdir().unwrap();
    let folder = env::var_os(FOLDER).map_or_else(|| own.path().to_owned(), PathBuf::from);
    let name = env::var(NAME).unwrap_or_else(|_| "alone".to_owned());
    let mode = match env::var_os(OVERWRITE) {
        Some(_) => WriteMode::Overwrite,
        None => WriteMode::Merge,
    };
    for item in 0..ITEMS {
        let description = format!("{name}-{item}");
        pact_file::write(&folder, &contract(&description), mode).unwrap();
        // `println!` would be kept by the test runner until the end.
        writeln!(std::io::stdout(), "\nwrote {description}").unwrap();
        assert!(descriptions(&folder).contains(&description));
    }
}

/// Runs one writer to its end, natural or not, and returns what it acknowledged.
fn writer(folder: &Path, name: &str, mode: WriteMode, death: Option<Death>) -> Vec<String> {
    let test = "processes::a_writer_acknowledges_what_stands_in_the_file";
    let mut command = Command::new(env::current_exe().unwrap());
    command
        .args(["--exact", test, "--nocapture", "--test-threads=1"])
        .env(FOLDER, folder)
        .env(NAME, name)
        .env("NEXTEST_RUN_ID", "one run")
        .stdout(Stdio::piped());
    if mode == WriteMode::Overwrite {
        command.env(OVERWRITE, "1");
    }
    let mut child = command.spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut acknowledged = Vec::new();
    for line in lines {
        let line = line.unwrap();
        let Some(description) = line.strip_prefix("wrote ") else {
            continue;
        };
        acknowledged.push(description.to_owned());
        if let Some(death) = death
            && death.acknowledgements == acknowledged.len()
        {
            let now = Instant::now();
            while now.elapsed() < death.later {
                thread::yield_now();
            }
            // SIGKILL on Unix: nothing of the writer runs any more.
            child.kill().unwrap();
        }
    }
    let status = child.wait().unwrap();
    assert!(death.is_some() || status.success(), "{name}: {status}");
    acknowledged
}

/// Runs all writers of a round at once and returns what was acknowledged by any.
fn round(folder: &Path, mode: WriteMode, deaths: impl Fn(usize) -> Option<Death>) -> Vec<String> {
    thread::scope(|scope| {
        let writers: Vec<_> = (0..WRITERS)
            .map(|index| {
                let death = deaths(index);
                scope.spawn(move || writer(folder, &format!("writer-{index}"), mode, death))
            })
            .collect();
        writers
            .into_iter()
            .flat_map(|writer| writer.join().unwrap())
            .collect()
    })
}

#[test]
fn writers_in_many_processes_lose_nothing_and_double_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let acknowledged = round(folder.path(), WriteMode::Merge, |_| None);
    assert_eq!(acknowledged.len(), WRITERS * ITEMS);
    let mut acknowledged: Vec<_> = acknowledged;
    acknowledged.sort();
    assert_eq!(descriptions(folder.path()), acknowledged);
    assert_eq!(files_in(folder.path()), [FILE]);
}

#[test]
fn killed_writers_lose_nothing_that_was_acknowledged() {
    for number in 0..ROUNDS {
        let folder = tempfile::tempdir().unwrap();
        let mode = if number % 2 == 0 {
            WriteMode::Merge
        } else {
            WriteMode::Overwrite
        };
        pact_file::write(folder.path(), &contract("of an earlier run"), mode).unwrap();

        let acknowledged = round(folder.path(), mode, |writer| {
            (writer < KILLED).then(|| Death::of(number, writer))
        });
        writer(folder.path(), "after", mode, None);

        let present = descriptions(folder.path());
        let distinct: BTreeSet<_> = present.iter().collect();
        assert_eq!(present.len(), distinct.len(), "round {number}: {present:?}");
        let lost: Vec<_> = acknowledged
            .iter()
            .filter(|description| !distinct.contains(description))
            .collect();
        assert!(lost.is_empty(), "round {number} lost {lost:?}");
        let old = distinct.contains(&"of an earlier run".to_owned());
        assert_eq!(old, mode == WriteMode::Merge, "round {number}");
        assert_eq!(files_in(folder.path()), [FILE], "round {number}");
    }
}

#[test]
fn what_a_killed_writer_leaves_behind_is_no_hindrance() {
    let folder = tempfile::tempdir().unwrap();
    let write = |description: &str| {
        pact_file::write(folder.path(), &contract(description), WriteMode::Overwrite).unwrap();
    };
    write("a");
    // Killed while it wrote the lock, and while it wrote the contract.
    std::fs::write(folder.path().join(format!(".{FILE}.lock")), "").unwrap();
    std::fs::write(folder.path().join(format!(".{FILE}.tmp")), "{\"consumer\":").unwrap();
    write("b");
    assert_eq!(descriptions(folder.path()), ["a", "b"]);
    assert_eq!(files_in(folder.path()), [FILE]);
}
