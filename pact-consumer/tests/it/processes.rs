//! Many processes write one pact file, and some are killed while they do.

use std::collections::{BTreeSet, HashSet};
use std::env;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use pact_consumer::{WriteMode, pact_file};
use pact_core::model::{Interaction, InteractionKind, Pact};

use crate::support::{descriptions_in, files_in};

/// Tells a writer process its folder; its name and mode stand beside.
const FOLDER: &str = "PACT_TEST_WRITER_FOLDER";
const NAME: &str = "PACT_TEST_WRITER_NAME";
const OVERWRITE: &str = "PACT_TEST_WRITER_OVERWRITES";

const THREADS: &str = "PACT_TEST_WRITER_THREADS";
const ITEMS: &str = "PACT_TEST_WRITER_ITEMS";

/// Of how many writes a writer looks for one in the file, as soon as it is made.
const LOOKS: &str = "PACT_TEST_WRITER_LOOKS";

const FILE: &str = "order-web-order-api.json";

/// How much is written at once, and how often that is done. `PACT_FULL_SIZE` asks for the sizes of
/// docs/reliability.md, `PACT_ROUNDS` for another number of rounds.
#[derive(Clone, Copy)]
struct Size {
    writers: usize,
    threads: usize,
    items: usize,
    /// Of how many writes one is looked for by its writer: to read a file of a megabyte takes longer
    /// than to write into it among others.
    looks: usize,
    killed: usize,
    rounds: usize,
}

impl Size {
    fn undisturbed() -> Self {
        let (writers, threads, items, looks, rounds) = match env::var_os("PACT_FULL_SIZE") {
            Some(_) => (16, 8, 25, 25, 20),
            None => (6, 2, 5, 1, 1),
        };
        Self {
            writers,
            threads,
            items,
            looks,
            killed: 0,
            rounds: rounds_or(rounds),
        }
    }

    fn with_kills() -> Self {
        let (writers, killed, rounds) = match env::var_os("PACT_FULL_SIZE") {
            Some(_) => (8, 4, 1000),
            None => (6, 3, 24),
        };
        Self {
            writers,
            threads: 1,
            items: 10,
            looks: 1,
            killed,
            rounds: rounds_or(rounds),
        }
    }
}

/// Returns how many rounds are asked for.
fn rounds_or(usual: usize) -> usize {
    let asked = env::var("PACT_ROUNDS").ok();
    asked.map_or(usual, |rounds| {
        rounds.parse().expect("`PACT_ROUNDS` is a number")
    })
}

/// When a writer is killed: so long after so many acknowledgements.
#[derive(Clone, Copy)]
struct Death {
    acknowledgements: usize,
    later: Duration,
}

