//! What the present test run has written already.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::{held, replace};

/// Largest record that is read, in bytes: room for a hundred thousand interactions.
const LARGEST: u64 = 2 << 20;

/// The record beside a pact file: its first line names the test run that wrote last, the others are
/// hashes of the interactions that run wrote.
///
/// It is read and replaced under the lock of the pact file, and only after the pact file: a writer
/// killed in between has told nobody that it wrote.
#[derive(Debug)]
pub(super) struct Run {
    path: PathBuf,
    name: String,
    written: BTreeSet<u64>,
    is_new: bool,
}

impl Run {
    /// Reads the record; one of another run counts for nothing.
    pub(super) fn read(folder: &Path, name: &str) -> io::Result<Self> {
        let path = folder.join(format!(".{name}.run"));
        let mut bytes = Vec::new();
        match File::open(&path) {
            Ok(file) => {
                file.take(LARGEST).read_to_end(&mut bytes)?;
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        let text = String::from_utf8_lossy(&bytes);
        let mut lines = text.lines();
        let name = current();
        let is_new = lines.next() != Some(name.as_str());
        let written = if is_new {
            BTreeSet::new()
        } else {
            lines.filter_map(|line| line.parse().ok()).collect()
        };
        Ok(Self {
            path,
            name,
            written,
            is_new,
        })
    }

    /// Returns whether nothing was written in this run yet.
    pub(super) const fn is_new(&self) -> bool {
        self.is_new
    }

    /// Returns whether this run has written the interaction.
    pub(super) fn has_written(&self, interaction: u64) -> bool {
        self.written.contains(&interaction)
    }

    /// Remembers what this run has written.
    pub(super) fn note(mut self, interactions: impl Iterator<Item = u64>) -> io::Result<()> {
        let known = self.written.len();
        self.written.extend(interactions);
        if !self.is_new && self.written.len() == known {
            return Ok(());
        }
        let mut text = self.name;
        for hash in &self.written {
            text.push_str(&format!("\n{hash}"));
        }
        text.push('\n');
        let temporary = self.path.with_extension("run.tmp");
        replace::replace(&temporary, &self.path, text.as_bytes())
    }
}

/// Names the test run this process belongs to.
///
/// nextest gives each run a name, and so may whoever starts several commands that are one run. The
/// tests cargo runs are children of one cargo. A test binary started by hand is a run of its own, and
/// so is each where the system does not tell the parent.
pub(super) fn current() -> String {
    static CURRENT: OnceLock<String> = OnceLock::new();
    CURRENT.get_or_init(find_current).clone()
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
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    // The name of the program stands in parentheses and may hold anything, blanks too.
    let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let start = after_name.split_whitespace().nth(19);
    start.unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

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
