//! The lock beside a pact file.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use super::PactFileError;

/// How long to wait for other writers; each needs a few milliseconds.
const PATIENCE: Duration = Duration::from_secs(30);

/// Room for a process id; nothing else stands in a lock file.
const LARGEST: u64 = 64;

/// How often to look whether the lock is free.
const PAUSE: Duration = Duration::from_millis(2);

/// Holds the lock until dropped. The file stays: removing it would let two writers lock two files.
///
/// It holds the process id of the last who took it, so that who waits in vain can say for whom.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    /// Waits for the lock.
    pub(super) fn take(folder: &Path, name: &str, pact: &Path) -> Result<Self, PactFileError> {
        Self::take_within(PATIENCE, folder, name, pact)
    }

    fn take_within(
        patience: Duration,
        folder: &Path,
        name: &str,
        pact: &Path,
    ) -> Result<Self, PactFileError> {
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
        let deadline = Instant::now() + patience;
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
                        seconds: patience.as_secs(),
                    });
                }
                Err(TryLockError::Error(source)) => return Err(io_error(source)),
            }
        }
        rewrite(&mut file).map_err(io_error)?;
        Ok(Self { _file: file })
    }
}

fn rewrite(file: &mut File) -> io::Result<()> {
    file.seek(SeekFrom::Start(0))?;
    file.set_len(0)?;
    file.write_all(std::process::id().to_string().as_bytes())
}

fn read_all(file: &mut File) -> io::Result<String> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(0))?;
    file.take(LARGEST).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_holds_the_lock_too_long_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let take = || {
            let pact = folder.path().join("web-api.json");
            Lock::take_within(Duration::ZERO, folder.path(), "web-api.json", &pact)
        };
        let held = take().unwrap();
        let text = take().unwrap_err().to_string();
        let text = text
            .replace(&folder.path().display().to_string(), "pacts")
            .replace(&std::process::id().to_string(), "PID");
        insta::assert_snapshot!(text, @"cannot write pact file `pacts/web-api.json`: process PID has held its lock `pacts/.web-api.json.lock` for 0 s");
        drop(held);
        take().unwrap();
    }
}
