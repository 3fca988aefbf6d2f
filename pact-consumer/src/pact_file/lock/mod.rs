//! The lock beside a pact file.

#[cfg(test)]
mod tests;

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::{Duration, Instant};

use super::held::{self, Held};
use super::{PactFileError, name};

/// How long to wait for other writers; each needs a few milliseconds.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

/// Room for a process id; nothing else stands in a lock file.
const LARGEST: usize = 64;

/// How long to pause before the first look at a lock that is taken, and before each of many.
const PAUSES: [Duration; 2] = [Duration::from_micros(250), Duration::from_millis(2)];

/// How long to look now and then. Most have their contract written by another until then, and who
/// stands in line costs a thread.
const LOOKING: Duration = Duration::from_millis(100);

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

/// What one lock is about, and the files it is made of.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) folder: PathBuf,
    /// The name of the pact file. Contracts that want one name have one lock, under whatever name
    /// they end.
    pub(super) name: String,
    /// The name it has where the other is that of another contract.
    pub(super) beside: String,
    /// Tells the two applications from any other two.
    pub(super) between: u64,
    lock: PathBuf,
    held: PathBuf,
}

impl Place {
    pub(super) fn new(folder: &Path, consumer: &str, provider: &str) -> Self {
        let name = name::file_name(consumer, provider);
        Self {
            lock: folder.join(format!(".{name}.lock")),
            held: folder.join(format!(".{name}.held")),
            folder: folder.to_owned(),
            beside: name::name_beside(&name, consumer, provider),
            between: name::hash(consumer, provider),
            name,
        }
    }

    /// Opens the file that is locked, and makes the folder where it is missing.
    fn open(&self) -> Result<File, PactFileError> {
        let open = || {
            let mut options = OpenOptions::new();
            options.read(true).write(true).create(true).truncate(false);
            options.open(&self.lock)
        };
        let opened = match open() {
            Err(error)
                if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) =>
            {
                let made = fs::create_dir_all(&self.folder);
                made.map_err(super::io_error("create folder", &self.folder))?;
                open()
            }
            opened => opened,
        };
        opened.map_err(|source| self.refused(source))
    }

    fn refused(&self, source: io::Error) -> PactFileError {
        super::io_error("lock", &self.lock)(source)
    }

    /// Says who holds the lock of the system.
    pub(super) fn locked_by_another(&self) -> PactFileError {
        let text = File::open(&self.lock).and_then(|mut file| read(&mut file));
        let text = text.unwrap_or_default();
        let pid = text.split_whitespace().next();
        let holder = pid.map_or_else(held::unknown, |pid| format!("process {pid}"));
        self.locked(&self.lock, holder)
    }

    fn locked(&self, lock: &Path, holder: String) -> PactFileError {
        PactFileError::Locked {
            path: self.folder.join(&self.name),
            lock: lock.to_owned(),
            holder,
            seconds: PATIENCE.as_secs(),
        }
    }
}

/// What asking for the lock has come to.
#[derive(Debug)]
pub(super) enum Turn {
    /// The lock is this writer's.
    Mine(Lock),
    /// Another has it.
    Another(Wait),
}

/// A wait for the lock. Whoever gives it up is out of the line.
#[derive(Debug)]
pub(super) struct Wait {
    awaited: Awaited,
    begun: Instant,
    pause: Duration,
}

#[derive(Debug)]
enum Awaited {
    /// The lock of the system, asked for now and then.
    System(File),
    /// The same, by a thread that stands in line for it.
    Line(File, Receiver<io::Result<()>>),
    /// The file in place of it, and who has it.
    Held(String),
}

impl Lock {
    /// Asks for the lock.
    pub(super) fn ask(place: &Place) -> Result<Turn, PactFileError> {
        let mut file = place.open()?;
        match try_lock(&file) {
            Ok(true) => {
                rewrite(&mut file).map_err(|source| place.refused(source))?;
                Ok(Turn::Mine(Self::of_system(file)))
            }
            Ok(false) => Ok(Turn::Another(Wait::new(Awaited::System(file)))),
            Err(error) if is_refusal(&error) => Self::ask_without_system(place),
            Err(error) => Err(place.refused(error)),
        }
    }

    /// Asks for the file that only one process can create, on a file system without locks.
    fn ask_without_system(place: &Place) -> Result<Turn, PactFileError> {
        let taken = Held::take(&place.held).map_err(super::io_error("lock", &place.held))?;
        Ok(match taken {
            Ok(held) => Turn::Mine(Self {
                _system: None,
                _held: Some(held),
            }),
            Err(holder) => Turn::Another(Wait::new(Awaited::Held(holder))),
        })
    }

