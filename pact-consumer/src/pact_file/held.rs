//! A file in place of a lock, for file systems that have no locks.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Room for a process id and the name of its machine.
const LARGEST: u64 = 256;

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
        let text = format!("{}\n{}\n", std::process::id(), machine());
        let mut file = match File::create_new(path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                return Ok(Err(Self::pass_by(path)?));
            }
            Err(error) => return Err(error),
        };
        let held = Self {
            path: path.to_owned(),
            text,
        };
        if let Err(error) = file.write_all(held.text.as_bytes()) {
            // Nobody could tell whose it is.
            let _ = fs::remove_file(path);
            return Err(error);
        }
        Ok(Ok(held))
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
            remove(path, &text, pid)?;
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

/// Removes what a process left that is gone, unless another has removed it and taken the lock since.
fn remove(path: &Path, text: &str, pid: u32) -> io::Result<()> {
    static REMOVED: AtomicUsize = AtomicUsize::new(0);
    let number = REMOVED.fetch_add(1, Ordering::Relaxed);
    let own = std::process::id();
    let aside = path.with_extension(format!("held.{pid}.{own}.{number}"));
    match fs::rename(path, &aside) {
        Ok(()) if read(&aside)? == text => fs::remove_file(&aside),
        Ok(()) => fs::rename(&aside, path),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
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
    fn what_another_has_taken_since_is_put_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".x.held");
        let held = Held::take(&path).unwrap().unwrap();
        remove(&path, "1\nwhat was read before\n", 1).unwrap();
        assert_eq!(read(&path).unwrap(), held.text);
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
