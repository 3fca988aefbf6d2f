//! What the present test run has written already.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, ErrorKind, Read, Write};
use std::path::PathBuf;
use std::sync::OnceLock;

use super::lock::Place;
use super::{held, replace};

/// Largest record that is read, in bytes: room for a hundred thousand interactions.
const LARGEST: usize = 4 << 20;

/// Room for what most records hold, so that they are read at once.
const USUAL: usize = 8 << 10;

/// The record beside a pact file: its first line names the test run that wrote last, the others are
/// hashes of the interactions that run wrote. A line that begins with `=` is the hash of the file as
/// that run has left it; the last of them counts.
///
/// It is read and added to under the lock of the pact file, and only after the pact file: a writer
/// killed in between has told nobody that it wrote. What it left of a line is none.
#[derive(Debug)]
pub(super) struct Run {
    path: PathBuf,
    /// Tells between which applications the contract is.
    between: u64,
    /// The record, where it is of this run and can be added to.
    record: Option<File>,
    length: usize,
    written: HashSet<u64>,
    left: Option<u64>,
}

impl Run {
    /// Reads the record of a contract; one of another run counts for nothing.
    pub(super) fn read(place: &Place, name: &str) -> io::Result<Self> {
        let mut run = Self {
            path: place.folder.join(format!(".{name}.run")),
            between: place.between,
            record: None,
            length: 0,
            written: HashSet::new(),
            left: None,
        };
        let mut file = match File::options().read(true).append(true).open(&run.path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(run),
            Err(error) => return Err(error),
        };
        let mut bytes = Vec::with_capacity(USUAL);
        (&mut file).take(LARGEST as u64).read_to_end(&mut bytes)?;
        let text = String::from_utf8_lossy(&bytes);
        let mut lines = text.lines();
        if lines.next() != Some(current()) {
            return Ok(run);
        }
        for line in lines {
            match line.strip_prefix('=') {
                Some(hash) if hash.len() == 16 => run.left = u64::from_str_radix(hash, 16).ok(),
                Some(_) => {}
                None => run.written.extend(line.parse::<u64>()),
            }
        }
        (run.record, run.length) = (Some(file), bytes.len());
        Ok(run)
    }

    /// Returns whether nothing was written in this run yet.
    pub(super) const fn is_new(&self) -> bool {
        self.record.is_none()
    }

    /// Returns whether this run has written the interaction.
    pub(super) fn has_written(&self, interaction: u64) -> bool {
        self.written.contains(&interaction)
    }

    /// Returns whether the file is as this run has left the contract, byte for byte.
    pub(super) fn has_left(&self, text: &[u8]) -> bool {
        self.left.is_some_and(|left| left == self.hash(text))
    }

    /// Tells texts apart, eight bytes at a time, and contracts between other applications. Nobody gains
    /// by one that is taken for another: who can write a contract here can write the record too.
    fn hash(&self, text: &[u8]) -> u64 {
        const PRIME: u64 = 0x9e37_79b9_7f4a_7c15;
        let mix = |hash: u64, word: u64| (hash.rotate_left(23) ^ word).wrapping_mul(PRIME);
        let (words, rest) = text.as_chunks::<8>();
        let words = words.iter().map(|word| u64::from_le_bytes(*word));
        let hash = words.fold(mix(self.between, text.len() as u64), mix);
        let hash = { rest.iter() }.fold(hash, |hash, byte| mix(hash, u64::from(*byte)));
        hash ^ (hash >> 32)
    }

    /// Remembers what this run has written, and the file it has left.
    pub(super) fn note(
        mut self,
        interactions: impl Iterator<Item = u64>,
        text: &[u8],
    ) -> io::Result<()> {
        let mut added = String::new();
        for hash in interactions {
            if self.written.insert(hash) {
                // Writing to a `String` cannot fail.
                let _ = write!(added, "\n{hash}");
            }
        }
        let left = self.hash(text);
        if self.left != Some(left) {
            let _ = write!(added, "\n={left:016x}");
        }
        match self.record {
            Some(_) if added.is_empty() => Ok(()),
            Some(mut record) if self.length + added.len() < LARGEST => {
                record.write_all(added.as_bytes())
            }
            _ => {
                let mut all = current().to_owned();
                for hash in &self.written {
                    let _ = write!(all, "\n{hash}");
                }
                let _ = write!(all, "\n={left:016x}");
                let temporary = self.path.with_extension("run.tmp");
                replace::replace(&temporary, &self.path, all.as_bytes())
            }
        }
    }
}

