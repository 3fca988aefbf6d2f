//! A broker whose machine loses its power: what was not flushed is gone, or there by half.
//!
//! strace writes down what the broker writes and flushes. From that the files are put together as a
//! disk may have them at any moment: everything that a finished flush covers, and of each write
//! since then all, nothing, or some sectors. `BROKER_POWER_CUTS` sets how many moments are tried.

use std::collections::HashMap;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

use tokio::task::JoinSet;

use super::ledger::{contracts, is_whole};
use super::load::{client, publication, written};

/// How many moments are tried when nothing else is said.
const MOMENTS: usize = 40;

/// A version with the moment of its answer and its consumer.
type Answer = (f64, String, String);

/// What a disk writes as a whole.
const SECTOR: usize = 512;

/// Something the broker did to a file.
struct Deed {
    /// When it was begun and when it was done, in seconds.
    time: (f64, f64),
    file: String,
    what: What,
}

enum What {
    Cut(usize),
    Flush,
    Write { at: usize, bytes: Vec<u8> },
}

/// A file as the disk has it, and what it was told to write since.
#[derive(Default)]
struct Disk {
    kept: Vec<u8>,
    waiting: Vec<(f64, What)>,
}

impl Disk {
    fn take(&mut self, deed: Deed) {
        let (begun, done) = deed.time;
        match deed.what {
            What::Flush => {
                for (written, what) in std::mem::take(&mut self.waiting) {
                    if written <= begun {
                        apply(&mut self.kept, &what, |_| true);
                    } else {
                        self.waiting.push((written, what));
                    }
                }
            }
            what => self.waiting.push((done, what)),
        }
    }

    /// The file as it may be after the power is gone.
    fn left(&self) -> Vec<u8> {
        let mut left = self.kept.clone();
        for (_, what) in &self.waiting {
            match rand::random_range(0..3) {
                0 => {}
                1 => apply(&mut left, what, |_| true),
                _ => apply(&mut left, what, |_| rand::random()),
            }
        }
        left
    }
}

/// Does something to a file, sector by sector.
fn apply(file: &mut Vec<u8>, what: &What, reaches: impl Fn(usize) -> bool) {
    match what {
        What::Cut(size) => file.resize(*size, 0),
        What::Flush => {}
        What::Write { at, bytes } => {
            if file.len() < at + bytes.len() {
                file.resize(at + bytes.len(), 0);
            }
            for (number, sector) in bytes.chunks(SECTOR).enumerate() {
                if reaches(number) {
                    let place = at + number * SECTOR;
                    file[place..place + sector.len()].copy_from_slice(sector);
                }
            }
        }
    }
}

/// Reads a line that strace wrote: `TIME CALL(FD<PATH>, …) = RESULT <DURATION>`.
fn deed(line: &str) -> Option<Deed> {
    let (begun, call) = line.split_once(' ')?;
    let (call, duration) = call.trim_end().strip_suffix('>')?.rsplit_once(" <")?;
    let (call, result) = call.rsplit_once(" = ")?;
    let (name, arguments) = call.split_once('(')?;
    let (_, path) = arguments.split_once('<')?;
    let (path, rest) = path.split_once('>')?;
    let what = match name {
        "fsync" | "fdatasync" if result == "0" => What::Flush,
        "ftruncate" if result == "0" => What::Cut(rest.trim_matches([',', ' ', ')']).parse().ok()?),
        "pwrite64" => {
            let (_, text) = rest.split_once('"')?;
            let (text, numbers) = text.split_once('"')?;
            let at = numbers.trim_end_matches(')').rsplit(", ").next()?;
            let mut bytes = unescaped(text);
            bytes.truncate(result.parse().ok()?);
            let at = at.parse().ok()?;
            What::Write { at, bytes }
        }
        _ => return None,
    };
    let begun: f64 = begun.parse().ok()?;
    let path = String::from_utf8(unescaped(path)).ok()?;
    let file = Path::new(&path).file_name()?.to_str()?.to_owned();
    // The file and its log; the index of the log is made anew, and a rollback journal is there only
    // until the empty file has its log.
    matches!(&*file, "broker.sqlite" | "broker.sqlite-wal").then_some(Deed {
        time: (begun, begun + duration.parse::<f64>().ok()?),
        file,
        what,
    })
}

