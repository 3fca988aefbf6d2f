//! The lock beside a pact file.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use super::PactFileError;
use crate::builder::WriteMode;

/// How long to wait for other writers; each needs a few milliseconds.
const PATIENCE: Duration = Duration::from_secs(30);

/// How often to look whether the lock is free.
const PAUSE: Duration = Duration::from_millis(2);

/// Holds the lock until dropped. The file stays: removing it would let two writers lock two files.
///
/// Its text is the holder's process id, and on a second line the test run that last replaced the
/// pact file.
pub(super) struct Lock {
    file: File,
    last_run: Option<String>,
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
                    std::thread::sleep(PAUSE)
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
        let last_run = read_all(&mut file)
            .map_err(io_error)?
            .lines()
            .nth(1)
            .map(str::to_owned);
        let mut lock = Self { file, last_run };
        lock.rewrite().map_err(io_error)?;
        Ok(lock)
    }

    /// Returns whether this is the first writer of its test run.
    pub(super) fn starts_run(&self) -> bool {
        self.last_run.as_deref() != Some(current_run().as_str())
    }

    /// Remembers the test run that replaced the file.
    pub(super) fn note_run(&mut self, mode: WriteMode) -> io::Result<()> {
        match mode {
            WriteMode::Merge => Ok(()),
            WriteMode::Overwrite => {
                self.last_run = Some(current_run());
                self.rewrite()
            }
        }
    }

    fn rewrite(&mut self) -> io::Result<()> {
        let text = format!(
            "{}\n{}\n",
            std::process::id(),
            self.last_run.as_deref().unwrap_or_default()
        );
        self.file.seek(SeekFrom::Start(0))?;
        self.file.set_len(0)?;
        self.file.write_all(text.as_bytes())
    }
}

fn read_all(file: &mut File) -> io::Result<String> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(0))?;
    file.take(4096).read_to_end(&mut bytes)?;
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