/// Names the test run this process belongs to.
///
/// nextest gives each run a name, and so may whoever starts several commands that are one run. The
/// tests cargo runs are children of one cargo. A test binary started by hand is a run of its own, and
/// so is each where the system does not tell the parent.
pub(super) fn current() -> &'static str {
    static CURRENT: OnceLock<String> = OnceLock::new();
    CURRENT.get_or_init(find_current)
}

fn find_current() -> String {
    let given = ["PACT_RUN_ID", "NEXTEST_RUN_ID"].iter().find_map(|name| {
        let value = std::env::var(name).ok().filter(|value| !value.is_empty());
        value.map(|value| value.replace(['\n', '\r'], " "))
    });
    given.unwrap_or_else(|| {
        let process = match std::env::var_os("CARGO") {
            Some(_) => parent(),
            None => std::process::id(),
        };
        // A container gives the same id to the same program every time.
        format!("process {process} {} {}", start(process), held::machine())
    })
}

#[cfg(unix)]
fn parent() -> u32 {
    std::os::unix::process::parent_id()
}

#[cfg(not(unix))]
fn parent() -> u32 {
    std::process::id()
}

/// Returns when a process was started, in ticks since the start of the system, where the system
/// tells.
fn start(process: u32) -> String {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    // The name of the program stands in parentheses and may hold anything, blanks too.
    let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let start = after_name.split_whitespace().nth(19);
    start.unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn read(folder: &Path) -> Run {
        Run::read(&Place::new(folder, "web", "api"), "web-api.json").unwrap()
    }

    #[test]
    fn what_a_run_wrote_and_left_is_remembered() {
        let folder = tempfile::tempdir().unwrap();
        let run = read(folder.path());
        assert!(run.is_new() && !run.has_left(b"") && !run.has_written(1));
        run.note([1, 2].into_iter(), b"one").unwrap();
        let run = read(folder.path());
        assert!(!run.is_new() && run.has_left(b"one") && !run.has_left(b"ona"));
        assert!(run.has_written(1) && run.has_written(2) && !run.has_written(3));
        run.note([2, 3].into_iter(), b"two").unwrap();
        let run = read(folder.path());
        assert!(run.has_left(b"two") && !run.has_left(b"one") && run.has_written(3));
        let other = Place::new(folder.path(), "we", "b-api");
        let other = Run::read(&other, "web-api.json").unwrap();
        assert!(!other.has_left(b"two"), "that is the contract of others");
    }

    #[test]
    fn what_is_said_again_is_not_written_again() {
        let folder = tempfile::tempdir().unwrap();
        let record = folder.path().join(".web-api.json.run");
        let length = || std::fs::metadata(&record).unwrap().len();
        read(folder.path()).note([1].into_iter(), b"one").unwrap();
        let before = length();
        read(folder.path()).note([1].into_iter(), b"one").unwrap();
        assert_eq!(length(), before);
        read(folder.path()).note([1].into_iter(), b"two").unwrap();
        assert!(length() > before);
    }

    /// A writer killed while it adds to the record leaves any part of what it adds.
    #[test]
    fn a_record_that_was_cut_is_added_to() {
        let folder = tempfile::tempdir().unwrap();
        let record = folder.path().join(".web-api.json.run");
        read(folder.path()).note([11].into_iter(), b"one").unwrap();
        let whole = std::fs::read(&record).unwrap();
        read(folder.path()).note([22].into_iter(), b"two").unwrap();
        let added = std::fs::read(&record).unwrap();
        for end in whole.len()..added.len() {
            std::fs::write(&record, &added[..end]).unwrap();
            let run = read(folder.path());
            assert!(run.has_written(11) && !run.has_left(b"two"), "{end}");
            run.note([33].into_iter(), b"three").unwrap();
            let run = read(folder.path());
            let is_known = run.has_written(33) && run.has_left(b"three");
            assert!(is_known && run.has_written(11), "{end}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_process_is_told_from_another_of_the_same_id() {
        let own = start(std::process::id());
        assert!(own.parse::<u64>().is_ok(), "{own:?}");
        assert_eq!(start(std::process::id()), own);
        assert_ne!(start(1), own);
        assert_eq!(start(u32::MAX - 1), "");
    }
}