/// Reads a text of nothing but codes in hexadecimal.
fn unescaped(text: &str) -> Vec<u8> {
    let codes = text.split("\\x").skip(1);
    codes
        .map_while(|hex| u8::from_str_radix(hex, 16).ok())
        .collect()
}

/// Everything that was done, in the order it was finished.
fn deeds(folder: &Path) -> Vec<Deed> {
    let mut deeds = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap();
        deeds.extend(text.lines().filter_map(deed));
    }
    deeds.sort_by(|left, right| left.time.1.total_cmp(&right.time.1));
    deeds
}

fn now() -> f64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.unwrap().as_secs_f64()
}

/// Lets several publish for some seconds; returns each version with the moment of its answer.
async fn publish(url: &str) -> Vec<Answer> {
    let mut publishers = JoinSet::new();
    let until = now() + 4.0;
    for number in 0..4 {
        let url = format!("{url}/contracts/publish");
        publishers.spawn(async move {
            let (client, consumer) = (client(), format!("web{number}"));
            let mut answered = Vec::new();
            while now() < until {
                let version = format!("0.{}", answered.len());
                let sent = publication(&consumer, &version);
                written(&client, &url, sent).await.unwrap();
                answered.push((now(), consumer.clone(), version));
            }
            answered
        });
    }
    publishers.join_all().await.into_iter().flatten().collect()
}

/// Runs a broker under strace while several publish.
fn watched(folder: &Path) -> Option<(Vec<Deed>, Vec<Answer>)> {
    let (log, file) = (folder.join("log"), folder.join("broker.sqlite"));
    fs::create_dir(&log).unwrap();
    let calls = "trace=pwrite64,fsync,fdatasync,ftruncate";
    let mut command = Command::new("strace");
    command.args(["-ff", "-y", "-ttt", "-T", "-xx", "-s", "70000", "-e", calls]);
    command.arg("-o").arg(log.join("thread"));
    command.arg(env!("CARGO_BIN_EXE_pact"));
    command.args(["broker", "start", "--port", "0", "--database-url"]);
    command.arg(format!("sqlite://{}", file.display()));
    let broker = match super::Killable::watch(command) {
        Ok(broker) => broker,
        Err(error) => {
            // The test runner swallows what `eprintln!` says in a test that passes.
            let _ = writeln!(std::io::stderr(), "LEFT OUT: a power cut: strace: {error}");
            return None;
        }
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let answered = runtime.block_on(publish(&broker.url));
    broker.end();
    Some((deeds(&log), answered))
}

#[test]
fn a_broker_on_sqlite_whose_power_is_cut_keeps_what_it_answered_for() {
    let moments = std::env::var("BROKER_POWER_CUTS").map_or(MOMENTS, |text| text.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let Some((deeds, answered)) = watched(folder.path()) else {
        return;
    };
    assert!(answered.len() > 20 && deeds.len() > 100, "{}", deeds.len());
    let chance = moments as f64 / deeds.len() as f64;
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut disks: HashMap<String, Disk> = HashMap::new();
    let mut tried = 0;
    for deed in deeds {
        let moment = deed.time.0;
        let place = folder.path().join(format!("cut{tried}"));
        disks.entry(deed.file.clone()).or_default().take(deed);
        if !rand::random_bool(chance.min(1.0)) {
            continue;
        }
        tried += 1;
        fs::create_dir(&place).unwrap();
        for (name, disk) in &disks {
            fs::write(place.join(name), disk.left()).unwrap();
        }
        let before = answered.iter().filter(|(at, _, _)| *at < moment);
        let before: Vec<_> = before.map(|(_, name, version)| (name, version)).collect();
        // Before the first answer there need not be any table.
        if before.is_empty() {
            continue;
        }
        let database = format!("sqlite://{}", place.join("broker.sqlite").display());
        let kept = runtime.block_on(async {
            is_whole(&database).await;
            contracts(&database).await
        });
        for (name, version) in before {
            let of_version = |row: &&super::ledger::Row| row.0 == *name && row.1 == *version;
            assert_eq!(
                kept.iter().filter(of_version).count(),
                2,
                "{name} {version}"
            );
        }
        fs::remove_dir_all(&place).unwrap();
    }
    let _ = writeln!(
        std::io::stderr(),
        "{tried} power cuts among {} publications: none lost, none by half",
        answered.len()
    );
}