impl Death {
    /// Spreads the deaths over the items and over the steps of one write.
    fn of(round: usize, writer: usize, size: Size) -> Self {
        let draw = round * size.writers + writer;
        Self {
            acknowledgements: draw % (size.items - 2) + 1,
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
    let number = |name| env::var(name).map_or(1, |value| value.parse().unwrap());
    let (threads, items): (usize, usize) = (number(THREADS), number(ITEMS));
    let looks: usize = number(LOOKS);
    thread::scope(|scope| {
        for thread in 0..threads {
            let (folder, name) = (&folder, &name);
            scope.spawn(move || {
                for item in 0..items {
                    let description = format!("{name}-{thread}-{item}");
                    let begun = Instant::now();
                    pact_file::write(folder, &contract(&description), mode).unwrap();
                    let took = begun.elapsed().as_micros();
                    // `println!` would be kept by the test runner until the end.
                    writeln!(std::io::stdout(), "\nwrote {description} {took}").unwrap();
                    // Each thread at another item.
                    if (item + thread) % looks == 0 {
                        let text = std::fs::read_to_string(folder.join(FILE)).unwrap();
                        assert!(text.contains(&format!("{description:?}")));
                    }
                }
            });
        }
    });
}

/// An interaction that stood in the file when its writer said so.
struct Acknowledged {
    description: String,
    took: Duration,
}

/// What was acknowledged by all writers until now.
#[derive(Default)]
struct Notes(Mutex<Vec<Acknowledged>>);

impl Notes {
    fn len(&self) -> usize {
        self.0.lock().unwrap().len()
    }

    /// Holds what stands in the file against what was acknowledged before it was read.
    fn check(&self, before: usize, found: &[String]) {
        let found: HashSet<&str> = found.iter().map(String::as_str).collect();
        let notes = self.0.lock().unwrap();
        let lost: Vec<&str> = { notes[..before].iter() }
            .map(|acknowledged| acknowledged.description.as_str())
            .filter(|description| !found.contains(description))
            .collect();
        assert!(lost.is_empty(), "lost {lost:?}");
    }
}

/// Says that a round is over, also when it has failed: nobody reads on.
struct Over<'r>(&'r AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Runs one writer to its end, natural or not, and notes what it acknowledges.
fn writer(
    folder: &Path,
    name: &str,
    (mode, size): (WriteMode, Size),
    death: Option<Death>,
    notes: &Notes,
) {
    let test = "processes::a_writer_acknowledges_what_stands_in_the_file";
    let mut command = Command::new(env::current_exe().unwrap());
    command
        .args(["--exact", test, "--nocapture", "--test-threads=1"])
        .env(FOLDER, folder)
        .env(NAME, name)
        .env(THREADS, size.threads.to_string())
        .env(ITEMS, size.items.to_string())
        .env(LOOKS, size.looks.to_string())
        .env("NEXTEST_RUN_ID", "one run")
        .stdout(Stdio::piped());
    if mode == WriteMode::Overwrite {
        command.env(OVERWRITE, "1");
    }
    let mut child = command.spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut count = 0;
    for line in lines {
        let line = line.unwrap();
        let said = line.strip_prefix("wrote ");
        let Some((description, took)) = said.and_then(|said| said.rsplit_once(' ')) else {
            continue;
        };
        count += 1;
        notes.0.lock().unwrap().push(Acknowledged {
            description: description.to_owned(),
            took: Duration::from_micros(took.parse().unwrap()),
        });
        if let Some(death) = death
            && death.acknowledgements == count
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
}

/// Runs all writers of a round at once, to the end of the last.
fn round(
    folder: &Path,
    (mode, size): (WriteMode, Size),
    deaths: impl Fn(usize) -> Option<Death>,
    notes: &Notes,
) {
    thread::scope(|scope| {
        for index in 0..size.writers {
            let death = deaths(index);
            let name = format!("writer-{index}");
            scope.spawn(move || writer(folder, &name, (mode, size), death, notes));
        }
    });
}

#[test]
fn writers_in_many_processes_lose_nothing_and_double_nothing() {
    let size = Size::undisturbed();
    let (mut times, mut all_reads) = (Vec::new(), 0);
    for _ in 0..size.rounds {
        let folder = tempfile::tempdir().unwrap();
        let (is_over, notes) = (AtomicBool::new(false), Notes::default());
        let reads = thread::scope(|scope| {
            // Reading panics when what is there is not a whole contract.
            let reader = scope.spawn(|| {
                let (mut most, mut reads) = (0, 0);
                while !is_over.load(Ordering::Relaxed) {
                    let before = notes.len();
                    let found = descriptions_in(&folder.path().join(FILE));
                    notes.check(before, &found);
                    assert!(found.len() >= most, "{} after {most}", found.len());
                    (most, reads) = (found.len(), reads + 1);
                    thread::sleep(Duration::from_millis(1));
                }
                reads
            });
            let over = Over(&is_over);
            round(folder.path(), (WriteMode::Merge, size), |_| None, &notes);
            drop(over);
            reader.join().unwrap()
        });
        all_reads += reads;
        let acknowledged = notes.0.into_inner().unwrap();
        assert_eq!(acknowledged.len(), size.writers * size.threads * size.items);
        times.extend(acknowledged.iter().map(|acknowledged| acknowledged.took));
        let told = acknowledged.into_iter();
        let mut told: Vec<_> = told.map(|acknowledged| acknowledged.description).collect();
        told.sort();
        assert_eq!(descriptions_in(&folder.path().join(FILE)), told);
        assert_eq!(files_in(folder.path()), [FILE]);
    }
    times.sort();
    let percentile = |percent: usize| times[(times.len() - 1) * percent / 100];
    writeln!(
        std::io::stdout(),
        "{} writes: median {:?}, p99 {:?}, longest {:?}; read {all_reads} times",
        times.len(),
        percentile(50),
        percentile(99),
        percentile(100)
    )
    .unwrap();
}

#[test]
fn killed_writers_lose_nothing_that_was_acknowledged() {
    let size = Size::with_kills();
    let (mut all, mut unfinished) = (0, 0);
    for number in 0..size.rounds {
        let folder = tempfile::tempdir().unwrap();
        let mode = if number % 2 == 0 {
            WriteMode::Merge
        } else {
            WriteMode::Overwrite
        };
        pact_file::write(folder.path(), &contract("of an earlier run"), mode).unwrap();

        let notes = Notes::default();
        let death = |writer| (writer < size.killed).then(|| Death::of(number, writer, size));
        round(folder.path(), (mode, size), death, &notes);
        let acknowledged = notes.len();
        writer(folder.path(), "after", (mode, size), None, &notes);

        let present = descriptions_in(&folder.path().join(FILE));
        let distinct: BTreeSet<_> = present.iter().collect();
        assert_eq!(present.len(), distinct.len(), "round {number}: {present:?}");
        notes.check(notes.len(), &present);
        let old = distinct.contains(&"of an earlier run".to_owned());
        assert_eq!(old, mode == WriteMode::Merge, "round {number}");
        assert_eq!(files_in(folder.path()), [FILE], "round {number}");
        all += acknowledged;
        unfinished += size.writers * size.items - acknowledged;
    }
    writeln!(
        std::io::stdout(),
        "{} kills: {all} acknowledged, 0 lost, {unfinished} not written",
        size.rounds * size.killed
    )
    .unwrap();
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
    assert_eq!(descriptions_in(&folder.path().join(FILE)), ["a", "b"]);
    assert_eq!(files_in(folder.path()), [FILE]);
}
