//! The lock beside a pact file.

use std::collections::BTreeSet;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use super::PactFileError;

/// How long to wait for other writers; each needs a few milliseconds.
const PATIENCE: Duration = Duration::from_secs(30);

/// Largest lock file that is read, in bytes: room for a hundred thousand interactions.
const LARGEST: u64 = 2 << 20;

/// How often to look whether the lock is free.
const PAUSE: Duration = Duration::from_millis(2);

/// Holds the lock until dropped. The file stays: removing it would let two writers lock two files.
///
/// Its first line is the holder's process id, the second names the test run that wrote last, and the
/// others are hashes of the interactions that run wrote.
pub(super) struct Lock {
    file: File,
    written: BTreeSet<u64>,
    starts_run: bool,
}

impl Lock {
    /// Waits for the lock.
    pub(super) fn take(folder: &Path, name: &str, pact: &Path) -> Result<Self, PactFileError> {
        let path = folder.join(format!(".{name}.lock"));
        let io_error = |source| PactFileError::Io {
            doing: "lock",
            path: path.clone(),
            source,
        };
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(io_error)?;
        let deadline = Instant::now() + PATIENCE;
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if Instant::now() < deadline => {
                    std::thread::sleep(PAUSE);
                }
                Err(TryLockError::WouldBlock) => {
                    let text = read_all(&mut file).unwrap_or_default();
                    let pid = text.lines().next().filter(|line| !line.is_empty());
                    return Err(PactFileError::Locked {
                        path: pact.to_owned(),
                        lock: path,
                        holder: pid.map_or_else(
                            || "another process".to_owned(),
                            |pid| format!("process {pid}"),
                        ),
                        seconds: PATIENCE.as_secs(),
                    });
                }
                Err(TryLockError::Error(source)) => return Err(io_error(source)),
            }
        }
        let text = read_all(&mut file).map_err(io_error)?;
        let mut lines = text.lines().skip(1);
        let starts_run = lines.next() != Some(current_run().as_str());
        let written = if starts_run {
            BTreeSet::new()
        } else {
            lines.filter_map(|line| line.parse().ok()).collect()
        };
        let mut lock = Self {
            file,
            written,
            starts_run,
        };
        lock.rewrite().map_err(io_error)?;
        Ok(lock)
    }

    /// Returns whether this is the first writer of its test run.
    pub(super) const fn starts_run(&self) -> bool {
        self.starts_run
    }

    /// Returns whether this test run has written the interaction.
    pub(super) fn has_written(&self, interaction: u64) -> bool {
        self.written.contains(&interaction)
    }

    /// Remembers what this test run has written.
    pub(super) fn note(&mut self, interactions: impl Iterator<Item = u64>) -> io::Result<()> {
        self.written.extend(interactions);
        self.rewrite()
    }

    fn rewrite(&mut self) -> io::Result<()> {
        let mut text = format!("{}\n{}\n", std::process::id(), current_run());
        for hash in &self.written {
            text.push_str(&format!("{hash}\n"));
        }
        self.file.seek(SeekFrom::Start(0))?;
        self.file.set_len(0)?;
        self.file.write_all(text.as_bytes())
    }
}

fn read_all(file: &mut File) -> io::Result<String> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(0))?;
    file.take(LARGEST).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Names the test run this process belongs to: nextest gives it a name; under `cargo test` all
/// tests of a run that share a contract share a process or its parent.
fn current_run() -> String {
    std::env::var("NEXTEST_RUN_ID").unwrap_or_else(|_| {
        #[cfg(unix)]
        let parent = std::os::unix::process::parent_id();
        #[cfg(not(unix))]
        let parent = std::process::id();
        format!("parent {parent}")
    })
}
