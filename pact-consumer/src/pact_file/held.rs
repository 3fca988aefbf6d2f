//! A file in place of a lock, for file systems that have no locks.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// Room for a process id and the name of its machine.
const LARGEST: u64 = 256;

/// Time in which a process has long written its name into a file it has created.
const STALE: Duration = Duration::from_secs(10);

/// Exists while the lock is held, and is removed when it is dropped.
///
/// A killed process leaves it behind. The next on the same machine sees that its process is gone;
/// one on another machine cannot see that, waits in vain, and says what to remove.
#[derive(Debug)]
pub(super) struct Held {
    path: PathBuf,
    text: String,
}

impl Held {
    /// Creates the file; where it is there already, returns who holds it.
    pub(super) fn take(path: &Path) -> io::Result<Result<Self, String>> {
        // Whoever looks now and then makes no file for each look.
        if path.symlink_metadata().is_ok() {
            return Ok(Err(Self::pass_by(path)?));
        }
        let text = format!("{}\n{}\n", std::process::id(), machine());
        if !create_whole(path, &text)? {
            return Ok(Err(Self::pass_by(path)?));
        }
        Ok(Ok(Self {
            path: path.to_owned(),
            text,
        }))
    }

    /// Returns who holds the file, and removes it when that process is gone.
    fn pass_by(path: &Path) -> io::Result<String> {
        let text = match read(path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(unknown()),
            Err(error) => return Err(error),
        };
        let mut lines = text.lines();
        let pid = lines.next().and_then(|line| line.parse::<u32>().ok());
        let is_here = lines
            .next()
            .is_some_and(|line| line == machine() && !line.is_empty());
        if let Some(pid) = pid.filter(|pid| is_here && is_gone(*pid)) {
            remove(path, &text, &pid.to_string())?;
        } else if text.is_empty() && is_stale(path) {
            // Its process was killed before it could write its name.
            remove(path, &text, "unnamed")?;
        }
        let elsewhere = if is_here { "" } else { " of another machine" };
        Ok(pid.map_or_else(unknown, |pid| format!("process {pid}{elsewhere}")))
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if read(&self.path).is_ok_and(|text| text == self.text) {
            // Who finds it left behind sees that its process is gone.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// What is said of a holder that has not told who it is.
pub(super) fn unknown() -> String {
    "another process".to_owned()
}

/// Creates a file with the text in it at once; returns whether it was not there before.
fn create_whole(path: &Path, text: &str) -> io::Result<bool> {
    static MADE: AtomicUsize = AtomicUsize::new(0);
    let number = MADE.fetch_add(1, Ordering::Relaxed);
    let own = path.with_extension(format!("held.new.{}.{number}", std::process::id()));
    let linked = fs::write(&own, text).and_then(|()| fs::hard_link(&own, path));
    // What cannot be removed is in nobody's way.
    let _ = fs::remove_file(&own);
    match linked {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
        // Not every file system has a second name for a file.
        Err(_) => create_and_write(path, text),
    }
}

fn create_and_write(path: &Path, text: &str) -> io::Result<bool> {
    let mut file = match File::create_new(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return Ok(false),
        Err(error) => return Err(error),
    };
    if let Err(error) = file.write_all(text.as_bytes()) {
        // Nobody could tell whose it is.
        let _ = fs::remove_file(path);
        return Err(error);
    }
    Ok(true)
}

/// Returns whether a file was left as it is for longer than it takes to write a name into it.
fn is_stale(path: &Path) -> bool {
    let modified = fs::metadata(path).and_then(|metadata| metadata.modified());
    let age = modified.ok().and_then(|modified| modified.elapsed().ok());
    age.is_some_and(|age| age > STALE)
}

/// Removes what a process left that is gone.
///
/// Only who has created the claim to it may do so. Another who has seen the same file, and comes
/// when it was removed and the lock was taken since, finds another text, and leaves it.
fn remove(path: &Path, text: &str, left_by: &str) -> io::Result<()> {
    let claim = path.with_extension(format!("held.{left_by}"));
    let own = std::process::id();
    if !create_whole(&claim, &own.to_string())? {
        let other = read(&claim).ok().and_then(|pid| pid.parse().ok());
        if other.is_some_and(is_gone) || is_stale(&claim) {
            return removed(&claim);
        }
        return Ok(());
    }
    let outcome = match read(path) {
        Ok(found) if found == text => removed(path),
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    };
    outcome.and(removed(&claim))
}

/// Removes a file that another may have removed already.
fn removed(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

fn read(path: &Path) -> io::Result<String> {
    let mut bytes = Vec::new();
    File::open(path)?.take(LARGEST).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Names the present start of the system with its own numbering of processes; empty where the
/// system does not tell.
pub(super) fn machine() -> String {
    let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    let processes = fs::read_link("/proc/self/ns/pid").unwrap_or_default();
    match (boot.trim(), processes.display().to_string()) {
        ("", _) => String::new(),
        (boot, processes) => format!("{boot} {processes}"),
    }
}

/// Returns whether no process of the present machine has the id, as far as the system tells.
pub(super) fn is_gone(pid: u32) -> bool {
    let processes = Path::new("/proc");
    processes.join("self").exists() && !processes.join(pid.to_string()).exists()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;
    use std::time::SystemTime;

    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn what_a_gone_process_left_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".x.held");
        // No process has an id this large.
        let gone = u32::MAX - 1;
        fs::write(&path, format!("{gone}\n{}\n", machine())).unwrap();
        let holder = Held::take(&path).unwrap().unwrap_err();
        assert_eq!(holder, format!("process {gone}"));
        let held = Held::take(&path).unwrap().unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        drop(held);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn what_a_process_of_another_machine_holds_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".x.held");
        fs::write(&path, "7\nelsewhere\n").unwrap();
        for _ in 0..2 {
            let holder = Held::take(&path).unwrap().unwrap_err();
            assert_eq!(holder, "process 7 of another machine");
        }
        fs::write(&path, "").unwrap();
        assert_eq!(Held::take(&path).unwrap().unwrap_err(), "another process");
    }

    #[test]
    fn what_another_has_taken_since_stays_where_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".x.held");
        let held = Held::take(&path).unwrap().unwrap();
        let is_done = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let watch = scope.spawn(|| {
                while !is_done.load(Ordering::Relaxed) {
                    assert!(path.exists(), "a third could take the lock now");
                }
            });
            for _ in 0..2_000 {
                remove(&path, "1\nwhat was read before\n", "1").unwrap();
            }
            is_done.store(true, Ordering::Relaxed);
            watch.join().unwrap();
        });
        assert_eq!(read(&path).unwrap(), held.text);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_was_left_without_a_name_is_removed_after_a_while() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".x.held");
        let file = File::create(&path).unwrap();
        Held::take(&path).unwrap().unwrap_err();
        assert!(path.exists(), "somebody may be writing it");
        let long_ago = SystemTime::now() - 2 * STALE;
        file.set_modified(long_ago).unwrap();
        Held::take(&path).unwrap().unwrap_err();
        Held::take(&path).unwrap().unwrap();
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn who_was_killed_with_a_claim_keeps_nobody_away() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".x.held");
        let gone = u32::MAX - 1;
        fs::write(&path, format!("{gone}\n{}\n", machine())).unwrap();
        let claim = folder.path().join(format!(".x.held.{gone}"));
        fs::write(&claim, (gone - 1).to_string()).unwrap();
        for _ in 0..2 {
            Held::take(&path).unwrap().unwrap_err();
        }
        drop(Held::take(&path).unwrap().unwrap());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_file_system_without_second_names_has_the_lock_all_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".x.held");
        assert!(create_and_write(&path, "7").unwrap());
        assert!(!create_and_write(&path, "8").unwrap());
        assert_eq!(read(&path).unwrap(), "7");
    }

    #[test]
    fn threads_take_it_one_after_the_other() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".x.held");
        let inside = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..20 {
                        let held = loop {
                            match Held::take(&path).unwrap() {
                                Ok(held) => break held,
                                Err(_) => std::thread::yield_now(),
                            }
                        };
                        assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0);
                        inside.fetch_sub(1, Ordering::SeqCst);
                        drop(held);
                    }
                });
            }
        });
    }
}