    const fn of_system(file: File) -> Self {
        Self {
            _system: Some(file),
            _held: None,
        }
    }
}

impl Wait {
    fn new(awaited: Awaited) -> Self {
        Self {
            awaited,
            begun: Instant::now(),
            pause: PAUSES[0],
        }
    }

    /// Returns whether it is a lock of the system that is waited for.
    pub(super) const fn is_for_system(&self) -> bool {
        !matches!(self.awaited, Awaited::Held(_))
    }

    /// Waits a short while, at most until then; returns the wait when the lock did not come.
    pub(super) fn look(mut self, place: &Place, until: Instant) -> Result<Turn, PactFileError> {
        let time = until.saturating_duration_since(Instant::now());
        let pause = self.pause.min(time);
        self.pause = PAUSES[1].min(2 * self.pause);
        let file = match self.awaited {
            Awaited::Held(_) => {
                std::thread::sleep(pause);
                return match Lock::ask_without_system(place)? {
                    Turn::Another(again) => Ok(Turn::Another(Self {
                        awaited: again.awaited,
                        ..self
                    })),
                    mine @ Turn::Mine(_) => Ok(mine),
                };
            }
            Awaited::System(file) => {
                std::thread::sleep(pause);
                if try_lock(&file).map_err(|source| place.refused(source))? {
                    file
                } else {
                    self.awaited = if self.begun.elapsed() < LOOKING {
                        Awaited::System(file)
                    } else {
                        stand_in_line(file).map_err(|source| place.refused(source))?
                    };
                    return Ok(Turn::Another(self));
                }
            }
            Awaited::Line(file, receive) => match receive.recv_timeout(pause) {
                Ok(taken) => taken
                    .map(|()| file)
                    .map_err(|source| place.refused(source))?,
                Err(RecvTimeoutError::Disconnected) => {
                    let gone = io::Error::other("the thread that waited for it is gone");
                    return Err(place.refused(gone));
                }
                Err(RecvTimeoutError::Timeout) => {
                    self.awaited = Awaited::Line(file, receive);
                    return Ok(Turn::Another(self));
                }
            },
        };
        let mut file = file;
        rewrite(&mut file).map_err(|source| place.refused(source))?;
        Ok(Turn::Mine(Lock::of_system(file)))
    }

    /// Says who holds the lock.
    pub(super) fn in_vain(&self, place: &Place) -> PactFileError {
        match &self.awaited {
            Awaited::Held(holder) => place.locked(&place.held, holder.clone()),
            Awaited::System(_) | Awaited::Line(..) => place.locked_by_another(),
        }
    }
}

/// Starts a thread that waits until the lock is free.
///
/// The system gives a lock to those who wait for it in the order in which they came. Who only
/// looked now and then would be passed by at every look, by chance for seconds. The system's own
/// wait has no end, so a thread waits that can be left alone.
fn stand_in_line(file: File) -> io::Result<Awaited> {
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
    Ok(Awaited::Line(file, receive))
}

/// Returns whether the lock is taken now.
fn try_lock(file: &File) -> io::Result<bool> {
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(true),
            Err(TryLockError::WouldBlock) => return Ok(false),
            Err(TryLockError::Error(error)) if error.kind() == ErrorKind::Interrupted => {}
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
}

/// Returns whether the file system has no locks to give.
fn is_refusal(error: &io::Error) -> bool {
    error.kind() == ErrorKind::Unsupported || error.raw_os_error() == Some(NO_LOCKS)
}

/// Puts down who holds the lock, in a file nobody has read from yet. What stands there has one length,
/// so that it can be replaced where it is: to cut the file and to let it grow again takes the file
/// system longer than all else here.
fn rewrite(file: &mut File) -> io::Result<()> {
    let own = format!("{:<20}\n", std::process::id());
    if read(file)? == own {
        return Ok(());
    }
    file.seek(SeekFrom::Start(0))?;
    file.write_all(own.as_bytes())
}

/// Reads what stands in a lock file: it was written at once.
fn read(file: &mut File) -> io::Result<String> {
    let mut bytes = [0; LARGEST];
    loop {
        match file.read(&mut bytes) {
            Ok(length) => return Ok(String::from_utf8_lossy(&bytes[..length]).into_owned()),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
