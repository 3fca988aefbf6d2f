//! The lock beside a pact file.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::time::{Duration, Instant};

use super::PactFileError;
use super::held::{self, Held};
use super::waiting::Left;

/// How long to wait for other writers; each needs a few milliseconds.
const PATIENCE: Duration = Duration::from_secs(30);

/// Room for a process id; nothing else stands in a lock file.
const LARGEST: u64 = 64;

/// How often to look whether the file is gone that stands for a lock.
const PAUSE: Duration = Duration::from_millis(2);

/// How often to look whether another has written. Many look at once, and one of them is to write.
const LOOK: Duration = Duration::from_millis(10);

/// `ENOLCK`: what a network file system says that keeps no locks.
const NO_LOCKS: i32 = if cfg!(target_os = "linux") { 37 } else { 77 };

/// Holds the lock until dropped.
#[derive(Debug)]
pub(super) struct Lock {
    /// The lock of the system. Its file stays: removing it would let two writers lock two files.
    /// It holds the process id of the last who took it, so that who waits in vain can say for whom.
    _system: Option<File>,
    /// A file in place of it, where the file system has no locks.
    _held: Option<Held>,
}

/// The files one lock is about.
struct Names {
    pact: PathBuf,
    lock: PathBuf,
    held: PathBuf,
}

/// What waiting has come to.
#[derive(Debug)]
pub(super) enum Turn {
    /// The lock is this writer's.
    Mine(Lock),
    /// Who held it has written what was left for it.
    Written,
}

impl Lock {
    /// Waits for the lock, or until another has written what the writer leaves when it has to wait.
    pub(super) fn take(
        folder: &Path,
        name: &str,
        leave: impl FnOnce() -> Option<Left>,
    ) -> Result<Turn, PactFileError> {
        Self::take_within(PATIENCE, folder, name, leave)
    }

    fn take_within(
        patience: Duration,
        folder: &Path,
        name: &str,
        leave: impl FnOnce() -> Option<Left>,
    ) -> Result<Turn, PactFileError> {
        let names = Names {
            pact: folder.join(name),
            lock: folder.join(format!(".{name}.lock")),
            held: folder.join(format!(".{name}.held")),
        };
        let io_error = |source| PactFileError::Io {
            doing: "lock",
            path: names.lock.clone(),
            source,
        };
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&names.lock)
            .map_err(io_error)?;
        let deadline = Instant::now() + patience;
        while let Err(error) = file.try_lock() {
            match error {
                TryLockError::Error(error) if is_refusal(&error) => {
                    let lock = Self::take_without_system(&names, deadline, patience)?;
                    return Ok(Turn::Mine(lock));
                }
                TryLockError::Error(error) if error.kind() == ErrorKind::Interrupted => {}
                TryLockError::Error(error) => return Err(io_error(error)),
                TryLockError::WouldBlock => {
                    let left = leave();
                    match stand_in_line(&file, deadline, left.as_ref()).map_err(io_error)? {
                        Waited::Taken => break,
                        Waited::Written => return Ok(Turn::Written),
                        Waited::InVain => return Err(names.locked_by(&mut file, patience)),
                    }
                }
            }
        }
        rewrite(&mut file).map_err(io_error)?;
        Ok(Turn::Mine(Self {
            _system: Some(file),
            _held: None,
        }))
    }

    /// Waits for a file that only one process can create, on a file system without locks.
    fn take_without_system(
        names: &Names,
        deadline: Instant,
        patience: Duration,
    ) -> Result<Self, PactFileError> {
        loop {
            let taken = Held::take(&names.held).map_err(|source| PactFileError::Io {
                doing: "lock",
                path: names.held.clone(),
                source,
            })?;
            match taken {
                Ok(held) => {
                    return Ok(Self {
                        _system: None,
                        _held: Some(held),
                    });
                }
                Err(holder) if Instant::now() >= deadline => {
                    return Err(names.locked(&names.held, holder, patience));
                }
                Err(_) => std::thread::sleep(PAUSE),
            }
        }
    }
}

impl Names {
    /// Says who holds the lock that the file is.
    fn locked_by(&self, file: &mut File, patience: Duration) -> PactFileError {
        let text = read_all(file).unwrap_or_default();
        let first = text.lines().next().unwrap_or_default();
        let pid = first.split_whitespace().next();
        let holder = pid.map_or_else(held::unknown, |pid| format!("process {pid}"));
        self.locked(&self.lock, holder, patience)
    }

    fn locked(&self, lock: &Path, holder: String, patience: Duration) -> PactFileError {
        PactFileError::Locked {
            path: self.pact.clone(),
            lock: lock.to_owned(),
            holder,
            seconds: patience.as_secs(),
        }
    }
}

/// How a wait has ended.
enum Waited {
    InVain,
    Taken,
    Written,
}

/// Waits until the lock is free, or not needed any more.
///
/// The system gives a lock to those who wait for it in the order in which they came. Who only
/// looked now and then would be passed by at every look, by chance for seconds. The system's own
/// wait has no end, so a thread waits that can be left alone.
fn stand_in_line(file: &File, deadline: Instant, left: Option<&Left>) -> io::Result<Waited> {
    // A lock belongs to the open file, whichever handle asks for it.
    let handle = file.try_clone()?;
    let (send, receive) = sync_channel(1);
    std::thread::Builder::new().spawn(move || {
        let taken = loop {
            match handle.lock() {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                taken => break taken,
            }
        };
        // When the other handle is closed because nobody waits any more, this frees the lock.
        drop(handle);
        let _ = send.send(taken);
    })?;
    loop {
        let time = deadline.saturating_duration_since(Instant::now());
        match receive.recv_timeout(time.min(LOOK)) {
            Ok(taken) => return taken.map(|()| Waited::Taken),
            Err(RecvTimeoutError::Disconnected) => {
                return Err(io::Error::other("the thread that waited for it is gone"));
            }
            Err(_) if left.is_some_and(Left::is_written) => return Ok(Waited::Written),
            Err(_) if time.is_zero() => return Ok(Waited::InVain),
            Err(_) => {}
        }
    }
}

/// Returns whether the file system has no locks to give.
fn is_refusal(error: &io::Error) -> bool {
    error.kind() == ErrorKind::Unsupported || error.raw_os_error() == Some(NO_LOCKS)
}

/// Puts down who holds the lock. What stands there has one length, so that it can be replaced where it
/// is: to cut the file and to let it grow again takes the file system longer than all else here.
fn rewrite(file: &mut File) -> io::Result<()> {
    let own = format!("{:<20}\n", std::process::id());
    if read_all(file)? == own {
        return Ok(());
    }
    file.seek(SeekFrom::Start(0))?;
    file.write_all(own.as_bytes())
}

fn read_all(file: &mut File) -> io::Result<String> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(0))?;
    file.take(LARGEST).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use std::process::{Child, Command, Stdio};

    use super::*;

    /// Tells a process in which folder to hold the lock.
    const FOLDER: &str = "PACT_TEST_LOCK_FOLDER";
    const NAME: &str = "web-api.json";

    fn take(patience: Duration, folder: &Path) -> Result<Turn, PactFileError> {
        Lock::take_within(patience, folder, NAME, || None)
    }

    /// What a process runs that never lets go. Without a folder given it takes a lock of its own.
    #[test]
    fn a_lock_is_held_until_it_is_dropped() {
        let own = tempfile::tempdir().unwrap();
        let folder = std::env::var_os(FOLDER);
        let folder = folder.map_or_else(|| own.path().to_owned(), PathBuf::from);
        let lock = take(PATIENCE, &folder).unwrap();
        if folder == own.path() {
            assert!(take(Duration::ZERO, &folder).is_err());
            drop(lock);
            take(Duration::ZERO, &folder).unwrap();
            return;
        }
        writeln!(io::stdout(), "\nholding").unwrap();
        // It ends when its parent does, or when it is killed.
        io::stdin().read_to_end(&mut Vec::new()).unwrap();
    }

    struct Holder(Child);

    impl Holder {
        fn start(folder: &Path) -> Self {
            let test = "pact_file::lock::tests::a_lock_is_held_until_it_is_dropped";
            let mut child = Command::new(std::env::current_exe().unwrap())
                .args(["--exact", test, "--nocapture"])
                .env(FOLDER, folder)
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .spawn()
                .unwrap();
            let lines = io::BufRead::lines(io::BufReader::new(child.stdout.as_mut().unwrap()));
            assert!(lines.map(Result::unwrap).any(|line| line == "holding"));
            Self(child)
        }

        fn signal(&self, signal: &str) {
            let pid = self.0.id().to_string();
            assert!(
                Command::new("kill")
                    .args([signal, &pid])
                    .status()
                    .unwrap()
                    .success()
            );
        }
    }

    impl Drop for Holder {
        fn drop(&mut self) {
            // It may have ended by itself.
            let _ = self.0.kill();
            let _ = self.0.wait();
        }
    }

    #[test]
    fn who_gives_up_waiting_does_not_keep_the_lock_when_it_comes() {
        let folder = tempfile::tempdir().unwrap();
        let first = take(PATIENCE, folder.path()).unwrap();
        let patience = Duration::from_millis(1);
        for _ in 0..3 {
            take(patience, folder.path()).unwrap_err();
        }
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| take(PATIENCE, folder.path()).map(drop));
            drop(first);
            waiting.join().unwrap().unwrap();
        });
        take(PATIENCE, folder.path()).unwrap();
    }

    fn told(error: &PactFileError, folder: &Path) -> String {
        error
            .to_string()
            .replace(&folder.display().to_string(), "pacts")
    }

    #[test]
    fn a_stopped_process_that_holds_the_lock_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let holder = Holder::start(folder.path());
        holder.signal("-STOP");
        let error = take(Duration::ZERO, folder.path()).unwrap_err();
        let text = told(&error, folder.path()).replace(&holder.0.id().to_string(), "PID");
        insta::assert_snapshot!(text, @"cannot write pact file `pacts/web-api.json`: process PID has held its lock `pacts/.web-api.json.lock` for 0 s");
        drop(holder);
        take(PATIENCE, folder.path()).unwrap();
    }

    #[test]
    fn without_locks_of_the_system_a_file_stands_for_one() {
        let folder = tempfile::tempdir().unwrap();
        let names = Names {
            pact: folder.path().join(NAME),
            lock: folder.path().join(".lock"),
            held: folder.path().join(".held"),
        };
        let take = || Lock::take_without_system(&names, Instant::now(), Duration::from_secs(30));
        let first = take().unwrap();
        let text = told(&take().unwrap_err(), folder.path());
        let text = text.replace(&std::process::id().to_string(), "PID");
        insta::assert_snapshot!(text, @"cannot write pact file `pacts/web-api.json`: process PID has held its lock `pacts/.held` for 30 s");
        drop(first);
        drop(take().unwrap());
        assert!(!names.held.exists());
    }

    #[test]
    fn what_network_file_systems_say_is_a_refusal() {
        let says = |code| is_refusal(&io::Error::from_raw_os_error(code));
        assert!(says(NO_LOCKS));
        assert!(is_refusal(&ErrorKind::Unsupported.into()));
        assert!(!is_refusal(&ErrorKind::PermissionDenied.into()));
        #[cfg(target_os = "linux")]
        assert!(says(95), "EOPNOTSUPP");
    }
}
